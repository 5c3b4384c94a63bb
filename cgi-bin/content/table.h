/*
 * table.h: reading the tab-separated tables of data/: a header line with the names of the columns,
 * then one row a line, tab between. A row at fault is reported and left out.
 *
 * What the cells of a table mean, its own file says (places.c, references.c, glossary.c).
 */
#ifndef VHOD_CONTENT_TABLE_H
#define VHOD_CONTENT_TABLE_H

#include "base/err.h"
#include "content/fault.h"
#include <stddef.h>

#define TABLE_COLUMNS_MAX 6

/* One table: its header line, number of columns (at most TABLE_COLUMNS_MAX), and who takes a row.
 */
struct table {
    const char *header;
    size_t columns;
    /* Returns NULL if the row is fine, else what is wrong with it. */
    const char *(*take)(void *out, char *const cells[], int line, enum err *err);
};

/* Reads path and hands every row to table->take with out. Faults are added; ERR_INVALID then. */
enum err table_read(const struct table *table, void *out, const char *path, struct faults *faults);

/* Copies count cells into one allocation, which is returned (NULL without memory) and which kept[]
 * points into; an empty cell is NULL there. */
char *table_keep(char *const cells[], size_t count, const char *kept[]);

#endif
