/*
 * collect_log.c: like collect.c, a chunk of the log at a time, its counters and the position behind
 * it in one transaction. Which log it is, and how far it is folded, log_identity.c finds out. Bytes
 * are counted in the unpacked log.
 *
 * What a line counts as is not known here; addresses and user agents are handed to who knows, and
 * are in no key, no message and no file.
 */
#include "tally/collect_log.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/message.h"
#include "tally/log_identity.h"
#include "tally/sums.h"
#include "tally/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK   (1 << 23) /* bytes folded in one transaction: some 40,000 lines */
#define BAD_MIN 3         /* a log is torn now and then */

struct log_fold {
    const struct collect_log_job *job;
    struct tally *tally;
    struct collect_log_result result;
    struct log_stream *stream;
    struct log_identity identity;
    struct log_beginnings beginnings;
    char *chunk;                    /* CHUNK bytes */
    char line[ACCESS_LINE_MAX + 1]; /* the line in hand; changed by parsing */
    bool fits;                      /* a line of the log was of its form */
    long bad;                       /* lines of the chunk that were not, and the first of them */
    long bad_line;
    struct access_fault bad_fault;
    size_t bad_at;
    time_t when; /* of the last line that could be read */
};

/* --- refusing --- */

static void note_bad(struct log_fold *fold, const char *text, const struct access_fault *fault)
{
    if (fold->bad++ > 0)
        return;
    fold->bad_line = fold->identity.lines + fold->result.lines;
    fold->bad_fault = *fault;
    fold->bad_at = (size_t)(text - fold->chunk);
}

/* Says what stands where another thing should, and what the line would be. */
static enum err refuse(struct log_fold *fold)
{
    struct buffer words = BUFFER_INIT;
    const char *text = fold->chunk + fold->bad_at;
    size_t len = strcspn(text, "\n");
    enum err err = ERR_NONE;

    if (len <= ACCESS_LINE_MAX) {
        memcpy(fold->line, text, len);
        fold->line[len] = '\0';
        err = access_formats_of(&words, fold->line);
    }
    if (err == ERR_NONE)
        log_error("collect: %s:%ld:%zu: expected %s; %s%s. Nothing is counted from here on",
                  fold->job->path, fold->bad_line, fold->bad_fault.column,
                  translated(fold->bad_fault.expected),
                  words.len > 0 ? translated("the line would fit --format ")
                                : translated("no known format fits the line"),
                  buffer_text(&words));
    buffer_free(&words);
    return err == ERR_NONE ? ERR_INVALID : err;
}

static bool is_other_log(const struct log_fold *fold, long lines)
{
    return fold->bad > 0 && (!fold->fits || (fold->bad >= BAD_MIN &&
                                             fold->bad * 100 > fold->job->bad_percent * lines));
}

/* --- folding --- */

static enum err add_dropped(struct log_fold *fold)
{
    fold->result.dropped++;
    return tally_add_dropped(fold->tally, fold->when, 1);
}

static enum err fold_request(struct log_fold *fold, const struct access_line *line)
{
    struct record record = {.event = {.kind = EVENT_NONE}};
    enum err err;

    fold->when = line->when;
    if (!access_is_shown(line))
        return ERR_NONE;
    err = fold->job->judge(fold->job->context, line, &record);
    if (err != ERR_NONE || record.event.kind == EVENT_NONE)
        return err;
    fold->result.records++;
    return tally_add(fold->tally, &record);
}

static enum err fold_line(struct log_fold *fold, const char *text, size_t len)
{
    struct access_fault fault = {1, "a line of text"};
    struct access_line line;
    enum access_kind kind = ACCESS_LINE;
    enum err err = ERR_INVALID;

    fold->result.lines++;
    if (access_copy_line(fold->line, text, len))
        err = access_read(fold->job->reader, fold->line, &kind, &line, &fault);
    if (err == ERR_INVALID) {
        note_bad(fold, text, &fault);
        /* The first line of all says what the log is. */
        return fold->fits || fold->identity.position.bytes > 0 ? add_dropped(fold) : refuse(fold);
    }
    if (err != ERR_NONE || kind == ACCESS_COMMENT)
        return err;
    fold->fits = true;
    if (kind == ACCESS_LINE)
        return fold_request(fold, &line);
    fold->result.noise++;
    fold->when = line.when;
    return ERR_NONE;
}

/* Refuses what was counted under another name: the log is two that were put together. */
static enum err refuse_known(struct log_fold *fold, const char *line, size_t len, size_t left)
{
    bool here = false;
    enum err err = ERR_NONE;

    if (fold->identity.position.bytes > 0 || line > fold->chunk)
        err = log_begins_here(&fold->beginnings, fold->tally, line, len, left, &here);
    if (err != ERR_NONE || !here)
        return err;
    log_error("collect: %s:%ld: here begins a log that was counted already; give logs one by one. "
              "Nothing is counted from here on",
              fold->job->path, fold->identity.lines + fold->result.lines + 1);
    return ERR_INVALID;
}

