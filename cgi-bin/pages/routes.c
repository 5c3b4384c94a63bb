/*
 * routes.c: every address of the site, in one table for each program. A page is a row here and a
 * function beside it; what a row means is web/route.h's.
 */
#include "pages/routes.h"
#include "pages/pages.h"
#include "web/routes.h"

/* A picture that stands on paper and on other people's pages. */
#define PICTURE .methods = GET, .reps = SVG | PNG, .cache = CACHE_SHORT, .lenient = true

/* For a frame or a picture on somebody else's page. */
#define EMBED                                                                                      \
    .methods = GET, .reps = HTML | SVG | PNG, .cache = CACHE_SHORT, .event = EVENT_EMBED,          \
    .lenient = true

/* What a placed thing looks like; without it, as the visitor's device does. */
#define THEME                                                                                      \
    {                                                                                              \
        "theme", PARAM_WORD, false, "light dark"                                                   \
    }

/* How spreadsheets want their tables. */
#define SEPARATOR                                                                                  \
    {                                                                                              \
        "sep", PARAM_WORD, false, "comma semicolon"                                                \
    }

/* After a report: for this reader and this moment. */
#define CLOSING                                                                                    \
    .methods = GET, .reps = HTML, .cache = CACHE_NEVER,                                            \
    .params = {{"page", PARAM_TEXT, false}, {"choice", PARAM_SLUG, false}}

