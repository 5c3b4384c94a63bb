/*
 * inject.c: a library to preload (LD_PRELOAD) that makes the n-th call of a kind fail, counts
 * calls, writes down what goes to the disk, and sets the clock. tests/fault/inject.js drives it.
 *
 * Orders and counts live in a page that both sides map: the file that INJECT_CONTROL names, an
 * array of 64-bit numbers (enum slot). A server is told anew between two requests; a command finds
 * its orders there when main() begins. Without INJECT_CONTROL it does nothing. Nothing counts
 * before main(): what the loader does is not ours.
 *
 * Kinds are groups of functions (enum kind). glibc's own allocations (strdup, asprintf, getline)
 * come through malloc() here; its own writes (stdio) do not, so standard output is tried by other
 * means; fopen() for reading is given a stream whose reads come through here.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

enum kind {
    ALLOC,
    WRITE,
    SYNC,
    NAME, /* rename, link, unlink, mkdir */
    OPEN,
    TRUNCATE,
    MAP,
    CLOSE,
    READ,
    STAT,
    LOCK,
    NET,
    RANDOM,
    KIND__MAX
};

enum slot {
    ARMED,    /* 1: count, and fail what is ordered */
    KINDS,    /* bit mask of kinds that match */
    AT,       /* the call that fails, from 1; 0 none */
    FROM,     /* 1: all that follow, too */
    ERROR,    /* errno; 0: what is usual for the kind */
    SHORT,    /* 1: a write or read does half of its work instead of failing */
    CLOCK,    /* seconds that the clock stands at; 0: the real one */
    JUMP_AT,  /* the reading of the clock from which on JUMP is added; 0 none */
    JUMP,     /* seconds, signed */
    SEEN,     /* calls that matched */
    INJECTED, /* calls that failed */
    READINGS, /* of the clock */
    SAY,      /* 1: where a call fails, its stack goes to standard error, as module+offset */
    COUNT,    /* from here on: calls of each kind */
    SLOT__MAX = 64
};

static uint64_t idle[SLOT__MAX]; /* until there is a control file */
static volatile uint64_t *control = idle;
static bool begun;     /* main() was entered */
static bool inside;    /* a call of this library's own */
static int sites = -1; /* INJECT_SITES: a record for each call that matched */
static int trace = -1; /* INJECT_TRACE: what goes to the disk */

#define EXPORT __attribute__((visibility("default")))
#define NEXT(result, name, arguments)                                                              \
    static result(*next) arguments;                                                                \
    if (next == NULL)                                                                              \
    next = (result(*) arguments)dlsym(RTLD_NEXT, name)

/* --- the record of call sites --- */

struct site {
    uint32_t kind;
    uint32_t hash;    /* of the innermost frames */
    char library[24]; /* the innermost that is not the C library */
};

#define FRAMES 10

struct walk {
    uintptr_t frames[64];
    int count;
};

static _Unwind_Reason_Code take_frame(struct _Unwind_Context *context, void *to)
{
    struct walk *walk = to;

    if (walk->count == 64)
        return _URC_END_OF_STACK;
    walk->frames[walk->count++] = _Unwind_GetIP(context);
    return _URC_NO_REASON;
}

static const char *module_of(uintptr_t frame, uintptr_t *offset)
{
    Dl_info info;
    const char *slash;

    if (dladdr((void *)frame, &info) == 0 || info.dli_fname == NULL)
        return "?";
    *offset = frame - (uintptr_t)info.dli_fbase;
    slash = strrchr(info.dli_fname, '/');
    return slash != NULL ? slash + 1 : info.dli_fname;
}

static bool is_system(const char *module)
{
    return strncmp(module, "libc.", 5) == 0 || strncmp(module, "inject", 6) == 0;
}

static void record_site(enum kind kind)
{
    static struct site kept[2048];
    static size_t count;
    struct walk walk = {.count = 0};
    struct site *site;
    uint32_t hash = 2166136261u;

    if (kind == KIND__MAX) { /* the end */
        if (count > 0 && syscall(SYS_write, sites, kept, count * sizeof *kept) < 0)
            abort();
        count = 0;
        return;
    }
    _Unwind_Backtrace(take_frame, &walk);
    site = &kept[count++];
    *site = (struct site){.kind = kind};
    for (int i = 2; i < walk.count && (i < FRAMES + 2 || site->library[0] == '\0'); i++) {
        uintptr_t offset = 0;

        if (i < FRAMES + 2)
            hash = (hash ^ (uint32_t)walk.frames[i]) * 16777619u;
        if (site->library[0] == '\0' && !is_system(module_of(walk.frames[i], &offset)))
            strncpy(site->library, module_of(walk.frames[i], &offset), sizeof site->library - 1);
    }
    site->hash = hash;
    if (count == sizeof kept / sizeof *kept)
        record_site(KIND__MAX);
}

