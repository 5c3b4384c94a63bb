/*
 * plain.h: do two forms of one text say the same? Each is brought down to its letters and digits,
 * in order: Markdown as written, the plain text and the HTML made of it must come to the same. So a
 * piece that was lost on the way, for whatever reason, is noticed.
 */
#ifndef VHOD_CONTENT_PLAIN_H
#define VHOD_CONTENT_PLAIN_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stddef.h>

/* Append the letters and digits of a text: what is not ASCII counts as a letter, but for no-break
 * spaces. */
void plain_of_text(struct buffer *out, const char *text, size_t len);
/* True if an entity of a sign of ASCII, or of a no-break space, begins at text. */
bool plain_is_entity(const char *text);
/* Markdown: signs of ASCII written as entities are signs. */
void plain_of_markdown(struct buffer *out, const char *text, size_t len);
/* HTML as content/markdown.c makes it: addresses stand after the text of their link, and the
 * numbers of a list before its items, as in the plain text. */
void plain_of_html(struct buffer *out, const char *html);

#endif
