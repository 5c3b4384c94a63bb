/*
 * probe_status.h: what the probe found, said beside the addresses: adds "probe" to sign-in
 * addresses of a document, and makes the lists that the operator and the owner see.
 *
 *   "probe": {"standing": "works" | "unclear" | "suspicious" | "failing", "finding": word of
 *             probe/outcome.h, "at": UTC time of the last look, "since": UTC time,
 *             "at_time": "10:05", "at_day": "today" | "yesterday" | "earlier", "at_on":
 *             "2026-11-26", "since_time", "since_day", "since_on" (in the reader's time zone),
 *             "to": host that it leads to, or null}
 */
#ifndef VHOD_PAGES_PROBE_STATUS_H
#define VHOD_PAGES_PROBE_STATUS_H

#include "pages/page.h"

/* True if there are results of the last day. */
bool probe_is_known(const struct page_call *call);

/* Adds it to every item of logins (an array, changed in place): null where nothing is known. zone:
 * the reader's, or NULL for the site's. answer->expires becomes the midnight there, if that is
 * sooner: «сегодня» is no more true then. */
enum err probe_add(const struct page_call *call, json_t *logins, const char *zone,
                   struct page_answer *answer);

/* The regions with an address in use that fails or is suspicious now:
 * [{region: {iso, short, url …}, login: {title, typed, url …, probe}}]. The caller owns *out. */
enum err probe_failing(const struct page_call *call, struct page_answer *answer, json_t **out);

/* For the owner. {"at": UTC time of the last run or null, "opened": count,
 *  "work": [{"url", "typed", "finding", "standing", "cause", "status", "at", "since", "to",
 *            "title", "title_before", "certificate", "views", "regions": ["Алтайский край", …]}],
 *           what wants a look, most visited first
 *  "certificates": the same for those that end within [probe] certificate_days, soonest first,
 *  "blocks": [{"host", "since", "by", "why"}]}
 * visits: array of {iso, views} of the statistics. The caller owns *out. */
enum err probe_work(const struct page_call *call, const json_t *visits, json_t **out);

#endif
