/*
 * test_request.c: parsing of requests: addresses, queries, forms, negotiation, who asks. Each table
 * starts with what must be refused.
 */
#include "base/buffer.h"
#include "web/quality.h"
#include "web/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof a / sizeof((a)[0]))
#define NAMES    12

struct variables {
    const char *pairs[NAMES][2]; /* ends with a NULL name */
};

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

static const char *get(void *context, const char *name)
{
    const struct variables *variables = context;

    for (size_t i = 0; i < NAMES && variables->pairs[i][0] != NULL; i++)
        if (strcmp(variables->pairs[i][0], name) == 0)
            return variables->pairs[i][1];
    return NULL;
}

static enum err parse(struct request *out, struct variables variables, enum status *status)
{
    struct request_source source = {.get = get, .context = &variables};

    return request_parse(out, &source, NULL, status);
}

static enum err parse_uri(struct request *out, const char *uri, enum status *status)
{
    return parse(out, (struct variables){{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", uri}}},
                 status);
}

/* --- addresses --- */

static void test_bad_addresses(void **state)
{
    static const char *const bad[] = {
        "",
        "regions",
        "*",
        "//",
        "//evil.example/x",
        "/a//b",
        "/a//",
        "/./a",
        "/a/.",
        "/..",
        "/a/../b",
        "/%2e%2e/b",
        "/a/%2E%2e",
        "/a%2fb",
        "/a%2Fb",
        "/..%2f..%2fetc",
        "/a%zz",
        "/a%",
        "/a%4",
        "/a%00",
        "/a%0d%0ab",
        "/a%1b",
        "/a%ff",
        "/a%c0%80",
        "/\xff",
        "/a b",
        "/a\tb",
        "/a\x7f",
        "/a#b",
        "/a?b c",
        "/a?\x01",
        "http://",
        "/%ef%bb%bf",
        "/a%c2%85",
        "ftp://host/a",
        "/a?b#c",
        "http:///a/../b",
    };
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        enum err err = parse_uri(&request, bad[i], &status);

        if (err != ERR_INVALID || status != STATUS_BAD_REQUEST)
            fail_msg("%s: err %d, status %d", bad[i], err, status_code(status));
        assert_non_null(request.path);
        assert_int_equal(request.method, METHOD_GET);
        request_free(&request);
    }
}

static void test_addresses(void **state)
{
    static const struct {
        const char *uri, *path;
        enum representation extension;
        const char *redirect;
    } rows[] = {
        {"/", "/", REP__MAX, NULL},
        {"/?q=1", "/", REP__MAX, NULL},
        {"/region/ru-alt", "/region/ru-alt", REP__MAX, NULL},
        {"/region/ru-alt.json", "/region/ru-alt", REP_JSON, NULL},
        {"/regions.csv?x", "/regions", REP_CSV, NULL},
        {"/q/17.txt", "/q/17", REP_TEXT, NULL},
        {"/changes.atom", "/changes", REP_ATOM, NULL},
        {"/qr/region/ru-alt.svg", "/qr/region/ru-alt", REP_SVG, NULL},
        {"/sitemap.xml", "/sitemap", REP_XML, NULL},
        {"/regions.html", "/regions.html", REP__MAX, NULL},
        {"/directory.sqlite", "/directory", REP_SQLITE, NULL},
        {"/site.webmanifest", "/site.webmanifest", REP__MAX, NULL},
        {"/.json", "/.json", REP__MAX, NULL},
        {"/a.json/b", "/a.json/b", REP__MAX, NULL},
        {"/a.json.json", "/a.json", REP_JSON, NULL},
        {"/%72egions", "/regions", REP__MAX, NULL},
        {"/regions%2ejson", "/regions", REP_JSON, NULL},
        {"/%2525", "/%25", REP__MAX, NULL}, /* decoded once */
        {"/a+b", "/a+b", REP__MAX, NULL},
        {"/...", "/...", REP__MAX, NULL},
        {"http://evil.example/regions.json?x", "/regions", REP_JSON, NULL},
        {"HTTPS://evil.example", "/", REP__MAX, NULL},
        {"http://evil.example?q=1", "/", REP__MAX, NULL},
        {"/regions/", "/regions", REP__MAX, "/regions"},
        {"/Regions", "/regions", REP__MAX, "/regions"},
        {"/REGION/RU-ALT.JSON/?A=B&c=%41", "/region/ru-alt", REP_JSON,
         "/region/ru-alt.json?A=B&c=%41"},
        {"/A?", "/a", REP__MAX, "/a?"},
        {"/X?q=\xd0\xb6\"<>", "/x", REP__MAX, "/x?q=%D0%B6%22%3C%3E"},
        {"/\\evil.example/", "/\\evil.example", REP__MAX, "/%5Cevil.example"},
        {"/%5cevil.example/", "/\\evil.example", REP__MAX, "/%5Cevil.example"},
        {"/\xd0\xb6/", "/\xd0\xb6", REP__MAX, "/%D0%B6"},
        {"/\xd0\x96", "/\xd0\x96", REP__MAX, NULL}, /* only ASCII has a canonical case */
        {"http://host/Regions/", "/regions", REP__MAX, "/regions"},
    };
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        if (parse_uri(&request, rows[i].uri, &status) != ERR_NONE)
            fail_msg("%s: refused", rows[i].uri);
        assert_string_equal(request.path, rows[i].path);
        assert_int_equal(request.extension, rows[i].extension);
        if (rows[i].redirect == NULL)
            assert_null(request.redirect);
        else
            assert_string_equal(request.redirect, rows[i].redirect);
        request_free(&request);
    }
}

