/*
 * log_identity.c: the positions with the log's first line are tried by reading the log up to each
 * of them; the one that is furthest and whose digest is right is its own. Positions of an earlier
 * version have no digest: their beginning decides, as it did then.
 */
#include "tally/log_identity.h"

#include "base/log.h"
#include "tally/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MAX 64
#define SURE_LINES     3 /* two logs do not have so many first lines in common */
#define BLOCK          65536

struct candidate {
    struct tally_position position;
    bool began; /* the log has its beginning */
};

struct search {
    struct log_identity *identity;
    struct candidate candidates[CANDIDATES_MAX]; /* by bytes, the fewest first */
    size_t count;
    const struct tally_position *cut; /* of one that is longer than the log */
};

static long count_lines(const char *text, size_t len)
{
    const char *limit = text + len;
    long lines = 0;

    while ((text = memchr(text, '\n', (size_t)(limit - text))) != NULL) {
        lines++;
        text++;
    }
    return lines;
}

static bool has_beginning(const struct log_identity *identity,
                          const struct tally_position *position)
{
    char digest[DIGEST_HEX_SIZE];

    if (position->head_bytes <= 0 || (size_t)position->head_bytes > identity->head_len)
        return false;
    digest_hex(identity->head, (size_t)position->head_bytes, digest);
    return strcmp(digest, position->head_digest) == 0;
}

/* Keeps it in its place, and takes none. Too many alike: those whose beginning is shortest, which
 * say least, come last and are left out. */
static bool note_candidate(void *context, const struct tally_position *position)
{
    struct search *search = context;
    size_t at = search->count;

    if (search->count == CANDIDATES_MAX)
        return true;
    for (; at > 0 && search->candidates[at - 1].position.bytes > position->bytes; at--)
        search->candidates[at] = search->candidates[at - 1];
    search->candidates[at].position = *position;
    search->candidates[at].began = has_beginning(search->identity, position);
    search->count++;
    return false;
}

/* --- reading up to a place --- */

/* Goes to to; *reached is false if the log ends before. */
static enum err read_to(struct log_identity *identity, struct log_stream *stream, int64_t to,
                        bool *reached)
{
    char block[BLOCK];
    enum err err = ERR_NONE;

    *reached = true;
    while (err == ERR_NONE && *reached && identity->position.bytes < to) {
        int64_t left = to - identity->position.bytes;
        size_t wanted = left < BLOCK ? (size_t)left : BLOCK, len;

        err = log_stream_read(stream, block, wanted, &len);
        if (err != ERR_NONE)
            break;
        *reached = len == wanted;
        digest_add(&identity->digest, block, len);
        identity->lines += count_lines(block, len);
        identity->position.bytes += (int64_t)len;
    }
    return err;
}

static void start_over(struct log_identity *identity)
{
    identity->position = (struct tally_position){.bytes = 0};
    identity->lines = 0;
    digest_start(&identity->digest);
}

static bool has_digest(const struct log_identity *identity, const char *wanted)
{
    struct digest_state copy = identity->digest;
    char digest[DIGEST_HEX_SIZE];

    if (*wanted == '\0')
        return true;
    digest_end_hex(&copy, digest);
    return strcmp(digest, wanted) == 0;
}

/* Tries the candidates; *best is the one that it is, or NULL. */
static enum err try_candidates(struct search *search, struct log_stream *stream,
                               const struct tally_position **best)
{
    struct log_identity *identity = search->identity;
    bool reached = true;
    enum err err = log_stream_rewind(stream);

    *best = NULL;
    start_over(identity);
    for (size_t i = 0; i < search->count && err == ERR_NONE; i++) {
        const struct tally_position *position = &search->candidates[i].position;

        if (!search->candidates[i].began)
            continue;
        if (reached)
            err = read_to(identity, stream, position->bytes, &reached);
        if (!reached)
            search->cut = position;
        else if (err == ERR_NONE && has_digest(identity, position->digest))
            *best = position;
    }
    return err;
}

/* To the position that is the log's own; mostly the stream stands there already. */
static enum err go_to(struct log_identity *identity, struct log_stream *stream,
                      const struct tally_position *position)
{
    bool reached = true;
    enum err err;

    if (identity->position.bytes == position->bytes)
        return ERR_NONE;
    err = log_stream_rewind(stream);
    start_over(identity);
    if (err == ERR_NONE)
        err = read_to(identity, stream, position->bytes, &reached);
    return err == ERR_NONE && !reached ? ERR_BUSY : err; /* somebody cuts it at this moment */
}

/* --- what came of it --- */

static enum err refuse(const char *path, const char *why)
{
    log_error("collect: %s %s; nothing of it is counted", path, why);
    return ERR_INVALID;
}

/* The log is shorter than what was counted of one that begins as it does. */
static enum err judge_cut(const struct search *search, const char *path, enum log_found *found)
{
    const struct log_identity *identity = search->identity;

    if (count_lines(identity->head, (size_t)search->cut->head_bytes) < SURE_LINES &&
        search->cut->head_bytes < LOG_HEAD_MAX / 2)
        return refuse(path,
                      "begins as a log that was counted, and is shorter: it is that one, cut, "
                      "or one of another machine. When it is longer, that can be told");
    log_warning("collect: %s is shorter than what was counted of it; nothing is counted again",
                path);
    *found = LOG_CUT;
    return ERR_NONE;
}

/* A log that begins as ones before, and is none of them. */
static enum err judge_new(struct search *search, const char *path)
{
    struct log_identity *identity = search->identity;
    bool whole = identity->head_len < LOG_HEAD_MAX;
    const char *last = memrchr(identity->head, '\n', identity->head_len);
    size_t len = last == NULL ? identity->head_len : (size_t)(last - identity->head) + 1;

