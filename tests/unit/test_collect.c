/*
 * Tests of tally/collect.c: each record is counted once, whatever is torn, cut, killed or run
 * twice.
 */
#include "tally/collect.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "journal/journal.h"
#include "journal/recent.h"
#include "tally/tally.h"
#include "tally/witness.h"

#include <errno.h>
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOON   1795262400 /* 2026-11-21T12:00:00Z, 15:00 in Moscow */
#define DAY    86400
#define MOSCOW "Europe/Moscow"
#define TODAY  "n-2026-11-21.log"

static char root[64], folder[96], path[96];

static void set_now(long now)
{
    char text[32];

    snprintf(text, sizeof text, "%ld", now);
    setenv("VHOD_NOW", text, 1);
}

/* --- a disk that fails --- */

static int sync_fails; /* errno of fdatasync() on a journal file; 0: it works */

/* In place of libc's: a journal file that cannot be made durable. SQLite's files are left alone. */
int fdatasync(int fd)
{
    char link[32], name[256];
    ssize_t len;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, name, sizeof name - 1);
    name[len > 0 ? len : 0] = '\0';
    if (sync_fails != 0 && len > 0 && strncmp(name, folder, strlen(folder)) == 0) {
        errno = sync_fails;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/vhod-collect-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    snprintf(folder, sizeof folder, "%s/journal", root);
    snprintf(path, sizeof path, "%s/tally.db", root);
    set_now(NOON);
    sync_fails = 0;
    return mkdir(folder, 0700);
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    unsetenv("VHOD_NOW");
    return system(command);
}

/* --- helpers --- */

static long number(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    long value;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static char *path_of(const char *name)
{
    char *file = file_path(folder, name, "");

    assert_non_null(file);
    return file;
}

/* Appends bytes to a journal file, and says when it was last written to. */
static void put(const char *name, const char *text, size_t len, time_t when)
{
    char *file = path_of(name);
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
    free(file);
}

static void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text), NOON);
}

/* Appends count lines of a region's views. */
static void put_lines(const char *name, time_t when, const char *id, int count)
{
    struct record record = {.when = when, .client = CLIENT_PERSON, .language = "ru"};
    struct buffer lines = BUFFER_INIT;

    event_set(&record.event, EVENT_REGION, id);
    for (int i = 0; i < count; i++)
        journal_format(&lines, &record);
    assert_false(buffer_failed(&lines));
    if (lines.len > 0)
        put(name, lines.data, lines.len, when);
    buffer_free(&lines);
}

static void cut(const char *name, off_t size)
{
    char *file = path_of(name);

    assert_int_equal(truncate(file, size), 0);
    free(file);
}

static bool is_there(const char *name)
{
    char *file = path_of(name);
    bool there = access(file, F_OK) == 0;

    free(file);
    return there;
}

static struct collect_result collect_keeping(long keep_days)
{
    struct collect_result result;

    assert_int_equal(collect_run(&(struct collect_job){.journal = folder,
                                                       .store = path,
                                                       .timezone = MOSCOW,
                                                       .keep_days = keep_days},
                                 &result),
                     ERR_NONE);
    return result;
}

/* Collects, and checks what this run and what all runs counted. */
static void expect(long records, long dropped, long all_records, long all_dropped)
{
    struct collect_result result = collect_keeping(0);

    assert_int_equal(result.records, records);
    assert_int_equal(result.dropped, dropped);
    assert_int_equal(number("SELECT coalesce(sum(views), 0) FROM day"), all_records);
    assert_int_equal(number("SELECT coalesce(sum(views), 0) FROM hour"), all_records);
    assert_int_equal(number("SELECT coalesce(sum(count), 0) FROM dropped"), all_dropped);
}

#define WHOLE                                                                                      \
    "\x1e"                                                                                         \
    "1795262400\tregion\tru-alt\t-1\t\tperson\tru"

/* --- what is refused or left alone --- */

static void nothing_to_do_is_fine(void **state)
{
    struct collect_result result;

    (void)state;
    expect(0, 0, 0, 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW},
                    &result),
        ERR_NONE);
    assert_int_equal(result.files, 0);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = "No/Where"},
                    &result),
        ERR_INVALID);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW},
                    NULL),
        ERR_NONE);
}

