/*
 * connection.h: the open connection of the SQLite tally and its errors: what opening (sqlite.c),
 * writing (write.c) and reading (read.c) stand on. Not for others; they use tally.h.
 */
#ifndef VHOD_TALLY_SQLITE_CONNECTION_H
#define VHOD_TALLY_SQLITE_CONNECTION_H

#include "tally/engine.h"
#include <sqlite3.h>

/* What a table of counters is written with; their text is made from tally_tables. RAISE, ROWS and
 * REST are for tables with a ceiling. */
enum tally_sqlite_statement {
    TALLY_SQLITE_ADD,   /* the key's row, made or raised */
    TALLY_SQLITE_RAISE, /* the key's row, if it is there */
    TALLY_SQLITE_ROWS,  /* number of rows of the day and client */
    TALLY_SQLITE_STATEMENT__MAX
};

#define TALLY_SQLITE_TABLES_MAX 12

/* tally->database. */
struct tally_sqlite {
    sqlite3 *db;
    int lock; /* descriptor that holds the writer's lock, or -1 */
    sqlite3_stmt *prepared[TALLY_SQLITE_TABLES_MAX][TALLY_SQLITE_STATEMENT__MAX];
    sqlite3_stmt *positions, *set_position; /* prepared for a writer */
    struct sums
        rows; /* of the tables with a ceiling, by table, day and client; this transaction's */
    int64_t deadline; /* monotonic milliseconds after which a reader's statement is broken off; 0:
                         none */
};

/* Logs SQLite's message with what was being done, and maps its code: busy, no memory, broken off
 * (ERR_LIMIT), or ERR_DATABASE. */
enum err tally_sqlite_failed(const struct tally *tally, const char *doing);
/* Runs statements that return nothing. */
enum err tally_sqlite_execute(struct tally *tally, const char *sql, const char *doing);
/* Takes back the transaction that is open, if there is one. */
void tally_sqlite_rollback(struct tally *tally);
/* The open connection. */
sqlite3 *tally_sqlite_db(const struct tally *tally);

#endif
