/*
 * build.h: a whole new snapshot in an empty file: tables, rows, the search index, checked and
 * synced. Where it goes then, swap.h knows.
 */
#ifndef VHOD_CONTENT_BUILD_H
#define VHOD_CONTENT_BUILD_H

#include "base/digest.h"
#include "base/err.h"
#include "content/content.h"
#include "content/history.h"

/* Writes the whole snapshot into the empty file path, checks it and syncs it. identity gets that of
 * the content. The archive holds every text of the content by then. Errors are logged. */
enum err build_snapshot(const char *path, const struct content *content,
                        const struct history *history, char identity[static DIGEST_HEX_SIZE]);

#endif
