/*
 * draft.h: the snapshot that a publish would make, in a folder of its own: for looking at it before
 * readers do. The published one, the archive and their folder are only read.
 */
#ifndef VHOD_CONTENT_DRAFT_H
#define VHOD_CONTENT_DRAFT_H

#include "base/err.h"
#include "content/fault.h"

struct draft;

/* Makes a temporary folder, and publishes data into it beside a copy of the archive of snapshot (a
 * path; it need not be there). Errors and faults as content_publish; *out is NULL after one. */
enum err draft_make(struct draft **out, const char *data, const char *snapshot,
                    struct faults *faults);
/* Publishes into it once more, as if it were the first time. After an error it holds what it held
 * before. */
enum err draft_renew(struct draft *draft, struct faults *faults);
/* Takes the folder away. Accepts NULL. */
void draft_free(struct draft *draft);

/* The folder, and its snapshot. Borrowed. */
const char *draft_folder(const struct draft *draft);
const char *draft_snapshot(const struct draft *draft);

#endif