static void test_long_addresses(void **state)
{
    char uri[3 * REQUEST_URI_MAX];
    struct request request;
    enum status status;

    (void)state;

    memset(uri, 'a', sizeof uri);
    uri[0] = '/';
    uri[REQUEST_URI_MAX] = '\0';
    assert_int_equal(parse_uri(&request, uri, &status), ERR_NONE);
    assert_int_equal(strlen(request.path), REQUEST_URI_MAX);
    request_free(&request);

    uri[REQUEST_URI_MAX] = 'a';
    uri[REQUEST_URI_MAX + 1] = '\0';
    assert_int_equal(parse_uri(&request, uri, &status), ERR_LIMIT);
    assert_int_equal(status, STATUS_URI_TOO_LONG);
    request_free(&request);

    /* Short as sent, too long for a Location when encoded. */
    for (size_t i = 1; i + 1 < REQUEST_URI_MAX; i += 2)
        memcpy(uri + i, "\xd0\xb6", 2);
    uri[REQUEST_URI_MAX - 1] = '/';
    uri[REQUEST_URI_MAX] = '\0';
    assert_int_equal(parse_uri(&request, uri, &status), ERR_LIMIT);
    assert_int_equal(status, STATUS_URI_TOO_LONG);
    request_free(&request);
}

static void test_methods(void **state)
{
    static const struct {
        const char *name;
        enum method method;
    } rows[] = {{"get", METHOD_OTHER},   {"", METHOD_OTHER},         {"GETX", METHOD_OTHER},
                {"TRACE", METHOD_OTHER}, {"GET", METHOD_GET},        {"HEAD", METHOD_HEAD},
                {"POST", METHOD_POST},   {"OPTIONS", METHOD_OPTIONS}};
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse(&request,
              (struct variables){{{"REQUEST_METHOD", rows[i].name}, {"REQUEST_URI", "/"}}},
              &status);
        assert_int_equal(request.method, rows[i].method);
        request_free(&request);
    }
}

/* --- parameters --- */

static void test_query(void **state)
{
    struct request request;
    enum status status;

    (void)state;

    assert_int_equal(
        parse_uri(&request, "/s?q=%D0%B6+1%2b&&flag&empty=&bad=%ff&ctl=%0a&%zz=1&=x&q=second&a=b=c",
                  &status),
        ERR_NONE);
    assert_string_equal(request_param(&request, "q"), "ж 1+");
    assert_string_equal(request_param(&request, "flag"), "");
    assert_string_equal(request_param(&request, "empty"), "");
    assert_string_equal(request_param(&request, "a"), "b=c");
    assert_string_equal(request_param(&request, ""), "x");
    assert_null(request_param(&request, "bad"));
    assert_null(request_param(&request, "ctl"));
    assert_null(request_param(&request, "%zz"));
    assert_null(request_param(&request, "missing"));
    request_free(&request);
}

