/*
 * nearest.h: which of the known words somebody meant who wrote another one.
 */
#ifndef VHOD_BASE_NEAREST_H
#define VHOD_BASE_NEAREST_H

#include <stddef.h>

/* The search for one word. Start with nearest_to. */
struct nearest {
    const char *word;
    size_t len;
    const char
        *found;      /* the nearest so far, borrowed from whoever offered it; NULL: none is near */
    size_t distance; /* its changes of one byte; internal */
};

/* Begins to look for the first len bytes of word, which must outlive the search. */
void nearest_to(struct nearest *nearest, const char *word, size_t len);
/* Offers a known word. It is near if at most a third of the word's bytes would have to be changed,
 * added, left out or swapped with their neighbour; to a word under three bytes nothing is. */
void nearest_offer(struct nearest *nearest, const char *known);

#endif