static void names_that_are_no_journals_are_left_alone(void **state)
{
    static const char *const names[] = {
        "x.log",         "2026-11-21.log",   "-2026-11-21.log.gz", "n-2026-11-31.log",
        "n-2026-11.log", "n_2026-11-21.log", "n-2026-11-21.log.1"};
    struct collect_result result;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put(names[i], WHOLE "\n", strlen(WHOLE "\n"), NOON - 400 * DAY);
    result = collect_keeping(1);
    assert_int_equal(result.files + result.records + result.deleted, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(is_there(names[i]));
}

static void one_works_and_the_others_are_told(void **state)
{
    struct tally *tally;
    struct collect_result result = {.records = 99};

    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 1);
    assert_int_equal(tally_open(&tally, path, MOSCOW, true), ERR_NONE);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW},
                    &result),
        ERR_BUSY);
    assert_int_equal(result.records, 0);
    tally_close(tally);
    expect(1, 0, 1, 0);
}

static void a_folder_among_the_files_stops_nobody(void **state)
{
    char *file = path_of("a-2026-11-20.log");

    (void)state;
    assert_int_equal(mkdir(file, 0700), 0);
    free(file);
    put_lines(TODAY, NOON, "ru-alt", 2);
    expect(2, 0, 2, 0);
}

static void an_unreadable_file_stops_only_itself(void **state)
{
    char *file = path_of("a-2026-11-20.log");
    struct collect_result result;

    (void)state;
    assert_int_equal(symlink("nowhere", file), 0);
    free(file);
    put_lines(TODAY, NOON, "ru-alt", 2);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW},
                    &result),
        ERR_SYSTEM);
    assert_int_equal(result.records, 2);
    assert_int_equal(number("SELECT sum(views) FROM day"), 2);
}

/* --- lines --- */

static void torn_and_foreign_lines_are_dropped_and_counted(void **state)
{
    static const struct {
        const char *text;
        long records, dropped;
    } cases[] = {
        {"\n", 0, 1},
        {"hello\n", 0, 1},
        {WHOLE, 0, 0}, /* no end yet */
        {"\x1e"
         "17952",
         0, 0}, /* not even its fields */
        {WHOLE "\n", 1, 0},
        {WHOLE "\n" WHOLE "\n", 2, 0},
        {WHOLE "\n"
               "\x1e"
               "1795",
         1, 0},
        {"\x1e"
         "1795" WHOLE "\n",
         1, 1},                   /* a crash, and the next record */
        {WHOLE WHOLE "\n", 1, 1}, /* cut just before its end: cannot be told from one cut earlier */
        {"\x1e"
         "1795"
         "\x1e"
         "17" WHOLE "\n" WHOLE "\n",
         2, 2},
        {"\x1e"
         "1795\n" WHOLE "\n",
         1, 1},
        {WHOLE "\n"
               "garbage\n" WHOLE "\n",
         2, 1},
        {"\x1e"
         "1795262400\tlost\t12\t-1\t\tperson\t\n" WHOLE "\n",
         1, 12},
        {"\x1e"
         "179"
         "\x1e"
         "1795262400\tlost\t12\t-1\t\tperson\t\n",
         0, 13},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *file = path_of(TODAY);
        struct collect_result result;

        put_text(TODAY, cases[i].text);
        result = collect_keeping(0);
        if (result.records != cases[i].records || result.dropped != cases[i].dropped)
            fail_msg("case %zu: %ld records, %ld dropped", i, result.records, result.dropped);
        result = collect_keeping(0);
        assert_int_equal(result.records + result.dropped, 0);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(unlink(path), 0);
        free(file);
    }
}

static void bytes_of_a_broken_disk_are_no_records(void **state)
{
    static const char zeros[100] = {0};

    (void)state;
    put(TODAY, zeros, sizeof zeros, NOON);
    put_text(TODAY, WHOLE "\n\x1e");
    put(TODAY, zeros, sizeof zeros, NOON);
    put_text(TODAY, "\n" WHOLE "\n");
    expect(2, 2, 2, 2);
}

