/*
 * guides.c: the FastCGI program for guides and questions. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"

#define GET  (1u << METHOD_GET)
#define HTML REP_BIT(REP_HTML)
#define JSON REP_BIT(REP_JSON)
#define TEXT REP_BIT(REP_TEXT)

static const struct route routes[] = {
    {"/guides",
     GET,
     HTML | JSON | TEXT,
     CACHE_PAGE,
     EVENT_PAGE,
     {{NULL, PARAM_NONE, false}},
     &page_guides},
    {"/guide/{id}",
     GET,
     HTML | JSON | TEXT,
     CACHE_PAGE,
     EVENT_GUIDE,
     {{"id", PARAM_SLUG, true}, {"region", PARAM_REGION, false}},
     &page_guide},
    {"/questions",
     GET,
     HTML | JSON | TEXT,
     CACHE_PAGE,
     EVENT_PAGE,
     {{NULL, PARAM_NONE, false}},
     &page_questions},
    {"/q/{number}",
     GET,
     HTML | JSON | TEXT,
     CACHE_PAGE,
     EVENT_QUESTION,
     {{"number", PARAM_NUMBER, true}},
     &page_question},
    {NULL, 0, 0, CACHE_NEVER, EVENT_NONE, {{NULL, PARAM_NONE, false}}, NULL},
};

static const struct program program = {.name = "guides",
                                       .routes = routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
