/*
 * Tests of journal/access_line.c: lines of the combined log, and what only looks like one.
 */
#include "journal/access_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOON  1795262400 /* 2026-11-21T12:00:00Z */
#define WHO   "203.0.113.9 - - "
#define TIME  "[21/Nov/2026:12:00:00 +0000] "
#define REST  " 200 512 \"-\" \"Mozilla/5.0\""
#define WHOLE WHO TIME "\"GET / HTTP/1.1\"" REST

/* On the heap and no longer than it is, so that a sanitizer sees each byte too far. */
static enum err parse(struct access_line *out, const char *text, char **line)
{
    struct access_fault fault;

    *line = strdup(text);
    assert_non_null(*line);
    return access_line_parse(out, ACCESS_COMBINED, *line, &fault);
}

static void other_lines_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "-",
        "hello",
        WHO,
        WHO TIME,
        WHO TIME "\"GET / HTTP/1.1\" 200 512",                     /* the common form */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\"",               /* cut */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla",     /* cut */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\",   /* cut in an escape */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\x",  /* cut in an escape */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\x2", /* cut in an escape */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\xg0\"",
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\x00\"", /* would end the value */
        WHO TIME "\"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla\\0\"",
        WHOLE " \"203.0.113.77\"", /* one field more */
        WHOLE " ",
        WHO TIME "\"GET / HTTP/1.1\" 20 512 \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" 2000 512 \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" abc 512 \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" 200 5x2 \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" 200 -5 \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" 200  \"-\" \"a\"",
        WHO TIME "\"GET / HTTP/1.1\" 200 99999999999999999999 \"-\" \"a\"",
        WHO TIME "GET / HTTP/1.1" REST,
        WHO "[21/Nov/2026:12:00:00] \"GET / HTTP/1.1\"" REST,
        WHO "[21/nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[21/11/2026:12:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[31/Jun/2026:12:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[00/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[21/Nov/2026:24:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[21/Nov/2026:12:60:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[21/Nov/2026:12:00:00 +9900] \"GET / HTTP/1.1\"" REST,
        WHO "[21/Nov/1926:12:00:00 +0000] \"GET / HTTP/1.1\"" REST,
        WHO "[2026-11-21T12:00:00+00:00] \"GET / HTTP/1.1\"" REST,
        "- - " TIME "\"GET / HTTP/1.1\"" REST, /* no user */
        "203.0.113.9  - " TIME "\"GET / HTTP/1.1\"" REST,
        "cache.example - - " TIME "\"GET / HTTP/1.1\"" REST,     /* a name is no address */
        "203.0.113.9 - Anna B. " TIME "\"GET / HTTP/1.1\"" REST, /* a surplus word is no name */
        "203.0.113.9 10.0.0.1 - - " TIME "\"GET / HTTP/1.1\"" REST,
        "203.0.113.9, 10.0.0.1 - - " TIME "\"GET / HTTP/1.1\"" REST,
        "school.example:443 203.0.113.9 - - " TIME "\"GET / HTTP/1.1\"" REST,
    };
    struct access_line out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *line;

        if (parse(&out, cases[i], &line) != ERR_INVALID)
            fail_msg("taken: %s", cases[i]);
        free(line);
    }
}

