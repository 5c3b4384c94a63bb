/*
 * zone.c: reads TZif bytes and the POSIX TZ rule in their footer. Every count in the file is
 * checked against the bytes that are there before anything is read. It never touches the process's
 * own TZ.
 */
#include "base/zone.h"
#include "base/ascii.h"
#include "base/buffer.h"
#include "base/civil.h"
#include "base/file.h"
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 63
#define FILE_MAX       (128 * 1024) /* the largest in tzdata 2024 has 3.5 KiB */
#define HEADER_SIZE    44
#define TYPE_SIZE      6
#define TYPES_MAX      256
/* no calendar is meant there, and no sum overflows before it */
#define FAR_AWAY       ((int64_t)1 << 50)
#define DEFAULT_FOLDER "/usr/share/zoneinfo"

enum change_form { CHANGE_JULIAN, CHANGE_ZERO_BASED, CHANGE_MONTH };

/* When daylight saving begins or ends, as POSIX TZ says it. */
struct change {
    enum change_form form;
    int month; /* 1-12, CHANGE_MONTH only */
    int week;  /* 1-5, 5 = last */
    int day;   /* of the week from Sunday = 0; of the year in the other forms */
    int time;  /* seconds after local midnight, may be negative */
};

struct rule {
    int standard; /* seconds east of UTC */
    int daylight;
    bool has_daylight;
    struct change start;
    struct change end;
};

struct zone {
    size_t count;         /* transitions */
    int64_t *times;       /* from each of these on, */
    unsigned char *kinds; /* offsets[kinds[i]] holds */
    int offsets[TYPES_MAX];
    bool has_rule; /* what holds after the last transition */
    struct rule rule;
};

/* The header's counts, with the names RFC 9636 gives them. */
struct counts {
    uint32_t isut, isstd, leap, time, type, letters;
};

bool zone_is_name(const char *name)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t len = strlen(name);

    return len > 0 && len <= NAME_MAX_BYTES && strspn(name, allowed) == len && name[0] != '/' &&
           name[len - 1] != '/' && strstr(name, "//") == NULL;
}

static uint32_t read_32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Two's complement without relying on how the compiler converts. */
static int64_t read_signed(const unsigned char *at, size_t bytes)
{
    uint64_t value = at[0] & 0x80 ? UINT64_MAX : 0;
    int64_t result;

    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    memcpy(&result, &value, sizeof result);
    return result;
}

