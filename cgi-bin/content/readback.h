/*
 * readback.h: a snapshot that was written, read again before anybody else does: its texts must say
 * the same as their HTML. That each row is there as it was put is writer_compare's question.
 */
#ifndef VHOD_CONTENT_READBACK_H
#define VHOD_CONTENT_READBACK_H

#include "base/err.h"
#include <sqlite3.h>

/* Holds every text of the snapshot against its HTML. ERR_DATABASE if one differs (which, is
 * logged), ERR_MEMORY. */
enum err readback_check(sqlite3 *db);

#endif
