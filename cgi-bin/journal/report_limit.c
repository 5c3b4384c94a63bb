/*
 * report_limit.c: the table of report_limit.h. A slot is one number: 48 bits of a digest and the
 * minute at which it was noted; it is free again when the minute is old. A digest may stand in any
 * of the few slots behind its place, and is put there by compare and swap, so workers wait for
 * nobody. Where all of them are taken, there is a flood, and the report is not counted.
 */
#include "journal/report_limit.h"
#include "base/digest.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS    32768U /* a power of two; pages of memory are used as slots are */
#define NEAR     16U    /* slots that a digest may stand in */
#define KEY_SIZE 32
#define MINUTES  0xffffU /* the part of a slot that is its minute */

struct shared {
    unsigned char key[KEY_SIZE];
    _Atomic uint64_t slots[SLOTS];
};

struct report_limit {
    struct shared *shared;
};

/* --- the memory --- */

static bool fill(int fd)
{
    unsigned char key[KEY_SIZE];

    return getrandom(key, sizeof key, 0) == (ssize_t)sizeof key &&
           pwrite(fd, key, sizeof key, 0) == (ssize_t)sizeof key &&
           ftruncate(fd, sizeof(struct shared)) == 0;
}

/* Given its key and then its size by whoever finds it too small, so nobody has mapped it; the lock
 * keeps others from seeing half. What is larger, or not this user's alone, is not touched. */
static bool prepare(int fd)
{
    const off_t size = sizeof(struct shared);
    struct stat status;
    bool good = flock(fd, LOCK_EX) == 0 && fstat(fd, &status) == 0;

    if (good && (!S_ISREG(status.st_mode) || status.st_uid != geteuid() ||
                 (status.st_mode & 077) != 0 || status.st_size > size)) {
        errno = EPERM;
        good = false;
    }
    if (good && status.st_size < size)
        good = fill(fd);
    flock(fd, LOCK_UN);
    return good;
}

/* NULL, with a reason in errno, if the memory cannot be shared. */
static struct shared *map_shared(const char *state)
{
    char digest[DIGEST_HEX_SIZE], name[64];
    void *memory = MAP_FAILED;
    int fd;

    digest_hex(state, strlen(state), digest);
    snprintf(name, sizeof name, "/vhod-reports-%lu-%.16s", (unsigned long)geteuid(), digest);
    fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    if (fd < 0)
        return NULL;
    if (prepare(fd))
        memory = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return memory != MAP_FAILED ? memory : NULL;
}

static struct shared *map_own(void)
{
    struct shared *own =
        mmap(NULL, sizeof *own, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (own == MAP_FAILED)
        return NULL;
    if (getrandom(own->key, sizeof own->key, 0) != (ssize_t)sizeof own->key) {
        munmap(own, sizeof *own);
        return NULL;
    }
    return own;
}

enum err report_limit_open(struct report_limit **out, const char *state)
{
    struct report_limit *limit = calloc(1, sizeof *limit);

    *out = NULL;
    if (limit == NULL)
        return ERR_MEMORY;
    limit->shared = map_shared(state);
    if (limit->shared == NULL) {
        log_warning("no memory to share for the limits of reports: %s; each worker has its own",
                    strerror(errno));
        limit->shared = map_own();
    }
    if (limit->shared == NULL) {
        log_error("no memory for the limits of reports: %s", strerror(errno));
        free(limit);
        return ERR_SYSTEM;
    }
    *out = limit;
    return ERR_NONE;
}

void report_limit_close(struct report_limit *limit)
{
    if (limit == NULL)
        return;
    munmap(limit->shared, sizeof *limit->shared);
    free(limit);
}

/* --- the table --- */

/* 48 bits of a keyed digest, above the minute; never 0. */
static uint64_t mark_of(const struct report_limit *limit, const char *network, const char *what)
{
    struct hmac_sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    uint64_t mark;

    hmac_sha256_set_key(&context, KEY_SIZE, limit->shared->key);
    hmac_sha256_update(&context, strlen(network) + 1, (const uint8_t *)network);
    hmac_sha256_update(&context, strlen(what), (const uint8_t *)what);
    hmac_sha256_digest(&context, sizeof digest, digest);
    memcpy(&mark, digest, sizeof mark);
    mark &= ~(uint64_t)MINUTES;
    return mark != 0 ? mark : MINUTES + 1;
}

static bool is_alive(uint64_t slot, unsigned minute)
{
    return slot != 0 && ((minute - (unsigned)slot) & MINUTES) < REPORT_LIMIT_MINUTES;
}

/* True if the mark was not there, and is now. */
static bool note(struct report_limit *limit, uint64_t mark, unsigned minute)
{
    unsigned place = (unsigned)(mark >> 32) & (SLOTS - 1);

    for (unsigned tries = 0; tries < NEAR; tries++) {
        _Atomic uint64_t *room = NULL;
        uint64_t old = 0;

        for (unsigned i = 0; i < NEAR; i++) {
            _Atomic uint64_t *slot = &limit->shared->slots[(place + i) & (SLOTS - 1)];
            uint64_t value = atomic_load(slot);

            if (is_alive(value, minute) && (value & ~(uint64_t)MINUTES) == mark)
                return false;
            if (room == NULL && !is_alive(value, minute)) {
                room = slot;
                old = value;
            }
        }
        if (room == NULL)
            return false;
        if (atomic_compare_exchange_strong(room, &old, mark | minute))
            return true;
        /* Another worker was quicker: perhaps with the same mark. */
    }
    return false;
}

bool report_limit_take(struct report_limit *limit, const char *network, const char *page,
                       time_t now)
{
    unsigned minute = (unsigned)(now / 60) & MINUTES;

    if (!note(limit, mark_of(limit, network, page), minute))
        return false;
    for (int i = 0; i < REPORT_LIMIT_NETWORK; i++) {
        char number[16];

        snprintf(number, sizeof number, "#%d", i);
        if (note(limit, mark_of(limit, network, number), minute))
            return true;
    }
    return false;
}
