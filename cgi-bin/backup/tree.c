/*
 * tree.c: contract in tree.h.
 */
#include "backup/tree.h"
#include "base/log.h"
#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is done to one file or, behind all that is in it, folder: 0, or errno. */
typedef int act_on(const FTSENT *entry, const void *context);

static int act(const FTSENT *entry, act_on *one, const void *context)
{
    switch (entry->fts_info) {
    case FTS_D: /* comes again, behind its files */
        return 0;
    case FTS_ERR:
    case FTS_DNR:
        return entry->fts_errno;
    case FTS_NS: /* nothing there */
        return entry->fts_errno == ENOENT ? 0 : entry->fts_errno;
    default:
        return one(entry, context);
    }
}

static enum err walk(const char *path, act_on *one, const void *context)
{
    char *copy = strdup(path);
    char *paths[] = {copy, NULL};
    FTS *tree = copy != NULL ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL) : NULL;
    const FTSENT *entry;
    enum err err = tree != NULL ? ERR_NONE : ERR_MEMORY;

    while (err == ERR_NONE && (entry = fts_read(tree)) != NULL) {
        int cause = act(entry, one, context);

        if (cause != 0) {
            log_error("restore: %s: %s", entry->fts_path, strerror(cause));
            err = ERR_SYSTEM;
        }
    }
    if (tree != NULL)
        fts_close(tree);
    free(copy);
    return err;
}

static int remove_one(const FTSENT *entry, const void *context)
{
    (void)context;
    if (entry->fts_info == FTS_DP)
        return rmdir(entry->fts_accpath) == 0 ? 0 : errno;
    return unlink(entry->fts_accpath) == 0 || errno == ENOENT ? 0 : errno;
}

struct owner {
    uid_t user;
    gid_t group;
};

static int own_one(const FTSENT *entry, const void *context)
{
    const struct owner *owner = context;

    return lchown(entry->fts_accpath, owner->user, owner->group) == 0 ? 0 : errno;
}

enum err tree_remove(const char *path)
{
    return walk(path, remove_one, NULL);
}

enum err tree_own(const char *path, uid_t user, gid_t group)
{
    const struct owner owner = {user, group};

    return walk(path, own_one, &owner);
}
