/*
 * blocked.h: takes blocked hosts (probe/block.h) out of a snapshot, at the one place that
 * everything comes from: its tables, in memory, before any statement has been asked. So no page,
 * redirect, embed, search or file can have them, whoever forgets what.
 */
#ifndef VHOD_DIRECTORY_BLOCKED_H
#define VHOD_DIRECTORY_BLOCKED_H

#include "base/err.h"
#include "probe/block.h"

struct sqlite3;

/* Changes a database that is a copy of a snapshot (image_open_copy) and has site() and the script
 * of queries.sql: runs blocked.sql, then takes what is left of blocked hosts out of every column of
 * text. ERR_DATABASE, ERR_MEMORY (logged): the database must not be used then. */
enum err blocked_apply(struct sqlite3 *db, const struct blocks *blocks);

#endif
