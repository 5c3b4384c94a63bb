/*
 * sqlite.c: the tally in SQLite: opening the file for one writer or for readers, its schema.
 * Writing is write.c's, reading read.c's; all three stand on connection.c.
 *
 * Journal mode: a rollback journal (TRUNCATE) with synchronous=FULL, not WAL. SQLite before 3.51.3
 * can damage a WAL database when two connections write or checkpoint at the same moment, and Debian
 * 12's 3.40.1 has no patch for it. What WAL is for, many writers and readers that never wait, is
 * not needed: the lock file lets one process write, it writes for milliseconds at the end of a
 * batch, and readers wait for that (BUSY_MS). TRUNCATE rather than DELETE because its last step is
 * an fsync of the file, so a commit is on the disk when it returns.
 */
#include "base/log.h"
#include "gen/tally/sqlite/schema.sql.h"
#include "gen/tally/sqlite/schema_2.sql.h"
#include "gen/tally/sqlite/schema_3.sql.h"
#include "gen/tally/sqlite/schema_4.sql.h"
#include "gen/tally/sqlite/schema_5.sql.h"
#include "tally/sqlite/connection.h"
#include "tally/sqlite/read.h"
#include "tally/sqlite/write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 5000

/* Steps of the schema: steps[n] makes version n + 1 from version n. */
static const char *const steps[] = {schema_sql, schema_2_sql, schema_3_sql, schema_4_sql,
                                    schema_5_sql};
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof *steps))

/* One writer: the lock belongs to the process that holds the descriptor and goes with it, however
 * it ends. */
static enum err take_lock(struct tally *tally)
{
    struct tally_sqlite *sqlite = tally->database;
    char *path;

    if (asprintf(&path, "%s.lock", tally->place) < 0)
        return ERR_MEMORY;
    sqlite->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (sqlite->lock < 0)
        log_error("tally: cannot open %s: %s; check that its folder exists and is ours", path,
                  strerror(errno));
    free(path);
    if (sqlite->lock < 0)
        return ERR_SYSTEM;
    if (flock(sqlite->lock, LOCK_EX | LOCK_NB) == 0)
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
        for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
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

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].id, limits[i].value);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        sqlite3_db_config(db, options[i].option, options[i].on, NULL);
}

/* A reader opens for writing as well, and then forbids itself to write: after a collector was
 * killed, the next to open the file must put its unfinished transaction back, and that is writing.
 * Where the kernel refuses that (a public program), SQLite opens for reading by itself. */
static enum err connect(struct tally *tally, bool writer)
{
    struct tally_sqlite *sqlite = tally->database;
    int flags = SQLITE_OPEN_READWRITE | (writer ? SQLITE_OPEN_CREATE : 0);
    struct stat status;
    bool there = stat(tally->place, &status) == 0;
    enum err err;

    if (!writer && !there && errno == ENOENT)
        return ERR_NOT_FOUND;
    if (there && !S_ISREG(status.st_mode)) { /* to open a pipe is to wait for ever */
        log_error("tally %s: is no regular file", tally->name);
        return ERR_DATABASE;
    }
    if (sqlite3_open_v2(tally->place, &sqlite->db, flags, NULL) != SQLITE_OK)
        return sqlite->db == NULL ? ERR_MEMORY : tally_sqlite_failed(tally, "opening");
    sqlite3_busy_timeout(tally_sqlite_db(tally), BUSY_MS);
    harden(tally_sqlite_db(tally));
    /* Years are sorted in memory: a program that is confined can open no other file. */
    err = tally_sqlite_execute(tally, "PRAGMA cell_size_check=1", "setting up");
    if (err == ERR_NONE)
        err = tally_sqlite_execute(tally,
                                   writer ? "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL"
                                          : "PRAGMA query_only=1; PRAGMA temp_store=MEMORY",
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
    if (sqlite3_prepare_v2(tally_sqlite_db(tally), sql, -1, &statement, NULL) != SQLITE_OK)
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
    enum err err = ask(tally, "SELECT count(*) FROM sqlite_schema", text, sizeof text);

    *version = 0;
    if (err != ERR_NONE || strcmp(text, "0") == 0)
        return err;
    err = ask(tally, "SELECT value FROM meta WHERE key = 'schema'", text, sizeof text);
    if (err != ERR_NONE)
        return err;
    *version = atoi(text);
    if (*version < 1 || *version > SCHEMA_VERSION) {
        log_error(
            "tally %s: its schema is \"%s\", this program knows 1 to %d: use the program that "
            "made it, or a newer one",
            tally->place, text, SCHEMA_VERSION);
        return ERR_INVALID;
    }
    return ERR_NONE;
}

static enum err take_step(struct tally *tally, int version)
{
    char sql[128];
    enum err err = tally_sqlite_execute(tally, steps[version], "changing the schema");

