/*
 * test_hours.c: working hours: their text, and whether somebody answers at given moments, also on
 * holidays.
 */
#include "base/clock.h"
#include "directory/hours.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "mon",
                                      "mon-fri",
                                      "mon-fri 9:00-18:00",
                                      "mon-fri 09:00",
                                      "mon-fri 09:00-09:00",
                                      "mon-fri 18:00-09:00",
                                      "fri-mon 09:00-18:00",
                                      "mon-fri 09:00-24:01",
                                      "mon-fri 09:60-18:00",
                                      "mon-fri 09:00-18:00,",
                                      "mon-fri 09:00-18:00 ",
                                      "mon-fri  09:00-18:00",
                                      "MON-FRI 09:00-18:00",
                                      "mon-fri 09:00-18:00; sat 10:00-14:00",
                                      "mon-fri 09:00-18:00, fri 17:00-20:00",
                                      "mon 1:00-2:00, x"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct hours hours;

        if (hours_parse(&hours, bad[i]) != ERR_INVALID)
            fail_msg("accepted: %s", bad[i]);
    }
}

static void test_parsed(void **state)
{
    struct hours hours;

    (void)state;
    assert_int_equal(hours_parse(&hours, "mon-fri 09:00-18:00, sat 10:00-14:00,sun 00:00-24:00"),
                     ERR_NONE);
    assert_int_equal(hours.count, 3);
    assert_int_equal(hours.spans[0].first, 1);
    assert_int_equal(hours.spans[0].last, 5);
    assert_int_equal(hours.spans[0].from, 540);
    assert_int_equal(hours.spans[1].first, 6);
    assert_int_equal(hours.spans[2].to, 1440);
}

/* Moments as UTC; Moscow is three hours ahead. 2026-11-20 is a Friday. */
static time_t moment(const char *text)
{
    struct tm tm = {0};

    assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &tm));
    return timegm(&tm);
}

