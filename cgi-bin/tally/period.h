/*
 * period.h: days as numbers, and the school calendar that statistics are compared by. Pure
 * arithmetic on local dates: what day it is now, in which zone, is the caller's.
 *
 * The school year runs from 1 September to 31 August. School weeks are Monday to Sunday; week 1 is
 * the one with 1 September in it, or, when that is a Sunday, the one that begins on 2 September,
 * since lessons begin then. A year has 52 or 53 of them. "The same school week a year before" is
 * the week of the same number, so that a Monday is compared with a Monday and the first week of
 * lessons with the first week of lessons; week 53 is compared with the last week of a year that has
 * only 52.
 */
#ifndef VHOD_TALLY_PERIOD_H
#define VHOD_TALLY_PERIOD_H

#define PERIOD_DATE_SIZE 11 /* of "2026-11-21" with its end */

/* Days since 1970-01-01 of a date ("2026-11-21", checked: clock_is_date). */
long period_day(const char *date);
/* The date of a day; days before the year 0 or behind 9999 become the nearest within. */
void period_date(long day, char out[static PERIOD_DATE_SIZE]);
/* The Monday of a day's week. */
long period_monday(long day);
/* The first day of a day's block: eight weeks, counted from Monday, 1969-12-29. */
long period_block(long day);
#define PERIOD_BLOCK 56
#define PERIOD_WEEK  7
/* The first day of a day's month. */
long period_month(long day);

/* 1 September of the school year that a day is in. */
long period_september(long day);
/* Number of a day's school week, from 1; in the days before a week 1 that begins in August, that of
 * the year before. */
int period_school_week(long day);
/* How many days before a day lies the same weekday of the same school week a year before: 364 or
 * 371. */
long period_school_shift(long day);

#endif
