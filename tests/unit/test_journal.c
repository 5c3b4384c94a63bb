/*
 * Tests of journal/journal.c: lines that survive crashes and full disks, and lines that are
 * refused.
 */
#include "journal/journal.h"

#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOON 1795262400 /* 2026-11-21T12:00:00Z */
#define DAY  86400

static char folder[64]; /* of one test */

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/vhod-journal-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static struct record record_of(time_t when, enum event_kind kind, const char *id)
{
    struct record record = {.when = when, .client = CLIENT_PERSON, .language = "ru"};

    event_set(&record.event, kind, id);
    return record;
}

/* The whole file of a day; the caller frees. */
static char *content_of(const char *name)
{
    struct buffer text = BUFFER_INIT;
    char *path = file_path(folder, name, ".log");

    assert_non_null(path);
    assert_int_equal(file_read(&text, path, 1 << 24), ERR_NONE);
    free(path);
    return buffer_take(&text);
}

struct sums {
    long records, lost, torn, invalid;
};

/* What a collector would make of a text whose last line may be cut. */
static struct sums read_lines(const char *text)
{
    struct sums sums = {0, 0, 0, 0};
    struct record record;

    for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
        size_t len = (size_t)(end - text);
        long lost;
        enum err err = journal_parse(&record, text, len, &lost);

        sums.torn += journal_torn(text, len);
        sums.lost += lost;
        sums.invalid += err != ERR_NONE;
        sums.records += err == ERR_NONE && lost == 0;
    }
    return sums;
}

static void foreign_lines_are_refused(void **state)
{
    static const char *const lines[] = {
        "",
        "\x1e",
        "hello",
        "1795262400\tregion\tru-alt\t-1\t\tperson\tru", /* no start */
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\tperson", /* a field is missing */
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\tperson\tru\t", /* one too many */
        "\x1e\tregion\tru-alt\t-1\t\tperson\tru",
        "\x1e-5\tregion\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "1795262400x\tregion\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "9999999999999\tregion\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\tno\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\tregionregionregion\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\t\tru-alt\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\tru\x01\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\t\xff\t-1\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t-2\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t1000001\t\tperson\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\thuman\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\t\tru",
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\tperson\tlong",
        "\x1e"
        "1795262400\tregion\tru-alt\t-1\t\tperson\tru\r", /* CR */
        "\x1e"
        "1795262400\tlost\t0\t-1\t\tperson\t",
        "\x1e"
        "1795262400\tlost\t-1\t-1\t\tperson\t",
        "\x1e"
        "1795262400\tlost\tx\t-1\t\tperson\t",
        "\x1e"
        "1795262400\tlost\t5\t-1\t\tnobody\t",
    };
    struct record record;
    long lost;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        lost = 77;
        if (journal_parse(&record, lines[i], strlen(lines[i]), &lost) != ERR_INVALID || lost != 0)
            fail_msg("line %zu was taken: %s", i, lines[i]);
    }
}

static void every_cut_of_a_line_is_refused(void **state)
{
    struct record record = record_of(NOON, EVENT_SEARCH, "вход"), back;
    struct buffer line = BUFFER_INIT;
    long lost;

    (void)state;
    journal_format(&line, &record);
    /* Up to the last field's beginning a cut shows; behind it the missing end of the line shows it.
     */
    for (size_t len = 0; len < line.len - strlen("ru\n"); len++)
        assert_int_equal(journal_parse(&back, line.data, len, &lost), ERR_INVALID);
    buffer_free(&line);
}

static void a_record_comes_back_as_it_went(void **state)
{
    struct record records[] = {
        record_of(NOON, EVENT_REGION, "ru-alt"),
        record_of(0, EVENT_PAGE, "/"),
        record_of(NOON, EVENT_SEARCH, "как войти в «электронный дневник»"),
        record_of(NOON, EVENT_MISSING, ""),
    };
    struct record back;
    long lost;

    (void)state;
    records[1].client = CLIENT_PREFETCH;
    records[1].language[0] = '\0';
    records[2].event.results = 0;
    memset(records[2].referrer, 'h', sizeof records[2].referrer - 1);
    event_set(
        &records[3].event, EVENT_MISSING,
        "/йййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййййй");
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct buffer line = BUFFER_INIT;

        journal_format(&line, &records[i]);
        assert_int_equal(line.data[line.len - 1], '\n');
        assert_int_equal(journal_parse(&back, line.data, line.len - 1, &lost), ERR_NONE);
        assert_int_equal(lost, 0);
        assert_int_equal(back.when, records[i].when);
        assert_int_equal(back.event.kind, records[i].event.kind);
        assert_int_equal(back.event.results, records[i].event.results);
        assert_int_equal(back.client, records[i].client);
        assert_string_equal(back.event.id, records[i].event.id);
        assert_string_equal(back.referrer, records[i].referrer);
        assert_string_equal(back.language, records[i].language);
        buffer_free(&line);
    }
}

