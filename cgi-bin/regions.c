/*
 * regions.c: the FastCGI program for the front page, regions and everything that no other program
 * answers. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"

#define GET  (1u << METHOD_GET)
#define HTML REP_BIT(REP_HTML)
#define JSON REP_BIT(REP_JSON)
#define CSV  REP_BIT(REP_CSV)
#define TEXT REP_BIT(REP_TEXT)

static const struct route routes[] = {
    {"/", GET, HTML, CACHE_PAGE, EVENT_PAGE, {{NULL, PARAM_NONE, false}}, &page_front},
    {"/regions",
     GET,
     HTML | JSON | CSV,
     CACHE_PAGE,
     EVENT_PAGE,
     {{"bom", PARAM_TEXT, false}},
     &page_regions},
    {"/region/{iso}",
     GET,
     HTML | JSON | TEXT,
     CACHE_PAGE,
     EVENT_REGION,
     {{"iso", PARAM_REGION, true}},
     &page_region},
    {"/go/{iso}", GET, HTML, CACHE_NEVER, EVENT_DEPARTURE, {{"iso", PARAM_REGION, true}}, &page_go},
    {"/{code}", GET, HTML, CACHE_PAGE, EVENT_NONE, {{"code", PARAM_CODE, true}}, &page_code},
    {"/about", GET, HTML, CACHE_PAGE, EVENT_PAGE, {{NULL, PARAM_NONE, false}}, &page_about},
    {"/health", GET, JSON, CACHE_NEVER, EVENT_NONE, {{NULL, PARAM_NONE, false}}, &page_health},
    {NULL, 0, 0, CACHE_NEVER, EVENT_NONE, {{NULL, PARAM_NONE, false}}, NULL},
};

static const struct program program = {.name = "regions",
                                       .routes = routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close};

int main(int argc, char **argv)
{
    return loop_main(&program, argc, argv);
}
