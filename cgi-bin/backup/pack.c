/*
 * pack.c: contract in pack.h.
 */
#include "backup/pack.h"
#include "base/log.h"
#include "base/version.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK        65536
#define MANIFEST_MAX (64 << 20)

struct pack {
    struct archive *archive;
    struct archive_entry *entry;
    struct manifest manifest;
    time_t now;
    char chunk[CHUNK];
};

static enum err failed(struct archive *archive, const char *what)
{
    const char *why = archive_error_string(archive);

    log_error("backup: %s: %s", what, why != NULL ? why : "no memory");
    return archive_errno(archive) == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
}

/* --- writing --- */

enum err pack_open(struct pack **out, int fd, const char *made)
{
    struct pack *pack = calloc(1, sizeof *pack);

    *out = pack;
    if (pack == NULL)
        return ERR_MEMORY;
    pack->now = time(NULL);
    pack->archive = archive_write_new();
    pack->entry = archive_entry_new();
    if (pack->archive == NULL || pack->entry == NULL)
        return ERR_MEMORY;
    manifest_begin(&pack->manifest, made, VHOD_VERSION);
    if (archive_write_set_format_pax_restricted(pack->archive) != ARCHIVE_OK ||
        archive_write_add_filter_gzip(pack->archive) != ARCHIVE_OK ||
        archive_write_open_fd(pack->archive, fd) != ARCHIVE_OK)
        return failed(pack->archive, "beginning");
    return ERR_NONE;
}

static enum err add_head(struct pack *pack, const char *name, int64_t size, mode_t mode)
{
    struct buffer path = BUFFER_INIT;
    enum err err = ERR_NONE;

    buffer_printf(&path, PACK_FOLDER "%s", name);
    if (buffer_failed(&path))
        return ERR_MEMORY;
    archive_entry_clear(pack->entry);
    archive_entry_set_pathname(pack->entry, buffer_text(&path));
    archive_entry_set_filetype(pack->entry, AE_IFREG);
    archive_entry_set_perm(pack->entry, mode & 0777);
    archive_entry_set_size(pack->entry, size);
    archive_entry_set_mtime(pack->entry, pack->now, 0);
    if (archive_write_header(pack->archive, pack->entry) != ARCHIVE_OK)
        err = failed(pack->archive, name);
    buffer_free(&path);
    return err;
}

static enum err add_data(struct pack *pack, const char *name, const void *data, size_t len)
{
    la_ssize_t put = archive_write_data(pack->archive, data, len);

    return put == (la_ssize_t)len ? ERR_NONE : failed(pack->archive, name);
}

/* Some bytes of a file, in full unless it ends. */
static enum err read_some(int fd, const char *name, char *out, size_t want)
{
    ssize_t got;

    do
        got = read(fd, out, want);
    while (got < 0 && errno == EINTR);
    if (got == (ssize_t)want)
        return ERR_NONE;
    log_error("backup: %s: %s", name,
              got < 0 ? strerror(errno) : "became shorter while it was read; try again");
    return got < 0 ? ERR_SYSTEM : ERR_INVALID;
}

enum err pack_add(struct pack *pack, const char *name, int from, int64_t size, mode_t mode)
{
    struct digest_state digest;
    char hex[DIGEST_HEX_SIZE];
    enum err err = ERR_NONE;

    if (!manifest_is_name(name)) {
        log_error("backup: \"%s\": no file may have such a name; hidden files and control "
                  "characters are refused",
                  name);
        return ERR_INVALID;
    }
    digest_start(&digest);
    err = add_head(pack, name, size, mode);
    for (int64_t left = size; left > 0 && err == ERR_NONE;) {
        size_t want = left < CHUNK ? (size_t)left : CHUNK;

        err = read_some(from, name, pack->chunk, want);
        if (err == ERR_NONE)
            err = add_data(pack, name, pack->chunk, want);
        digest_add(&digest, pack->chunk, want);
        left -= (int64_t)want;
    }
    digest_end_hex(&digest, hex);
    if (err == ERR_NONE)
        manifest_add(&pack->manifest, name, size, hex);
    return err;
}

enum err pack_finish(struct pack *pack, const struct manifest **manifest)
{
    struct buffer text = BUFFER_INIT;
    enum err err = manifest_write(&pack->manifest, &text);

    if (err == ERR_NONE)
        err = add_head(pack, MANIFEST_NAME, (int64_t)text.len, 0644);
    if (err == ERR_NONE)
        err = add_data(pack, MANIFEST_NAME, buffer_text(&text), text.len);
    if (err == ERR_NONE && archive_write_close(pack->archive) != ARCHIVE_OK)
        err = failed(pack->archive, "ending");
    buffer_free(&text);
    *manifest = &pack->manifest;
    return err;
}

void pack_free(struct pack *pack)
{
    if (pack == NULL)
        return;
    archive_entry_free(pack->entry);
    archive_write_free(pack->archive);
    manifest_free(&pack->manifest);
    free(pack);
}

/* --- reading --- */

struct reading {
    struct archive *archive;
    struct manifest manifest;
    struct buffer told; /* the text of the manifest; the last file */
    bool ended;         /* it was seen */
    char chunk[CHUNK];
};

