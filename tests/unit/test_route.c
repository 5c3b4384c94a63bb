/*
 * test_route.c: the table of addresses: which row, which values, which representation, and every
 * refusal.
 */
#include "web/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof a / sizeof((a)[0]))
#define GET_ONLY (1u << METHOD_GET)

static const struct route routes[] = {
    {.pattern = "/", .methods = GET_ONLY, .reps = REP_BIT(REP_HTML)},
    {.pattern = "/regions",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML) | REP_BIT(REP_JSON) | REP_BIT(REP_CSV)},
    {.pattern = "/region/{iso}",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML) | REP_BIT(REP_JSON) | REP_BIT(REP_TEXT),
     .params = {{"iso", PARAM_REGION, true}}},
    {.pattern = "/search",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML) | REP_BIT(REP_JSON),
     .params = {{"q", PARAM_TEXT, true},
                {"region", PARAM_REGION, false},
                {"r", PARAM_NUMBER, false},
                {"from", PARAM_DATE, false},
                {"cited", PARAM_FLAG, false}}},
    {.pattern = "/q/{number}",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML),
     .params = {{"cited", PARAM_FLAG, false}, {"number", PARAM_NUMBER, true}}},
    {.pattern = "/pair/{a}/to/{b}",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML),
     .params = {{"a", PARAM_SLUG, true}, {"b", PARAM_SLUG, true}}},
    {.pattern = "/word",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_JSON),
     .params = {{"sep", PARAM_WORD, false, "comma semicolon"}, {"need", PARAM_TEXT, true}}},
    {.pattern = "/guest",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML),
     .lenient = true,
     .params = {{"theme", PARAM_WORD, false, "light dark"}, {"region", PARAM_REGION, false}}},
    {.pattern = "/report", .methods = 1u << METHOD_POST, .reps = REP_BIT(REP_HTML)},
    {.pattern = "/both", .methods = GET_ONLY, .reps = REP_BIT(REP_HTML)},
    {.pattern = "/both", .methods = 1u << METHOD_POST, .reps = REP_BIT(REP_HTML)},
    {.pattern = "/robots.txt", .methods = GET_ONLY, .reps = REP_BIT(REP_TEXT)},
    {.pattern = "/site.webmanifest", .methods = GET_ONLY, .reps = REP_BIT(REP_TEXT)},
    {.pattern = "/broken/{nobody}", .methods = GET_ONLY, .reps = REP_BIT(REP_HTML)},
    {.pattern = "/{code}",
     .methods = GET_ONLY,
     .reps = REP_BIT(REP_HTML),
     .params = {{"code", PARAM_CODE, true}}},
    {.pattern = NULL},
};

struct call {
    const char *method, *uri, *accept;
};

static const char *get(void *context, const char *name)
{
    const struct call *call = context;

    if (strcmp(name, "REQUEST_METHOD") == 0)
        return call->method;
    if (strcmp(name, "REQUEST_URI") == 0)
        return call->uri;
    return strcmp(name, "HTTP_ACCEPT") == 0 ? call->accept : NULL;
}

static enum status match(struct call call, struct request *request, struct route_match *out,
                         const char **allow)
{
    struct request_source source = {.get = get, .context = &call};
    enum status status;

    if (request_parse(request, &source, NULL, &status) != ERR_NONE)
        fail_msg("%s is no request", call.uri);
    *allow = NULL;
    return route_match(routes, request, out, allow);
}