static void say_stack(enum kind kind)
{
    struct walk walk = {.count = 0};
    char line[200];

    _Unwind_Backtrace(take_frame, &walk);
    for (int i = 0; i < walk.count; i++) {
        uintptr_t offset = 0;
        const char *module = module_of(walk.frames[i], &offset);
        int len = snprintf(line, sizeof line, "inject: kind %d: %s+%#lx\n", (int)kind, module,
                           (unsigned long)offset);

        syscall(SYS_write, 2, line, (size_t)len);
    }
}

/* --- whether a call fails --- */

static const int usual[KIND__MAX] = {
    [ALLOC] = ENOMEM, [WRITE] = ENOSPC,   [SYNC] = EIO,      [NAME] = ENOSPC, [OPEN] = EMFILE,
    [TRUNCATE] = EIO, [MAP] = ENOMEM,     [CLOSE] = EIO,     [READ] = EIO,    [STAT] = EACCES,
    [LOCK] = ENOLCK,  [NET] = ECONNRESET, [RANDOM] = ENOSYS,
};

/* Counts the call; true if it is to fail, and errno is set then. */
static bool fails(enum kind kind)
{
    bool hit;

    if (!begun || inside || control[ARMED] == 0)
        return false;
    control[COUNT + kind]++;
    if ((control[KINDS] >> kind & 1) == 0)
        return false;
    control[SEEN]++;
    if (sites >= 0) {
        inside = true;
        record_site(kind);
        inside = false;
    }
    hit = control[AT] != 0 &&
          (control[SEEN] == control[AT] || (control[FROM] != 0 && control[SEEN] > control[AT]));
    if (!hit)
        return false;
    if (control[SAY] != 0 && control[INJECTED] == 0) {
        inside = true;
        say_stack(kind);
        inside = false;
    }
    control[INJECTED]++;
    errno = control[ERROR] != 0 ? (int)control[ERROR] : usual[kind];
    return true;
}

/* --- what goes to the disk --- */

/* A record of the trace, followed by its bytes: a name, two names with a NUL between, or data. */
struct step {
    uint32_t what; /* one of the letters below */
    uint32_t length;
    uint64_t inode;
    uint64_t offset;
};

static void note(char what, uint64_t inode, uint64_t offset, const void *bytes, size_t length)
{
    struct step step = {(uint32_t)what, (uint32_t)length, inode, offset};
    struct iovec parts[] = {{&step, sizeof step}, {(void *)(uintptr_t)bytes, length}};

    if (syscall(SYS_writev, trace, parts, 2) < 0)
        abort();
}

static bool traced(void)
{
    return trace >= 0 && begun && !inside;
}

static bool is_file(int fd, struct stat *status)
{
    return syscall(SYS_newfstatat, fd, "", status, 0x1000 /* AT_EMPTY_PATH */) == 0 &&
           (S_ISREG(status->st_mode) || S_ISDIR(status->st_mode));
}

static void note_write(int fd, const void *bytes, ssize_t length, off_t offset)
{
    struct stat status;

    if (length <= 0 || !traced() || !is_file(fd, &status))
        return;
    if (offset < 0)
        offset = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) - length;
    note('w', status.st_ino, (uint64_t)offset, bytes, (size_t)length);
}

static void note_size(int fd, off_t size)
{
    struct stat status;

    if (traced() && is_file(fd, &status))
        note('t', status.st_ino, (uint64_t)size, NULL, 0);
}

static void note_sync(int fd)
{
    struct stat status;

    if (traced() && is_file(fd, &status))
        note(S_ISDIR(status.st_mode) ? 'd' : 's', status.st_ino, 0, NULL, 0);
}

static void note_open(int fd, const char *path, int flags)
{
    struct stat status;

    if (fd < 0 || !traced() || (flags & (O_CREAT | O_TRUNC)) == 0 || !is_file(fd, &status))
        return;
    note('o', status.st_ino, 0, path, strlen(path));
    if ((flags & O_TRUNC) != 0)
        note('t', status.st_ino, 0, NULL, 0);
}

static void note_names(char what, const char *from, const char *to)
{
    char names[2048];
    int length = snprintf(names, sizeof names, "%s%c%s", from, '\0', to != NULL ? to : "");

    if (traced() && length > 0 && (size_t)length < sizeof names)
        note(what, 0, 0, names, (size_t)length);
}