    snprintf(sql, sizeof sql,
             "INSERT INTO meta (key, value) VALUES ('schema', '%d')"
             " ON CONFLICT DO UPDATE SET value = excluded.value",
             version + 1);
    return err != ERR_NONE ? err : tally_sqlite_execute(tally, sql, "changing the schema");
}

static enum err migrate(struct tally *tally)
{
    int version;
    enum err err = tally_sqlite_execute(tally, "BEGIN IMMEDIATE", "locking");

    if (err != ERR_NONE)
        return err;
    err = schema_version(tally, &version);
    while (err == ERR_NONE && version < SCHEMA_VERSION)
        err = take_step(tally, version++);
    if (err == ERR_NONE)
        err = tally_sqlite_execute(tally, "COMMIT", "changing the schema");
    if (err != ERR_NONE)
        tally_sqlite_rollback(tally);
    return err;
}

/* Days counted so far ended by another clock: worth saying, and no reason to stop counting. */
static enum err note_timezone(struct tally *tally)
{
    char before[64], *sql;
    enum err err =
        ask(tally, "SELECT value FROM meta WHERE key = 'timezone'", before, sizeof before);

    if (err != ERR_NONE || strcmp(before, tally->timezone) == 0)
        return err;
    if (*before != '\0')
        log_warning("tally %s: days were counted in %s so far, and are from now on in %s",
                    tally->place, before, tally->timezone);
    sql = sqlite3_mprintf("INSERT INTO meta (key, value) VALUES ('timezone', %Q)"
                          " ON CONFLICT DO UPDATE SET value = excluded.value",
                          tally->timezone);
    if (sql == NULL)
        return ERR_MEMORY;
    err = tally_sqlite_execute(tally, sql, "noting the time zone");
    sqlite3_free(sql);
    return err;
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
    return err != ERR_NONE ? err : tally_sqlite_prepare(tally);
}

static enum err open_reader(struct tally *tally)
{
    int version = 0;
    enum err err = connect(tally, false);

    if (err == ERR_NONE)
        err = schema_version(tally, &version);
    if (err == ERR_NONE && version == 0)
        err = ERR_NOT_FOUND;
    if (err == ERR_NONE && version < SCHEMA_VERSION) {
        log_error("tally %s: its schema is %d and must become %d first: run vhod collect",
                  tally->place, version, SCHEMA_VERSION);
        err = ERR_INVALID;
    }
    if (err == ERR_NONE)
        sqlite3_set_authorizer(tally_sqlite_db(tally), authorize, NULL);
    return err;
}

static enum err open_sqlite(struct tally *tally)
{
    struct tally_sqlite *sqlite = calloc(1, sizeof *sqlite);

    if (sqlite == NULL)
        return ERR_MEMORY;
    sqlite->lock = -1;
    tally->database = sqlite;
    return tally->writer ? open_writer(tally) : open_reader(tally);
}

static void close_sqlite(struct tally *tally)
{
    struct tally_sqlite *sqlite = tally->database;

    if (sqlite == NULL)
        return;
    for (size_t t = 0; t < TALLY_SQLITE_TABLES_MAX; t++)
        for (size_t i = 0; i < TALLY_SQLITE_STATEMENT__MAX; i++)
            sqlite3_finalize(sqlite->prepared[t][i]);
    sqlite3_finalize(sqlite->positions);
    sqlite3_finalize(sqlite->set_position);
    sqlite3_close(sqlite->db);
    /* After the database, so that the next writer finds it closed. */
    if (sqlite->lock >= 0)
        close(sqlite->lock);
    sums_free(&sqlite->rows);
    free(sqlite);
    tally->database = NULL;
}

/* SQLite's own look at every page and index but the latter's agreement with their tables. */
static enum err check_sqlite(struct tally *tally)
{
    sqlite3_stmt *statement = NULL;
    int step =
        sqlite3_prepare_v2(tally_sqlite_db(tally), "PRAGMA quick_check(1)", -1, &statement, NULL);
    const char *found = NULL;
    enum err err = ERR_NONE;

    if (step == SQLITE_OK)
        step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        found = (const char *)sqlite3_column_text(statement, 0);
    if (step != SQLITE_ROW) {
        err = tally_sqlite_failed(tally, "checking");
    } else if (found == NULL || strcmp(found, "ok") != 0) {
        log_error("tally %s: %s", tally->place, found == NULL ? "no answer to a check" : found);
        err = ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    return err;
}

const struct tally_engine tally_sqlite = {
    .schemes = {"sqlite:", NULL},
    .open = open_sqlite,
    .close = close_sqlite,
    .commit = tally_sqlite_commit,
    .positions = tally_sqlite_positions,
    .check = check_sqlite,
    .read_begin = tally_sqlite_read_begin,
    .read = tally_sqlite_read,
    .read_end = tally_sqlite_read_end,
};
