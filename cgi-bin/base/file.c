/*
 * file.c: whole files in and out, folders made and listed. Paths come from settings or from the
 * program, never from a visitor. It does not lock and does not watch.
 */
#include "base/file.h"
#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names tried for a temporary file before giving up: only leftovers of killed processes that had
 * our process number can be in the way. */
#define TEMPORARY_TRIES 100

/* Opens for reading; a pipe or device must not block us before fstat sees what it is. */
static enum err open_to_read(int *fd, const char *path)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd >= 0)
        return ERR_NONE;
    if (errno == ENOENT || errno == ENOTDIR)
        return ERR_NOT_FOUND;
    log_error("cannot open %s: %s", path, strerror(errno));
    return ERR_SYSTEM;
}

/* Reads to the end; the file may grow under us, so max is checked on what really came. */
static enum err read_all(struct buffer *out, int fd, const char *path, size_t expected, size_t max)
{
    size_t before = out->len;

    for (;;) {
        size_t have = out->len - before;
        size_t want = have <= expected ? expected - have + 1 : 4096;
        char *room = buffer_reserve(out, want);
        ssize_t got;

        if (room == NULL)
            return ERR_MEMORY;
        got = read(fd, room, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            log_error("cannot read %s: %s", path, strerror(errno));
            return ERR_SYSTEM;
        }
        if (got == 0)
            return ERR_NONE;
        if ((size_t)got > max - have)
            return ERR_LIMIT;
        buffer_grew(out, (size_t)got);
    }
}

enum err file_read(struct buffer *out, const char *path, size_t max)
{
    size_t before = out->len;
    struct stat status;
    enum err err;
    int fd = -1;

    err = open_to_read(&fd, path);
    if (err != ERR_NONE)
        return err;
    if (fstat(fd, &status) != 0) {
        log_error("cannot examine %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    } else if (!S_ISREG(status.st_mode)) {
        err = ERR_INVALID;
    } else if (status.st_size < 0 || (unsigned long long)status.st_size > max) {
        err = ERR_LIMIT;
    } else {
        err = read_all(out, fd, path, (size_t)status.st_size, max);
    }
    close(fd);
    if (err != ERR_NONE)
        buffer_cut(out, before);
    return err;
}

/* Length of the folder part of path, without the slash; 0 if there is none. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return 0;
    return slash == path ? 1 : (size_t)(slash - path);
}

char *file_folder(const char *path)
{
    size_t len = folder_length(path);

    return len == 0 ? strdup(".") : strndup(path, len);
}

/* Makes a new hidden file beside path, so that the later rename stays within one file system and
 * file_names() never lists a half-written file. *name is the caller's to free. */
static enum err open_temporary(int *fd, char **name, const char *path)
{
    size_t folder = folder_length(path);
    const char *base = strrchr(path, '/');
    char *made = NULL;

