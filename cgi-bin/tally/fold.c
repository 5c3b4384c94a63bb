/*
 * fold.c: counting: records become sums in memory (sums.h), which an engine writes when the
 * batch is committed, so views of one thing cost one upsert and not one each. Knows no database.
 */
#include "tally/engine.h"

#include "base/clock.h"
#include "tally/period.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_CEILING     1000 /* rows of search, and of missing, for each day and client */
#define REFERRER_CEILING 5000 /* some schools times what they link to */
#define LANGUAGE_CEILING 200  /* as many as are spoken; tags are made up of any letters */
#define KEY_SIZE         1024 /* more than the longest key: hour, client, kind, id and host */
#define QUARTER          900  /* seconds; no zone changes its offset within one today */
#define HOUR_LENGTH      13   /* "2026-11-21T08" */
#define DAY_LENGTH       10

const struct tally_table tally_tables[] = {
    {'h', "hour", {"hour", "client", "kind", "id"}, "views", NULL, 0, {NULL}},
    {'y', "day", {"day", "client", "kind", "id"}, "views", NULL, 0, {NULL}},
    {'w', "week", {"week", "client", "kind", "id"}, "views", NULL, 0, {NULL}},
    {'b', "block", {"block", "client", "kind", "id"}, "views", NULL, 0, {NULL}},
    {'t', "total", {"day", "client", "kind"}, "views", NULL, 0, {NULL}},
    {'l',
     "language",
     {"day", "client", "language"},
     "views",
     NULL,
     LANGUAGE_CEILING,
     {NULL, NULL, TALLY_REST}},
    {'d', "dropped", {"day"}, "count", NULL, 0, {NULL}},
    {'r',
     "referrer",
     {"day", "client", "host", "kind", "id"},
     "views",
     NULL,
     REFERRER_CEILING,
     {NULL, NULL, TALLY_REST, TALLY_REST, TALLY_REST}},
    {'s',
     "search",
     {"day", "client", "query", "empty"},
     "count",
     "empty",
     OPEN_CEILING,
     {NULL, NULL, TALLY_REST, NULL}},
    {'m',
     "missing",
     {"day", "client", "path", "referrer"},
     "count",
     NULL,
     OPEN_CEILING,
     {NULL, NULL, TALLY_REST, ""}},
    {'c',
     "chosen",
     {"day", "client", "query", "kind", "id"},
     "count",
     NULL,
     OPEN_CEILING,
     {NULL, NULL, TALLY_REST, TALLY_REST, TALLY_REST}},
    {.name = NULL},
};

/* Tables that are sums of the table hour: its mark, how its first text comes from the hour, and how
 * many texts are taken. */
static const struct derived {
    char mark;
    long (*first)(long day); /* of tally/period.h; NULL: the day itself */
    size_t width;
} derived[] = {{'y', NULL, 4}, {'w', period_monday, 4}, {'b', period_block, 4}, {'t', NULL, 3}};

size_t tally_table_width(const struct tally_table *table)
{
    size_t width = 0;

    while (width < TALLY_COLUMNS_MAX && table->columns[width] != NULL)
        width++;
    return width;
}

/* --- keys --- */

/* A key under construction; no text holds a TAB. */
struct key {
    char text[KEY_SIZE];
    char *end;
};

static void key_add_len(struct key *key, const char *text, size_t len)
{
    *key->end++ = '\t';
    memcpy(key->end, text, len);
    key->end += len;
    *key->end = '\0';
}

static void key_add(struct key *key, const char *text)
{
    key_add_len(key, text, strlen(text));
}

static void key_start(struct key *key, char mark)
{
    key->end = key->text;
    *key->end++ = mark;
}

void tally_key_split(struct tally_key *out, const char *key)
{
    out->count = 0;
    while (out->count < TALLY_COLUMNS_MAX && *(key += strcspn(key, "\t")) != '\0') {
        key++;
        out->texts[out->count++] = (struct tally_text){key, strcspn(key, "\t")};
    }
}

void tally_key_rest(struct tally_key *key, const struct tally_table *table)
{
    for (size_t i = 0; i < key->count; i++)
        if (table->rest[i] != NULL)
            key->texts[i] = (struct tally_text){table->rest[i], strlen(table->rest[i])};
}

/* --- records to sums --- */

/* Local hour of an instant into tally->hour; kept for the quarter of an hour. */
static enum err find_hour(struct tally *tally, time_t when)
{
    char text[21];
    int offset;
    enum err err;

    if (tally->hour[0] != '\0' && tally->quarter == when / QUARTER)
        return ERR_NONE;
    err = clock_offset(tally->timezone, when, &offset);
    if (err != ERR_NONE)
        return err;
    clock_format(when + offset, text);
    memcpy(tally->hour, text, sizeof tally->hour - 1);
    tally->quarter = when / QUARTER;
    return ERR_NONE;
}

