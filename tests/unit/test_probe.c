/*
 * test_probe.c: what the probe works out without a network: titles of foreign pages, which network
 * addresses are public, what comes of a chain, and how findings become what is known.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "probe/outcome.h"
#include "probe/reach.h"
#include "probe/results.h"
#include "probe/title.h"
#include "probe/wall.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- titles --- */

static void titles_in_clean_utf8(void **state)
{
    static const struct {
        const char *html, *type, *title;
    } rows[] = {
        {"<title>Вход</title>", NULL, "Вход"},
        {"<TITLE lang=ru>\n  Вход \t в  дневник </TITLE>", NULL, "Вход в дневник"},
        {"<title>A &amp; B &laquo;C&raquo; &#1042;&#x445;&nbsp;D &bad; &#0; &#xd800;</title>", NULL,
         "A & B «C» Вх D &bad; &#0; &#xd800;"},
        {"<title>\xc2\xf5\xee\xe4</title>", "text/html; charset=windows-1251", "Вход"},
        {"<title>\xf7\xc8\xcf\xc4</title>", "text/html; Charset=\"KOI8-R\"", "Вход"},
        {"<meta charset='windows-1251'><title>\xc2\xf5\xee\xe4</title>", "text/html", "Вход"},
        {"<title>\xc2\xf5\xee\xe4</title>", "text/html; charset=utf-8", ""},
        {"<title>a\x01"
         "b\xff"
         "c</title>",
         NULL, "a b c"},
        {"<title>x", NULL, "x"},
        {"<title", NULL, ""},
        {"<titles>x</titles>", NULL, ""},
        {"", NULL, ""},
        {"<title></title>", NULL, ""},
        {"<title>x</title>", "text/html; charset=no-such-thing", "x"},
        {"<title>x</title>", "text/html; charset=", "x"},
    };
    char title[TITLE_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        title_find(title, rows[i].html, strlen(rows[i].html), rows[i].type);
        assert_string_equal(title, rows[i].title);
    }
}

static void a_long_title_is_cut_between_characters(void **state)
{
    char html[4096] = "<title>", title[TITLE_SIZE];
    size_t used = strlen(html);

    (void)state;
    while (used < 3000) {
        memcpy(html + used, "щ", 2);
        used += 2;
    }
    title_find(title, html, used, NULL);
    assert_int_equal(strlen(title), TITLE_SIZE - 1);
    assert_memory_equal(title + TITLE_SIZE - 3, "щ", 2);
}