/* --- memory --- */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

EXPORT void *malloc(size_t size)
{
    return fails(ALLOC) ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
    return fails(ALLOC) ? NULL : __libc_calloc(count, size);
}

EXPORT void *realloc(void *old, size_t size)
{
    return fails(ALLOC) ? NULL : __libc_realloc(old, size);
}

EXPORT void *reallocarray(void *old, size_t count, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(count, size, &all)) {
        errno = ENOMEM;
        return NULL;
    }
    return fails(ALLOC) ? NULL : __libc_realloc(old, all);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(ALLOC) ? NULL : __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fails(ALLOC))
        return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out != NULL ? 0 : ENOMEM;
}

EXPORT void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
    if (fails(MAP))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

EXPORT void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset)
    __attribute__((alias("mmap")));

/* --- reading and writing --- */

/* What is done of length where half is ordered; never nothing. */
static size_t cut(enum kind kind, size_t length, bool *failed)
{
    *failed = fails(kind);
    if (*failed && control[SHORT] != 0 && control[SEEN] == control[AT] && length > 1) {
        *failed = false;
        return length / 2;
    }
    return length;
}

EXPORT ssize_t read(int fd, void *to, size_t length)
{
    bool failed;

    length = cut(READ, length, &failed);
    return failed ? -1 : syscall(SYS_read, fd, to, length);
}

EXPORT ssize_t __read_chk(int fd, void *to, size_t length, size_t room)
{
    if (length > room)
        abort();
    return read(fd, to, length);
}

EXPORT ssize_t pread(int fd, void *to, size_t length, off_t offset)
{
    bool failed;

    length = cut(READ, length, &failed);
    return failed ? -1 : syscall(SYS_pread64, fd, to, length, offset);
}

EXPORT ssize_t pread64(int fd, void *to, size_t length, off64_t offset)
    __attribute__((alias("pread")));

EXPORT ssize_t __pread_chk(int fd, void *to, size_t length, off_t offset, size_t room)
{
    if (length > room)
        abort();
    return pread(fd, to, length, offset);
}

EXPORT ssize_t __pread64_chk(int fd, void *to, size_t length, off_t offset, size_t room)
    __attribute__((alias("__pread_chk")));

EXPORT ssize_t write(int fd, const void *from, size_t length)
{
    bool failed = false;
    ssize_t done;

    if (fd != STDERR_FILENO) /* who must say that he failed */
        length = cut(WRITE, length, &failed);
    if (failed)
        return -1;
    done = syscall(SYS_write, fd, from, length);
    note_write(fd, from, done, -1);
    return done;
}

EXPORT ssize_t pwrite(int fd, const void *from, size_t length, off_t offset)
{
    bool failed;
    ssize_t done;

    length = cut(WRITE, length, &failed);
    if (failed)
        return -1;
    done = syscall(SYS_pwrite64, fd, from, length, offset);
    note_write(fd, from, done, offset);
    return done;
}

EXPORT ssize_t pwrite64(int fd, const void *from, size_t length, off64_t offset)
    __attribute__((alias("pwrite")));

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    ssize_t all = 0, done;

    if (trace < 0)
        return fails(WRITE) ? -1 : syscall(SYS_writev, fd, parts, count);
    for (int i = 0; i < count; i++) { /* one by one, so that each is traced */
        done = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (done < 0)
            return all > 0 ? all : -1;
        all += done;
    }
    return all;
}

/* --- files --- */

static int open_at(int folder, const char *path, int flags, int mode)
{
    int fd;

    if (fails(OPEN))
        return -1;
    fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    note_open(fd, path, flags);
    return fd;
}

#define MODE_OF(flags)                                                                             \
    int mode = 0;                                                                                  \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                  \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode = va_arg(more, int);                                                                  \
        va_end(more);                                                                              \
    }

EXPORT int open(const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_at(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_at(folder, path, flags, mode);
}

EXPORT int openat64(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags)
    return open_at(folder, path, flags, mode);
}

EXPORT int __open_2(const char *path, int flags)
{
    return open_at(AT_FDCWD, path, flags, 0);
}

EXPORT int __open64_2(const char *path, int flags)
{
    return open_at(AT_FDCWD, path, flags, 0);
}

EXPORT int close(int fd)
{
    int result = (int)syscall(SYS_close, fd); /* as in Linux: closed, whatever it says */

    return fails(CLOSE) ? -1 : result;
}

