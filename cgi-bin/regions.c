/*
 * regions.c: the FastCGI program for the front page, regions and everything that no other program
 * answers. Its routes, and nothing else.
 */
#include "pages/pages.h"
#include "pages/site.h"
#include "web/routes.h"

/* A picture that stands on paper and on other people's pages. */
#define PICTURE .methods = GET, .reps = SVG, .cache = CACHE_SHORT

/* For a frame or a picture on somebody else's page. */
#define EMBED .methods = GET, .reps = HTML | SVG, .cache = CACHE_SHORT, .event = EVENT_EMBED

/* After a report: for this reader and this moment. */
#define CLOSING                                                                                    \
    .methods = GET, .reps = HTML, .cache = CACHE_NEVER, .params = {{"page", PARAM_TEXT, false}}

static const struct route routes[] = {
    {.pattern = "/", GET_PAGE(HTML, EVENT_PAGE), .page = &page_front},
    {.pattern = "/regions",
     GET_PAGE(HTML | JSON | CSV, EVENT_PAGE),
     .params = {{"bom", PARAM_TEXT, false}},
     .page = &page_regions},
    {.pattern = "/region/{iso}",
     GET_PAGE(HTML | JSON | TEXT, EVENT_REGION),
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_region},
    {.pattern = "/go/{iso}",
     .methods = GET,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .event = EVENT_DEPARTURE,
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_go},
    /* <a ping> on the links to the portals: the click through, counted by the browser. */
    {.pattern = "/ping/{iso}",
     .methods = POST,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .event = EVENT_DEPARTURE,
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_ping},
    {.pattern = "/{code}",
     GET_PAGE(HTML, EVENT_NONE),
     .params = {{"code", PARAM_CODE, true}},
     .page = &page_code},
    {.pattern = "/remember",
     .methods = POST,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .params = {{"region", PARAM_REGION, true},
                {"forget", PARAM_FLAG, false},
                {"back", PARAM_TEXT, false}},
     .page = &page_remember},
    {.pattern = "/about", GET_PAGE(HTML, EVENT_PAGE), .page = &page_about},
    {.pattern = "/changes", GET_PAGE(HTML | JSON | ATOM, EVENT_PAGE), .page = &page_changes},
    {.pattern = "/qr/region/{iso}",
     PICTURE,
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_qr_region},
    {.pattern = "/qr/guide/{id}",
     PICTURE,
     .params = {{"id", PARAM_SLUG, true}},
     .page = &page_qr_guide},
    {.pattern = "/qr/q/{number}",
     PICTURE,
     .params = {{"number", PARAM_NUMBER, true}},
     .page = &page_qr_question},
    {.pattern = "/embed/region/{iso}",
     EMBED,
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_embed_region},
    {.pattern = "/embed/guide/{id}",
     EMBED,
     .params = {{"id", PARAM_SLUG, true}, {"region", PARAM_REGION, false}},
     .page = &page_embed_guide},
    {.pattern = "/embed/q/{number}",
     EMBED,
     .params = {{"number", PARAM_NUMBER, true}},
     .page = &page_embed_question},
    {.pattern = "/report",
     .methods = 1u << METHOD_POST,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .event = EVENT_REPORT,
     .params = {{"page", PARAM_TEXT, true},
                {"choice", PARAM_TEXT, true},
                {"token", PARAM_TEXT, false},
                {"website", PARAM_TEXT, false}},
     .page = &page_report},
    {.pattern = "/report/thanks", CLOSING, .page = &page_report_closing},
    {.pattern = "/report/again", CLOSING, .page = &page_report_closing},
    {.pattern = "/oembed",
     .methods = GET,
     .reps = JSON,
     .cache = CACHE_SHORT,
     .params = {{"url", PARAM_TEXT, true},
                {"format", PARAM_TEXT, false},
                {"maxwidth", PARAM_NUMBER, false},
                {"maxheight", PARAM_NUMBER, false}},
     .page = &page_oembed},
    {.pattern = "/check",
     GET_PAGE(HTML | JSON, EVENT_CHECK),
     .params = {{"address", PARAM_PASTE, false}},
     .page = &page_check},
    {.pattern = "/directory",
     GET_PAGE(JSON | CSV | SQLITE, EVENT_PAGE),
     .params = {{"bom", PARAM_TEXT, false}},
     .page = &page_directory},
    {.pattern = "/openapi.json", GET_PAGE(JSON, EVENT_NONE), .page = &page_openapi},
    {.pattern = "/site.webmanifest", GET_PAGE(JSON, EVENT_NONE), .page = &page_manifest},
    {.pattern = "/sitemap.xml", GET_PAGE(XML, EVENT_NONE), .page = &page_sitemap},
    {.pattern = "/robots.txt", GET_PAGE(TEXT, EVENT_NONE), .page = &page_robots},
    {.pattern = "/opensearch.xml", GET_PAGE(XML, EVENT_NONE), .page = &page_opensearch},
    {.pattern = "/health",
     .methods = GET,
     .reps = JSON,
     .cache = CACHE_NEVER,
     .page = &page_health},
    {.pattern = NULL},
};

static const struct program program = {.name = "regions",
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
