/*
 * period.c: the school calendar behind period.h, on top of base/civil.h.
 */
#include "tally/period.h"
#include "base/civil.h"

#define WEEK        PERIOD_WEEK
#define DAY_FIRST   (-719528L) /* 0000-01-01 */
#define DAY_LAST    2932896L   /* 9999-12-31 */
#define BLOCK_FIRST (-3)       /* 1969-12-29, a Monday */
#define SEPTEMBER   9

static int digits(const char *text, int len)
{
    int number = 0;

    for (int i = 0; i < len; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

long period_day(const char *date)
{
    return civil_day(digits(date, 4), digits(date + 5, 2), digits(date + 8, 2));
}

static char *put(char *out, long number, int len)
{
    for (int i = len - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + len;
}

void period_date(long day, char out[static PERIOD_DATE_SIZE])
{
    struct civil_date date = civil_date(day < DAY_FIRST  ? DAY_FIRST
                                        : day > DAY_LAST ? DAY_LAST
                                                         : day);

    out = put(out, date.year, 4);
    *out++ = '-';
    out = put(out, date.month, 2);
    *out++ = '-';
    *put(out, date.day, 2) = '\0';
}

long period_monday(long day)
{
    return day - civil_weekday(day);
}

long period_block(long day)
{
    long rest = (day - BLOCK_FIRST) % PERIOD_BLOCK;

    return day - (rest < 0 ? rest + PERIOD_BLOCK : rest);
}

long period_month(long day)
{
    return day - civil_date(day).day + 1;
}

long period_september(long day)
{
    struct civil_date date = civil_date(day);

    return civil_day(date.month >= SEPTEMBER ? date.year : date.year - 1, SEPTEMBER, 1);
}

/* The Monday of school week 1 of the year whose 1 September is in that calendar year. */
static long first_week(long year)
{
    long september = civil_day(year, SEPTEMBER, 1);

    return civil_weekday(september) == WEEK - 1 ? september + 1 : period_monday(september);
}

/* The calendar year in which the school weeks began that a day's week is counted in. */
static long year_of_weeks(long day)
{
    long year = civil_date(day).year;

    return day >= first_week(year) ? year : year - 1;
}

int period_school_week(long day)
{
    return (int)((day - first_week(year_of_weeks(day))) / WEEK) + 1;
}

long period_school_shift(long day)
{
    long year = year_of_weeks(day);
    long shift = first_week(year) - first_week(year - 1);

    /* Week 53 after a year of 52: what stands there is the first week of this very year. */
    return (period_school_week(day) - 1) * WEEK >= shift ? shift + WEEK : shift;
}
