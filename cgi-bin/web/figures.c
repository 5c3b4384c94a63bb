/*
 * figures.c: the table of figures.h in a shared file. The file begins with a head that names its
 * layout; behind it stands struct figures_counts, each number an atomic one. Whoever opens the file
 * holds the lock of its folder meanwhile, so that two workers that start together take the same.
 */
#include "web/figures.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SUFFIX ".figures"
/* Others hold the lock for the time of some system calls. */
#define LOCK_TRIES       50
#define LOCK_NANOSECONDS 20000000L

const uint64_t figures_limits[FIGURES_LIMITS] = {
    50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000,
};

typedef _Atomic uint64_t figure;

/* As struct figures_counts, number by number. */
struct shared {
    figure since;
    figure requests[FIGURES_ROUTES_MAX + 1][STATUS__MAX];
    figure times[FIGURES_LIMITS + 1];
    figure microseconds;
    figure kept, made;
    figure written[EVENT__MAX][CLIENT__MAX];
    figure lost;
    figure written_ms, lost_ms;
};

_Static_assert(sizeof(struct shared) == sizeof(struct figures_counts),
               "the same, number by number");
_Static_assert(sizeof(figure) == sizeof(uint64_t), "an atomic number is the number alone");

struct head {
    char layout[DIGEST_HEX_SIZE]; /* of what the numbers mean */
};

struct file {
    struct head head;
    struct shared shared;
};

struct figures {
    struct shared *shared;
    struct file *file; /* mapped; NULL: shared is this process's own */
};

/* --- what the numbers mean --- */

static void put_routes(struct buffer *out, const struct route *routes)
{
    for (; routes->pattern != NULL; routes++)
        buffer_printf(out, "%s\n", routes->pattern);
}

/* A digest over all that gives a number its place. */
static enum err make_layout(struct head *head, const struct route *routes)
{
    struct buffer text = BUFFER_INIT;

    put_routes(&text, routes);
    for (int i = 0; i < STATUS__MAX; i++)
        buffer_printf(&text, "%d\n", status_code((enum status)i));
    for (int i = 0; i < FIGURES_LIMITS; i++)
        buffer_printf(&text, "%llu\n", (unsigned long long)figures_limits[i]);
    for (int i = EVENT_NONE + 1; i < EVENT__MAX; i++)
        buffer_printf(&text, "%s\n", event_word((enum event_kind)i));
    for (int i = 0; i < CLIENT__MAX; i++)
        buffer_printf(&text, "%s\n", client_word((enum client)i));
    buffer_printf(&text, "%zu\n", sizeof(struct file));
    digest_hex(buffer_text(&text), text.len, head->layout);
    buffer_free(&text);
    return buffer_failed(&text) ? ERR_MEMORY : ERR_NONE;
}

/* --- the file --- */

static bool is_regular(int fd, off_t *size)
{
    struct stat status;

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    *size = status.st_size;
    return true;
}

static bool has_layout(int fd, const struct head *head)
{
    struct head found;
    off_t size;

    return is_regular(fd, &size) && size == (off_t)sizeof(struct file) &&
           pread(fd, &found, sizeof found, 0) == (ssize_t)sizeof found &&
           memcmp(&found, head, sizeof found) == 0;
}

/* Blocks are taken now: a page of a file with holes could not be had on a full disk, and touching
 * it would end the worker. -1 with errno. */
static int make_file(const char *path, const struct head *head)
{
    char *fresh = NULL;
    int fd = -1, failed = ENOMEM;
    uint64_t since = (uint64_t)clock_now();

    if (asprintf(&fresh, "%s.new", path) < 0)
        fresh = NULL;
    if (fresh != NULL) {
        unlink(fresh); /* of one that was killed here */
        fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
        failed = fd < 0 ? errno : posix_fallocate(fd, 0, sizeof(struct file));
    }
    if (failed == 0 && (pwrite(fd, head, sizeof *head, 0) != (ssize_t)sizeof *head ||
                        pwrite(fd, &since, sizeof since, offsetof(struct file, shared.since)) !=
                            (ssize_t)sizeof since ||
                        rename(fresh, path) != 0))
        failed = errno != 0 ? errno : EIO;
    if (failed != 0 && fd >= 0) {
        close(fd);
        unlink(fresh);
        fd = -1;
    }
    free(fresh);
    errno = failed;
    return fd;
}

/* The lock of the folder, or -1: then who starts at this moment may count by itself. */
static int lock_folder(const char *folder)
{
    static const struct timespec pause_time = {0, LOCK_NANOSECONDS};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    for (int tries = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK || tries == LOCK_TRIES) {
            int cause = errno;

            close(fd);
            errno = cause;
            return -1;
        }
        nanosleep(&pause_time, NULL);
    }
    return fd;
}

/* The file of this layout, made if need be; -1 with errno. */
static int open_file(const char *folder, const char *path, const struct head *head)
{
    int lock = lock_folder(folder), fd, cause;

    if (lock < 0)
        return -1;
    fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 && !has_layout(fd, head)) {
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        fd = make_file(path, head);
    cause = errno;
    close(lock);
    errno = cause;
    return fd;
}

