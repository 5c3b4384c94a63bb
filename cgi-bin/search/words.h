/*
 * words.h: any text as folded words: what search compares. Index and query use the same
 * function, so both see the same words.
 */
#ifndef VHOD_SEARCH_WORDS_H
#define VHOD_SEARCH_WORDS_H

#include "base/buffer.h"
#include "base/err.h"
#include <stddef.h>

/* Appends the words of a text, folded (base/utf8.h), one space between: runs of letters, and runs
 * of digits. «№ 17» and «#17» give "no 17", "edu22.info" gives "edu 22 info"; apostrophes are
 * nothing. Any bytes will do: what is not UTF-8 parts words. ERR_MEMORY is the only error. */
enum err search_words(struct buffer *out, const char *text, size_t len);

/* Cuts the next word off *rest, a text of search_words: its length, or 0 at the end. *word points
 * into the text and is not NUL-terminated. */
size_t search_next_word(const char **rest, const char **word);

#endif
