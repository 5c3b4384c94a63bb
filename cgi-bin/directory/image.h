/*
 * image.h: a snapshot file in memory: read once, whole, and checked. What was checked is what is
 * asked, and what is sent to whoever wants the file: nothing that happens to the file afterwards
 * (overwritten, cut, replaced) reaches a reader.
 */
#ifndef VHOD_DIRECTORY_IMAGE_H
#define VHOD_DIRECTORY_IMAGE_H

#include "base/digest.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

struct sqlite3;

/* What tells one file from another under the same name, and from itself after a change. */
struct file_mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
};

/* One stat(2). ERR_NOT_FOUND: nothing there; ERR_INVALID: something that is no regular file, or a
 * path that leads nowhere; ERR_SYSTEM. Says nothing to the log; errno is kept. */
enum err file_mark_read(struct file_mark *out, const char *path);
bool file_mark_same(const struct file_mark *a, const struct file_mark *b);

/* A file's bytes. */
struct image {
    unsigned char *bytes;
    size_t len;
    struct file_mark mark; /* of the file when it was read */
    int fd;                /* kept open, so that no other file gets the inode number; -1: none */
};

#define IMAGE_INIT ((struct image){.fd = -1})

/* Reads the file whole. ERR_NOT_FOUND; ERR_INVALID (logged): no regular file, no database, not as
 * long as it says, or changed while it was read; ERR_LIMIT, ERR_MEMORY, ERR_SYSTEM (logged). */
enum err image_read(struct image *out, const char *path);
void image_free(struct image *image);

/* Opens the image as a database that cannot be written; the image must outlive the connection. The
 * file is ours, yet the site is public: what reading never needs is switched off, so a damaged file
 * or a slip in a statement cannot do more than fail (sqlite.org/security.html). ERR_DATABASE,
 * ERR_MEMORY (logged). */
enum err image_open(struct sqlite3 **out, const struct image *image);

/* Opens a copy of the image that may be changed and is the connection's own. Errors as above. */
enum err image_open_copy(struct sqlite3 **out, const struct image *image);

/* All three: reads, opens, and checks the seal (seal.h). On an error nothing is left to free. */
enum err image_load(struct image *image, struct sqlite3 **db, const char *path,
                    char identity[static DIGEST_HEX_SIZE]);

#endif
