/*
 * log_stream.c: the only one of the tally that knows libarchive, whose filters unpack. A plain file
 * is one without a filter.
 */
#include "tally/log_stream.h"

#include "base/log.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 65536 /* bytes read at once */

struct log_stream {
    const char *path; /* borrowed; for messages */
    int fd;
    struct archive *archive;
    bool ended;
};

static enum err trouble(const struct log_stream *stream)
{
    const char *why = archive_error_string(stream->archive);
    int code = archive_errno(stream->archive);

    log_error("collect: cannot read %s: %s", stream->path, why != NULL ? why : strerror(code));
    return code == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
}

/* --- opening --- */

static enum err copy_input(int to)
{
    char block[BLOCK];
    ssize_t got;

    while ((got = read(STDIN_FILENO, block, sizeof block)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || write(to, block, (size_t)got) != got)
            return ERR_SYSTEM;
    }
    return ERR_NONE;
}

/* Standard input in a file that goes when it is closed. */
static enum err open_input(struct log_stream *stream)
{
    FILE *aside = tmpfile();
    enum err err = aside == NULL ? ERR_SYSTEM : ERR_NONE;

    if (err == ERR_NONE)
        stream->fd = fcntl(fileno(aside), F_DUPFD_CLOEXEC, 0);
    if (err == ERR_NONE && stream->fd < 0)
        err = ERR_SYSTEM;
    if (err == ERR_NONE)
        err = copy_input(stream->fd);
    if (err != ERR_NONE)
        log_error("collect: cannot put standard input aside: %s", strerror(errno));
    if (aside != NULL)
        fclose(aside);
    return err;
}

static enum err open_file(struct log_stream *stream)
{
    struct stat status;

    if (strcmp(stream->path, "-") == 0)
        return open_input(stream);
    stream->fd = open(stream->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (stream->fd < 0 && errno == ENOENT) {
        log_error("collect: there is no %s", stream->path);
        return ERR_NOT_FOUND;
    }
    if (stream->fd < 0 || fstat(stream->fd, &status) != 0) {
        log_error("collect: cannot open %s: %s", stream->path, strerror(errno));
        return ERR_SYSTEM;
    }
    if (S_ISREG(status.st_mode))
        return ERR_NONE;
    log_error("collect: %s is no file", stream->path);
    return ERR_INVALID;
}

static bool add_filters(struct archive *archive)
{
    return archive_read_support_filter_gzip(archive) == ARCHIVE_OK &&
           archive_read_support_filter_bzip2(archive) == ARCHIVE_OK &&
           archive_read_support_filter_xz(archive) == ARCHIVE_OK &&
           archive_read_support_filter_zstd(archive) == ARCHIVE_OK &&
           archive_read_support_format_raw(archive) == ARCHIVE_OK &&
           archive_read_support_format_empty(archive) == ARCHIVE_OK;
}

enum err log_stream_rewind(struct log_stream *stream)
{
    struct archive_entry *entry;
    int code;

    archive_read_free(stream->archive);
    stream->archive = archive_read_new();
    stream->ended = false;
    if (stream->archive == NULL)
        return ERR_MEMORY;
    if (lseek(stream->fd, 0, SEEK_SET) < 0 || !add_filters(stream->archive) ||
        archive_read_open_fd(stream->archive, stream->fd, BLOCK) != ARCHIVE_OK)
        return trouble(stream);
    code = archive_read_next_header(stream->archive, &entry);
    stream->ended = code == ARCHIVE_EOF;
    return code == ARCHIVE_OK || code == ARCHIVE_EOF ? ERR_NONE : trouble(stream);
}

enum err log_stream_open(struct log_stream **out, const char *path)
{
    struct log_stream *stream = calloc(1, sizeof *stream);
    enum err err;

    *out = NULL;
    if (stream == NULL)
        return ERR_MEMORY;
    stream->path = path;
    stream->fd = -1;
    err = open_file(stream);
    if (err == ERR_NONE)
        err = log_stream_rewind(stream);
    if (err != ERR_NONE) {
        log_stream_close(stream);
        return err;
    }
    *out = stream;
    return ERR_NONE;
}

void log_stream_close(struct log_stream *stream)
{
    if (stream == NULL)
        return;
    archive_read_free(stream->archive);
    if (stream->fd >= 0)
        close(stream->fd);
    free(stream);
}

/* --- reading --- */

enum err log_stream_read(struct log_stream *stream, char *buffer, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size && !stream->ended) {
        la_ssize_t got = archive_read_data(stream->archive, buffer + *len, size - *len);

        if (got < 0)
            return trouble(stream);
        stream->ended = got == 0;
        *len += (size_t)got;
    }
    return ERR_NONE;
}