/* Far more different things than a batch holds: several batches, and each record once. */
static void many_different_things_are_many_batches(void **state)
{
    enum { THINGS = 130000 };
    struct buffer lines = BUFFER_INIT;
    struct record record = {.when = NOON, .client = CLIENT_PERSON};
    char id[32];

    (void)state;
    for (int i = 0; i < THINGS; i++) {
        snprintf(id, sizeof id, "/page/%d", i);
        event_set(&record.event, EVENT_PAGE, id);
        journal_format(&lines, &record);
    }
    put(TODAY, lines.data, lines.len, NOON);
    buffer_free(&lines);
    expect(THINGS, 0, THINGS, 0);
    assert_int_equal(number("SELECT count(*) FROM day"), THINGS);
    expect(0, 0, THINGS, 0);
}

/* Each way of cutting two lines in two runs gives the same counts. */
static void a_line_in_the_making_is_left_for_later(void **state)
{
    static const char text[] = WHOLE "\n" WHOLE "\n";
    size_t len = strlen(text);

    (void)state;
    for (size_t at = 0; at <= len; at++) {
        char *file = path_of(TODAY);

        put(TODAY, text, at, NOON);
        collect_keeping(0);
        put(TODAY, text + at, len - at, NOON);
        collect_keeping(0);
        assert_int_equal(number("SELECT sum(views) FROM day"), 2);
        assert_int_equal(number("SELECT count(*) FROM dropped"), 0);
        assert_int_equal(unlink(file), 0);
        assert_int_equal(unlink(path), 0);
        free(file);
    }
}

/* Torn for good: only when its day is over, and nobody wrote for ten minutes. */
static void a_last_line_without_end_is_dropped_when_its_day_is_over(void **state)
{
    (void)state;
    put_text(TODAY, WHOLE "\n\x1e"
                          "179");
    expect(1, 0, 1, 0);
    set_now(NOON + DAY / 2 + 599); /* 00:09:59 */
    expect(0, 0, 1, 0);
    set_now(NOON + DAY / 2 + 600);
    put(TODAY, "5", 1, NOON + DAY / 2 + 1);
    expect(0, 0, 1, 0);
    set_now(NOON + DAY / 2 + 601);
    expect(0, 1, 1, 1);
    expect(0, 0, 1, 1);
    put_text(TODAY, WHOLE "\n"); /* a very late writer */
    expect(1, 0, 2, 1);
}

/* Longer than a chunk, and than any line: dropped without stopping what follows. */
static void a_line_without_end_does_not_stop_the_file(void **state)
{
    size_t size = (8 << 20) + 12345;
    char *noise = malloc(size);
    struct collect_result result;

    (void)state;
    assert_non_null(noise);
    memset(noise, 'x', size);
    put_lines(TODAY, NOON, "ru-alt", 3);
    put(TODAY, noise, size, NOON);
    put_text(TODAY, "\n");
    put_lines(TODAY, NOON, "ru-alt", 4);
    free(noise);
    result = collect_keeping(0);
    assert_int_equal(result.records, 7);
    assert_in_range(result.dropped, 1, 3); /* one for each chunk it fills */
    expect(0, 0, 7, result.dropped);
}

/* --- days and files --- */

static void two_days_two_nodes_two_zones(void **state)
{
    (void)state;
    put_lines("a-2026-11-21.log", NOON, "ru-alt", 5);
    put_lines("a-2026-11-21.log", NOON + 9 * 3600 - 1, "ru-alt", 7); /* 23:59:59 in Moscow */
    put_lines("a-2026-11-21.log", NOON + 9 * 3600, "ru-alt", 11);    /* 00:00 of the 22nd */
    put_lines("a-2026-11-22.log", NOON + DAY / 2, "ru-alt", 13);
    put_lines("node-b-2026-11-21.log", NOON, "ru-alt", 17);
    expect(53, 0, 53, 0);
    assert_int_equal(number("SELECT views FROM day WHERE day = '2026-11-21'"), 29);
    assert_int_equal(number("SELECT views FROM day WHERE day = '2026-11-22'"), 24);
    assert_int_equal(number("SELECT views FROM hour WHERE hour = '2026-11-21T15'"), 22);
    assert_int_equal(number("SELECT views FROM hour WHERE hour = '2026-11-21T23'"), 7);
    assert_int_equal(number("SELECT views FROM hour WHERE hour = '2026-11-22T00'"), 11);
    assert_int_equal(number("SELECT views FROM hour WHERE hour = '2026-11-22T03'"), 13);
    assert_int_equal(number("SELECT count(*) FROM position"), 3);
}

