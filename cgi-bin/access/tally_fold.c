/*
 * tally_fold.c: counting: records become sums in memory (sums.h), and the sums become rows when the
 * transaction ends, so views of one thing cost one upsert and not one each. Opening the file is
 * tally_sqlite.c's.
 */
#include "access/tally_sqlite.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* Keys in memory, some 8 MB; above that they are written at once, within the transaction. */
#define SUMS_MAX         50000
#define OPEN_CEILING     1000 /* rows of search, and of missing, for each day and client */
#define REFERRER_CEILING 5000 /* some schools times what they link to */
#define REST             "…"  /* the id of what is not told apart; tally.sql explains */
#define KEY_SIZE         1024 /* more than the longest key: hour, client, kind, id and host */
#define QUARTER          900  /* seconds; no zone changes its offset within one today */

/* In all of them ?9 is the number to add, and ?1, ?2 … are the texts of a key in their order.
 * A table with a ceiling takes four: raise a row that is there, count the rows, insert one, and the
 * rest. */
#define BOUNDED(prefix, table, keys, match, values, rest, sum)                                     \
    [prefix##_RAISE] = "UPDATE " table " SET " sum " = " sum " + ?9 WHERE " match,                 \
    [prefix##_ROWS] = "SELECT count(*) FROM " table " WHERE day = ?1 AND client = ?2",             \
    [prefix##_INSERT] = "INSERT INTO " table " (" keys ", " sum ") VALUES (" values ", ?9)",       \
    [prefix##_REST] = "INSERT INTO " table " (" keys ", " sum ") VALUES (" rest ", ?9)"            \
                      " ON CONFLICT DO UPDATE SET " sum " = " sum " + excluded." sum

static const char *const statements[TALLY_STATEMENT__MAX] = {
    /* IMMEDIATE: a transaction that starts by reading can be refused when it comes to write. */
    [TALLY_BEGIN] = "BEGIN IMMEDIATE",
    [TALLY_COMMIT] = "COMMIT",
    [TALLY_POSITION] = "SELECT bytes, head_bytes, head_digest FROM position WHERE file = ?1",
    [TALLY_SET_POSITION] =
        "INSERT INTO position (file, bytes, head_bytes, head_digest) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET bytes = excluded.bytes, head_bytes = excluded.head_bytes,"
        " head_digest = excluded.head_digest",
    [TALLY_HOUR] = "INSERT INTO hour (hour, client, kind, id, views) VALUES (?1, ?2, ?3, ?4, ?9)"
                   " ON CONFLICT DO UPDATE SET views = views + excluded.views",
    [TALLY_DAY] = "INSERT INTO day (day, client, kind, id, views)"
                  " VALUES (substr(?1, 1, 10), ?2, ?3, ?4, ?9)"
                  " ON CONFLICT DO UPDATE SET views = views + excluded.views",
    [TALLY_WEEK] = "INSERT INTO week (week, client, kind, id, views)"
                   " VALUES (date(substr(?1, 1, 10), 'weekday 0', '-6 days'), ?2, ?3, ?4, ?9)"
                   " ON CONFLICT DO UPDATE SET views = views + excluded.views",
    [TALLY_TOTAL] = "INSERT INTO total (day, client, kind, views) VALUES (?1, ?2, ?3, ?9)"
                    " ON CONFLICT DO UPDATE SET views = views + excluded.views",
    [TALLY_LANGUAGE] = "INSERT INTO language (day, client, language, views) VALUES (?1, ?2, ?3, ?9)"
                       " ON CONFLICT DO UPDATE SET views = views + excluded.views",
    [TALLY_DROPPED] = "INSERT INTO dropped (day, count) VALUES (?1, ?9)"
                      " ON CONFLICT DO UPDATE SET count = count + excluded.count",
    BOUNDED(TALLY_REFERRER, "referrer", "day, client, host, kind, id",
            "day = ?1 AND client = ?2 AND host = ?3 AND kind = ?4 AND id = ?5",
            "?1, ?2, ?3, ?4, ?5", "?1, ?2, '" REST "', '" REST "', '" REST "'", "views"),
    BOUNDED(TALLY_SEARCH, "search", "day, client, query, empty",
            "day = ?1 AND client = ?2 AND query = ?3 AND empty = ?4", "?1, ?2, ?3, ?4",
            "?1, ?2, '" REST "', ?4", "count"),
    BOUNDED(TALLY_MISSING, "missing", "day, client, path, referrer",
            "day = ?1 AND client = ?2 AND path = ?3 AND referrer = ?4", "?1, ?2, ?3, ?4",
            "?1, ?2, '" REST "', ''", "count"),
};

#define SUM_PARAMETER 9

/* The order in a BOUNDED group. */
enum { BOUNDED_RAISE, BOUNDED_ROWS, BOUNDED_INSERT, BOUNDED_REST };

/* Where a key's sum goes: the first byte of a key tells the row of this table. */
static const struct target {
    char mark;
    enum tally_statement first; /* the statement, or the first of a BOUNDED group */
    long ceiling;               /* 0: none */
} targets[] = {
    {'h', TALLY_HOUR, 0},
    {'t', TALLY_TOTAL, 0},
    {'l', TALLY_LANGUAGE, 0},
    {'d', TALLY_DROPPED, 0},
    {'r', TALLY_REFERRER_RAISE, REFERRER_CEILING},
    {'s', TALLY_SEARCH_RAISE, OPEN_CEILING},
    {'m', TALLY_MISSING_RAISE, OPEN_CEILING},
};

enum err tally_sqlite_prepare(struct tally *tally)
{
    for (int i = 0; i < TALLY_STATEMENT__MAX; i++)
        if (sqlite3_prepare_v3(tally->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &tally->prepared[i], NULL) != SQLITE_OK)
            return tally_sqlite_failed(tally, "preparing");
    return ERR_NONE;
}

/* --- folding: records to sums --- */

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
    memcpy(tally->hour, text, sizeof(tally->hour) - 1);
    tally->quarter = when / QUARTER;
    return ERR_NONE;
}

/* A key is the target's mark and the texts, each with TAB in front; no text holds one. */
struct key {
    char text[KEY_SIZE];
    char *end;
};

static void key_add(struct key *key, const char *text)
{
    *key->end++ = '\t';
    key->end = stpcpy(key->end, text);
}

/* Starts a key with the day and the client, which nearly all have. */
static void key_start(struct key *key, char mark, const char *hour, size_t hour_len,
                      enum client client)
{
    key->end = key->text;
    *key->end++ = mark;
    *key->end++ = '\t';
    memcpy(key->end, hour, hour_len);
    key->end += hour_len;
    *key->end = '\0';
    if (client != CLIENT__MAX)
        key_add(key, client_word(client));
}

#define HOUR_LENGTH 13
#define DAY_LENGTH  10

static enum err count(struct tally *tally, const struct key *key, int64_t n)
{
    return sums_add(&tally->sums, key->text, (size_t)(key->end - key->text), n);
}

static enum err count_open(struct tally *tally, const struct record *record)
{
    bool search = record->event.kind == EVENT_SEARCH;
    struct key key;

    key_start(&key, search ? 's' : 'm', tally->hour, DAY_LENGTH, record->client);
    key_add(&key, record->event.id);
    key_add(&key, !search ? record->referrer : record->event.results == 0 ? "1" : "0");
    return count(tally, &key, 1);
}

static enum err count_referrer(struct tally *tally, const struct record *record, const char *id)
{
    struct key key;

    key_start(&key, 'r', tally->hour, DAY_LENGTH, record->client);
    key_add(&key, record->referrer);
    key_add(&key, event_word(record->event.kind));
    key_add(&key, id);
    return count(tally, &key, 1);
}

static enum err write_sums(struct tally *tally);

enum err tally_add(struct tally *tally, const struct record *record)
{
    bool open = event_is_open(record->event.kind);
    const char *id = open ? REST : record->event.id;
    enum err err = find_hour(tally, record->when);
    struct key key;

    if (err == ERR_NONE && tally->sums.count >= SUMS_MAX)
        err = write_sums(tally);
    if (err != ERR_NONE)
        return err;
    key_start(&key, 'h', tally->hour, HOUR_LENGTH, record->client);
    key_add(&key, event_word(record->event.kind));
    key_add(&key, id);
    err = count(tally, &key, 1);
    key_start(&key, 't', tally->hour, DAY_LENGTH, record->client);
    key_add(&key, event_word(record->event.kind));
    if (err == ERR_NONE)
        err = count(tally, &key, 1);
    key_start(&key, 'l', tally->hour, DAY_LENGTH, record->client);
    key_add(&key, record->language);
    if (err == ERR_NONE)
        err = count(tally, &key, 1);
    if (err == ERR_NONE && open)
        err = count_open(tally, record);
    if (err == ERR_NONE && record->referrer[0] != '\0')
        err = count_referrer(tally, record, id);
    return err;
}

enum err tally_add_dropped(struct tally *tally, time_t when, long n)
{
    struct key key;
    enum err err = find_hour(tally, when);

    if (err != ERR_NONE)
        return err;
    key_start(&key, 'd', tally->hour, DAY_LENGTH, CLIENT__MAX);
    return count(tally, &key, n);
}

/* --- folding: sums to rows --- */

static enum err run(struct tally *tally, enum tally_statement which)
{
    sqlite3_stmt *statement = tally->prepared[which];
    enum err err = ERR_NONE;

    if (sqlite3_step(statement) != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "writing");
    sqlite3_reset(statement);
    return err;
}

/* Binds a key's texts to ?1, ?2 … and the sum to ?9, then runs. */
static enum err run_for(struct tally *tally, enum tally_statement which, const char *key, int64_t n)
{
    sqlite3_stmt *statement = tally->prepared[which];
    int code = sqlite3_bind_int64(statement, SUM_PARAMETER, n);

    for (int i = 1; i < SUM_PARAMETER && *(key += strcspn(key, "\t")) != '\0'; i++) {
        key++;
        if (code == SQLITE_OK && i <= sqlite3_bind_parameter_count(statement))
            code = sqlite3_bind_text(statement, i, key, (int)strcspn(key, "\t"), SQLITE_STATIC);
    }
    return code == SQLITE_OK ? run(tally, which) : tally_sqlite_failed(tally, "binding");
}

/* How many rows a table with a ceiling has for the key's day and client: counted once, then
 * remembered. */
static enum err rows_of(struct tally *tally, const struct target *target, const char *key,
                        int64_t **rows)
{
    sqlite3_stmt *statement = tally->prepared[target->first + BOUNDED_ROWS];
    const char *day = key + 2;
    const char *client = day + DAY_LENGTH + 1;
    size_t client_len = strcspn(client, "\t");
    size_t len = (size_t)(client + client_len - key);
    enum err err = ERR_NONE;

    *rows = sums_find(&tally->rows, key, len);
    if (*rows != NULL)
        return ERR_NONE;
    sqlite3_bind_text(statement, 1, day, DAY_LENGTH, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, client, (int)client_len, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        err = sums_add(&tally->rows, key, len, sqlite3_column_int64(statement, 0));
    else
        err = tally_sqlite_failed(tally, "counting rows");
    sqlite3_reset(statement);
    *rows = err == ERR_NONE ? sums_find(&tally->rows, key, len) : NULL;
    return err;
}

static enum err write_bounded(struct tally *tally, const struct target *target, const char *key,
                              int64_t n)
{
    int64_t *rows;
    enum err err = run_for(tally, target->first + BOUNDED_RAISE, key, n);

    if (err != ERR_NONE || sqlite3_changes(tally->db) > 0)
        return err;
    err = rows_of(tally, target, key, &rows);
    if (err != ERR_NONE)
        return err;
    if (*rows >= target->ceiling)
        return run_for(tally, target->first + BOUNDED_REST, key, n);
    ++*rows;
    return run_for(tally, target->first + BOUNDED_INSERT, key, n);
}

static enum err write_sum(struct tally *tally, const char *key, int64_t n)
{
    const struct target *target = targets;
    enum err err;

    while (target->mark != *key)
        target++;
    if (target->ceiling > 0)
        return write_bounded(tally, target, key, n);
    err = run_for(tally, target->first, key, n);
    if (err == ERR_NONE && target->first == TALLY_HOUR)
        err = run_for(tally, TALLY_DAY, key, n);
    if (err == ERR_NONE && target->first == TALLY_HOUR)
        err = run_for(tally, TALLY_WEEK, key, n);
    return err;
}

static enum err write_sums(struct tally *tally)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < tally->sums.count && err == ERR_NONE; i++)
        err = write_sum(tally, sums_key(&tally->sums, &tally->sums.items[i]),
                        tally->sums.items[i].sum);
    sums_clear(&tally->sums);
    return err;
}

/* --- transactions and positions --- */

enum err tally_begin(struct tally *tally)
{
    if (tally->lock < 0) {
        log_error("tally %s: was opened for reading", tally->path);
        return ERR_INVALID;
    }
    sums_clear(&tally->sums);
    sums_clear(&tally->rows);
    return run(tally, TALLY_BEGIN);
}

enum err tally_commit(struct tally *tally)
{
    enum err err = write_sums(tally);

    return err == ERR_NONE ? run(tally, TALLY_COMMIT) : err;
}

void tally_rollback(struct tally *tally)
{
    /* Some errors have rolled back already. What is in memory goes with the next tally_begin. */
    if (!sqlite3_get_autocommit(tally->db))
        tally_sqlite_execute(tally, "ROLLBACK", "rolling back");
}

enum err tally_position(struct tally *tally, const char *file, struct tally_position *position)
{
    sqlite3_stmt *statement = tally->prepared[TALLY_POSITION];
    enum err err = ERR_NONE;
    int step;

    *position = (struct tally_position){.bytes = 0};
    sqlite3_bind_text(statement, 1, file, -1, SQLITE_STATIC);
    step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
        position->bytes = sqlite3_column_int64(statement, 0);
        position->head_bytes = sqlite3_column_int64(statement, 1);
        snprintf(position->head_digest, sizeof(position->head_digest), "%s",
                 (const char *)sqlite3_column_text(statement, 2));
    } else if (step != SQLITE_DONE) {
        err = tally_sqlite_failed(tally, "reading a position");
    }
    sqlite3_reset(statement);
    return err;
}

enum err tally_set_position(struct tally *tally, const char *file,
                            const struct tally_position *position)
{
    sqlite3_stmt *statement = tally->prepared[TALLY_SET_POSITION];

    sqlite3_bind_text(statement, 1, file, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, position->bytes);
    sqlite3_bind_int64(statement, 3, position->head_bytes);
    sqlite3_bind_text(statement, 4, position->head_digest, -1, SQLITE_STATIC);
    return run(tally, TALLY_SET_POSITION);
}
