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

/* The programs that have them; ends with a NULL name. */
struct routes_program {
    const char *name; /* as program.h has it */
    const struct route *routes;
};
extern const struct routes_program routes_programs[];

/* The public tables, NULL behind the last: every program may say where a mistyped address leads. */
extern const struct route *const routes_public[];

#endif
