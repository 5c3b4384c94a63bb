/*
 * restore.h: puts a backup in place of what a site has (layout.h), also while it runs: workers
 * notice the other snapshot and begin new journal files within a second.
 *
 * All of the backup is unpacked and checked first; with anything wrong, nothing is changed. What
 * was there is moved aside, and never removed. A restore that was broken off is done again from its
 * start.
 */
#ifndef VHOD_BACKUP_RESTORE_H
#define VHOD_BACKUP_RESTORE_H

#include "base/err.h"
#include "base/settings.h"
#include <stdbool.h>

struct restore_summary {
    char made[21];  /* when the backup was, UTC */
    char aside[32]; /* word behind the names of what was there: ".before-20261126T015500" */
    long files;
    bool no_snapshot; /* that of the backup is of another version: vhod publish makes it anew */
    bool no_tally; /* the backup has counters in a file, and this site has a database elsewhere */
    bool settings_differ; /* they lie beside the present ones, as vhod.ini.restored */
};

/* data: folder of the content. What is put in place belongs to the owner of the state folder,
 * content to that of its folder, as far as the caller may do that. ERR_INVALID: no backup, or a
 * damaged one, or a newer version's; ERR_NOT_FOUND: no such file; ERR_BUSY; all logged. */
enum err backup_restore(const struct settings *settings, const char *data, const char *file,
                        struct restore_summary *summary);

#endif