static void a_file_is_deleted_when_folded_and_old(void **state)
{
    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 3);
    put_lines("front1-2026-11-28.log", NOON + 7 * DAY, "ru-alt", 2); /* somebody came since */
    set_now(NOON + 7 * DAY + DAY / 2 - 1); /* its seven days are over at midnight */
    assert_int_equal(collect_keeping(7).deleted, 0);
    set_now(NOON + 7 * DAY + DAY / 2);
    assert_int_equal(collect_keeping(0).deleted, 0);
    assert_int_equal(collect_keeping(-1).deleted, 0);
    assert_true(is_there(TODAY));
    assert_int_equal(collect_keeping(7).deleted, 1);
    assert_false(is_there(TODAY));
    put_lines(TODAY, NOON, "ru-alt", 3); /* put back from a backup */
    expect(0, 0, 5, 0);
}

static void an_old_file_in_use_is_kept(void **state)
{
    (void)state;
    set_now(NOON + 100 * DAY);
    put_lines("front1-2027-03-01.log", NOON + 100 * DAY, "ru-alt", 1);
    put_lines(TODAY, NOON + 100 * DAY - 599, "ru-alt", 3);
    assert_int_equal(collect_keeping(7).deleted, 0);
    set_now(NOON + 100 * DAY + 1);
    assert_int_equal(collect_keeping(7).deleted, 1);
}

/* One wrong reading of the clock, years ahead or behind, costs no journal. */
static void a_clock_that_jumped_deletes_nothing(void **state)
{
    static const long jumps[] = {400, 4000, 20000, -400, -9000, 15, -8};
    char name[40];

    (void)state;
    for (int day = 1; day <= 9; day++) {
        snprintf(name, sizeof name, "front1-2026-11-%02d.log", day);
        put_lines(name, NOON + (day - 21) * DAY, "ru-alt", 2);
    }
    set_now(NOON - 12 * DAY);
    assert_int_equal(collect_keeping(400).records, 18);
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        set_now(NOON - 12 * DAY + jumps[i] * DAY);
        assert_int_equal(collect_keeping(3).deleted, 0);
    }
}

/* What is old goes day by day: also a clock that the newest journal agrees with may be wrong. */
static void one_day_is_deleted_in_a_run(void **state)
{
    char name[64];

    (void)state;
    for (int day = 1; day <= 9; day++)
        for (int node = 1; node <= 2; node++) {
            snprintf(name, sizeof name, "front%d-2026-11-%02d.log", node, day);
            put_lines(name, NOON + (day - 21) * DAY, "ru-alt", 2);
        }
    set_now(NOON - 12 * DAY); /* the 9th: of three days' keeping, five are over */
    for (int day = 1; day <= 5; day++) {
        snprintf(name, sizeof name, "front1-2026-11-%02d.log", day);
        assert_true(is_there(name));
        assert_int_equal(collect_keeping(3).deleted, 2);
        assert_false(is_there(name));
    }
    assert_int_equal(collect_keeping(3).deleted, 0);
    assert_int_equal(number("SELECT sum(views) FROM day"), 36);
}

/* --- the counters themselves --- */

static enum err collect_seeing(struct collect_result *result)
{
    char seen[128];

    snprintf(seen, sizeof seen, "%s/tally.seen", root);
    return collect_run(
        &(struct collect_job){
            .journal = folder, .seen = seen, .store = path, .timezone = MOSCOW, .keep_days = 0},
        result);
}

static json_t *lost(void)
{
    char seen[128];
    json_t *out;

    snprintf(seen, sizeof seen, "%s/tally.seen", root);
    assert_int_equal(witness_lost(seen, clock_now(), &out), ERR_NONE);
    return out;
}

