/*
 * rank.h: which of the regions that a query may mean comes first, and how many are worth showing.
 * What each hit explains is search/region.c's.
 */
#ifndef VHOD_SEARCH_RANK_H
#define VHOD_SEARCH_RANK_H

#include "search/hit.h"

#define SEARCH_RANK_LABEL 3 /* a word of a host's name, as against the host */

/* Puts a copy of a hit in its place among the others. */
void search_rank_insert(const struct search_table *table, struct search_regions *regions,
                        const struct search_hit *hit);

/* Leaves the best and those that explain as much, and counts the exact ones. */
void search_rank_cut(const struct search_table *table, struct search_regions *regions);

#endif
