/*
 * history.c: the archive of what was published. Contract: history.h; tables and chain: history.sql.
 *
 * All of it is read into memory when it is opened: the chain can only be verified whole, and a
 * publish needs most of it. A thousand revisions of long guides are 10 MB.
 */
#include "content/history.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/message.h"
#include "content/list.h"
#include "content/rows.h"
#include "gen/content/history.sql.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 1986555748 /* as in history.sql */
#define VERSION        1          /* user_version of history.sql */
#define BUSY_MS        5000       /* how long to wait for somebody who reads the archive */

struct history {
    char *path;
    sqlite3 *db; /* NULL: there is no file yet */
    struct history_entry *entries;
    size_t count;
    bool empty; /* the file has no tables yet */
    bool open;  /* a transaction is */
    bool baseline;
    char now[21]; /* of the transaction */
};

/* --- failures --- */

/* A file that cannot be trusted; entry 0: no one entry. The old snapshot stays, and so does the
 * file. */
static enum err damaged(const struct history *history, long entry, const char *what)
{
    char where[40] = "";

    if (entry > 0)
        snprintf(where, sizeof where, translated(" at entry %ld"), entry);
    log_error("the archive %s is damaged%s: %s. Nothing was published. Put back the newest whole "
              "copy of it; if there is none, move it and directory.db away together: the next "
              "publish then begins a new archive, and revisions count from 1 again",
              history->path, where, translated(what));
    return ERR_DATABASE;
}

static enum err failed(const struct history *history, const char *what)
{
    int code = history->db != NULL ? sqlite3_errcode(history->db) & 0xff : SQLITE_NOMEM;

    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return damaged(history, 0, sqlite3_errmsg(history->db));
    log_error("the archive %s %s: %s", history->path, translated(what), sqlite3_errstr(code));
    return ERR_DATABASE;
}

/* --- the chain --- */

static void add_link(struct buffer *out, const char *text)
{
    if (text != NULL)
        buffer_printf(out, "\n%zu:%s", strlen(text), text);
    else
        buffer_puts(out, "\n-");
}

/* The digest that an entry must have after the one before. */
static enum err chain(const struct history_entry *entry, const char *before,
                      char out[static DIGEST_HEX_SIZE])
{
    struct buffer link = BUFFER_INIT;
    char number[24];
    enum err err;

    snprintf(number, sizeof number, "%ld", entry->number);
    buffer_puts(&link, before);
    add_link(&link, number);
    add_link(&link, entry->published);
    add_link(&link, entry->baseline ? "1" : "0");
    for (size_t i = 0; i < HISTORY__MAX; i++)
        add_link(&link, entry->fields[i]);
    err = buffer_failed(&link) ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE)
        digest_hex(link.data, link.len, out);
    buffer_free(&link);
    return err;
}

/* --- entries in memory --- */

/* Copies fields into an entry: one allocation for all of them. */
static enum err keep_fields(struct history_entry *entry, const char *const *fields)
{
    size_t size = 1;
    char *to;

    for (size_t i = 0; i < HISTORY__MAX; i++)
        size += fields[i] != NULL ? strlen(fields[i]) + 1 : 0;
    to = entry->storage = malloc(size);
    if (to == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < HISTORY__MAX; i++) {
        size_t len = fields[i] != NULL ? strlen(fields[i]) + 1 : 0;

        entry->fields[i] = fields[i] != NULL ? memcpy(to, fields[i], len) : NULL;
        to += len;
    }
    return ERR_NONE;
}

/* A new entry at the end, with nothing in it but its number; NULL without memory. */
static struct history_entry *new_entry(struct history *history)
{
    struct history_entry *grown = list_room(history->entries, history->count, sizeof *grown);

    if (grown == NULL)
        return NULL;
    history->entries = grown;
    grown[history->count].number = (long)history->count + 1;
    return &grown[history->count++];
}

/* --- reading and verifying --- */

/* Columns in the order of the chain; the digest last. */
static const char read_sql[] =
    "SELECT e.number, e.published, e.baseline, r.article, r.number, r.title, r.short, r.retired,"
    " r.source, r.source_digest, a.subject, a.owner, a.id, a.change, a.title, a.url, a.portal,"
    " a.system, a.audience, a.via, a.status, a.since, a.until, a.replaced_by, e.digest"
    " FROM entry AS e LEFT JOIN revision AS r ON r.entry = e.number"
    " LEFT JOIN address AS a ON a.entry = e.number ORDER BY e.number";

enum { COLUMN_FIELDS = 3, COLUMN_DIGEST = COLUMN_FIELDS + HISTORY__MAX };

/* One entry, held against the one before it. */
static enum err take_entry(sqlite3_stmt *row, void *context)
{
    struct history *history = context;
    const char *fields[HISTORY__MAX];
    char before[DIGEST_HEX_SIZE];
    char right[DIGEST_HEX_SIZE];
    struct history_entry *entry;
    enum err err;

