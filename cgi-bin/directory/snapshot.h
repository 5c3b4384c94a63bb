/*
 * snapshot.h: the published directory, read-only. Opens directory.db immutable, notices a newer
 * file by its identity (inode, size, time), swaps, and returns documents (JSON trees) made by the
 * statements of queries.sql. Nothing of SQLite shows here. One connection per worker, never across
 * a fork.
 */
#ifndef VHOD_DIRECTORY_SNAPSHOT_H
#define VHOD_DIRECTORY_SNAPSHOT_H

#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

struct directory;

/* Opens the file; statements that name :site get the site's own address (https://host, no slash at
 * the end). ERR_NOT_FOUND if there is no snapshot yet: *out is then usable, and directory_refresh
 * may find one. */
enum err directory_open(struct directory **out, const char *path, const char *site);
void directory_close(struct directory *directory);

/* One stat(2); reopens if the file is another one. *changed (may be NULL) says so. A new file that
 * cannot be opened is logged, and the old one goes on. ERR_NOT_FOUND while there is none. */
enum err directory_refresh(struct directory *directory, bool *changed);

/* Identity of the open snapshot (hex of its content), or "". */
const char *directory_identity(const struct directory *directory);

/* A named value for a statement: text, or a number if text is NULL. */
struct directory_value {
    const char *name; /* ":iso" */
    const char *text;
    long number;
};

/* Runs the statement of that name in queries.sql and parses its single JSON column. values ends
 * with a NULL name. ERR_NOT_FOUND: no row, or NULL. The caller owns *out. */
enum err directory_document(struct directory *directory, const char *query,
                            const struct directory_value *values, json_t **out);

/* Searches (search/find.h says what comes back). The first call after a swap reads the index.
 * ERR_NOT_FOUND: no snapshot. The caller owns *out. */
struct search_request;
enum err directory_search(struct directory *directory, const struct search_request *request,
                          json_t **out);

#endif
