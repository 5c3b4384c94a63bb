/*
 * postgres.h: what the two files of the PostgreSQL tally share: statements and their answers,
 * without libpq's types, which stay in postgres.c. Not for others; they use tally.h.
 */
#ifndef VHOD_TALLY_POSTGRES_POSTGRES_H
#define VHOD_TALLY_POSTGRES_POSTGRES_H

#include "tally/engine.h"

/* Called for each row of an answer with its columns as text; an error ends the reading. */
typedef enum err tally_postgres_row(void *context, const char *const *row);

/* Connects, unless the connection stands. ERR_BUSY: there is nobody to answer. */
enum err tally_postgres_connect(struct tally *tally);
/* Runs one statement with parameters $1 … as text, whose types the statement says by casts. each
 * may be NULL. ERR_BUSY: the database is away, slow, or has taken the transaction back; ERR_LIMIT:
 * a reader's time is over; ERR_DATABASE. Logged, but for what is worth trying again. */
enum err tally_postgres_ask(struct tally *tally, const char *sql, const char *const *values,
                            size_t count, tally_postgres_row *each, void *context);
/* True if the last error may be gone at once: the transaction was in another's way, or the
 * connection broke. */
bool tally_postgres_again(const struct tally *tally);
/* Within a transaction: ERR_INVALID if the schema is not the one this program was opened with;
 * until the transaction ends nobody changes it. */
enum err tally_postgres_hold_schema(struct tally *tally);
/* Takes the open transaction back, if there is one; else the connection is given up. */
void tally_postgres_rollback(struct tally *tally);

/* write.c: the engine's commit and positions. */
enum err tally_postgres_commit(struct tally *tally, const struct tally_batch *batch);
enum err tally_postgres_positions(struct tally *tally, const char *file,
                                  bool (*see)(void *context, const struct tally_position *position),
                                  void *context);

#endif