static void titles_are_compared_by_words(void **state)
{
    static const struct {
        const char *before, *now;
        bool other;
    } rows[] = {
        {"Электронный дневник", "Купить шины", true},
        {"Электронный дневник", "ДНЕВНИК — вход", false},
        {"Сетевой город. Образование", "Сетевой Город", false},
        {"Вход", "", false},
        {"", "Вход", false},
        {"АИС", "аис", false},
        {"а б", "в г", false}, /* no words that say anything */
        {"Портал 22", "Портал 33", false},
        {"22", "33", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(title_is_other(rows[i].before, rows[i].now), rows[i].other);
}

static void walls_are_known_by_their_marks(void **state)
{
    (void)state;
    assert_true(wall_in_header("CF-Mitigated: challenge\r\n", 25));
    assert_false(wall_in_header("CF-Ray: 12\r\n", 12));
    assert_true(wall_in_title("Just a moment..."));
    assert_false(wall_in_title("Электронный дневник"));
    assert_true(wall_in_address("https://x.example/showcaptcha?a=1"));
    assert_false(wall_in_address("https://x.example/login"));
}

/* --- addresses --- */

static bool allows(const struct reach *reach, const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return reach_allows(reach, (const struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return reach_allows(reach, (const struct sockaddr *)&v6);
}

static void only_public_addresses_are_reached(void **state)
{
    static const char *const public[] = {"8.8.8.8",        "93.184.216.34",    "172.32.0.1",
                                         "100.128.0.1",    "2a00:1450::1",     "2606:4700::1",
                                         "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"};
    static const char *const private[] = {"0.0.0.0",
                                          "10.1.2.3",
                                          "100.64.0.1",
                                          "127.0.0.1",
                                          "127.255.0.1",
                                          "169.254.169.254",
                                          "172.16.0.1",
                                          "172.31.255.255",
                                          "192.168.1.1",
                                          "192.0.2.1",
                                          "198.18.0.1",
                                          "203.0.113.9",
                                          "224.0.0.1",
                                          "240.0.0.1",
                                          "255.255.255.255",
                                          "::",
                                          "::1",
                                          "fe80::1",
                                          "fc00::1",
                                          "fd12::1",
                                          "ff02::1",
                                          "2001:db8::1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:10.0.0.1",
                                          "::127.0.0.1",
                                          "64:ff9b::7f00:1",
                                          "64:ff9b::a00:1",
                                          "2002:7f00:1::",
                                          "2002:c0a8:101::1",
                                          "2001::1"};
    struct reach reach, own;
    struct sockaddr other = {.sa_family = AF_UNIX};

    (void)state;
    assert_int_equal(reach_init(&reach, ""), ERR_NONE);
    assert_int_equal(reach_init(&own, "127.1.0.0/16 fd12::/16"), ERR_NONE);
    assert_int_equal(reach_init(&reach, "x"), ERR_INVALID);
    assert_int_equal(reach_init(&reach, ""), ERR_NONE);
    for (size_t i = 0; i < COUNT(public); i++)
        assert_true(allows(&reach, public[i]));
    for (size_t i = 0; i < COUNT(private); i++)
        assert_false(allows(&reach, private[i]));
    assert_true(allows(&own, "127.1.2.3"));
    assert_true(allows(&own, "::ffff:127.1.2.3"));
    assert_true(allows(&own, "fd12::1"));
    assert_false(allows(&own, "127.2.0.1"));
    assert_false(reach_allows(&own, &other));
}

/* --- verdicts --- */

static void every_verdict_has_its_words(void **state)
{
    (void)state;
    for (int verdict = 0; verdict < VERDICT__MAX; verdict++) {
        assert_int_equal(verdict_from_word(verdict_word((enum verdict)verdict)), verdict);
        assert_non_null(verdict_about((enum verdict)verdict));
        assert_non_null(verdict_advice((enum verdict)verdict));
        if (verdict_standing((enum verdict)verdict) == STANDING_FAILING)
            assert_true(verdict_needs_proof((enum verdict)verdict));
    }
    assert_int_equal(verdict_from_word("nonsense"), VERDICT_NONE);
    assert_int_equal(verdict_from_word(NULL), VERDICT_NONE);
}

static void what_answers_is_never_silent(void **state)
{
    (void)state;
    for (long status = 200; status < 600; status++)
        for (int bits = 0; bits < 64; bits++) {
            struct chain chain = {.last = {.end = HOP_ANSWERED,
                                           .status = status,
                                           .cut = bits & 1,
                                           .late = bits & 2,
                                           .wall = bits & 4},
                                  .other_host = bits & 8,
                                  .redirects = bits & 16 ? 1 : 0,
                                  .permanent = bits & 32};
            enum verdict verdict = outcome_of(&chain);

            assert_false(verdict_is_unreached(verdict));
            if (status == 401 || status == 403 || status == 429 || (bits & 4))
                assert_int_equal(verdict, VERDICT_REFUSED);
        }
}

/* --- from findings to what is known --- */

#define URL  "https://a.example/"
#define DAY0 1795651200 /* 2026-11-26 */

struct known {
    struct results results;
    struct probe_target target;
};

static void take(struct known *known, enum verdict verdict, time_t when)
{
    bool unsure;

    known->target.finding = (struct finding){.verdict = verdict, .status = 200, .title = "Вход"};
    assert_int_equal(results_take(&known->results, &known->target, 1, when, 600, &unsure),
                     ERR_NONE);
    assert_false(unsure);
}

static const json_t *found(const struct known *known)
{
    return json_object_get(known->results.targets, URL);
}

static const char *word(const struct known *known)
{
    return json_text(found(known), "verdict");
}

static int start(void **state)
{
    struct known *known = calloc(1, sizeof *known);

    *state = known;
    known->target.url = URL;
    known->results = (struct results){json_object(), json_object()};
    return 0;
}

static int stop(void **state)
{
    struct known *known = *state;

    results_free(&known->results);
    free(known);
    return 0;
}

static void a_failure_counts_the_second_time(void **state)
{
    struct known *known = *state;

    take(known, VERDICT_OPENED, DAY0);
    take(known, VERDICT_SILENT, DAY0 + 100);
    assert_string_equal(word(known), "opened");
    take(known, VERDICT_SILENT, DAY0 + 699);
    assert_string_equal(word(known), "opened");
    take(known, VERDICT_SILENT, DAY0 + 700);
    assert_string_equal(word(known), "silent");
    assert_string_equal(json_text(found(known), "since"), "2026-11-26T00:01:40Z");
    take(known, VERDICT_GONE, DAY0 + 800);
    assert_string_equal(word(known), "gone");
    assert_string_equal(json_text(found(known), "since"), "2026-11-26T00:01:40Z");
    take(known, VERDICT_REFUSED, DAY0 + 900);
    assert_string_equal(word(known), "refused");
    assert_string_equal(json_text(found(known), "since"), "2026-11-26T00:15:00Z");
}

static void what_answers_between_begins_anew(void **state)
{
    struct known *known = *state;

    take(known, VERDICT_SILENT, DAY0);
    take(known, VERDICT_OPENED, DAY0 + 400);
    take(known, VERDICT_SILENT, DAY0 + 700);
    take(known, VERDICT_SILENT, DAY0 + 1200);
    assert_string_equal(word(known), "opened");
    take(known, VERDICT_NONE, DAY0 + 1250); /* our own machine failed: nothing is learnt */
    assert_string_equal(word(known), "opened");
    take(known, VERDICT_SILENT, DAY0 + 1300);
    assert_string_equal(word(known), "silent");
}

static void history_is_spans_of_90_days(void **state)
{
    struct known *known = *state;
    const json_t *spans;

    take(known, VERDICT_OPENED, DAY0);
    take(known, VERDICT_OPENED, DAY0 + 3600);
    take(known, VERDICT_REFUSED, DAY0 + 7200);
    spans = json_object_get(known->results.history, URL);
    assert_int_equal(json_array_size(spans), 2);
    assert_string_equal(json_string_value(json_array_get(json_array_get(spans, 0), 2)),
                        "2026-11-26T01:00:00Z");
    take(known, VERDICT_REFUSED, DAY0 + 90 * 86400L + 3601);
    assert_int_equal(json_array_size(spans), 1);
    known->target.url = "https://b.example/"; /* a is no address of the directory any more */
    take(known, VERDICT_OPENED, DAY0 + 181 * 86400L);
    assert_null(json_object_get(known->results.history, URL));
    assert_null(found(known));
}

/* --- files --- */

static void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    int byte;

    fseek(file, at, SEEK_SET);
    byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

static void every_flipped_byte_is_noticed(void **state)
{
    struct known *known = *state;
    char folder[] = "/tmp/vhod-test-probe.XXXXXX";
    char *path;
    struct buffer text = BUFFER_INIT;
    json_t *read = NULL;

    assert_non_null(mkdtemp(folder));
    path = file_path(folder, RESULTS_FILE, NULL);
    assert_int_equal(results_read(path, &read), ERR_NOT_FOUND);
    take(known, VERDICT_OPENED, DAY0);
    assert_int_equal(results_save(&known->results, folder, DAY0), ERR_NONE);
    assert_int_equal(results_read(path, &read), ERR_NONE);
    assert_true(json_equal(json_object_get(read, "targets"), known->results.targets));
    json_decref(read);
    assert_int_equal(file_read(&text, path, 1 << 20), ERR_NONE);
    close(STDERR_FILENO); /* each is said in the log */
    for (long at = 0; at < (long)text.len; at++) {
        flip(path, at);
        assert_int_equal(results_read(path, &read), ERR_INVALID);
        flip(path, at);
    }
    assert_int_equal(truncate(path, (off_t)text.len - 1), 0);
    assert_int_equal(results_read(path, &read), ERR_INVALID);
    buffer_free(&text);
    unlink(path);
    free(path);
    path = file_path(folder, RESULTS_HISTORY_FILE, NULL);
    unlink(path);
    free(path);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_in_clean_utf8),
        cmocka_unit_test(a_long_title_is_cut_between_characters),
        cmocka_unit_test(titles_are_compared_by_words),
        cmocka_unit_test(walls_are_known_by_their_marks),
        cmocka_unit_test(only_public_addresses_are_reached),
        cmocka_unit_test(every_verdict_has_its_words),
        cmocka_unit_test(what_answers_is_never_silent),
        cmocka_unit_test_setup_teardown(a_failure_counts_the_second_time, start, stop),
        cmocka_unit_test_setup_teardown(what_answers_between_begins_anew, start, stop),
        cmocka_unit_test_setup_teardown(history_is_spans_of_90_days, start, stop),
        cmocka_unit_test_setup_teardown(every_flipped_byte_is_noticed, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
