/*
 * Tests of base/civil.c: days and dates there and back, against the C library's calendar.
 */
#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void days_of_known_dates(void **state)
{
    (void)state;
    assert_int_equal(civil_day(1970, 1, 1), 0);
    assert_int_equal(civil_day(1969, 12, 31), -1);
    assert_int_equal(civil_day(2000, 2, 29), 11016);
    assert_int_equal(civil_day(2026, 11, 21), 20778);
    assert_int_equal(civil_day(0, 1, 1), -719528);
    assert_int_equal(civil_day(-1, 12, 31), -719529);
    assert_int_equal(civil_weekday(0), 3);     /* a Thursday */
    assert_int_equal(civil_weekday(-4), 6);    /* a Sunday */
    assert_int_equal(civil_weekday(20778), 5); /* a Saturday */
}

/* 800 years around the epoch, each day. */
static void every_day_is_that_of_the_library(void **state)
{
    (void)state;
    for (int64_t day = -146097; day <= 146097; day++) {
        time_t when = (time_t)(day * DAY_SECONDS);
        struct civil_date date = civil_date(day);
        struct tm tm;

        gmtime_r(&when, &tm);
        if (date.year != tm.tm_year + 1900 || date.month != tm.tm_mon + 1 ||
            date.day != tm.tm_mday || civil_weekday(day) != (tm.tm_wday + 6) % 7 ||
            civil_day(date.year, date.month, date.day) != day)
            fail_msg("day %ld is %ld-%d-%d", (long)day, (long)date.year, date.month, date.day);
    }
}

static void months_and_leap_years(void **state)
{
    (void)state;
    assert_true(civil_is_leap(2000) && civil_is_leap(2024) && civil_is_leap(0));
    assert_false(civil_is_leap(1900) || civil_is_leap(2026) || civil_is_leap(2100));
    for (int64_t year = 1890; year < 2110; year++)
        for (int month = 1; month <= 12; month++) {
            int64_t next = month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, month + 1, 1);

            assert_int_equal(civil_month_days(year, month), next - civil_day(year, month, 1));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_known_dates),
        cmocka_unit_test(every_day_is_that_of_the_library),
        cmocka_unit_test(months_and_leap_years),
    };

    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
