/*
 * Tests of tally/statistics.c, tally/things.c and tally/course.c: every number of the
 * document against a count of the same records done here one by one, for periods that cross weeks,
 * blocks, years, 29 February and 1 September; and that all numbers of one document agree.
 */
#include "tally/period.h"
#include "tally/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MOSCOW  "Europe/Moscow"
#define OFFSET  10800 /* of Moscow, in all the years below */
#define DAY     86400
#define RECORDS 6000
#define FIRST   "2023-08-01" /* days that are counted */
#define LAST    "2026-11-21"

static char folder[64], path[96];
static struct record records[RECORDS];
static long days[RECORDS]; /* local day of each record, worked out here */

static const char *const ids[] = {"ru-alt", "ru-per", "ru-ta", "ru-chu"};
static const char *const hosts[] = {"", "", "school.example", "vhod.example", "gorod.example"};

/* A number that is the same in every run. */
static unsigned next_number(void)
{
    static uint32_t state = 20261121;

    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static void make_record(struct record *record, long *day, long from, long to)
{
    static const enum event_kind kinds[] = {
        EVENT_REGION, EVENT_REGION,  EVENT_DEPARTURE, EVENT_GUIDE,  EVENT_QUESTION, EVENT_CITED,
        EVENT_SEARCH, EVENT_MISSING, EVENT_EMBED,     EVENT_REPORT, EVENT_PAGE,     EVENT_CHECK};
    enum event_kind kind = kinds[next_number() % (sizeof kinds / sizeof *kinds)];
    const char *id = ids[next_number() % 4];
    unsigned n = next_number() % 4 + 1;
    char text[64];
    unsigned second;

    *day = from + (long)(next_number() % (unsigned)(to - from + 1));
    switch (kind) {
    case EVENT_REGION:
    case EVENT_DEPARTURE:
        snprintf(text, sizeof text, "%s", id);
        break;
    case EVENT_QUESTION:
        snprintf(text, sizeof text, "%u", n);
        break;
    case EVENT_CITED:
        snprintf(text, sizeof text, n > 2 ? "q/%u" : "guide/g%u", n);
        break;
    case EVENT_EMBED:
        snprintf(text, sizeof text, "region/%s", id);
        break;
    case EVENT_REPORT:
        snprintf(text, sizeof text, "region/%s fails", id);
        break;
    case EVENT_MISSING:
    case EVENT_PAGE:
        snprintf(text, sizeof text, "/p%u", n);
        break;
    default:
        snprintf(text, sizeof text, "g%u", n);
    }
    *record = (struct record){.client = next_number() % 5 == 0 ? CLIENT_ROBOT : CLIENT_PERSON,
                              .language = "ru"};
    event_set(&record->event, kind, text);
    record->event.results = (int)(n % 2);
    strcpy(record->referrer, hosts[next_number() % 5]);
    /* Any second of the local day, its first and last among them. */
    second = next_number() % DAY;
    record->when = (time_t)*day * DAY - OFFSET + (n == 1 ? 0 : n == 2 ? DAY - 1 : (time_t)second);
}

static int make_tally(void **state)
{
    struct tally *tally;

    (void)state;
    strcpy(folder, "/tmp/vhod-statistics-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/tally.db", folder);
    if (tally_open(&tally, path, MOSCOW, true) != ERR_NONE || tally_begin(tally) != ERR_NONE)
        return -1;
    for (int i = 0; i < RECORDS; i++) {
        make_record(&records[i], &days[i], period_day(FIRST), period_day(LAST));
        if (tally_add(tally, &records[i]) != ERR_NONE)
            return -1;
    }
    if (tally_add_dropped(tally, (time_t)period_day("2026-02-03") * DAY, 3) != ERR_NONE ||
        tally_commit(tally) != ERR_NONE)
        return -1;
    tally_close(tally);
    return 0;
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* --- helpers --- */

static json_t *ask(const char *from, const char *to, const char *before)
{
    struct tally_question question = {from, to, before, "vhod.example"};
    struct tally *tally;
    json_t *document;

    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    assert_int_equal(tally_statistics(tally, &question, &document), ERR_NONE);
    tally_close(tally);
    return document;
}

/* Records of people of a kind and id (NULL: any) in a period. */
static json_int_t count(long from, long to, enum event_kind kind, const char *id)
{
    json_int_t n = 0;

    for (int i = 0; i < RECORDS; i++)
        n += records[i].client == CLIENT_PERSON && days[i] >= from && days[i] <= to &&
             (kind == EVENT_NONE || records[i].event.kind == kind) &&
             (id == NULL || strcmp(records[i].event.id, id) == 0);
    return n;
}

static json_int_t number(const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_integer(value))
        fail_msg("%s is no number", field);
    return json_integer_value(value);
}

/* Sum of a field over the rows of a list. */
static json_int_t sum(const json_t *document, const char *list, const char *field)
{
    json_int_t n = 0;
    size_t i;
    const json_t *row;

    assert_true(json_is_array(json_object_get(document, list)));
    json_array_foreach (json_object_get(document, list), i, row)
        n += number(row, field);
    return n;
}

/* The row of a list whose field is that text; NULL if there is none. */
static const json_t *find(const json_t *document, const char *list, const char *field,
                          const char *text)
{
    size_t i;
    const json_t *row;

    json_array_foreach (json_object_get(document, list), i, row) {
        const json_t *value = json_object_get(row, field);
        char digits[24];

        snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
        if (strcmp(json_is_integer(value) ? digits : json_string_value(value), text) == 0)
            return row;
    }
    return NULL;
}

static void assert_count(const json_t *document, const char *list, const char *id_field,
                         const char *id, const char *field, json_int_t expected)
{
    const json_t *row = find(document, list, id_field, id);
    json_int_t have = row == NULL ? 0 : number(row, field);

    if (have != expected)
        fail_msg("%s to %s: %s of %s %s is %lld, not %lld",
                 json_string_value(json_object_get(document, "from")),
                 json_string_value(json_object_get(document, "to")), field, list, id,
                 (long long)have, (long long)expected);
}

/* --- the tests --- */

struct span {
    long from, to, shift;
};

static void check_lists(const json_t *document, const struct span *span)
{
    long from = span->from, to = span->to, before = from - span->shift, end = to - span->shift;

    for (size_t i = 0; i < 4; i++) {
        char report[64], embed[64], digit[] = {(char)('1' + i), '\0'},
                                    guide[] = {'g', *digit, '\0'}, cited[16];
        const char *id = ids[i];
        json_int_t shown = 0;
        size_t at;
        const json_t *row;

        assert_count(document, "regions", "iso", id, "views", count(from, to, EVENT_REGION, id));
        assert_count(document, "regions", "iso", id, "departures",
                     count(from, to, EVENT_DEPARTURE, id));
        assert_count(document, "regions", "iso", id, "before",
                     count(before, end, EVENT_REGION, id));
        assert_count(document, "questions", "number", digit, "views",
                     count(from, to, EVENT_QUESTION, digit));
        snprintf(cited, sizeof cited, "q/%s", digit);
        assert_count(document, "questions", "number", digit, "cited",
                     count(from, to, EVENT_CITED, cited));
        assert_count(document, "guides", "id", guide, "views", count(from, to, EVENT_GUIDE, guide));
        assert_count(document, "guides", "id", guide, "before",
                     count(before, end, EVENT_GUIDE, guide));
        snprintf(cited, sizeof cited, "guide/%s", guide);
        assert_count(document, "guides", "id", guide, "cited", count(from, to, EVENT_CITED, cited));
        snprintf(report, sizeof report, "region/%s fails", id);
        assert_count(document, "reports", "iso", id, "count",
                     count(from, to, EVENT_REPORT, report));
        snprintf(embed, sizeof embed, "region/%s", id);
        for (int r = 0; r < RECORDS; r++)
            shown += records[r].client == CLIENT_PERSON && days[r] >= from && days[r] <= to &&
                     records[r].event.kind == EVENT_EMBED &&
                     strcmp(records[r].event.id, embed) == 0 &&
                     strcmp(records[r].referrer, "school.example") == 0;
        json_array_foreach (json_object_get(document, "embeds"), at, row)
            if (strcmp(json_string_value(json_object_get(row, "id")), embed) == 0 &&
                strcmp(json_string_value(json_object_get(row, "host")), "school.example") == 0)
                shown -= number(row, "count");
        assert_int_equal(shown, 0);
    }
    assert_null(find(document, "referrers", "host", "vhod.example"));
    assert_null(find(document, "links", "host", "vhod.example"));
    assert_null(find(document, "embeds", "host", "vhod.example"));
}

/* Whatever stands twice on the page is the same. */
static void check_agreement(const json_t *document, const struct span *span)
{
    long from = span->from, to = span->to;
    json_int_t people = count(from, to, EVENT_NONE, NULL);
    const json_t *searches;

    assert_int_equal(number(document, "people"), people);
    assert_int_equal(number(document, "people_before"),
                     count(from - span->shift, to - span->shift, EVENT_NONE, NULL));
    assert_int_equal(sum(document, "kinds", "views"), people);
    assert_int_equal(sum(document, "kinds", "before"), number(document, "people_before"));
    assert_int_equal(sum(document, "days", "people"), people);
    assert_int_equal(sum(document, "days", "before"), number(document, "people_before"));
    assert_int_equal(sum(document, "days", "robots"), number(document, "robots"));
    assert_int_equal(sum(document, "days", "dropped"), number(document, "dropped"));
    assert_int_equal(number(json_object_get(document, "clients"), "person"), people);
    assert_int_equal(number(json_object_get(document, "clients"), "robot"),
                     number(document, "robots"));
    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++) {
        const char *word = event_word((enum event_kind)kind);
        json_int_t views = count(from, to, (enum event_kind)kind, NULL);

        assert_count(document, "kinds", "kind", word, "views", views);
        assert_int_equal(sum(document, "days", word), views);
    }
    assert_int_equal(sum(document, "regions", "views"), count(from, to, EVENT_REGION, NULL));
    assert_int_equal(sum(document, "regions", "departures"),
                     count(from, to, EVENT_DEPARTURE, NULL));
    assert_int_equal(sum(document, "questions", "cited") + sum(document, "guides", "cited"),
                     count(from, to, EVENT_CITED, NULL));
    assert_int_equal(sum(document, "missing", "count"), count(from, to, EVENT_MISSING, NULL));
    assert_int_equal(sum(document, "referrers", "count"),
                     sum(document, "links", "count") + sum(document, "embeds", "count"));
    searches = json_object_get(document, "searches");
    assert_int_equal(number(searches, "count"), count(from, to, EVENT_SEARCH, NULL));
    assert_int_equal(sum(searches, "empty", "count"), number(searches, "empty_count"));
}

