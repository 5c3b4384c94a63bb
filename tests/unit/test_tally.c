/*
 * Tests of tally/sqlite/sqlite.c and tally/statistics.c: exact counts by local day and hour,
 * ceilings, and transactions; files of the future, broken files, locked files.
 */
#include "tally/tally.h"

#include "gen/tally/sqlite/schema.sql.h"
#include "gen/tally/sqlite/schema_2.sql.h"
#include "gen/tally/sqlite/schema_3.sql.h"
#include "gen/tally/sqlite/schema_4.sql.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOON   1795262400 /* 2026-11-21T12:00:00Z, 15:00 in Moscow */
#define HOUR   3600
#define MOSCOW "Europe/Moscow"

static char folder[64];
static char path[96];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/vhod-tally-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/tally.db", folder);
    return 0;
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* --- helpers --- */

static struct tally *writer_in(const char *zone)
{
    struct tally *tally;

    assert_int_equal(tally_open(&tally, path, zone, true), ERR_NONE);
    assert_int_equal(tally_begin(tally), ERR_NONE);
    return tally;
}

static void finish(struct tally *tally)
{
    assert_int_equal(tally_commit(tally), ERR_NONE);
    tally_close(tally);
}

static struct record record_of(time_t when, enum event_kind kind, const char *id)
{
    struct record record = {.when = when, .client = CLIENT_PERSON, .language = "ru"};

    event_set(&record.event, kind, id);
    return record;
}

static void add(struct tally *tally, time_t when, enum event_kind kind, const char *id)
{
    struct record record = record_of(when, kind, id);

    assert_int_equal(tally_add(tally, &record), ERR_NONE);
}

/* A number straight from the file, past the code under test. */
static long number(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    long value;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void execute(const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* The document of all days as compact text with sorted fields; the caller frees. */
static char *statistics(const char *from, const char *to)
{
    struct tally_question question = {from, to, NULL, ""};
    struct tally *tally;
    json_t *document;
    char *text;

    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    assert_int_equal(tally_statistics(tally, &question, &document), ERR_NONE);
    text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    tally_close(tally);
    assert_non_null(text);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s\nis not in\n%s", part, text);
}

static const struct tally_position unseen = {.bytes = 0};

static struct tally_position position_at(int64_t bytes)
{
    return (struct tally_position){.bytes = bytes, .head_bytes = 10, .head_digest = "abc"};
}

static struct tally_position stored_position(struct tally *tally)
{
    struct tally_position position;

    assert_int_equal(tally_position(tally, "n.log", NULL, NULL, &position, NULL), ERR_NONE);
    return position;
}

/* --- what is refused --- */

static void bad_zones_and_missing_files_are_refused(void **state)
{
    static const char *const zones[] = {"", "Mars/Olympus", "../etc/passwd", "europe moscow"};
    struct tally *tally;

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        for (int writer = 0; writer < 2; writer++) {
            assert_int_equal(tally_open(&tally, path, zones[i], writer), ERR_INVALID);
            assert_null(tally);
        }
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NOT_FOUND);
    assert_int_equal(access(path, F_OK), -1); /* a reader makes nothing */
    tally_close(NULL);
}

/* A file as version 1 made it, brought by hand to each version before today's: the first writer
 * takes the steps that are left, and keeps what was counted. A reader waits for it. */
static void every_older_schema_is_brought_up_to_date(void **state)
{
    static const char *const steps[] = {schema_sql, schema_2_sql, schema_3_sql, schema_4_sql};
    char sql[128];

    (void)state;
    for (size_t version = 1; version <= 4; version++) {
        struct tally *tally;

        unlink(path);
        execute(steps[0]);
        execute("INSERT INTO day (day, client, kind, id, views)"
                " VALUES ('2026-11-20', 'person', 'region', 'ru-alt', 40);"
                "INSERT INTO hour (hour, client, kind, id, views)"
                " VALUES ('2026-11-20T08', 'person', 'region', 'ru-alt', 40);"
                "INSERT INTO meta (key, value) VALUES ('timezone', 'Europe/Moscow')");
        for (size_t step = 1; step < version; step++)
            execute(steps[step]);
        snprintf(sql, sizeof sql, "INSERT INTO meta (key, value) VALUES ('schema', '%zu')",
                 version);
        execute(sql);
        assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_INVALID);
        tally = writer_in(MOSCOW);
        add(tally, NOON, EVENT_REGION, "ru-alt");
        finish(tally);
        assert_int_equal(number("SELECT value FROM meta WHERE key = 'schema'"), 5);
        assert_int_equal(number("SELECT sum(views) FROM day"), 41);
        assert_int_equal(number("SELECT sum(views) FROM week"), 41);
        assert_int_equal(number("SELECT sum(views) FROM block"), 41);
        assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
        tally_close(tally);
    }
}

