/*
 * rows.c: reading rows of a database. Contract: rows.h.
 */
#include "content/rows.h"
#include "base/log.h"
#include <stddef.h>

const char *rows_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text != NULL ? text : "";
}

enum err rows_each(sqlite3 *db, const char *sql, enum err (*take)(sqlite3_stmt *row, void *context),
                   void *context)
{
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        err = take(statement, context);
        rc = SQLITE_OK;
    }
    if (err == ERR_NONE && rc != SQLITE_DONE) {
        log_error("%s: %s", sql, sqlite3_errmsg(db));
        err = ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    return err;
}
