/*
 * tally.c: the functions of tally.h that are the same for every database: they choose the engine by
 * the store's name, keep the batch, and hand on. Counting is fold.c's, the databases'
 * business is tally/sqlite/sqlite.c's and tally/postgres/postgres.c's.
 */
#include "tally/engine.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Different things in a batch: some 10 MB, and twice that when it is written. */
#define BATCH_MAX 50000

static const struct tally_engine *const engines[] = {&tally_sqlite, &tally_postgres};

/* --- opening --- */

/* The engine whose scheme the store begins with; a plain path is SQLite's. */
static void choose_engine(struct tally *tally)
{
    tally->engine = &tally_sqlite;
    tally->place = tally->store;
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        for (const char *const *scheme = engines[i]->schemes; *scheme != NULL; scheme++)
            if (strncmp(tally->store, *scheme, strlen(*scheme)) == 0) {
                tally->engine = engines[i];
                tally->place = tally->store + strlen(*scheme);
                return;
            }
}

/* What may be logged of a store: of an address scheme, hosts and database; user, password and
 * options are left out. Where '@' and '?' stand so that a password might pass for a host, all is.
 */
static char *public_name(const struct tally *tally)
{
    const char *host = tally->place;
    const char *at = strrchr(host, '@');
    size_t scheme_len = (size_t)(tally->place - tally->store), len;
    char *name;

    if (strstr(tally->store, "://") == NULL)
        return strdup(tally->place);
    if (at != NULL && at > host + strcspn(host, "?"))
        host = "…";
    else if (at != NULL)
        host = at + 1;
    len = strcspn(host, "?");
    name = malloc(scheme_len + len + 1);
    if (name == NULL)
        return NULL;
    memcpy(name, tally->store, scheme_len);
    memcpy(name + scheme_len, host, len);
    name[scheme_len + len] = '\0';
    return name;
}

static enum err open_store(struct tally *tally, const char *store, const char *timezone)
{
    tally->store = strdup(store);
    tally->timezone = strdup(timezone);
    if (tally->store == NULL || tally->timezone == NULL)
        return ERR_MEMORY;
    choose_engine(tally);
    tally->name = public_name(tally);
    return tally->name == NULL ? ERR_MEMORY : tally->engine->open(tally);
}

enum err tally_open(struct tally **out, const char *store, const char *timezone, bool writer)
{
    struct tally *tally;
    enum err err;

    *out = NULL;
    if (!clock_is_zone(timezone)) {
        log_error("tally: \"%s\" is no time zone of this system's tzdata", timezone);
        return ERR_INVALID;
    }
    tally = calloc(1, sizeof *tally);
    if (tally == NULL)
        return ERR_MEMORY;
    tally->writer = writer;
    err = open_store(tally, store, timezone);
    if (err != ERR_NONE) {
        tally_close(tally);
        return err;
    }
    *out = tally;
    return ERR_NONE;
}

void tally_close(struct tally *tally)
{
    if (tally == NULL)
        return;
    if (tally->engine != NULL)
        tally->engine->close(tally);
    tally_batch_clear(&tally->batch);
    sums_free(&tally->batch.sums);
    free(tally->store);
    free(tally->name);
    free(tally->timezone);
    free(tally);
}

/* --- batches --- */

enum err tally_begin(struct tally *tally)
{
    if (!tally->writer) {
        log_error("tally %s: was opened for reading", tally->name);
        return ERR_INVALID;
    }
    tally_batch_clear(&tally->batch);
    return ERR_NONE;
}

enum err tally_set_position(struct tally *tally, const char *file,
                            const struct tally_position *before, const struct tally_position *after)
{
    struct tally_batch *batch = &tally->batch;
    char *copy = strdup(file);

    if (copy == NULL)
        return ERR_MEMORY;
    free(batch->file);
    batch->file = copy;
    batch->before = before->bytes;
    batch->after = after->bytes;
    batch->head_bytes = after->head_bytes;
    memcpy(batch->head_digest, after->head_digest, sizeof batch->head_digest);
    memcpy(batch->digest, after->digest, sizeof batch->digest);
    return ERR_NONE;
}

bool tally_is_full(const struct tally *tally)
{
    return tally->batch.sums.count >= BATCH_MAX;
}

enum err tally_commit(struct tally *tally)
{
    enum err err = tally_batch_derive(&tally->batch);

    if (err == ERR_NONE)
        err = tally->engine->commit(tally, &tally->batch);
    if (err == ERR_NONE)
        tally_batch_clear(&tally->batch);
    return err;
}

void tally_rollback(struct tally *tally)
{
    tally_batch_clear(&tally->batch);
}

/* --- positions --- */

struct search {
    bool (*is_file)(void *context, const struct tally_position *position);
    void *context;
    struct tally_position *found;
    bool others;
};

static bool see_position(void *context, const struct tally_position *position)
{
    struct search *search = context;

    if (search->is_file != NULL && !search->is_file(search->context, position)) {
        search->others = true;
        return true;
    }
    *search->found = *position;
    return false;
}

enum err tally_position(struct tally *tally, const char *file,
                        bool (*is_file)(void *context, const struct tally_position *position),
                        void *context, struct tally_position *position, bool *others)
{
    struct search search = {is_file, context, position, false};
    enum err err;

    *position = (struct tally_position){.bytes = 0};
    err = tally->engine->positions(tally, file, see_position, &search);
    if (others != NULL)
        *others = search.others;
    return err;
}

enum err tally_check(struct tally *tally)
{
    return tally->engine->check == NULL ? ERR_NONE : tally->engine->check(tally);
}

/* --- reading --- */

enum err tally_read_begin(struct tally *tally)
{
    return tally->engine->read_begin(tally);
}

enum err tally_read(struct tally *tally, const struct tally_query *query,
                    const char *const *parameters, tally_row *each, void *context)
{
    return tally->engine->read(tally, query, parameters, each, context);
}

void tally_read_end(struct tally *tally)
{
    tally->engine->read_end(tally);
}
