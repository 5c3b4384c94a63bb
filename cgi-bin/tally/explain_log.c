/*
 * explain_log.c: reads as collect_log.c does, and adds up kinds in memory.
 */
#include "tally/explain_log.h"
#include "base/message.h"

#include "tally/log_stream.h"
#include "tally/sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (1 << 20)

struct explanation {
    const struct collect_log_job *job;
    struct sums kinds;
    char *chunk;
    char line[ACCESS_LINE_MAX + 1];
};

static enum err add(struct explanation *x, const char *kind)
{
    return sums_add(&x->kinds, kind, strlen(kind), 1);
}

static enum err explain_request(struct explanation *x, const struct access_line *line)
{
    struct record record = {.event = {.kind = EVENT_NONE}};
    char kind[128];
    enum err err;

    if (strcmp(line->method, "GET") != 0)
        return add(x, "not counted: no GET");
    if (!access_is_shown(line)) {
        snprintf(kind, sizeof kind, "not counted: status %03d", line->status);
        return add(x, kind);
    }
    err = x->job->judge(x->job->context, line, &record);
    if (err != ERR_NONE)
        return err;
    if (record.event.kind == EVENT_NONE)
        return add(x, "not counted: a page that is not");
    snprintf(kind, sizeof kind, "%s by %s", event_word(record.event.kind),
             client_word(record.client));
    return add(x, kind);
}

static enum err explain_line(struct explanation *x, const char *text, size_t len)
{
    struct access_fault fault = {1, N_("a line of text")};
    struct access_line line;
    enum access_kind kind = ACCESS_LINE;
    enum err err = ERR_INVALID;
    char words[256];

    if (access_copy_line(x->line, text, len))
        err = access_read(x->job->reader, x->line, &kind, &line, &fault);
    if (err == ERR_INVALID) {
        snprintf(words, sizeof words, translated("not of the format: not %s"),
                 translated(fault.expected));
        return add(x, words);
    }
    if (err != ERR_NONE)
        return err;
    return kind == ACCESS_COMMENT ? add(x, "comment")
           : kind == ACCESS_NOISE ? add(x, "noise: bytes that are no request")
                                  : explain_request(x, &line);
}

static enum err explain_all(struct explanation *x, struct log_stream *stream)
{
    size_t kept = 0, len = 1;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && len > 0) {
        const char *line = x->chunk, *end;

        err = log_stream_read(stream, x->chunk + kept, CHUNK - kept, &len);
        kept += err == ERR_NONE ? len : 0;
        while (err == ERR_NONE &&
               (end = memchr(line, '\n', (size_t)(x->chunk + kept - line))) != NULL) {
            err = explain_line(x, line, (size_t)(end - line));
            line = end + 1;
        }
        if (err == ERR_NONE && line == x->chunk && kept == CHUNK) {
            err = explain_line(x, line, kept);
            line += kept;
        }
        kept -= (size_t)(line - x->chunk);
        memmove(x->chunk, line, kept);
    }
    return err;
}

static int by_number(const void *left, const void *right)
{
    int64_t a = ((const struct sums_item *)left)->sum, b = ((const struct sums_item *)right)->sum;

    return a < b ? 1 : a > b ? -1 : 0;
}

enum err explain_log(const struct collect_log_job *job,
                     void (*say)(void *context, long lines, const char *kind), void *context)
{
    struct explanation *x = calloc(1, sizeof *x);
    struct log_stream *stream = NULL;
    enum err err = x == NULL ? ERR_MEMORY : log_stream_open(&stream, job->path);

    if (err == ERR_NONE) {
        x->job = job;
        x->chunk = malloc(CHUNK);
        err = x->chunk == NULL ? ERR_MEMORY : explain_all(x, stream);
    }
    if (err == ERR_NONE && x->kinds.count > 0) {
        qsort(x->kinds.items, x->kinds.count, sizeof x->kinds.items[0], by_number);
        for (size_t i = 0; i < x->kinds.count; i++)
            say(context, (long)x->kinds.items[i].sum, sums_key(&x->kinds, &x->kinds.items[i]));
    }
    log_stream_close(stream);
    if (x != NULL) {
        sums_free(&x->kinds);
        free(x->chunk);
    }
    free(x);
    return err;
}
