/*
 * snapshot.h: the published directory, read-only. Reads directory.db whole, checks it (seal.h),
 * notices another file by its mark (inode, size, times), swaps, and returns documents (JSON trees)
 * made by the statements of queries.sql. A file that is not what was published is never asked: the
 * last good one goes on, and a program that starts meanwhile takes the copy beside it. Nothing of
 * SQLite shows here. One connection per worker, never across a fork.
 */
#ifndef VHOD_DIRECTORY_SNAPSHOT_H
#define VHOD_DIRECTORY_SNAPSHOT_H

#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct directory;
struct notices;

/* Everything below speaks of the snapshot without the hosts that are blocked (probe/block.h), whose
 * list lies beside the file and is looked at as often. */

/* A publish leaves a copy of what it put in place under this name. */
#define DIRECTORY_GOOD_SUFFIX ".good"

/* Opens the file at path, or its good copy if that one cannot be used; statements that name :site
 * get the site's own address (https://host, no slash at the end). ERR_NOT_FOUND if there is no
 * snapshot yet; ERR_DATABASE, ERR_INVALID and others if there is none that can be used. In all of
 * these *out is usable unless it is NULL, and directory_refresh may find one. */
enum err directory_open(struct directory **out, const char *path, const char *site);
void directory_close(struct directory *directory);

/* Three stat(2); reads and checks the file if it is another one, or if other hosts are blocked.
 * *changed (may be NULL) says so, and that other notices are known. One that cannot be used is
 * logged, once, and the old one goes on; so does the list of blocked hosts before one that is
 * damaged. A file that somebody writes to in place is looked at when it has settled for a second.
 * An error only while nothing is open, as above; and when blocked hosts cannot be taken out: then
 * nothing is open. */
enum err directory_refresh(struct directory *directory, bool *changed);

/* Identity of the open snapshot (hex of its content), or "". */
const char *directory_identity(const struct directory *directory);
/* The open snapshot as a file's bytes: as they were published, or without what is blocked; NULL
 * without one. Valid until the next swap. */
const void *directory_bytes(const struct directory *directory, size_t *len);
/* Since when a host is blocked, also one that the directory never had: UTC time; NULL: it is not.
 */
const char *directory_blocked(const struct directory *directory, const char *host);
/* The list as the file has it (probe/block.h): for the owner's pages. Borrowed; NULL: none. */
const json_t *directory_blocks(const struct directory *directory);
/* What is announced (notice/notice.h). Borrowed until the next refresh; NULL: nothing. */
const struct notices *directory_notices(const struct directory *directory);

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
