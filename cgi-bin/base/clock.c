/*
 * clock.c: now, dates as text, and the zones a program has used. The table of zones lives as long
 * as the process, is bounded, and holds nothing of any request: tzdata is the same for everybody. A
 * worker that must see new tzdata is restarted.
 */
#include "base/clock.h"
#include "base/ascii.h"
#include "base/civil.h"
#include "base/ini.h"
#include "base/log.h"
#include "base/zone.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Russia has 11 offsets and some 30 zones; when more are asked for, the oldest makes room. */
#define ZONES_KEPT     48
#define LATEST_SECONDS 253402300799 /* 9999-12-31T23:59:59Z */

time_t clock_now(void)
{
    const char *fixed = getenv("VHOD_NOW");
    long seconds;

    if (fixed == NULL)
        return time(NULL);
    if (ini_parse_int(fixed, 0, LATEST_SECONDS, &seconds))
        return (time_t)seconds;
    log_error("VHOD_NOW=\"%s\" is no number of seconds; using the real time", fixed);
    return time(NULL);
}

int64_t clock_monotonic_us(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return clock_monotonic_us() / 1000;
}

void clock_format(time_t when, char out[static 21])
{
    struct tm parts;

    if (when < -62167219200) /* 0000-01-01T00:00:00Z */
        when = -62167219200;
    if (when > LATEST_SECONDS)
        when = LATEST_SECONDS;
    /* gmtime_r cannot fail within these years, and zeroed parts are a date anyway. */
    memset(&parts, 0, sizeof parts);
    (void)gmtime_r(&when, &parts);
    snprintf(out, 21, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)(parts.tm_year + 1900) % 10000,
             (unsigned)(parts.tm_mon + 1) % 100, (unsigned)parts.tm_mday % 100,
             (unsigned)parts.tm_hour % 100, (unsigned)parts.tm_min % 100,
             (unsigned)parts.tm_sec % 100);
}

/* digits digits at text as a number, -1 if one is none. */
static int number(const char *text, size_t digits)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++) {
        if (!ascii_is_digit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool clock_is_date(const char *text)
{
    size_t len = strlen(text);
    int year;
    int month;
    int day;

    if (len != 4 && len != 7 && len != 10)
        return false;
    year = number(text, 4);
    if (year < 0 || len == 4)
        return year >= 0;
    month = number(text + 5, 2);
    if (text[4] != '-' || month < 1 || month > 12 || len == 7)
        return text[4] == '-' && month >= 1 && month <= 12;
    day = number(text + 8, 2);
    return text[7] == '-' && day >= 1 && day <= civil_month_days(year, month);
}

/* Hours and minutes of "18:00" at text as seconds, -1 if it is none. */
static int seconds_of(const char *text)
{
    int hours = number(text, 2);
    int minutes = hours >= 0 && text[2] == ':' ? number(text + 3, 2) : -1;

    return hours < 24 && minutes >= 0 && minutes < 60 ? hours * 3600 + minutes * 60 : -1;
}

/* Seconds since 1970 of "2026-11-27" at text, a date that exists. */
static time_t date_seconds(const char *text)
{
    return (time_t)(civil_day(number(text, 4), number(text + 5, 2), number(text + 8, 2)) *
                    DAY_SECONDS);
}

/* The text begins with a whole date (of at least ten bytes). */
static bool begins_with_day(const char *text)
{
    char day[11];

    memcpy(day, text, 10);
    day[10] = '\0';
    return strlen(day) == 10 && clock_is_date(day);
}

bool clock_parse(const char *text, time_t *out)
{
    int minutes, seconds;

    if (strlen(text) != 20 || !begins_with_day(text) || text[10] != 'T' || text[16] != ':' ||
        text[19] != 'Z')
        return false;
    minutes = seconds_of(text + 11);
    seconds = number(text + 17, 2);
    if (minutes < 0 || seconds < 0 || seconds > 59)
        return false;
    *out = date_seconds(text) + minutes + seconds;
    return true;
}

static struct kept_zone {
    char *name;
    struct zone *zone;
} kept[ZONES_KEPT];
static size_t next_place;

static const struct zone *find_kept(const char *name)
{
    for (size_t i = 0; i < ZONES_KEPT; i++)
        if (kept[i].name != NULL && strcmp(kept[i].name, name) == 0)
            return kept[i].zone;
    return NULL;
}

/* A zone from the table or the file. *out is the table's, good until the next call. */
static enum err find_zone(const struct zone **out, const char *name)
{
    struct zone *zone = NULL;
    char *copy;
    enum err err;

    *out = find_kept(name);
    if (*out != NULL)
        return ERR_NONE;
    err = zone_load(&zone, name);
    if (err != ERR_NONE)
        return err;
    copy = strdup(name);
    if (copy == NULL) {
        zone_free(zone);
        return ERR_MEMORY;
    }
    free(kept[next_place].name);
    zone_free(kept[next_place].zone);
    kept[next_place] = (struct kept_zone){copy, zone};
    next_place = (next_place + 1) % ZONES_KEPT;
    *out = zone;
    return ERR_NONE;
}

bool clock_is_zone(const char *zone)
{
    const struct zone *found;

    return find_zone(&found, zone) == ERR_NONE;
}

enum err clock_offset(const char *zone, time_t when, int *seconds)
{
    const struct zone *found;
    enum err err = find_zone(&found, zone);

    if (err == ERR_NONE)
        *seconds = zone_offset(found, when);
    return err;
}

enum err clock_local(const char *text, const char *zone, time_t *out)
{
    time_t local;
    int minutes, before = 0, after = 0;
    enum err err;

    if (strlen(text) != 16 || !begins_with_day(text) || text[10] != ' ')
        return ERR_INVALID;
    minutes = seconds_of(text + 11);
    if (minutes < 0)
        return ERR_INVALID;
    local = date_seconds(text) + minutes;
    /* No offset is a day long: a day before and a day after are surely on either side. */
    err = clock_offset(zone, local - DAY_SECONDS, &before);
    if (err == ERR_NONE)
        err = clock_offset(zone, local + DAY_SECONDS, &after);
    for (int i = 0; i < 2 && err == ERR_NONE; i++) {
        int offset = i == 0 ? before : after, there = 0;

        *out = local - offset;
        err = clock_offset(zone, *out, &there);
        if (err == ERR_NONE && there == offset)
            return ERR_NONE;
    }
    return err == ERR_NONE ? ERR_INVALID : err;
}
