/*
 * collect_log.c: like collect.c, a chunk of the log at a time, its counters and the position behind
 * it in one transaction. A log has no name that lasts: it is rotated, and compressed. So it is
 * known by its beginning: positions are looked up by the digest of its first line and told apart by
 * a digest of its first whole lines, as many as there were (up to HEAD_MAX bytes) when it was first
 * folded. Bytes are counted in the uncompressed log.
 *
 * What a line counts as is not known here; addresses and user agents are handed to who knows, and
 * are in no key, no message and no file.
 */
#include "tally/collect_log.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "tally/tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define CHUNK    (1 << 23) /* bytes folded in one transaction: some 40,000 lines */
#define HEAD_MAX 4096
#define KEY_SIZE (4 + DIGEST_HEX_SIZE) /* "log " and the digest */

struct log_fold {
    const char *path;
    struct tally *tally;
    collect_log_judge *judge;
    void *context;
    struct collect_log_result result;
    gzFile file;
    char *chunk;                    /* CHUNK bytes */
    char line[ACCESS_LINE_MAX + 1]; /* the line in hand; changed by parsing */
    char head[HEAD_MAX];            /* the log's beginning */
    size_t head_len;
    char key[KEY_SIZE];
    struct tally_position position;
    time_t when; /* of the last line that could be read */
};

/* --- which log it is --- */

static enum err trouble(const struct log_fold *fold, const char *doing)
{
    int code;
    const char *message = gzerror(fold->file, &code);

    log_error("collect: cannot %s %s: %s", doing, fold->path,
              code == Z_ERRNO || *message == '\0' ? strerror(errno) : message);
    return ERR_SYSTEM;
}

/* Fills buffer as far as the log goes. */
static enum err read_full(struct log_fold *fold, char *buffer, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        int got = gzread(fold->file, buffer + *len, (unsigned)(size - *len));

        if (got < 0)
            return trouble(fold, "read");
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    return ERR_NONE;
}

static bool is_log(void *context, const struct tally_position *position)
{
    const struct log_fold *fold = context;
    char digest[DIGEST_HEX_SIZE];

    if (position->head_bytes <= 0 || (size_t)position->head_bytes > fold->head_len)
        return false;
    digest_hex(fold->head, (size_t)position->head_bytes, digest);
    return strcmp(digest, position->head_digest) == 0;
}

/* Reads the beginning and finds how far the log is folded. *empty: there is no whole line yet. */
static enum err find_position(struct log_fold *fold, bool *empty)
{
    char digest[DIGEST_HEX_SIZE];
    const char *first, *last;
    size_t whole;
    enum err err = read_full(fold, fold->head, sizeof fold->head, &fold->head_len);

    if (err != ERR_NONE)
        return err;
    first = memchr(fold->head, '\n', fold->head_len);
    last = memrchr(fold->head, '\n', fold->head_len);
    *empty = first == NULL && fold->head_len < sizeof fold->head;
    if (*empty)
        return ERR_NONE;
    whole = last == NULL ? fold->head_len : (size_t)(last - fold->head) + 1;
    digest_hex(fold->head, first == NULL ? fold->head_len : (size_t)(first - fold->head) + 1,
               digest);
    snprintf(fold->key, sizeof fold->key, "log %s", digest);
    err = tally_position(fold->tally, fold->key, is_log, fold, &fold->position, NULL);
    if (err == ERR_NONE && fold->position.bytes == 0) {
        fold->position.head_bytes = (int64_t)whole;
        digest_hex(fold->head, whole, fold->position.head_digest);
    }
    return err;
}

/* --- folding --- */

static enum err add_dropped(struct log_fold *fold)
{
    fold->result.dropped++;
    return tally_add_dropped(fold->tally, fold->when, 1);
}

static bool is_counted(const struct access_line *line)
{
    return strcmp(line->method, "GET") == 0 && (line->status == 200 || line->status == 304);
}

static enum err fold_line(struct log_fold *fold, const char *text, size_t len)
{
    struct access_line line;
    struct record record = {.event = {.kind = EVENT_NONE}};
    enum err err;

    fold->result.lines++;
    if (len > 0 && text[len - 1] == '\r')
        len--;
    if (len > ACCESS_LINE_MAX || memchr(text, '\0', len) != NULL)
        return add_dropped(fold);
    memcpy(fold->line, text, len);
    fold->line[len] = '\0';
    if (access_line_parse(&line, fold->line) != ERR_NONE)
        return add_dropped(fold);
    fold->when = line.when;
    if (!is_counted(&line))
        return ERR_NONE;
    err = fold->judge(fold->context, &line, &record);
    if (err != ERR_NONE || record.event.kind == EVENT_NONE)
        return err;
    fold->result.records++;
    return tally_add(fold->tally, &record);
}

