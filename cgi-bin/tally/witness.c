/*
 * witness.c: the file is {"views", "at", "looked", "lost": {"since", "had", "has"} or null},
 * sealed. It knows numbers of views and times, nothing of readers.
 */
#include "tally/witness.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sealed.h"
#include "tally/read.h"

#include <stdio.h>
#include <string.h>

#define LOOK_SECONDS 86400
#define SAID_SECONDS (60 * 86400)

static const struct sealed_kind kind = {"vhod-tally-seen", 1, 4096};

enum { SUM_HOUR, SUM_DAY, SUM_WEEK, SUM_BLOCK, SUM__MAX };

static const struct tally_query all_sums = {
    "SELECT (SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM hour),"
    " (SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM day),"
    " (SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM week),"
    " (SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM block)",
    "nnnn"};
/* The smallest table is enough to see whether there is less than there was. */
static const struct tally_query one_sum = {
    "SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM block", "n"};

static enum err take_all(void *context, const struct tally_value *row)
{
    int64_t *sums = context;

    for (int i = 0; i < SUM__MAX; i++)
        sums[i] = row[i].number;
    return ERR_NONE;
}

static enum err take_one(void *context, const struct tally_value *row)
{
    *(int64_t *)context = row[0].number;
    return ERR_NONE;
}

static enum err ask(struct tally *tally, const struct tally_query *query, tally_row *each,
                    int64_t *out)
{
    static const char *const none[] = {NULL};
    enum err err = tally_read_begin(tally);

    if (err == ERR_NONE)
        err = tally_read(tally, query, none, each, out);
    tally_read_end(tally);
    return err;
}

static bool is_within(const json_t *body, const char *name, time_t now, time_t seconds)
{
    time_t then;

    return clock_parse(json_text(body, name), &then) && then <= now && now - then < seconds;
}

/* --- looking --- */

/* All of it, once a day. */
static enum err look_whole(struct tally *tally)
{
    int64_t sums[SUM__MAX] = {0};
    enum err err = tally_check(tally);

    if (err == ERR_DATABASE) {
        log_error(
            "collect: the counters are damaged, so nothing is counted into them; the journals "
            "wait. Put a copy back (vhod restore), or move the file away: what the journals "
            "still hold is then counted anew");
        return err;
    }
    if (err == ERR_NONE)
        err = ask(tally, &all_sums, take_all, sums);
    /* A long history on a slow disk: SQLite's check has been made, the rest another time. */
    if (err == ERR_LIMIT)
        return ERR_NONE;
    if (err == ERR_NONE && (sums[SUM_HOUR] != sums[SUM_DAY] || sums[SUM_DAY] != sums[SUM_WEEK] ||
                            sums[SUM_WEEK] != sums[SUM_BLOCK]))
        log_error(
            "collect: the tables of the counters disagree: %lld views by hours, %lld by days, "
            "%lld by weeks, %lld by eight weeks. Somebody changed them by hand; vhod collect "
            "--rebuild FILE counts the journals anew, to compare",
            (long long)sums[SUM_HOUR], (long long)sums[SUM_DAY], (long long)sums[SUM_WEEK],
            (long long)sums[SUM_BLOCK]);
    return err;
}

static enum err write_body(const char *path, json_t *body)
{
    enum err err = body == NULL ? ERR_MEMORY : sealed_write(path, &kind, body);

    if (err == ERR_MEMORY)
        log_warning("collect: %s: %s", path, err_text(err));
    json_decref(body);
    return err;
}

/* Says that there is less than there was, and writes that down. */
static void say_lost(const char *path, json_t *body, int64_t had, int64_t has, time_t now)
{
    char at[21];

    clock_format(now, at);
    log_error(
        "collect: the counters hold %lld views, and held %lld at %s: they were emptied, or "
        "replaced by an older copy. What the journals still hold is counted anew; for the rest "
        "put a copy back (vhod restore)",
        (long long)has, (long long)had, json_text(body, "at"));
    if (json_object_set_new(body, "lost",
                            json_pack("{s:s, s:I, s:I}", "since", at, "had", (json_int_t)had, "has",
                                      (json_int_t)has)) == 0 &&
        json_object_set_new(body, "views", json_integer(has)) == 0)
        (void)write_body(path, json_incref(body));
}

enum err witness_look(const char *path, struct tally *tally, time_t now)
{
    json_t *body = NULL;
    int64_t has = 0, had;
    enum err err = sealed_read(path, &kind, &body);

    if (err == ERR_MEMORY)
        return err;
    err = is_within(body, "looked", now, LOOK_SECONDS) ? ERR_NONE : look_whole(tally);
    if (err == ERR_NONE)
        err = ask(tally, &one_sum, take_one, &has);
    had = json_number(body, "views");
    if (err == ERR_NONE && has < had)
        say_lost(path, body, had, has, now);
    json_decref(body);
    return err;
}

enum err witness_keep(const char *path, struct tally *tally, time_t now)
{
    json_t *before = NULL, *lost;
    int64_t has = 0;
    char at[21], looked[21];
    enum err err = sealed_read(path, &kind, &before);

    if (err != ERR_MEMORY)
        err = ask(tally, &one_sum, take_one, &has);
    if (err != ERR_NONE) {
        json_decref(before);
        return err;
    }
    clock_format(now, at);
    lost = json_object_get(before, "lost");
    snprintf(looked, sizeof looked, "%s",
             is_within(before, "looked", now, LOOK_SECONDS) ? json_text(before, "looked") : at);
    if (before == NULL || json_number(before, "views") != has ||
        strcmp(looked, json_text(before, "looked")) != 0)
        err = write_body(path, json_pack("{s:I, s:s, s:s, s:O?}", "views", (json_int_t)has, "at",
                                         at, "looked", looked, "lost", lost));
    json_decref(before);
    return err;
}

/* --- for the owner --- */

enum err witness_lost(const char *path, time_t now, json_t **out)
{
    json_t *body = NULL, *lost;
    enum err err = sealed_read(path, &kind, &body);

    *out = NULL;
    if (err == ERR_MEMORY)
        return err;
    lost = json_object_get(body, "lost");
    *out = json_is_object(lost) && is_within(lost, "since", now, SAID_SECONDS) ? json_incref(lost)
                                                                               : json_null();
    json_decref(body);
    return ERR_NONE;
}
