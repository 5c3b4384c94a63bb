/*
 * near.h: words that are a few slips away from a typed one. Walks the sorted words as if
 * they were a tree: letters that neighbours share are looked at once, and what cannot become near
 * any more is skipped with all that begins so.
 */
#ifndef VHOD_SEARCH_NEAR_H
#define VHOD_SEARCH_NEAR_H

#include "search/table.h"

#define SEARCH_NEAR_EDITS 2 /* more cannot be asked */

/* Writes at most max numbers of words at most edits (1 or 2) from the len letters typed
 * (typing_bytes): letters left out, put in, changed, or two neighbours swapped. With beginning,
 * it is enough that the word begins so. Returns how many. */
size_t search_near(const struct search_order *order, const char *typed, size_t len, unsigned edits,
                   bool beginning, uint32_t *found, size_t max);

#endif
