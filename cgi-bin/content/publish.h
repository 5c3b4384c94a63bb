/*
 * publish.h: data/ to directory.db: read everything, check everything, build a new snapshot beside the old one, swap it
 * in whole. A fault anywhere leaves the old snapshot untouched.
 *
 * The swap: temporary file in the same folder, rollback-journal format, integrity_check, fsync, rename(2),
 * fsync of the folder; one publisher at a time (flock). What readers see is the old file or the new one.
 */
#ifndef VHOD_CONTENT_PUBLISH_H
#define VHOD_CONTENT_PUBLISH_H

#include "base/err.h"
#include "content/fault.h"

/* Reads and checks the folder data; previous is the published snapshot to compare with (numbers must not vanish), or
 * NULL. Faults are added; ERR_INVALID if there are any. */
enum err content_check(const char *data, const char *previous, struct faults *faults);

/* content_check, then replaces snapshot (a path) by a new one. ERR_INVALID and faults as above; ERR_BUSY if another publish
 * runs; other errors are logged. */
enum err content_publish(const char *data, const char *snapshot, struct faults *faults);

#endif
