/*
 * zone.h: one time zone of the system's tzdata: a TZif file (RFC 9636, formerly RFC 8536) of
 * version 2 or later, with the rule in its footer for times after its last entry, daylight saving
 * included. clock.h keeps the zones that a program uses; others ask clock.h. Leap seconds
 * ("right/...") are refused.
 */
#ifndef VHOD_BASE_ZONE_H
#define VHOD_BASE_ZONE_H

#include "base/err.h"
#include <stdbool.h>
#include <time.h>

struct zone;

/* True for a name that can be an IANA zone and leads nowhere else: A-Z a-z 0-9 _ + - and /, no
 * slash first, last or twice, at most 63 bytes. */
bool zone_is_name(const char *name);
/* The folder of all zones: $TZDIR if absolute, else /usr/share/zoneinfo. */
const char *zone_folder(void);
/* Loads a zone by name from zone_folder. ERR_NOT_FOUND: no
 * such zone, or no zone name; ERR_INVALID: the file is no usable TZif. The caller frees with
 * zone_free. */
enum err zone_load(struct zone **out, const char *name);
/* Seconds east of UTC at that instant. */
int zone_offset(const struct zone *zone, time_t when);
void zone_free(struct zone *zone);

#endif
