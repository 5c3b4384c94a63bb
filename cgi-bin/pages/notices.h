/*
 * notices.h: what is announced (notice/notice.h), on pages: the notices that hold now for the
 * reader of a document, with their times as clocks of that region show them.
 *
 *   "notices": [{id, level, text, more, url, from, until, "ends": local date of until, "ends_day":
 *                "today" | "tomorrow" | "later", "ends_time": "18:00",
 *                "zone": "own" | "moscow" | "other", "zone_hours": hours east of UTC,
 *                "regions", "portals", "everybody"}]
 *
 * "zone" is "own" where the times are those of the reader's own region, so that nothing need be
 * said of them.
 */
#ifndef VHOD_PAGES_NOTICES_H
#define VHOD_PAGES_NOTICES_H

#include "base/settings.h"
#include "directory/snapshot.h"
#include <stdbool.h>

/* Sets "notices" of target. iso: whose; "" where no region is known. all: every notice of the site
 * (for those who work for all regions), and "notices_over": those that ended within the last 90
 * days. *expires becomes the second at which that changes, if it is sooner or *expires is 0. */
enum err notices_add(struct directory *directory, const struct settings *settings, const char *iso,
                     bool all, json_t *target, time_t *expires);

/* The region that a document is about, or read for: "iso", or that of its "region"; "" if none.
 * Borrowed. */
const char *notices_iso(const json_t *document);

#endif