static void check_period(const char *from_date, const char *to_date, long shift)
{
    struct span span = {period_day(from_date), period_day(to_date), shift};
    char before[PERIOD_DATE_SIZE];
    json_t *document;

    period_date(span.from - shift, before);
    document = ask(from_date, to_date, before);
    check_lists(document, &span);
    check_agreement(document, &span);
    json_decref(document);
}

static void periods_of_every_shape_are_exact(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"2026-11-21", "2026-11-21"}, /* one day */
        {"2026-11-15", "2026-11-21"}, /* parts of two weeks */
        {"2026-11-16", "2026-11-22"}, /* one whole week */
        {"2026-11-10", "2026-11-24"}, /* one whole week, and days around */
        {"2026-10-25", "2026-11-21"}, /* four weeks */
        {"2026-09-21", "2026-11-15"}, /* exactly one block */
        {"2026-09-20", "2026-11-16"}, /* and a day on each side */
        {"2026-09-22", "2026-11-14"}, /* a day less on each side */
        {"2025-12-20", "2026-01-11"}, /* across the turn of the year */
        {"2026-08-20", "2026-09-10"}, /* across 1 September */
        {"2024-02-28", "2024-03-01"}, /* across 29 February */
        {"2024-02-29", "2024-02-29"}, {"2025-09-01", "2026-08-31"}, /* a school year */
        {"2023-09-01", "2024-08-31"},                               /* one with 29 February */
        {"2023-08-01", "2026-11-21"},                               /* all */
        {"2020-01-01", "2020-12-31"},                               /* nothing */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long length = period_day(cases[i].to) - period_day(cases[i].from) + 1;

        check_period(cases[i].from, cases[i].to, period_school_shift(period_day(cases[i].to)));
        check_period(cases[i].from, cases[i].to, length);
    }
}

