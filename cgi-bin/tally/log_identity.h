/*
 * log_identity.h: which log it is, and how far it is folded. A log has no name that lasts: it is
 * rotated, and packed. So it is known by what is in it: its first line finds the positions that may
 * be its own, a digest of all that was folded tells which one is. Logs of two machines that begin
 * alike are two.
 *
 * What cannot be told apart is refused: a log that was counted in part and then cut, or edited, or
 * put behind another one, must not be counted twice.
 */
#ifndef VHOD_TALLY_LOG_IDENTITY_H
#define VHOD_TALLY_LOG_IDENTITY_H

#include "base/digest.h"
#include "tally/log_stream.h"
#include "tally/tally.h"
#include <stdbool.h>

#define LOG_HEAD_MAX 4096                  /* bytes of a beginning that is looked at */
#define LOG_KEY_SIZE (4 + DIGEST_HEX_SIZE) /* "log " and the digest of the first line */

struct log_identity {
    char key[LOG_KEY_SIZE];
    struct tally_position position; /* bytes is 0: never folded */
    struct digest_state digest;     /* of the first position.bytes bytes */
    long lines;                     /* in them */
    char head[LOG_HEAD_MAX];
    size_t head_len;
};

/* What came of looking. */
enum log_found {
    LOG_FOUND, /* the stream stands at position.bytes */
    LOG_EMPTY, /* there is no whole line yet */
    LOG_CUT,   /* it is shorter than what was counted of it; nothing in it counts again */
};

/* Looks a log up. ERR_INVALID (logged): it cannot be told whether it was counted. path is for
 * messages. Errors as of log_stream_read and tally_position. */
enum err log_identity_find(struct log_identity *out, struct log_stream *stream, struct tally *tally,
                           const char *path, enum log_found *found);

/* Adds bytes that were folded: position.bytes, position.digest and lines follow. */
void log_identity_go_on(struct log_identity *identity, const char *bytes, size_t len, long lines);

/* --- logs in logs --- */

/* The first lines of all logs that were folded. Zeroed = none. */
struct log_beginnings {
    char (*digests)[DIGEST_HEX_SIZE]; /* sorted */
    size_t count, capacity;
};

enum err log_beginnings_read(struct log_beginnings *out, struct tally *tally);
void log_beginnings_free(struct log_beginnings *beginnings);
/* True if at text (left bytes, the first line line_len long with its newline) another log begins
 * that was folded: its first lines, two or more, are there. */
enum err log_begins_here(const struct log_beginnings *beginnings, struct tally *tally,
                         const char *text, size_t line_len, size_t left, bool *here);

#endif
