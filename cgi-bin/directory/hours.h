/*
 * hours.h: working hours of a contact: the text of a content file ("mon-fri 09:00-18:00, sat
 * 10:00-14:00") as numbers, whether somebody answers at a given moment, and when that changes next.
 * Public holidays are days off,
 * but not for who answers round the clock.
 *
 * Knows no words: a page gets numbers and the template speaks.
 */
#ifndef VHOD_DIRECTORY_HOURS_H
#define VHOD_DIRECTORY_HOURS_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define HOURS_SPANS_MAX 7

/* From first to last weekday (1 = Monday … 7 = Sunday), from and to in minutes of the day, to >
 * from, at most 1440. */
struct hours_span {
    int first, last;
    int from, to;
};

struct hours {
    struct hours_span spans[HOURS_SPANS_MAX];
    size_t count;
};

/* Days that differ from the week: sorted is not required. year 0 = each year. work: a day off that
 * was made a working day (its hours are those of a Monday). */
struct hours_holiday {
    int year, month, day;
    bool work;
};
struct hours_calendar {
    const struct hours_holiday *days;
    size_t count;
};

/* What holds at a moment. changes is the next opening (when closed) or closing (when open) in UTC
 * seconds; 0 if there is none within four weeks, or ever. */
struct hours_state {
    bool open;
    time_t changes;
};

/* Parses "DAYS HH:MM-HH:MM" items with commas; DAYS is one of mon…sun or a range. ERR_INVALID for
 * anything else, for spans that overlap on a day, or for none. */
enum err hours_parse(struct hours *out, const char *text);

/* True for hours without a gap in the whole week. */
bool hours_are_always(const struct hours *hours);

/* State at an instant; spans that meet, at midnight too, are one opening; zone is the contact's
 * IANA zone. ERR_NOT_FOUND for an unknown zone. */
enum err hours_at(const struct hours *hours, const char *zone,
                  const struct hours_calendar *calendar, time_t now, struct hours_state *out);

#endif
