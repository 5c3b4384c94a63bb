/*
 * backup.c: vhod backup: all that a site has in one file. The file is made by who calls, may be by
 * root; what is read, is read as the owner of the state.
 */
#include "backup/save.h"
#include "base/log.h"
#include "base/message.h"
#include "base/privilege.h"
#include "commands/commands.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is being written; for withdraw(), which also runs when the process ends: libarchive ends it
 * by itself when memory runs out. */
static struct {
    int fd;
    const char *path; /* NULL: there is nothing to take back */
} unfinished;

/* A file that is no backup must not look like one, also where it cannot be removed any more. */
static void withdraw(void)
{
    const char *path = unfinished.path;

    unfinished.path = NULL;
    if (path != NULL &&
        (ftruncate(unfinished.fd, 0) != 0 || (unlink(path) != 0 && errno != EACCES)))
        log_error("backup: %s: %s; it is no backup", path, strerror(errno));
}

enum err command_backup(const struct job *job)
{
    struct save_summary summary = {0};
    const char *path = job->words[0];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum err err;

    if (fd < 0) {
        log_error("backup: cannot make %s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    unfinished.fd = fd;
    unfinished.path = path;
    err = atexit(withdraw) == 0 ? privilege_become_owner(job->settings->path_state) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = backup_save(job->settings, job->data, fd, &summary);
    if (err != ERR_NONE)
        withdraw();
    unfinished.path = NULL;
    if (close(fd) != 0 && err == ERR_NONE) {
        log_error("backup: %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (err == ERR_NONE)
        printf(translated("backup: %ld files, %lld bytes in %s\n"), summary.files,
               (long long)summary.bytes, path);
    if (err == ERR_NONE && summary.elsewhere)
        puts(translated(
            "note: the counters are in PostgreSQL, and not in this backup: see pg_dump"));
    return err == ERR_INVALID ? ERR_SYSTEM : err;
}