/* Even if a caller did not use event_set: nothing in a field can end it. */
static void fields_cannot_forge_a_line(void **state)
{
    struct record record = record_of(NOON, EVENT_MISSING, "");
    struct buffer line = BUFFER_INIT;
    struct record back;
    long lost;

    (void)state;
    strcpy(record.event.id, "/a\n\x1e"
                            "1\tregion\tx");
    strcpy(record.referrer, "a\tb\x7f");
    journal_format(&line, &record);
    assert_int_equal(read_lines(line.data).records, 1);
    assert_int_equal(journal_torn(line.data, line.len - 1), 0);
    assert_int_equal(journal_parse(&back, line.data, line.len - 1, &lost), ERR_NONE);
    assert_string_equal(back.event.id, "/a??1?region?x");
    assert_string_equal(back.referrer, "a?b?");
    buffer_free(&line);
}

/* Lines with bytes changed at random: never a crash, and what is taken is clean and stays what it
 * is. */
static void changed_lines_are_refused_or_clean(void **state)
{
    static const char bytes[] = "\x1e\t\n\r\x80\xd0\xff-019azA \x7f";
    static const char whole[] =
        "\x1e"
        "1795262400\tsearch\tвход\t3\tschool.example\tperson\tru\tкак войти";
    int taken = 0;

    (void)state;
    srandom(1);
    for (int round = 0; round < 50000; round++) {
        struct buffer again = BUFFER_INIT;
        struct record record, back;
        char line[sizeof whole];
        size_t len = strlen(whole) - (size_t)(random() % 4);
        long lost, torn;

        memcpy(line, whole, sizeof whole);
        for (long i = random() % 3; i >= 0; i--)
            line[(size_t)random() % len] = bytes[(size_t)random() % (sizeof bytes - 1)];
        torn = journal_torn(line, len);
        assert_in_range(torn, 0, 4);
        if (journal_parse(&record, line, len, &lost) == ERR_NONE && lost == 0) {
            taken++;
            journal_format(&again, &record);
            assert_int_equal(journal_torn(again.data, again.len), 0);
            assert_int_equal(journal_parse(&back, again.data, again.len - 1, &lost), ERR_NONE);
            assert_memory_equal(&back, &record, sizeof back);
        }
        buffer_free(&again);
    }
    assert_in_range(taken, 1000, 40000); /* the test meets both */
}

static void torn_pieces_are_counted(void **state)
{
    static const struct {
        const char *line;
        long torn;
        enum err err;
    } cases[] = {
        {"", 0, ERR_INVALID},
        {"foreign", 0, ERR_INVALID},
        {"\x1e"
         "17",
         0, ERR_INVALID},
        {"\x1e\x1e"
         "17",
         1, ERR_INVALID},
        {"\x1e"
         "17\x1e"
         "17\tregion\ta\t-1\t\tperson\t",
         1, ERR_NONE},
        {"\x1e\x1e\x1e"
         "17\tregion\ta\t-1\t\tperson\t",
         2, ERR_NONE},
        {"bytes of a broken disk\x1e"
         "17\tregion\ta\t-1\t\tperson\t",
         1, ERR_NONE},
        {"bytes\x1e"
         "5\x1e"
         "17\tregion\ta\t-1\t\tperson\t",
         2, ERR_NONE},
        {"\x1e"
         "17\tregion\ta\t-1\t\tperson\t",
         0, ERR_NONE},
        {"\x1e"
         "17\tregion\ta\t-1\t\tperson\tru\tбарнаул дневник",
         0, ERR_NONE},
        {"\x1e"
         "17\tregion\ta\t-1\t\tperson\tru\tбарнаул\tдневник",
         0, ERR_INVALID},
    };
    struct record record;
    long lost;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].line);

        assert_int_equal(journal_torn(cases[i].line, len), cases[i].torn);
        assert_int_equal(journal_parse(&record, cases[i].line, len, &lost), cases[i].err);
    }
}

