/*
 * identity.c: rows as strings that sort, and the digest of them. Contract: identity.h.
 *
 * A string is "TABLE|VALUE…", so the rows of a table stand together once sorted.
 */
#include "directory/identity.h"
#include "base/log.h"
#include "search/index.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_TABLE "" /* under which the schema is kept: before all tables */

/* --- values --- */

void identity_null(struct buffer *row)
{
    buffer_puts(row, "0;");
}

void identity_text(struct buffer *row, const char *text, size_t len)
{
    buffer_printf(row, "t%zu:", len);
    buffer_add(row, text, len);
}

void identity_number(struct buffer *row, long long number)
{
    buffer_printf(row, "n%lld;", number);
}

void identity_real(struct buffer *row, double real)
{
    buffer_printf(row, "r%.9f;", real);
}

/* --- rows --- */

static enum err keep(struct identity_rows *rows, char *item)
{
    if (item == NULL)
        return ERR_MEMORY;
    if ((rows->count & (rows->count - 1)) == 0) {
        size_t room = rows->count > 0 ? rows->count * 2 : 1;
        char **grown = reallocarray(rows->items, room, sizeof *grown);

        if (grown == NULL) {
            free(item);
            return ERR_MEMORY;
        }
        rows->items = grown;
    }
    rows->items[rows->count++] = item;
    return ERR_NONE;
}

enum err identity_add(struct identity_rows *rows, const char *table, const struct buffer *row)
{
    struct buffer item = BUFFER_INIT;
    char *taken;

    buffer_puts(&item, table);
    buffer_putc(&item, '|');
    buffer_add(&item, row->data, row->len);
    taken = buffer_failed(row) ? NULL : buffer_take(&item);
    buffer_free(&item);
    return keep(rows, taken);
}

void identity_rows_free(struct identity_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->items[i]);
    free(rows->items);
    *rows = (struct identity_rows){NULL, 0};
}

bool identity_skips(const char *table, const char *column)
{
    return strcmp(table, "article") == 0 && strcmp(column, "revision") == 0;
}

/* --- from a file --- */

static enum err failed(sqlite3 *db, sqlite3_stmt *statement, const char *sql)
{
    log_error("cannot read the snapshot: %s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return ERR_DATABASE;
}

static void put_value(struct buffer *row, sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        identity_number(row, sqlite3_column_int64(statement, column));
        break;
    case SQLITE_FLOAT:
        identity_real(row, sqlite3_column_double(statement, column));
        break;
    case SQLITE_NULL:
        identity_null(row);
        break;
    default:
        identity_text(row, (const char *)sqlite3_column_text(statement, column),
                      (size_t)sqlite3_column_bytes(statement, column));
    }
}

/* Adds every row that the statement answers, as rows of table. */
static enum err add_all(struct identity_rows *rows, sqlite3 *db, const char *table, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    struct buffer row = BUFFER_INIT;
    enum err err = ERR_NONE;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        buffer_clear(&row);
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            if (!identity_skips(table, sqlite3_column_name(statement, i)))
                put_value(&row, statement, i);
        }
        err = identity_add(rows, table, &row);
        rc = SQLITE_OK;
    }
    buffer_free(&row);
    if (err == ERR_NONE && rc != SQLITE_DONE)
        return failed(db, statement, sql);
    sqlite3_finalize(statement);
    return err;
}

enum err identity_add_schema(struct identity_rows *rows, sqlite3 *db)
{
    return add_all(rows, db, SCHEMA_TABLE,
                   "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
                   " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
                   " AND name NOT LIKE 'search~_text%' ESCAPE '~'");
}

static enum err add_table(struct identity_rows *rows, sqlite3 *db, const char *table)
{
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    enum err err = sql != NULL ? add_all(rows, db, table, sql) : ERR_MEMORY;

    sqlite3_free(sql);
    return err;
}

enum err identity_read(struct identity_rows *rows, sqlite3 *db)
{
    static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                              " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
                              " AND name NOT LIKE 'search~_%' ESCAPE '~' AND name <> 'meta'";
    sqlite3_stmt *statement = NULL;
    enum err err = identity_add_schema(rows, db);
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(statement, 0);

        err = table != NULL ? add_table(rows, db, table) : ERR_MEMORY;
        rc = SQLITE_OK;
    }
    if (err == ERR_NONE && rc != SQLITE_DONE)
        return failed(db, statement, sql);
    sqlite3_finalize(statement);
    return err;
}

/* --- the digest --- */

static int compare(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;

    return strcmp(*a, *b);
}

static bool is_of(const char *item, const char *table)
{
    size_t len = strlen(table);

    return strncmp(item, table, len) == 0 && item[len] == '|';
}

static bool is_past(const char *item)
{
    return is_of(item, "revision") || is_of(item, "change");
}

enum err identity_hex(struct identity_rows *rows, enum identity_share share,
                      char out[static DIGEST_HEX_SIZE])
{
    struct buffer all = BUFFER_INIT;
    enum err err = ERR_MEMORY;

    buffer_puts(&all, "search index " SEARCH_INDEX_VERSION);
    if (rows->count > 0)
        qsort(rows->items, rows->count, sizeof *rows->items, compare);
    for (size_t i = 0; i < rows->count; i++) {
        if (is_past(rows->items[i]) != (share == IDENTITY_PAST))
            continue;
        buffer_putc(&all, '\n');
        buffer_puts(&all, rows->items[i]);
    }
    if (!buffer_failed(&all)) {
        digest_hex(all.data, all.len, out);
        err = ERR_NONE;
    }
    buffer_free(&all);
    return err;
}
