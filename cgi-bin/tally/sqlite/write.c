/*
 * write.c: a batch of sums into the rows of the SQLite tally, in one transaction with
 * the position that belongs to it.
 *
 * In all statements ?9 is the number to add, and ?1, ?2 … are the texts of a key in their order.
 */
#include "tally/sqlite/write.h"
#include "base/buffer.h"
#include "base/log.h"
#include "tally/sqlite/connection.h"
#include <stdio.h>
#include <string.h>

#define SUM_PARAMETER 9

/* --- statements from the table of tables --- */

static void put_add(struct buffer *sql, const struct tally_table *table)
{
    buffer_printf(sql, "INSERT INTO %s (", table->name);
    for (size_t i = 0; i < tally_table_width(table); i++)
        buffer_printf(sql, "%s, ", table->columns[i]);
    buffer_printf(sql, "%s) VALUES (", table->sum);
    for (size_t i = 0; i < tally_table_width(table); i++)
        buffer_printf(sql, "?%zu, ", i + 1);
    buffer_printf(sql, "?9) ON CONFLICT DO UPDATE SET %s = %s + excluded.%s", table->sum,
                  table->sum, table->sum);
}

static void put_raise(struct buffer *sql, const struct tally_table *table)
{
    buffer_printf(sql, "UPDATE %s SET %s = %s + ?9 WHERE ", table->name, table->sum, table->sum);
    for (size_t i = 0; i < tally_table_width(table); i++)
        buffer_printf(sql, "%s%s = ?%zu", i > 0 ? " AND " : "", table->columns[i], i + 1);
}

static void put_rows(struct buffer *sql, const struct tally_table *table)
{
    buffer_printf(sql, "SELECT count(*) FROM %s WHERE %s = ?1 AND %s = ?2", table->name,
                  table->columns[0], table->columns[1]);
}

static enum err prepare_text(struct tally *tally, sqlite3_stmt **out, const char *sql)
{
    return sqlite3_prepare_v3(tally_sqlite_db(tally), sql, -1, SQLITE_PREPARE_PERSISTENT, out,
                              NULL) == SQLITE_OK
               ? ERR_NONE
               : tally_sqlite_failed(tally, "preparing");
}

static enum err prepare_table(struct tally *tally, size_t t)
{
    static void (*const puts[])(struct buffer *, const struct tally_table *) = {
        [TALLY_SQLITE_ADD] = put_add,
        [TALLY_SQLITE_RAISE] = put_raise,
        [TALLY_SQLITE_ROWS] = put_rows,
    };
    struct tally_sqlite *sqlite = tally->database;
    struct buffer sql = BUFFER_INIT;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < TALLY_SQLITE_STATEMENT__MAX && err == ERR_NONE; i++) {
        if (i > 0 && tally_tables[t].ceiling == 0)
            break;
        buffer_clear(&sql);
        puts[i](&sql, &tally_tables[t]);
        err = buffer_failed(&sql) ? ERR_MEMORY
                                  : prepare_text(tally, &sqlite->prepared[t][i], buffer_text(&sql));
    }
    buffer_free(&sql);
    return err;
}

enum err tally_sqlite_prepare(struct tally *tally)
{
    struct tally_sqlite *sqlite = tally->database;
    enum err err = prepare_text(tally, &sqlite->positions,
                                "SELECT bytes, head_bytes, head_digest, coalesce(digest, '')"
                                " FROM position"
                                " WHERE file = ?1 ORDER BY head_bytes DESC");

    if (err == ERR_NONE)
        err = prepare_text(
            tally, &sqlite->set_position,
            "INSERT INTO position (file, bytes, head_bytes, head_digest, digest)"
            " VALUES (?1, ?2, ?3, ?4, nullif(?5, ''))"
            " ON CONFLICT DO UPDATE SET bytes = excluded.bytes, digest = excluded.digest");
    for (size_t t = 0; tally_tables[t].name != NULL && err == ERR_NONE; t++) {
        if (t == TALLY_SQLITE_TABLES_MAX) {
            log_error("tally: TALLY_SQLITE_TABLES_MAX is too small for tally_tables");
            return ERR_LIMIT;
        }
        err = prepare_table(tally, t);
    }
    return err;
}

/* --- sums to rows --- */

static enum err run(struct tally *tally, sqlite3_stmt *statement)
{
    enum err err = ERR_NONE;

    if (sqlite3_step(statement) != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "writing");
    sqlite3_reset(statement);
    return err;
}

/* Binds a key's texts and the sum, then runs. */
static enum err run_for(struct tally *tally, sqlite3_stmt *statement, const struct tally_key *key,
                        int64_t n)
{
    int code = sqlite3_bind_int64(statement, SUM_PARAMETER, n);

    for (size_t i = 0; i < key->count && code == SQLITE_OK; i++)
        code = sqlite3_bind_text(statement, (int)i + 1, key->texts[i].text, (int)key->texts[i].len,
                                 SQLITE_STATIC);
    return code == SQLITE_OK ? run(tally, statement) : tally_sqlite_failed(tally, "binding");
}

/* How many rows a table with a ceiling has for the key's day and client: counted once, then
 * remembered. */
