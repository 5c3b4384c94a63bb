/*
 * civil.c: the usual conversion between days and dates: eras of 400 years, whose years begin in
 * March, so that 29 February is the last day of its year. Contract in civil.h.
 */
#include "base/civil.h"

#define WEEK         7
#define ERA_DAYS     146097 /* of 400 years */
#define ERA_EPOCH    719468 /* days from 0000-03-01 to 1970-01-01 */
#define EPOCH_MONDAY 3      /* 1970-01-01 was a Thursday: so many days after a Monday */

int64_t civil_day(int64_t year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - ERA_EPOCH;
}

struct civil_date civil_date(int64_t day)
{
    int64_t z = day + ERA_EPOCH;
    int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    int64_t of_era = z - era * ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA_DAYS - 1)) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (int)((5 * of_year + 2) / 153);
    struct civil_date date = {.day = (int)(of_year - (153 * month + 2) / 5 + 1)};

    date.month = month < 10 ? month + 3 : month - 9;
    date.year = year + era * 400 + (date.month <= 2);
    return date;
}

int civil_weekday(int64_t day)
{
    int rest = (int)((day + EPOCH_MONDAY) % WEEK);

    return rest < 0 ? rest + WEEK : rest;
}

bool civil_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int civil_month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && civil_is_leap(year));
}
