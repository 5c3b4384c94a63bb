/*
 * explain_log.h: what collect_log.h would count of a log, by kinds of lines: for whoever wants to
 * see that a log is read as it should be. It knows no tally and no position, and counts nothing.
 */
#ifndef VHOD_TALLY_EXPLAIN_LOG_H
#define VHOD_TALLY_EXPLAIN_LOG_H

#include "tally/collect_log.h"

/* For each kind of line (what it would count as, or why it would not) calls say with its number,
 * the most frequent first. job's store and timezone are not looked at. Errors as of
 * collect_log_run, but lines that do not fit the form are a kind. */
enum err explain_log(const struct collect_log_job *job,
                     void (*say)(void *context, long lines, const char *kind), void *context);

#endif