static void test_refusals(void **state)
{
    static const struct {
        struct call call;
        enum status status;
        const char *allow;
    } rows[] = {
        {{"GET", "/nothing", NULL}, STATUS_NOT_FOUND, NULL},
        {{"POST", "/nothing", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/regions/x", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/alt", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/ru-altai", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/ru-al_", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/ru-", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/ru-alt/x", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/region/ru-alt.csv", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/regions.html", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/q/0", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/q/017", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/q/10000", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/q/x", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/pair/a/to", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/pair/a/of/b", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/1234", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/22.json", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/robots", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/robots.json", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/directory", NULL}, STATUS_NOT_FOUND, NULL},
        {{"GET", "/broken/x", NULL}, STATUS_NOT_FOUND, NULL},
        {{"POST", "/regions", NULL}, STATUS_METHOD_NOT_ALLOWED, "GET, HEAD"},
        {{"TRACE", "/", NULL}, STATUS_METHOD_NOT_ALLOWED, "GET, HEAD"},
        {{"OPTIONS", "/regions", NULL}, STATUS_METHOD_NOT_ALLOWED, "GET, HEAD"},
        {{"GET", "/report", NULL}, STATUS_METHOD_NOT_ALLOWED, "POST"},
        {{"HEAD", "/report", NULL}, STATUS_METHOD_NOT_ALLOWED, "POST"},
        {{"PUT", "/both", NULL}, STATUS_METHOD_NOT_ALLOWED, "GET, HEAD, POST"},
        {{"GET", "/search", NULL}, STATUS_BAD_REQUEST, NULL},
        {{"GET", "/search?q=%ff", NULL}, STATUS_BAD_REQUEST, NULL},
        {{"GET", "/search?q=a&region=RU-ALT", NULL}, STATUS_BAD_REQUEST, NULL},
        {{"GET", "/search?q=a&r=0", NULL}, STATUS_BAD_REQUEST, NULL},
        {{"GET", "/search?q=a&from=2026-02-30", NULL}, STATUS_BAD_REQUEST, NULL},
        {{"GET", "/search?q=a&from=2026-02", NULL}, STATUS_BAD_REQUEST, NULL},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request;
        struct route_match found;
        const char *allow;
        enum status status = match(rows[i].call, &request, &found, &allow);

        if (status != rows[i].status)
            fail_msg("%s %s: %d", rows[i].call.method, rows[i].call.uri, status_code(status));
        if (rows[i].allow == NULL)
            assert_null(allow);
        else
            assert_string_equal(allow, rows[i].allow);
        assert_null(found.route);
        route_match_free(&found);
        request_free(&request);
    }
}

static void test_long_text(void **state)
{
    char uri[512] = "/search?q=";
    size_t start = strlen(uri);
    struct request request;
    struct route_match found;
    const char *allow;

    (void)state;

    memset(uri + start, 'a', 256);
    assert_int_equal(match((struct call){"GET", uri, NULL}, &request, &found, &allow), STATUS_OK);
    route_match_free(&found);
    request_free(&request);
    uri[start + 256] = 'a';
    assert_int_equal(match((struct call){"GET", uri, NULL}, &request, &found, &allow),
                     STATUS_BAD_REQUEST);
    request_free(&request);
}

static void test_matches(void **state)
{
    static const struct {
        struct call call;
        const char *pattern;
        enum representation rep;
        bool negotiated;
        const char *first, *second;
    } rows[] = {
        {{"GET", "/", NULL}, "/", REP_HTML, false, NULL, NULL},
        {{"HEAD", "/regions", NULL}, "/regions", REP_HTML, true, NULL, NULL},
        {{"GET", "/regions?utm_source=%ff&x=1", NULL}, "/regions", REP_HTML, true, NULL, NULL},
        {{"GET", "/regions", "application/json"}, "/regions", REP_JSON, true, NULL, NULL},
        {{"GET", "/regions", "text/csv, application/json;q=0.9"},
         "/regions",
         REP_CSV,
         true,
         NULL,
         NULL},
        {{"GET", "/regions", "image/png"}, "/regions", REP_HTML, true, NULL, NULL},
        {{"GET", "/regions", "*/*"}, "/regions", REP_HTML, true, NULL, NULL},
        {{"GET", "/regions.json", "text/html"}, "/regions", REP_JSON, false, NULL, NULL},
        {{"GET", "/region/ru-alt.txt", NULL}, "/region/{iso}", REP_TEXT, false, "ru-alt", NULL},
        {{"GET", "/q/17", "application/json"}, "/q/{number}", REP_HTML, false, NULL, "17"},
        {{"GET", "/q/17?cited", NULL}, "/q/{number}", REP_HTML, false, "1", "17"},
        {{"GET", "/q/17?number=5", NULL}, "/q/{number}", REP_HTML, false, NULL, "17"},
        {{"GET", "/pair/a-1/to/b", NULL}, "/pair/{a}/to/{b}", REP_HTML, false, "a-1", "b"},
        {{"GET", "/search?q=", NULL}, "/search", REP_HTML, true, "", NULL},
        {{"GET", "/search?q=a&region=&r=&from=", NULL}, "/search", REP_HTML, true, "a", NULL},
        {{"GET", "/search?q=a&region=ru-per&q=b", NULL}, "/search", REP_HTML, true, "a", "ru-per"},
        {{"GET", "/22", NULL}, "/{code}", REP_HTML, false, "22", NULL},
        {{"GET", "/word?sep=semicolon&need=x", NULL}, "/word", REP_JSON, false, "semicolon", "x"},
        {{"GET", "/word?sep=comma&need=x", NULL}, "/word", REP_JSON, false, "comma", "x"},
        {{"GET", "/word?sep=&need=x", NULL}, "/word", REP_JSON, false, NULL, "x"},
        {{"GET", "/guest?theme=dark&region=ru-per", NULL},
         "/guest",
         REP_HTML,
         false,
         "dark",
         "ru-per"},
        {{"GET", "/guest?theme=darker&region=%3Cx%3E", NULL},
         "/guest",
         REP_HTML,
         false,
         NULL,
         NULL},
        {{"GET", "/guest?theme&region=RU-PER", NULL}, "/guest", REP_HTML, false, NULL, NULL},
        {{"POST", "/report", NULL}, "/report", REP_HTML, false, NULL, NULL},
        {{"POST", "/both", NULL}, "/both", REP_HTML, false, NULL, NULL},
        {{"GET", "/robots.txt", NULL}, "/robots.txt", REP_TEXT, false, NULL, NULL},
        {{"GET", "/site.webmanifest", NULL}, "/site.webmanifest", REP_TEXT, false, NULL, NULL},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request;
        struct route_match found;
        const char *allow;

        if (match(rows[i].call, &request, &found, &allow) != STATUS_OK)
            fail_msg("%s: no match", rows[i].call.uri);
        assert_string_equal(found.route->pattern, rows[i].pattern);
        assert_int_equal(found.rep, rows[i].rep);
        if (found.negotiated != rows[i].negotiated)
            fail_msg("%s: negotiated %d", rows[i].call.uri, found.negotiated);
        assert_int_equal(found.flagged, strstr(rows[i].call.uri, "cited") != NULL);
        for (size_t n = 0; n < 2; n++) {
            const char *wanted = n == 0 ? rows[i].first : rows[i].second;

            if (wanted == NULL
                    ? found.values.value[n] != NULL
                    : found.values.value[n] == NULL || strcmp(found.values.value[n], wanted) != 0)
                fail_msg("%s: value %zu", rows[i].call.uri, n);
        }
        route_match_free(&found);
        request_free(&request);
    }
}

/* What was refused is said, and the answer is of the kind that the address has. */
static void test_refused(void **state)
{
    static const struct {
        const char *uri, *refused;
    } rows[] = {
        {"/word?need=x&sep=tab", "sep"},      {"/word?need=x&sep=comma%20semicolon", "sep"},
        {"/word?need=x&sep=comm", "sep"},     {"/word?need=x&sep=COMMA", "sep"},
        {"/word?need=x&sep=%20comma", "sep"}, {"/word?sep=comma", "need"},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct call call = {"GET", rows[i].uri, NULL};
        struct request request;
        struct route_match found;
        const char *allow;

        assert_int_equal(match(call, &request, &found, &allow), STATUS_BAD_REQUEST);
        assert_non_null(found.refused);
        assert_string_equal(found.refused->name, rows[i].refused);
        assert_int_equal(found.rep, REP_JSON);
        assert_null(found.route);
        route_match_free(&found);
        request_free(&request);
    }
}

static void test_values(void **state)
{
    char paste[2050];

    (void)state;

    assert_false(route_value_is(PARAM_NONE, "x"));
    assert_false(route_value_is((enum param_kind)99, "x"));
    assert_false(route_value_is(PARAM_SLUG, ""));
    assert_false(route_value_is(PARAM_SLUG, "a.b"));
    assert_false(route_value_is(PARAM_CODE, ""));
    assert_false(route_value_is(PARAM_TEXT, "a\nb"));
    assert_false(route_value_is(PARAM_PASTE, "a\nb"));
    memset(paste, 'a', sizeof paste);
    paste[2049] = '\0';
    assert_false(route_value_is(PARAM_PASTE, paste));
    paste[2048] = '\0';
    assert_true(route_value_is(PARAM_PASTE, paste));
    assert_true(route_value_is(PARAM_CODE, "777"));
    assert_true(route_value_is(PARAM_REGION, "ru-mow"));
    assert_true(route_value_is(PARAM_NUMBER, "9999"));
    assert_true(route_value_is(PARAM_DATE, "2026-11-21"));
}

static void test_prefixes(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;

    route_prefixes(&out, routes);
    assert_string_equal(buffer_text(&out),
                        "regions|region|search|q|pair|word|guest|report|both|robots|site|broken");
    buffer_free(&out);
    route_match_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_matches),  cmocka_unit_test(test_refused),
        cmocka_unit_test(test_values),   cmocka_unit_test(test_prefixes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