static ssize_t cookie_read(void *cookie, char *to, size_t length)
{
    return read((int)(intptr_t)cookie, to, length);
}

static int cookie_close(void *cookie)
{
    return close((int)(intptr_t)cookie);
}

EXPORT FILE *fopen(const char *path, const char *mode)
{
    static const cookie_io_functions_t functions = {.read = cookie_read, .close = cookie_close};
    FILE *stream;
    int fd;

    NEXT(FILE *, "fopen", (const char *, const char *));
    if (!begun || inside || mode[0] != 'r' || strchr(mode, '+') != NULL)
        return fails(OPEN) ? NULL : next(path, mode);
    fd = open(path, O_RDONLY);
    if (fd < 0)
        return NULL;
    stream = fopencookie((void *)(intptr_t)fd, mode, functions);
    if (stream == NULL)
        syscall(SYS_close, fd);
    return stream;
}

EXPORT FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

EXPORT DIR *opendir(const char *path)
{
    NEXT(DIR *, "opendir", (const char *));
    return fails(OPEN) ? NULL : next(path);
}

EXPORT struct dirent *readdir(DIR *stream)
{
    NEXT(struct dirent *, "readdir", (DIR *));
    return fails(READ) ? NULL : next(stream);
}

EXPORT struct dirent64 *readdir64(DIR *stream)
{
    NEXT(struct dirent64 *, "readdir64", (DIR *));
    return fails(READ) ? NULL : next(stream);
}

EXPORT int fsync(int fd)
{
    int result;

    if (fails(SYNC))
        return -1;
    result = (int)syscall(SYS_fsync, fd);
    if (result == 0)
        note_sync(fd);
    return result;
}

EXPORT int fdatasync(int fd)
{
    int result;

    if (fails(SYNC))
        return -1;
    result = (int)syscall(SYS_fdatasync, fd);
    if (result == 0)
        note_sync(fd);
    return result;
}

EXPORT int ftruncate(int fd, off_t size)
{
    int result;

    if (fails(TRUNCATE))
        return -1;
    result = (int)syscall(SYS_ftruncate, fd, size);
    if (result == 0)
        note_size(fd, size);
    return result;
}

EXPORT int ftruncate64(int fd, off64_t size) __attribute__((alias("ftruncate")));

/* Reserves room; nothing that a power failure could take is in it. */
EXPORT int fallocate(int fd, int mode, off_t offset, off_t length)
{
    return fails(TRUNCATE) ? -1 : (int)syscall(SYS_fallocate, fd, mode, offset, length);
}

EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t length)
    __attribute__((alias("fallocate")));

/* --- names --- */

EXPORT int rename(const char *from, const char *to)
{
    int result;

    if (fails(NAME))
        return -1;
    result = (int)syscall(SYS_rename, from, to);
    if (result == 0)
        note_names('r', from, to);
    return result;
}

EXPORT int link(const char *from, const char *to)
{
    int result;

    if (fails(NAME))
        return -1;
    result = (int)syscall(SYS_link, from, to);
    if (result == 0)
        note_names('l', from, to);
    return result;
}

EXPORT int unlink(const char *path)
{
    int result;

    if (fails(NAME))
        return -1;
    result = (int)syscall(SYS_unlink, path);
    if (result == 0)
        note_names('u', path, NULL);
    return result;
}

EXPORT int mkdir(const char *path, mode_t mode)
{
    int result;

    if (fails(NAME))
        return -1;
    result = (int)syscall(SYS_mkdir, path, mode);
    if (result == 0)
        note_names('m', path, NULL);
    return result;
}

EXPORT int rmdir(const char *path)
{
    return fails(NAME) ? -1 : (int)syscall(SYS_rmdir, path);
}

