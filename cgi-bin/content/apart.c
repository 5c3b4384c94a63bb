/*
 * apart.c: a child, a pipe, and how it ended. Contract: apart.h.
 */
#include "content/apart.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

/* Nothing of the parent's stays open here: the publisher's lock would outlive a publisher that is
 * killed, and its databases are nobody else's. */
static void let_go(int fd)
{
    if (fd > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0);
    close_range((unsigned)fd + 1, ~0U, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Never returns, and runs nothing that is meant for the end of the parent. */
static _Noreturn void be_child(int fd, enum err (*work)(void *context, struct buffer *result),
                               void *context)
{
    static const struct rlimit none = {0, 0};
    struct buffer result = BUFFER_INIT;
    enum err err;

    let_go(fd);
    setrlimit(RLIMIT_CORE, &none);
    err = work(context, &result);
    if (err == ERR_NONE && buffer_failed(&result))
        err = ERR_MEMORY;
    if (err == ERR_NONE && !write_all(fd, buffer_text(&result), result.len))
        err = ERR_SYSTEM;
    _exit((int)err);
}

static enum err read_all(int fd, struct buffer *out)
{
    char piece[4096];
    ssize_t got;

    while ((got = read(fd, piece, sizeof piece)) != 0) {
        if (got < 0 && errno != EINTR)
            return ERR_SYSTEM;
        if (got > 0)
            buffer_add(out, piece, (size_t)got);
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

/* How the child ended. */
static enum err end_of(pid_t child, const char *what)
{
    int status;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            log_error("%s: waitpid: %s", what, strerror(errno));
            return ERR_SYSTEM;
        }
    }
    if (WIFSIGNALED(status)) {
        log_error("%s: the process that did it died of signal %d; memory may have run out", what,
                  WTERMSIG(status));
        return ERR_SYSTEM;
    }
    return (enum err)WEXITSTATUS(status);
}

enum err apart_run(const char *what, enum err (*work)(void *context, struct buffer *result),
                   void *context, struct buffer *out)
{
    int ends[2];
    enum err err, read;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        log_error("%s: pipe: %s", what, strerror(errno));
        return ERR_SYSTEM;
    }
    child = fork();
    if (child == 0)
        be_child(ends[1], work, context);
    close(ends[1]);
    if (child < 0) {
        log_error("%s: fork: %s", what, strerror(errno));
        close(ends[0]);
        return ERR_SYSTEM;
    }
    read = read_all(ends[0], out);
    close(ends[0]);
    err = end_of(child, what);
    return err == ERR_NONE ? read : err;
}