    snprintf(before, sizeof before, "%s", history_head(history));
    entry = new_entry(history);
    if (entry == NULL)
        return ERR_MEMORY;
    if (sqlite3_column_int64(row, 0) != entry->number)
        return damaged(history, entry->number, "it is missing");
    strncat(entry->published, rows_text(row, 1), sizeof entry->published - 1);
    strncat(entry->digest, rows_text(row, COLUMN_DIGEST), sizeof entry->digest - 1);
    entry->baseline = sqlite3_column_int64(row, 2) != 0;
    for (int i = 0; i < HISTORY__MAX; i++)
        fields[i] = (const char *)sqlite3_column_text(row, COLUMN_FIELDS + i);
    err = keep_fields(entry, fields);
    if (err == ERR_NONE)
        err = chain(entry, before, right);
    if (err == ERR_NONE && strcmp(right, entry->digest) != 0)
        err = damaged(history, entry->number, N_("its digest does not fit what it says"));
    return err;
}

/* A check that answers one row "ok". */
static enum err expect_ok(sqlite3_stmt *row, void *context)
{
    const char *answer = rows_text(row, 0);

    return strcmp(answer, "ok") == 0 ? ERR_NONE : damaged(context, 0, answer);
}

static enum err take_number(sqlite3_stmt *row, void *context)
{
    *(sqlite3_int64 *)context = sqlite3_column_int64(row, 0);
    return ERR_NONE;
}

/* Whether this is our file, and one that we understand. */
static enum err identify(struct history *history)
{
    sqlite3_int64 tables = 0, application = 0, version = 0;
    enum err err =
        rows_each(history->db, "SELECT count(*) FROM sqlite_schema", take_number, &tables);

    if (err == ERR_NONE)
        err = rows_each(history->db, "PRAGMA application_id", take_number, &application);
    if (err == ERR_NONE)
        err = rows_each(history->db, "PRAGMA user_version", take_number, &version);
    if (err != ERR_NONE)
        return failed(history, N_("cannot be read"));
    history->empty = tables == 0 && application == 0;
    if (history->empty)
        return ERR_NONE;
    if (application != APPLICATION_ID)
        return damaged(history, 0, N_("it is another kind of database"));
    if (version != VERSION)
        return damaged(history, 0, N_("another version of vhod wrote it"));
    return ERR_NONE;
}

#define TABLES_SQL                                                                                 \
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"                                      \
    " AND name IN ('entry', 'revision', 'address')"

static enum err verify(struct history *history)
{
    sqlite3_int64 tables = 0;
    enum err err = identify(history);

    if (err != ERR_NONE || history->empty)
        return err;
    err = rows_each(history->db, "PRAGMA integrity_check(1)", expect_ok, history);
    if (err == ERR_NONE)
        err = rows_each(history->db, TABLES_SQL, take_number, &tables);
    if (err == ERR_NONE && tables != 3)
        err = damaged(history, 0, N_("tables are missing"));
    return err == ERR_NONE ? rows_each(history->db, read_sql, take_entry, history) : err;
}

/* For writing also when only reading is wanted: a journal that a killed publish has left must be
 * rolled back before anything can be read. */
