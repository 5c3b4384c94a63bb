/*
 * history.h: the archive of what was published, history.db: every text of every guide and question,
 * and every change of an address. It lies beside the snapshot and survives its loss: revision
 * numbers and old texts come from here. The tables and the chain of digests: history.sql.
 *
 * Only adding is possible, and only between history_begin and history_commit, so that publish.c can
 * build the new snapshot in between: first the archive is committed, then the snapshot is swapped
 * in, and a crash between the two leaves an archive that already knows the texts of the next
 * publish. What is new and what has only stayed is record.h's question; no page reads this file.
 */
#ifndef VHOD_CONTENT_HISTORY_H
#define VHOD_CONTENT_HISTORY_H

#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Columns of history.sql after those of entry, in the order of the digest. */
enum history_field {
    HISTORY_ARTICLE, /* of a revision */
    HISTORY_REVISION,
    HISTORY_TITLE,
    HISTORY_SHORT,
    HISTORY_RETIRED,
    HISTORY_SOURCE,
    HISTORY_SOURCE_DIGEST,
    HISTORY_SUBJECT, /* of an address */
    HISTORY_OWNER,
    HISTORY_ID,
    HISTORY_CHANGE,
    HISTORY_NAME, /* address.title */
    HISTORY_URL,
    HISTORY_PORTAL,
    HISTORY_SYSTEM,
    HISTORY_AUDIENCE,
    HISTORY_VIA,
    HISTORY_STATUS,
    HISTORY_SINCE,
    HISTORY_UNTIL,
    HISTORY_REPLACED_BY,
    HISTORY__MAX
};

/* A revision if fields[HISTORY_ARTICLE] is set, else an address. Numbers are decimal text. */
struct history_entry {
    long number;
    char published[21]; /* 2026-11-21T08:15:00Z */
    bool baseline;      /* was there when the archive began: no change */
    char digest[DIGEST_HEX_SIZE];
    const char *fields[HISTORY__MAX]; /* NULL where it has none */
    char *storage;                    /* behind fields; internal */
};

struct history;

/* Reads the archive whole and verifies it: the file's own integrity, the chain, numbers without a
 * gap. A file that is not there, or has nothing in it, is an archive without entries, and none is
 * made before history_begin. ERR_DATABASE for a file that is damaged or none of ours: what to do is
 * logged. */
enum err history_open(struct history **out, const char *path);
/* Throws away what was not committed. Accepts NULL. */
void history_close(struct history *history);

size_t history_count(const struct history *history);
/* Entries in their order, from 0; borrowed until the next history_add. */
const struct history_entry *history_entry(const struct history *history, size_t at);
/* The newest text of an article, or the newest entry about an address; NULL if there is none. */
const struct history_entry *history_revision(const struct history *history, const char *article);
const struct history_entry *history_address(const struct history *history, const char *subject,
                                            const char *owner, const char *id);
/* Digest of the last entry; "" without entries. */
const char *history_head(const struct history *history);
/* True if an entry has this digest: the archive is then the same as, or a continuation of, the one
 * whose head it was. */
bool history_holds(const struct history *history, const char *digest);

/* Opens a transaction; makes the file if it is not there. */
enum err history_begin(struct history *history);
/* Adds an entry with these fields (copied), published now (history_begin's time); baseline if the
 * archive held nothing at history_begin. ERR_DATABASE is logged. */
enum err history_add(struct history *history, const char *const fields[static HISTORY__MAX]);
/* Makes everything added since history_begin lasting; on the disk when it returns. */
enum err history_commit(struct history *history);

#endif