static void lines_are_taken_apart(void **state)
{
    static const struct {
        const char *text;
        time_t when;
        int status;
        const char *address, *user, *method, *target, *referrer, *agent;
    } cases[] = {
        {WHOLE, NOON, 200, "203.0.113.9", "", "GET", "/", "", "Mozilla/5.0"},
        {"2001:db8::1 - anna [21/Nov/2026:15:00:00 +0300] \"GET /q/17?cited HTTP/2.0\" 304 0 "
         "\"https://school.example/a?b=c\" \"A (B; C)\"",
         NOON, 304, "2001:db8::1", "anna", "GET", "/q/17?cited", "https://school.example/a?b=c",
         "A (B; C)"},
        {"203.0.113.9 id anna.b [21/Nov/2026:07:30:00 -0430] \"HEAD / HTTP/1.0\" 200 - \"-\" "
         "\"-\"",
         NOON, 200, "203.0.113.9", "anna.b", "HEAD", "/", "", ""},
        /* what clients wrote to break the line */
        {WHO TIME "\"GET /\\x22-\\\" HTTP/1.1\" 404 0 \"\\\"\\\\\\\"\" \"a\\tb\\x7f\\xD0\\xbf\"",
         NOON, 404, "203.0.113.9", "", "GET", "/\"-\"", "\"\\\"", "a\tb\x7f\xd0\xbf"},
        /* an escaped space makes a third word: no request */
        {WHO TIME "\"GET /\\x20a HTTP/1.1\" 404 0 \"-\" \"-\"", NOON, 404, "203.0.113.9", "", "",
         "", "", ""},
        /* bytes that are no request */
        {WHO TIME "\"\\x16\\x03\\x01\" 400 0 \"-\" \"-\"", NOON, 400, "203.0.113.9", "", "", "", "",
         ""},
        {WHO TIME "\"\\x16\\x03\\x01\\x00\\xA5\" 400 0 \"-\" \"-\"", NOON, 400, "203.0.113.9", "",
         "", "", "", ""},
        {WHO TIME "\"-\" 408 0 \"-\" \"-\"", NOON, 408, "203.0.113.9", "", "", "", "", ""},
        {WHO TIME "\"\" 400 0 \"\" \"\"", NOON, 400, "203.0.113.9", "", "", "", "", ""},
        {WHO TIME "\"GET /\" 400 0 \"-\" \"-\"", NOON, 400, "203.0.113.9", "", "", "", "", ""},
        {WHO TIME "\"GET / a HTTP/1.1\" 400 0 \"-\" \"-\"", NOON, 400, "203.0.113.9", "", "", "",
         "", ""},
        {WHO "[29/Feb/2028:00:00:00 +0000] \"GET / HTTP/1.1\"" REST, 1835395200, 200, "203.0.113.9",
         "", "GET", "/", "", "Mozilla/5.0"},
    };
    struct access_line out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *line;

        if (parse(&out, cases[i].text, &line) != ERR_NONE)
            fail_msg("refused: %s", cases[i].text);
        assert_int_equal(out.when, cases[i].when);
        assert_int_equal(out.status, cases[i].status);
        assert_string_equal(out.address, cases[i].address);
        assert_string_equal(out.user, cases[i].user);
        assert_string_equal(out.method, cases[i].method);
        assert_string_equal(out.target, cases[i].target);
        assert_string_equal(out.referrer, cases[i].referrer);
        assert_string_equal(out.agent, cases[i].agent);
        free(line);
    }
}

/* Every line cut anywhere, and every byte of it replaced by each of some odd ones. */
static void broken_lines_do_no_harm(void **state)
{
    static const char whole[] = WHO TIME "\"GET /\\x22 HTTP/1.1\" 200 512 \"\\\\-\" \"a\\x20b\"";
    static const char odd[] = "\"\\ []-x\x01\xff";
    struct access_fault fault;
    struct access_line out;

    (void)state;
    for (size_t at = 0; at < sizeof whole - 1; at++)
        for (size_t i = 0; i < sizeof odd; i++)
            for (int grammar = 0; grammar < ACCESS_GRAMMAR__MAX; grammar++) {
                char *line = strdup(whole);

                assert_non_null(line);
                line[at] = odd[i];
                if (access_line_parse(&out, (enum access_grammar)grammar, line, &fault) != ERR_NONE)
                    assert_in_range(fault.column, 1, sizeof whole + 1);
                free(line);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_lines_are_refused),
        cmocka_unit_test(lines_are_taken_apart),
        cmocka_unit_test(broken_lines_do_no_harm),
    };

    return cmocka_run_group_tests_name("access_line", tests, NULL, NULL);
}
