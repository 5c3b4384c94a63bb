/*
 * csv.h: rows of a document as CSV (RFC 4180: CRLF, quotes doubled), safe to open in a spreadsheet: a cell that
 * starts with = + - @ TAB or CR gets an apostrophe in front (OWASP ASVS 5.0, 1.2.10).
 */
#ifndef VHOD_VIEW_CSV_H
#define VHOD_VIEW_CSV_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>

#define CSV_COLUMNS_MAX 24

/* A column: its heading, and where its value is: a dotted path from the row ("portal.name"), or from the nested
 * item if it begins with "./" ("./portal.name"). */
struct csv_column {
    const char *heading;
    const char *path;
};

/* rows: key of the document's array. nested: key of an array in each row; one line for each of its items, and one
 * line with empty cells where it is empty; NULL = one line a row. Columns end with a NULL heading. */
struct csv_view {
    const char *rows;
    const char *nested;
    struct csv_column columns[CSV_COLUMNS_MAX];
};

/* bom: UTF-8 byte order mark first, for spreadsheets that guess. */
enum err csv_write(struct buffer *out, const struct csv_view *view, const json_t *document, bool bom);

#endif
