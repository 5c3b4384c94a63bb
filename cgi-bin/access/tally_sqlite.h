/*
 * tally_sqlite.h: what the files of the SQLite tally share: the open connection and its errors. Not
 * for others; they use tally.h.
 */
#ifndef VHOD_ACCESS_TALLY_SQLITE_H
#define VHOD_ACCESS_TALLY_SQLITE_H

#include "access/sums.h"
#include "access/tally.h"
#include <sqlite3.h>

/* Statements kept prepared for folding; their text is the table in tally_fold.c. */
enum tally_statement {
    TALLY_BEGIN,
    TALLY_COMMIT,
    TALLY_POSITION,
    TALLY_SET_POSITION,
    TALLY_HOUR,
    TALLY_DAY,
    TALLY_WEEK,
    TALLY_TOTAL,
    TALLY_LANGUAGE,
    TALLY_DROPPED,
    TALLY_REFERRER_RAISE,
    TALLY_REFERRER_ROWS,
    TALLY_REFERRER_INSERT,
    TALLY_REFERRER_REST,
    TALLY_SEARCH_RAISE,
    TALLY_SEARCH_ROWS,
    TALLY_SEARCH_INSERT,
    TALLY_SEARCH_REST,
    TALLY_MISSING_RAISE,
    TALLY_MISSING_ROWS,
    TALLY_MISSING_INSERT,
    TALLY_MISSING_REST,
    TALLY_STATEMENT__MAX
};

struct tally {
    sqlite3 *db;
    char *path;
    char *timezone;
    int lock; /* descriptor that holds the writer's lock, or -1 */
    sqlite3_stmt *prepared[TALLY_STATEMENT__MAX];
    struct sums sums; /* of this transaction, not yet written */
    struct sums
        rows; /* rows of the tables with a ceiling, by table, day and client; this transaction's */
    time_t quarter;   /* quarter of an hour that the field hour is for */
    char hour[14];    /* "2026-11-21T08" local, or "" */
    int64_t deadline; /* monotonic milliseconds after which a reader's statement is broken off; 0:
                         none */
};

/* Logs SQLite's message with what was being done, and maps its code: busy, no memory, broken off
 * (ERR_LIMIT), or ERR_DATABASE. */
enum err tally_sqlite_failed(const struct tally *tally, const char *doing);
/* Runs statements that return nothing. */
enum err tally_sqlite_execute(struct tally *tally, const char *sql, const char *doing);
/* Prepares the statements of enum tally_statement. */
enum err tally_sqlite_prepare(struct tally *tally);

#endif
