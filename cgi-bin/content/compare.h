/*
 * compare.h: two pieces of our own HTML, word by word. It knows nothing of Markdown, and so what it
 * says does not depend on the Markdown library's release: the same two texts give the same bytes on
 * every machine.
 *
 * It does not judge what it is given: whoever sends the result asks markup.h first.
 */
#ifndef VHOD_CONTENT_COMPARE_H
#define VHOD_CONTENT_COMPARE_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends the newer one, with the words that it has more in <ins>, and those that it has no more in
 * <del>. Marks stand inside of what holds text; what was taken out where none may stand gets a
 * paragraph, or an item of the list, of its own. Counts the words. ERR_MEMORY. */
enum err compare_html(struct buffer *out, const char *before, const char *after, long *added,
                      long *removed);

#endif
