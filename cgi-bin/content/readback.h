/*
 * readback.h: a snapshot that was written, read again before anybody else does: it must open as
 * readers open it, and its texts must say the same as their HTML. That its rows are those that were
 * put, writer_compare has seen, and the seal (directory/seal.h) keeps.
 */
#ifndef VHOD_CONTENT_READBACK_H
#define VHOD_CONTENT_READBACK_H

#include "base/err.h"

/* Reads the file at path anew. ERR_DATABASE if anything differs (what differs is logged),
 * ERR_MEMORY. */
enum err readback_check(const char *path);

#endif