static void test_moments(void **state)
{
    static const struct hours_holiday days[] = {
        {0, 11, 4, false}, {0, 1, 1, false}, {0, 1, 2, false}, {2026, 11, 21, true}};
    static const struct hours_calendar calendar = {days, 4};
    static const struct hours_calendar none = {NULL, 0};
    static const struct {
        const char *hours, *now;
        const struct hours_calendar *calendar;
        bool open;
        const char *changes; /* NULL: never */
    } cases[] = {
        {"mon-fri 09:00-18:00", "2026-11-20 05:59:59", &none, false,
         "2026-11-20 06:00:00"}, /* 8:59 */
        {"mon-fri 09:00-18:00", "2026-11-20 06:00:00", &none, true,
         "2026-11-20 15:00:00"}, /* 9:00 */
        {"mon-fri 09:00-18:00", "2026-11-20 14:59:59", &none, true, "2026-11-20 15:00:00"},
        {"mon-fri 09:00-18:00", "2026-11-20 15:00:00", &none, false,
         "2026-11-23 06:00:00"}, /* 18:00 */
        {"mon-fri 09:00-18:00", "2026-11-21 09:00:00", &none, false,
         "2026-11-23 06:00:00"}, /* Saturday */
        {"mon-fri 09:00-18:00", "2026-11-21 09:00:00", &calendar, true,
         "2026-11-21 15:00:00"}, /* made to work */
        {"mon-fri 09:00-18:00", "2026-11-03 16:00:00", &calendar, false, "2026-11-05 06:00:00"},
        {"mon-fri 09:00-18:00", "2026-11-04 09:00:00", &calendar, false,
         "2026-11-05 06:00:00"}, /* holiday */
        {"mon-fri 09:00-18:00", "2026-11-04 09:00:00", &none, true, "2026-11-04 15:00:00"},
        {"mon-fri 09:00-18:00", "2025-12-31 16:00:00", &calendar, false, "2026-01-05 06:00:00"},
        {"mon-fri 09:00-18:00", "2026-11-19 21:30:00", &none, false,
         "2026-11-20 06:00:00"}, /* past midnight there */
        /* round the clock: it never changes, and knows no holidays */
        {"mon-sun 00:00-24:00", "2026-11-20 12:00:00", &none, true, NULL},
        {"mon-sun 00:00-24:00", "2026-11-04 09:00:00", &calendar, true, NULL},
        {"mon-fri 00:00-24:00, sat-sun 00:00-12:00, sat-sun 12:00-24:00", "2026-11-04 09:00:00",
         &calendar, true, NULL},
        /* spans that meet are one opening, at midnight too */
        {"mon-fri 09:00-13:00, mon-fri 13:00-18:00", "2026-11-20 07:00:00", &none, true,
         "2026-11-20 15:00:00"},
        {"mon-fri 13:00-18:00, mon-fri 09:00-13:00", "2026-11-20 07:00:00", &none, true,
         "2026-11-20 15:00:00"},
        {"fri 20:00-24:00, sat 00:00-02:00", "2026-11-20 18:00:00", &none, true,
         "2026-11-20 23:00:00"},
        {"mon-fri 00:00-24:00", "2026-11-18 09:00:00", &none, true, "2026-11-20 21:00:00"},
        {"sun 22:00-24:00, mon 00:00-03:00", "2026-11-22 19:30:00", &none, true,
         "2026-11-23 00:00:00"},
        /* a holiday ends what would go on behind midnight */
        {"tue 20:00-24:00, wed 00:00-02:00", "2026-11-03 18:00:00", &calendar, true,
         "2026-11-03 21:00:00"},
        /* the first minute of the day behind is its beginning */
        {"fri 20:00-22:00, sat 00:00-02:00", "2026-11-20 19:30:00", &none, false,
         "2026-11-20 21:00:00"},
        {"mon-fri 09:00-13:00, mon-fri 14:00-18:00", "2026-11-20 10:30:00", &none, false,
         "2026-11-20 11:00:00"},
        {"mon-fri 09:00-13:00, mon-fri 14:00-18:00", "2026-11-20 09:59:00", &none, true,
         "2026-11-20 10:00:00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hours hours;
        struct hours_state have;
        time_t want;

        assert_int_equal(hours_parse(&hours, cases[i].hours), ERR_NONE);
        assert_int_equal(
            hours_at(&hours, "Europe/Moscow", cases[i].calendar, moment(cases[i].now), &have),
            ERR_NONE);
        want = cases[i].changes != NULL ? moment(cases[i].changes) : 0;
        if (have.open != cases[i].open || have.changes != want)
            fail_msg("%s at %s: open %d until %lld, want %d until %lld", cases[i].hours,
                     cases[i].now, have.open, (long long)have.changes, cases[i].open,
                     (long long)want);
    }
}

static void test_unknown_zone(void **state)
{
    struct hours hours;
    struct hours_state have;

    (void)state;
    assert_int_equal(hours_parse(&hours, "mon 09:00-18:00"), ERR_NONE);
    assert_int_equal(hours_at(&hours, "Europe/Nowhere", NULL, 0, &have), ERR_NOT_FOUND);
}

static void test_never_within_four_weeks(void **state)
{
    static struct hours_holiday all[31 * 12];
    struct hours_calendar calendar;
    struct hours hours;
    struct hours_state have;

    (void)state;
    for (int i = 0; i < 31 * 12; i++)
        all[i] = (struct hours_holiday){0, i / 31 + 1, i % 31 + 1, false};
    calendar = (struct hours_calendar){all, 31 * 12};
    assert_int_equal(hours_parse(&hours, "mon-sun 09:00-18:00"), ERR_NONE);
    assert_int_equal(
        hours_at(&hours, "Europe/Moscow", &calendar, moment("2026-11-20 09:00:00"), &have),
        ERR_NONE);
    assert_false(have.open);
    assert_int_equal(have.changes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_parsed),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_unknown_zone),
        cmocka_unit_test(test_never_within_four_weeks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