static void a_schema_of_the_future_is_refused(void **state)
{
    struct tally *tally;

    (void)state;
    finish(writer_in(MOSCOW));
    assert_int_equal(number("SELECT value FROM meta WHERE key = 'schema'"), 5);
    execute("UPDATE meta SET value = '6' WHERE key = 'schema'");
    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_INVALID);
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_INVALID);
    execute("UPDATE meta SET value = 'one' WHERE key = 'schema'");
    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_INVALID);
}

static void a_foreign_file_is_refused_and_left_alone(void **state)
{
    struct tally *tally;
    char command[160];

    (void)state;
    execute("CREATE TABLE hour (x)");
    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_DATABASE);
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_DATABASE);
    assert_int_equal(number("SELECT count(*) FROM sqlite_schema"), 1);
    snprintf(command, sizeof command, "seq 1 5000 > '%s'", path);
    assert_int_equal(system(command), 0);
    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_DATABASE);
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_DATABASE);
}

static void an_empty_file_is_not_a_tally_yet(void **state)
{
    struct tally *tally;
    int fd = open(path, O_CREAT | O_WRONLY, 0600);

    (void)state;
    close(fd);
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NOT_FOUND);
    finish(writer_in(MOSCOW));
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    tally_close(tally);
}

static void one_process_writes(void **state)
{
    struct tally *first = writer_in(MOSCOW), *second;
    int status;
    pid_t pid = fork();

    (void)state;
    if (pid == 0)
        _exit(tally_open(&second, path, MOSCOW, true) == ERR_BUSY ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    finish(first);
    tally_close(writer_in(MOSCOW)); /* free again */
}

static void a_reader_cannot_write(void **state)
{
    struct tally *tally;

    (void)state;
    finish(writer_in(MOSCOW));
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    assert_int_equal(tally_begin(tally), ERR_INVALID);
    tally_close(tally);
}

static void odd_days_are_refused(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"2026-11-21", "2026-11-20"}, {"2026-11", "2026-11-20"},    {"", ""},
        {"2026-11-21", "2026-11-31"}, {"2026-02-30", "2026-11-20"}, {"2026-11-21", "2026-11-21T12"},
        {"'; --", "2026-11-21"},      {"1900-01-01", "2026-11-20"}};
    struct tally *tally;
    json_t *document;

    (void)state;
    finish(writer_in(MOSCOW));
    assert_int_equal(tally_open(&tally, path, MOSCOW, false), ERR_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tally_question question = {cases[i].from, cases[i].to, NULL, ""};

        assert_int_equal(tally_statistics(tally, &question, &document), ERR_INVALID);
        assert_null(document);
    }
    tally_close(tally);
}

/* --- what is counted --- */

