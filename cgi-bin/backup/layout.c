/*
 * layout.c: contract in layout.h.
 */
#include "backup/layout.h"
#include "base/file.h"
#include "base/log.h"
#include "probe/block.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 100
#define LOCK_PAUSE 200000000L /* nanoseconds */

const char *const layout_names[LAYOUT__FILES] = {
    [LAYOUT_SNAPSHOT] = "state/directory.db", [LAYOUT_HISTORY] = "state/history.db",
    [LAYOUT_KEY] = "state/report.key",        [LAYOUT_TALLY] = "tally/tally.db",
    [LAYOUT_SETTINGS] = "settings/vhod.ini",  [LAYOUT_BLOCKS] = "state/blocks.json",
};

enum err layout_find(struct layout *out, const struct settings *settings, const char *data)
{
    enum err err;

    *out = (struct layout){.state = strdup(settings->path_state), .content = strdup(data)};
    out->journal = settings_state_file(settings, "journal");
    out->files[LAYOUT_SNAPSHOT] = settings_state_file(settings, "directory.db");
    out->files[LAYOUT_HISTORY] = settings_state_file(settings, "history.db");
    out->files[LAYOUT_KEY] = settings_state_file(settings, "report.key");
    out->files[LAYOUT_BLOCKS] = settings_state_file(settings, BLOCKS_FILE);
    out->files[LAYOUT_SETTINGS] = strdup(settings->file);
    err = settings_tally_file(settings, &out->files[LAYOUT_TALLY]);
    for (int place = 0; place < LAYOUT__FILES && err == ERR_NONE; place++)
        if (out->files[place] == NULL && place != LAYOUT_TALLY)
            err = ERR_MEMORY;
    if (out->state == NULL || out->content == NULL || out->journal == NULL)
        err = ERR_MEMORY;
    if (err != ERR_NONE)
        layout_free(out);
    return err;
}

void layout_free(struct layout *layout)
{
    for (int place = 0; place < LAYOUT__FILES; place++)
        free(layout->files[place]);
    free(layout->state);
    free(layout->journal);
    free(layout->content);
    *layout = (struct layout){.state = NULL};
}

/* Tries for some seconds; 0, or errno. */
static int wait_for_lock(int fd)
{
    static const struct timespec pause_time = {0, LOCK_PAUSE};

    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return 0;
        if (errno != EWOULDBLOCK)
            return errno;
        nanosleep(&pause_time, NULL);
    }
    return EWOULDBLOCK;
}

/* The locks of content/swap.h and tally/tally.h: a file beside, and flock(2) on it. */
static enum err take(int *fd, const char *of, const char *who)
{
    char *path = NULL;
    int cause;

    if (asprintf(&path, "%s.lock", of) < 0)
        return ERR_MEMORY;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    cause = *fd < 0 ? errno : wait_for_lock(*fd);
    if (cause != 0)
        log_error("backup: %s: %s", path, cause == EWOULDBLOCK ? who : strerror(cause));
    free(path);
    return cause == 0 ? ERR_NONE : cause == EWOULDBLOCK ? ERR_BUSY : ERR_SYSTEM;
}

enum err layout_lock(struct layout_locks *locks, const struct layout *layout)
{
    enum err err =
        take(&locks->publish, layout->files[LAYOUT_SNAPSHOT], "a publish takes too long");

    if (err == ERR_NONE && layout->files[LAYOUT_TALLY] != NULL)
        err = take(&locks->collect, layout->files[LAYOUT_TALLY], "a collector takes too long");
    return err;
}

void layout_unlock(struct layout_locks *locks)
{
    if (locks->publish >= 0)
        close(locks->publish);
    if (locks->collect >= 0)
        close(locks->collect);
    *locks = LAYOUT_LOCKS_INIT;
}
