/*
 * markup.h: is this HTML safe to send? A second lock on what the Markdown library made of a text:
 * for the differences of two texts, which it assembles itself, and for old texts from the archive,
 * which passed the rules of their own day and not those of today.
 */
#ifndef VHOD_CONTENT_MARKUP_H
#define VHOD_CONTENT_MARKUP_H

#include <stdbool.h>

/* True if the HTML has only elements that text needs, each closed in its order, with only harmless
 * attributes, and links only to https:, mailto:, tel: and paths of this site. */
bool markup_is_safe(const char *html);

#endif