static void test_too_many_parameters(void **state)
{
    char uri[512] = "/s?";
    struct request request;
    enum status status;

    (void)state;

    for (int i = 0; i < REQUEST_PARAMS_MAX; i++)
        strcat(uri, "&a");
    assert_int_equal(parse_uri(&request, uri, &status), ERR_NONE);
    assert_int_equal(request.param_count, REQUEST_PARAMS_MAX);
    request_free(&request);
    strcat(uri, "&a");
    assert_int_equal(parse_uri(&request, uri, &status), ERR_LIMIT);
    assert_int_equal(status, STATUS_BAD_REQUEST);
    request_free(&request);
}

static enum err parse_form(struct request *out, const char *method, const char *type,
                           const char *body, size_t len, enum status *status)
{
    struct variables variables = {
        {{"REQUEST_METHOD", method}, {"REQUEST_URI", "/r?a=1"}, {"CONTENT_TYPE", type}}};
    struct request_source source = {get, &variables, body, len, false};

    return request_parse(out, &source, NULL, status);
}

static void test_form(void **state)
{
    static const char form[] = "application/x-www-form-urlencoded; charset=UTF-8";
    static const char body[] = "a=2&choice=%D0%B4%D0%B0+&x";
    static char huge[REQUEST_BODY_MAX + 1];
    struct request request;
    enum status status;

    (void)state;

    parse_form(&request, "GET", form, body, strlen(body), &status);
    assert_null(request_param(&request, "choice"));
    request_free(&request);
    parse_form(&request, "POST", "text/plain", body, strlen(body), &status);
    assert_null(request_param(&request, "choice"));
    request_free(&request);
    assert_int_equal(parse_form(&request, "POST", form, huge, sizeof huge, &status), ERR_LIMIT);
    assert_int_equal(status, STATUS_TOO_LARGE);
    assert_string_equal(request.path, "");
    request_free(&request);
    assert_int_equal(parse_form(&request, "POST", form, body, strlen(body), &status), ERR_NONE);
    assert_string_equal(request_param(&request, "choice"), "да ");
    assert_string_equal(request_param(&request, "a"), "1"); /* the query comes first */
    request_free(&request);
    memset(huge, 'a', sizeof huge);
    assert_int_equal(parse_form(&request, "POST", form, huge, REQUEST_BODY_MAX, &status), ERR_NONE);
    request_free(&request);
}

/* --- negotiation --- */

static enum err parse_field(struct request *out, const char *name, const char *value)
{
    enum status status;

    return parse(
        out, (struct variables){{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/"}, {name, value}}},
        &status);
}

static int thousandths(double quality)
{
    return (int)(quality * 1000 + 0.5);
}

static void test_accept(void **state)
{
    static const struct {
        const char *field;
        int html, json, svg; /* thousandths */
    } rows[] = {
        {"nonsense", 0, 0, 0},
        {"text/html;q=abc", 0, 0, 0},
        {"text/html;q=1.5", 0, 0, 0},
        {"text/html;q=-1", 0, 0, 0},
        {"text/html;q=0.5555", 0, 0, 0},
        {"text/html;q=1e0", 0, 0, 0},
        {";q=1, ,,", 1000, 1000, 1000}, /* no range at all: as if nothing was sent */
        {NULL, 1000, 1000, 1000},
        {"", 1000, 1000, 1000},
        {"*/*", 1000, 1000, 1000},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 1000, 800, 800},
        {"image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8", 800, 800, 1000},
        {"application/json", 0, 1000, 0},
        {"APPLICATION/JSON ; Q=0.250", 0, 250, 0},
        {"text/html;q=0, */*;q=0.1", 0, 100, 100},
        {"*/*;q=0.1, text/html;q=0", 0, 100, 100},
        {"text/*;q=0.3, */*;q=0.1", 300, 100, 100},
        {"*/*;q=1, text/*;q=0.2", 200, 1000, 1000},
        {"text/html;level=1;q=0.4, text/html;q=0.7", 700, 0, 0},
        {"text/html;x=\"a,b;q=0\";q=0.6", 600, 0, 0},
        {"text/html;x=\"\\\",\";q=0.6", 600, 0, 0},
        {"text/html;x=\"unclosed", 1000, 0, 0},
        {"application/problem+json;q=0.4", 0, 400, 0},
        {"textx/*, image/sv", 0, 0, 0},
    };
    struct request request;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse_field(&request, "HTTP_ACCEPT", rows[i].field);
        if (thousandths(request.accept[REP_HTML]) != rows[i].html ||
            thousandths(request.accept[REP_JSON]) != rows[i].json ||
            thousandths(request.accept[REP_SVG]) != rows[i].svg)
            fail_msg("%s: %g %g %g", rows[i].field, request.accept[REP_HTML],
                     request.accept[REP_JSON], request.accept[REP_SVG]);
        request_free(&request);
    }
}

