/*
 * test_response.c: responses and their header blocks: what is refused, and every line that is sent.
 */
#include "web/headers.h"
#include "web/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof a / sizeof((a)[0]))

static const struct headers_policy policy = {false, "*", NULL};

/* True if the block has this whole line. */
static bool has_line(const struct buffer *block, const char *line)
{
    const char *at = strstr(buffer_text(block), line);

    return at != NULL && (at == block->data || at[-1] == '\n') &&
           strncmp(at + strlen(line), "\r\n", 2) == 0;
}

static bool has_name(const struct buffer *block, const char *name)
{
    const char *at = strstr(buffer_text(block), name);

    return at != NULL && at[-1] == '\n' && at[strlen(name)] == ':';
}

static void need(const struct buffer *block, const char *line)
{
    if (!has_line(block, line))
        fail_msg("no line \"%s\" in\n%s", line, buffer_text(block));
}

static void test_redirects(void **state)
{
    static const char *const bad[] = {"",
                                      "x",
                                      "//evil.example",
                                      "/\\evil.example",
                                      "/a\r\nX: y",
                                      "javascript:alert(1)",
                                      "/a b",
                                      "/\x7f",
                                      "/\xff",
                                      "https://",
                                      "ftp://a/",
                                      "https://a@b/",
                                      "https://a b/"};
    static const char *const good[] = {"/", "/region/ru-alt", "https://school.example/x?y#z",
                                       "http://school.example:8080/"};
    struct response response;

    (void)state;

    response_init(&response);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (response_redirect(&response, STATUS_SEE_OTHER, bad[i]) != ERR_INVALID)
            fail_msg("taken: %s", bad[i]);
        assert_null(response.location);
        assert_int_equal(response.status, STATUS_OK);
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(response_redirect(&response, STATUS_SEE_OTHER, good[i]), ERR_NONE);
        assert_string_equal(response.location, good[i]);
        assert_int_equal(response.status, STATUS_SEE_OTHER);
    }
    response_free(&response);
    response_free(NULL);
}

static void test_fresh_response_is_kept_by_nobody(void **state)
{
    struct response response;
    struct response moved;

    (void)state;

    response_init(&response);
    assert_int_equal(response.cache, CACHE_NEVER);
    assert_int_equal(response.max_age, -1);
    assert_int_equal(response.event.kind, EVENT_NONE);
    assert_false(response_is_public(&response));
    buffer_puts(&response.body, "text");
    response.cache = CACHE_PAGE;
    response_move(&moved, &response);
    assert_string_equal(buffer_text(&moved.body), "text");
    assert_null(response.body.data);
    assert_int_equal(response.cache, CACHE_NEVER);
    assert_true(response_is_public(&moved));
    moved.status = STATUS_NOT_FOUND;
    assert_false(response_is_public(&moved));
    response_free(&moved);
}

static enum err write_block(struct buffer *out, const struct headers_policy *with,
                            const struct response *response, enum encoding encoding,
                            const char *etag, bool unmodified)
{
    struct headers_form form = {encoding, 42, etag, unmodified, NULL};

    buffer_clear(out);
    return headers_write(out, with, response, &form);
}

static void test_bad_values(void **state)
{
    char location[5000] = "/";
    char header[] = "GET\r\nSet-Cookie: a=b";
    struct headers_policy scripts = {false, "*", "'self'; script-src *"};
    struct headers_policy frames = {false, "https://a, https://b", NULL};
    struct response response;
    struct buffer out = BUFFER_INIT;

    (void)state;

    response_init(&response);
    response.allow = header;
    assert_int_equal(write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false),
                     ERR_INVALID);
    response.allow = NULL;
    response.location = header;
    assert_int_equal(write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false),
                     ERR_INVALID);
    memset(location + 1, 'a', sizeof location - 2);
    response.location = location;
    assert_int_equal(write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false),
                     ERR_LIMIT);
    response.location = NULL;
    assert_int_equal(write_block(&out, &scripts, &response, ENCODING_IDENTITY, "", false),
                     ERR_INVALID);
    assert_int_equal(write_block(&out, &frames, &response, ENCODING_IDENTITY, "", false), ERR_NONE);
    response.embeddable = true;
    assert_int_equal(write_block(&out, &frames, &response, ENCODING_IDENTITY, "", false),
                     ERR_INVALID);
    buffer_free(&out);
}

