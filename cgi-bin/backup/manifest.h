/*
 * manifest.h: what a backup holds: a line for each file, with its size and digest, between a head
 * that says when it was made and an end that is the digest of everything before. It is the last
 * file of a backup. Whoever reads one writes the same lines from what he reads, and compares.
 */
#ifndef VHOD_BACKUP_MANIFEST_H
#define VHOD_BACKUP_MANIFEST_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define MANIFEST_NAME "MANIFEST"

struct manifest {
    struct buffer head;  /* without the lines */
    struct buffer lines; /* one a file, in the order of the files */
    long files;
    int64_t bytes;
};

/* True for the name of a file in a backup: parts of printable characters with slashes between, none
 * of which begins with a dot. */
bool manifest_is_name(const char *name);

void manifest_begin(struct manifest *manifest, const char *made, const char *program);
void manifest_add(struct manifest *manifest, const char *name, int64_t bytes, const char *digest);
/* Appends the whole text. ERR_MEMORY if any of it could not be kept. */
enum err manifest_write(const struct manifest *manifest, struct buffer *out);
void manifest_free(struct manifest *manifest);

/* Holds a manifest's text, NUL-terminated, against the lines made here. ERR_INVALID: it is damaged,
 * of another format, or says something else. made gets the time, "" after an error. */
enum err manifest_compare(const struct manifest *manifest, const struct buffer *text,
                          char made[static 21]);

#endif
