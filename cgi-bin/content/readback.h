/*
 * readback.h: a snapshot that was written, read again before anybody else does: it must hold what
 * was meant, row for row, and its texts must say the same as their HTML.
 */
#ifndef VHOD_CONTENT_READBACK_H
#define VHOD_CONTENT_READBACK_H

#include "base/err.h"
#include "directory/identity.h"

/* Opens the file at path anew and holds it against the rows that were put. ERR_DATABASE if it
 * differs (what differs is logged), ERR_MEMORY. */
enum err readback_check(const char *path, struct identity_rows *meant);

#endif