static enum err damaged(const char *what, const char *why)
{
    log_error("backup: damaged, or none: %s: %s; nothing was put in place", what,
              why != NULL ? why : "cannot be read");
    return ERR_INVALID;
}

/* What the library cannot read is damage, if it is not memory. */
static enum err unreadable(struct reading *reading, const char *name)
{
    if (archive_errno(reading->archive) == ENOMEM)
        return ERR_MEMORY;
    return damaged(name, archive_error_string(reading->archive));
}

static enum err write_out(int fd, const char *path, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            log_error("backup: cannot write %s: %s", path, strerror(errno));
            return ERR_SYSTEM;
        }
        data += put;
        len -= (size_t)put;
    }
    return ERR_NONE;
}

/* Unpacks one file into fd, or into the text of the manifest if fd is -1. */
static enum err take_data(struct reading *reading, const char *name, const char *path, int fd)
{
    struct digest_state digest;
    char hex[DIGEST_HEX_SIZE];
    int64_t bytes = 0;
    enum err err = ERR_NONE;

    digest_start(&digest);
    while (err == ERR_NONE) {
        la_ssize_t got = archive_read_data(reading->archive, reading->chunk, CHUNK);

        if (got < 0)
            err = unreadable(reading, name);
        if (got <= 0)
            break;
        digest_add(&digest, reading->chunk, (size_t)got);
        bytes += got;
        if (fd >= 0)
            err = write_out(fd, path, reading->chunk, (size_t)got);
        else if (bytes <= MANIFEST_MAX)
            buffer_add(&reading->told, reading->chunk, (size_t)got);
        else
            err = damaged(name, "too long");
    }
    digest_end_hex(&digest, hex);
    if (err == ERR_NONE && fd >= 0)
        manifest_add(&reading->manifest, name, bytes, hex);
    return err;
}

static enum err take_file(struct reading *reading, struct archive_entry *entry, const char *name,
                          pack_place *place, void *context)
{
    char *path = place(context, name);
    int fd;
    enum err err;

    if (path == NULL)
        return damaged(name, "no place for such a file, or none to be had");
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
              (archive_entry_perm(entry) & 0777) | 0600);
    if (fd < 0) {
        err = errno == EEXIST ? damaged(name, "there twice") : ERR_SYSTEM;
        if (err == ERR_SYSTEM)
            log_error("backup: cannot make %s: %s", path, strerror(errno));
    } else {
        err = take_data(reading, name, path, fd);
        close(fd);
    }
    free(path);
    return err;
}

static enum err take_entry(struct reading *reading, struct archive_entry *entry, pack_place *place,
                           void *context)
{
    const char *path = archive_entry_pathname(entry), *name;

    if (path == NULL || archive_entry_filetype(entry) != AE_IFREG ||
        strncmp(path, PACK_FOLDER, strlen(PACK_FOLDER)) != 0)
        return damaged(path != NULL ? path : "a file", "no file of a backup");
    name = path + strlen(PACK_FOLDER);
    if (reading->ended || !manifest_is_name(name))
        return damaged("a file", reading->ended ? "behind the end" : "of an impossible name");
    reading->ended = strcmp(name, MANIFEST_NAME) == 0;
    return reading->ended ? take_data(reading, name, NULL, -1)
                          : take_file(reading, entry, name, place, context);
}

static enum err take_all(struct reading *reading, pack_place *place, void *context)
{
    struct archive_entry *entry;
    enum err err = ERR_NONE;
    int code = ARCHIVE_OK;

    while (err == ERR_NONE &&
           (code = archive_read_next_header(reading->archive, &entry)) == ARCHIVE_OK)
        err = take_entry(reading, entry, place, context);
    if (err == ERR_NONE && code != ARCHIVE_EOF)
        err = unreadable(reading, "what follows");
    if (err == ERR_NONE && !reading->ended)
        err = damaged("the list of its files", "missing: the backup was not finished");
    return err;
}

static enum err open_archive(struct reading *reading, int fd)
{
    reading->archive = archive_read_new();
    if (reading->archive == NULL)
        return ERR_MEMORY;
    if (archive_read_support_filter_gzip(reading->archive) != ARCHIVE_OK ||
        archive_read_support_format_tar(reading->archive) != ARCHIVE_OK)
        return failed(reading->archive, "reading");
    return archive_read_open_fd(reading->archive, fd, CHUNK) == ARCHIVE_OK
               ? ERR_NONE
               : unreadable(reading, "its beginning");
}

enum err pack_read(int fd, pack_place *place, void *context, char made[static 21], long *files)
{
    struct reading *reading = calloc(1, sizeof *reading);
    enum err err;

    made[0] = '\0';
    if (reading == NULL)
        return ERR_MEMORY;
    err = open_archive(reading, fd);
    if (err == ERR_NONE)
        err = take_all(reading, place, context);
    if (err == ERR_NONE)
        err = manifest_compare(&reading->manifest, &reading->told, made);
    if (err == ERR_INVALID && reading->ended)
        err = damaged("the list of its files", "says something else");
    *files = reading->manifest.files;
    archive_read_free(reading->archive);
    manifest_free(&reading->manifest);
    buffer_free(&reading->told);
    free(reading);
    return err;
}
