/*
 * search.c: the FastCGI program for search. Its table and its functions, and nothing else.
 */
#include "pages/routes.h"
#include "pages/search_event.h"
#include "pages/site.h"

static const struct program program = {.name = "search",
                                       .routes = routes_search,
                                       .meant = routes_public,
                                       .searched = search_event_text,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close,
                                       .script_policy = "'self'"};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
