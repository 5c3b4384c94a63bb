/*
 * stats.c: the FastCGI program for the owner's statistics. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"

#define GET  (1u << METHOD_GET)
#define HTML REP_BIT(REP_HTML)
#define JSON REP_BIT(REP_JSON)
#define CSV  REP_BIT(REP_CSV)

static const struct route routes[] = {
    {"/stats",
     GET,
     HTML | JSON | CSV,
     CACHE_PRIVATE,
     EVENT_NONE,
     {{"from", PARAM_DATE, false}, {"to", PARAM_DATE, false}},
     &page_stats},
    {NULL, 0, 0, CACHE_NEVER, EVENT_NONE, {{NULL, PARAM_NONE, false}}, NULL},
};

static const struct program program = {.name = "stats",
                                       .routes = routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
