/*
 * collect.h: folds journal files into the tally. Safe to run from several processes at any moment
 * (one works, the others get ERR_BUSY), to kill at any moment, and to run again: each record is
 * counted once.
 */
#ifndef VHOD_TALLY_COLLECT_H
#define VHOD_TALLY_COLLECT_H

#include "base/err.h"

struct collect_result {
    long records; /* folded in this run */
    long dropped; /* unreadable lines in this run */
    long files;   /* looked at */
    long deleted; /* journal files older than keep_days and wholly folded */
};

/* Folds every file of the folder, and writes fresh reports to reports.json beside it (recent.h).
 * keep_days <= 0 deletes nothing. result may be NULL. */
enum err collect_run(const char *journal_folder, const char *tally_path, const char *timezone,
                     long keep_days, struct collect_result *result);

#endif
