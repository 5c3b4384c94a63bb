/*
 * connection.h: the connection of the PostgreSQL tally: statements, their answers and errors,
 * without libpq's functions, which stay in connection.c. What schema.c, write.c and postgres.c
 * stand on. Not for others; they use tally.h.
 */
#ifndef VHOD_TALLY_POSTGRES_CONNECTION_H
#define VHOD_TALLY_POSTGRES_CONNECTION_H

#include "tally/engine.h"

struct pg_conn; /* libpq's */

/* tally->database. */
struct tally_postgres {
    struct pg_conn *connection; /* NULL: none */
    int64_t deadline; /* monotonic milliseconds; of a reader, for all its statements; 0: none */
    bool again;       /* the last error is worth another try at once */
    bool quiet;       /* errors are expected, and not logged */
    char state[6];    /* SQLSTATE of the last error, or "" */
};

/* Most columns of an answer. */
#define TALLY_POSTGRES_COLUMNS_MAX 16

/* tally->database of a PostgreSQL tally. */
struct tally_postgres *tally_postgres_of(const struct tally *tally);

/* Called for each row of an answer with its columns as text; an error ends the reading. */
typedef enum err tally_postgres_row(void *context, const char *const *row);

/* ERR_INVALID, logged without its password, if libpq cannot read the store's address. */
enum err tally_postgres_check_address(const struct tally *tally);
/* Connects, unless the connection stands. ERR_BUSY: there is nobody to answer. */
enum err tally_postgres_connect(struct tally *tally);
void tally_postgres_disconnect(struct tally *tally);
/* Runs one statement with parameters $1 … as text, whose types the statement says by casts. each
 * may be NULL. ERR_BUSY: the database is away, slow, or has taken the transaction back; ERR_LIMIT:
 * a reader's time is over; ERR_DATABASE. Logged, but for what is worth trying again. */
enum err tally_postgres_ask(struct tally *tally, const char *sql, const char *const *values,
                            size_t count, tally_postgres_row *each, void *context);
/* The same, with parameters that are texts whatever the statement says. */
enum err tally_postgres_ask_texts(struct tally *tally, const char *sql, const char *const *values,
                                  size_t count, tally_postgres_row *each, void *context);
/* Several statements with ';' between, without parameters. */
enum err tally_postgres_script(struct tally *tally, const char *script);
/* True if the last error may be gone at once: the transaction was in another's way, or the
 * connection broke. */
bool tally_postgres_again(const struct tally *tally);
/* Takes the open transaction back, if there is one; else the connection is given up. */
void tally_postgres_rollback(struct tally *tally);

#endif
