/*
 * tally_sqlite.c: the tally in SQLite: opening, migrating, folding. Reading it is
 * tally_statistics.c's.
 *
 * Records are summed in memory (sums.h) and written when the transaction ends, so views of one
 * thing cost one upsert and not one each.
 *
 * Journal mode: a rollback journal (TRUNCATE) with synchronous=FULL, not WAL. SQLite before 3.51.3
 * can damage a WAL database when two connections write or checkpoint at the same moment, and Debian
 * 12's 3.40.1 has no patch for it. What WAL is for, many writers and readers that never wait, is
 * not needed: the lock file lets one process write, it writes for milliseconds at the end of a
 * batch, and readers wait for that (BUSY_MS). TRUNCATE rather than DELETE because its last step is
 * an fsync of the file, so a commit is on the disk when it returns.
 */
#include "access/tally_sqlite.h"

#include "base/clock.h"
#include "base/log.h"
#include "gen/access/tally.sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BUSY_MS 5000
#define SUMS_MAX                                                                                   \
    50000 /* keys in memory, some 8 MB; then they are written, within the transaction */
#define OPEN_CEILING     1000 /* rows of search, and of missing, for each day and client */
#define REFERRER_CEILING 5000 /* some schools times what they link to */
#define REST             "…"  /* the id of what is not told apart; tally.sql explains */
#define KEY_SIZE         1024 /* more than the longest key: hour, client, kind, id and host */
#define QUARTER          900  /* seconds; no zone changes its offset within one today */

/* Steps of the schema: steps[n] makes version n + 1 from version n. */
static const char *const steps[] = {tally_sql};
#define SCHEMA_VERSION ((int)(sizeof(steps) / sizeof(*steps)))

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
    {'l', TALLY_LANGUAGE, 0},
    {'d', TALLY_DROPPED, 0},
    {'r', TALLY_REFERRER_RAISE, REFERRER_CEILING},
    {'s', TALLY_SEARCH_RAISE, OPEN_CEILING},
    {'m', TALLY_MISSING_RAISE, OPEN_CEILING},
};

enum err tally_sqlite_failed(const struct tally *tally, const char *doing)
{
    int code = sqlite3_errcode(tally->db) & 0xff;

    log_error("tally %s: %s: %s", tally->path, doing, sqlite3_errmsg(tally->db));
    return code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_BUSY
           : code == SQLITE_NOMEM                       ? ERR_MEMORY
           : code == SQLITE_INTERRUPT                   ? ERR_LIMIT
                                                        : ERR_DATABASE;
}

/* --- opening --- */

static enum err execute(struct tally *tally, const char *sql, const char *doing)
{
    return sqlite3_exec(tally->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? ERR_NONE
               : tally_sqlite_failed(tally, doing);
}

/* One writer: the lock belongs to the process that holds the descriptor and goes with it, however
 * it ends. */
static enum err take_lock(struct tally *tally)
{
    char *path;

    if (asprintf(&path, "%s.lock", tally->path) < 0)
        return ERR_MEMORY;
    tally->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (tally->lock < 0)
        log_error("tally: cannot open %s: %s; check that its folder exists and is ours", path,
                  strerror(errno));
    free(path);
    if (tally->lock < 0)
        return ERR_SYSTEM;
    if (flock(tally->lock, LOCK_EX | LOCK_NB) == 0)
        return ERR_NONE;
    return errno == EWOULDBLOCK ? ERR_BUSY : ERR_SYSTEM;
}

/* What a reader's connection may do: read these tables with these functions. */
static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    static const char *const functions[] = {"sum", "count", "coalesce", "substr"};

    (void)context;
    (void)first;
    (void)database;
    (void)trigger;
    if (action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_TRANSACTION)
        return SQLITE_OK;
    if (action == SQLITE_FUNCTION)
        for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
            if (strcmp(second, functions[i]) == 0)
                return SQLITE_OK;
    return SQLITE_DENY;
}

/* No text of a visitor is ever part of a statement; this is the second wall, for a file that was
 * tampered with. */
static void harden(sqlite3 *db)
{
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 1000000},
        {SQLITE_LIMIT_SQL_LENGTH, 100000},
        {SQLITE_LIMIT_COLUMN, 100},
        {SQLITE_LIMIT_EXPR_DEPTH, 10},
        {SQLITE_LIMIT_COMPOUND_SELECT, 3},
        {SQLITE_LIMIT_VDBE_OP, 25000},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 10},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    };
    static const struct {
        int option, on;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        sqlite3_limit(db, limits[i].id, limits[i].value);
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        sqlite3_db_config(db, options[i].option, options[i].on, NULL);
}

/* A reader opens for writing as well, and then forbids itself to write: after a collector was
 * killed, the next to open the file must put its unfinished transaction back, and that is writing.
 */
static enum err connect(struct tally *tally, bool writer)
{
    int flags = SQLITE_OPEN_READWRITE | (writer ? SQLITE_OPEN_CREATE : 0);
    enum err err;

    if (!writer && access(tally->path, F_OK) != 0 && errno == ENOENT)
        return ERR_NOT_FOUND;
    if (sqlite3_open_v2(tally->path, &tally->db, flags, NULL) != SQLITE_OK)
        return tally->db == NULL ? ERR_MEMORY : tally_sqlite_failed(tally, "opening");
    sqlite3_busy_timeout(tally->db, BUSY_MS);
    harden(tally->db);
    err = execute(tally, "PRAGMA cell_size_check=1", "setting up");
    if (err == ERR_NONE)
        err = execute(tally,
                      writer ? "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL"
                             : "PRAGMA query_only=1",
                      "setting up");
    return err;
}

