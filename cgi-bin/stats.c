/*
 * stats.c: the FastCGI program for the owner's statistics. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"
#include "web/routes.h"

static const struct route routes[] = {
    {.pattern = "/stats",
     .methods = GET,
     .reps = HTML | JSON | CSV,
     .cache = CACHE_PRIVATE,
     .params = {{"from", PARAM_DATE, false},
                {"to", PARAM_DATE, false},
                {"period", PARAM_SLUG, false},
                {"compare", PARAM_SLUG, false},
                {"table", PARAM_SLUG, false}},
     .page = &page_stats},
    {.pattern = NULL},
};

static const struct program program = {.name = "stats",
                                       .routes = routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close,
                                       .script_policy = "'self'"};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
