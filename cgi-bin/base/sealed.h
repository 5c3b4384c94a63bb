/*
 * sealed.h: small files of state that must never be believed when they are damaged: a JSON value
 * with the SHA-256 of its bytes, replaced in one step.
 *
 *   {"format":"vhod-blocks","version":1,"sha256":"…64 hex…","body":…}
 *
 * The digest is over the bytes of body as they stand in the file.
 */
#ifndef VHOD_BASE_SEALED_H
#define VHOD_BASE_SEALED_H

#include "base/err.h"
#include <jansson.h>
#include <stddef.h>

/* What a kind of file is called, which version this program writes and reads, and how large one may
 * be. */
struct sealed_kind {
    const char *format;
    int version;
    size_t max;
};

/* Replaces the file. Errors of writing are logged. */
enum err sealed_write(const char *path, const struct sealed_kind *kind, const json_t *body);
/* Reads it; *out is the caller's. ERR_NOT_FOUND: there is none; ERR_INVALID: damaged, or of another
 * kind or version, logged. */
enum err sealed_read(const char *path, const struct sealed_kind *kind, json_t **out);

#endif