const struct route routes_regions[] = {
    {.pattern = "/", GET_PAGE(HTML, EVENT_PAGE), .page = &page_front},
    {.pattern = "/regions",
     GET_PAGE(HTML | JSON | CSV, EVENT_PAGE),
     .params = {{"bom", PARAM_TEXT, false},
                {"q", PARAM_TEXT, false},
                {"all", PARAM_TEXT, false},
                SEPARATOR},
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
    {.pattern = "/look",
     .methods = POST,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .params = {{"theme", PARAM_TEXT, false}, {"size", PARAM_TEXT, false}},
     .page = &page_look},
    {.pattern = "/blocked", GET_PAGE(HTML, EVENT_PAGE), .page = &page_blocked},
    {.pattern = "/about", GET_PAGE(HTML, EVENT_PAGE), .page = &page_about},
    {.pattern = "/privacy", GET_PAGE(HTML, EVENT_PAGE), .page = &page_privacy},
    {.pattern = "/accessibility", GET_PAGE(HTML, EVENT_PAGE), .page = &page_accessibility},
    /* For who works on the site: linked nowhere, not counted. */
    {.pattern = "/styleguide", GET_PAGE(HTML, EVENT_NONE), .page = &page_styleguide},
    {.pattern = "/changes", GET_PAGE(HTML | JSON | ATOM, EVENT_PAGE), .page = &page_changes},
    {.pattern = "/qr/region/{iso}",
     PICTURE,
     .params = {{"iso", PARAM_REGION, true}},
     .page = &page_qr_region},
    {.pattern = "/qr/guide/{id}",
     PICTURE,
     .params = {{"id", PARAM_SLUG, true}, {"region", PARAM_REGION, false}},
     .page = &page_qr_guide},
    {.pattern = "/qr/q/{number}",
     PICTURE,
     .params = {{"number", PARAM_NUMBER, true}, {"region", PARAM_REGION, false}},
     .page = &page_qr_question},
    {.pattern = "/embed/region/{iso}",
     EMBED,
     .params = {{"iso", PARAM_REGION, true}, THEME},
     .page = &page_embed_region},
    {.pattern = "/embed/guide/{id}",
     EMBED,
     .params = {{"id", PARAM_SLUG, true}, {"region", PARAM_REGION, false}, THEME},
     .page = &page_embed_guide},
    {.pattern = "/embed/q/{number}",
     EMBED,
     .params = {{"number", PARAM_NUMBER, true}, {"region", PARAM_REGION, false}, THEME},
     .page = &page_embed_question},
    {.pattern = "/page/{id}",
     GET_PAGE(HTML | JSON, EVENT_PAGE),
     .params = {{"id", PARAM_SLUG, true}},
     .page = &page_own},
    {.pattern = "/for-schools",
     GET_PAGE(HTML, EVENT_PAGE),
     .params = {{"page", PARAM_TEXT, false},
                {"region", PARAM_REGION, false},
                {"kind", PARAM_WORD, false, "link go button frame picture png qr qr-png poster"},
                {"colours", PARAM_WORD, false, "light dark"},
                {"school", PARAM_TEXT, false}},
     .page = &page_for_schools},
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
     .params = {{"bom", PARAM_TEXT, false}, SEPARATOR},
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

const struct route routes_guides[] = {
    {.pattern = "/guides",
     GET_PAGE(HTML | JSON | TEXT, EVENT_PAGE),
     .params = {{"region", PARAM_REGION, false}, {"where", PARAM_TEXT, false}},
     .page = &page_guides},
    {.pattern = "/guide/{id}",
     GET_PAGE(HTML | JSON | TEXT, EVENT_GUIDE),
     .flagged = EVENT_CITED,
     .params = {{"id", PARAM_SLUG, true},
                {"region", PARAM_REGION, false},
                {"r", PARAM_NUMBER, false},
                {"where", PARAM_TEXT, false},
                {"cited", PARAM_FLAG, false}},
     .page = &page_guide},
    {.pattern = "/questions",
     GET_PAGE(HTML | JSON | TEXT, EVENT_PAGE),
     .params = {{"region", PARAM_REGION, false},
                {"where", PARAM_TEXT, false},
                {"q", PARAM_TEXT, false}},
     .page = &page_questions},
    {.pattern = "/q/{number}",
     GET_PAGE(HTML | JSON | TEXT, EVENT_QUESTION),
     .flagged = EVENT_CITED,
     .params = {{"number", PARAM_NUMBER, true},
                {"region", PARAM_REGION, false},
                {"r", PARAM_NUMBER, false},
                {"where", PARAM_TEXT, false},
                {"cited", PARAM_FLAG, false}},
     .page = &page_question},
    {.pattern = NULL},
};

const struct route routes_search[] = {
    {.pattern = "/search",
     GET_PAGE(HTML | JSON, EVENT_SEARCH),
     .params = {{"q", PARAM_TEXT, false},
                {"go", PARAM_TEXT, false},
                {"exact", PARAM_TEXT, false},
                {"typing", PARAM_TEXT, false},
                {"region", PARAM_REGION, false}},
     .page = &page_search},
    {.pattern = "/desk",
     GET_PAGE(HTML, EVENT_NONE),
     .params = {{"q", PARAM_TEXT, false},
                {"region", PARAM_REGION, false},
                {"noted", PARAM_WORD, false, "yes"}},
     .page = &page_desk},
    {.pattern = "/desk/none",
     .methods = POST,
     .reps = HTML,
     .cache = CACHE_NEVER,
     .event = EVENT_SEARCH,
     .params = {{"q", PARAM_TEXT, true}, {"region", PARAM_REGION, false}},
     .page = &page_desk_none},
    {.pattern = NULL},
};

const struct route routes_stats[] = {
    {.pattern = "/stats",
     .methods = GET,
     .reps = HTML | JSON | CSV,
     .cache = CACHE_PRIVATE,
     .params = {{"from", PARAM_DATE, false},
                {"to", PARAM_DATE, false},
                {"period", PARAM_SLUG, false},
                {"compare", PARAM_SLUG, false},
                {"table", PARAM_SLUG, false},
                SEPARATOR,
                {"sort", PARAM_TEXT, false},
                {"of", PARAM_TEXT, false}},
     .page = &page_stats},
    {.pattern = "/stats/now",
     .methods = GET,
     .reps = HTML | JSON,
     .cache = CACHE_PRIVATE,
     .page = &page_now},
    {.pattern = "/alerts",
     .methods = GET,
     .reps = ATOM,
     .cache = CACHE_PRIVATE,
     .page = &page_alerts},
    {.pattern = NULL},
};

const struct routes_program routes_programs[] = {
    {"regions", routes_regions},
    {"guides", routes_guides},
    {"search", routes_search},
    {"stats", routes_stats},
    {NULL, NULL},
};

const struct route *const routes_public[] = {routes_regions, routes_guides, routes_search, NULL};
