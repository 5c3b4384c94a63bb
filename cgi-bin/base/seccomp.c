/*
 * seccomp.c: the list of system calls that a running program has. Contract in seccomp.h.
 *
 * A list of what is allowed, so that a call that some later kernel has is refused. What a call does
 * is narrowed by its arguments where the kernel shows them: the way a file is opened, what memory
 * may be used for, which socket may be listened to. Calls without such a condition cost nothing:
 * the kernel keeps them in a bitmap (since 5.11).
 */
#include "base/seccomp.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_FD 0

/* --- the lists --- */

/* Whatever their arguments are. writev and the like that take flags of their own are left out:
 * pwritev2 can overrule O_APPEND. */
static const int plain[] = {
    /* what is open */
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(close),
    SCMP_SYS(fadvise64),
    /* what files are */
    SCMP_SYS(fstat),
    SCMP_SYS(fstat64),
    SCMP_SYS(stat),
    SCMP_SYS(stat64),
    SCMP_SYS(lstat),
    SCMP_SYS(lstat64),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64),
    SCMP_SYS(statx),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd),
    /* a connection that was taken */
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(ppoll_time64),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(futex),
    SCMP_SYS(futex_time64),
    /* time */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(clock_nanosleep_time64),
    /* who we are, and the end */
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(uname),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* signals that come */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn),
    SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(rt_sigtimedwait_time64),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
};

/* A call that is allowed if (argument & mask) == value. */
struct condition {
    int call;
    unsigned argument;
    scmp_datum_t mask, value;
};

#define ALL (~(scmp_datum_t)0)

static const struct condition conditions[] = {
    {SCMP_SYS(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    {SCMP_SYS(open), 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    /* O_DIRECTORY is a part of O_TMPFILE. */
    {SCMP_SYS(openat), 2, O_ACCMODE | O_APPEND | O_TRUNC | O_DIRECTORY, O_WRONLY | O_APPEND},
    {SCMP_SYS(open), 1, O_ACCMODE | O_APPEND | O_TRUNC | O_DIRECTORY, O_WRONLY | O_APPEND},
    {SCMP_SYS(accept4), 0, ALL, LISTEN_FD},
    {SCMP_SYS(mmap), 2, PROT_EXEC, 0},
    {SCMP_SYS(mmap2), 2, PROT_EXEC, 0},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0},
    /* SQLite locks what it reads. F_SETFL is not here: it could drop O_APPEND. */
    {SCMP_SYS(fcntl), 1, ALL, F_GETFD},
    {SCMP_SYS(fcntl), 1, ALL, F_SETFD},
    {SCMP_SYS(fcntl), 1, ALL, F_GETFL},
    {SCMP_SYS(fcntl), 1, ALL, F_GETLK},
    {SCMP_SYS(fcntl), 1, ALL, F_SETLK},
};

/* What libpq and the resolver need beside. */
static const int connecting[] = {
    SCMP_SYS(connect), SCMP_SYS(bind),     SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sched_yield),
};

static const struct condition connecting_conditions[] = {
    {SCMP_SYS(socket), 0, ALL, AF_UNIX},
    {SCMP_SYS(socket), 0, ALL, AF_INET},
    {SCMP_SYS(socket), 0, ALL, AF_INET6},
    /* The resolver asks which addresses this machine has. */
    {SCMP_SYS(socket), 0, ALL, AF_NETLINK},
    {SCMP_SYS(fcntl), 1, ALL, F_SETFL},
    {SCMP_SYS(ioctl), 1, ALL, FIONREAD},
};

/* What libmicrohttpd needs beside: it waits by select(), and sends in pieces. */
static const int listening[] = {
    SCMP_SYS(select),          SCMP_SYS(_newselect), SCMP_SYS(pselect6),
    SCMP_SYS(pselect6_time64), SCMP_SYS(sendmsg),
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* --- the filter --- */

static int allow_plain(scmp_filter_ctx filter, const int *calls, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < count && failed == 0; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return failed;
}

static int allow_conditions(scmp_filter_ctx filter, const struct condition *list, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < count && failed == 0; i++) {
        const struct scmp_arg_cmp compare =
            SCMP_CMP(list[i].argument, SCMP_CMP_MASKED_EQ, list[i].mask, list[i].value);

        failed = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, list[i].call, 1, &compare);
    }
    return failed;
}

/* abort() signals itself, so that a failed assertion ends the process as everywhere. */
static int allow_abort(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp self = SCMP_CMP(0, SCMP_CMP_MASKED_EQ, ALL, (scmp_datum_t)getpid());

    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &self);
}

/* The flag against new privileges comes with it by itself. Without the last attribute kernels
 * before 5.16 would slow the whole process down against a side channel that only matters to a
 * process with secrets of several owners. The one before sorts the filter as a tree. */
static int fill(scmp_filter_ctx filter, const struct sandbox *sandbox)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

    if (failed == 0)
        failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
    if (failed == 0)
        failed = allow_plain(filter, plain, COUNT(plain));
    if (failed == 0)
        failed = allow_conditions(filter, conditions, COUNT(conditions));
    if (failed == 0)
        failed = allow_abort(filter);
    if (failed == 0 && sandbox->listens)
        failed = allow_plain(filter, listening, COUNT(listening));
    if (failed == 0 && sandbox->connects)
        failed = allow_plain(filter, connecting, COUNT(connecting));
    if (failed == 0 && sandbox->connects)
        failed = allow_conditions(filter, connecting_conditions, COUNT(connecting_conditions));
    return failed;
}

enum err seccomp_enter(const struct sandbox *sandbox)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int failed;

    if (filter == NULL)
        return ERR_MEMORY;
    failed = fill(filter, sandbox);
    if (failed == 0)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    if (failed == 0)
        return ERR_NONE;
    if (failed == -ENOSYS || failed == -EINVAL || failed == -EOPNOTSUPP)
        return ERR_NOT_FOUND;
    log_error("sandbox: seccomp: %s", strerror(-failed));
    return failed == -ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
}
