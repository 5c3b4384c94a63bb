/*
 * csv.h: tables of spreadsheets (RFC 4180), read and written by vhod import and export. What is
 * written is read back as it was: nothing is put before cells that a spreadsheet could take for a
 * formula, for these files go back to where they came from. (What readers download is view/csv.h.)
 */
#ifndef VHOD_CONTENT_CSV_H
#define VHOD_CONTENT_CSV_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define CSV_COLUMNS_MAX 24

/* Where a reader stands. Start with csv_begin. */
struct csv {
    char *rest;     /* what follows */
    char separator; /* a comma, or a semicolon as Russian spreadsheets write it, or a tab */
    int line;       /* of the row before, from 1 */
    char *cells[CSV_COLUMNS_MAX];
    size_t count;
    int next_line; /* internal */
};

/* Begins to read text, which is changed and must outlive the reader: after a byte order mark. The
 * separator is the first of the three in the first line. */
void csv_begin(struct csv *csv, char *text);
/* Reads one row into cells, which are NUL-terminated; false at the end. Rows without any text are
 * passed over; cells beyond the last column are dropped, and csv->count says so. */
bool csv_row(struct csv *csv);

/* Appends a cell, quoted where it must be, with a comma before it unless it is the first; and the
 * end of a row. */
void csv_put(struct buffer *out, const char *text, bool first);
void csv_end(struct buffer *out);

#endif
