/*
 * read.h: reading the SQLite tally, as tally/read.h says. For sqlite.c only.
 */
#ifndef VHOD_TALLY_SQLITE_READ_H
#define VHOD_TALLY_SQLITE_READ_H

#include "tally/engine.h"

enum err tally_sqlite_read_begin(struct tally *tally);
enum err tally_sqlite_read(struct tally *tally, const struct tally_query *query,
                           const char *const *parameters, tally_row *each, void *context);
void tally_sqlite_read_end(struct tally *tally);

#endif