static void test_page(void **state)
{
    struct headers_policy with = {true, "https://school.example", "'self'"};
    struct response response;
    struct buffer out = BUFFER_INIT;

    (void)state;

    response_init(&response);
    response.cache = CACHE_PAGE;
    response.negotiated = true;
    strcpy(response.style_hash, "AAAA");
    strcpy(response.script_hash, "BBBB");
    assert_int_equal(
        write_block(&out, &with, &response, ENCODING_BROTLI, "0123456789abcdef", false), ERR_NONE);
    need(&out, "Status: 200 OK");
    need(&out, "Content-Type: text/html; charset=utf-8");
    need(&out, "Content-Encoding: br");
    need(&out, "Content-Length: 42");
    need(&out, "Cache-Control: public, no-cache");
    need(&out, "Vary: Accept, Accept-Encoding, Cookie");
    need(&out, "ETag: \"0123456789abcdef-br\"");
    need(&out,
         "Content-Security-Policy: default-src 'none'; style-src 'self' 'sha256-AAAA'; script-src "
         "'self' 'sha256-BBBB'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
         "form-action "
         "'self'; base-uri 'none'; frame-ancestors 'none'");
    need(&out, "X-Content-Type-Options: nosniff");
    need(&out, "Referrer-Policy: same-origin");
    need(&out, "Cross-Origin-Opener-Policy: same-origin");
    need(&out, "Cross-Origin-Resource-Policy: same-origin");
    need(&out, "Strict-Transport-Security: max-age=63072000");
    assert_true(has_name(&out, "Permissions-Policy"));
    assert_false(has_name(&out, "Access-Control-Allow-Origin"));
    assert_false(has_name(&out, "Retry-After"));
    assert_int_equal(strstr(buffer_text(&out), "\r\n\r\n") != NULL, false);
    assert_true(out.len < 4096);

    response.embeddable = true;
    response.cache = CACHE_SHORT;
    response.negotiated = false;
    write_block(&out, &with, &response, ENCODING_GZIP, "0123456789abcdef", false);
    assert_non_null(strstr(buffer_text(&out), "; frame-ancestors https://school.example\r\n"));
    assert_non_null(strstr(buffer_text(&out), "; script-src 'sha256-BBBB'; "));
    need(&out, "Cross-Origin-Resource-Policy: cross-origin");
    need(&out, "Cache-Control: public, max-age=300");
    need(&out, "Vary: Accept-Encoding");
    need(&out, "ETag: \"0123456789abcdef-gzip\"");
    response.max_age = 0;
    write_block(&out, &with, &response, ENCODING_IDENTITY, "0123456789abcdef", false);
    need(&out, "Cache-Control: public, max-age=0");
    need(&out, "ETag: \"0123456789abcdef\"");
    assert_false(has_name(&out, "Content-Encoding"));
    buffer_free(&out);
}

static void test_unmodified(void **state)
{
    struct response response;
    struct buffer out = BUFFER_INIT;

    (void)state;

    response_init(&response);
    response.cache = CACHE_PAGE;
    assert_int_equal(write_block(&out, &policy, &response, ENCODING_GZIP, "0123456789abcdef", true),
                     ERR_NONE);
    need(&out, "Status: 304 Not Modified");
    need(&out, "ETag: \"0123456789abcdef-gzip\"");
    need(&out, "Cache-Control: public, no-cache");
    need(&out, "Vary: Accept-Encoding, Cookie");
    assert_false(has_name(&out, "Content-Length"));
    assert_false(has_name(&out, "Content-Type"));
    assert_false(has_name(&out, "Content-Encoding"));
    assert_false(has_name(&out, "Strict-Transport-Security"));
    buffer_free(&out);
}

static void test_data(void **state)
{
    struct response response;
    struct buffer out = BUFFER_INIT;

    (void)state;

    response_init(&response);
    response.rep = REP_JSON;
    response.cache = CACHE_PAGE;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "0123456789abcdef", false);
    need(&out, "Content-Type: application/json");
    need(&out, "Access-Control-Allow-Origin: *");
    need(&out, "Cross-Origin-Resource-Policy: same-origin");
    need(&out,
         "Content-Security-Policy: default-src 'none'; base-uri 'none'; frame-ancestors 'none'");

    response.rep = REP_SVG;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "0123456789abcdef", false);
    need(&out, "Cross-Origin-Resource-Policy: cross-origin");
    response.rep = REP_PNG;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "0123456789abcdef", false);
    need(&out, "Content-Type: image/png");
    need(&out, "Cross-Origin-Resource-Policy: cross-origin");
    assert_false(has_name(&out, "Cross-Origin-Embedder-Policy"));

    /* A frame too, or a page with require-corp would not show it. */
    response.rep = REP_HTML;
    response.embeddable = true;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "0123456789abcdef", false);
    need(&out, "Cross-Origin-Resource-Policy: cross-origin");
    need(&out, "Cross-Origin-Embedder-Policy: require-corp");
    response.embeddable = false;
    response.rep = REP_JSON;

    /* The owner's statistics are nobody else's, in any form. */
    response.cache = CACHE_PRIVATE;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false);
    need(&out, "Cache-Control: private, no-store");
    need(&out, "Cross-Origin-Resource-Policy: same-origin");
    assert_false(has_name(&out, "Access-Control-Allow-Origin"));
    assert_false(has_name(&out, "Vary"));
    assert_false(has_name(&out, "ETag"));

    response.cache = CACHE_NEVER;
    response.status = STATUS_UNAVAILABLE;
    response.problem = true;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false);
    need(&out, "Status: 503 Service Unavailable");
    need(&out, "Content-Type: application/problem+json");
    need(&out, "Cache-Control: no-store");
    assert_true(has_name(&out, "Retry-After"));

    response.status = STATUS_NO_CONTENT;
    write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false);
    assert_false(has_name(&out, "Content-Length"));
    assert_false(has_name(&out, "Content-Type"));
    buffer_free(&out);
}

