/*
 * seal.c: the seal of a snapshot, written and checked. Contract in seal.h.
 */
#include "directory/seal.h"
#include "base/log.h"
#include "directory/fingerprint.h"
#include "directory/schema.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define META_MAX 128 /* bytes of a value that is read here */

static enum err failed(sqlite3 *db, int rc)
{
    log_error("snapshot: %s", sqlite3_errmsg(db));
    return rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
}

/* --- writing --- */

static enum err write_meta(sqlite3 *db, const char *key, const char *value)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", -1,
                                &statement, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? ERR_NONE : failed(db, rc);
}

/* The identity is part of the whole. */
enum err seal_write(sqlite3 *db, char identity[static DIGEST_HEX_SIZE])
{
    struct fingerprint print = {.identity = ""};
    enum err err = fingerprint_read(&print, db);

    if (err == ERR_NONE)
        err = write_meta(db, "identity", print.identity);
    if (err == ERR_NONE)
        err = fingerprint_read(&print, db);
    if (err == ERR_NONE)
        err = write_meta(db, "whole", print.whole);
    memcpy(identity, print.identity, DIGEST_HEX_SIZE);
    return err;
}

/* --- checking --- */

/* Reads one value of meta; "" if it is not there, or longer than any is. */
static enum err read_meta(sqlite3 *db, const char *key, char out[static META_MAX])
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = ?1", -1, &statement, NULL);
    const char *value;

    *out = '\0';
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    value = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (value != NULL && strlen(value) < META_MAX)
        memcpy(out, value, strlen(value) + 1);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? ERR_NONE : failed(db, rc);
}

static enum err check_schema(sqlite3 *db)
{
    char number[META_MAX];
    enum err err = read_meta(db, "schema", number);

    if (err == ERR_NONE && strcmp(number, DIRECTORY_SCHEMA) != 0) {
        log_error("snapshot: its schema is %s, this program reads %s: run vhod publish of the same "
                  "version",
                  *number ? number : "unknown", DIRECTORY_SCHEMA);
        err = ERR_DATABASE;
    }
    return err;
}

/* Each table with its indexes by itself: a check of everything at once would also ask the virtual
 * table of the search, which newer releases of SQLite cannot check without our tokenizer. */
static enum err check_table(sqlite3 *db, const char *table)
{
    char *sql = sqlite3_mprintf("PRAGMA integrity_check(\"%w\")", table);
    sqlite3_stmt *statement = NULL;
    int rc = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
    const char *verdict = NULL;
    enum err err = ERR_NONE;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        verdict = (const char *)sqlite3_column_text(statement, 0);
    if (rc != SQLITE_ROW)
        err = failed(db, rc);
    else if (verdict == NULL || strcmp(verdict, "ok") != 0) {
        log_error("snapshot: damaged: %s", verdict != NULL ? verdict : "no memory");
        err = verdict != NULL ? ERR_DATABASE : ERR_MEMORY;
    }
    sqlite3_finalize(statement);
    sqlite3_free(sql);
    return err;
}

static enum err check_structure(sqlite3 *db)
{
    static const char sql[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(statement, 0);

        err = table != NULL ? check_table(db, table) : ERR_MEMORY;
        rc = SQLITE_OK;
    }
    if (err == ERR_NONE && rc != SQLITE_DONE)
        err = failed(db, rc);
    sqlite3_finalize(statement);
    return err;
}

static enum err compare(sqlite3 *db, const char *key, const char *counted)
{
    char written[META_MAX];
    enum err err = read_meta(db, key, written);

    if (err == ERR_NONE && strcmp(written, counted) != 0) {
        log_error("snapshot: what it holds is not what was published: %s is %s, the rows say %s",
                  key, *written ? written : "missing", counted);
        err = ERR_DATABASE;
    }
    return err;
}

enum err seal_check(sqlite3 *db, char identity[static DIGEST_HEX_SIZE])
{
    struct fingerprint print = {.identity = ""};
    enum err err = check_schema(db);

    *identity = '\0';
    if (err == ERR_NONE)
        err = check_structure(db);
    if (err == ERR_NONE)
        err = fingerprint_read(&print, db);
    if (err == ERR_NONE)
        err = compare(db, "whole", print.whole);
    if (err == ERR_NONE)
        err = compare(db, "identity", print.identity);
    if (err == ERR_NONE)
        memcpy(identity, print.identity, DIGEST_HEX_SIZE);
    return err;
}
