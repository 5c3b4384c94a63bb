/*
 * tree.c: contract in tree.h.
 */
#include "backup/tree.h"
#include "base/file.h"
#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is done to one file or, behind all that is in it, folder: 0, or errno. */
typedef int act_on(const char *path, const struct stat *status, const void *context);

static enum err walk(const char *path, act_on *one, const void *context);

/* Not with fts(3): glibc's writes through NULL when memory runs out. */
static enum err walk_folder(const char *path, act_on *one, const void *context)
{
    DIR *stream = opendir(path);
    const struct dirent *entry = NULL;
    enum err err = ERR_NONE;

    while (stream != NULL && err == ERR_NONE && (errno = 0, entry = readdir(stream)) != NULL) {
        char *below;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        below = file_path(path, entry->d_name, NULL);
        err = below != NULL ? walk(below, one, context) : ERR_MEMORY;
        free(below);
    }
    if (err == ERR_NONE && entry == NULL && errno != 0) {
        log_error("restore: %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (stream != NULL)
        closedir(stream);
    return err;
}

static enum err walk(const char *path, act_on *one, const void *context)
{
    struct stat status;
    enum err err = ERR_NONE;
    int cause = lstat(path, &status) == 0 ? 0 : errno;

    if (cause == ENOENT)
        return ERR_NONE;
    if (cause == 0 && S_ISDIR(status.st_mode))
        err = walk_folder(path, one, context);
    if (cause == 0 && err == ERR_NONE)
        cause = one(path, &status, context);
    if (cause == 0 || err != ERR_NONE)
        return err;
    log_error("restore: %s: %s", path, strerror(cause));
    return ERR_SYSTEM;
}

static int remove_one(const char *path, const struct stat *status, const void *context)
{
    (void)context;
    if (S_ISDIR(status->st_mode))
        return rmdir(path) == 0 ? 0 : errno;
    return unlink(path) == 0 || errno == ENOENT ? 0 : errno;
}

struct owner {
    uid_t user;
    gid_t group;
};

static int own_one(const char *path, const struct stat *status, const void *context)
{
    const struct owner *owner = context;

    (void)status;
    return lchown(path, owner->user, owner->group) == 0 ? 0 : errno;
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