static void test_conditions(void **state)
{
    static const struct {
        const char *field;
        enum encoding encoding;
        bool match;
    } rows[] = {
        {NULL, ENCODING_IDENTITY, false},
        {"", ENCODING_IDENTITY, false},
        {"abc", ENCODING_IDENTITY, false}, /* not quoted */
        {"\"abcd\"", ENCODING_IDENTITY, false},
        {"\"ab\"", ENCODING_IDENTITY, false},
        {"\"abc", ENCODING_IDENTITY, false},
        {"\"abc-gzip\"", ENCODING_IDENTITY, false},
        {"\"abc\"", ENCODING_GZIP, false},
        {"\"abc-br\"", ENCODING_GZIP, false},
        {"\"abc-gzip2\"", ENCODING_GZIP, false},
        {"*x", ENCODING_IDENTITY, false},
        {"\"x\", abc", ENCODING_IDENTITY, false},
        {"w/\"abc\"", ENCODING_IDENTITY, false},
        {"*", ENCODING_BROTLI, true},
        {" * ", ENCODING_BROTLI, true},
        {"\"abc\"", ENCODING_IDENTITY, true},
        {"W/\"abc\"", ENCODING_IDENTITY, true},
        {"\"abc-gzip\"", ENCODING_GZIP, true},
        {"\"x\" , W/\"y\",,\"abc-br\"", ENCODING_BROTLI, true},
    };

    (void)state;

    for (size_t i = 0; i < COUNT(rows); i++)
        if (headers_match(rows[i].field, "abc", rows[i].encoding) != rows[i].match)
            fail_msg("%s", rows[i].field);
    assert_false(headers_match("*", "", ENCODING_IDENTITY));
    assert_false(headers_match("\"\"", "", ENCODING_IDENTITY));
}

static void test_statuses(void **state)
{
    (void)state;
    for (int status = 0; status < STATUS__MAX; status++) {
        assert_in_range(status_code((enum status)status), 200, 599);
        assert_true(strlen(status_reason((enum status)status)) > 0);
    }
    assert_int_equal(status_code((enum status)99), 500);
    assert_int_equal(status_code(STATUS_GONE), 410);
    assert_string_equal(status_reason(STATUS_SEE_OTHER), "See Other");
}

/* Files that one keeps: a name for the disk, a checksum, a type of their own. */
static void test_files(void **state)
{
    static const char *const bad[] = {"a\"b", "a b", "../a", "a;b", "A.csv", "a\r\nX: y"};
    struct response response;
    struct buffer out = BUFFER_INIT;
    struct headers_form form;

    (void)state;

    response_init(&response);
    response.rep = REP_SQLITE;
    response.cache = CACHE_PAGE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        response.filename = strdup(bad[i]);
        assert_int_equal(write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false),
                         ERR_INVALID);
        free(response.filename);
    }
    response.filename = strdup("vhod-2026-11-21.sqlite");
    buffer_clear(&out);
    form = (struct headers_form){ENCODING_IDENTITY, 42, "", false, "abc="};
    assert_int_equal(headers_write(&out, &policy, &response, &form), ERR_NONE);
    need(&out, "Content-Type: application/vnd.sqlite3");
    need(&out, "Content-Disposition: attachment; filename=\"vhod-2026-11-21.sqlite\"");
    need(&out, "Repr-Digest: sha-256=:abc=:");
    need(&out, "Cross-Origin-Resource-Policy: same-origin");
    response_free(&response);
    assert_null(response.filename);

    response.rep = REP_XML;
    response.media_type = "application/opensearchdescription+xml";
    assert_int_equal(write_block(&out, &policy, &response, ENCODING_IDENTITY, "", false), ERR_NONE);
    need(&out, "Content-Type: application/opensearchdescription+xml");
    assert_false(has_name(&out, "Repr-Digest"));
    assert_false(has_name(&out, "Content-Disposition"));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_fresh_response_is_kept_by_nobody),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_unmodified),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
