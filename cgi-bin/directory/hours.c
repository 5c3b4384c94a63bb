/*
 * hours.c: working hours. Contract in hours.h.
 */
#include "directory/hours.h"
#include "base/civil.h"
#include "base/clock.h"
#include <string.h>

#define DAY_MINUTES 1440
#define LOOK_AHEAD  28 /* days; longer than any run of holidays */

/* --- parsing --- */

/* The weekday (1 to 7) that text begins with, or 0. */
static int parse_day(const char *text)
{
    static const char days[] = "montuewedthufrisatsun";

    for (int i = 0; i < 7; i++) {
        if (strncmp(text, days + i * 3, 3) == 0)
            return i + 1;
    }
    return 0;
}

static bool parse_two(const char *text, int max, int *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *out = (text[0] - '0') * 10 + (text[1] - '0');
    return *out <= max;
}

/* "HH:MM" as minutes of the day; 24:00 is the day's end. */
static bool parse_time(const char *text, int *out)
{
    int hour, minute;

    if (!parse_two(text, 24, &hour) || text[2] != ':' || !parse_two(text + 3, 59, &minute))
        return false;
    *out = hour * 60 + minute;
    return *out <= DAY_MINUTES;
}

/* One "DAYS HH:MM-HH:MM"; *at moves behind it. */
static bool parse_span(struct hours_span *span, const char **at)
{
    const char *c = *at;

    span->first = span->last = parse_day(c);
    if (span->first == 0)
        return false;
    c += 3;
    if (*c == '-') {
        span->last = parse_day(c + 1);
        c += 4;
    }
    if (span->last < span->first || *c++ != ' ' || !parse_time(c, &span->from) || c[5] != '-' ||
        !parse_time(c + 6, &span->to) || span->to <= span->from)
        return false;
    *at = c + 11;
    return true;
}

static bool overlaps(const struct hours_span *a, const struct hours_span *b)
{
    return a->first <= b->last && b->first <= a->last && a->from < b->to && b->from < a->to;
}

enum err hours_parse(struct hours *out, const char *text)
{
    memset(out, 0, sizeof *out);
    for (const char *at = text;;) {
        struct hours_span *span;

        if (out->count == HOURS_SPANS_MAX)
            return ERR_INVALID;
        span = &out->spans[out->count];
        if (!parse_span(span, &at))
            return ERR_INVALID;
        for (size_t i = 0; i < out->count; i++) {
            if (overlaps(&out->spans[i], span))
                return ERR_INVALID;
        }
        out->count++;
        if (*at == '\0')
            return ERR_NONE;
        if (*at != ',')
            return ERR_INVALID;
        at += 1 + strspn(at + 1, " ");
    }
}

/* --- the clock --- */

/* The weekday whose hours a local day has, or 0 for a day off. */
static int working_weekday(const struct tm *day, const struct hours_calendar *calendar)
{
    int weekday = day->tm_wday == 0 ? 7 : day->tm_wday;

    for (size_t i = 0; calendar != NULL && i < calendar->count; i++) {
        const struct hours_holiday *holiday = &calendar->days[i];

        if ((holiday->year == 0 || holiday->year == day->tm_year + 1900) &&
            holiday->month == day->tm_mon + 1 && holiday->day == day->tm_mday)
            return holiday->work ? 1 : 0;
    }
    return weekday;
}

static bool holds(const struct hours_span *span, int weekday)
{
    return weekday != 0 && span->first <= weekday && weekday <= span->last;
}

/* The end of the span that a minute of such a day lies in, or 0 if it lies in none. */
static int end_of_span(const struct hours *hours, int weekday, int minute)
{
    for (size_t i = 0; i < hours->count; i++) {
        const struct hours_span *span = &hours->spans[i];

        if (holds(span, weekday) && span->from <= minute && minute < span->to)
            return span->to;
    }
    return 0;
}

/* The first beginning of a span behind a minute of such a day (-1: from the day's own), or -1. */
static int next_start(const struct hours *hours, int weekday, int minute)
{
    int found = -1;

    for (size_t i = 0; i < hours->count; i++) {
        const struct hours_span *span = &hours->spans[i];

        if (holds(span, weekday) && span->from > minute && (found < 0 || span->from < found))
            found = span->from;
    }
    return found;
}

/* Where the opening that a minute lies in comes to its end that day; the minute itself if it lies
 * in none. Spans that meet are one opening. */
static int end_of_opening(const struct hours *hours, int weekday, int minute)
{
    int end;

    while ((end = end_of_span(hours, weekday, minute)) != 0)
        minute = end;
    return minute;
}

bool hours_are_always(const struct hours *hours)
{
    for (int weekday = 1; weekday <= 7; weekday++)
        if (end_of_opening(hours, weekday, 0) != DAY_MINUTES)
            return false;
    return true;
}

/* Minutes from the first midnight to the next change; -1: none within LOOK_AHEAD days. */
static int next_change(const struct hours *hours, const struct hours_calendar *calendar,
                       time_t midnight, int minute, bool open)
{
    for (int ahead = 0; ahead < LOOK_AHEAD; ahead++) {
        time_t start = midnight + (time_t)ahead * DAY_SECONDS;
        struct tm day;
        int weekday, at;

        gmtime_r(&start, &day);
        weekday = working_weekday(&day, calendar);
        at = open ? end_of_opening(hours, weekday, minute) : next_start(hours, weekday, minute);
        /* An opening that lasts until midnight may go on behind it. */
        if (open ? at != DAY_MINUTES : at >= 0)
            return ahead * DAY_MINUTES + at;
        minute = open ? 0 : -1;
    }
    return -1;
}

enum err hours_at(const struct hours *hours, const char *zone,
                  const struct hours_calendar *calendar, time_t now, struct hours_state *out)
{
    int offset, minute, change;
    enum err err = clock_offset(zone, now, &offset);
    struct tm day;
    time_t local, midnight;

    if (err != ERR_NONE)
        return err;
    memset(out, 0, sizeof *out);
    out->open = hours_are_always(hours);
    if (out->open) /* on holidays too */
        return ERR_NONE;
    local = now + offset;
    gmtime_r(&local, &day);
    minute = day.tm_hour * 60 + day.tm_min;
    midnight = local - (time_t)minute * 60 - day.tm_sec;
    out->open = end_of_span(hours, working_weekday(&day, calendar), minute) != 0;
    change = next_change(hours, calendar, midnight, minute, out->open);
    if (change >= 0)
        out->changes = midnight + (time_t)change * 60 - offset;
    return ERR_NONE;
}