/* Folds the whole lines of a chunk; *used is their length. A full chunk without a line's end is
 * used up as one that cannot be read. */
static enum err fold_lines(struct log_fold *fold, size_t len, size_t *used)
{
    const char *line = fold->chunk, *limit = line + len, *end;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && !tally_is_full(fold->tally) &&
           (end = memchr(line, '\n', (size_t)(limit - line))) != NULL) {
        err = fold_line(fold, line, (size_t)(end - line));
        line = end + 1;
    }
    *used = (size_t)(line - fold->chunk);
    if (err == ERR_NONE && *used == 0 && len == CHUNK) {
        *used = len;
        err = add_dropped(fold);
    }
    return err;
}

/* One transaction for len bytes of the chunk. */
static enum err fold_chunk(struct log_fold *fold, size_t len, size_t *used)
{
    struct collect_log_result before = fold->result;
    struct tally_position next = fold->position;
    enum err err = tally_begin(fold->tally);

    if (err == ERR_NONE)
        err = fold_lines(fold, len, used);
    next.bytes += (int64_t)*used;
    if (err == ERR_NONE && *used > 0)
        err = tally_set_position(fold->tally, fold->key, &fold->position, &next);
    if (err == ERR_NONE && *used > 0)
        err = tally_commit(fold->tally);
    if (err != ERR_NONE)
        fold->result = before;
    if (err != ERR_NONE || *used == 0)
        tally_rollback(fold->tally);
    else
        fold->position = next;
    return err;
}

static enum err fold_all(struct log_fold *fold)
{
    size_t kept = 0, len, used = 1; /* kept: bytes behind what was used, already read */
    enum err err = ERR_NONE;

    for (len = 1; err == ERR_NONE && (len > 0 || used > 0);) {
        err = read_full(fold, fold->chunk + kept, CHUNK - kept, &len);
        if (err != ERR_NONE || kept + len == 0)
            return err;
        err = fold_chunk(fold, kept + len, &used);
        kept = kept + len - used;
        memmove(fold->chunk, fold->chunk + used, kept);
    }
    return err;
}

/* Goes to the position. A log that ends before it was cut after it was folded. */
static enum err go_on(struct log_fold *fold)
{
    if (gzseek(fold->file, (z_off_t)fold->position.bytes, SEEK_SET) < 0)
        return trouble(fold, "read");
    if (fold->position.bytes > 0) {
        int next = gzgetc(fold->file);

        if (next < 0 && gztell(fold->file) < fold->position.bytes)
            log_warning("collect: %s is shorter than what was counted of it; nothing is counted "
                        "again",
                        fold->path);
        if (next < 0)
            return ERR_NONE;
        gzungetc(next, fold->file);
    }
    return fold_all(fold);
}

static enum err open_log(struct log_fold *fold)
{
    struct stat status;

    if (stat(fold->path, &status) != 0 && errno == ENOENT) {
        log_error("collect: there is no %s", fold->path);
        return ERR_NOT_FOUND;
    }
    if (stat(fold->path, &status) == 0 && !S_ISREG(status.st_mode)) {
        log_error("collect: %s is no file", fold->path);
        return ERR_INVALID;
    }
    fold->when = clock_now();
    fold->file = gzopen(fold->path, "rbe");
    if (fold->file != NULL)
        return ERR_NONE;
    log_error("collect: cannot open %s: %s", fold->path, strerror(errno));
    return ERR_SYSTEM;
}

enum err collect_log_run(const char *path, const char *store, const char *timezone,
                         collect_log_judge *judge, void *context, struct collect_log_result *result)
{
    struct log_fold *fold = calloc(1, sizeof *fold); /* too large for a stack */
    bool empty = true;
    enum err err;

    if (fold == NULL)
        return ERR_MEMORY;
    fold->path = path;
    fold->judge = judge;
    fold->context = context;
    err = open_log(fold);
    if (err == ERR_NONE)
        err = tally_open(&fold->tally, store, timezone, true);
    if (err == ERR_NONE)
        fold->chunk = malloc(CHUNK);
    if (err == ERR_NONE && fold->chunk == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = find_position(fold, &empty);
    if (err == ERR_NONE && !empty)
        err = go_on(fold);
    if (result != NULL)
        *result = fold->result;
    tally_close(fold->tally);
    if (fold->file != NULL)
        gzclose(fold->file);
    free(fold->chunk);
    free(fold);
    return err;
}
