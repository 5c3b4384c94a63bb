/*
 * sandbox_attempts.h: what a process may try, each as a function that says 0 or errno, and the
 * table of who may. For test_sandbox.c, which makes the scene and the processes.
 */
#ifndef VHOD_TEST_SANDBOX_ATTEMPTS_H
#define VHOD_TEST_SANDBOX_ATTEMPTS_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/vhod-test-sandbox-XXXXXX";
static int outsider = -1; /* a socket of the listening kind that is not descriptor 0 */

static const char *at(const char *name)
{
    static char path[8][128];
    static int next;

    next = (next + 1) % 8;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

/* --- what a page needs: 0, or errno --- */

static int try_open(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0640);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int read_snapshot(void)
{
    return try_open(at("state/directory.db"), O_RDONLY);
}

static int read_replaced_snapshot(void)
{
    return try_open(at("state/published.db"), O_RDONLY);
}

static int read_key(void)
{
    return try_open(at("state/report.key"), O_RDONLY);
}

static int read_template(void)
{
    return try_open(at("templates/page.mustache"), O_RDONLY);
}

static int read_zone(void)
{
    return try_open("/usr/share/zoneinfo/Europe/Moscow", O_RDONLY);
}

static int look_at_anything(void)
{
    struct stat status;

    return stat(at("other/secret"), &status) == 0 ? 0 : errno;
}

static int append(const char *name)
{
    int fd = open(at(name), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0 || write(fd, "line\n", 5) != 5)
        return errno;
    close(fd);
    return 0;
}

static int append_today(void)
{
    return append("state/journal/front1-2026-11-25.log");
}

static int append_new_day(void)
{
    return append("state/journal/front1-2026-11-26.log");
}

static int accept_listener(void)
{
    static const struct timeval patience = {1, 0};
    int fd;

    fd = accept4(0, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        shutdown(fd, SHUT_WR) != 0 || close(fd) != 0)
        return errno;
    return 0;
}

static int use_memory(void)
{
    char *much = malloc(32 << 20);

    if (much == NULL)
        return ENOMEM;
    memset(much, 1, 32 << 20);
    much = realloc(much, 64 << 20);
    free(much);
    return much == NULL ? ENOMEM : 0;
}

static int lock_for_reading(void)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    int fd = open(at("tally/tally.db"), O_RDONLY);

    return fd >= 0 && fcntl(fd, F_SETLK, &lock) == 0 ? 0 : errno;
}

static int wait_a_moment(void)
{
    const struct timespec moment = {0, 1000};

    return nanosleep(&moment, NULL) == 0 ? 0 : errno;
}

/* --- what a break-in would want --- */

static int read_passwords(void)
{
    return try_open("/etc/passwd", O_RDONLY);
}

static int read_secret(void)
{
    return try_open(at("other/secret"), O_RDONLY);
}

static int read_itself(void)
{
    return try_open("/proc/self/maps", O_RDONLY);
}

static int read_tally(void)
{
    return try_open(at("tally/tally.db"), O_RDONLY);
}

static int write_tally(void)
{
    return try_open(at("tally/tally.db"), O_RDWR);
}

static int append_tally(void)
{
    return append("tally/tally.db");
}

static int make_in_state(void)
{
    return try_open(at("state/new"), O_WRONLY | O_CREAT);
}

static int append_in_state(void)
{
    return append("state/directory.db");
}

static int append_new_in_state(void)
{
    return append("state/new");
}

static int write_snapshot(void)
{
    return try_open(at("state/directory.db"), O_RDWR);
}

static int write_journal(void)
{
    return try_open(at("state/journal/front1-2026-11-25.log"), O_WRONLY);
}

static int empty_journal(void)
{
    return try_open(at("state/journal/front1-2026-11-25.log"), O_WRONLY | O_APPEND | O_TRUNC);
}

static int truncate_journal(void)
{
    return truncate(at("state/journal/front1-2026-11-25.log"), 0) == 0 ? 0 : errno;
}

