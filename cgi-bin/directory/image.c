/*
 * image.c: reading a snapshot file into memory and opening it there. Contract in image.h.
 *
 * SQLite is never given the path: it would read pages from a file that somebody may be writing to,
 * and would wait for ever for a FIFO.
 */
#include "directory/image.h"
#include "base/log.h"
#include "directory/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGE_MAX   (64 << 20) /* bytes; every worker holds one */
#define HEADER_SIZE 100        /* sqlite.org/fileformat.html, 1.3 */

/* --- marks --- */

static struct file_mark mark_of(const struct stat *status)
{
    struct file_mark mark;

    memset(&mark, 0, sizeof mark);
    mark.device = status->st_dev;
    mark.inode = status->st_ino;
    mark.size = status->st_size;
    mark.modified = status->st_mtim;
    mark.changed = status->st_ctim;
    return mark;
}

enum err file_mark_read(struct file_mark *out, const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return ERR_NOT_FOUND;
        return errno == ELOOP || errno == ENAMETOOLONG ? ERR_INVALID : ERR_SYSTEM;
    }
    *out = mark_of(&status);
    return S_ISREG(status.st_mode) ? ERR_NONE : ERR_INVALID;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool file_mark_same(const struct file_mark *a, const struct file_mark *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

/* --- reading --- */

static enum err refuse(const char *path, const char *why)
{
    log_error("%s: %s", path, why);
    return ERR_INVALID;
}

static enum err system_failed(const char *path)
{
    log_error("%s: %s", path, strerror(errno));
    return ERR_SYSTEM;
}

/* Opens without waiting for whatever it may be, and looks at what was opened. */
static enum err open_file(struct image *image, const char *path)
{
    struct stat status;
    enum err err = file_mark_read(&image->mark, path); /* to open a device may do something to it */

    if (err == ERR_NOT_FOUND)
        return err;
    if (err == ERR_SYSTEM)
        return system_failed(path);
    if (err == ERR_INVALID)
        return refuse(path, "is no regular file");
    image->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (image->fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : system_failed(path);
    if (fstat(image->fd, &status) != 0)
        return system_failed(path);
    image->mark = mark_of(&status);
    return S_ISREG(status.st_mode) ? ERR_NONE : refuse(path, "is no regular file");
}

/* Reads len bytes at most; *got tells how many there were. */
static enum err read_bytes(struct image *image, size_t len, size_t *got, const char *path)
{
    *got = 0;
    while (*got < len) {
        ssize_t n = pread(image->fd, image->bytes + *got, len - *got, (off_t)*got);

        if (n < 0 && errno != EINTR)
            return system_failed(path);
        if (n == 0)
            break;
        if (n > 0)
            *got += (size_t)n;
    }
    return ERR_NONE;
}

static unsigned long big_endian(const unsigned char *bytes, size_t count)
{
    unsigned long number = 0;

    for (size_t i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* Whether a header belongs to a database of that many bytes. */
static const char *header_fault(const unsigned char *header, size_t len)
{
    static const char magic[16] = "SQLite format 3";
    unsigned long page = big_endian(header + 16, 2), pages = big_endian(header + 28, 4);

    if (memcmp(header, magic, sizeof magic) != 0)
        return "is no snapshot";
    if (page == 1)
        page = 65536;
    return page * pages == len ? NULL : "is not as long as it should be";
}

/* Reads the header first: a file that is no snapshot may be large, and full of holes. */
static enum err read_file(struct image *image, const char *path)
{
    size_t size = image->mark.size > 0 ? (size_t)image->mark.size : 0, got = 0;
    const char *fault;
    enum err err;

    if (size < HEADER_SIZE)
        return refuse(path, "is no snapshot");
    if (size > IMAGE_MAX) {
        log_error("%s: is larger than a snapshot may be", path);
        return ERR_LIMIT;
    }
    image->bytes = malloc(size);
    if (image->bytes == NULL)
        return ERR_MEMORY;
    err = read_bytes(image, HEADER_SIZE, &got, path);
    fault = got == HEADER_SIZE ? header_fault(image->bytes, size) : "is cut off";
    if (err == ERR_NONE && fault != NULL)
        return refuse(path, fault);
    if (err == ERR_NONE)
        err = read_bytes(image, size, &got, path);
    image->len = got;
    return err == ERR_NONE && got != size ? refuse(path, "is cut off") : err;
}

/* Nobody wrote to it meanwhile, as far as the file system can tell. */
static enum err still_the_same(const struct image *image, const char *path)
{
    struct stat status;
    struct file_mark now;

    if (fstat(image->fd, &status) != 0)
        return system_failed(path);
    now = mark_of(&status);
    now.changed = image->mark.changed; /* a rename or a link is a change, too */
    return file_mark_same(&now, &image->mark) ? ERR_NONE : refuse(path, "is being written to");
}

enum err image_read(struct image *out, const char *path)
{
    enum err err;

    *out = IMAGE_INIT;
    err = open_file(out, path);
    if (err == ERR_NONE)
        err = read_file(out, path);
    if (err == ERR_NONE)
        err = still_the_same(out, path);
    if (err != ERR_NONE)
        image_free(out);
    return err;
}

void image_free(struct image *image)
{
    free(image->bytes);
    if (image->fd >= 0)
        close(image->fd);
    *image = IMAGE_INIT;
}

/* --- opening --- */

static void harden(sqlite3 *db)
{
    static const struct {
        int option, value;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                   {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0}};
    static const struct {
        int limit, value;
    } limits[] = {{SQLITE_LIMIT_LENGTH, 16 << 20},
                  {SQLITE_LIMIT_SQL_LENGTH, 100000},
                  {SQLITE_LIMIT_ATTACHED, 0},
                  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50}};

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        sqlite3_db_config(db, options[i].option, options[i].value, NULL);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(db, limits[i].limit, limits[i].value);
}

/* flags: of sqlite3_deserialize. */
static enum err open_bytes(sqlite3 **out, unsigned char *bytes, size_t len, unsigned flags)
{
    int rc = sqlite3_open_v2(":memory:", out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK)
        rc =
            sqlite3_deserialize(*out, "main", bytes, (sqlite3_int64)len, (sqlite3_int64)len, flags);
    else if (flags & SQLITE_DESERIALIZE_FREEONCLOSE)
        sqlite3_free(bytes);
    if (rc == SQLITE_OK) /* pages are used where they lie */
        rc = sqlite3_exec(*out, "PRAGMA mmap_size = 67108864; PRAGMA cell_size_check = 1", NULL,
                          NULL, NULL);
    if (rc == SQLITE_OK) {
        harden(*out);
        return ERR_NONE;
    }
    log_error("snapshot: %s", *out != NULL ? sqlite3_errmsg(*out) : "no memory");
    if (*out == NULL || sqlite3_errcode(*out) == SQLITE_NOMEM) /* sqlite3_deserialize: 1 */
        rc = SQLITE_NOMEM;
    sqlite3_close(*out);
    *out = NULL;
    return rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
}

enum err image_open(sqlite3 **out, const struct image *image)
{
    return open_bytes(out, image->bytes, image->len, SQLITE_DESERIALIZE_READONLY);
}

enum err image_open_copy(sqlite3 **out, const struct image *image)
{
    unsigned char *copy = sqlite3_malloc64(image->len);

    *out = NULL;
    if (copy == NULL)
        return ERR_MEMORY;
    memcpy(copy, image->bytes, image->len);
    return open_bytes(out, copy, image->len,
                      SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
}

enum err image_load(struct image *image, sqlite3 **db, const char *path,
                    char identity[static DIGEST_HEX_SIZE])
{
    enum err err = image_read(image, path);

    *db = NULL;
    if (err == ERR_NONE)
        err = image_open(db, image);
    if (err == ERR_NONE)
        err = seal_check(*db, identity);
    if (err != ERR_NONE) {
        sqlite3_close(*db);
        *db = NULL;
        image_free(image);
    }
    return err;
}
