/*
 * tally.h: counters of what was read. Totals by hour and day per kind, id, referring host, kind of
 * client and language; never a single view. One interface, one engine today: SQLite
 * (tally_sqlite.c); another engine is another file behind the same functions.
 *
 * Exactly once: the counters of a batch of journal lines and the position behind its last whole
 * line are committed in one transaction.
 */
#ifndef VHOD_ACCESS_TALLY_H
#define VHOD_ACCESS_TALLY_H

#include "access/event.h"
#include "base/err.h"
#include <jansson.h>
#include <stdint.h>

struct tally;

/* Opens for folding (makes and migrates the schema; takes the writer's lock: ERR_BUSY if another
 * process folds) or for reading. A schema newer than the program is ERR_INVALID. timezone decides
 * where days end. */
enum err tally_open(struct tally **out, const char *path, const char *timezone, bool writer);
void tally_close(struct tally *tally);

enum err tally_begin(struct tally *tally);
enum err tally_add(struct tally *tally, const struct record *record);
/* Counts lines that could not be read, and records that a journal says were lost. */
enum err tally_add_dropped(struct tally *tally, time_t when, long count);
/* Position (bytes) up to which a journal file is folded; 0 if never seen. */
enum err tally_position(struct tally *tally, const char *file, int64_t *position);
enum err tally_set_position(struct tally *tally, const char *file, int64_t position);
enum err tally_commit(struct tally *tally);
void tally_rollback(struct tally *tally);

/* The statistics document of urls.md for days from..to (ISO dates, inclusive), people only, robots
 * and dropped beside: {from, to, regions, guides, questions, pages, searches, missing, referrers,
 * days:[{date, kind, id, views}], robots, prefetched, dropped}. Caller owns *out. */
enum err tally_statistics(struct tally *tally, const char *from, const char *to, json_t **out);

#endif