/* Folds the whole lines of a chunk; *used is their length. A full chunk without a line's end is
 * used up as one that cannot be read. */
static enum err fold_lines(struct log_fold *fold, size_t len, size_t *used)
{
    const char *line = fold->chunk, *limit = line + len, *end;
    long before = fold->result.lines;
    enum err err = ERR_NONE;

    fold->bad = 0;
    while (err == ERR_NONE && !tally_is_full(fold->tally) &&
           (end = memchr(line, '\n', (size_t)(limit - line))) != NULL) {
        err = refuse_known(fold, line, (size_t)(end - line) + 1, (size_t)(limit - line));
        if (err == ERR_NONE)
            err = fold_line(fold, line, (size_t)(end - line));
        line = end + 1;
    }
    *used = (size_t)(line - fold->chunk);
    if (err == ERR_NONE && *used == 0 && len == CHUNK) {
        *used = len;
        err = add_dropped(fold);
    }
    if (err == ERR_NONE && is_other_log(fold, fold->result.lines - before))
        err = refuse(fold);
    return err;
}

/* One transaction for len bytes of the chunk. */
static enum err fold_chunk(struct log_fold *fold, size_t len, size_t *used)
{
    struct collect_log_result before = fold->result;
    struct log_identity *identity = &fold->identity;
    struct log_identity next = *identity;
    enum err err = tally_begin(fold->tally);

    *used = 0;
    if (err == ERR_NONE)
        err = fold_lines(fold, len, used);
    if (err == ERR_NONE && *used > 0) {
        log_identity_go_on(&next, fold->chunk, *used, 0);
        err = tally_set_position(fold->tally, identity->key, &identity->position, &next.position);
    }
    if (err == ERR_NONE && *used > 0)
        err = tally_commit(fold->tally);
    if (err != ERR_NONE)
        fold->result = before;
    if (err != ERR_NONE || *used == 0)
        tally_rollback(fold->tally);
    else
        *identity = next;
    return err;
}

static enum err fold_all(struct log_fold *fold)
{
    size_t kept = 0, len, used = 1; /* kept: bytes behind what was used, already read */
    enum err err = ERR_NONE;

    for (len = 1; err == ERR_NONE && (len > 0 || used > 0);) {
        err = log_stream_read(fold->stream, fold->chunk + kept, CHUNK - kept, &len);
        if (err != ERR_NONE || kept + len == 0)
            return err;
        err = fold_chunk(fold, kept + len, &used);
        kept = kept + len - used;
        memmove(fold->chunk, fold->chunk + used, kept);
    }
    return err;
}

/* What a table says of its columns stands at its beginning, which may be folded already. */
static enum err read_comments(struct log_fold *fold)
{
    const char *line = fold->identity.head, *limit = line + fold->identity.head_len, *end;
    struct access_fault fault;
    struct access_line parsed;
    enum access_kind kind;
    enum err err = ERR_NONE;

    for (; err == ERR_NONE && line < limit && *line == '#' &&
           (end = memchr(line, '\n', (size_t)(limit - line))) != NULL;
         line = end + 1)
        if (access_copy_line(fold->line, line, (size_t)(end - line)) &&
            access_read(fold->job->reader, fold->line, &kind, &parsed, &fault) == ERR_MEMORY)
            err = ERR_MEMORY;
    return err;
}

/* Finds the log's position and goes on from there. */
static enum err fold_log(struct log_fold *fold)
{
    enum log_found found;
    enum err err =
        log_identity_find(&fold->identity, fold->stream, fold->tally, fold->job->path, &found);

    if (err != ERR_NONE || found != LOG_FOUND)
        return err;
    fold->fits = fold->identity.position.bytes > 0;
    err = log_beginnings_read(&fold->beginnings, fold->tally);
    if (err == ERR_NONE && fold->fits)
        err = read_comments(fold);
    return err == ERR_NONE ? fold_all(fold) : err;
}

enum err collect_log_run(const struct collect_log_job *job, struct collect_log_result *result)
{
    struct log_fold *fold = calloc(1, sizeof *fold); /* too large for a stack */
    enum err err;

    if (fold == NULL)
        return ERR_MEMORY;
    fold->job = job;
    fold->when = clock_now();
    err = log_stream_open(&fold->stream, job->path);
    if (err == ERR_NONE)
        err = tally_open(&fold->tally, job->store, job->timezone, true);
    if (err == ERR_NONE)
        fold->chunk = malloc(CHUNK);
    if (err == ERR_NONE && fold->chunk == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = fold_log(fold);
    if (result != NULL)
        *result = fold->result;
    tally_close(fold->tally);
    log_stream_close(fold->stream);
    log_beginnings_free(&fold->beginnings);
    free(fold->chunk);
    free(fold);
    return err;
}