static void days_and_hours_are_local(void **state)
{
    static const struct {
        const char *zone;
        time_t when;
        const char *hour;
    } cases[] = {
        {"Europe/Moscow", NOON + 9 * HOUR - 1, "2026-11-21T23"}, /* 20:59:59Z */
        {"Europe/Moscow", NOON + 9 * HOUR, "2026-11-22T00"},     /* 21:00:00Z */
        {"Asia/Kamchatka", NOON - 1, "2026-11-21T23"},
        {"Asia/Kamchatka", NOON, "2026-11-22T00"},
        {"Europe/Kaliningrad", NOON, "2026-11-21T14"},
        {"Asia/Kolkata", NOON + 18 * HOUR + 1799, "2026-11-22T11"}, /* half an hour */
        {"Asia/Kolkata", NOON + 18 * HOUR + 1800, "2026-11-22T12"},
        {"America/New_York", NOON - 8 * HOUR, "2026-11-20T23"},
        {"Europe/Berlin", 1792886400, "2026-10-25T02"}, /* 00:00Z, summer time */
        {"Europe/Berlin", 1792890000, "2026-10-25T02"}, /* an hour later: the second 02:00 */
        {"Europe/Berlin", 1792893600, "2026-10-25T03"},
        {"UTC", 0, "1970-01-01T00"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tally *tally = writer_in(cases[i].zone);
        char sql[160];

        add(tally, cases[i].when, EVENT_REGION, "ru-alt");
        finish(tally);
        snprintf(sql, sizeof sql,
                 "SELECT (SELECT sum(views) FROM hour WHERE hour = '%s') = 1 AND"
                 " (SELECT sum(views) FROM day WHERE day = '%.10s') = 1",
                 cases[i].hour, cases[i].hour);
        if (number(sql) != 1)
            fail_msg("%s, %lld: not %s", cases[i].zone, (long long)cases[i].when, cases[i].hour);
        assert_int_equal(unlink(path), 0);
    }
}

static void a_change_of_zone_is_noted(void **state)
{
    (void)state;
    finish(writer_in(MOSCOW));
    assert_int_equal(number("SELECT value = 'Europe/Moscow' FROM meta WHERE key = 'timezone'"), 1);
    finish(writer_in("Asia/Omsk"));
    assert_int_equal(number("SELECT value = 'Asia/Omsk' FROM meta WHERE key = 'timezone'"), 1);
}

static void the_document_holds_what_was_counted(void **state)
{
    struct tally *tally = writer_in(MOSCOW);
    struct record record;
    char *text;

    (void)state;
    for (int i = 0; i < 3; i++)
        add(tally, NOON, EVENT_REGION, "ru-alt");
    add(tally, NOON, EVENT_REGION, "ru-per");
    add(tally, NOON + HOUR, EVENT_DEPARTURE, "ru-per");
    add(tally, NOON, EVENT_REGION, "ru-ad"); /* equal views: by departures, then by id */
    add(tally, NOON, EVENT_GUIDE, "epos-link");
    add(tally, NOON, EVENT_CITED, "guide/epos-link");
    add(tally, NOON, EVENT_CITED, "q/17");
    add(tally, NOON, EVENT_CITED, "q/9");
    add(tally, NOON, EVENT_QUESTION, "17");
    add(tally, NOON, EVENT_PAGE, "/");
    record = record_of(NOON, EVENT_SEARCH, "дневник");
    record.event.results = 0;
    for (int i = 0; i < 2; i++)
        assert_int_equal(tally_add(tally, &record), ERR_NONE);
    record.event.results = 5;
    assert_int_equal(tally_add(tally, &record), ERR_NONE);
    add(tally, NOON, EVENT_SEARCH, "results unknown");
    record = record_of(NOON, EVENT_MISSING, "/old");
    strcpy(record.referrer, "school.example");
    strcpy(record.language, "tt");
    assert_int_equal(tally_add(tally, &record), ERR_NONE);
    for (int client = CLIENT_ROBOT; client < CLIENT__MAX; client++) {
        record = record_of(NOON, EVENT_REGION, "ru-robot");
        record.client = (enum client)client;
        strcpy(record.referrer, "robot.example");
        strcpy(record.language, "zz");
        for (int i = 0; i < client; i++)
            assert_int_equal(tally_add(tally, &record), ERR_NONE);
    }
    assert_int_equal(tally_add_dropped(tally, NOON, 2), ERR_NONE);
    assert_int_equal(tally_add_dropped(tally, NOON, 5), ERR_NONE);
    add(tally, NOON - 24 * HOUR, EVENT_REGION, "ru-before");
    add(tally, NOON + 24 * HOUR, EVENT_REGION, "ru-after");
    finish(tally);

    text = statistics("2026-11-21", "2026-11-21");
    assert_string_equal(
        text,
        "{\"from\":\"2026-11-21\",\"to\":\"2026-11-21\",\"before\":null,"
        "\"regions\":[{\"iso\":\"ru-alt\",\"views\":3,\"departures\":0},"
        "{\"iso\":\"ru-per\",\"views\":1,\"departures\":1},{\"iso\":\"ru-ad\",\"views\":1,"
        "\"departures\":0}],"
        "\"guides\":[{\"id\":\"epos-link\",\"views\":1,\"cited\":1}],"
        "\"questions\":[{\"number\":17,\"views\":1,\"cited\":1},{\"number\":9,\"views\":0,"
        "\"cited\":1}],"
        "\"pages\":[{\"path\":\"/\",\"views\":1}],\"checks\":[],\"reports\":[],"
        "\"searches\":{\"count\":4,\"empty_count\":2,\"empty\":[{\"query\":\"дневник\","
        "\"count\":2}],\"words\":[],\"operators\":[]},"
        "\"missing\":[{\"path\":\"/old\",\"referrer\":\"school.example\",\"count\":1}],"
        "\"languages\":[{\"language\":\"ru\",\"count\":16},{\"language\":\"tt\",\"count\":1}],"
        "\"referrers\":[{\"host\":\"school.example\",\"count\":1}],"
        "\"links\":[{\"host\":\"school.example\",\"kind\":\"missing\",\"id\":\"…\",\"count\":1}],"
        "\"embeds\":[],"
        "\"clients\":{\"person\":17,\"robot\":1,\"prefetch\":2,\"monitor\":3,\"staff\":4,"
        "\"feed\":5,\"preview\":6,\"library\":7,\"builder\":8,\"archive\":9,\"ai\":10,"
        "\"pretender\":11},\"robots\":46,\"people\":17,"
        "\"kinds\":[{\"kind\":\"page\",\"views\":1},{\"kind\":\"region\",\"views\":5},"
        "{\"kind\":\"departure\",\"views\":1},{\"kind\":\"guide\",\"views\":1},"
        "{\"kind\":\"question\",\"views\":1},{\"kind\":\"cited\",\"views\":3},"
        "{\"kind\":\"search\",\"views\":4},{\"kind\":\"missing\",\"views\":1},"
        "{\"kind\":\"embed\",\"views\":0},{\"kind\":\"check\",\"views\":0},"
        "{\"kind\":\"report\",\"views\":0}],\"unit\":\"day\","
        "\"days\":[{\"date\":\"2026-11-21\",\"to\":\"2026-11-21\",\"people\":17,\"page\":1,"
        "\"region\":5,\"departure\":1,\"guide\":1,\"question\":1,\"cited\":3,\"search\":4,"
        "\"missing\":1,\"embed\":0,\"check\":0,\"report\":0,\"robots\":46,\"dropped\":7}],"
        "\"dropped\":7,"
        "\"hours\":[{\"hour\":\"15\",\"views\":16},{\"hour\":\"16\",\"views\":1}]}");
    free(text);
    text = statistics("2026-11-20", "2026-11-22");
    assert_has(text, "\"iso\":\"ru-before\"");
    assert_has(text, "\"iso\":\"ru-after\"");
    free(text);
    text = statistics("2026-12-01", "2026-12-31");
    assert_has(text, "\"regions\":[],");
    assert_has(text, "\"clients\":{\"person\":0,\"robot\":0,\"prefetch\":0,\"monitor\":0,"
                     "\"staff\":0,\"feed\":0,\"preview\":0,\"library\":0,\"builder\":0,"
                     "\"archive\":0,\"ai\":0,\"pretender\":0},\"robots\":0,\"people\":0,");
    free(text);
}

/* A file of version 1, as it was made before week and total: both are made from what day holds, and
 * grow with it from then on. */
static void an_older_file_is_brought_up_to_date(void **state)
{
    struct tally *tally = writer_in(MOSCOW);

    (void)state;
    add(tally, NOON, EVENT_REGION, "ru-alt");                 /* a Saturday */
    add(tally, NOON + 24 * HOUR, EVENT_REGION, "ru-alt");     /* Sunday, the same week */
    add(tally, NOON + 2 * 24 * HOUR, EVENT_GUIDE, "a-guide"); /* Monday */
    add(tally, NOON - 6 * 24 * HOUR, EVENT_GUIDE, "a-guide"); /* the last day of a block */
    finish(tally);
    execute("DROP TABLE week; DROP TABLE total; DROP TABLE block; DROP TABLE position;"
            "DROP TABLE chosen;"
            "CREATE TABLE position (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL,"
            " head_bytes INTEGER NOT NULL, head_digest TEXT NOT NULL) STRICT, WITHOUT ROWID;"
            "INSERT INTO position VALUES ('n.log', 100, 10, 'abc');"
            "UPDATE meta SET value = '1' WHERE key = 'schema'");
    assert_int_equal(tally_open(&tally, path, MOSCOW, false),
                     ERR_INVALID); /* not a reader's work */
    tally = writer_in(MOSCOW);
    add(tally, NOON, EVENT_REGION, "ru-alt");
    assert_int_equal(stored_position(tally).bytes, 100);
    finish(tally);
    assert_int_equal(number("SELECT count(*) FROM week"), 3);
    assert_int_equal(number("SELECT views FROM week WHERE week = '2026-11-16'"), 3);
    assert_int_equal(number("SELECT views FROM week WHERE week = '2026-11-23'"), 1);
    assert_int_equal(number("SELECT sum(views) FROM block WHERE block = '2026-11-16'"), 4);
    assert_int_equal(number("SELECT sum(views) FROM block"), 5);
    assert_int_equal(number("SELECT count(*) FROM total"), 4);
    assert_int_equal(number("SELECT views FROM total WHERE day = '2026-11-21'"), 2);
    assert_int_equal(number("SELECT sum(views) FROM total"), 5);
}

/* What does not fit below the ceiling is counted under '…', and nothing else is touched by it: not
 * what is known already, not another client, not another day. */
static void ceilings_hold_and_totals_stay(void **state)
{
    enum { CEILING = 1000, EXTRA = 250 };
    struct tally *tally = NULL;
    struct record record;
    char id[64];

    (void)state;
    for (int i = 0; i < CEILING + EXTRA; i++) {
        if (i % 300 == 0) { /* over several transactions and openings */
            if (tally != NULL)
                finish(tally);
            tally = writer_in(MOSCOW);
        }
        snprintf(id, sizeof id, "/made/up/%d", i);
        record = record_of(NOON, EVENT_MISSING, id);
        record.client = CLIENT_ROBOT;
        strcpy(record.referrer, "flood.example");
        assert_int_equal(tally_add(tally, &record), ERR_NONE);
        add(tally, NOON, EVENT_SEARCH, id);
    }
    snprintf(id, sizeof id, "/made/up/%d", CEILING - 1);
    record = record_of(NOON, EVENT_MISSING, id);
    record.client = CLIENT_ROBOT;
    strcpy(record.referrer, "flood.example");
    assert_int_equal(tally_add(tally, &record), ERR_NONE); /* known: raised */
    add(tally, NOON, EVENT_MISSING, "/a person's");
    record.when += 24 * HOUR;
    assert_int_equal(tally_add(tally, &record), ERR_NONE);
    finish(tally);

    assert_int_equal(
        number("SELECT count(*) FROM missing WHERE client = 'robot' AND day = '2026-11-21'"),
        CEILING + 1);
    assert_int_equal(
        number("SELECT sum(count) FROM missing WHERE client = 'robot' AND day = '2026-11-21'"),
        CEILING + EXTRA + 1);
    assert_int_equal(number("SELECT count FROM missing WHERE path = '…' AND referrer = ''"), EXTRA);
    assert_int_equal(
        number("SELECT count FROM missing WHERE path = '/made/up/999' AND day = '2026-11-21'"), 2);
    assert_int_equal(
        number("SELECT count FROM missing WHERE path = '/made/up/999' AND day = '2026-11-22'"), 1);
    assert_int_equal(number("SELECT count FROM missing WHERE client = 'person'"), 1);
    assert_int_equal(number("SELECT count(*) FROM search"), CEILING + 1);
    assert_int_equal(number("SELECT sum(count) FROM search"), CEILING + EXTRA);
    assert_int_equal(number("SELECT count FROM search WHERE query = '…'"), EXTRA);
    assert_int_equal(number("SELECT views FROM day WHERE kind = 'search'"), CEILING + EXTRA);
    assert_int_equal(number("SELECT count(*) FROM referrer"),
                     2); /* a day each: the path is no part of it */
}

static void referrers_have_a_ceiling(void **state)
{
    enum { CEILING = 5000, EXTRA = 7 };
    struct tally *tally = writer_in(MOSCOW);

    (void)state;
    for (int i = 0; i < CEILING + EXTRA; i++) {
        struct record record = record_of(NOON, EVENT_REGION, "ru-alt");

        snprintf(record.referrer, sizeof record.referrer, "h%d.example", i);
        assert_int_equal(tally_add(tally, &record), ERR_NONE);
    }
    finish(tally);
    assert_int_equal(number("SELECT count(*) FROM referrer"), CEILING + 1);
    assert_int_equal(
        number("SELECT views FROM referrer WHERE host = '…' AND kind = '…' AND id = '…'"), EXTRA);
}

/* More keys than are kept in memory: written in the middle of the transaction, and rolled back with
 * it. */
static void many_keys_stay_one_transaction(void **state)
{
    enum { KEYS = 60000 };
    struct tally *tally = writer_in(MOSCOW);
    char id[32];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < KEYS; i++) {
            snprintf(id, sizeof id, "/%d", i);
            add(tally, NOON, EVENT_PAGE, id);
        }
        if (round == 0) {
            tally_rollback(tally);
            assert_int_equal(tally_begin(tally), ERR_NONE);
        }
    }
    finish(tally);
    assert_int_equal(number("SELECT count(*) FROM day"), KEYS);
    assert_int_equal(number("SELECT sum(views) FROM day"), KEYS);
    assert_int_equal(number("SELECT sum(views) FROM hour"), KEYS);
    assert_int_equal(number("SELECT sum(views) FROM week"), KEYS);
    assert_int_equal(number("SELECT sum(views) FROM block"), KEYS);
    assert_int_equal(number("SELECT sum(views) FROM total"), KEYS);
}

