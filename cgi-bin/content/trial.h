/*
 * trial.h: what check would say of the content if some of its files were others: before they are.
 * Nothing below data is touched.
 */
#ifndef VHOD_CONTENT_TRIAL_H
#define VHOD_CONTENT_TRIAL_H

#include "base/err.h"
#include "content/fault.h"
#include <stdbool.h>

/* A file of the content as it would be. */
struct trial_file {
    const char *path; /* below data: "regions/RU-ALT.ini" */
    const char *text; /* NULL: the file would not be there */
    size_t len;
};

/* Checks data with these files changed, in a temporary folder; snapshot: the published one (a path;
 * it need not be there), whose promises must be kept. Faults are added under the names that the
 * files have below data. ERR_SYSTEM, ERR_MEMORY; faults are no error. */
enum err trial_check(const char *data, const char *snapshot, const struct trial_file *files,
                     size_t count, struct faults *faults);

/* Puts such a file in its place below a folder, whole or not at all, or takes it away. ERR_SYSTEM
 * (logged), ERR_MEMORY. */
enum err trial_put(const char *folder, const struct trial_file *file);

#endif
