/*
 * save.c: contract in save.h.
 *
 * Databases are copied into a hidden folder of the state first, because the head of a file in a tar
 * archive says how long it is. Journal files grow meanwhile: of each, what is there and whole.
 */
#include "backup/save.h"
#include "backup/copy.h"
#include "backup/layout.h"
#include "backup/pack.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "content/history.h"
#include "directory/verify.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 8    /* of folders in the content */
#define TAIL_MAX  4096 /* no line of a journal is longer */

struct save {
    struct layout layout;
    struct layout_locks locks;
    struct pack *pack;
    char *copies[LAYOUT__FILES]; /* of databases; NULL: none */
};

/* --- one file --- */

/* Opens a regular file; ERR_NOT_FOUND is not logged. */
static enum err open_file(const char *path, int *fd, struct stat *status)
{
    enum err err = ERR_NONE;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0 && errno == ENOENT)
        return ERR_NOT_FOUND;
    if (*fd < 0 || fstat(*fd, status) != 0) {
        log_error("backup: %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    } else if (!S_ISREG(status->st_mode)) {
        log_error("backup: %s: is no regular file", path);
        err = ERR_INVALID;
    }
    if (err != ERR_NONE && *fd >= 0)
        close(*fd);
    return err;
}

static enum err add_file(struct save *save, const char *name, const char *path)
{
    struct stat status;
    int fd;
    enum err err = open_file(path, &fd, &status);

    if (err != ERR_NONE)
        return err;
    err = pack_add(save->pack, name, fd, status.st_size, status.st_mode);
    close(fd);
    return err;
}

/* --- the journal --- */

/* Up to and with the last line end: what is behind it is being written. */
static enum err whole_lines(int fd, const char *path, int64_t *size)
{
    char tail[TAIL_MAX];
    size_t want = *size < TAIL_MAX ? (size_t)*size : TAIL_MAX;
    ssize_t got = pread(fd, tail, want, *size - (off_t)want);
    const char *end;

    if (got != (ssize_t)want) {
        log_error("backup: %s: %s", path, got < 0 ? strerror(errno) : "became shorter");
        return ERR_SYSTEM;
    }
    end = memrchr(tail, '\n', want);
    if (end != NULL)
        *size -= (int64_t)(want - (size_t)(end + 1 - tail));
    else if (*size < TAIL_MAX)
        *size = 0;
    return ERR_NONE;
}

static enum err add_journal(struct save *save, const char *name, const char *path)
{
    struct stat status;
    int64_t size;
    int fd;
    enum err err = open_file(path, &fd, &status);

    if (err != ERR_NONE)
        return err;
    size = status.st_size;
    err = whole_lines(fd, path, &size);
    if (err == ERR_NONE)
        err = pack_add(save->pack, name, fd, size, status.st_mode);
    close(fd);
    return err;
}

/* --- folders --- */

typedef enum err add_one(struct save *save, const char *name, const char *path);

static enum err add_folder(struct save *save, const char *prefix, const char *folder,
                           const char *suffix, int depth, add_one *add);

/* A file, or a folder where there may be some (depth above 0). */
static enum err add_any(struct save *save, const char *name, const char *path, int depth,
                        add_one *add)
{
    struct buffer prefix = BUFFER_INIT;
    struct stat status;
    enum err err;

    if (depth == 0 || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return add(save, name, path);
    buffer_printf(&prefix, "%s/", name);
    err = buffer_failed(&prefix) ? ERR_MEMORY
                                 : add_folder(save, buffer_text(&prefix), path, "", depth - 1, add);
    buffer_free(&prefix);
    return err;
}

/* The files of a folder by name. A folder that is not there holds none. */
static enum err add_folder(struct save *save, const char *prefix, const char *folder,
                           const char *suffix, int depth, add_one *add)
{
    struct file_names names;
    enum err err = file_names(&names, folder, suffix);

    if (err != ERR_NONE)
        return err == ERR_NOT_FOUND ? ERR_NONE : err;
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *name = NULL, *path = file_path(folder, names.names[i], NULL);

        if (path == NULL || asprintf(&name, "%s%s", prefix, names.names[i]) < 0)
            err = ERR_MEMORY;
        else
            err = add_any(save, name, path, depth, add);
        free(path);
        free(name);
    }
    file_names_free(&names);
    return err;
}

