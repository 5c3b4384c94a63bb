/*
 * together.h: names that must not be torn at the end of a line: telephone numbers, initials, a
 * number and its sign. Content is written with ordinary spaces (cgi-bin/content/FORMAT.md); here
 * those inside such a name become no-break spaces, in HTML and in plain text alike. No other
 * typography.
 */
#ifndef VHOD_VIEW_TOGETHER_H
#define VHOD_VIEW_TOGETHER_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>

/* Appends text (UTF-8, plain or HTML) with no-break spaces inside
 *   telephone numbers: eleven digits from 8 or +7 on, with spaces, hyphens and brackets between;
 *   initials: «А. С. Пушкин», «Пушкин А. С.»;
 *   «№ 19».
 * ERR_MEMORY. */
enum err together_text(struct buffer *out, const char *text);

/* The same for every string of a document, in place, but for what a reader typed (query, address,
 * where). ERR_MEMORY; ERR_LIMIT if it is nested over 64 levels. */
enum err together_document(json_t *document);

#endif
