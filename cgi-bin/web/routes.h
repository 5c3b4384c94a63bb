/*
 * routes.h: short words for the route tables of the programs, and for nothing else.
 */
#ifndef VHOD_WEB_ROUTES_H
#define VHOD_WEB_ROUTES_H

#include "web/route.h"

#define GET    (1u << METHOD_GET)
#define POST   (1u << METHOD_POST)
#define HTML   REP_BIT(REP_HTML)
#define JSON   REP_BIT(REP_JSON)
#define CSV    REP_BIT(REP_CSV)
#define TEXT   REP_BIT(REP_TEXT)
#define XML    REP_BIT(REP_XML)
#define SQLITE REP_BIT(REP_SQLITE)
#define SVG    REP_BIT(REP_SVG)
#define PNG    REP_BIT(REP_PNG)
#define ATOM   REP_BIT(REP_ATOM)

/* A public page: read only, kept and asked about each time, recorded as this kind of event. */
#define GET_PAGE(representations, kind)                                                            \
    .methods = GET, .reps = (representations), .cache = CACHE_PAGE, .event = (kind)

#endif
