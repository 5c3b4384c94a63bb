/*
 * file.h: whole files in and out. Not for the journal (journal/journal.h) or for databases.
 */
#ifndef VHOD_BASE_FILE_H
#define VHOD_BASE_FILE_H

#include "base/buffer.h"
#include "base/err.h"
#include <stddef.h>

/* Appends a regular file of at most max bytes. ERR_NOT_FOUND; ERR_INVALID if it is no regular file;
 * ERR_LIMIT; ERR_SYSTEM (logged). */
enum err file_read(struct buffer *out, const char *path, size_t max);
/* Replaces path by these bytes: temporary file beside it, fsync, rename, fsync of the folder. */
enum err file_replace(const char *path, const void *data, size_t len);
/* fsync of a file or folder by name. */
enum err file_sync(const char *path);
/* Makes a folder and its parents, mode 0755; fine if it is there. */
enum err file_make_folder(const char *path);

/* Names in a folder that end in suffix ("" = all), without hidden ones, sorted by bytes. The caller
 * frees with file_names_free. A folder that is not there: ERR_NOT_FOUND. */
struct file_names {
    char **names;
    size_t count;
};
enum err file_names(struct file_names *out, const char *folder, const char *suffix);
void file_names_free(struct file_names *names);

/* "folder/name" or "folder/name" + suffix, allocated; NULL when memory runs out. */
char *file_path(const char *folder, const char *name, const char *suffix);
/* The folder of a path: "a/b" gives "a", "b" gives ".", "/b" gives "/". Allocated; NULL when memory
 * runs out. */
char *file_folder(const char *path);

#endif
