/*
 * save.h: makes a backup while the site runs (layout.h says of what). Publishing and collecting
 * wait for it; readers, and the journal, do not.
 *
 * What is in it fits together: the counters are of one moment, and the journal holds every line
 * that they have counted, and what came since; the archive holds every text of the snapshot.
 */
#ifndef VHOD_BACKUP_SAVE_H
#define VHOD_BACKUP_SAVE_H

#include "base/err.h"
#include "base/settings.h"
#include <stdbool.h>
#include <stdint.h>

struct save_summary {
    long files;
    int64_t bytes;  /* of the files, not of the backup */
    bool elsewhere; /* the counters are in a database that is not in the backup */
};

/* Writes to fd, which is not closed, and which is on the disk when this returns ERR_NONE. data:
 * folder of the content. Snapshot, archive and counters are checked: with a damaged one there is no
 * backup (ERR_DATABASE). ERR_BUSY, ERR_INVALID and others are logged. */
enum err backup_save(const struct settings *settings, const char *data, int fd,
                     struct save_summary *summary);

#endif