static void odd_nodes_are_refused(void **state)
{
    static const char *const nodes[] = {
        "",    "A",
        "a/b", "..",
        "a.b", "узел",
        "a b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 65 */};
    struct journal *journal;

    (void)state;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        assert_int_equal(journal_open(&journal, folder, nodes[i]), ERR_INVALID);
        assert_null(journal);
    }
    journal_close(NULL);
}

static void files_change_at_midnight_utc(void **state)
{
    char *first, *second;
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_PAGE, "/");
    struct stat status;
    char path[128];

    (void)state;
    umask(0);
    assert_int_equal(journal_open(&journal, folder, "node-1"), ERR_NONE);
    snprintf(path, sizeof path, "%s/node-1-2026-11-21.log", folder);
    assert_int_equal(stat(path, &status), -1); /* none before the first record */
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    record.when = NOON + DAY / 2 - 1;
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    record.when = NOON + DAY / 2;
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    journal_close(journal);

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    first = content_of("node-1-2026-11-21");
    second = content_of("node-1-2026-11-22");
    assert_int_equal(read_lines(first).records, 2);
    assert_int_equal(read_lines(second).records, 1);
    free(first);
    free(second);
}

static void a_moved_or_removed_file_is_noticed(void **state)
{
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_PAGE, "/");
    char path[128], moved[128], *text;

    (void)state;
    assert_int_equal(journal_open(&journal, folder, "n"), ERR_NONE);
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    snprintf(path, sizeof path, "%s/n-2026-11-21.log", folder);
    snprintf(moved, sizeof moved, "%s/n-2026-11-21.log.1", folder);
    assert_int_equal(rename(path, moved), 0);
    record.when++; /* looked at once a second */
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    text = content_of("n-2026-11-21");
    assert_int_equal(read_lines(text).records, 1);
    free(text);

    assert_int_equal(remove_folder(NULL), 0);
    record.when++;
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    text = content_of("n-2026-11-21");
    assert_int_equal(read_lines(text).records, 1);
    free(text);
    journal_close(journal);
}

static void a_missing_folder_loses_records_and_says_how_many(void **state)
{
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_PAGE, "/");
    char parent[128], inside[160];
    int fd;
    char *text;
    struct sums sums;

    (void)state;
    /* A file stands where the parent folder should be: even root cannot make the folder. */
    snprintf(parent, sizeof parent, "%s/state", folder);
    snprintf(inside, sizeof inside, "%s/state/journal", folder);
    fd = open(parent, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(journal_open(&journal, inside, "n"), ERR_NONE);
    for (int i = 0; i < 5; i++)
        assert_int_equal(journal_append(journal, &record), ERR_SYSTEM);
    assert_int_equal(unlink(parent), 0);
    assert_int_equal(mkdir(parent, 0700), 0);
    assert_int_equal(journal_append(journal, &record), ERR_NONE);
    journal_close(journal);

    text = content_of("state/journal/n-2026-11-21");
    sums = read_lines(text);
    assert_int_equal(sums.records, 1);
    assert_int_equal(sums.lost, 5);
    assert_int_equal(sums.invalid, 0);
    free(text);
}

/* A disk that is full, by a limit on file size: appends fail and are told, and whatever the moment,
 * written, lost and torn ones add up. limit runs over a whole line's length, so the cut is in every
 * place of it. */
static void run_full_disk(int offset)
{
    enum { BEFORE = 3, DURING = 7, AFTER = 4 };
    struct rlimit limit, old;
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_QUESTION, "17");
    struct buffer line = BUFFER_INIT;
    char path[128];
    int failures = 0;
    char *text;
    struct sums sums;

    journal_format(&line, &record);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = line.len * BEFORE + (size_t)offset;
    assert_int_equal(journal_open(&journal, folder, "n"), ERR_NONE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < BEFORE + DURING; i++)
        failures += journal_append(journal, &record) != ERR_NONE;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(failures, DURING);
    for (int i = 0; i < AFTER; i++)
        assert_int_equal(journal_append(journal, &record), ERR_NONE);
    journal_close(journal);

    text = content_of("n-2026-11-21");
    sums = read_lines(text);
    assert_int_equal(sums.records, BEFORE + AFTER);
    assert_int_equal(sums.invalid, 0);
    assert_int_equal(sums.lost + sums.torn, DURING);
    assert_int_equal(sums.torn, offset > 0);
    free(text);
    buffer_free(&line);
    snprintf(path, sizeof path, "%s/n-2026-11-21.log", folder);
    assert_int_equal(unlink(path), 0);
}

