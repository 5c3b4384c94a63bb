/*
 * schema.h: the schema of the PostgreSQL tally: made and brought up by a writer, looked at by a
 * reader. Not for others; they use tally.h.
 */
#ifndef VHOD_TALLY_POSTGRES_SCHEMA_H
#define VHOD_TALLY_POSTGRES_SCHEMA_H

#include "tally/engine.h"

/* For a writer: makes what is missing, several machines may at once, and notes the time zone. */
enum err tally_postgres_make_schema(struct tally *tally);
/* For a reader: ERR_NOT_FOUND if there is none yet, ERR_INVALID if it is another's (logged). */
enum err tally_postgres_look_at_schema(struct tally *tally);
/* Within a transaction: ERR_INVALID if the schema is not the one this program was opened with;
 * until the transaction ends nobody changes it. */
enum err tally_postgres_hold_schema(struct tally *tally);

#endif
