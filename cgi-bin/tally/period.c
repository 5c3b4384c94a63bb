/*
 * period.c: the calendar behind period.h. The conversion between days and dates is the usual one of
 * the proleptic Gregorian calendar, in eras of 400 years with years that begin in March, so that 29
 * February is the last day of its year.
 */
#include "tally/period.h"

#define WEEK         PERIOD_WEEK
#define ERA_DAYS     146097     /* of 400 years */
#define ERA_EPOCH    719468     /* days from 0000-03-01 to 1970-01-01 */
#define DAY_FIRST    (-719528L) /* 0000-01-01 */
#define DAY_LAST     2932896L   /* 9999-12-31 */
#define EPOCH_MONDAY 3          /* 1970-01-01 was a Thursday: so many days after a Monday */
#define SEPTEMBER    9

struct date {
    long year;
    int month, day;
};

static int digits(const char *text, int len)
{
    int number = 0;

    for (int i = 0; i < len; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static long day_of(long year, int month, int day)
{
    long y = month > 2 ? year : year - 1;
    long era = (y >= 0 ? y : y - 399) / 400;
    long of_era = y - era * 400;
    long of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_EPOCH;
}

static struct date date_of(long day)
{
    long z = day + ERA_EPOCH;
    long era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    long of_era = z - era * ERA_DAYS;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (int)((5 * of_year + 2) / 153);
    struct date date = {.day = (int)(of_year - (153 * month + 2) / 5 + 1)};

    date.month = month < 10 ? month + 3 : month - 9;
    date.year = year + era * 400 + (date.month <= 2);
    return date;
}

long period_day(const char *date)
{
    return day_of(digits(date, 4), digits(date + 5, 2), digits(date + 8, 2));
}

static char *put(char *out, long number, int len)
{
    for (int i = len - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + len;
}

void period_date(long day, char out[static PERIOD_DATE_SIZE])
{
    struct date date = date_of(day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day);

    out = put(out, date.year, 4);
    *out++ = '-';
    out = put(out, date.month, 2);
    *out++ = '-';
    *put(out, date.day, 2) = '\0';
}

/* Days since the Monday of the week. */
static long weekday(long day)
{
    long rest = (day + EPOCH_MONDAY) % WEEK;

    return rest < 0 ? rest + WEEK : rest;
}

long period_monday(long day)
{
    return day - weekday(day);
}

long period_block(long day)
{
    long rest = (day + EPOCH_MONDAY) % PERIOD_BLOCK;

    return day - (rest < 0 ? rest + PERIOD_BLOCK : rest);
}

long period_month(long day)
{
    return day - date_of(day).day + 1;
}

long period_september(long day)
{
    struct date date = date_of(day);

    return day_of(date.month >= SEPTEMBER ? date.year : date.year - 1, SEPTEMBER, 1);
}

/* The Monday of school week 1 of the year whose 1 September is in that calendar year. */
static long first_week(long year)
{
    long september = day_of(year, SEPTEMBER, 1);

    return weekday(september) == WEEK - 1 ? september + 1 : period_monday(september);
}

/* The calendar year in which the school weeks began that a day's week is counted in. */
static long year_of_weeks(long day)
{
    long year = date_of(day).year;

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