static void counts_and_positions_go_together(void **state)
{
    struct tally *tally = writer_in(MOSCOW);
    struct tally_position position = position_at(100);

    (void)state;
    add(tally, NOON, EVENT_PAGE, "/");
    assert_int_equal(tally_set_position(tally, "n.log", &unseen, &position), ERR_NONE);
    tally_rollback(tally);
    tally_rollback(tally); /* twice is fine */
    assert_int_equal(tally_begin(tally), ERR_NONE);
    add(tally, NOON, EVENT_PAGE, "/");
    tally_close(tally); /* without commit */

    tally = writer_in(MOSCOW);
    assert_int_equal(number("SELECT count(*) FROM day"), 0);
    assert_int_equal(stored_position(tally).bytes, 0);
    assert_int_equal(stored_position(tally).head_bytes, 0);
    add(tally, NOON, EVENT_PAGE, "/");
    assert_int_equal(tally_set_position(tally, "n.log", &unseen, &position), ERR_NONE);
    position.bytes = 5000000000;
    assert_int_equal(tally_set_position(tally, "n.log", &unseen, &position), ERR_NONE);
    finish(tally);
    tally = writer_in(MOSCOW);
    position = stored_position(tally);
    assert_true(position.bytes == 5000000000);
    assert_int_equal(position.head_bytes, 10);
    assert_string_equal(position.head_digest, "abc");
    assert_int_equal(number("SELECT sum(views) FROM day"), 1);
    tally_close(tally);
}

