/*
 * restore.c: contract in restore.h. Three steps: everything is unpacked beside its place, under the
 * name with «.restored» behind it; it is checked; then a list of renames moves what is there aside
 * and the new in, the snapshot last.
 */
#include "backup/restore.h"
#include "backup/layout.h"
#include "backup/moves.h"
#include "backup/pack.h"
#include "backup/tree.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "content/history.h"
#include "content/swap.h"
#include "directory/snapshot.h"
#include "directory/verify.h"
#include "tally/tally.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAGED ".restored"

struct restore {
    const struct settings *settings;
    struct restore_summary *summary;
    struct layout layout;
    struct layout_locks locks;
    struct moves moves;
    char *staged[LAYOUT__FILES]; /* where each of them is unpacked */
    char *staged_journal, *staged_content;
};

__attribute__((format(printf, 1, 2))) static char *text(const char *format, ...)
{
    va_list values;
    char *out;

    va_start(values, format);
    if (vasprintf(&out, format, values) < 0)
        out = NULL;
    va_end(values);
    return out;
}

/* --- where it is unpacked --- */

/* The settings lie in a folder that may not be ours to write; a tally that has no place here lies
 * beside the snapshot until it is removed. */
static char *staged_file(const struct restore *restore, enum layout_file place)
{
    if (place == LAYOUT_SETTINGS)
        return text("%s/vhod.ini" STAGED, restore->layout.state);
    if (restore->layout.files[place] == NULL)
        return text("%s/tally.db" STAGED, restore->layout.state);
    return text("%s" STAGED, restore->layout.files[place]);
}

static enum err choose_staging(struct restore *restore)
{
    bool good = true;

    for (int place = 0; place < LAYOUT__FILES; place++) {
        restore->staged[place] = staged_file(restore, (enum layout_file)place);
        good = good && restore->staged[place] != NULL;
    }
    restore->staged_journal = text("%s" STAGED, restore->layout.journal);
    restore->staged_content = text("%s" STAGED, restore->layout.content);
    return good && restore->staged_journal != NULL && restore->staged_content != NULL ? ERR_NONE
                                                                                      : ERR_MEMORY;
}

/* Also what a restore left that was broken off. */
static enum err clear_staging(const struct restore *restore)
{
    enum err err = ERR_NONE;

    for (int place = 0; place < LAYOUT__FILES && err == ERR_NONE; place++)
        if (restore->staged[place] != NULL)
            err = tree_remove(restore->staged[place]);
    if (err == ERR_NONE && restore->staged_journal != NULL)
        err = tree_remove(restore->staged_journal);
    if (err == ERR_NONE && restore->staged_content != NULL)
        err = tree_remove(restore->staged_content);
    return err;
}

/* The path of a file within one of the two folders; its own folder is made. */
static char *staged_in(const char *folder, const char *rest)
{
    char *path = file_path(folder, rest, NULL);
    char *parent = path != NULL ? file_folder(path) : NULL;

    if (parent == NULL || file_make_folder(parent) != ERR_NONE) {
        free(path);
        path = NULL;
    }
    free(parent);
    return path;
}

static char *place_of(void *context, const char *name)
{
    const struct restore *restore = context;

    for (int place = 0; place < LAYOUT__FILES; place++)
        if (strcmp(name, layout_names[place]) == 0)
            return strdup(restore->staged[place]);
    if (strncmp(name, LAYOUT_CONTENT, strlen(LAYOUT_CONTENT)) == 0)
        return staged_in(restore->staged_content, name + strlen(LAYOUT_CONTENT));
    if (strncmp(name, LAYOUT_JOURNAL, strlen(LAYOUT_JOURNAL)) == 0 &&
        strchr(name + strlen(LAYOUT_JOURNAL), '/') == NULL)
        return staged_in(restore->staged_journal, name + strlen(LAYOUT_JOURNAL));
    return NULL;
}

static enum err unpack(struct restore *restore, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    enum err err;

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        err = fd < 0 && errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID;
        log_error("restore: %s: %s", file, fd < 0 ? strerror(errno) : "is no regular file");
    } else {
        err = pack_read(fd, place_of, restore, restore->summary->made, &restore->summary->files);
    }
    if (fd >= 0)
        close(fd);
    return err;
}

/* --- is it good? --- */

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static enum err check_history(const char *path)
{
    struct history *history = NULL;
    enum err err = is_there(path) ? history_open(&history, path) : ERR_NONE;

    history_close(history);
    return err;
}

/* Opened as collect opens it: an older one is brought up to date, a newer one refused. */
static enum err check_tally(const struct restore *restore)
{
    const char *path = restore->staged[LAYOUT_TALLY];
    char *lock = text("%s.lock", path);
    struct tally *tally = NULL;
    enum err err = lock != NULL ? ERR_NONE : ERR_MEMORY;

    if (err == ERR_NONE && is_there(path)) {
        err = tally_open(&tally, path, restore->settings->site_timezone, true);
        tally_close(tally);
        unlink(lock);
    }
    free(lock);
    return err;
}