static enum err open_file(struct history *history, int more)
{
    const char setup[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

    if (sqlite3_open_v2(history->path, &history->db, SQLITE_OPEN_READWRITE | more, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(history->db, BUSY_MS) != SQLITE_OK ||
        sqlite3_exec(history->db, setup, NULL, NULL, NULL) != SQLITE_OK)
        return failed(history, N_("cannot be opened"));
    sqlite3_db_config(history->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(history->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return ERR_NONE;
}

enum err history_open(struct history **out, const char *path)
{
    struct history *history = calloc(1, sizeof *history);
    enum err err;

    *out = history;
    if (history == NULL)
        return ERR_MEMORY;
    history->empty = true;
    history->path = strdup(path);
    err = history->path != NULL ? ERR_NONE : ERR_MEMORY;
    if (err == ERR_NONE && (access(path, F_OK) == 0 || errno != ENOENT)) {
        err = open_file(history, 0);
        if (err == ERR_NONE)
            err = verify(history);
    }
    if (err != ERR_NONE) {
        history_close(history);
        *out = NULL;
    }
    return err;
}

void history_close(struct history *history)
{
    if (history == NULL)
        return;
    sqlite3_close(history->db); /* rolls back */
    for (size_t i = 0; i < history->count; i++)
        free(history->entries[i].storage);
    free(history->entries);
    free(history->path);
    free(history);
}

/* --- asking --- */

size_t history_count(const struct history *history)
{
    return history->count;
}

const struct history_entry *history_entry(const struct history *history, size_t at)
{
    return &history->entries[at];
}

static bool field_is(const struct history_entry *entry, enum history_field field, const char *text)
{
    return entry->fields[field] != NULL && strcmp(entry->fields[field], text) == 0;
}

const struct history_entry *history_revision(const struct history *history, const char *article)
{
    for (size_t i = history->count; i > 0; i--) {
        if (field_is(&history->entries[i - 1], HISTORY_ARTICLE, article))
            return &history->entries[i - 1];
    }
    return NULL;
}

const struct history_entry *history_address(const struct history *history, const char *subject,
                                            const char *owner, const char *id)
{
    for (size_t i = history->count; i > 0; i--) {
        const struct history_entry *entry = &history->entries[i - 1];

        if (field_is(entry, HISTORY_OWNER, owner) && field_is(entry, HISTORY_ID, id) &&
            field_is(entry, HISTORY_SUBJECT, subject))
            return entry;
    }
    return NULL;
}

const char *history_head(const struct history *history)
{
    return history->count > 0 ? history->entries[history->count - 1].digest : "";
}

bool history_holds(const struct history *history, const char *digest)
{
    for (size_t i = 0; i < history->count; i++) {
        if (strcmp(history->entries[i].digest, digest) == 0)
            return true;
    }
    return false;
}

/* --- adding --- */

static enum err run(struct history *history, const char *sql)
{
    if (sqlite3_exec(history->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return failed(history, N_("cannot be written"));
    return ERR_NONE;
}

enum err history_begin(struct history *history)
{
    enum err err = history->db != NULL ? ERR_NONE : open_file(history, SQLITE_OPEN_CREATE);

    clock_format(clock_now(), history->now);
    history->baseline = history->count == 0;
    if (err == ERR_NONE)
        err = run(history, "BEGIN IMMEDIATE");
    history->open = err == ERR_NONE;
    if (err == ERR_NONE && history->empty)
        err = run(history, history_sql);
    return err;
}

/* Inserts a row whose values are count fields from first on, after the entry's number. */
static enum err insert(struct history *history, const struct history_entry *entry, const char *sql,
                       size_t first, size_t count)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(history->db, sql, -1, &statement, NULL);
    enum err err;

    if (rc == SQLITE_OK)
        rc = sqlite3_bind_int64(statement, 1, entry->number);
    for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
        rc = sqlite3_bind_text(statement, (int)i + 2, entry->fields[first + i], -1, SQLITE_STATIC);
    if (rc == SQLITE_OK && sqlite3_step(statement) != SQLITE_DONE)
        rc = SQLITE_ERROR;
    err = rc == SQLITE_OK ? ERR_NONE : failed(history, sql);
    sqlite3_finalize(statement);
    return err;
}

static enum err insert_entry(struct history *history, const struct history_entry *entry)
{
    static const char sql[] =
        "INSERT INTO entry (number, published, baseline, digest) VALUES (?, ?, ?, ?)";
    sqlite3_stmt *statement = NULL;
    bool fine = sqlite3_prepare_v2(history->db, sql, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_bind_int64(statement, 1, entry->number) == SQLITE_OK &&
                sqlite3_bind_text(statement, 2, entry->published, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_bind_int(statement, 3, entry->baseline) == SQLITE_OK &&
                sqlite3_bind_text(statement, 4, entry->digest, -1, SQLITE_STATIC) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_DONE;
    enum err err = fine ? ERR_NONE : failed(history, sql);

    sqlite3_finalize(statement);
    return err;
}

static enum err insert_details(struct history *history, const struct history_entry *entry)
{
    static const char revision[] =
        "INSERT INTO revision (entry, article, number, title, short,"
        " retired, source, source_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    static const char address[] =
        "INSERT INTO address (entry, subject, owner, id, change, title, url, portal, system,"
        " audience, via, status, since, until, replaced_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    if (entry->fields[HISTORY_ARTICLE] != NULL)
        return insert(history, entry, revision, HISTORY_ARTICLE, HISTORY_SUBJECT - HISTORY_ARTICLE);
    return insert(history, entry, address, HISTORY_SUBJECT, HISTORY__MAX - HISTORY_SUBJECT);
}

enum err history_add(struct history *history, const char *const fields[static HISTORY__MAX])
{
    char before[DIGEST_HEX_SIZE];
    struct history_entry *entry;
    enum err err;

    snprintf(before, sizeof before, "%s", history_head(history));
    entry = new_entry(history);
    if (entry == NULL)
        return ERR_MEMORY;
    memcpy(entry->published, history->now, sizeof entry->published);
    entry->baseline = history->baseline;
    err = keep_fields(entry, fields);
    if (err == ERR_NONE)
        err = chain(entry, before, entry->digest);
    if (err == ERR_NONE)
        err = insert_entry(history, entry);
    return err == ERR_NONE ? insert_details(history, entry) : err;
}

enum err history_commit(struct history *history)
{
    enum err err;

    if (!history->open)
        return ERR_NONE;
    err = run(history, "COMMIT");
    history->open = err != ERR_NONE;
    history->empty = history->empty && err != ERR_NONE;
    return err;
}
