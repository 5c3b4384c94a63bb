/*
 * clock.h: dates, times and zones. Dates are ISO 8601 text; instants are UTC seconds (time_t).
 * Zones are IANA names looked up in the system's tzdata; the process's own TZ is never changed.
 */
#ifndef VHOD_BASE_CLOCK_H
#define VHOD_BASE_CLOCK_H

#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Now, in UTC seconds; the environment variable VHOD_NOW (seconds) overrides it for tests. */
time_t clock_now(void);
/* Milliseconds of a clock that nobody sets: for deadlines. */
int64_t clock_monotonic_ms(void);
/* Its microseconds: for how long something took. */
int64_t clock_monotonic_us(void);
/* "2026-11-21T08:15:00Z" into out. Instants outside the years 0000-9999 become the nearest within.
 */
void clock_format(time_t when, char out[static 21]);
/* The instant of such a text; false for any other. */
bool clock_parse(const char *text, time_t *out);
/* The instant at which clocks in that zone show "2026-11-27 18:00": the first of two where a clock
 * is set back. ERR_INVALID for another text, or a time that is left out there; else as
 * clock_offset. */
enum err clock_local(const char *text, const char *zone, time_t *out);
/* True for "2026", "2026-11" or "2026-11-21" that exists in the calendar. */
bool clock_is_date(const char *text);
/* True if the system's tzdata has this zone ("Asia/Barnaul"); no path tricks. */
bool clock_is_zone(const char *zone);
/* Seconds east of UTC in that zone at that instant, daylight saving included; ERR_NOT_FOUND for an
 * unknown zone, ERR_INVALID for a broken file. Reads the TZif file (zone.h) once per zone and keeps
 * it, 48 zones at most. */
enum err clock_offset(const char *zone, time_t when, int *seconds);

#endif
