/*
 * Tests of tally/collect_log.c: each line of a cache's log is counted once, however often it is
 * folded, whatever its file is called by then, and whatever is killed.
 */
#include "tally/collect_log.h"

#include "base/file.h"

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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MOSCOW "Europe/Moscow"

static char root[64], file[128], store[96];

static int set_up(void **state)
{
    (void)state;
    strcpy(root, "/tmp/vhod-log-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    snprintf(file, sizeof file, "%s/access.log", root);
    snprintf(store, sizeof store, "%s/tally.db", root);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

/* --- helpers --- */

static void put(const char *text)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* Lines of one reader, from second first on. */
static void put_lines(int first, int count, const char *target, int status)
{
    FILE *out = fopen(file, "a");

    assert_non_null(out);
    for (int i = 0; i < count; i++)
        fprintf(out,
                "203.0.113.%d - - [21/Nov/2026:%02d:%02d:%02d +0000] \"GET %s HTTP/2.0\" %d 512 "
                "\"https://school.example/x\" \"AGENTMARK/5.0\"\n",
                i % 250, (first + i) / 3600 % 24, (first + i) / 60 % 60, (first + i) % 60, target,
                status);
    assert_int_equal(fclose(out), 0);
}

/* A judge without a site: the target is the region. */
static enum err judge(void *context, const struct access_line *line, struct record *record)
{
    int *asked = context;

    ++*asked;
    record->when = line->when;
    record->client = CLIENT_PERSON;
    strcpy(record->referrer, "school.example");
    if (strcmp(line->target, "/nothing") == 0)
        return ERR_NONE;
    if (strcmp(line->target, "/broken") == 0)
        return ERR_MEMORY;
    event_set(&record->event, EVENT_REGION, line->target);
    return ERR_NONE;
}

static enum err run(struct collect_log_result *result)
{
    struct access_reader reader;
    const char *wrong;
    int asked = 0;
    struct collect_log_job job = {file, store, MOSCOW, &reader, 1, judge, &asked};
    enum err err;

    assert_int_equal(access_reader_open(&reader, "combined", "", &wrong), ERR_NONE);
    err = collect_log_run(&job, result);
    access_reader_close(&reader);
    return err;
}

static struct collect_log_result fold_as(enum err want)
{
    struct collect_log_result result = {0};

    assert_int_equal(run(&result), want);
    return result;
}

static long number(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    long value;

    assert_int_equal(sqlite3_open(store, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

static void expect(long records, long all)
{
    assert_int_equal(fold_as(ERR_NONE).records, records);
    assert_int_equal(number("SELECT coalesce(sum(views), 0) FROM day"), all);
}

static void run_command(const char *format)
{
    char command[512];

    snprintf(command, sizeof command, "cd '%s' && %s", root, format);
    assert_int_equal(system(command), 0);
}

/* --- */

static void files_that_are_none_are_refused(void **state)
{
    (void)state;
    fold_as(ERR_NOT_FOUND);
    assert_int_equal(mkdir(file, 0700), 0);
    fold_as(ERR_INVALID);
}

static void nothing_is_in_an_empty_log(void **state)
{
    (void)state;
    put("");
    fold_as(ERR_NONE);
    put("203.0.113.9 - - [21/Nov/2026:12:00:00 +00"); /* half a line */
    assert_int_equal(fold_as(ERR_NONE).lines, 0);
}

static void only_pages_that_were_shown_count(void **state)
{
    static const char *const others[] = {
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"HEAD /a HTTP/1.1\" 200 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"POST /a HTTP/1.1\" 200 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 301 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 303 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 404 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /a HTTP/1.1\" 503 0 \"-\" \"a\"\n",
        "203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /nothing HTTP/1.1\" 200 0 \"-\" "
        "\"a\"\n",
    };
    struct collect_log_result result;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put(others[i]);
    put("what is this?\n");
    put_lines(0, 1, "/a", 200);
    put_lines(1, 1, "/a", 304);
    result = fold_as(ERR_NONE);
    assert_int_equal(result.lines, 10);
    assert_int_equal(result.records, 2);
    assert_int_equal(result.dropped, 1);
    assert_int_equal(number("SELECT count FROM dropped WHERE day = '2026-11-21'"), 1);
    assert_int_equal(number("SELECT views FROM day WHERE id = '/a'"), 2);
}

static void a_growing_log_counts_once(void **state)
{
    (void)state;
    put_lines(0, 3, "/a", 200);
    expect(3, 3);
    expect(0, 3);
    put("203.0.113.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /a HT");
    expect(0, 3);
    put("TP/1.1\" 200 0 \"-\" \"a\"\n");
    expect(1, 4);
    put_lines(100, 100000, "/a", 200); /* many chunks */
    expect(100000, 100004);
    expect(0, 100004);
}

/* Renamed, compressed, and a new log begun: what logrotate does. */
static void a_rotated_log_counts_once(void **state)
{
    char plain[96];

    (void)state;
    strcpy(plain, file);
    put_lines(0, 1000, "/a", 200);
    expect(1000, 1000);
    put_lines(1000, 30000, "/a", 200);
    run_command("mv access.log access.log.1");
    put_lines(40000, 5, "/a", 200);
    expect(5, 1005);
    snprintf(file, sizeof file, "%s.1", plain);
    expect(30000, 31005);
    run_command("gzip access.log.1");
    snprintf(file, sizeof file, "%s.1.gz", plain);
    expect(0, 31005);
    strcpy(file, plain);
    expect(0, 31005);
}

/* A compressed log that was never seen before. */
static void a_compressed_log_is_read(void **state)
{
    (void)state;
    put_lines(0, 50000, "/a", 200);
    run_command("gzip access.log");
    strcat(file, ".gz");
    expect(50000, 50000);
    expect(0, 50000);
}

/* Two caches whose logs begin with the same line, a monitor's of the same second. */
static void logs_that_begin_alike_are_two(void **state)
{
    (void)state;
    put_lines(0, 1, "/health", 200);
    put_lines(10, 4, "/a", 200);
    expect(5, 5);
    assert_int_equal(unlink(file), 0);
    put_lines(0, 1, "/health", 200);
    put_lines(20, 7, "/b", 200);
    expect(8, 13);
    assert_int_equal(number("SELECT count(*) FROM position"), 2);
}

static void a_log_that_was_cut_is_not_counted_again(void **state)
{
    (void)state;
    put_lines(0, 1000, "/a", 200);
    expect(1000, 1000);
    assert_int_equal(truncate(file, 60000), 0);
    expect(0, 1000);
    assert_int_equal(truncate(file, 0), 0); /* copytruncate: a new log in the old file */
    put_lines(5000, 10, "/a", 200);
    expect(10, 1010);
}

static void long_lines_and_bytes_of_a_broken_disk_are_dropped(void **state)
{
    char *noise = malloc(ACCESS_LINE_MAX + 100);
    int fd;

    (void)state;
    assert_non_null(noise);
    memset(noise, 'x', ACCESS_LINE_MAX + 99);
    noise[ACCESS_LINE_MAX + 99] = '\0';
    put_lines(0, 2, "/a", 200);
    put(noise);
    put("\n");
    fd = open(file, O_WRONLY | O_APPEND);
    memset(noise, 0, 1000);
    assert_int_equal(write(fd, noise, 1000), 1000);
    close(fd);
    put("\n");
    put_lines(5, 2, "/a", 200);
    free(noise);
    assert_int_equal(fold_as(ERR_NONE).dropped, 2);
    assert_int_equal(number("SELECT sum(views) FROM day"), 4);
}

/* Far more different things than a batch holds, in less than a chunk. */
static void many_different_things_are_many_batches(void **state)
{
    enum { THINGS = 60000 };
    FILE *out = fopen(file, "w");

    (void)state;
    assert_non_null(out);
    for (int i = 0; i < THINGS; i++)
        fprintf(out, "::1 - - [21/Nov/2026:12:00:00 +0000] \"GET /%d HTTP/2\" 200 0 \"-\" \"-\"\n",
                i);
    assert_int_equal(fclose(out), 0);
    expect(THINGS, THINGS);
    expect(0, THINGS);
}

/* What the judge cannot do stops the run, and nothing of the chunk is counted. */
static void an_error_leaves_the_rest_for_later(void **state)
{
    (void)state;
    put_lines(0, 5, "/a", 200);
    put_lines(5, 1, "/broken", 200);
    assert_int_equal(fold_as(ERR_MEMORY).records, 0);
    assert_int_equal(number("SELECT count(*) FROM day"), 0);
}

static void killed_runs_count_each_line_once(void **state)
{
    enum { LINES = 200000 };
    int killed = 0, status = -1;

    (void)state;
    put_lines(0, LINES, "/a", 200);
    for (int delay = 3000; !WIFEXITED(status); delay += 7000) {
        pid_t pid = fork();

        if (pid == 0)
            _exit((int)run(NULL));
        usleep((useconds_t)delay);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        killed += WIFSIGNALED(status);
    }
    assert_int_equal(WEXITSTATUS(status), 0);
    print_message("%d runs killed\n", killed);
    expect(0, LINES);
}

static bool holds(const char *path, const char *mark)
{
    struct buffer text = BUFFER_INIT;
    bool found;

    assert_int_equal(file_read(&text, path, 64 << 20), ERR_NONE);
    found = memmem(text.data, text.len, mark, strlen(mark)) != NULL;
    buffer_free(&text);
    return found;
}

/* Addresses and user agents stay in the cache's own log. */
static void nobody_is_written_down(void **state)
{
    (void)state;
    put_lines(0, 1000, "/a", 200);
    expect(1000, 1000);
    assert_true(holds(file, "203.0.113."));
    assert_false(holds(store, "203.0.113."));
    assert_false(holds(store, "AGENTMARK"));
    assert_true(holds(store, "school.example"));
    assert_false(holds(store, "school.example/x"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_that_are_none_are_refused),
        TEST(nothing_is_in_an_empty_log),
        TEST(only_pages_that_were_shown_count),
        TEST(a_growing_log_counts_once),
        TEST(a_rotated_log_counts_once),
        TEST(a_compressed_log_is_read),
        TEST(logs_that_begin_alike_are_two),
        TEST(a_log_that_was_cut_is_not_counted_again),
        TEST(long_lines_and_bytes_of_a_broken_disk_are_dropped),
        TEST(many_different_things_are_many_batches),
        TEST(an_error_leaves_the_rest_for_later),
        TEST(killed_runs_count_each_line_once),
        TEST(nobody_is_written_down),
    };

    return cmocka_run_group_tests_name("collect_log", tests, NULL, NULL);
}
