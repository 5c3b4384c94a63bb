/*
 * difference.h: two texts of one guide or question compared: the newer one, with what was added and
 * what was taken out marked.
 */
#ifndef VHOD_CONTENT_DIFFERENCE_H
#define VHOD_CONTENT_DIFFERENCE_H

#include "base/err.h"
#include <stdbool.h>

/* What became of a text: the new one, in which what was added stands in <ins> and what was taken
 * out in <del>. */
struct article_difference {
    char *html;          /* safe to send; NULL if no such could be made */
    long added, removed; /* words */
};

/* Compares two whole files of one article: short answer, for whom, what at hand, text, result, and
 * the title if it is another one. *out is zeroed before, and to be freed whatever happens.
 * ERR_MEMORY; ERR_INVALID if one cannot be read at all. */
enum err article_difference_make(struct article_difference *out, const char *before,
                                 const char *after, bool question);
void article_difference_free(struct article_difference *difference);

#endif