/* NULL with errno. */
static struct file *map_file(const char *folder, const char *path, const struct head *head)
{
    int fd = open_file(folder, path, head), cause;
    void *mapped = MAP_FAILED;

    if (fd < 0)
        return NULL;
    mapped = mmap(NULL, sizeof(struct file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    cause = errno;
    close(fd);
    errno = cause;
    return mapped != MAP_FAILED ? mapped : NULL;
}

/* --- opening --- */

static enum err open_shared(struct figures *figures, const char *folder, const char *program,
                            const struct route *routes)
{
    struct head head;
    char *path = file_path(folder, program, SUFFIX);
    enum err err = path != NULL ? make_layout(&head, routes) : ERR_MEMORY;

    if (err == ERR_NONE && file_make_folder(folder) == ERR_NONE)
        figures->file = map_file(folder, path, &head);
    if (err == ERR_NONE && figures->file == NULL)
        log_warning("%s cannot be shared (%s): this worker counts its requests by itself; /metrics "
                    "and /health do not know them",
                    path, strerror(errno));
    free(path);
    return err;
}

enum err figures_open(struct figures **out, const char *folder, const char *program,
                      const struct route *routes)
{
    struct figures *figures = calloc(1, sizeof *figures);
    enum err err = figures != NULL ? ERR_NONE : ERR_MEMORY;

    *out = NULL;
    if (err == ERR_NONE && folder != NULL)
        err = open_shared(figures, folder, program, routes);
    if (err == ERR_NONE) {
        figures->shared =
            figures->file != NULL ? &figures->file->shared : calloc(1, sizeof *figures->shared);
        err = figures->shared != NULL ? ERR_NONE : ERR_MEMORY;
    }
    if (err != ERR_NONE) {
        figures_close(figures);
        return err;
    }
    *out = figures;
    return ERR_NONE;
}

void figures_close(struct figures *figures)
{
    if (figures == NULL)
        return;
    if (figures->file != NULL)
        munmap(figures->file, sizeof *figures->file);
    else
        free(figures->shared);
    free(figures);
}

/* --- counting --- */

/* Nothing else is ordered by these numbers. */
static void add(figure *number, uint64_t count)
{
    atomic_fetch_add_explicit(number, count, memory_order_relaxed);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void figures_count_request(struct figures *figures, size_t row, enum status status,
                           uint64_t microseconds)
{
    struct shared *shared = figures->shared;
    size_t class = 0;

    while (class < FIGURES_LIMITS && microseconds > figures_limits[class])
        class ++;
    add(&shared->requests[row < FIGURES_ROUTES_MAX ? row : FIGURES_NO_ROUTE][status], 1);
    add(&shared->times[class], 1);
    add(&shared->microseconds, microseconds);
}

void figures_count_page(struct figures *figures, bool kept)
{
    add(kept ? &figures->shared->kept : &figures->shared->made, 1);
}

/* A loss that lies in the future was before the clock was set back: now is the time of it. */
void figures_count_written(struct figures *figures, enum event_kind kind, enum client client)
{
    struct shared *shared = figures->shared;
    uint64_t now = now_ms();

    add(&shared->written[kind][client], 1);
    if (atomic_load_explicit(&shared->lost_ms, memory_order_relaxed) > now)
        atomic_store_explicit(&shared->lost_ms, now - 1, memory_order_relaxed);
    atomic_store_explicit(&shared->written_ms, now, memory_order_relaxed);
}

void figures_count_lost(struct figures *figures)
{
    add(&figures->shared->lost, 1);
    atomic_store_explicit(&figures->shared->lost_ms, now_ms(), memory_order_relaxed);
}

/* --- reading --- */

/* By read(2), which sees what others have mapped, and never ends us if the file is cut short. */
static enum err read_file(struct figures_counts *out, const char *path, const struct head *head)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    enum err err = ERR_INVALID;

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return ERR_NOT_FOUND;
    errno = 0;
    if (fd >= 0 && has_layout(fd, head) &&
        pread(fd, out, sizeof *out, offsetof(struct file, shared)) == (ssize_t)sizeof *out)
        err = ERR_NONE;
    if (err != ERR_NONE && (fd < 0 || errno != 0)) {
        log_error("%s: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    if (fd >= 0)
        close(fd);
    return err;
}

enum err figures_read(struct figures_counts *out, const char *folder, const char *program,
                      const struct route *routes)
{
    struct head head;
    char *path = file_path(folder, program, SUFFIX);
    enum err err = path != NULL ? make_layout(&head, routes) : ERR_MEMORY;

    memset(out, 0, sizeof *out);
    if (err == ERR_NONE)
        err = read_file(out, path, &head);
    if (err != ERR_NONE)
        memset(out, 0, sizeof *out);
    free(path);
    return err;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void figures_add_journal(struct figures_counts *sum, const struct figures_counts *counts)
{
    if (sum->since == 0 || (counts->since != 0 && counts->since < sum->since))
        sum->since = counts->since;
    sum->lost += counts->lost;
    sum->written_ms = later(sum->written_ms, counts->written_ms);
    sum->lost_ms = later(sum->lost_ms, counts->lost_ms);
}

bool figures_are_losing(const struct figures_counts *counts)
{
    return counts->lost_ms != 0 && counts->lost_ms >= counts->written_ms;
}
