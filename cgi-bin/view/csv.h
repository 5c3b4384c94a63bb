/*
 * csv.h: rows of a document as CSV (RFC 4180: commas, CRLF, quotes doubled), safe to open in a
 * spreadsheet: a text that a spreadsheet could take for a formula gets an apostrophe in front
 * (OWASP ASVS 5.0, 1.2.10): one whose first character is = + - @, also in their full width forms
 * and behind blanks or line ends, or TAB, CR or LF. Numbers are written as they are, a minus sign
 * included: they cannot be anything else.
 *
 * Cells are quoted if they hold a quote, a comma, a line end, or what other readers separate cells
 * by (semicolon, TAB), so that no text can begin a cell of its own.
 */
#ifndef VHOD_VIEW_CSV_H
#define VHOD_VIEW_CSV_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

#define CSV_COLUMNS_MAX 24

/* A column: its heading, and where its value is: a dotted path from the row ("portal.name"), or
 * from the nested item if it begins with "./" ("./portal.name"). The value is text, a number, true,
 * false, nothing or null (an empty cell), or an array of these (joined by ", "). */
struct csv_column {
    const char *heading;
    const char *path;
};

/* rows: dotted path of the document's array. nested: path of an array in each row; one line for
 * each of its items, and one line with empty cells where it is empty or missing; NULL = one line a
 * row. Columns end with a NULL heading, or after CSV_COLUMNS_MAX. */
struct csv_view {
    const char *rows;
    const char *nested;
    struct csv_column columns[CSV_COLUMNS_MAX];
};

enum csv_form {
    CSV_COMMA,
    CSV_COMMA_BOM, /* the UTF-8 byte order mark first, for spreadsheets that guess */
    CSV_SEMICOLON  /* for spreadsheets of countries that write decimals with a comma: the mark,
                      semicolons, and texts of digits only ("01") so that they stay texts */
};

/* Appends the heading line and the rows. ERR_INVALID (logged, out as before) if the document has no
 * such array or a cell would be an object: view and document do not fit. */
enum err csv_write(struct buffer *out, const struct csv_view *view, const json_t *document,
                   enum csv_form form);

#endif
