/*
 * results.h: what is known of the addresses by now: the file between the runs of the probe and the
 * pages, and its history.
 *
 * STATE/probe/results.json (sealed.h; format vhod-probe, version 1), replaced after each run. Times
 * are UTC, "2026-11-26T07:05:00Z":
 *
 *   {"at": time of the last run's end,
 *    "targets": {URL: {
 *        "verdict": word of outcome.h, what holds by now
 *        "cause": word of hop_end_word, or "" ; "status": HTTP status, or 0
 *        "since": since when the verdict holds; of a failing one, when it failed first
 *        "at": when it was last seen so
 *        "to": where redirects lead, or null; "title": the title seen, or ""
 *        "certificate": when the certificate ends, or null
 *        "title_before": title taken for right, or null; "owner_before": address taken for right
 *        "failing": null, or what must be seen once more before it counts:
 *                   {"verdict", "cause", "status", "since", "count"}}}}
 *
 * STATE/probe/history.json (vhod-probe-history, version 1): {URL: [[verdict, from, to], …]}, oldest
 * first; a span that ended more than RESULTS_HISTORY_DAYS ago is dropped. Lists of what no longer
 * is in the directory run out the same way.
 */
#ifndef VHOD_PROBE_RESULTS_H
#define VHOD_PROBE_RESULTS_H

#include "base/err.h"
#include "probe/run.h"
#include <jansson.h>
#include <time.h>

#define RESULTS_FOLDER       "probe" /* in the state folder */
#define RESULTS_FILE         "results.json"
#define RESULTS_HISTORY_FILE "history.json"
#define RESULTS_HISTORY_DAYS 90

struct results {
    json_t *targets; /* as in the file; never NULL between load and free */
    json_t *history;
};

/* Reads both files of the folder. What is not there, or damaged (said in the log), is empty. */
enum err results_load(struct results *out, const char *folder);
void results_free(struct results *results);

/* Sets title_before and owner_before of a target from what is known; borrowed from results. */
void results_brief(const struct results *results, struct probe_target *target);

/* Takes the findings of a run in. A failing verdict counts when it was found at least twice, the
 * last time at least patience seconds after the first. What is not among the targets is forgotten.
 * *unsure: so many of those that worked were not reached that our own network may be to blame; then
 * no failure of this run counts. */
enum err results_take(struct results *results, const struct probe_target *targets, size_t count,
                      time_t now, long patience, bool *unsure);

/* Takes the title and the place that an address has now for right. ERR_NOT_FOUND: not known. */
enum err results_accept(struct results *results, const char *url);

/* Replaces both files; the folder is made. */
enum err results_save(const struct results *results, const char *folder, time_t now);

/* Reads a results file as pages need it: {"at", "targets"}, each target's shape checked; one that
 * is malformed is left out. ERR_NOT_FOUND, ERR_INVALID (said in the log). The caller owns *out. */
enum err results_read(const char *path, json_t **out);

#endif