static void periods_at_random_are_exact(void **state)
{
    long first = period_day(FIRST) - 20, all = period_day(LAST) - first;

    (void)state;
    for (int i = 0; i < 60; i++) {
        char from[PERIOD_DATE_SIZE], to[PERIOD_DATE_SIZE];
        long a = first + (long)(next_number() % (unsigned)all);
        long b = a + (long)(next_number() % 500);

        period_date(a, from);
        period_date(b, to);
        check_period(from, to, 364);
    }
}

static void long_periods_have_few_rows(void **state)
{
    static const struct {
        const char *from, *to, *unit;
        size_t rows;
        const char *second; /* date of the second row */
    } cases[] = {
        {"2026-11-21", "2026-11-21", "day", 1, NULL},
        {"2026-09-21", "2026-11-21", "day", 62, "2026-09-22"},
        {"2026-09-20", "2026-11-21", "week", 10, "2026-09-21"}, /* a Sunday, then whole weeks */
        {"2025-09-01", "2026-08-31", "week", 53, "2025-09-08"},
        {"2022-09-15", "2026-11-21", "month", 51, "2022-10-01"},
        {"2000-01-01", "2026-11-21", "year", 28, "2000-09-01"}, /* school years */
        {"1930-01-01", "2029-12-31", "year", 101, "1930-09-01"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *document = ask(cases[i].from, cases[i].to, NULL);
        const json_t *rows = json_object_get(document, "days");

        assert_string_equal(json_string_value(json_object_get(document, "unit")), cases[i].unit);
        if (json_array_size(rows) != cases[i].rows)
            fail_msg("%s: %zu rows", cases[i].from, json_array_size(rows));
        assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "date")),
                            cases[i].from);
        assert_string_equal(json_string_value(json_object_get(
                                json_array_get(rows, json_array_size(rows) - 1), "to")),
                            cases[i].to);
        if (cases[i].second != NULL)
            assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "date")),
                                cases[i].second);
        assert_null(json_object_get(document, "people_before"));
        json_decref(document);
    }
}