static void counters_that_were_emptied_are_noticed(void **state)
{
    struct collect_result result;
    char *older = path_of("a-2026-11-20.log");
    json_t *said;

    (void)state;
    set_now(NOON);
    put_lines("a-2026-11-20.log", NOON - DAY, "ru-alt", 40);
    put_lines("a-2026-11-21.log", NOON - 60, "ru-alt", 2);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    said = lost();
    assert_true(json_is_null(said));
    json_decref(said);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(older), 0); /* it was deleted as old */
    free(older);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    assert_int_equal(result.records, 2); /* what is left is counted anew */
    said = lost();
    assert_int_equal(json_number(said, "had"), 42);
    assert_int_equal(json_number(said, "has"), 0);
    json_decref(said);
    put_lines("a-2026-11-21.log", NOON - 50, "ru-alt", 3);
    assert_int_equal(collect_seeing(&result), ERR_NONE); /* said once, kept for the owner */
    said = lost();
    assert_int_equal(json_number(said, "had"), 42);
    json_decref(said);
    set_now(NOON + 61 * DAY);
    said = lost();
    assert_true(json_is_null(said));
    json_decref(said);
}

/* A block of the file is overwritten, as a dying disk does. */
static void damaged_counters_are_not_counted_into(void **state)
{
    struct collect_result result;
    struct stat status;
    char noise[4096];
    int fd;

    (void)state;
    set_now(NOON);
    for (int i = 0; i < 400; i++) {
        char id[24];

        snprintf(id, sizeof id, "page-%d", i);
        put_lines("a-2026-11-21.log", NOON - 60, id, 1);
    }
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    memset(noise, 0xa5, sizeof noise);
    assert_int_equal(stat(path, &status), 0);
    fd = open(path, O_WRONLY);
    for (off_t at = 3 * 4096; at < status.st_size; at += 3 * 4096)
        assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
    close(fd);
    put_lines("a-2026-11-21.log", NOON, "ru-alt", 5);
    set_now(NOON + DAY + 1); /* the look is once a day */
    assert_int_equal(collect_seeing(&result), ERR_DATABASE);
    assert_int_equal(result.records, 0);
    assert_true(is_there("a-2026-11-21.log"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    assert_int_equal(result.records, 405);
}

static void a_witness_that_is_damaged_says_nothing(void **state)
{
    struct collect_result result;
    char seen[128];
    FILE *out;

    (void)state;
    set_now(NOON);
    put_lines("a-2026-11-21.log", NOON - 60, "ru-alt", 2);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    snprintf(seen, sizeof seen, "%s/tally.seen", root);
    out = fopen(seen, "w");
    assert_non_null(out);
    fputs("{\"format\":\"vhod-tally-seen\",\"version\":1,\"sha256\":\"0\",\"body\":{\"views\":"
          "99999}}\n",
          out);
    fclose(out);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    assert_true(json_is_null(lost()));
    put_lines("a-2026-11-21.log", NOON - 50, "ru-alt", 2);
    assert_int_equal(collect_seeing(&result), ERR_NONE);
    assert_int_equal(result.records, 2);
}

static void a_cut_file_is_not_counted_again(void **state)
{
    char *file = path_of(TODAY);
    struct stat status;

    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 10);
    expect(10, 0, 10, 0);
    assert_int_equal(stat(file, &status), 0);
    cut(TODAY, status.st_size / 2);
    expect(0, 0, 10, 0);
    put_lines(TODAY, NOON, "ru-alt", 3);
    expect(3, 0, 13, 0);
    free(file);
}

static void another_file_of_the_name_is_counted(void **state)
{
    char *file = path_of(TODAY);

    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 10);
    expect(10, 0, 10, 0);
    assert_int_equal(unlink(file), 0);
    put_lines(TODAY, NOON + 1, "ru-alt", 4); /* shorter */
    expect(4, 0, 14, 0);
    cut(TODAY, 0);
    expect(0, 0, 14, 0);
    put_lines(TODAY, NOON + 2, "ru-alt", 20); /* longer */
    expect(20, 0, 34, 0);
    expect(0, 0, 34, 0);
    free(file);
}

/* --- several processes, killed --- */

enum { WRITERS = 4, EACH = 5000 };

static int write_journal(int writer)
{
    struct journal *journal;
    struct record record = {.client = CLIENT_PERSON, .language = "ru"};
    char id[32];

    if (journal_open(&journal, folder, "n") != ERR_NONE)
        return 1;
    for (int i = 0; i < EACH; i++) {
        record.when = NOON + 9 * 3600 - EACH / 2 + i; /* over midnight in Moscow */
        record.event.results = -1;
        snprintf(id, sizeof id, i % 10 == 0 ? "/gone/%d" : "ru-%d", i % 10 == 0 ? i : i % 86);
        event_set(&record.event, i % 10 == 0 ? EVENT_MISSING : EVENT_REGION, id);
        snprintf(record.referrer, sizeof record.referrer, i % 3 ? "" : "s%d-%d.example", writer,
                 i % 7);
        if (journal_append(journal, &record) != ERR_NONE)
            return 1;
        if (i % 20 == 0)
            usleep(2000); /* so that collectors meet a growing file */
    }
    journal_close(journal);
    return 0;
}

