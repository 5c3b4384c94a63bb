/*
 * collect_log.h: folds the access log of a cache in front into the tally, as collect.h folds our
 * own journal: each line once, however often the log is folded, under whatever name it stands after
 * it was rotated or compressed (gzip), and whatever is killed.
 */
#ifndef VHOD_TALLY_COLLECT_LOG_H
#define VHOD_TALLY_COLLECT_LOG_H

#include "journal/access_line.h"
#include "journal/event.h"
#include "tally/collect.h"

/* Says what a line counts as: fills record, with the kind EVENT_NONE for nothing. Called for GET
 * requests that were answered 200 or 304. An error ends the run. */
typedef enum err collect_log_judge(void *context, const struct access_line *line,
                                   struct record *record);

struct collect_log_result {
    long lines;   /* of this run */
    long records; /* of them counted */
    long dropped; /* of them unreadable */
};

/* Folds a file in the combined form into the store (as tally_open). Errors as collect_run, and
 * ERR_NOT_FOUND. result may be NULL. */
enum err collect_log_run(const char *path, const char *store, const char *timezone,
                         collect_log_judge *judge, void *context,
                         struct collect_log_result *result);

#endif
