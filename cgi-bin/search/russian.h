/*
 * russian.h: from a Russian noun or adjective in some case to what its dictionary form may be. The
 * forms are guesses by ending; whoever asks looks up which of them exist, so a wrong guess costs a
 * look-up and nothing else.
 */
#ifndef VHOD_SEARCH_RUSSIAN_H
#define VHOD_SEARCH_RUSSIAN_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stddef.h>

/* Where the guessing stands; start with zeros. */
struct russian_forms {
    size_t row, ending, base;
};

/* Appends the next possible dictionary form of the folded word ("барнауле": "барнаул", "барнаула",
 * …); false when there are no more. *derived (may be NULL): the word is an adjective made from the
 * form
 * ("казанский" from "казань"), which says less. */
bool russian_next(struct russian_forms *forms, const char *word, struct buffer *out, bool *derived);

#endif