/* Its bytes are those of the backup, which was made of a whole snapshot: what is wrong with it can
 * only be that another version wrote it. */
static enum err check_snapshot(struct restore *restore)
{
    struct directory_facts facts;
    const char *path = restore->staged[LAYOUT_SNAPSHOT];
    enum err err = is_there(path) ? directory_verify(&facts, path) : ERR_NONE;

    if (err != ERR_DATABASE && err != ERR_INVALID) /* fine; or it could not be looked at */
        return err;
    restore->summary->no_snapshot = true;
    return tree_remove(path);
}

/* True if both hold the same bytes. */
static bool same_bytes(const char *one, const char *other)
{
    struct buffer left = BUFFER_INIT, right = BUFFER_INIT;
    bool same = file_read(&left, one, 1 << 20) == ERR_NONE &&
                file_read(&right, other, 1 << 20) == ERR_NONE && left.len == right.len &&
                memcmp(buffer_text(&left), buffer_text(&right), left.len) == 0;

    buffer_free(&left);
    buffer_free(&right);
    return same;
}

static enum err check(struct restore *restore)
{
    enum err err = check_history(restore->staged[LAYOUT_HISTORY]);

    if (err == ERR_NONE)
        err = check_tally(restore);
    if (err == ERR_NONE)
        err = check_snapshot(restore);
    restore->summary->settings_differ =
        is_there(restore->staged[LAYOUT_SETTINGS]) &&
        !same_bytes(restore->staged[LAYOUT_SETTINGS], restore->layout.files[LAYOUT_SETTINGS]);
    restore->summary->no_tally =
        restore->layout.files[LAYOUT_TALLY] == NULL && is_there(restore->staged[LAYOUT_TALLY]);
    return err;
}

/* --- whose it is --- */

static enum err own_like(const char *path, const char *folder)
{
    struct stat status;

    if (geteuid() != 0 || stat(folder, &status) != 0)
        return ERR_NONE;
    return tree_own(path, status.st_uid, status.st_gid);
}

static enum err own_all(const struct restore *restore)
{
    enum err err = own_like(restore->staged_content, restore->layout.content);

    if (err == ERR_NONE)
        err = own_like(restore->staged_journal, restore->layout.state);
    for (int place = 0; place < LAYOUT__FILES && err == ERR_NONE; place++)
        err = own_like(restore->staged[place], restore->layout.state);
    return err;
}

/* What was made here beside a file, the suffix says what, is not root's either. */
static enum err own_beside(const struct restore *restore, enum layout_file file, const char *suffix)
{
    const char *of = restore->layout.files[file];
    char *path = of != NULL ? text("%s%s", of, suffix) : NULL;
    enum err err = of == NULL     ? ERR_NONE
                   : path == NULL ? ERR_MEMORY
                                  : own_like(path, restore->layout.state);

    free(path);
    return err;
}

/* --- putting it in place --- */

/* What is there under the name with suffix goes aside. */
static enum err plan_aside(struct restore *restore, const char *path, const char *suffix)
{
    char *from = text("%s%s", path, suffix);
    char *to = text("%s%s%s", path, suffix, restore->summary->aside);
    enum err err = from != NULL && to != NULL ? moves_add(&restore->moves, from, to) : ERR_MEMORY;

    free(from);
    free(to);
    return err;
}

static enum err plan_swap(struct restore *restore, const char *staged, const char *path)
{
    enum err err = plan_aside(restore, path, "");

    return err == ERR_NONE ? moves_add(&restore->moves, staged, path) : err;
}

/* A journal of SQLite's that a killed writer left belongs to the file before. */
static enum err plan_database(struct restore *restore, enum layout_file place)
{
    const char *path = restore->layout.files[place];
    enum err err = path != NULL ? plan_aside(restore, path, "-journal") : ERR_NONE;

    return err == ERR_NONE && path != NULL ? plan_swap(restore, restore->staged[place], path) : err;
}

/* Each file of one folder to the other. */
static enum err plan_files(struct restore *restore, const char *from, const char *to)
{
    struct file_names names;
    enum err err = file_names(&names, from, "");

    if (err != ERR_NONE)
        return err == ERR_NOT_FOUND ? ERR_NONE : err;
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *old = file_path(from, names.names[i], NULL),
             *fresh = file_path(to, names.names[i], NULL);

        err = old != NULL && fresh != NULL ? moves_add(&restore->moves, old, fresh) : ERR_MEMORY;
        free(old);
        free(fresh);
    }
    file_names_free(&names);
    return err;
}

/* The folder itself stays: workers may append to its files, and to no other folder's. */
static enum err plan_journal(struct restore *restore)
{
    char *aside = text("%s%s", restore->layout.journal, restore->summary->aside);
    enum err err = aside != NULL ? file_make_folder(aside) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = own_like(aside, restore->layout.state);
    if (err == ERR_NONE)
        err = plan_files(restore, restore->layout.journal, aside);
    if (err == ERR_NONE)
        err = plan_files(restore, restore->staged_journal, restore->layout.journal);
    free(aside);
    return err;
}