/* The same bytes are counted once, whoever comes with them again; and nothing is counted from a
 * place where the file does not stand. */
static void bytes_are_counted_once(void **state)
{
    static const struct {
        int64_t before, after;
        enum err err;
        long views; /* afterwards */
    } steps[] = {{0, 100, ERR_NONE, 1},  {0, 100, ERR_NONE, 1},   {0, 50, ERR_BUSY, 1},
                 {50, 150, ERR_BUSY, 1}, {100, 150, ERR_NONE, 2}, {100, 150, ERR_NONE, 2},
                 {0, 100, ERR_BUSY, 2},  {150, 40, ERR_NONE, 3},  {150, 300, ERR_BUSY, 3},
                 {40, 40, ERR_NONE, 4}};
    struct tally *tally = writer_in(MOSCOW);

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct tally_position before = position_at(steps[i].before);
        struct tally_position after = position_at(steps[i].after);

        assert_int_equal(tally_begin(tally), ERR_NONE);
        add(tally, NOON, EVENT_PAGE, "/");
        assert_int_equal(tally_set_position(tally, "n.log", &before, &after), ERR_NONE);
        if (tally_commit(tally) != steps[i].err)
            fail_msg("step %zu", i);
        assert_int_equal(number("SELECT sum(views) FROM day"), steps[i].views);
    }
    tally_close(tally);
}