static int unappend_journal(void)
{
    int fd = open(at("state/journal/front1-2026-11-25.log"), O_WRONLY | O_APPEND);

    return fd >= 0 && fcntl(fd, F_SETFL, 0) == 0 ? 0 : errno;
}

static int hide_in_journal(void)
{
    return try_open(at("state/journal"), O_WRONLY | O_TMPFILE | O_APPEND);
}

static int unlink_snapshot(void)
{
    return unlink(at("state/directory.db")) == 0 ? 0 : errno;
}

static int rename_snapshot(void)
{
    return rename(at("state/directory.db"), at("state/gone")) == 0 ? 0 : errno;
}

static int link_snapshot(void)
{
    return symlink("/etc/passwd", at("state/journal/front1-2026-11-27.log")) == 0 ? 0 : errno;
}

static int make_folder(void)
{
    return mkdir(at("state/journal/more"), 0755) == 0 ? 0 : errno;
}

static int change_mode(void)
{
    return chmod(at("state/report.key"), 0666) == 0 ? 0 : errno;
}

static int start_program(void)
{
    char *const arguments[] = {(char[]){"true"}, NULL};

    execve("/bin/true", arguments, NULL);
    return errno;
}

static int make_process(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    if (child < 0)
        return errno;
    waitpid(child, NULL, 0);
    return 0;
}

static int make_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int make_tcp_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int make_raw_socket(void)
{
    return socket(AF_PACKET, SOCK_DGRAM, 0) >= 0 ? 0 : errno;
}

static int make_pair(void)
{
    int pair[2];

    return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 ? 0 : errno;
}

static int accept_other(void)
{
    int fd = accept4(outsider, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd >= 0 || errno == EAGAIN ? 0 : errno;
}

static int listen_anew(void)
{
    return listen(outsider, 9) == 0 ? 0 : errno;
}

static int connect_out(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return errno;
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == ECONNREFUSED
               ? 0
               : errno;
}

static int map_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
               ? 0
               : errno;
}

static int make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
}

