/*
 * copy.c: by SQLite's backup API, in one step, so that what is copied is of one moment. Contract in
 * copy.h.
 */
#include "backup/copy.h"
#include "base/log.h"
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS 10000

static enum err failed(sqlite3 *db, const char *path)
{
    int code = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;

    log_error("backup: %s: %s", path, db != NULL ? sqlite3_errmsg(db) : "no memory");
    return code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_BUSY
           : code == SQLITE_NOMEM                       ? ERR_MEMORY
                                                        : ERR_DATABASE;
}

static enum err transfer(sqlite3 *to, sqlite3 *from, const char *path)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (backup == NULL)
        return failed(to, path);
    code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        return ERR_NONE;
    log_error("backup: %s: %s", path, sqlite3_errstr(code));
    return code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_BUSY
           : code == SQLITE_NOMEM                       ? ERR_MEMORY
                                                        : ERR_DATABASE;
}

static enum err check(sqlite3 *db, const char *path)
{
    sqlite3_stmt *statement = NULL;
    const char *word = NULL;
    enum err err = ERR_NONE;

    if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        err = failed(db, path);
    if (err == ERR_NONE)
        word = (const char *)sqlite3_column_text(statement, 0);
    if (err == ERR_NONE && (word == NULL || strcmp(word, "ok") != 0)) {
        log_error("backup: %s is damaged: %s", path, word != NULL ? word : "no memory");
        err = ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    return err;
}

enum err copy_database(const char *from, const char *to)
{
    sqlite3 *source = NULL, *copy = NULL;
    enum err err = ERR_NONE;

    if (access(from, F_OK) != 0 && errno == ENOENT)
        return ERR_NOT_FOUND;
    if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        err = failed(source, from);
    if (err == ERR_NONE &&
        sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        err = failed(copy, to);
    if (err == ERR_NONE) {
        sqlite3_busy_timeout(source, BUSY_MS);
        err = transfer(copy, source, from);
    }
    if (err == ERR_NONE)
        err = check(copy, from);
    sqlite3_close(source);
    sqlite3_close(copy);
    return err;
}
