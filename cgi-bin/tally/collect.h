/*
 * collect.h: folds journal files into the tally. Safe to run from several processes at any moment
 * (one works, the others get ERR_BUSY), to kill at any moment, and to run again: each record is
 * counted once.
 */
#ifndef VHOD_TALLY_COLLECT_H
#define VHOD_TALLY_COLLECT_H

#include "base/err.h"
#include "base/settings.h"

struct collect_result {
    long records; /* folded in this run */
    long dropped; /* unreadable lines in this run */
    long files;   /* looked at */
    long deleted; /* journal files older than keep_days and wholly folded */
};

/* What is folded, and where to. */
struct collect_job {
    const char *journal;  /* folder of the journal */
    const char *reports;  /* file of the fresh reports (journal/recent.h); NULL: it is left alone */
    const char *seen;     /* file of the witness (witness.h); NULL: none */
    const char *store;    /* as tally_open */
    const char *timezone; /* of the days */
    long keep_days; /* journal files wholly folded and older are deleted, those of one day in a
                       run, and none while the clock is over a week from the newest journal;
                       <= 0: none is */
};

/* Folds every file of the folder, and adds fresh reports to their file. result may be NULL. Errors
 * as tally_open, ERR_DATABASE also for counters that are damaged: nothing is counted then;
 * ERR_SYSTEM if a file could not be read or deleted, the others are folded. */
enum err collect_run(const struct collect_job *job, struct collect_result *result);
/* The same for the site's own journal and tally, as its settings have them. */
enum err collect_site(const struct settings *settings, struct collect_result *result);

#endif
