/*
 * routes.h: the tables of addresses, one for each FastCGI program; each ends with a NULL pattern.
 * The programs serve them; who reads the log of a cache in front looks up in them what was read.
 */
#ifndef VHOD_PAGES_ROUTES_H
#define VHOD_PAGES_ROUTES_H

#include "web/route.h"

extern const struct route routes_regions[]; /* front page, regions, and what nobody else answers */
extern const struct route routes_guides[];  /* guides and questions */
extern const struct route routes_search[];
extern const struct route routes_stats[]; /* for the owner only */

#endif
