/*
 * editing.h: changing the content from a program, one change at a time: what is written was checked
 * whole before, stands on the disk whole or not at all, and in the history with who and why.
 *
 * Between editing_begin and editing_end nobody else edits by this way; somebody with a shell may,
 * and what he changed before is a commit of its own ("by hand"). A change is refused if the file is
 * no longer what the editor saw.
 *
 * It publishes nothing: draft and publish are two steps.
 */
#ifndef VHOD_CONTENT_EDITING_H
#define VHOD_CONTENT_EDITING_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/settings.h"
#include "content/fault.h"
#include "content/repository.h"

#define EDITING_FILE_MAX ((size_t)1 << 20) /* bytes of a file that can be edited */

struct editing;

/* One change of one file. */
struct editing_change {
    const char *path;   /* below data: "regions/RU-ALT.ini"; editing_may says which may be */
    const char *text;   /* what it is to hold; NULL: it is to go */
    const char *seen;   /* digest of what the editor saw, "" if there was no such file */
    const char *user;   /* as the web server named him */
    const char *reason; /* what changed, in words: the commit's message */
};

/* Takes the lock (state/edit.lock), waiting for it a few seconds, and brings the history up to what
 * the files are. ERR_BUSY: somebody else edits all the time. ERR_SYSTEM (logged), ERR_MEMORY. *out
 * is NULL after an error. */
enum err editing_begin(struct editing **out, const struct settings *settings);
/* Gives the lock back. Accepts NULL. */
void editing_end(struct editing *editing);

/* True if a path is one that may be edited: a file of the content, in its folder, with its suffix,
 * and nothing that leads out of data. */
bool editing_may(const char *path);

/* Appends a file; digest is that of its bytes, or "" with ERR_NOT_FOUND. */
enum err editing_read(struct editing *editing, const char *path, struct buffer *out,
                      char digest[static DIGEST_HEX_SIZE]);

/* Makes a change. ERR_BUSY: the file is not what was seen, nothing was changed. ERR_INVALID: the
 * whole content would have faults that it does not have now; they are in faults, and nothing was
 * changed. ERR_LIMIT: no such file may be edited. *made is false if the file held this before. A
 * process that is killed in the middle leaves the file as it was or as it should be; the next
 * editing_begin writes down which. ERR_SYSTEM (logged), ERR_MEMORY. */
enum err editing_make(struct editing *editing, const struct editing_change *change,
                      struct faults *faults, bool *made);

/* The same check without the change: what check would say of the content with it. */
enum err editing_try(struct editing *editing, const struct editing_change *change,
                     struct faults *faults);

/* Its history. Borrowed. */
struct repository *editing_repository(struct editing *editing);

#endif