static void a_full_disk_loses_nothing_in_silence(void **state)
{
    /* A line has 38 bytes; the last offset takes only its end. */
    static const int offsets[] = {0, 1, 5, 12, 20, 30, 36, 37};

    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
        run_full_disk(offsets[i]);
}

/* What stays lost at the end of the process is still written if it can be. */
static void closing_writes_what_was_lost(void **state)
{
    struct rlimit limit, old;
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_PAGE, "/");
    char now[32], *text;

    (void)state;
    snprintf(now, sizeof now, "%d", NOON + 1);
    setenv("VHOD_NOW", now, 1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 0;
    assert_int_equal(journal_open(&journal, folder, "n"), ERR_NONE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(journal_append(journal, &record), ERR_SYSTEM);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    journal_close(journal);
    unsetenv("VHOD_NOW");
    text = content_of("n-2026-11-21");
    assert_int_equal(read_lines(text).lost, 3);
    free(text);
}

/* Runs failing appends with standard error into a file, and counts its lines. */
static void failures_are_logged_once_a_minute(void **state)
{
    struct journal *journal;
    struct record record = record_of(NOON, EVENT_PAGE, "/");
    struct buffer text = BUFFER_INIT;
    char path[128], inside[160];
    int lines = 0, saved, fd;

    (void)state;
    snprintf(path, sizeof path, "%s/stderr", folder);
    snprintf(inside, sizeof inside, "%s/gone/deeper", folder);
    assert_int_equal(journal_open(&journal, inside, "n"), ERR_NONE);
    assert_int_equal(rmdir(inside), 0);
    *strrchr(inside, '/') = '\0';
    assert_int_equal(rmdir(inside), 0);
    saved = dup(2);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    dup2(fd, 2);
    for (int i = 0; i < 100; i++)
        assert_int_equal(journal_append(journal, &record), ERR_SYSTEM);
    dup2(saved, 2);
    close(saved);
    close(fd);
    assert_int_equal(file_read(&text, path, 1 << 16), ERR_NONE);
    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n';
    assert_int_equal(lines, 1);
    assert_non_null(strstr(text.data, "cannot write"));
    buffer_free(&text);
    journal_close(journal);
}

/* Four writers on one file, each with lines of changing length. */
static void writers_do_not_mix(void **state)
{
    enum { WRITERS = 4, EACH = 5000 };
    pid_t pids[WRITERS];
    char *text;
    struct sums sums;

    (void)state;
    for (int writer = 0; writer < WRITERS; writer++) {
        pids[writer] = fork();
        if (pids[writer] == 0) {
            struct journal *journal;
            struct record record = record_of(NOON, EVENT_REGION, "ru-alt");
            int failed = journal_open(&journal, folder, "n") != ERR_NONE;

            for (int i = 0; i < EACH && !failed; i++) {
                memset(record.referrer, 'a' + writer, (size_t)(i % 250));
                record.referrer[i % 250] = '\0';
                failed = journal_append(journal, &record) != ERR_NONE;
            }
            _exit(failed);
        }
    }
    for (int writer = 0; writer < WRITERS; writer++) {
        int status;

        assert_int_equal(waitpid(pids[writer], &status, 0), pids[writer]);
        assert_int_equal(status, 0);
    }
    text = content_of("n-2026-11-21");
    sums = read_lines(text);
    free(text);
    assert_int_equal(sums.records, WRITERS * EACH);
    assert_int_equal(sums.invalid + sums.torn, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_lines_are_refused),
        cmocka_unit_test(every_cut_of_a_line_is_refused),
        cmocka_unit_test(fields_cannot_forge_a_line),
        cmocka_unit_test(changed_lines_are_refused_or_clean),
        cmocka_unit_test(torn_pieces_are_counted),
        cmocka_unit_test(a_record_comes_back_as_it_went),
        cmocka_unit_test_setup_teardown(odd_nodes_are_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(files_change_at_midnight_utc, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_moved_or_removed_file_is_noticed, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_missing_folder_loses_records_and_says_how_many,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_full_disk_loses_nothing_in_silence, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(closing_writes_what_was_lost, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(failures_are_logged_once_a_minute, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(writers_do_not_mix, make_folder, remove_folder),
    };

    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