    base = base == NULL ? path : base + 1;
    for (int try = 0; try < TEMPORARY_TRIES; try++) {
        if (asprintf(&made, "%.*s%s.%s.%ld-%d.tmp", (int)folder, path, folder == 0 ? "" : "/", base,
                     (long)getpid(), try) < 0)
            return ERR_MEMORY;
        *fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (*fd >= 0) {
            *name = made;
            return ERR_NONE;
        }
        if (errno != EEXIST)
            break;
        free(made);
        made = NULL;
    }
    log_error("cannot make a temporary file beside %s: %s", path, strerror(errno));
    free(made);
    return ERR_SYSTEM;
}

static enum err write_all(int fd, const char *path, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            log_error("cannot write %s: %s", path, strerror(errno));
            return ERR_SYSTEM;
        }
        data += put;
        len -= (size_t)put;
    }
    if (fsync(fd) != 0) {
        log_error("cannot fsync %s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    return ERR_NONE;
}

static enum err sync_folder_of(const char *path)
{
    char *folder = file_folder(path);
    enum err err;

    if (folder == NULL)
        return ERR_MEMORY;
    err = file_sync(folder);
    free(folder);
    return err;
}

enum err file_replace(const char *path, const void *data, size_t len)
{
    char *temporary = NULL;
    enum err err;
    int fd = -1;

    err = open_temporary(&fd, &temporary, path);
    if (err != ERR_NONE)
        return err;
    err = write_all(fd, temporary, data, len);
    if (close(fd) != 0 && err == ERR_NONE) {
        log_error("cannot close %s: %s", temporary, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (err == ERR_NONE && rename(temporary, path) != 0) {
        log_error("cannot rename %s to %s: %s", temporary, path, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (err != ERR_NONE)
        unlink(temporary);
    free(temporary);
    if (err == ERR_NONE)
        err = sync_folder_of(path);
    return err;
}

enum err file_sync(const char *path)
{
    enum err err = ERR_NONE;
    int fd = -1;

    err = open_to_read(&fd, path);
    if (err != ERR_NONE)
        return err;
    /* EINVAL: this file system cannot sync such an object (some network folders), so there is
     * nothing that could be done better. */
    if (fsync(fd) != 0 && errno != EINVAL) {
        log_error("cannot fsync %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    close(fd);
    return err;
}

/* One level. */
static enum err make_one(const char *path)
{
    struct stat status;

    if (mkdir(path, 0755) == 0)
        return ERR_NONE;
    if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return ERR_NONE;
    log_error("cannot make the folder %s: %s", path, strerror(errno));
    return ERR_SYSTEM;
}

enum err file_make_folder(const char *path)
{
    enum err err = ERR_NONE;
    char *copy;

    if (path[0] == '\0') {
        log_error("cannot make a folder with an empty name");
        return ERR_SYSTEM;
    }
    copy = strdup(path);
    if (copy == NULL)
        return ERR_MEMORY;
    for (char *slash = strchr(copy + 1, '/'); slash != NULL && err == ERR_NONE;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        err = make_one(copy);
        *slash = '/';
    }
    if (err == ERR_NONE)
        err = make_one(copy);
    free(copy);
    return err;
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t len = strlen(name);
    size_t suffix_len = strlen(suffix);

    return len >= suffix_len && memcmp(name + len - suffix_len, suffix, suffix_len) == 0;
}

static int by_bytes(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;

    return strcmp(*a, *b);
}

/* Grows by doubling; capacity is kept by the caller. */
static enum err add_name(struct file_names *out, size_t *capacity, const char *name)
{
    if (out->count == *capacity) {
        size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
        char **names = reallocarray(out->names, wanted, sizeof *names);

        if (names == NULL)
            return ERR_MEMORY;
        out->names = names;
        *capacity = wanted;
    }
    out->names[out->count] = strdup(name);
    if (out->names[out->count] == NULL)
        return ERR_MEMORY;
    out->count++;
    return ERR_NONE;
}

static enum err collect_names(struct file_names *out, DIR *stream, const char *folder,
                              const char *suffix)
{
    size_t capacity = 0;
    struct dirent *entry;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && (errno = 0, entry = readdir(stream)) != NULL)
        if (entry->d_name[0] != '.' && ends_in(entry->d_name, suffix))
            err = add_name(out, &capacity, entry->d_name);
    if (err == ERR_NONE && errno != 0) {
        log_error("cannot list %s: %s", folder, strerror(errno));
        err = ERR_SYSTEM;
    }
    return err;
}

enum err file_names(struct file_names *out, const char *folder, const char *suffix)
{
    enum err err;
    DIR *stream;

    out->names = NULL;
    out->count = 0;
    stream = opendir(folder);
    if (stream == NULL && (errno == ENOENT || errno == ENOTDIR))
        return ERR_NOT_FOUND;
    if (stream == NULL) {
        log_error("cannot open the folder %s: %s", folder, strerror(errno));
        return ERR_SYSTEM;
    }
    err = collect_names(out, stream, folder, suffix);
    closedir(stream);
    if (err != ERR_NONE)
        file_names_free(out);
    else if (out->count > 1)
        qsort(out->names, out->count, sizeof *out->names, by_bytes);
    return err;
}

void file_names_free(struct file_names *names)
{
    if (names == NULL)
        return;
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    names->names = NULL;
    names->count = 0;
}

char *file_path(const char *folder, const char *name, const char *suffix)
{
    size_t len = strlen(folder);
    const char *slash = len > 0 && folder[len - 1] == '/' ? "" : "/";
    char *path = NULL;

    if (asprintf(&path, "%s%s%s%s", folder, slash, name, suffix == NULL ? "" : suffix) < 0)
        return NULL;
    return path;
}
