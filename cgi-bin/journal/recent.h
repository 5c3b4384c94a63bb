/*
 * recent.h: which regions' portals were reported as failing within the last hour: the only figure
 * that pages show while it is fresh; and how many views a region's page has on a busy day, which
 * says how many reports are worth a word. The collector writes one small file beside the journal
 * (STATE/reports.json), and pages read it when it has changed; no page asks the tally.
 *
 * The file holds reports by the minute and views by the day, so it needs no rewriting to stay true:
 * who reads it leaves out what is older than an hour, or a week. It is an aid, not an account: a
 * collector killed between its commit and the file loses a few reports here and none in the
 * statistics, and each machine of a site knows those that it took itself. Views that a cache in
 * front answered are in its log, not in the journal, and are not seen here.
 *
 *   {"fails": [{"region": "ru-alt", "minute": "2026-11-22T08:15:00Z", "count": 2}],
 *    "views": {"ru-alt 2026-11-21": 340}}
 */
#ifndef VHOD_JOURNAL_RECENT_H
#define VHOD_JOURNAL_RECENT_H

#include "base/err.h"
#include "journal/event.h"
#include <jansson.h>
#include <stdint.h>

#define RECENT_SECONDS 3600
#define RECENT_DAYS    7              /* whose views are kept, and today's */
#define RECENT_FILE    "reports.json" /* in the state folder */

/* What the collector has seen and not written yet. Zeroed = empty. */
struct recent {
    struct recent_rows {
        json_t *fails, *views; /* as in the file, or NULL */
    } batch, kept;             /* of the batch in hand, and of those that are committed */
    time_t day;                /* the last view's, as a number and as text, */
    char day_text[21];         /* for the next is mostly of the same */
};

/* Counts a record in the batch if it is a person's report "region/… fails" of the last hour, or
 * view of a region of the last days; anything else is passed over. */
enum err recent_add(struct recent *recent, const struct record *record, time_t now);
/* The batch was committed, or not: then it will be seen again. ERR_MEMORY: some of a committed one
 * is left out for good. */
enum err recent_keep(struct recent *recent, bool committed);
/* Adds what the file holds, leaves out what is old, and replaces the file, if there is something
 * new. A file with something else in it is replaced; one that cannot be read now is left as it is
 * (ERR_SYSTEM, ERR_MEMORY). Errors of reading and writing are logged. */
enum err recent_save(struct recent *recent, const char *path, time_t now);
void recent_free(struct recent *recent);

/* The file as pages have it. Zeroed = not looked at yet. */
struct recent_view {
    struct recent_rows rows;
    struct timespec changed;
    unsigned long inode;
    int64_t failed; /* clock_monotonic_ms() at which it could not be read; 0: it could */
};

/* Reports of the last hour about a region; 0 if there are none, or no file. Looks at the file's
 * date each time, and reads it only when that has changed. */
long recent_count(struct recent_view *view, const char *path, const char *region, time_t now);
/* Views of a region's page on the busiest of the last RECENT_DAYS days (UTC) before today; 0 if
 * none is known. Looks at the file as recent_count does. */
long recent_usual(struct recent_view *view, const char *path, const char *region, time_t now);
void recent_view_free(struct recent_view *view);

#endif
