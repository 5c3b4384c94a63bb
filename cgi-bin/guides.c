/*
 * guides.c: the FastCGI program for guides and questions. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"
#include "web/routes.h"

static const struct route routes[] = {
    {.pattern = "/guides", GET_PAGE(HTML | JSON | TEXT, EVENT_PAGE), .page = &page_guides},
    {.pattern = "/guide/{id}",
     GET_PAGE(HTML | JSON | TEXT, EVENT_GUIDE),
     .flagged = EVENT_CITED,
     .params = {{"id", PARAM_SLUG, true},
                {"region", PARAM_REGION, false},
                {"r", PARAM_NUMBER, false},
                {"cited", PARAM_FLAG, false}},
     .page = &page_guide},
    {.pattern = "/questions", GET_PAGE(HTML | JSON | TEXT, EVENT_PAGE), .page = &page_questions},
    {.pattern = "/q/{number}",
     GET_PAGE(HTML | JSON | TEXT, EVENT_QUESTION),
     .flagged = EVENT_CITED,
     .params = {{"number", PARAM_NUMBER, true},
                {"r", PARAM_NUMBER, false},
                {"cited", PARAM_FLAG, false}},
     .page = &page_question},
    {.pattern = NULL},
};

static const struct program program = {.name = "guides",
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
