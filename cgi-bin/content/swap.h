/*
 * swap.h: the last steps of a publish: one publisher at a time, an empty file beside the snapshot,
 * and the rename that puts it in place. What readers see is the old file or the new one.
 */
#ifndef VHOD_CONTENT_SWAP_H
#define VHOD_CONTENT_SWAP_H

#include "base/err.h"

/* Takes the publisher's lock; *fd is to be closed, also after an error, unless it is -1. ERR_BUSY
 * if another publish runs; ERR_SYSTEM; both are logged. */
enum err swap_lock(int *fd, const char *snapshot);
/* A foreign journal beside a swapped file would be applied to it and mix old rows with new ones:
 * ERR_DATABASE (logged) if there is one. */
enum err swap_refuse_journals(const char *snapshot);
/* Makes the empty file for the new snapshot, readable for everybody. ERR_SYSTEM is logged. */
enum err swap_make_empty(const char *path);
/* Reads made, which is synced, back, checks its seal, leaves a copy of it beside the snapshot
 * (DIRECTORY_GOOD_SUFFIX), renames it to snapshot and syncs the folder. Any error is logged, and
 * leaves the snapshot as it was, unless only the folder could not be synced: that is said. */
enum err swap_in(const char *made, const char *snapshot);
/* Makes the copy anew if it is not one of this snapshot. */
enum err swap_mend_copy(const char *snapshot);

#endif