EXPORT int fchmod(int fd, mode_t mode)
{
    return fails(NAME) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

/* --- looking --- */

EXPORT int stat(const char *path, struct stat *out)
{
    return fails(STAT) ? -1 : (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, 0);
}

EXPORT int stat64(const char *path, struct stat64 *out)
{
    return fails(STAT) ? -1 : (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, 0);
}

EXPORT int lstat(const char *path, struct stat *out)
{
    return fails(STAT) ? -1
                       : (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

EXPORT int lstat64(const char *path, struct stat64 *out)
{
    return fails(STAT) ? -1
                       : (int)syscall(SYS_newfstatat, AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}

EXPORT int fstat(int fd, struct stat *out)
{
    return fails(STAT) ? -1 : (int)syscall(SYS_fstat, fd, out);
}

EXPORT int fstat64(int fd, struct stat64 *out)
{
    return fails(STAT) ? -1 : (int)syscall(SYS_fstat, fd, out);
}

EXPORT int access(const char *path, int mode)
{
    return fails(STAT) ? -1 : (int)syscall(SYS_access, path, mode);
}

/* --- locks --- */

EXPORT int flock(int fd, int operation)
{
    return fails(LOCK) ? -1 : (int)syscall(SYS_flock, fd, operation);
}

EXPORT int fcntl(int fd, int command, ...)
{
    va_list more;
    void *argument;

    va_start(more, command);
    argument = va_arg(more, void *);
    va_end(more);
    if ((command == F_SETLK || command == F_SETLKW || command == F_GETLK ||
         command == F_OFD_SETLK || command == F_OFD_SETLKW) &&
        fails(LOCK))
        return -1;
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

EXPORT int fcntl64(int fd, int command, ...) __attribute__((alias("fcntl")));

/* --- the net --- */

EXPORT int socket(int domain, int type, int protocol)
{
    return fails(NET) ? -1 : (int)syscall(SYS_socket, domain, type, protocol);
}

EXPORT int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return fails(NET) ? -1 : (int)syscall(SYS_connect, fd, address, length);
}

EXPORT int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    if (fails(NET)) {
        errno = EMFILE; /* what comes to those who accept */
        return -1;
    }
    return (int)syscall(SYS_accept4, fd, address, length, flags);
}

EXPORT ssize_t send(int fd, const void *from, size_t length, int flags)
{
    return fails(NET) ? -1 : syscall(SYS_sendto, fd, from, length, flags, NULL, 0);
}

EXPORT ssize_t recv(int fd, void *to, size_t length, int flags)
{
    return fails(NET) ? -1 : syscall(SYS_recvfrom, fd, to, length, flags, NULL, NULL);
}

EXPORT ssize_t __recv_chk(int fd, void *to, size_t length, size_t room, int flags)
{
    if (length > room)
        abort();
    return recv(fd, to, length, flags);
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    return fails(NET) ? -1 : (int)syscall(SYS_setsockopt, fd, level, name, value, length);
}

EXPORT ssize_t getrandom(void *to, size_t length, unsigned flags)
{
    return fails(RANDOM) ? -1 : syscall(SYS_getrandom, to, length, flags);
}

/* --- the clock --- */

static time_t moved(void)
{
    control[READINGS]++;
    return control[JUMP_AT] != 0 && control[READINGS] >= control[JUMP_AT] ? (time_t)control[JUMP]
                                                                          : 0;
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);

    if (result != 0 || !begun || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
        return result;
    if (control[CLOCK] != 0)
        *out = (struct timespec){.tv_sec = (time_t)control[CLOCK]};
    out->tv_sec += moved();
    return 0;
}

EXPORT time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

EXPORT int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

/* --- the beginning and the end --- */

/* What is kept of the record is written once, by whom it belongs to. */
EXPORT pid_t fork(void)
{
    NEXT(pid_t, "fork", (void));
    if (sites >= 0)
        record_site(KIND__MAX);
    return next();
}

EXPORT void _exit(int status)
{
    if (sites >= 0)
        record_site(KIND__MAX);
    for (;;)
        syscall(SYS_exit_group, status);
}

static int open_named(const char *name, int flags)
{
    const char *path = getenv(name);

    return path != NULL ? (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600) : -1;
}

static void prepare(void)
{
    int fd = open_named("INJECT_CONTROL", O_RDWR);
    void *page;

    if (fd < 0)
        return;
    page = (void *)syscall(SYS_mmap, NULL, sizeof idle, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED)
        abort();
    syscall(SYS_close, fd);
    sites = open_named("INJECT_SITES", O_WRONLY | O_CREAT | O_TRUNC);
    trace = open_named("INJECT_TRACE", O_WRONLY | O_CREAT | O_TRUNC);
    if (sites >= 0) { /* the unwinder allocates when it is first called */
        struct walk walk = {.count = 0};

        _Unwind_Backtrace(take_frame, &walk);
    }
    control = page;
    begun = true;
}

static int (*real_main)(int, char **, char **);

static int begin_main(int argc, char **argv, char **environment)
{
    prepare();
    return real_main(argc, argv, environment);
}

EXPORT int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                             void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                             void *stack_end)
{
    NEXT(int, "__libc_start_main",
         (int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
          void (*)(void), void *));
    real_main = main;
    return next(begin_main, argc, argv, init, fini, rtld_fini, stack_end);
}

__attribute__((destructor)) static void end(void)
{
    if (sites >= 0)
        record_site(KIND__MAX);
}