static void test_accept_encoding(void **state)
{
    static const struct {
        const char *field;
        int identity, gzip, brotli; /* thousandths; identity -1: allowed, and liked least */
    } rows[] = {
        {"gzip;q=0, br;q=0", -1, 0, 0},
        {"identity;q=0", 0, 0, 0},
        {"*;q=0", 0, 0, 0},
        {"gzip;q=zz", -1, 0, 0},
        {NULL, -1, 0, 0},
        {"gzip, deflate, br, zstd", -1, 1000, 1000},
        {"gzip;q=0.5, br;q=0.9, identity;q=0.2", 200, 500, 900},
        {"x-gzip", -1, 1000, 0},
        {"*", -1, 1000, 1000},
        {"gzip;q=0, *;q=0.4", -1, 0, 400},
        {"br, *;q=0", 0, 0, 1000},
        {"GZIP ;q=0.1", -1, 100, 0},
    };
    struct request request;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        double identity;

        parse_field(&request, "HTTP_ACCEPT_ENCODING", rows[i].field);
        identity = request.encoding[ENCODING_IDENTITY];
        if (thousandths(request.encoding[ENCODING_GZIP]) != rows[i].gzip ||
            thousandths(request.encoding[ENCODING_BROTLI]) != rows[i].brotli ||
            (rows[i].identity < 0 ? identity <= 0 || identity > 0.001
                                  : thousandths(identity) != rows[i].identity))
            fail_msg("%s: %g %g %g", rows[i].field, identity, request.encoding[ENCODING_GZIP],
                     request.encoding[ENCODING_BROTLI]);
        request_free(&request);
    }
}

static void test_language(void **state)
{
    static const struct {
        const char *field, *language;
    } rows[] = {
        {NULL, ""},
        {"*", ""},
        {"x", ""},
        {"russian", ""},
        {"ru_RU", ""},
        {"\xd1\x80\xd1\x83", ""},
        {"ru;q=0", ""},
        {"r1", ""},
        {"ru", "ru"},
        {"ru-RU,ru;q=0.9,en-US;q=0.8", "ru"},
        {"en;q=0.5, TT-RU;q=0.7", "tt"},
        {"*, udm", "udm"},
        {"ru, en", "ru"},
    };
    struct request request;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse_field(&request, "HTTP_ACCEPT_LANGUAGE", rows[i].field);
        assert_string_equal(request.language, rows[i].language);
        request_free(&request);
    }
}

static void test_quality_walks_any_bytes(void **state)
{
    static const char bytes[] = "a,;=q\"\\ \t/*0.1\x80";
    char field[64];
    uint32_t seed = 1;

    (void)state;

    for (int round = 0; round < 20000; round++) {
        const char *cursor = field;
        struct quality item;
        size_t len;

        seed = seed * 1664525u + 1013904223u;
        len = (seed >> 8) % (sizeof field - 1);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525u + 1013904223u;
            field[i] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        field[len] = '\0';
        while (quality_next(&cursor, &item)) {
            assert_true(item.text >= field && item.text + item.len <= field + len);
            assert_true(item.len > 0 && item.weight >= 0 && item.weight <= 1);
        }
        assert_true(cursor == field + len);
    }
}

/* --- who asks --- */

