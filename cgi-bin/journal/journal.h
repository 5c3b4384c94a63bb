/*
 * journal.h: the append-only record of what was served. One short line a view, one write(2), no
 * lock, no database, no fsync: the reader never waits. Whole lines of several workers do not mix
 * (O_APPEND). A line cut by a crash is told from a whole one by its first byte and its end (format
 * in journal.c), so it is dropped and counted, and its neighbours are kept.
 *
 * Files: STATE/journal/NODE-2026-11-21.log by UTC day. tally/collect.c reads and in the end
 * deletes them.
 */
#ifndef VHOD_JOURNAL_JOURNAL_H
#define VHOD_JOURNAL_JOURNAL_H

#include "base/buffer.h"
#include "base/err.h"
#include "journal/event.h"

struct journal;

/* Opens (makes) the folder; no file yet. node: 1 to 64 of [a-z0-9-], else ERR_INVALID. A folder
 * that cannot be made is logged and is no error: pages go on, and journal_append tries it again. */
enum err journal_open(struct journal **out, const char *folder, const char *node);
/* Writes the number of lost records, if there are any and it can. Accepts NULL. */
void journal_close(struct journal *journal);

/* Appends one record; changes file at midnight UTC. On failure the record is lost, the cause is
 * logged at most once a minute, the next append tries anew, and the number of lost ones is written
 * as a record of its own ("lost") as soon as writing works again. A record written in part is not
 * among them: it stands in the file, and journal_torn finds it. The process should ignore SIGXFSZ,
 * which else ends it at a size limit. */
enum err journal_append(struct journal *journal, const struct record *record);

/* Formats a record as one line with its end. */
void journal_format(struct buffer *out, const struct record *record);
/* Parses one line without its newline. ERR_INVALID for a cut or foreign line. *lost is set to the
 * count for a "lost" record (and out->event.kind is EVENT_NONE), else 0. */
enum err journal_parse(struct record *out, const char *line, size_t len, long *lost);
/* Number of torn records in front of the last record of a line (pieces of a crash or a full disk);
 * the same line's journal_parse gives the last one. */
long journal_torn(const char *line, size_t len);

#endif