/* Bars beside each other are the same weekdays: the second row's before is its own day a year ago.
 */
static void rows_are_compared_day_by_day(void **state)
{
    json_t *document = ask("2026-09-01", "2026-10-31", "2025-09-02");
    size_t i;
    const json_t *row;

    (void)state;
    json_array_foreach (json_object_get(document, "days"), i, row) {
        long day = period_day(json_string_value(json_object_get(row, "date")));

        assert_int_equal(number(row, "people"), count(day, day, EVENT_NONE, NULL));
        assert_int_equal(number(row, "before"), count(day - 364, day - 364, EVENT_NONE, NULL));
    }
    assert_int_equal(i, 61);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(document, "before"), "to")),
        "2025-11-01");
    json_decref(document);
}

static void hours_are_those_of_few_days(void **state)
{
    json_t *document = ask("2026-11-15", "2026-11-21", NULL);

    (void)state;
    assert_int_equal(sum(document, "hours", "views"), number(document, "people"));
    json_decref(document);
    document = ask("2026-11-14", "2026-11-21", NULL);
    assert_int_equal(json_array_size(json_object_get(document, "hours")), 0);
    json_decref(document);
}

/* The same instant is another day elsewhere, and another week and block with it. */
static void weeks_begin_where_the_site_is(void **state)
{
    static const struct {
        const char *zone, *day;
    } cases[] = {{"Europe/Kaliningrad", "2026-11-15"},
                 {"Europe/Moscow", "2026-11-16"},
                 {"Asia/Kamchatka", "2026-11-16"},
                 {"America/New_York", "2026-11-15"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* Moscow's first second of a week that begins a block; the zone is the writer's. */
        struct record record = {.when = (time_t)period_day("2026-11-16") * DAY - OFFSET,
                                .client = CLIENT_PERSON,
                                .language = ""};
        char other[128];
        struct tally *tally;
        json_t *document;
        struct tally_question question = {cases[i].day, cases[i].day, NULL, ""};
        struct tally_question month = {"2026-09-01", "2026-12-31", NULL, ""};

        snprintf(other, sizeof other, "%s/zone%zu.db", folder, i);
        event_set(&record.event, EVENT_REGION, "ru-alt");
        assert_int_equal(tally_open(&tally, other, cases[i].zone, true), ERR_NONE);
        assert_int_equal(tally_begin(tally), ERR_NONE);
        assert_int_equal(tally_add(tally, &record), ERR_NONE);
        assert_int_equal(tally_commit(tally), ERR_NONE);
        assert_int_equal(tally_statistics(tally, &question, &document), ERR_NONE);
        assert_int_equal(sum(document, "regions", "views"), 1);
        json_decref(document);
        assert_int_equal(tally_statistics(tally, &month, &document), ERR_NONE);
        assert_int_equal(sum(document, "regions", "views"), 1);
        json_decref(document);
        tally_close(tally);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_of_every_shape_are_exact),
        cmocka_unit_test(periods_at_random_are_exact),
        cmocka_unit_test(long_periods_have_few_rows),
        cmocka_unit_test(rows_are_compared_day_by_day),
        cmocka_unit_test(hours_are_those_of_few_days),
        cmocka_unit_test(weeks_begin_where_the_site_is),
    };

    return cmocka_run_group_tests_name("statistics", tests, make_tally, remove_folder);
}