static void test_referrer(void **state)
{
    static const struct {
        const char *field, *host;
    } rows[] = {
        {NULL, ""},
        {"", ""},
        {"about:blank", ""},
        {"javascript:alert(1)", ""},
        {"https://", ""},
        {"http://a b/", ""},
        {"https://school.example\r\nx", ""},
        {"https://School.EXAMPLE/page?q=secret#x", "school.example"},
        {"http://localhost:8080/", "localhost:8080"},
        {"https://user:secret@school.example/", "school.example"},
    };
    char longest[400] = "https://";
    struct request request;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse_field(&request, "HTTP_REFERER", rows[i].field);
        assert_string_equal(request.referrer_host, rows[i].host);
        request_free(&request);
    }
    memset(longest + 8, 'a', 300);
    parse_field(&request, "HTTP_REFERER", longest);
    assert_true(strlen(request.referrer_host) <= 253);
    request_free(&request);
}

static void test_loopback(void **state)
{
    static const struct {
        const char *address, *host;
        const char *name, *value; /* one more variable */
        bool loopback;
    } rows[] = {
        {NULL, NULL, NULL, NULL, false},
        {"", NULL, NULL, NULL, false},
        {"localhost", NULL, NULL, NULL, false},
        {"192.0.2.1", NULL, NULL, NULL, false},
        {"127.evil.example", NULL, NULL, NULL, false},
        {"1270.0.0.1", NULL, NULL, NULL, false},
        {"127.0.0.1.", NULL, NULL, NULL, false},
        {"::11", NULL, NULL, NULL, false},
        {"127.0.0.1", "rebound.example", NULL, NULL, false},
        {"127.0.0.1", "127.evil.example", NULL, NULL, false},
        {"127.0.0.1", "localhost.evil.example", NULL, NULL, false},
        {"127.0.0.1", NULL, NULL, NULL, true},
        {"127.9.8.7", "localhost:8080", NULL, NULL, true},
        {"::1", "[::1]:8080", NULL, NULL, true},
        {"::ffff:127.0.0.1", "127.0.0.1:80", NULL, NULL, true},
        /* signs of somebody in between */
        {"127.0.0.1", "localhost", "HTTP_X_FORWARDED_FOR", "203.0.113.5", false},
        {"127.0.0.1", "localhost", "HTTP_X_FORWARDED_HOST", "school.example", false},
        {"127.0.0.1", "localhost", "HTTP_X_FORWARDED_PROTO", "https", false},
        {"127.0.0.1", "localhost", "HTTP_X_FORWARDED_SERVER", "a", false},
        {"127.0.0.1", "localhost", "HTTP_FORWARDED", "for=203.0.113.5", false},
        {"127.0.0.1", "localhost", "HTTP_X_REAL_IP", "203.0.113.5", false},
        {"127.0.0.1", "localhost", "HTTP_CF_CONNECTING_IP", "203.0.113.5", false},
        {"127.0.0.1", "localhost", "HTTP_TRUE_CLIENT_IP", "203.0.113.5", false},
        {"127.0.0.1", "localhost", "HTTP_VIA", "1.1 cache", false},
        {"127.0.0.1", "localhost", "SERVER_PROTOCOL", "HTTP/1.0", false},
        {"127.0.0.1", "localhost", "SERVER_PROTOCOL", "HTTP/1.1", true},
        {"127.0.0.1", "localhost", "HTTP_X_FORWARDED_FOR", "", true},
    };
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse(
            &request,
            (struct variables){{{"REQUEST_METHOD", "GET"},
                                {"REQUEST_URI", "/"},
                                {"REMOTE_ADDR", rows[i].address},
                                {"HTTP_HOST", rows[i].host},
                                {rows[i].name != NULL ? rows[i].name : "NOTHING", rows[i].value}}},
            &status);
        if (request.loopback != rows[i].loopback)
            fail_msg("row %zu", i);
        request_free(&request);
    }
}