/* --- databases --- */

/* Copies lie beside what is copied, in a name of ours that a backup that was killed may have left.
 */
static enum err copy(struct save *save, enum layout_file place)
{
    enum err err;

    if (save->layout.files[place] == NULL)
        return ERR_NONE;
    if (asprintf(&save->copies[place], "%s.backup", save->layout.files[place]) < 0) {
        save->copies[place] = NULL;
        return ERR_MEMORY;
    }
    unlink(save->copies[place]);
    err = copy_database(save->layout.files[place], save->copies[place]);
    if (err == ERR_NOT_FOUND) {
        free(save->copies[place]);
        save->copies[place] = NULL;
        err = ERR_NONE;
    }
    return err;
}

/* The archive's chain of digests, which SQLite knows nothing of. */
static enum err check_history(const struct save *save)
{
    struct history *history = NULL;
    enum err err = ERR_NONE;

    if (save->copies[LAYOUT_HISTORY] != NULL)
        err = history_open(&history, save->copies[LAYOUT_HISTORY]);
    history_close(history);
    return err;
}

static enum err check_snapshot(const struct save *save)
{
    struct directory_facts facts;
    enum err err = directory_verify(&facts, save->layout.files[LAYOUT_SNAPSHOT]);

    if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    if (err != ERR_NONE)
        log_error("backup: the snapshot is not what was published: run vhod publish first");
    return err;
}

static enum err prepare(struct save *save)
{
    enum err err = layout_lock(&save->locks, &save->layout);

    if (err == ERR_NONE)
        err = check_snapshot(save);
    if (err == ERR_NONE)
        err = copy(save, LAYOUT_HISTORY);
    if (err == ERR_NONE)
        err = check_history(save);
    if (err == ERR_NONE)
        err = copy(save, LAYOUT_TALLY);
    return err;
}

/* --- all of it --- */

static enum err add_files(struct save *save)
{
    enum err err = ERR_NONE;

    for (int place = 0; place < LAYOUT__FILES && err == ERR_NONE; place++) {
        bool is_copied = place == LAYOUT_HISTORY || place == LAYOUT_TALLY;
        const char *path = is_copied ? save->copies[place] : save->layout.files[place];

        err = path != NULL ? add_file(save, layout_names[place], path) : ERR_NONE;
        if (err == ERR_NOT_FOUND) /* nothing was published, no page was served yet */
            err = ERR_NONE;
    }
    if (err == ERR_NONE)
        err = add_folder(save, LAYOUT_JOURNAL, save->layout.journal, ".log", 0, add_journal);
    if (err == ERR_NONE)
        err = add_folder(save, LAYOUT_CONTENT, save->layout.content, "", DEPTH_MAX, add_file);
    return err;
}

static void clean_up(struct save *save)
{
    for (int place = 0; place < LAYOUT__FILES; place++)
        if (save->copies[place] != NULL) {
            unlink(save->copies[place]);
            free(save->copies[place]);
        }
    pack_free(save->pack);
    layout_unlock(&save->locks);
    layout_free(&save->layout);
}

static enum err finish(struct save *save, int fd, struct save_summary *summary)
{
    const struct manifest *manifest;
    enum err err = pack_finish(save->pack, &manifest);

    if (err == ERR_NONE && fsync(fd) != 0 && errno != EINVAL && errno != EROFS) {
        log_error("backup: fsync: %s", strerror(errno));
        err = ERR_SYSTEM;
    }
    *summary = (struct save_summary){manifest->files, manifest->bytes,
                                     save->layout.files[LAYOUT_TALLY] == NULL};
    return err;
}

enum err backup_save(const struct settings *settings, const char *data, int fd,
                     struct save_summary *summary)
{
    struct save save = {.locks = LAYOUT_LOCKS_INIT};
    char made[21];
    enum err err = layout_find(&save.layout, settings, data);

    clock_format(clock_now(), made);
    if (err == ERR_NONE)
        err = prepare(&save);
    if (err == ERR_NONE)
        err = pack_open(&save.pack, fd, made);
    if (err == ERR_NONE)
        err = add_files(&save);
    if (err == ERR_NONE)
        err = finish(&save, fd, summary);
    clean_up(&save);
    return err;
}
