/*
 * tally_statistics.c: the statistics document, read from the SQLite tally in one transaction, so
 * that all its numbers are of one moment. It only reads; counting is tally_fold.c's. What a page
 * shows of it, and who may see it, is the page's.
 */
#include "access/tally_sqlite.h"

#include "base/clock.h"
#include "base/log.h"

#include <string.h>

#define DEADLINE_MS 5000
#define CHECK_EVERY 10000 /* steps of SQLite's machine between two looks at the clock */

#define DAYS               " WHERE day BETWEEN ?1 AND ?2"
#define PEOPLE             DAYS " AND client = 'person'"
#define VIEWS_OF(kind, as) "sum(CASE kind WHEN '" kind "' THEN views ELSE 0 END) AS " as

/* Lists of objects: a row is an object, a column's name its field. ?1 and ?2 are the days. */
static const struct list {
    const char *field;
    const char *sql;
} lists[] = {
    {"regions",
     "SELECT id AS iso, " VIEWS_OF("region", "views") ", " VIEWS_OF(
         "departure", "departures") " FROM day" PEOPLE " AND kind IN ('region', 'departure')"
                                    " GROUP BY id ORDER BY 2 DESC, 3 DESC, 1"},
    {"guides", "SELECT id, sum(views) AS views FROM day" PEOPLE " AND kind = 'guide'"
               " GROUP BY id ORDER BY 2 DESC, 1"},
    /* A question's id is "17" where it was read, and "q/17" where an operator cited it. */
    {"questions",
     "SELECT CAST(CASE kind WHEN 'cited' THEN substr(id, 3) ELSE id END AS INTEGER) AS "
     "number, " VIEWS_OF("question", "views") ", " VIEWS_OF(
         "cited",
         "cited") " FROM day" PEOPLE
                  " AND (kind = 'question' OR (kind = 'cited' AND substr(id, 1, 2) = 'q/'))"
                  " GROUP BY number ORDER BY 2 DESC, 3 DESC, 1"},
    {"pages", "SELECT id AS path, sum(views) AS views FROM day" PEOPLE " AND kind = 'page'"
              " GROUP BY id ORDER BY 2 DESC, 1"},
    {"missing", "SELECT path, referrer, sum(count) AS count FROM missing" PEOPLE
                " GROUP BY path, referrer ORDER BY 3 DESC, 1, 2 LIMIT 1000"},
    {"referrers", "SELECT host, sum(views) AS count FROM referrer" PEOPLE
                  " GROUP BY host ORDER BY 2 DESC, 1 LIMIT 1000"},
    {"languages", "SELECT language, sum(views) AS count FROM language" PEOPLE
                  " GROUP BY language ORDER BY 2 DESC, 1"},
    {"days",
     "SELECT day AS date, kind, id, views FROM day" PEOPLE " ORDER BY day, views DESC, kind, id"},
    {"hours", "SELECT substr(hour, 12, 2) AS hour, sum(views) AS views FROM hour"
              " WHERE hour BETWEEN ?1 AND ?2 || 'T23' AND client = 'person' GROUP BY 1 ORDER BY 1"},
};

#define EMPTY_SEARCHES                                                                             \
    "SELECT query, sum(count) AS count FROM search" PEOPLE " AND empty = 1"                        \
    " GROUP BY query ORDER BY 2 DESC, 1 LIMIT 1000"
#define SEARCH_COUNT "SELECT coalesce(sum(count), 0) FROM search" PEOPLE
#define CLIENT_SUMS  "SELECT client, sum(views) AS views FROM day" DAYS " GROUP BY client"
#define DROPPED      "SELECT coalesce(sum(count), 0) FROM dropped" DAYS