static enum err rows_of(struct tally *tally, size_t t, const char *text,
                        const struct tally_key *key, int64_t **rows)
{
    struct tally_sqlite *sqlite = tally->database;
    sqlite3_stmt *statement = sqlite->prepared[t][TALLY_SQLITE_ROWS];
    size_t len = (size_t)(key->texts[1].text + key->texts[1].len - text); /* mark, day, client */
    enum err err = ERR_NONE;

    *rows = sums_find(&sqlite->rows, text, len);
    if (*rows != NULL)
        return ERR_NONE;
    for (int i = 0; i < 2; i++)
        sqlite3_bind_text(statement, i + 1, key->texts[i].text, (int)key->texts[i].len,
                          SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        err = sums_add(&sqlite->rows, text, len, sqlite3_column_int64(statement, 0));
    else
        err = tally_sqlite_failed(tally, "counting rows");
    sqlite3_reset(statement);
    *rows = err == ERR_NONE ? sums_find(&sqlite->rows, text, len) : NULL;
    return err;
}

/* Raises the row that is there, or makes one while there is room, or counts among the rest. */
static enum err write_bounded(struct tally *tally, size_t t, const char *text,
                              struct tally_key *key, int64_t n)
{
    struct tally_sqlite *sqlite = tally->database;
    int64_t *rows;
    enum err err = run_for(tally, sqlite->prepared[t][TALLY_SQLITE_RAISE], key, n);

    if (err != ERR_NONE || sqlite3_changes(sqlite->db) > 0)
        return err;
    err = rows_of(tally, t, text, key, &rows);
    if (err != ERR_NONE)
        return err;
    if (*rows >= tally_tables[t].ceiling)
        tally_key_rest(key, &tally_tables[t]);
    else
        ++*rows;
    return run_for(tally, sqlite->prepared[t][TALLY_SQLITE_ADD], key, n);
}

static enum err write_sum(struct tally *tally, const char *text, int64_t n)
{
    const struct tally_sqlite *sqlite = tally->database;
    struct tally_key key;
    size_t t = 0;

    while (tally_tables[t].mark != *text)
        t++;
    tally_key_split(&key, text);
    if (tally_tables[t].ceiling > 0)
        return write_bounded(tally, t, text, &key, n);
    return run_for(tally, sqlite->prepared[t][TALLY_SQLITE_ADD], &key, n);
}

/* --- positions --- */

enum err tally_sqlite_positions(struct tally *tally, const char *file,
                                bool (*see)(void *context, const struct tally_position *position),
                                void *context)
{
    const struct tally_sqlite *sqlite = tally->database;
    sqlite3_stmt *statement = sqlite->positions;
    struct tally_position position;
    bool more = true;
    int step = SQLITE_DONE;
    enum err err = ERR_NONE;

    sqlite3_bind_text(statement, 1, file, -1, SQLITE_STATIC);
    while (more && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        position.bytes = sqlite3_column_int64(statement, 0);
        position.head_bytes = sqlite3_column_int64(statement, 1);
        snprintf(position.head_digest, sizeof position.head_digest, "%s",
                 (const char *)sqlite3_column_text(statement, 2));
        snprintf(position.digest, sizeof position.digest, "%s",
                 (const char *)sqlite3_column_text(statement, 3));
        more = see(context, &position);
    }
    if (more && step != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "reading a position");
    sqlite3_reset(statement);
    return err;
}

/* Finds the position that the batch belongs to. */
struct standing {
    const struct tally_batch *batch;
    int64_t bytes;
};

static bool is_batch_file(void *context, const struct tally_position *position)
{
    struct standing *standing = context;

    if (strcmp(position->head_digest, standing->batch->head_digest) != 0)
        return true;
    standing->bytes = position->bytes;
    return false;
}

static enum err step_position(struct tally *tally, const struct tally_batch *batch, bool *counted)
{
    const struct tally_sqlite *sqlite = tally->database;
    struct standing standing = {batch, 0};
    enum err err = tally_sqlite_positions(tally, batch->file, is_batch_file, &standing);

    if (err != ERR_NONE)
        return err;
    *counted = standing.bytes == batch->after && batch->after != batch->before;
    if (*counted)
        return ERR_NONE;
    if (standing.bytes != batch->before)
        return ERR_BUSY;
    sqlite3_bind_text(sqlite->set_position, 1, batch->file, -1, SQLITE_STATIC);
    sqlite3_bind_int64(sqlite->set_position, 2, batch->after);
    sqlite3_bind_int64(sqlite->set_position, 3, batch->head_bytes);
    sqlite3_bind_text(sqlite->set_position, 4, batch->head_digest, -1, SQLITE_STATIC);
    sqlite3_bind_text(sqlite->set_position, 5, batch->digest, -1, SQLITE_STATIC);
    return run(tally, sqlite->set_position);
}

/* --- the transaction --- */

static enum err write_batch(struct tally *tally, const struct tally_batch *batch)
{
    const struct sums *sums = &batch->sums;
    bool counted = false;
    enum err err = ERR_NONE;

    if (batch->file != NULL)
        err = step_position(tally, batch, &counted);
    for (size_t i = 0; i < sums->count && err == ERR_NONE && !counted; i++)
        err = write_sum(tally, sums_key(sums, &sums->items[i]), sums->items[i].sum);
    return err;
}

enum err tally_sqlite_commit(struct tally *tally, const struct tally_batch *batch)
{
    struct tally_sqlite *sqlite = tally->database;
    /* IMMEDIATE: a transaction that starts by reading can be refused when it comes to write. */
    enum err err = tally_sqlite_execute(tally, "BEGIN IMMEDIATE", "locking");

    if (err != ERR_NONE)
        return err;
    sums_clear(&sqlite->rows);
    err = write_batch(tally, batch);
    if (err == ERR_NONE)
        err = tally_sqlite_execute(tally, "COMMIT", "committing");
    if (err != ERR_NONE)
        tally_sqlite_rollback(tally);
    return err;
}
