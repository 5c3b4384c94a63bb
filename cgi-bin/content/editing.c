/*
 * editing.c: lock, compare, check, replace, commit. Contract: editing.h.
 */
#include "content/editing.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "content/publish.h"
#include "content/trial.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_FILE    "edit.lock"
#define LOCK_MS      5000 /* a check of the whole content takes a fraction of a second */
#define LOCK_STEP_NS 20000000L

struct editing {
    const char *data;
    char *snapshot;
    int lock;
    struct repository *repository;
};

/* What may be edited: a folder ("" is data itself), and how its files end. */
static const struct {
    const char *folder, *suffix;
} places[] = {{"regions", ".ini"}, {"portals", ".ini"},  {"contacts", ".ini"}, {"notices", ".ini"},
              {"guides", ".md"},   {"questions", ".md"}, {"pages", ".md"},     {"figures", ".svg"},
              {"", ".tsv"},        {"", "logo.svg"}};

bool editing_may(const char *path)
{
    const char *slash = strchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t folder = slash != NULL ? (size_t)(slash - path) : 0, len = strlen(name);

    if (*name == '.' || *name == '\0' || strchr(name, '/') != NULL)
        return false;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t end = strlen(places[i].suffix);

        if (strlen(places[i].folder) == folder && strncmp(path, places[i].folder, folder) == 0 &&
            len >= end && strcmp(name + len - end, places[i].suffix) == 0 &&
            (len > end || *places[i].suffix != '.'))
            return true;
    }
    return false;
}

/* --- begin and end --- */

static enum err take_lock(struct editing *editing, const char *state)
{
    static const struct timespec step = {0, LOCK_STEP_NS};
    char *path = file_path(state, LOCK_FILE, "");
    int64_t limit = clock_monotonic_ms() + LOCK_MS;
    enum err err = path != NULL ? file_make_folder(state) : ERR_MEMORY;

    if (err == ERR_NONE) {
        editing->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        while (editing->lock >= 0 && flock(editing->lock, LOCK_EX | LOCK_NB) != 0 &&
               err == ERR_NONE) {
            if (clock_monotonic_ms() > limit)
                err = ERR_BUSY;
            else
                nanosleep(&step, NULL);
        }
        if (editing->lock < 0) {
            log_error("cannot lock %s: %s", path, strerror(errno));
            err = ERR_SYSTEM;
        }
    }
    free(path);
    return err;
}

enum err editing_begin(struct editing **out, const struct settings *settings)
{
    struct editing *editing = calloc(1, sizeof *editing);
    bool made;
    enum err err;

    *out = NULL;
    if (editing == NULL)
        return ERR_MEMORY;
    editing->lock = -1;
    editing->data = settings->path_data;
    editing->snapshot = settings_state_file(settings, "directory.db");
    err = editing->snapshot != NULL ? take_lock(editing, settings->path_state) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = repository_open(&editing->repository, settings->path_data, settings->path_state,
                              settings->site_host);
    if (err == ERR_NONE)
        err = repository_commit(editing->repository, "", translated("by hand"), &made);
    if (err != ERR_NONE) {
        editing_end(editing);
        return err;
    }
    *out = editing;
    return ERR_NONE;
}

void editing_end(struct editing *editing)
{
    if (editing == NULL)
        return;
    repository_free(editing->repository);
    if (editing->lock >= 0)
        close(editing->lock);
    free(editing->snapshot);
    free(editing);
}

struct repository *editing_repository(struct editing *editing)
{
    return editing->repository;
}

/* --- one file --- */

enum err editing_read(struct editing *editing, const char *path, struct buffer *out,
                      char digest[static DIGEST_HEX_SIZE])
{
    char *name = editing_may(path) ? file_path(editing->data, path, "") : NULL;
    size_t before = out->len;
    enum err err;

    digest[0] = '\0';
    if (name == NULL)
        return editing_may(path) ? ERR_MEMORY : ERR_LIMIT;
    err = file_read(out, name, EDITING_FILE_MAX);
    if (err == ERR_NONE)
        digest_hex(out->data + before, out->len - before, digest);
    free(name);
    return err;
}

/* ERR_BUSY if the file is not what was seen; *same if it holds the new text already. */
static enum err compare(struct editing *editing, const struct editing_change *change, bool *same)
{
    struct buffer now = BUFFER_INIT;
    char digest[DIGEST_HEX_SIZE];
    enum err err = editing_read(editing, change->path, &now, digest);

    if (err == ERR_NOT_FOUND)
        err = ERR_NONE;
    if (err == ERR_NONE) {
        *same = change->text == NULL ? *digest == '\0'
                                     : *digest != '\0' && now.len == strlen(change->text) &&
                                           memcmp(now.data, change->text, now.len) == 0;
        if (!*same && strcmp(digest, change->seen) != 0)
            err = ERR_BUSY;
    }
    buffer_free(&now);
    return err;
}

/* --- the check --- */

/* True if a list has a fault like that one: of the same place and words; lines may have moved. */
static bool have(struct faults *faults, const struct fault_view *wanted)
{
    struct fault_view fault;

    for (size_t i = 0; faults_view(faults, i, &fault); i++) {
        if (!fault.warning && strcmp(fault.file, wanted->file) == 0 &&
            strcmp(fault.message, wanted->message) == 0)
            return true;
    }
    return false;
}

/* Adds to faults what of after is not in before. */
static void add_new(struct faults *faults, struct faults *before, struct faults *after)
{
    struct fault_view fault;

    for (size_t i = 0; faults_view(after, i, &fault); i++) {
        if (!fault.warning && !have(before, &fault))
            faults_add(faults, fault.file, fault.line, fault.section, fault.key, "%s",
                       fault.message);
    }
}

static struct trial_file file_of(const struct editing_change *change)
{
    return (struct trial_file){change->path, change->text,
                               change->text != NULL ? strlen(change->text) : 0};
}

/* Faults of the content with the change that it does not have without: whoever finds other people's
 * faults there can still mend his own file. */
enum err editing_try(struct editing *editing, const struct editing_change *change,
                     struct faults *faults)
{
    const struct trial_file file = file_of(change);
    struct faults *before = NULL, *after = NULL;
    enum err err = faults_new(&after);

    if (err == ERR_NONE)
        err = trial_check(editing->data, editing->snapshot, &file, 1, after);
    if (err == ERR_NONE && faults_count(after) > 0) {
        err = faults_new(&before);
        if (err == ERR_NONE)
            err = content_check(editing->data, editing->snapshot, before, NULL);
        if (err == ERR_INVALID)
            err = ERR_NONE;
        if (err == ERR_NONE)
            add_new(faults, before, after);
    }
    faults_free(before);
    faults_free(after);
    return err;
}

/* --- the change --- */

enum err editing_make(struct editing *editing, const struct editing_change *change,
                      struct faults *faults, bool *made)
{
    const struct trial_file file = file_of(change);
    size_t before = faults_count(faults);
    bool same = false;
    enum err err;

    *made = false;
    if (!editing_may(change->path))
        return ERR_LIMIT;
    err = compare(editing, change, &same);
    if (err != ERR_NONE || same)
        return err;
    err = editing_try(editing, change, faults);
    if (err == ERR_NONE && faults_count(faults) > before)
        err = ERR_INVALID;
    if (err == ERR_NONE)
        err = trial_put(editing->data, &file);
    if (err == ERR_NONE)
        err = repository_commit(editing->repository, change->user, change->reason, made);
    return err;
}
