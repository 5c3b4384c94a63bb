/*
 * Tests of tally/growth.c and tally/thing.c: one day against the same weekdays of four weeks, at
 * the very edge of each threshold; and the days of one thing against a count of the same records
 * done here.
 */
#include "base/buffer.h"
#include "tally/growth.h"
#include "tally/period.h"
#include "tally/thing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY    "2026-11-26" /* a Thursday */
#define NOON   (12 * 3600)
#define MOSCOW "Europe/Moscow"

static char folder[64], path[96];

static void count(struct tally *tally, long day, enum client client, enum event_kind kind,
                  const char *id, int times)
{
    struct record record = {.when = (time_t)day * 86400 + NOON, .client = client, .language = "ru"};

    event_set(&record.event, kind, id);
    record.event.results = -1;
    for (int i = 0; i < times; i++)
        assert_int_equal(tally_add(tally, &record), ERR_NONE);
}

static struct tally *begin(void)
{
    struct tally *tally;

    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_NONE);
    assert_int_equal(tally_begin(tally), ERR_NONE);
    return tally;
}

static void end(struct tally *tally)
{
    assert_int_equal(tally_commit(tally), ERR_NONE);
    tally_close(tally);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/vhod-growth-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/tally.db", folder);
    return 0;
}

static int drop_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

/* The rows as "kind/id views usual;…". */
static void growth_is(long day, long times, long least, const char *expected)
{
    const struct growth_limits limits = {times, least};
    struct buffer text = BUFFER_INIT;
    struct tally *tally;
    json_t *rows, *row;
    size_t i;

    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    assert_int_equal(tally_growth(tally, day, &limits, &rows), ERR_NONE);
    json_array_foreach (rows, i, row) {
        buffer_printf(&text, "%s/%s %lld %lld;", json_string_value(json_object_get(row, "kind")),
                      json_string_value(json_object_get(row, "id")),
                      (long long)json_integer_value(json_object_get(row, "views")),
                      (long long)json_integer_value(json_object_get(row, "usual")));
    }
    assert_string_equal(buffer_text(&text), expected);
    buffer_free(&text);
    json_decref(rows);
    tally_close(tally);
}

static void grows_at_the_edge(void **state)
{
    long day = period_day(DAY);
    struct tally *tally = begin();

    (void)state;
    count(tally, day - 7, CLIENT_PERSON, EVENT_REGION, "ru-alt", 10);
    count(tally, day, CLIENT_PERSON, EVENT_REGION, "ru-alt", 30);
    end(tally);
    growth_is(day, 3, 1, ""); /* one week with views is no habit */

    tally = begin();
    count(tally, day - 14, CLIENT_PERSON, EVENT_REGION, "ru-alt", 10);
    count(tally, day - 14, CLIENT_PERSON, EVENT_QUESTION, "7", 3);
    count(tally, day, CLIENT_PERSON, EVENT_QUESTION, "7", 5);
    count(tally, day, CLIENT_PERSON, EVENT_GUIDE, "epos-link", 4);
    count(tally, day, CLIENT_PERSON, EVENT_CITED, "q/7", 6);
    count(tally, day, CLIENT_ROBOT, EVENT_GUIDE, "robots", 900);        /* nobody */
    count(tally, day, CLIENT_PERSON, EVENT_PAGE, "/about", 900);        /* no thing */
    count(tally, day - 1, CLIENT_PERSON, EVENT_REGION, "ru-alt", 900);  /* not that weekday */
    count(tally, day - 35, CLIENT_PERSON, EVENT_REGION, "ru-alt", 900); /* too long ago */
    end(tally);
    growth_is(day, 3, 1, "region/ru-alt 30 10;cited/q/7 6 0;question/7 5 2;guide/epos-link 4 0;");
    growth_is(day, 3, 6, "region/ru-alt 30 10;cited/q/7 6 0;");
    growth_is(day, 3, 30, "region/ru-alt 30 10;");
    growth_is(day, 3, 31, "");
    growth_is(day, 4, 1,
              "cited/q/7 6 0;guide/epos-link 4 0;"); /* 5 of 1.5 is less than four times */
    growth_is(day - 2, 3, 1, "");                    /* nothing was read */
}

static void thing_is(const char *kind, const char *id, const char *from, const char *to,
                     const char *expected)
{
    const struct tally_question question = {from, to, NULL, ""};
    const struct tally_thing thing = {kind, id};
    struct buffer text = BUFFER_INIT;
    struct tally *tally;
    json_t *document, *day;
    size_t i;

    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    assert_int_equal(tally_thing(tally, &thing, &question, &document), ERR_NONE);
    buffer_printf(&text,
                  "%lld+%lld:", (long long)json_integer_value(json_object_get(document, "views")),
                  (long long)json_integer_value(json_object_get(document, "more")));
    json_array_foreach (json_object_get(document, "days"), i, day) {
        buffer_printf(&text, " %s %lld+%lld", json_string_value(json_object_get(day, "date")) + 5,
                      (long long)json_integer_value(json_object_get(day, "views")),
                      (long long)json_integer_value(json_object_get(day, "more")));
    }
    assert_string_equal(buffer_text(&text), expected);
    buffer_free(&text);
    json_decref(document);
    tally_close(tally);
}

static void things_have_all_their_days(void **state)
{
    long day = period_day("2026-03-01");
    struct tally *tally = begin();

    (void)state;
    count(tally, day - 1, CLIENT_PERSON, EVENT_REGION, "ru-per", 2);
    count(tally, day - 1, CLIENT_PERSON, EVENT_DEPARTURE, "ru-per", 1);
    count(tally, day + 1, CLIENT_PERSON, EVENT_REGION, "ru-per", 3);
    count(tally, day + 1, CLIENT_ROBOT, EVENT_REGION, "ru-per", 50);
    count(tally, day, CLIENT_PERSON, EVENT_REGION, "ru-ta", 40);
    count(tally, day, CLIENT_PERSON, EVENT_QUESTION, "8", 4);
    count(tally, day, CLIENT_PERSON, EVENT_CITED, "q/8", 5);
    count(tally, day, CLIENT_PERSON, EVENT_CITED, "guide/8", 6);
    end(tally);
    thing_is("region", "ru-per", "2026-02-28", "2026-03-02", "5+1: 02-28 2+1 03-01 0+0 03-02 3+0");
    thing_is("region", "ru-per", "2026-03-01", "2026-03-01", "0+0: 03-01 0+0");
    thing_is("question", "8", "2026-03-01", "2026-03-01", "4+5: 03-01 4+5");
    thing_is("guide", "8", "2026-03-01", "2026-03-01", "0+6: 03-01 0+6");
}

static void refuses_days_that_are_none(void **state)
{
    static const char *const spans[][2] = {{"2026-03-02", "2026-03-01"},
                                           {"2026-02-30", "2026-03-01"},
                                           {"2023-01-01", "2026-03-01"},
                                           {"", "2026-03-01"}};
    const struct tally_thing thing = {"region", "ru-per"};
    struct tally *tally;

    (void)state;
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        const struct tally_question question = {spans[i][0], spans[i][1], NULL, ""};
        json_t *document = json_null();

        assert_int_equal(tally_thing(tally, &thing, &question, &document), ERR_INVALID);
        assert_null(document);
    }
    tally_close(tally);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_at_the_edge),
        cmocka_unit_test(things_have_all_their_days),
        cmocka_unit_test(refuses_days_that_are_none),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
