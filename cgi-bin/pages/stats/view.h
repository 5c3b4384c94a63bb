/*
 * view.h: what the templates of the statistics see beside the document: trends, long lists in
 * a part that is shown and a part that is folded away, and the geometry of the charts.
 */
#ifndef VHOD_PAGES_STATS_VIEW_H
#define VHOD_PAGES_STATS_VIEW_H

#include "base/err.h"
#include <jansson.h>

/* Adds to a row that has "before" what its first count ("views" or "count") is against it:
 * "trend": "up" or "down" with "percent", "times" with "times" (three times as much and more),
 * "same", "new" (there was none), or null where the numbers are too small to say. ERR_MEMORY. */
enum err stats_add_trend(json_t *row);

/* Makes the view of a statistics document (pages/stats/page.c); a page_dresser (pages/page.h).
 *
 * Instead of LIST (regions, guides, …; "empty" for searches.empty):
 *   LIST_parts:[{rows:[…], folded}]    at most two; rows with a trend
 *   LIST_rest                          number of rows in neither
 * Beside: single (one day), compared (is there anything to compare with), too_early (yes, but the
 * last day is not over, so there are no trends), nothing_before (it was asked for, and there
 * is nothing), total (people, as a row of kinds), chart, robots_chart, hours_chart (view/chart.h;
 * chart with events:[{x, september, changes}], changes being a number of regions), answers:{views,
 * cited, percent}. */
enum err stats_dress(const json_t *document, json_t **out);

#endif
