/*
 * identity.h: what a snapshot's identity is made of: the rows of its tables and their schema. The
 * publisher collects them while it writes (content/writer.c); whoever wants to know whether a file
 * still holds what was written reads them from there. The order of rows means nothing, so both come
 * to the same digest, on every machine.
 *
 * Not part of it: meta, the tables of search (made from the others), article.revision. The
 * archive's share (revision, change) has a digest of its own: the same content has one identity
 * whatever was published before.
 */
#ifndef VHOD_DIRECTORY_IDENTITY_H
#define VHOD_DIRECTORY_IDENTITY_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct sqlite3;

/* Rows collected; zeroed = none. */
struct identity_rows {
    char **items;
    size_t count;
};

enum identity_share { IDENTITY_CONTENT, IDENTITY_PAST };

/* A value of a row, appended to the values before it. */
void identity_null(struct buffer *row);
void identity_text(struct buffer *row, const char *text, size_t len);
void identity_number(struct buffer *row, long long number);
void identity_real(struct buffer *row, double real);

/* Adds a row of a table, with its values in the order of the columns. ERR_MEMORY. */
enum err identity_add(struct identity_rows *rows, const char *table, const struct buffer *row);
/* Adds the schema of an open snapshot as it stands there. ERR_DATABASE (logged), ERR_MEMORY. */
enum err identity_add_schema(struct identity_rows *rows, struct sqlite3 *db);
/* Adds the schema and every row of an open snapshot. ERR_DATABASE (logged), ERR_MEMORY. */
enum err identity_read(struct identity_rows *rows, struct sqlite3 *db);
/* True if the value of this column is no part of the row. */
bool identity_skips(const char *table, const char *column);

/* The digest of one share. Sorts the rows. ERR_MEMORY. */
enum err identity_hex(struct identity_rows *rows, enum identity_share share,
                      char out[static DIGEST_HEX_SIZE]);
void identity_rows_free(struct identity_rows *rows);

#endif