/* Only where there are none: a host that was blocked since the backup stays blocked. */
static enum err plan_blocks(struct restore *restore)
{
    const char *path = restore->layout.files[LAYOUT_BLOCKS];

    return is_there(path) ? ERR_NONE
                          : moves_add(&restore->moves, restore->staged[LAYOUT_BLOCKS], path);
}

static enum err plan(struct restore *restore)
{
    const char *snapshot = restore->layout.files[LAYOUT_SNAPSHOT];
    enum err err = plan_swap(restore, restore->staged_content, restore->layout.content);

    if (err == ERR_NONE)
        err = plan_database(restore, LAYOUT_HISTORY);
    if (err == ERR_NONE)
        err = plan_database(restore, LAYOUT_TALLY);
    if (err == ERR_NONE)
        err = plan_swap(restore, restore->staged[LAYOUT_KEY], restore->layout.files[LAYOUT_KEY]);
    if (err == ERR_NONE)
        err = plan_blocks(restore);
    if (err == ERR_NONE)
        err = plan_journal(restore);
    if (err == ERR_NONE)
        err = plan_aside(restore, snapshot, DIRECTORY_GOOD_SUFFIX);
    return err == ERR_NONE ? plan_swap(restore, restore->staged[LAYOUT_SNAPSHOT], snapshot) : err;
}

/* On the disk before anything is moved, and after. */
static enum err sync_all(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && syncfs(fd) == 0;

    if (!good)
        log_error("restore: cannot sync %s: %s", folder, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good ? ERR_NONE : ERR_SYSTEM;
}

static enum err put_in_place(struct restore *restore)
{
    enum err err = own_all(restore);

    if (err == ERR_NONE)
        err = plan(restore);
    if (err == ERR_NONE)
        err = sync_all(restore->layout.state);
    if (err == ERR_NONE)
        err = moves_do(&restore->moves);
    if (err == ERR_NONE)
        err = sync_all(restore->layout.state);
    if (err == ERR_NONE && is_there(restore->layout.files[LAYOUT_SNAPSHOT]))
        err = swap_mend_copy(restore->layout.files[LAYOUT_SNAPSHOT]);
    if (err == ERR_NONE)
        err = own_beside(restore, LAYOUT_SNAPSHOT, DIRECTORY_GOOD_SUFFIX);
    if (err == ERR_NONE)
        err = own_beside(restore, LAYOUT_SNAPSHOT, ".lock");
    return err == ERR_NONE ? own_beside(restore, LAYOUT_TALLY, ".lock") : err;
}

/* --- all of it --- */

static void name_aside(struct restore_summary *summary)
{
    char now[21];

    clock_format(clock_now(), now);
    snprintf(summary->aside, sizeof summary->aside, ".before-%.4s%.2s%.2sT%.2s%.2s%.2s", now,
             now + 5, now + 8, now + 11, now + 14, now + 17);
}

/* On a machine that has none yet. */
static enum err make_folders(const struct restore *restore)
{
    const char *tally = restore->layout.files[LAYOUT_TALLY];
    char *folder = tally != NULL ? file_folder(tally) : NULL;
    enum err err = file_make_folder(restore->layout.state);

    if (err == ERR_NONE)
        err = file_make_folder(restore->layout.journal);
    if (err == ERR_NONE)
        err = own_like(restore->layout.journal, restore->layout.state);
    if (err == ERR_NONE && folder != NULL)
        err = file_make_folder(folder);
    free(folder);
    return err;
}

static void clean_up(struct restore *restore)
{
    if (restore->summary->settings_differ) { /* that one is left to look at */
        free(restore->staged[LAYOUT_SETTINGS]);
        restore->staged[LAYOUT_SETTINGS] = NULL;
    }
    (void)clear_staging(restore); /* logged */
    for (int place = 0; place < LAYOUT__FILES; place++)
        free(restore->staged[place]);
    free(restore->staged_journal);
    free(restore->staged_content);
    moves_free(&restore->moves);
    layout_unlock(&restore->locks);
    layout_free(&restore->layout);
}

enum err backup_restore(const struct settings *settings, const char *data, const char *file,
                        struct restore_summary *summary)
{
    struct restore restore = {.settings = settings, .summary = summary, .locks = LAYOUT_LOCKS_INIT};
    enum err err;

    *summary = (struct restore_summary){.files = 0};
    name_aside(summary);
    err = layout_find(&restore.layout, settings, data);
    if (err == ERR_NONE)
        err = make_folders(&restore);
    if (err == ERR_NONE)
        err = layout_lock(&restore.locks, &restore.layout);
    if (err == ERR_NONE)
        err = choose_staging(&restore);
    if (err == ERR_NONE)
        err = clear_staging(&restore);
    if (err == ERR_NONE)
        err = unpack(&restore, file);
    if (err == ERR_NONE)
        err = check(&restore);
    if (err == ERR_NONE)
        err = put_in_place(&restore);
    if (err != ERR_NONE)
        summary->settings_differ = false;
    clean_up(&restore);
    return err;
}
