/*
 * civil.h: the arithmetic of the calendar: days as numbers, and their dates (proleptic Gregorian).
 * No clock, no zone: what day it is where is clock.h's.
 */
#ifndef VHOD_BASE_CIVIL_H
#define VHOD_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_SECONDS 86400

struct civil_date {
    int64_t year;
    int month, day; /* from 1 */
};

/* Days since 1970-01-01 of a date that exists. */
int64_t civil_day(int64_t year, int month, int day);
/* The date of that day. */
struct civil_date civil_date(int64_t day);
/* Days since the Monday of the day's week, 0 to 6. */
int civil_weekday(int64_t day);
bool civil_is_leap(int64_t year);
/* Days of a month, 28 to 31. */
int civil_month_days(int64_t year, int month);

#endif
