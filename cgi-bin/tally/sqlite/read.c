/*
 * read.c: reading the SQLite tally: one read transaction with a deadline. Contract in
 * tally/read.h; opening the file is sqlite.c's.
 */
#include "tally/sqlite/read.h"
#include "base/clock.h"
#include "tally/sqlite/connection.h"
#include <stdio.h>
#include <string.h>

#define DEADLINE_MS 5000
#define CHECK_EVERY 10000 /* steps of SQLite's machine between two looks at the clock */
#define COLUMNS_MAX 8

static int too_late(void *context)
{
    const struct tally_sqlite *sqlite = context;

    return clock_monotonic_ms() > sqlite->deadline;
}

enum err tally_sqlite_read_begin(struct tally *tally)
{
    struct tally_sqlite *sqlite = tally->database;

    sqlite->deadline = clock_monotonic_ms() + DEADLINE_MS;
    sqlite3_progress_handler(sqlite->db, CHECK_EVERY, too_late, sqlite);
    return tally_sqlite_execute(tally, "BEGIN", "starting to read");
}

void tally_sqlite_read_end(struct tally *tally)
{
    sqlite3_progress_handler(tally_sqlite_db(tally), 0, NULL, NULL);
    /* Nothing was written: this only lets the writer go on. */
    if (!sqlite3_get_autocommit(tally_sqlite_db(tally)))
        tally_sqlite_execute(tally, "ROLLBACK", "ending to read");
}

static enum err prepare(struct tally *tally, sqlite3_stmt **statement, const char *sql,
                        const char *const *parameters)
{
    int code = sqlite3_prepare_v2(tally_sqlite_db(tally), sql, -1, statement, NULL);

    /* To SQLite "$2" is a name like any other, so its place has to be asked for. */
    for (int i = 0; code == SQLITE_OK && i < TALLY_PARAMETERS_MAX && parameters[i] != NULL; i++) {
        char name[] = {'$', (char)('1' + i), '\0'};
        int place = sqlite3_bind_parameter_index(*statement, name);

        if (place > 0)
            code = sqlite3_bind_text(*statement, place, parameters[i], -1, SQLITE_STATIC);
    }
    return code == SQLITE_OK ? ERR_NONE : tally_sqlite_failed(tally, "preparing statistics");
}

/* A text is NULL only when memory ran out: no column of the tally is. */
static enum err fetch(sqlite3_stmt *statement, const char *types, struct tally_value *row)
{
    for (int i = 0; types[i] != '\0'; i++) {
        row[i] = (struct tally_value){.text = NULL};
        if (types[i] == 'n')
            row[i].number = sqlite3_column_int64(statement, i);
        else if ((row[i].text = (const char *)sqlite3_column_text(statement, i)) == NULL)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

enum err tally_sqlite_read(struct tally *tally, const struct tally_query *query,
                           const char *const *parameters, tally_row *each, void *context)
{
    sqlite3_stmt *statement = NULL;
    struct tally_value row[COLUMNS_MAX];
    enum err err = strlen(query->types) <= COLUMNS_MAX ? ERR_NONE : ERR_INVALID;
    int step = SQLITE_DONE;

    if (err == ERR_NONE)
        err = prepare(tally, &statement, query->sql, parameters);
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        err = fetch(statement, query->types, row);
        if (err == ERR_NONE)
            err = each(context, row);
    }
    if (err == ERR_NONE && step != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "reading statistics");
    sqlite3_finalize(statement);
    return err;
}