static void test_client(void **state)
{
    static const struct {
        const char *agent, *purpose, *user;
        enum client client;
    } rows[] = {
        {NULL, NULL, NULL, CLIENT_ROBOT},
        {FIREFOX, "HTTP_SEC_PURPOSE", NULL, CLIENT_PREFETCH},
        {FIREFOX, "HTTP_PURPOSE", NULL, CLIENT_PREFETCH},
        {FIREFOX, "HTTP_X_MOZ", NULL, CLIENT_PREFETCH},
        {FIREFOX, "HTTP_X_PURPOSE", NULL, CLIENT_PREFETCH},
        {FIREFOX, "HTTP_X", NULL, CLIENT_PERSON},
        {FIREFOX, "HTTP_X", "owner", CLIENT_STAFF},
        {NULL, NULL, "owner", CLIENT_ROBOT},
    };
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse(&request,
              (struct variables){{{"REQUEST_METHOD", "GET"},
                                  {"REQUEST_URI", "/"},
                                  {"HTTP_USER_AGENT", rows[i].agent},
                                  {"HTTP_ACCEPT_LANGUAGE", "ru"},
                                  {"REMOTE_USER", rows[i].user},
                                  {rows[i].purpose, "prefetch"}}},
              &status);
        assert_int_equal(request.client, rows[i].client);
        request_free(&request);
    }
}

/* A reader who asks again for what he has. */
static void test_reload(void **state)
{
    static const struct {
        const char *control, *tags;
        bool reload;
    } rows[] = {
        {"max-age=0", "\"a\"", true}, {"max-age=0", NULL, false},     {NULL, "\"a\"", false},
        {"no-cache", "\"a\"", false}, {"max-age=01", "\"a\"", false},
    };
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse(&request,
              (struct variables){{{"REQUEST_METHOD", "GET"},
                                  {"REQUEST_URI", "/"},
                                  {"HTTP_CACHE_CONTROL", rows[i].control},
                                  {"HTTP_IF_NONE_MATCH", rows[i].tags}}},
              &status);
        assert_int_equal(request.reload, rows[i].reload);
        request_free(&request);
    }
}

/* TLS is known by what the web server says, or what stands in front of it. */
static void test_pretenders(void **state)
{
    static const char *const rows[][2] = {{"HTTPS", "on"},
                                          {"REQUEST_SCHEME", "https"},
                                          {"HTTP_X_FORWARDED_PROTO", "https"},
                                          {"HTTPS", "off"}};
    struct request request;
    enum status status;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        parse(&request,
              (struct variables){{{"REQUEST_METHOD", "GET"},
                                  {"REQUEST_URI", "/"},
                                  {"HTTP_USER_AGENT", FIREFOX},
                                  {"HTTP_ACCEPT_LANGUAGE", "ru"},
                                  {rows[i][0], rows[i][1]}}},
              &status);
        assert_int_equal(request.client, i < 3 ? CLIENT_PRETENDER : CLIENT_PERSON);
        request_free(&request);
    }
}

/* Staff by address or header; the address is in no field of the request. */
static void test_staff(void **state)
{
    static const struct {
        const char *networks, *header;
        const char *address, *name, *agent;
        enum client client;
    } rows[] = {
        {"", "", "10.0.0.1", "HTTP_X_STAFF", FIREFOX, CLIENT_PERSON},
        {"10.0.0.0/8", "", "11.0.0.1", "HTTP_X_STAFF", FIREFOX, CLIENT_PERSON},
        {"10.0.0.0/8", "", NULL, "HTTP_X_STAFF", FIREFOX, CLIENT_PERSON},
        {"10.0.0.0/8", "", "10.9.8.7", NULL, FIREFOX, CLIENT_STAFF},
        {"10.0.0.0/8", "", "::ffff:10.9.8.7", NULL, FIREFOX, CLIENT_STAFF},
        {"2001:db8::/32", "", "2001:db8:1::5", NULL, FIREFOX, CLIENT_STAFF},
        {"10.0.0.0/8", "", "10.9.8.7", NULL, NULL, CLIENT_ROBOT}, /* a script of the office */
        {"", "X-Staff", "203.0.113.9", "HTTP_X_STAFF", FIREFOX, CLIENT_STAFF},
        {"", "X-Staff", "203.0.113.9", "HTTP_X_STAF", FIREFOX, CLIENT_PERSON},
        {"", "x-staff", "203.0.113.9", "HTTP_X_STAFF", FIREFOX, CLIENT_STAFF},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings = {.stats_staff_networks = strdup(rows[i].networks),
                                    .stats_staff_header = strdup(rows[i].header)};
        struct variables variables = {{{"REQUEST_METHOD", "GET"},
                                       {"REQUEST_URI", "/"},
                                       {"HTTP_USER_AGENT", rows[i].agent},
                                       {"HTTP_ACCEPT_LANGUAGE", "ru"},
                                       {"HTTP_ACCEPT_LANGUAGE", "ru"},
                                       {"REMOTE_ADDR", rows[i].address},
                                       {rows[i].name, "yes"}}};
        struct request_source source = {.get = get, .context = &variables};
        struct request_staff staff;
        struct request request;
        enum status status;

        assert_int_equal(request_staff_read(&staff, &settings), ERR_NONE);
        assert_int_equal(request_parse(&request, &source, NULL, &status), ERR_NONE);
        request_judge_staff(&request, &source, &staff);
        if (request.client != rows[i].client)
            fail_msg("row %zu: %s", i, client_word(request.client));
        request_free(&request);
        free(settings.stats_staff_networks);
        free(settings.stats_staff_header);
    }
}