/* Starts a key with the hour or day, and the client. */
static void key_for(struct key *key, char mark, const struct tally *tally, size_t hour_len,
                    enum client client)
{
    key_start(key, mark);
    key_add_len(key, tally->hour, hour_len);
    key_add(key, client_word(client));
}

static enum err count(struct tally *tally, const struct key *key, int64_t n)
{
    return sums_add(&tally->batch.sums, key->text, (size_t)(key->end - key->text), n);
}

static enum err count_open(struct tally *tally, const struct record *record)
{
    bool search = record->event.kind == EVENT_SEARCH;
    struct key key;

    key_for(&key, search ? 's' : 'm', tally, DAY_LENGTH, record->client);
    key_add(&key, record->event.id);
    key_add(&key, !search ? record->referrer : record->event.results == 0 ? "1" : "0");
    return count(tally, &key, 1);
}

static enum err count_referrer(struct tally *tally, const struct record *record, const char *id)
{
    struct key key;

    key_for(&key, 'r', tally, DAY_LENGTH, record->client);
    key_add(&key, record->referrer);
    key_add(&key, event_word(record->event.kind));
    key_add(&key, id);
    return count(tally, &key, 1);
}

static enum err count_chosen(struct tally *tally, const struct record *record, const char *id)
{
    struct key key;

    key_for(&key, 'c', tally, DAY_LENGTH, record->client);
    key_add(&key, record->searched);
    key_add(&key, event_word(record->event.kind));
    key_add(&key, id);
    return count(tally, &key, 1);
}

enum err tally_add(struct tally *tally, const struct record *record)
{
    bool open = event_is_open(record->event.kind);
    const char *id = open ? TALLY_REST : record->event.id;
    enum err err = find_hour(tally, record->when);
    struct key key;

    if (err != ERR_NONE)
        return err;
    key_for(&key, 'h', tally, HOUR_LENGTH, record->client);
    key_add(&key, event_word(record->event.kind));
    key_add(&key, id);
    err = count(tally, &key, 1);
    key_for(&key, 'l', tally, DAY_LENGTH, record->client);
    key_add(&key, record->language);
    if (err == ERR_NONE)
        err = count(tally, &key, 1);
    if (err == ERR_NONE && open)
        err = count_open(tally, record);
    if (err == ERR_NONE && record->referrer[0] != '\0')
        err = count_referrer(tally, record, id);
    if (err == ERR_NONE && record->searched[0] != '\0')
        err = count_chosen(tally, record, id);
    return err;
}

enum err tally_add_dropped(struct tally *tally, time_t when, long n)
{
    struct key key;
    enum err err = find_hour(tally, when);

    if (err != ERR_NONE)
        return err;
    key_start(&key, 'd');
    key_add_len(&key, tally->hour, DAY_LENGTH);
    return count(tally, &key, n);
}

/* --- sums of sums --- */

static enum err derive_one(struct sums *sums, const struct derived *table,
                           const struct tally_key *hour, int64_t n)
{
    const char *day;
    char first[PERIOD_DATE_SIZE];
    struct key key;

    assert(table->width > 0 && hour->count >= table->width); /* keys are ours */
    day = hour->texts[0].text;
    key_start(&key, table->mark);
    if (table->first != NULL)
        period_date(table->first(period_day(day)), first);
    key_add_len(&key, table->first != NULL ? first : day, DAY_LENGTH);
    for (size_t i = 1; i < table->width && i < hour->count; i++)
        key_add_len(&key, hour->texts[i].text, hour->texts[i].len);
    return sums_add(sums, key.text, (size_t)(key.end - key.text), n);
}

enum err tally_batch_derive(struct tally_batch *batch)
{
    struct sums *sums = &batch->sums;
    enum err err = ERR_NONE;

    /* What is added on the way stands behind the items walked, and moves their texts: so a copy. */
    for (size_t i = 0, count = sums->count; i < count && err == ERR_NONE; i++) {
        char text[KEY_SIZE];
        struct tally_key hour;

        if (*sums_key(sums, &sums->items[i]) != 'h')
            continue;
        memcpy(text, sums_key(sums, &sums->items[i]), sums->items[i].len + 1);
        tally_key_split(&hour, text);
        for (size_t t = 0; t < sizeof derived / sizeof *derived && err == ERR_NONE; t++)
            err = derive_one(sums, &derived[t], &hour, sums->items[i].sum);
    }
    return err;
}

void tally_batch_clear(struct tally_batch *batch)
{
    sums_clear(&batch->sums);
    free(batch->file);
    batch->file = NULL;
}
