/*
 * Tests of tally/period.c: days and dates against the C library, over eras and leap years; the
 * school calendar by dates looked up in printed calendars.
 */
#include "tally/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void days_and_dates_agree_with_the_library(void **state)
{
    (void)state;
    for (long day = -719528; day <= 2932896; day += day > 10000 && day < 40000 ? 1 : 37) {
        time_t when = (time_t)day * 86400;
        struct tm tm;
        char expected[32], got[PERIOD_DATE_SIZE];

        assert_non_null(gmtime_r(&when, &tm));
        snprintf(expected, sizeof expected, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1,
                 tm.tm_mday);
        period_date(day, got);
        assert_string_equal(got, expected);
        assert_int_equal(period_day(got), day);
        assert_int_equal((day - period_monday(day)), (tm.tm_wday + 6) % 7);
        assert_int_equal(day - period_month(day), tm.tm_mday - 1);
    }
}

static void days_outside_the_years_are_the_nearest_within(void **state)
{
    char got[PERIOD_DATE_SIZE];

    (void)state;
    period_date(-5000000, got);
    assert_string_equal(got, "0000-01-01");
    period_date(5000000, got);
    assert_string_equal(got, "9999-12-31");
}

static void blocks_are_eight_weeks(void **state)
{
    (void)state;
    assert_int_equal(period_block(period_day("1969-12-29")), period_day("1969-12-29"));
    assert_int_equal(period_block(period_day("2026-11-15")), period_day("2026-09-21"));
    assert_int_equal(period_block(period_day("2026-11-16")), period_day("2026-11-16"));
    for (long day = -100000; day < 100000; day++) {
        long first = period_block(day);

        assert_true(first <= day && day < first + PERIOD_BLOCK);
        assert_int_equal(period_monday(first), first);
        assert_int_equal(period_block(first), first);
    }
}

static void school_years_begin_on_the_first_of_september(void **state)
{
    static const struct {
        const char *day, *september;
    } cases[] = {{"2026-08-31", "2025-09-01"},
                 {"2026-09-01", "2026-09-01"},
                 {"2027-01-01", "2026-09-01"},
                 {"2024-02-29", "2023-09-01"},
                 {"2027-08-31", "2026-09-01"}};
    char got[PERIOD_DATE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        period_date(period_september(period_day(cases[i].day)), got);
        assert_string_equal(got, cases[i].september);
    }
}

static void school_weeks_are_counted_from_that_of_the_first_of_september(void **state)
{
    static const struct {
        const char *day;
        int week;
        const char *before; /* the same day of the same school week a year before */
    } cases[] = {
        /* 1 September 2026 is a Tuesday, of 2025 a Monday */
        {"2026-08-30", 52, "2025-08-31"}, /* 2024/25 began on 2 September and has 52 weeks too */
        {"2026-08-31", 1, "2025-09-01"},
        {"2026-09-01", 1, "2025-09-02"},
        {"2026-09-06", 1, "2025-09-07"},
        {"2026-09-07", 2, "2025-09-08"},
        {"2026-11-21", 12, "2025-11-22"}, /* Saturdays */
        {"2027-01-01", 18, "2026-01-02"}, /* across the turn of the year; Fridays */
        /* 1 September 2024 is a Sunday: lessons begin on the 2nd, and it is still the old year's */
        {"2024-09-01", 53, "2023-08-27"}, /* week 53 of 2023/24 against 52, the last of 2022/23 */
        {"2024-08-25", 52, "2023-08-27"},
        {"2024-09-02", 1, "2023-08-28"}, /* 371 days: 1 September 2023 is a Friday */
        {"2025-09-01", 1, "2024-09-02"}, /* 364 days */
        {"2025-09-07", 1, "2024-09-08"},
        /* 29 February lies between */
        {"2024-02-29", 27, "2023-03-02"}, /* Thursdays; 1 September 2022 was a Thursday */
        {"2024-03-01", 27, "2023-03-03"},
        {"2025-02-28", 26,
         "2024-02-23"}, /* 371 days: 2024/25 began later in its year than 2023/24 */
        /* 1 September 2029 is a Saturday: schools with six days have lessons in that week */
        {"2029-09-01", 1, "2028-09-02"},
    };
    char got[PERIOD_DATE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long day = period_day(cases[i].day);

        period_date(day - period_school_shift(day), got);
        if (period_school_week(day) != cases[i].week || strcmp(got, cases[i].before) != 0)
            fail_msg("%s: week %d, before %s; not %d, %s", cases[i].day, period_school_week(day),
                     got, cases[i].week, cases[i].before);
    }
}

/* For 400 years: weekdays stay, weeks keep their number but for week 53, and weeks follow each
 * other without a gap. */
static void every_day_has_its_like_a_year_before(void **state)
{
    (void)state;
    for (long day = period_day("1900-01-01"); day < period_day("2300-01-01"); day++) {
        long shift = period_school_shift(day);
        int week = period_school_week(day), other = period_school_week(day - shift);
        int next = period_school_week(day + 7);

        assert_true(shift == 364 || shift == 371);
        assert_true(week >= 1 && week <= 53);
        assert_true(other == week || (week == 53 && other == 52));
        assert_true(next == week + 1 || (next == 1 && week >= 52));
        assert_int_equal(period_school_week(period_monday(day)), week);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree_with_the_library),
        cmocka_unit_test(days_outside_the_years_are_the_nearest_within),
        cmocka_unit_test(blocks_are_eight_weeks),
        cmocka_unit_test(school_years_begin_on_the_first_of_september),
        cmocka_unit_test(school_weeks_are_counted_from_that_of_the_first_of_september),
        cmocka_unit_test(every_day_has_its_like_a_year_before),
    };

    return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