static void test_origin(void **state)
{
    static const struct {
        const char *origin, *from, *to, *host;
    } rows[] = {
        {NULL, NULL, NULL, ""},
        {"null", NULL, NULL, ""},
        {"", "https://a.example/x", NULL, ""},
        {NULL, NULL, "https://portal.example/", ""},
        {NULL, "javascript:x", "https://portal.example/", ""},
        {"https://a.example", NULL, NULL, "a.example"},
        {"https://A.example:8443", NULL, NULL, "a.example:8443"},
        {NULL, "https://a.example/region/ru-alt", "https://portal.example/", "a.example"},
        {"https://b.example", "https://a.example/x", "https://portal.example/", "b.example"},
        {"null", "https://a.example/x", "https://portal.example/", ""},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct request request;
        enum status status;

        parse(&request,
              (struct variables){{{"REQUEST_METHOD", "POST"},
                                  {"REQUEST_URI", "/ping/ru-alt"},
                                  {"HTTP_ORIGIN", rows[i].origin},
                                  {"HTTP_PING_FROM", rows[i].from},
                                  {"HTTP_PING_TO", rows[i].to}}},
              &status);
        assert_string_equal(request.origin_host, rows[i].host);
        request_free(&request);
    }
}

static void test_kept_fields(void **state)
{
    static const struct {
        const char *name, *value;
        bool kept;
    } rows[] = {
        {"HTTP_IF_NONE_MATCH", "\"a\x01\"", false},
        {"HTTP_IF_NONE_MATCH", "\"\xd0\xb6\"", false},
        {"HTTP_IF_NONE_MATCH", "", false},
        {"HTTP_IF_NONE_MATCH", "\"a\", W/\"b\"", true},
        {"REMOTE_USER", "ow\nner", false},
        {"REMOTE_USER", "", false},
        {"REMOTE_USER", "owner", true},
    };
    char longest[2048];
    struct request request;

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got;

        parse_field(&request, rows[i].name, rows[i].value);
        got = request.user != NULL ? request.user : request.if_none_match;
        if (rows[i].kept)
            assert_string_equal(got, rows[i].value);
        else
            assert_null(got);
        request_free(&request);
    }
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    parse_field(&request, "HTTP_IF_NONE_MATCH", longest);
    assert_null(request.if_none_match);
    request_free(&request);
}

static void test_representations(void **state)
{
    (void)state;
    for (int rep = 0; rep < REP__MAX; rep++) {
        const char *type = representation_media_type((enum representation)rep);

        assert_non_null(strchr(type, '/'));
        if (strncmp(type, "text/", 5) == 0)
            assert_non_null(strstr(type, "charset=utf-8"));
    }
    assert_string_equal(representation_extension(REP_HTML), "");
    assert_string_equal(representation_extension(REP_TEXT), "txt");
    assert_string_equal(representation_extension(REP__MAX), "");
    request_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_addresses),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_long_addresses),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_too_many_parameters),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_accept_encoding),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_quality_walks_any_bytes),
        cmocka_unit_test(test_referrer),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_client),
        cmocka_unit_test(test_reload),
        cmocka_unit_test(test_pretenders),
        cmocka_unit_test(test_staff),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_kept_fields),
        cmocka_unit_test(test_representations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