static pid_t start_collector(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit((int)collect_run(
            &(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW}, NULL));
    return pid;
}

/* Starts collectors and kills them at random moments until the writers are done; returns how many
 * died. */
static int kill_collectors(int *writers)
{
    int killed = 0, status;

    srandom(17);
    while (*writers > 0) {
        pid_t pid = start_collector();

        usleep((useconds_t)(random() % 6000));
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        killed += WIFSIGNALED(status);
        while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
            assert_int_equal(status, 0);
            --*writers;
        }
    }
    return killed;
}

static void killed_collectors_count_each_record_once(void **state)
{
    int writers = WRITERS, killed;

    (void)state;
    for (int writer = 0; writer < WRITERS; writer++)
        if (fork() == 0)
            _exit(write_journal(writer));
    killed = kill_collectors(&writers);
    assert_true(killed > 0);
    collect_keeping(0);
    print_message("%d collectors killed\n", killed);

    assert_int_equal(number("SELECT sum(views) FROM day"), WRITERS * EACH);
    assert_int_equal(number("SELECT sum(views) FROM day WHERE day = '2026-11-21'"),
                     WRITERS * EACH / 2);
    assert_int_equal(number("SELECT sum(views) FROM hour"), WRITERS * EACH);
    assert_int_equal(number("SELECT sum(views) FROM language"), WRITERS * EACH);
    assert_int_equal(number("SELECT sum(count) FROM missing"), WRITERS * EACH / 10);
    assert_int_equal(number("SELECT sum(views) FROM referrer"), WRITERS * ((EACH + 2) / 3));
    assert_int_equal(
        number("SELECT views FROM referrer WHERE host = 's2-0.example' AND kind = 'missing'"
               " AND day = '2026-11-21'"),
        EACH / 2 / 210 + 1);
    assert_int_equal(number("SELECT count(*) FROM dropped"), 0);
    assert_int_equal(number("SELECT (SELECT integrity_check FROM pragma_integrity_check) = 'ok'"),
                     1);
}

/* Killed while it works through a file of many chunks, again and again, it comes to the end. */
static void a_long_file_is_folded_between_kills(void **state)
{
    enum { LINES = 300000 };
    int killed = 0, status = -1;

    (void)state;
    for (int i = 0; i < 10; i++)
        put_lines(TODAY, NOON + i, "ru-alt", LINES / 10);
    for (int delay = 1000; !WIFEXITED(status); delay += 4000) {
        pid_t pid = start_collector();

        usleep((useconds_t)delay);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        killed += WIFSIGNALED(status);
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    print_message("%d collectors killed\n", killed);
    assert_int_equal(number("SELECT sum(views) FROM day"), LINES);
    expect(0, 0, LINES, 0);
}

static void collectors_side_by_side_count_once(void **state)
{
    enum { COLLECTORS = 8 };
    pid_t pids[COLLECTORS];
    int worked = 0, busy = 0;

    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 100000);
    for (int i = 0; i < COLLECTORS; i++)
        pids[i] = start_collector();
    for (int i = 0; i < COLLECTORS; i++) {
        int status;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        worked += WEXITSTATUS(status) == ERR_NONE;
        busy += WEXITSTATUS(status) == ERR_BUSY;
    }
    assert_true(worked >= 1);
    assert_int_equal(worked + busy, COLLECTORS);
    expect(0, 0, 100000, 0);
}

/* A disk too full for the tally: the run fails, nothing is half counted, and a later run makes it
 * good. */
