/*
 * collect_log.h: folds the access log of a web server or cache in front into the tally, as
 * collect.h folds our own journal: each line once, however often the log is folded, under whatever
 * name it stands after it was rotated or packed, and whatever is killed.
 *
 * It refuses rather than guesses: a log that is not what it is said to be is counted not at all,
 * and its position stays.
 */
#ifndef VHOD_TALLY_COLLECT_LOG_H
#define VHOD_TALLY_COLLECT_LOG_H

#include "journal/access_format.h"
#include "journal/event.h"
#include "tally/collect.h"

/* Says what a line counts as: fills record, with the kind EVENT_NONE for nothing. Called for GET
 * requests that were answered 200 or 304. An error ends the run. */
typedef enum err collect_log_judge(void *context, const struct access_line *line,
                                   struct record *record);

struct collect_log_job {
    const char *path;             /* a file as log_stream.h reads it, or "-": standard input */
    const char *store;            /* as tally_open */
    const char *timezone;         /* as tally_open */
    struct access_reader *reader; /* of the form that the log is said to have */
    long bad_percent; /* of lines that may not fit it; more, and at least 3, refuse the log */
    collect_log_judge *judge;
    void *context;
};

struct collect_log_result {
    long lines;   /* of this run */
    long records; /* of them counted */
    long dropped; /* of them not of the form: counted as lost */
    long noise;   /* of them no requests (access_format.h): no loss */
};

/* Folds a log. Errors as collect_run, and ERR_NOT_FOUND; ERR_INVALID, logged with the line, its
 * column, what should stand there and which forms would fit: nothing is counted of the 8 MiB that
 * the line is in and of what comes behind. result may be NULL. */
enum err collect_log_run(const struct collect_log_job *job, struct collect_log_result *result);

#endif
