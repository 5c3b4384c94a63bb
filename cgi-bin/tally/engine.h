/*
 * engine.h: what stands between tally.h and the databases that can hold a tally: the table of
 * what is summed where, one batch of sums, and the functions that an engine has. Not for others;
 * they use tally.h.
 *
 * An engine knows its database and nothing of records; fold.c knows records and no database;
 * statistics.c and its parts ask through read.h, in SQL that both engines read.
 */
#ifndef VHOD_TALLY_ENGINE_H
#define VHOD_TALLY_ENGINE_H

#include "tally/read.h"
#include "tally/sums.h"
#include "tally/tally.h"

#define TALLY_COLUMNS_MAX 5
#define TALLY_REST        "…" /* stands for what is not told apart; tally/sqlite/schema.sql explains */

/* One counter table. Its key columns and the texts of a key are in the same order; the first is the
 * hour, day or week. */
struct tally_table {
    char mark; /* first byte of its keys in the batch */
    const char *name;
    const char *columns[TALLY_COLUMNS_MAX]; /* the primary key, by its parts; ends with NULL */
    const char *sum;                        /* the column that is added to */
    const char *number; /* the key column that holds a whole number, or NULL: all are text */
    long ceiling;       /* rows for each day and client (the first two columns); 0: none */
    const char *rest[TALLY_COLUMNS_MAX]; /* key of what comes when the ceiling is reached; NULL: the
                                            column keeps its own value */
};

/* Ends with a NULL name. */
extern const struct tally_table tally_tables[];

/* Number of a table's key columns. */
size_t tally_table_width(const struct tally_table *table);

/* The texts of a key, each with its length; they are not terminated. Borrowed from the key. */
struct tally_key {
    struct tally_text {
        const char *text;
        size_t len;
    } texts[TALLY_COLUMNS_MAX];
    size_t count;
};
void tally_key_split(struct tally_key *out, const char *key);
/* The key that counts a row above the ceiling. */
void tally_key_rest(struct tally_key *key, const struct tally_table *table);

/* What one transaction adds, and the step of the position that belongs to it. Held in memory until
 * it is committed, so an engine may write it more than once if a transaction was taken back. */
struct tally_batch {
    struct sums sums;      /* key: mark, then TAB and text for each column */
    char *file;            /* NULL: no position changes */
    int64_t before, after; /* bytes */
    int64_t head_bytes;
    char head_digest[DIGEST_HEX_SIZE];
    char digest[DIGEST_HEX_SIZE]; /* of the first after bytes, or "" */
};

struct tally_engine {
    /* Beginnings of the store's name that are this engine's, "sqlite:"; ends with NULL. */
    const char *schemes[3];
    /* Opens tally->store, set up in tally->database. Errors as tally_open. close is called after,
     * whatever came of it. */
    enum err (*open)(struct tally *tally);
    void (*close)(struct tally *tally); /* database may be NULL */
    /* Whole batch or nothing. ERR_BUSY also if the position is neither before nor after: somebody
     * else folds that file. If it is after already, the batch was counted, and that is fine. */
    enum err (*commit)(struct tally *tally, const struct tally_batch *batch);
    /* Gives positions of a file until see says false. */
    enum err (*positions)(struct tally *tally, const char *file,
                          bool (*see)(void *context, const struct tally_position *position),
                          void *context);
    /* As tally_check; NULL: its database needs none. */
    enum err (*check)(struct tally *tally);
    /* As in read.h. */
    enum err (*read_begin)(struct tally *tally);
    enum err (*read)(struct tally *tally, const struct tally_query *query,
                     const char *const *parameters, tally_row *each, void *context);
    void (*read_end)(struct tally *tally);
};

struct tally {
    const struct tally_engine *engine;
    void *database;    /* the engine's own */
    const char *place; /* the store's name behind its scheme, for SQLite its path; within store */
    char *store;       /* whole; may hold a password, so it is never logged */
    char *name;        /* for messages: store without user, password and options */
    char *timezone;
    bool writer;
    struct tally_batch batch;
    time_t quarter; /* quarter of an hour that the field hour is for */
    char hour[14];  /* "2026-11-21T08" local, or "" */
};

extern const struct tally_engine tally_sqlite, tally_postgres;

/* Adds to the batch what the tables hold that are sums of others (day, week, total); once, before
 * it is written. */
enum err tally_batch_derive(struct tally_batch *batch);
/* Forgets the batch, keeps its memory. */
void tally_batch_clear(struct tally_batch *batch);

#endif
