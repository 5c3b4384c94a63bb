/*
 * growth.h: what was read unusually much on one day, against the same weekday of the four weeks
 * before: a Monday is held against Mondays. What to make of it, and how much is unusual, is the
 * caller's.
 */
#ifndef VHOD_TALLY_GROWTH_H
#define VHOD_TALLY_GROWTH_H

#include "tally/tally.h"

#define GROWTH_WEEKS       4 /* looked back */
#define GROWTH_WEEKS_LEAST 2 /* of them with views at all: from one alone nothing is usual */

/* What counts as unusual. */
struct growth_limits {
    long times; /* so many times the usual */
    long least; /* and so many views at least */
};

/* Regions, guides and questions of that day (tally/period.h) above both limits, people only, most
 * views first: [{kind, id, views, usual}], usual being the mean of the weeks that have any views,
 * rounded; an operator's links count to their guide or question ("cited", with an id like "q/7").
 * Empty where fewer than GROWTH_WEEKS_LEAST weeks have any. A day that still runs is told when it
 * is above already. Errors and ownership as of tally_statistics. */
enum err tally_growth(struct tally *tally, long day, const struct growth_limits *limits,
                      json_t **out);

#endif
