/*
 * fingerprint.c: rows, tables and the whole snapshot as digests. Contract in fingerprint.h.
 */
#include "directory/fingerprint.h"
#include "base/log.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>

/* --- rows --- */

static void add_bytes(struct buffer *row, char kind, const void *bytes, size_t len)
{
    buffer_printf(row, "%c%zu:", kind, len);
    buffer_add(row, bytes, len);
}

void fingerprint_text(struct buffer *row, const char *text, size_t len)
{
    add_bytes(row, 't', text, len);
}

void fingerprint_blob(struct buffer *row, const void *bytes, size_t len)
{
    add_bytes(row, 'b', bytes, len);
}

void fingerprint_number(struct buffer *row, int64_t number)
{
    buffer_printf(row, "n%" PRId64 ";", number);
}

/* All 64 bits: no rounding makes two numbers one. */
void fingerprint_real(struct buffer *row, double number)
{
    uint64_t bits;

    _Static_assert(sizeof bits == sizeof number, "a double has 64 bits");
    memcpy(&bits, &number, sizeof bits);
    buffer_printf(row, "r%016" PRIx64 ";", bits);
}

void fingerprint_null(struct buffer *row)
{
    buffer_puts(row, "0;");
}

void table_sum_add(struct table_sum *table, const struct buffer *row)
{
    uint8_t digest[DIGEST_SIZE];
    unsigned carry = 0;

    digest_bytes(buffer_text(row), row->len, digest);
    for (size_t i = DIGEST_SIZE; i-- > 0;) {
        carry += (unsigned)table->sum[i] + digest[i];
        table->sum[i] = (uint8_t)carry;
        carry >>= 8;
    }
    table->rows++;
}

/* --- tables --- */

/* False without memory. */
static bool add_column(struct buffer *row, sqlite3_stmt *statement, int column)
{
    const void *bytes;

    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        fingerprint_number(row, sqlite3_column_int64(statement, column));
        return true;
    case SQLITE_FLOAT:
        fingerprint_real(row, sqlite3_column_double(statement, column));
        return true;
    case SQLITE_NULL:
        fingerprint_null(row);
        return true;
    case SQLITE_TEXT:
        bytes = sqlite3_column_text(statement, column);
        if (bytes != NULL)
            fingerprint_text(row, bytes, (size_t)sqlite3_column_bytes(statement, column));
        return bytes != NULL;
    default: /* NULL stands for an empty blob, too */
        bytes = sqlite3_column_blob(statement, column);
        if (bytes == NULL && sqlite3_column_bytes(statement, column) > 0)
            return false;
        fingerprint_blob(row, bytes, (size_t)sqlite3_column_bytes(statement, column));
        return true;
    }
}

/* Adds the present row of the statement to the sums: to all with every column, to content (may be
 * NULL) without the column omitted. */
static enum err add_row(struct table_sum *all, struct table_sum *content, struct buffer *row,
                        sqlite3_stmt *statement, int omitted)
{
    struct table_sum *const sums[] = {all, content};

    for (size_t k = 0; k < 2 && sums[k] != NULL; k++) {
        buffer_clear(row);
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            if ((k == 0 || i != omitted) && !add_column(row, statement, i))
                return ERR_MEMORY;
        if (buffer_failed(row))
            return ERR_MEMORY;
        table_sum_add(sums[k], row);
    }
    return ERR_NONE;
}

static int column_named(sqlite3_stmt *statement, const char *name)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        if (strcmp(sqlite3_column_name(statement, i), name) == 0)
            return i;
    return -1;
}

/* Sums up what a SELECT answers. content: NULL, or the sum without the column omitted. */
static enum err sum_rows(struct table_sum *all, struct table_sum *content, sqlite3 *db,
                         const char *sql, const char *omitted)
{
    struct buffer row = BUFFER_INIT;
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int rc = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
    int column = rc == SQLITE_OK ? column_named(statement, omitted) : -1;

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        err = add_row(all, content, &row, statement, column);
        rc = SQLITE_OK;
    }
    if (err == ERR_NONE && rc != SQLITE_DONE) {
        log_error("snapshot: %s: %s", sql ? sql : "no memory", sqlite3_errmsg(db));
        err = rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    buffer_free(&row);
    return err;
}

