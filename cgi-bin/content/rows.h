/*
 * rows.h: reading rows of a database, for the two files that publishing works with: the snapshot
 * before (publish.c) and the archive (history.c).
 */
#ifndef VHOD_CONTENT_ROWS_H
#define VHOD_CONTENT_ROWS_H

#include "base/err.h"
#include <sqlite3.h>

/* Runs a SELECT and hands every row to take, until one is answered with an error, which is then the
 * result. ERR_DATABASE (logged) if the statement itself fails. */
enum err rows_each(sqlite3 *db, const char *sql, enum err (*take)(sqlite3_stmt *row, void *context),
                   void *context);

/* The text of a column; "" for NULL. Borrowed until the next row. */
const char *rows_text(sqlite3_stmt *row, int column);

#endif