static bool is_second(void *context, const struct tally_position *position)
{
    return strcmp(position->head_digest, context) == 0;
}

/* Two files of one name, told apart by their heads: the positions of both are kept. */
static void files_of_one_name_have_positions_of_their_own(void **state)
{
    struct tally *tally = writer_in(MOSCOW);
    struct tally_position first = position_at(100), second = {200, 20, "def", ""}, found;
    char wanted[] = "def", unknown[] = "ghi";
    bool others;

    (void)state;
    assert_int_equal(tally_set_position(tally, "n.log", &unseen, &first), ERR_NONE);
    assert_int_equal(tally_commit(tally), ERR_NONE);
    assert_int_equal(tally_begin(tally), ERR_NONE);
    assert_int_equal(tally_set_position(tally, "n.log", &unseen, &second), ERR_NONE);
    assert_int_equal(tally_commit(tally), ERR_NONE);
    assert_int_equal(tally_position(tally, "n.log", is_second, wanted, &found, &others), ERR_NONE);
    assert_int_equal(found.bytes, 200);
    assert_int_equal(tally_position(tally, "n.log", is_second, unknown, &found, &others), ERR_NONE);
    assert_int_equal(found.bytes, 0);
    assert_true(others);
    tally_close(tally);
}

/* A writer killed in the middle of writing leaves a transaction that the next reader puts back. */
static void a_reader_repairs_after_a_killed_writer(void **state)
{
    pid_t pid;
    int status;
    char *text, journal[128];

    (void)state;
    finish(writer_in(MOSCOW));
    pid = fork();
    if (pid == 0) {
        /* A cache of a few pages makes SQLite write to the file before the commit. */
        sqlite3 *db;

        sqlite3_open(path, &db);
        sqlite3_exec(
            db,
            "PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=5; BEGIN IMMEDIATE;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO day SELECT '2026-11-21', 'person', 'region', 'id ' || i, 1 FROM n",
            NULL, NULL, NULL);
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    snprintf(journal, sizeof journal, "%s-journal", path);
    assert_int_equal(access(journal, F_OK), 0);
    text = statistics("2026-11-21", "2026-11-21");
    assert_has(text, "\"regions\":[],");
    free(text);
    assert_int_equal(number("SELECT count(*) FROM day"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_zones_and_missing_files_are_refused),
        TEST(every_older_schema_is_brought_up_to_date),
        TEST(a_schema_of_the_future_is_refused),
        TEST(a_foreign_file_is_refused_and_left_alone),
        TEST(an_empty_file_is_not_a_tally_yet),
        TEST(one_process_writes),
        TEST(a_reader_cannot_write),
        TEST(odd_days_are_refused),
        TEST(days_and_hours_are_local),
        TEST(a_change_of_zone_is_noted),
        TEST(an_older_file_is_brought_up_to_date),
        TEST(the_document_holds_what_was_counted),
        TEST(ceilings_hold_and_totals_stay),
        TEST(referrers_have_a_ceiling),
        TEST(many_keys_stay_one_transaction),
        TEST(counts_and_positions_go_together),
        TEST(bytes_are_counted_once),
        TEST(files_of_one_name_have_positions_of_their_own),
        TEST(a_reader_repairs_after_a_killed_writer),
    };

    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