struct days {
    const char *from, *to;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int too_late(void *context)
{
    const struct tally *tally = context;

    return monotonic_ms() > tally->deadline;
}

static enum err prepare(struct tally *tally, sqlite3_stmt **statement, const char *sql,
                        struct days days)
{
    if (sqlite3_prepare_v2(tally->db, sql, -1, statement, NULL) != SQLITE_OK ||
        sqlite3_bind_text(*statement, 1, days.from, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(*statement, 2, days.to, -1, SQLITE_STATIC) != SQLITE_OK) {
        enum err err = tally_sqlite_failed(tally, "preparing statistics");
        sqlite3_finalize(*statement);
        *statement = NULL;
        return err;
    }
    return ERR_NONE;
}

static json_t *value_of(sqlite3_stmt *statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_INTEGER)
        return json_integer(sqlite3_column_int64(statement, column));
    return json_string((const char *)sqlite3_column_text(statement, column));
}

static json_t *object_of(sqlite3_stmt *statement)
{
    json_t *object = json_object();

    /* json_object_set_new refuses a NULL value, and takes the value in any case. */
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        if (json_object_set_new(object, sqlite3_column_name(statement, i),
                                value_of(statement, i)) != 0) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* All rows as an array of objects; *out is NULL after an error. */
static enum err read_list(struct tally *tally, const char *sql, struct days days, json_t **out)
{
    sqlite3_stmt *statement = NULL;
    enum err err = prepare(tally, &statement, sql, days);
    json_t *array = json_array();
    int step = SQLITE_DONE;

    if (err == ERR_NONE && array == NULL)
        err = ERR_MEMORY;
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW)
        if (json_array_append_new(array, object_of(statement)) != 0)
            err = ERR_MEMORY;
    if (err == ERR_NONE && step != SQLITE_DONE)
        err = tally_sqlite_failed(tally, "reading statistics");
    sqlite3_finalize(statement);
    if (err != ERR_NONE) {
        json_decref(array);
        array = NULL;
    }
    *out = array;
    return err;
}

/* The single number of a statement. */
static enum err read_number(struct tally *tally, const char *sql, struct days days, json_int_t *out)
{
    sqlite3_stmt *statement = NULL;
    enum err err = prepare(tally, &statement, sql, days);

    *out = 0;
    if (err != ERR_NONE)
        return err;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        err = tally_sqlite_failed(tally, "reading statistics");
    sqlite3_finalize(statement);
    return err;
}

static enum err set(json_t *document, const char *field, json_t *value)
{
    return json_object_set_new(document, field, value) == 0 ? ERR_NONE : ERR_MEMORY;
}

static enum err add_searches(struct tally *tally, struct days days, json_t *document)
{
    json_t *empty = NULL;
    json_int_t count;
    enum err err = read_number(tally, SEARCH_COUNT, days, &count);

    if (err == ERR_NONE)
        err = read_list(tally, EMPTY_SEARCHES, days, &empty);
    if (err == ERR_NONE)
        err = set(document, "searches", json_pack("{s:I, s:o}", "count", count, "empty", empty));
    return err;
}

/* All clients, those without a view as 0. */
static enum err add_clients(struct tally *tally, struct days days, json_t *document)
{
    json_t *rows, *row, *clients = json_object();
    size_t i;
    enum err err = read_list(tally, CLIENT_SUMS, days, &rows);

    for (int client = 0; client < CLIENT__MAX && err == ERR_NONE; client++)
        err = set(clients, client_word((enum client)client), json_integer(0));
    json_array_foreach(rows, i, row) if (err == ERR_NONE) err =
        set(clients, json_string_value(json_object_get(row, "client")),
            json_incref(json_object_get(row, "views")));
    if (err == ERR_NONE)
        err =
            set(document, "robots", json_copy(json_object_get(clients, client_word(CLIENT_ROBOT))));
    if (err == ERR_NONE)
        err = set(document, "clients", json_incref(clients));
    json_decref(clients);
    json_decref(rows);
    return err;
}

static enum err fill(struct tally *tally, struct days days, json_t *document)
{
    json_int_t dropped;
    json_t *value;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists) && err == ERR_NONE; i++) {
        err = read_list(tally, lists[i].sql, days, &value);
        if (err == ERR_NONE)
            err = set(document, lists[i].field, value);
    }
    if (err == ERR_NONE)
        err = add_searches(tally, days, document);
    if (err == ERR_NONE)
        err = add_clients(tally, days, document);
    if (err == ERR_NONE)
        err = read_number(tally, DROPPED, days, &dropped);
    if (err == ERR_NONE)
        err = set(document, "dropped", json_integer(dropped));
    return err;
}

static bool is_day(const char *text)
{
    return strlen(text) == strlen("2026-11-21") && clock_is_date(text);
}

enum err tally_statistics(struct tally *tally, const char *from, const char *to, json_t **out)
{
    struct days days = {from, to};
    json_t *document;
    enum err err;

    *out = NULL;
    if (!is_day(from) || !is_day(to) || strcmp(from, to) > 0)
        return ERR_INVALID;
    document = json_pack("{s:s, s:s}", "from", from, "to", to);
    if (document == NULL)
        return ERR_MEMORY;
    tally->deadline = monotonic_ms() + DEADLINE_MS;
    sqlite3_progress_handler(tally->db, CHECK_EVERY, too_late, tally);
    err = tally_sqlite_execute(tally, "BEGIN", "starting to read");
    if (err == ERR_NONE)
        err = fill(tally, days, document);
    sqlite3_progress_handler(tally->db, 0, NULL, NULL);
    if (!sqlite3_get_autocommit(tally->db))
        tally_sqlite_execute(
            tally, "ROLLBACK",
            "ending to read"); /* nothing was written: this only lets the writer go on */
    if (err != ERR_NONE) {
        json_decref(document);
        return err;
    }
    *out = document;
    return ERR_NONE;
}
