/*
 * backup.c: vhod backup: all that a site has in one file. The file is made by who calls, may be by
 * root; what is read, is read as the owner of the state.
 */
#include "backup/save.h"
#include "base/log.h"
#include "base/privilege.h"
#include "commands/commands.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file that is no backup must not look like one, also where it cannot be removed any more. */
static void withdraw(int fd, const char *path)
{
    if (ftruncate(fd, 0) != 0 || (unlink(path) != 0 && errno != EACCES))
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
    err = privilege_become_owner(job->settings->path_state);
    if (err == ERR_NONE)
        err = backup_save(job->settings, job->data, fd, &summary);
    if (err != ERR_NONE)
        withdraw(fd, path);
    if (close(fd) != 0 && err == ERR_NONE) {
        log_error("backup: %s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (err == ERR_NONE)
        printf("backup: %ld files, %lld bytes in %s\n", summary.files, (long long)summary.bytes,
               path);
    if (err == ERR_NONE && summary.elsewhere)
        puts("note: the counters are in PostgreSQL, and not in this backup: see pg_dump");
    return err == ERR_INVALID ? ERR_SYSTEM : err;
}
