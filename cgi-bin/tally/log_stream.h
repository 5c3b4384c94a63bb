/*
 * log_stream.h: the bytes of a log, uncompressed, from its beginning on: a file as it is or packed
 * by gzip, bzip2, xz or zstd (told by its first bytes, not by its name), or standard input, which
 * is put aside in a file without a name first, so that it can be read twice. Lines are not known
 * here.
 */
#ifndef VHOD_TALLY_LOG_STREAM_H
#define VHOD_TALLY_LOG_STREAM_H

#include "base/err.h"
#include <stddef.h>

struct log_stream;

/* path: a file, or "-". ERR_NOT_FOUND, ERR_INVALID (no file), ERR_SYSTEM; all logged. On failure
 * *out is NULL. */
enum err log_stream_open(struct log_stream **out, const char *path);
void log_stream_close(struct log_stream *stream);

/* Fills buffer as far as the log goes; *len is less than size only at its end. ERR_SYSTEM (logged),
 * also for a packed log that is damaged or cut. */
enum err log_stream_read(struct log_stream *stream, char *buffer, size_t size, size_t *len);
/* Back to the beginning. */
enum err log_stream_rewind(struct log_stream *stream);

#endif