static int trace_itself(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int signal_parent(void)
{
    return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int raise_limit(void)
{
    struct rlimit limit = {100, 100};

    return setrlimit(RLIMIT_CORE, &limit) == 0 ? 0 : errno;
}

static int change_root(void)
{
    return chroot(folder) == 0 ? 0 : errno;
}

static int mount_something(void)
{
    /* A loop mount would need more; what counts is that the call is made. */
    return mount("none", at("other"), "tmpfs", MS_REMOUNT | MS_BIND, NULL) == 0 || errno == EINVAL
               ? 0
               : errno;
}

static int new_namespace(void)
{
    return unshare(CLONE_NEWUTS) == 0 ? 0 : errno;
}

static int own_filter(void)
{
    return prctl(PR_SET_NAME, "other", 0, 0, 0) == 0 ? 0 : errno;
}

static int positioned_write(void)
{
    char text[] = "x";
    struct iovec piece = {text, 1};
    int fd = open(at("state/journal/front1-2026-11-25.log"), O_WRONLY | O_APPEND);

    if (fd < 0)
        return errno;
    return pwritev2(fd, &piece, 1, 0, 0) == 1 ? 0 : errno;
}

enum policy {
    NONE = 0,
    PAGES = 1,
    STATS = 2,
    DATABASE = 4,
    PATHS = 8,  /* that of PAGES, by Landlock alone */
    CALLS = 16, /* that of PAGES, by seccomp alone */
    ANY = PAGES | STATS | DATABASE | PATHS | CALLS
};

/* allowed: by which of the policies. held: by which mechanism if it is alone; some of Landlock's
 * need newer kernels and are left out here. root: needs to be it outside of the sandbox. */
enum { BY_PATHS = 1, BY_CALLS = 2 };
static const struct attempt {
    const char *name;
    int (*act)(void);
    int allowed;
    int held;
    bool root;
} attempts[] = {
    {"read the snapshot", read_snapshot, ANY, 0, false},
    {"read a snapshot that came later", read_replaced_snapshot, ANY, 0, false},
    {"read the key of reports", read_key, ANY, 0, false},
    {"read a template", read_template, ANY, 0, false},
    {"read a time zone", read_zone, ANY, 0, false},
    {"see that a file is there", look_at_anything, ANY, 0, false},
    {"append to the journal of today", append_today, ANY, 0, false},
    {"begin the journal of a new day", append_new_day, ANY, 0, false},
    {"take a connection", accept_listener, ANY, 0, false},
    {"use memory", use_memory, ANY, 0, false},
    {"wait", wait_a_moment, ANY, 0, false},
    {"read the tally", read_tally, STATS, BY_PATHS, false},
    {"lock the tally for reading", lock_for_reading, STATS, BY_PATHS, false},
    {"write the tally", write_tally, NONE, BY_PATHS | BY_CALLS, false},
    {"append to the tally", append_tally, NONE, BY_PATHS, false},
    {"read /etc/passwd", read_passwords, DATABASE, BY_PATHS, false},
    {"read a file elsewhere", read_secret, NONE, BY_PATHS, false},
    {"read its own maps", read_itself, NONE, BY_PATHS, false},
    {"make a file in the state folder", make_in_state, NONE, BY_PATHS | BY_CALLS, false},
    {"append to the snapshot", append_in_state, NONE, BY_PATHS, false},
    {"make a file to append in the state folder", append_new_in_state, NONE, BY_PATHS, false},
    {"write the snapshot", write_snapshot, NONE, BY_PATHS | BY_CALLS, false},
    {"write the journal from its start", write_journal, NONE, BY_CALLS, false},
    {"open the journal empty", empty_journal, NONE, BY_CALLS, false},
    {"truncate the journal", truncate_journal, NONE, BY_CALLS, false},
    {"make a file without a name", hide_in_journal, NONE, BY_CALLS, false},
    {"write past O_APPEND", positioned_write, NONE, BY_CALLS, false},
    {"unlink the snapshot", unlink_snapshot, NONE, BY_PATHS | BY_CALLS, false},
    {"rename the snapshot", rename_snapshot, NONE, BY_PATHS | BY_CALLS, false},
    {"make a symbolic link", link_snapshot, NONE, BY_PATHS | BY_CALLS, false},
    {"make a folder", make_folder, NONE, BY_PATHS | BY_CALLS, false},
    {"change a mode", change_mode, NONE, BY_CALLS, false},
    {"start a program", start_program, NONE, BY_PATHS | BY_CALLS, false},
    {"make a process", make_process, NONE, BY_CALLS, false},
    {"make a Unix socket", make_unix_socket, DATABASE, BY_CALLS, false},
    {"make a TCP socket", make_tcp_socket, DATABASE, BY_CALLS, false},
    {"connect to an address", connect_out, DATABASE, BY_CALLS, false},
    {"make a raw socket", make_raw_socket, NONE, BY_CALLS, true},
    {"make a pair of sockets", make_pair, NONE, BY_CALLS, false},
    {"take a connection from another socket", accept_other, NONE, BY_CALLS, false},
    {"listen anew", listen_anew, NONE, BY_CALLS, false},
    {"map memory that is executable", map_code, NONE, BY_CALLS, false},
    {"make memory executable", make_code, NONE, BY_CALLS, false},
    {"be traced", trace_itself, NONE, BY_CALLS, false},
    {"signal the parent", signal_parent, NONE, BY_CALLS, false},
    {"change a limit", raise_limit, NONE, BY_CALLS, false},
    {"change the root", change_root, NONE, BY_CALLS, true},
    {"mount", mount_something, NONE, BY_CALLS, true},
    {"enter a new namespace", new_namespace, NONE, BY_CALLS, true},
    {"call prctl", own_filter, NONE, BY_CALLS, false},
};

/* O_APPEND can be dropped by whoever may make sockets: libpq needs F_SETFL. So it stands apart. */
static const struct attempt unappend = {"drop O_APPEND", unappend_journal, DATABASE, BY_CALLS,
                                        false};

#endif
