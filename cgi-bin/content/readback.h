/*
 * readback.h: the texts of a snapshot that was written, read again before anybody else does: each
 * must say the same as its HTML, and the HTML must be whole. That the rows are those that were put
 * is writer.h's question, that the file stays as it is directory/seal.h's.
 */
#ifndef VHOD_CONTENT_READBACK_H
#define VHOD_CONTENT_READBACK_H

#include "base/err.h"
#include <sqlite3.h>

/* ERR_DATABASE if a text and its HTML differ (which is logged), ERR_MEMORY. */
enum err readback_check(sqlite3 *db);

#endif
