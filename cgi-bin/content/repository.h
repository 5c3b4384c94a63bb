/*
 * repository.h: who changed what in the content, when and why: a git repository of the files below
 * data, one commit a change. It lies in the state folder (content.git), or is the owner's own where
 * data has a .git: then the same commits stand in his history.
 *
 * It holds every file of the content, hidden ones and the settings (vhod.ini) left out; of a
 * repository of the owner's, everything else in it stays as it is. It never writes a file of the
 * content: whoever changes one does that first (content/editing.h) and commits then. What changed
 * in between by other hands is a commit of its own, whose author is nobody.
 *
 * The archive of published texts (history.h) is another thing: that one says what readers saw.
 */
#ifndef VHOD_CONTENT_REPOSITORY_H
#define VHOD_CONTENT_REPOSITORY_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

#define REPOSITORY_ID_SIZE 41 /* a commit's id in hex, and a NUL */

struct repository;

struct repository_entry {
    char id[REPOSITORY_ID_SIZE];
    const char *who;     /* the user as the web server named him; "" for nobody. Borrowed */
    int64_t when;        /* seconds since 1970 */
    const char *message; /* what changed, in words; its first line ends with a line end. Borrowed */
};

/* Opens the repository of a content folder, or makes one in state. host: what commits carry behind
 * the @ of their author. Callers must keep others from doing the same at this moment (a lock of
 * their own): what a process left locked that was killed is unlocked here. ERR_SYSTEM (logged),
 * ERR_MEMORY; *out is NULL then. The caller frees with repository_free, which accepts NULL. */
enum err repository_open(struct repository **out, const char *data, const char *state,
                         const char *host);
void repository_free(struct repository *repository);

/* Commits the files as they are now. who "": nobody. *made is false if nothing differs from the
 * newest commit. On the disk when it returns. ERR_SYSTEM (logged), ERR_MEMORY: nothing was
 * committed. */
enum err repository_commit(struct repository *repository, const char *who, const char *message,
                           bool *made);

/* Every commit that changed the file at path (below data), or every commit for NULL, newest first,
 * until each says no, or the commit until is reached (NULL: to the first). ERR_SYSTEM (logged). */
enum err repository_log(struct repository *repository, const char *path, const char *until,
                        bool (*each)(void *context, const struct repository_entry *entry),
                        void *context);

/* Appends the file at path as a commit had it. ERR_NOT_FOUND: there is no such commit, or it had no
 * such file. ERR_SYSTEM (logged), ERR_MEMORY. */
enum err repository_read(struct repository *repository, const char *id, const char *path,
                         struct buffer *out);

/* The newest commit; "" if there is none yet. */
enum err repository_newest(struct repository *repository, char id[static REPOSITORY_ID_SIZE]);

/* Remembers that readers have now what the newest commit says. ERR_SYSTEM (logged). */
enum err repository_mark_published(struct repository *repository);
/* The commit that was marked last; "" if none was. */
enum err repository_published(struct repository *repository, char id[static REPOSITORY_ID_SIZE]);

#endif
