/*
 * letters.h: which letters are taken for which. From Unicode's data (ops/confusable.c makes the
 * tables), and from a short list of what a hasty eye mixes up in Latin letters alone. Knows nothing
 * of hosts.
 */
#ifndef VHOD_ADDRESS_LETTERS_H
#define VHOD_ADDRESS_LETTERS_H

#include "base/buffer.h"
#include <stdbool.h>

/* Appends text (UTF-8, small letters) with every letter beyond ASCII replaced by the Latin one, two
 * or three that it looks like: "gоsuslugi" with a Cyrillic o becomes "gosuslugi". What looks like
 * none stays. The caller asks buffer_failed(). */
void letters_latin(struct buffer *out, const char *text);

/* Appends latin with signs that a hasty eye does not tell apart made one: 0 and o, 1, i and l, rn
 * and m, cl and d. Both names that are compared have to be made so; the result is for nobody to
 * read. The caller asks buffer_failed(). */
void letters_plain(struct buffer *out, const char *latin);

/* True if a label (between dots) of the text has letters of alphabets that are not written
 * together: Latin and Cyrillic, Cyrillic and Greek. As browsers see it, Chinese, Japanese and
 * Korean signs and Latin letters do go together. */
bool letters_mixed(const char *text);

#endif
