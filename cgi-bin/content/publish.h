/*
 * publish.h: data/ to directory.db: read everything, check everything, build a new snapshot beside
 * the old one, swap it in whole. A fault anywhere leaves the old snapshot untouched.
 *
 * The swap: temporary file in the same folder, rollback-journal format, integrity_check, what was
 * put compared with what is read back, a seal (directory/seal.h), fsync, read back once more, a
 * copy beside it, rename(2), fsync of the folder; one publisher at a time (fcntl). What readers see
 * is the old file or the new one.
 *
 * The archive, history.db (history.h), lies in the snapshot's folder and is verified first:
 * revision numbers come from it, so they survive the loss of the snapshot.
 */
#ifndef VHOD_CONTENT_PUBLISH_H
#define VHOD_CONTENT_PUBLISH_H

#include "base/digest.h"
#include "base/err.h"
#include "content/fault.h"
#include "content/list.h"
#include <stdbool.h>
#include <stddef.h>

/* What was read, in figures; for a line to the maintainer. */
struct publish_summary {
    size_t regions, addresses, guides, questions;
    char identity[DIGEST_HEX_SIZE]; /* of the new snapshot; "" after a check only */
    bool changed; /* a new snapshot is in place; false: it would have held the same */
    /* Of a check: ids of what the content retires and the snapshot still shows. Somebody may use
     * it. */
    struct words retiring;
};

/* Releases what a summary holds. */
void publish_summary_free(struct publish_summary *summary);

/* Reads and checks the folder data; previous is the published snapshot to compare with (numbers
 * must not vanish), or NULL; a file that is not there counts as nothing published. Faults are
 * added; ERR_INVALID if there are any. ERR_DATABASE: previous or the archive beside it cannot be
 * read or trusted. summary may be NULL.
 */
enum err content_check(const char *data, const char *previous, struct faults *faults,
                       struct publish_summary *summary);

/* The same, and warnings (advice.h) beside the faults. */
enum err content_advise(const char *data, const char *previous, long confirm_months,
                        struct faults *faults, struct publish_summary *summary);

/* content_check, then replaces snapshot (a path; its folder is made) by a new one, unless that
 * would hold the same content in the same schema. ERR_INVALID and faults as above; ERR_BUSY if
 * another publish runs; other errors are logged. In every case of an error the old snapshot is
 * untouched (but see swap.h for a folder that cannot be synced). */
enum err content_publish(const char *data, const char *snapshot, struct faults *faults,
                         struct publish_summary *summary);

#endif
