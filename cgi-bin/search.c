/*
 * search.c: the FastCGI program for search. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"
#include "web/routes.h"

static const struct route routes[] = {
    {.pattern = "/search",
     GET_PAGE(HTML | JSON, EVENT_SEARCH),
     .params = {{"q", PARAM_TEXT, false},
                {"go", PARAM_TEXT, false},
                {"exact", PARAM_TEXT, false},
                {"typing", PARAM_TEXT, false}},
     .page = &page_search},
    {.pattern = "/desk",
     GET_PAGE(HTML, EVENT_NONE),
     .params = {{"q", PARAM_TEXT, false}},
     .page = &page_desk},
    {.pattern = NULL},
};

static const struct program program = {.name = "search",
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