static void a_full_disk_counts_all_later(void **state)
{
    struct rlimit limit, old;
    struct collect_result result;
    struct buffer lines = BUFFER_INIT;
    struct record record = {.when = NOON, .client = CLIENT_PERSON};
    char id[32];

    (void)state;
    for (int i = 0; i < 60000; i++) {
        snprintf(id, sizeof id, "/page/%d", i);
        event_set(&record.event, EVENT_PAGE, id);
        journal_format(&lines, &record);
    }
    put(TODAY, lines.data, lines.len, NOON);
    buffer_free(&lines);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 2 << 20;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(
        collect_run(&(struct collect_job){.journal = folder, .store = path, .timezone = MOSCOW},
                    &result),
        ERR_DATABASE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_true(result.records < 60000);
    assert_int_equal(number("SELECT coalesce(sum(views), 0) FROM day"), result.records);
    expect(60000 - result.records, 0, 60000, 0);
}

/* What is not on the disk is not folded: after a power failure the file could be shorter than the
 * position behind it. Where a file system knows no syncing there is nothing to wait for. */
static void what_is_not_durable_is_not_folded(void **state)
{
    struct collect_result result;
    struct collect_job job = {.journal = folder, .store = path, .timezone = MOSCOW};

    (void)state;
    put_lines(TODAY, NOON, "ru-alt", 3);
    sync_fails = EIO;
    assert_int_equal(collect_run(&job, &result), ERR_SYSTEM);
    assert_int_equal(result.records, 0);
    assert_int_equal(number("SELECT count(*) FROM day"), 0);
    assert_int_equal(number("SELECT count(*) FROM position"), 0);
    sync_fails = 0;
    expect(3, 0, 3, 0);
    put_lines(TODAY, NOON, "ru-alt", 1);
    sync_fails = EROFS;
    expect(1, 0, 4, 0);
}

/* Fresh reports go where the job says, once, and nowhere if it says nothing. */
static void fresh_reports_go_where_they_are_told(void **state)
{
    struct collect_job job = {.journal = folder, .store = path, .timezone = MOSCOW};
    struct recent_view view = {.failed = 0};
    char file[128], again[128];

    (void)state;
    snprintf(file, sizeof file, "%s/elsewhere.json", root);
    snprintf(again, sizeof again, "%s/again.db", root);
    put_text(TODAY, "\x1e"
                    "1795262400\treport\tregion/ru-alt fails\t-1\t\tperson\tru\n");
    job.reports = file;
    assert_int_equal(collect_run(&job, NULL), ERR_NONE);
    assert_int_equal(recent_count(&view, file, "ru-alt", NOON), 1);

    job.reports = NULL;
    job.store = again;
    assert_int_equal(collect_run(&job, NULL), ERR_NONE);
    assert_int_equal(recent_count(&view, file, "ru-alt", NOON), 1);
    recent_view_free(&view);
    snprintf(file, sizeof file, "%s/" RECENT_FILE, root);
    assert_int_equal(access(file, F_OK), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_to_do_is_fine),
        TEST(names_that_are_no_journals_are_left_alone),
        TEST(one_works_and_the_others_are_told),
        TEST(a_folder_among_the_files_stops_nobody),
        TEST(an_unreadable_file_stops_only_itself),
        TEST(torn_and_foreign_lines_are_dropped_and_counted),
        TEST(bytes_of_a_broken_disk_are_no_records),
        TEST(many_different_things_are_many_batches),
        TEST(a_line_in_the_making_is_left_for_later),
        TEST(a_last_line_without_end_is_dropped_when_its_day_is_over),
        TEST(a_line_without_end_does_not_stop_the_file),
        TEST(two_days_two_nodes_two_zones),
        TEST(a_file_is_deleted_when_folded_and_old),
        TEST(a_clock_that_jumped_deletes_nothing),
        TEST(one_day_is_deleted_in_a_run),
        TEST(counters_that_were_emptied_are_noticed),
        TEST(damaged_counters_are_not_counted_into),
        TEST(a_witness_that_is_damaged_says_nothing),
        TEST(an_old_file_in_use_is_kept),
        TEST(a_cut_file_is_not_counted_again),
        TEST(another_file_of_the_name_is_counted),
        TEST(killed_collectors_count_each_record_once),
        TEST(a_long_file_is_folded_between_kills),
        TEST(collectors_side_by_side_count_once),
        TEST(a_full_disk_counts_all_later),
        TEST(what_is_not_durable_is_not_folded),
        TEST(fresh_reports_go_where_they_are_told),
    };

    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