/* First column of the first row as text; "" if there is none. */
static enum err ask(struct tally *tally, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int step;

    *out = '\0';
    if (sqlite3_prepare_v2(tally->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return tally_sqlite_failed(tally, "reading the schema");
    step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    else if (step != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "reading the schema");
    sqlite3_finalize(statement);
    return err;
}

/* 0 for an empty file. */
static enum err schema_version(struct tally *tally, int *version)
{
    char text[32];
    enum err err = ask(tally, "SELECT count(*) FROM sqlite_schema", text, sizeof(text));

    *version = 0;
    if (err != ERR_NONE || strcmp(text, "0") == 0)
        return err;
    err = ask(tally, "SELECT value FROM meta WHERE key = 'schema'", text, sizeof(text));
    if (err != ERR_NONE)
        return err;
    *version = atoi(text);
    if (*version < 1 || *version > SCHEMA_VERSION) {
        log_error(
            "tally %s: its schema is \"%s\", this program knows 1 to %d: use the program that "
            "made it, or a newer one",
            tally->path, text, SCHEMA_VERSION);
        return ERR_INVALID;
    }
    return ERR_NONE;
}

static enum err take_step(struct tally *tally, int version)
{
    char sql[128];
    enum err err = execute(tally, steps[version], "changing the schema");

    snprintf(sql, sizeof(sql),
             "INSERT INTO meta (key, value) VALUES ('schema', '%d')"
             " ON CONFLICT DO UPDATE SET value = excluded.value",
             version + 1);
    return err != ERR_NONE ? err : execute(tally, sql, "changing the schema");
}

static enum err migrate(struct tally *tally)
{
    int version;
    enum err err = execute(tally, "BEGIN IMMEDIATE", "locking");

    if (err != ERR_NONE)
        return err;
    err = schema_version(tally, &version);
    while (err == ERR_NONE && version < SCHEMA_VERSION)
        err = take_step(tally, version++);
    if (err == ERR_NONE)
        err = execute(tally, "COMMIT", "changing the schema");
    if (err != ERR_NONE)
        tally_rollback(tally);
    return err;
}

/* Days counted so far ended by another clock: worth saying, and no reason to stop counting. */
static enum err note_timezone(struct tally *tally)
{
    char before[64], *sql;
    enum err err =
        ask(tally, "SELECT value FROM meta WHERE key = 'timezone'", before, sizeof(before));

    if (err != ERR_NONE || strcmp(before, tally->timezone) == 0)
        return err;
    if (*before != '\0')
        log_warning("tally %s: days were counted in %s so far, and are from now on in %s",
                    tally->path, before, tally->timezone);
    sql = sqlite3_mprintf("INSERT INTO meta (key, value) VALUES ('timezone', %Q)"
                          " ON CONFLICT DO UPDATE SET value = excluded.value",
                          tally->timezone);
    if (sql == NULL)
        return ERR_MEMORY;
    err = execute(tally, sql, "noting the time zone");
    sqlite3_free(sql);
    return err;
}

static enum err prepare_all(struct tally *tally)
{
    for (int i = 0; i < TALLY_STATEMENT__MAX; i++)
        if (sqlite3_prepare_v3(tally->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &tally->prepared[i], NULL) != SQLITE_OK)
            return tally_sqlite_failed(tally, "preparing");
    return ERR_NONE;
}

static enum err open_writer(struct tally *tally)
{
    enum err err = take_lock(tally);

    if (err == ERR_NONE)
        err = connect(tally, true);
    if (err == ERR_NONE)
        err = migrate(tally);
    if (err == ERR_NONE)
        err = note_timezone(tally);
    return err != ERR_NONE ? err : prepare_all(tally);
}

static enum err open_reader(struct tally *tally)
{
    int version = 0;
    enum err err = connect(tally, false);

    if (err == ERR_NONE)
        err = schema_version(tally, &version);
    if (err == ERR_NONE && version == 0)
        err = ERR_NOT_FOUND;
    if (err == ERR_NONE)
        sqlite3_set_authorizer(tally->db, authorize, NULL);
    return err;
}

enum err tally_open(struct tally **out, const char *path, const char *timezone, bool writer)
{
    struct tally *tally;
    enum err err = ERR_MEMORY;

    *out = NULL;
    if (!clock_is_zone(timezone)) {
        log_error("tally: \"%s\" is no time zone of this system's tzdata", timezone);
        return ERR_INVALID;
    }
    tally = calloc(1, sizeof(*tally));
    if (tally == NULL)
        return ERR_MEMORY;
    tally->lock = -1;
    tally->path = strdup(path);
    tally->timezone = strdup(timezone);
    if (tally->path != NULL && tally->timezone != NULL)
        err = writer ? open_writer(tally) : open_reader(tally);
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
    for (int i = 0; i < TALLY_STATEMENT__MAX; i++)
        sqlite3_finalize(tally->prepared[i]);
    sqlite3_close(tally->db);
    /* After the database, so that the next writer finds it closed. */
    if (tally->lock >= 0)
        close(tally->lock);
    sums_free(&tally->sums);
    sums_free(&tally->rows);
    free(tally->path);
    free(tally->timezone);
    free(tally);
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
    sums_clear(&tally->sums);
    sums_clear(&tally->rows);
    /* Some errors have rolled back already. */
    if (!sqlite3_get_autocommit(tally->db))
        execute(tally, "ROLLBACK", "rolling back");
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