/* What is no content: tables, or the beginning of their names, and columns. */
static const char *const other_tables[] = {"meta", "revision", "change"};
static const char *const other_prefixes[] = {"search_", "sqlite_"};
static const char content_table_with_number[] = "article", number_of_revision[] = "revision";

static bool is_content(const char *table)
{
    for (size_t i = 0; i < sizeof other_tables / sizeof other_tables[0]; i++)
        if (strcmp(table, other_tables[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof other_prefixes / sizeof other_prefixes[0]; i++)
        if (strncmp(table, other_prefixes[i], strlen(other_prefixes[i])) == 0)
            return false;
    return true;
}

static enum err sum_table(struct table_sum *all, struct table_sum *content, sqlite3 *db,
                          const char *table)
{
    bool numbered = strcmp(table, content_table_with_number) == 0;
    bool meta = strcmp(table, "meta") == 0;
    char *sql = meta ? sqlite3_mprintf("SELECT * FROM meta WHERE key <> 'whole'")
                     : sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    enum err err =
        sum_rows(all, numbered ? content : NULL, db, sql, numbered ? number_of_revision : "");

    if (!numbered && content != NULL)
        *content = *all;
    sqlite3_free(sql);
    return err;
}

enum err table_sum_read(struct table_sum *out, sqlite3 *db, const char *table)
{
    *out = (struct table_sum){.rows = 0};
    return sum_table(out, NULL, db, table);
}

/* --- the whole --- */

static void write_sum(struct buffer *out, const char *name, const struct table_sum *sum)
{
    char hex[DIGEST_HEX_SIZE];

    digest_write_hex(sum->sum, hex);
    buffer_printf(out, "%s %" PRIu64 " %s\n", name, sum->rows, hex);
}

static enum err write_table(struct buffer *whole, struct buffer *identity, sqlite3 *db,
                            const char *table)
{
    struct table_sum all = {.rows = 0}, content = {.rows = 0};
    enum err err = sum_table(&all, &content, db, table);

    if (err != ERR_NONE)
        return err;
    write_sum(whole, table, &all);
    if (is_content(table))
        write_sum(identity, table, &content);
    return ERR_NONE;
}

/* Tables with rows of their own (a virtual one has no root page; its rows are in others), by name.
 */
static enum err write_tables(struct buffer *whole, struct buffer *identity, sqlite3 *db)
{
    static const char sql[] = "SELECT name FROM sqlite_schema"
                              " WHERE type = 'table' AND rootpage > 0 ORDER BY name";
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);

        err = name != NULL ? write_table(whole, identity, db, name) : ERR_MEMORY;
        rc = SQLITE_OK;
    }
    if (err == ERR_NONE && rc != SQLITE_DONE) {
        log_error("snapshot: %s", sqlite3_errmsg(db));
        err = rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    return err;
}

/* What is summed up beside the tables. */
static enum err write_rest(struct buffer *whole, struct buffer *identity, sqlite3 *db)
{
    static const char *const rests[][2] = {
        {"schema", "SELECT type, name, tbl_name, sql FROM sqlite_schema"},
        /* a view is content, too; how SQLite keeps a full text is its own affair */
        {"content schema", "SELECT type, name, sql FROM sqlite_schema"
                           " WHERE tbl_name NOT GLOB 'search_*' AND name NOT GLOB 'sqlite_*'"},
        {"search", "SELECT value FROM meta WHERE key = 'search'"},
    };
    enum err err = ERR_NONE;

    for (size_t i = 0; i < sizeof rests / sizeof rests[0] && err == ERR_NONE; i++) {
        struct table_sum sum = {.rows = 0};

        err = sum_rows(&sum, NULL, db, rests[i][1], "");
        write_sum(whole, rests[i][0], &sum);
        if (i > 0)
            write_sum(identity, rests[i][0], &sum);
    }
    return err;
}

enum err fingerprint_read(struct fingerprint *out, sqlite3 *db)
{
    struct buffer whole = BUFFER_INIT, identity = BUFFER_INIT;
    enum err err = write_tables(&whole, &identity, db);

    if (err == ERR_NONE)
        err = write_rest(&whole, &identity, db);
    if (err == ERR_NONE && (buffer_failed(&whole) || buffer_failed(&identity)))
        err = ERR_MEMORY;
    digest_hex(buffer_text(&whole), whole.len, out->whole);
    digest_hex(buffer_text(&identity), identity.len, out->identity);
    buffer_free(&whole);
    buffer_free(&identity);
    return err;
}
