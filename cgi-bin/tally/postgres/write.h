/*
 * write.h: writing the PostgreSQL tally: the engine's commit and positions (tally/engine.h says
 * what they mean). For postgres.c only.
 */
#ifndef VHOD_TALLY_POSTGRES_WRITE_H
#define VHOD_TALLY_POSTGRES_WRITE_H

#include "tally/engine.h"

enum err tally_postgres_commit(struct tally *tally, const struct tally_batch *batch);
enum err tally_postgres_positions(struct tally *tally, const char *file,
                                  bool (*see)(void *context, const struct tally_position *position),
                                  void *context);

#endif