    start_over(identity);
    identity->position.head_bytes = (int64_t)len;
    digest_hex(identity->head, len, identity->position.head_digest);
    for (size_t i = 0; i < search->count; i++) {
        const struct candidate *candidate = &search->candidates[i];

        if (strcmp(candidate->position.head_digest, identity->position.head_digest) == 0)
            return refuse(path, "begins as a log that was counted, and goes on otherwise: it was "
                                "edited, or two logs were put together");
        if (whole && candidate->position.head_bytes > (int64_t)identity->head_len)
            return refuse(path, "begins with the line of a log that was counted, and is shorter "
                                "than its beginning: when it is longer, they can be told apart");
    }
    return ERR_NONE;
}

static enum err read_head(struct log_identity *identity, struct log_stream *stream, bool *empty)
{
    enum err err =
        log_stream_read(stream, identity->head, sizeof identity->head, &identity->head_len);
    const char *first;
    char digest[DIGEST_HEX_SIZE];

    if (err != ERR_NONE)
        return err;
    first = memchr(identity->head, '\n', identity->head_len);
    *empty = first == NULL && identity->head_len < sizeof identity->head;
    digest_hex(identity->head,
               first == NULL ? identity->head_len : (size_t)(first - identity->head) + 1, digest);
    snprintf(identity->key, sizeof identity->key, "log %s", digest);
    return ERR_NONE;
}

enum err log_identity_find(struct log_identity *out, struct log_stream *stream, struct tally *tally,
                           const char *path, enum log_found *found)
{
    struct search search = {.identity = out, .count = 0};
    const struct tally_position *best = NULL;
    struct tally_position none;
    bool empty = false;
    enum err err = read_head(out, stream, &empty);

    *found = empty ? LOG_EMPTY : LOG_FOUND;
    if (err != ERR_NONE || empty)
        return err;
    err = tally_position(tally, out->key, note_candidate, &search, &none, NULL);
    if (err == ERR_NONE)
        err = try_candidates(&search, stream, &best);
    if (err != ERR_NONE)
        return err;
    if (best == NULL) {
        err = search.cut != NULL ? judge_cut(&search, path, found) : judge_new(&search, path);
        return err == ERR_NONE && *found == LOG_FOUND ? log_stream_rewind(stream) : err;
    }
    err = go_to(out, stream, best);
    out->position = *best;
    return err;
}

void log_identity_go_on(struct log_identity *identity, const char *bytes, size_t len, long lines)
{
    struct digest_state copy;

    digest_add(&identity->digest, bytes, len);
    copy = identity->digest;
    digest_end_hex(&copy, identity->position.digest);
    identity->position.bytes += (int64_t)len;
    identity->lines += lines;
}

/* --- logs in logs --- */

static const struct tally_query beginnings_query = {
    "SELECT DISTINCT substr(file, 5) FROM position WHERE file LIKE 'log %'", "t"};

static int compare_digests(const void *left, const void *right)
{
    return strcmp(left, right);
}

static enum err note_beginning(void *context, const struct tally_value *row)
{
    struct log_beginnings *beginnings = context;

    if (strlen(row[0].text) != DIGEST_HEX_SIZE - 1)
        return ERR_NONE;
    if (beginnings->count == beginnings->capacity) {
        size_t capacity = beginnings->capacity == 0 ? 64 : beginnings->capacity * 2;
        void *more = realloc(beginnings->digests, capacity * sizeof *beginnings->digests);

        if (more == NULL)
            return ERR_MEMORY;
        beginnings->digests = more;
        beginnings->capacity = capacity;
    }
    memcpy(beginnings->digests[beginnings->count++], row[0].text, DIGEST_HEX_SIZE);
    return ERR_NONE;
}

enum err log_beginnings_read(struct log_beginnings *out, struct tally *tally)
{
    static const char *const none[] = {NULL};
    enum err err = tally_read_begin(tally);

    if (err == ERR_NONE)
        err = tally_read(tally, &beginnings_query, none, note_beginning, out);
    tally_read_end(tally);
    if (err == ERR_NONE && out->count > 0)
        qsort(out->digests, out->count, sizeof *out->digests, compare_digests);
    return err;
}

void log_beginnings_free(struct log_beginnings *beginnings)
{
    free(beginnings->digests);
    *beginnings = (struct log_beginnings){.digests = NULL};
}

struct place {
    const char *text;
    size_t left;
    bool here;
};

static bool is_here(void *context, const struct tally_position *position)
{
    struct place *place = context;
    char digest[DIGEST_HEX_SIZE];
    size_t len = (size_t)position->head_bytes;

    if (position->head_bytes <= 0 || len > place->left || count_lines(place->text, len) < 2)
        return false;
    digest_hex(place->text, len, digest);
    place->here = strcmp(digest, position->head_digest) == 0;
    return place->here;
}

enum err log_begins_here(const struct log_beginnings *beginnings, struct tally *tally,
                         const char *text, size_t line_len, size_t left, bool *here)
{
    char digest[DIGEST_HEX_SIZE], key[LOG_KEY_SIZE];
    struct place place = {text, left, false};
    struct tally_position none;
    enum err err;

    *here = false;
    if (beginnings->count == 0)
        return ERR_NONE;
    digest_hex(text, line_len, digest);
    if (bsearch(digest, beginnings->digests, beginnings->count, sizeof *beginnings->digests,
                compare_digests) == NULL)
        return ERR_NONE;
    snprintf(key, sizeof key, "log %s", digest);
    err = tally_position(tally, key, is_here, &place, &none, NULL);
    *here = place.here;
    return err;
}
