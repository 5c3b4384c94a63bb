/*
 * fingerprint.h: what the tables of a snapshot hold, as a number: to tell two contents apart, and
 * to see that a file still holds what was published.
 *
 * Every row is written down in one way (columns in the order of schema.sql, each value with its
 * type and length) and digested; a table's sum is the sum of its rows' digests as 256-bit numbers,
 * beside their count. So the order of rows does not matter, and whoever inserts rows can add them
 * up on the way and compare with what is read back. It is a guard against accidents and slips, not
 * against somebody who may write the file: such a one can write the numbers too.
 */
#ifndef VHOD_DIRECTORY_FINGERPRINT_H
#define VHOD_DIRECTORY_FINGERPRINT_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/err.h"
#include <stdint.h>

struct sqlite3;

/* Append one value to a row; text is UTF-8. A row of no memory is a failed buffer. */
void fingerprint_text(struct buffer *row, const char *text, size_t len);
void fingerprint_blob(struct buffer *row, const void *bytes, size_t len);
void fingerprint_number(struct buffer *row, int64_t number);
void fingerprint_real(struct buffer *row, double number);
void fingerprint_null(struct buffer *row);

/* What a table holds: number and sum of its rows. Zeroed is an empty one. */
struct table_sum {
    uint64_t rows;
    uint8_t sum[DIGEST_SIZE]; /* big-endian */
};

void table_sum_add(struct table_sum *table, const struct buffer *row);
/* Reads a table back. ERR_DATABASE (logged): it cannot be read whole. */
enum err table_sum_read(struct table_sum *out, struct sqlite3 *db, const char *table);

struct fingerprint {
    /* Of the content alone: its tables, their schema, and the version of the search index. The same
     * content gives the same one on every machine, whatever was published there before: without the
     * archive's tables (revision, change), the number of a text's revision, and meta. */
    char identity[DIGEST_HEX_SIZE];
    /* Of everything in the file: rows of all tables, the search index, the schema. */
    char whole[DIGEST_HEX_SIZE];
};

/* Reads all tables. The row 'whole' of meta is left out: it is what the result is compared with. */
enum err fingerprint_read(struct fingerprint *out, struct sqlite3 *db);

#endif
