/*
 * alerts.h: what is wrong or unusual now, in one document, for the first screen of the statistics,
 * for /stats/now, for the feed /alerts.atom and for the mail of vhod report --alerts: all four say
 * the same. Thresholds are settings ([alerts]).
 *
 *   {"at": UTC time, "day": today, "today": {people, searches, empty},
 *    "items": [{"alert": word, "id": stable text, "updated": UTC time, …}],
 *    "probed": were the addresses looked at within a day,
 *    "failing", "unanswered", "grew", "site": the items of each panel,
 *    "snapshot": {"published", "days_count"},
 *    "errors": {"error_count", "since"} or null where nothing is known}
 *
 *   failing     an address in use fails or looks wrong: "region", "login" (pages/probe_status.h)
 *   reported    readers report it: "iso", "name", "fails_count"
 *   unanswered  "query", "count": nothing was found so often today
 *   grew        "kind", "path", "name", "views", "usual", "times", "date": read far above the usual
 *   dropped     "dropped", "date": views could not be counted
 *   lost        "had", "has", "since": the counters themselves were lost (tally/witness.h)
 *   old         "published", "days_count": nothing was published for long
 *
 * An item keeps its id as long as it is the same trouble, so that a feed shows it once.
 */
#ifndef VHOD_PAGES_STATS_ALERTS_H
#define VHOD_PAGES_STATS_ALERTS_H

#include "pages/page.h"

/* Makes the document. Of call only settings, directory and reports are used. Errors as of
 * stats_read; the caller owns *out, NULL after an error. answer->expires may become sooner. */
enum err alerts_read(const struct page_call *call, struct page_answer *answer, json_t **out);

/* The same for a command, which has no request. */
enum err alerts_read_for(const struct settings *settings, struct directory *directory,
                         json_t **out);

/* The same as a mail text (templates/text/alerts.mustache), appended; nothing is appended where
 * there are no items. Folds the journal first. */
enum err alerts_mail(const struct settings *settings, struct buffer *out);

#endif
