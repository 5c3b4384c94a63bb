/*
 * search.c: the FastCGI program for search. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"

#define GET  (1u << METHOD_GET)
#define HTML REP_BIT(REP_HTML)
#define JSON REP_BIT(REP_JSON)

static const struct route routes[] = {
    {"/search",
     GET,
     HTML | JSON,
     CACHE_PAGE,
     EVENT_SEARCH,
     {{"q", PARAM_TEXT, false}, {"go", PARAM_TEXT, false}},
     &page_search},
    {NULL, 0, 0, CACHE_NEVER, EVENT_NONE, {{NULL, PARAM_NONE, false}}, NULL},
};

static const struct program program = {.name = "search",
                                       .routes = routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
