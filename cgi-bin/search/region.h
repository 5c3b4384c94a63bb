/*
 * region.h: which regions a query means. Names are found by their words, evidence of several
 * names, codes and hosts is added up for each region, and the regions that explain most of the
 * query are left, the surest first.
 */
#ifndef VHOD_SEARCH_REGION_H
#define VHOD_SEARCH_REGION_H

#include "search/hit.h"
#include "search/query.h"

struct search_matcher;

/* Memory for matching, used again for each query. */
enum err search_matcher_new(struct search_matcher **out);
void search_matcher_free(struct search_matcher *matcher);

/* Fills *out from a query that has been read. */
void search_match_regions(struct search_matcher *matcher, const struct search_query *query,
                          struct search_regions *out);

#endif
