/*
 * swap.c: lock, empty file, copy, rename. Contract: swap.h.
 */
#include "content/swap.h"
#include "base/file.h"
#include "base/log.h"
#include "directory/image.h"
#include "directory/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SNAPSHOT_MODE 0644

/* The lock file stays: removing it would make two locks. The lock is one that no child inherits: a
 * comparison (difference.c) may outlive a publisher that is killed. */
enum err swap_lock(int *fd, const char *snapshot)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char *path = NULL;
    enum err err = ERR_NONE;

    if (asprintf(&path, "%s.lock", snapshot) < 0)
        return ERR_MEMORY;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*fd < 0 || fcntl(*fd, F_SETLK, &whole) != 0) {
        err = *fd >= 0 && (errno == EAGAIN || errno == EACCES) ? ERR_BUSY : ERR_SYSTEM;
        log_error("cannot lock %s: %s", path,
                  err == ERR_BUSY ? "another publish is running" : strerror(errno));
    }
    free(path);
    return err;
}

enum err swap_refuse_journals(const char *snapshot)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *path = NULL;
        bool there;

        if (asprintf(&path, "%s%s", snapshot, suffixes[i]) < 0)
            return ERR_MEMORY;
        there = access(path, F_OK) == 0;
        if (there)
            log_error(
                "%s exists: some program has opened the snapshot for writing; end it, remove the"
                " file, and publish again",
                path);
        free(path);
        if (there)
            return ERR_DATABASE;
    }
    return ERR_NONE;
}

/* Under the lock, a file that is there is a killed publisher's. */
enum err swap_make_empty(const char *path)
{
    int fd;

    if (unlink(path) == 0)
        log_warning("removed %s, left by a publish that did not end", path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        log_error("cannot make %s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    /* whatever umask the publisher has: the programs that read it are other users */
    if (fchmod(fd, SNAPSHOT_MODE) != 0) {
        log_error("cannot make %s readable: %s", path, strerror(errno));
        close(fd);
        return ERR_SYSTEM;
    }
    close(fd);
    return ERR_NONE;
}

/* Copies what was read and found good, not what may lie there by now. */
static enum err keep_copy(const struct image *image, const char *snapshot)
{
    char *path = NULL;
    enum err err;

    if (asprintf(&path, "%s%s", snapshot, DIRECTORY_GOOD_SUFFIX) < 0)
        return ERR_MEMORY;
    err = file_replace(path, image->bytes, image->len);
    if (err == ERR_NONE && chmod(path, SNAPSHOT_MODE) != 0) {
        log_error("cannot make %s readable: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    free(path);
    return err;
}

static enum err put_in_place(const char *made, const char *snapshot)
{
    char *folder = file_folder(snapshot); /* before the rename: after it, nothing may go wrong */
    enum err err = folder != NULL ? ERR_NONE : ERR_MEMORY;

    if (err == ERR_NONE && rename(made, snapshot) != 0) {
        log_error("cannot rename %s to %s: %s", made, snapshot, strerror(errno));
        err = ERR_SYSTEM;
    } else if (err == ERR_NONE && file_sync(folder) != ERR_NONE) {
        log_error("%s is in place, but its folder could not be synced: after a power cut it may be "
                  "the one before",
                  snapshot);
        err = ERR_SYSTEM;
    }
    free(folder);
    return err;
}

enum err swap_in(const char *made, const char *snapshot)
{
    struct image image = IMAGE_INIT;
    sqlite3 *db = NULL;
    char identity[DIGEST_HEX_SIZE];
    enum err err = image_load(&image, &db, made, identity);

    sqlite3_close(db);
    if (err == ERR_NONE)
        err = keep_copy(&image, snapshot);
    /* as late as can be: one may have come while the new file was built */
    if (err == ERR_NONE)
        err = swap_refuse_journals(snapshot);
    if (err == ERR_NONE)
        err = put_in_place(made, snapshot);
    image_free(&image);
    return err;
}

enum err swap_mend_copy(const char *snapshot)
{
    struct image image = IMAGE_INIT, copy = IMAGE_INIT;
    char *path = NULL;
    enum err err = asprintf(&path, "%s%s", snapshot, DIRECTORY_GOOD_SUFFIX) < 0
                       ? ERR_MEMORY
                       : image_read(&image, snapshot);

    if (err == ERR_NONE && (image_read(&copy, path) != ERR_NONE || copy.len != image.len ||
                            memcmp(copy.bytes, image.bytes, copy.len) != 0))
        err = keep_copy(&image, snapshot);
    image_free(&image);
    image_free(&copy);
    free(path);
    return err;
}