/* Reads a header at the start of len bytes. */
static bool read_header(struct counts *out, const unsigned char *at, size_t len)
{
    if (len < HEADER_SIZE || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    *out = (struct counts){read_32(at + 20), read_32(at + 24), read_32(at + 28),
                           read_32(at + 32), read_32(at + 36), read_32(at + 40)};
    return true;
}

/* Bytes of data behind a header; 64 bits hold the largest sum of such counts. */
static uint64_t data_size(const struct counts *c, unsigned time_size)
{
    return (uint64_t)c->time * (time_size + 1) + (uint64_t)c->type * TYPE_SIZE + c->letters +
           (uint64_t)c->leap * (time_size + 4) + c->isstd + c->isut;
}

/* --- the footer: std offset [dst [offset] , start [/time] , end [/time]] --- */

/* A number of at most three digits within a range. */
static bool parse_number(const char **at, int min, int max, int *out)
{
    int value = 0;
    int digits = 0;

    for (; ascii_is_digit(**at) && digits < 4; (*at)++, digits++)
        value = value * 10 + (**at - '0');
    *out = value;
    return digits > 0 && digits < 4 && value >= min && value <= max;
}

static bool skip(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* "MSK" or "<+03>". What the zone calls itself is not needed. */
static bool skip_zone_label(const char **at)
{
    const char *start = *at;
    size_t len;

    if (skip(at, '<')) {
        *at += strcspn(*at, ">");
        return skip(at, '>');
    }
    len = strspn(start, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    *at += len;
    return len >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds; TZif version 3 allows hours up to 167. */
static bool parse_time(const char **at, int *seconds)
{
    int sign = 1;
    int hours = 0;
    int minutes = 0;
    int rest = 0;

    if (skip(at, '-'))
        sign = -1;
    else
        skip(at, '+');
    if (!parse_number(at, 0, 167, &hours))
        return false;
    if (skip(at, ':') && !parse_number(at, 0, 59, &minutes))
        return false;
    if (skip(at, ':') && !parse_number(at, 0, 59, &rest))
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60 + rest);
    return true;
}

/* ",M3.5.0/2", ",J60" or ",59". */
static bool parse_change(const char **at, struct change *out)
{
    bool fine;

    *out = (struct change){.form = CHANGE_ZERO_BASED, .time = 2 * 3600};
    if (!skip(at, ','))
        return false;
    if (skip(at, 'M')) {
        out->form = CHANGE_MONTH;
        fine = parse_number(at, 1, 12, &out->month) && skip(at, '.') &&
               parse_number(at, 1, 5, &out->week) && skip(at, '.') &&
               parse_number(at, 0, 6, &out->day);
    } else if (skip(at, 'J')) {
        out->form = CHANGE_JULIAN;
        fine = parse_number(at, 1, 365, &out->day);
    } else {
        fine = parse_number(at, 0, 365, &out->day);
    }
    return fine && (!skip(at, '/') || parse_time(at, &out->time));
}

/* POSIX counts west of Greenwich, we count east: hence the signs. */
static bool parse_rule(struct rule *out, const char *at)
{
    int west = 0;

    memset(out, 0, sizeof *out);
    if (!skip_zone_label(&at) || !parse_time(&at, &west))
        return false;
    out->standard = -west;
    if (*at == '\0')
        return true;
    out->has_daylight = true;
    out->daylight = out->standard + 3600;
    if (!skip_zone_label(&at))
        return false;
    if (*at != ',') {
        if (!parse_time(&at, &west))
            return false;
        out->daylight = -west;
    }
    return parse_change(&at, &out->start) && parse_change(&at, &out->end) && *at == '\0';
}

/* Seconds from 1970-01-01 local to the change in that year, by the clock that holds before it. */
static int64_t change_in(const struct change *change, int64_t year)
{
    int64_t first;
    int64_t weekday;
    int64_t end;

    switch (change->form) {
    case CHANGE_JULIAN: /* 29 February is never counted */
        first = civil_day(year, 1, 1) + change->day - 1;
        return (first + (civil_is_leap(year) && change->day >= 60)) * DAY_SECONDS + change->time;
    case CHANGE_ZERO_BASED:
        return (civil_day(year, 1, 1) + change->day) * DAY_SECONDS + change->time;
    case CHANGE_MONTH:
        break;
    }
    first = civil_day(year, change->month, 1);
    end = change->month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, change->month + 1, 1);
    weekday = (civil_weekday(first) + 1) % 7; /* from Sunday, as the rule counts */
    first += (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
    if (first >= end)
        first -= 7;
    return first * DAY_SECONDS + change->time;
}

static int rule_offset(const struct rule *rule, int64_t when)
{
    struct tm parts;
    time_t local;
    int64_t start;
    int64_t end;
    bool daylight;

    if (!rule->has_daylight || when < -FAR_AWAY || when > FAR_AWAY)
        return rule->standard;
    local = (time_t)when + rule->standard;
    if (gmtime_r(&local, &parts) == NULL)
        return rule->standard;
    start = change_in(&rule->start, (int64_t)parts.tm_year + 1900) - rule->standard;
    end = change_in(&rule->end, (int64_t)parts.tm_year + 1900) - rule->daylight;
    if (start < end)
        daylight = when >= start && when < end;
    else /* the southern summer spans the new year */
        daylight = when >= start || when < end;
    return daylight ? rule->daylight : rule->standard;
}

/* --- the file --- */

/* Copies the transitions; the counts are known to fit the bytes at data. */
static enum err read_transitions(struct zone *zone, const unsigned char *data,
                                 const struct counts *c)
{
    const unsigned char *types = data + (size_t)c->time * 9;

    zone->count = c->time;
    zone->times = calloc(zone->count + 1, sizeof *zone->times);
    zone->kinds = calloc(zone->count + 1, 1);
    if (zone->times == NULL || zone->kinds == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < c->type; i++)
        zone->offsets[i] = (int)read_signed(types + i * TYPE_SIZE, 4);
    for (size_t i = 0; i < zone->count; i++) {
        zone->times[i] = read_signed(data + i * 8, 8);
        zone->kinds[i] = data[(size_t)c->time * 8 + i];
        if (zone->kinds[i] >= c->type || (i > 0 && zone->times[i] <= zone->times[i - 1]))
            return ERR_INVALID;
    }
    return ERR_NONE;
}

/* "\nMSK-3\n", NUL-terminated by the buffer; an empty rule means that nobody knows. */
static enum err read_footer(struct zone *zone, char *footer)
{
    char *end;

    if (footer[0] != '\n')
        return ERR_INVALID;
    footer++;
    end = strchr(footer, '\n');
    if (end == NULL)
        return ERR_INVALID;
    *end = '\0';
    if (footer == end)
        return ERR_NONE;
    zone->has_rule = true;
    return parse_rule(&zone->rule, footer) ? ERR_NONE : ERR_INVALID;
}

/* Skips the block of version 1, whose times have 32 bits, and reads the one behind it. */
static enum err read_zone(struct zone *zone, struct buffer *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes->data;
    size_t left = bytes->len;
    struct counts c;
    enum err err;

    if (!read_header(&c, at, left) || data_size(&c, 4) > left - HEADER_SIZE)
        return ERR_INVALID;
    at += HEADER_SIZE + data_size(&c, 4);
    left -= HEADER_SIZE + (size_t)data_size(&c, 4);
    if (!read_header(&c, at, left) || data_size(&c, 8) > left - HEADER_SIZE)
        return ERR_INVALID;
    if (c.type < 1 || c.type > TYPES_MAX || c.leap != 0)
        return ERR_INVALID;
    err = read_transitions(zone, at + HEADER_SIZE, &c);
    if (err != ERR_NONE)
        return err;
    left -= HEADER_SIZE + (size_t)data_size(&c, 8);
    return read_footer(zone, bytes->data + (bytes->len - left));
}

const char *zone_folder(void)
{
    const char *folder = getenv("TZDIR");

    return folder != NULL && folder[0] == '/' ? folder : DEFAULT_FOLDER;
}

/* The bytes of the zone's file. Whatever is no regular file ("Asia") is no zone either. */
static enum err read_file(struct buffer *out, const char *name)
{
    char *path = file_path(zone_folder(), name, NULL);
    enum err err;

    if (path == NULL)
        return ERR_MEMORY;
    err = file_read(out, path, FILE_MAX);
    free(path);
    if (err == ERR_NONE && out->len == 0)
        return ERR_INVALID;
    return err == ERR_INVALID ? ERR_NOT_FOUND : err;
}

enum err zone_load(struct zone **out, const char *name)
{
    struct buffer bytes = BUFFER_INIT;
    struct zone *zone = NULL;
    enum err err;

    *out = NULL;
    if (!zone_is_name(name))
        return ERR_NOT_FOUND;
    err = read_file(&bytes, name);
    if (err != ERR_NONE)
        goto out;
    err = ERR_MEMORY;
    zone = calloc(1, sizeof *zone);
    if (zone == NULL)
        goto out;
    err = read_zone(zone, &bytes);
    if (err == ERR_NONE) {
        *out = zone;
        zone = NULL;
    }
out:
    zone_free(zone);
    buffer_free(&bytes);
    return err;
}

/* The number of transitions at or before when. */
static size_t transitions_until(const struct zone *zone, int64_t when)
{
    size_t low = 0;
    size_t high = zone->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone->times[middle] <= when)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int zone_offset(const struct zone *zone, time_t when)
{
    size_t past = transitions_until(zone, when);

    if (past == zone->count && zone->has_rule)
        return rule_offset(&zone->rule, when);
    /* RFC 9636, 3.2: type 0 holds before the first transition. */
    return past == 0 ? zone->offsets[0] : zone->offsets[zone->kinds[past - 1]];
}

void zone_free(struct zone *zone)
{
    if (zone == NULL)
        return;
    free(zone->times);
    free(zone->kinds);
    free(zone);
}
