/*
 * write.h: writing the SQLite tally: the engine's commit and positions (tally/engine.h says what
 * they mean). For sqlite.c only.
 */
#ifndef VHOD_TALLY_SQLITE_WRITE_H
#define VHOD_TALLY_SQLITE_WRITE_H

#include "tally/engine.h"

/* Prepares a writer's statements; the connection finalizes them when it is closed. */
enum err tally_sqlite_prepare(struct tally *tally);
enum err tally_sqlite_commit(struct tally *tally, const struct tally_batch *batch);
enum err tally_sqlite_positions(struct tally *tally, const char *file,
                                bool (*see)(void *context, const struct tally_position *position),
                                void *context);

#endif
