/*
 * test_form_token.c: choices of reports, the key's file, tokens and their days.
 */
#include "base/file.h"
#include "journal/form_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof a / sizeof((a)[0]))
#define DAY      86400
#define NOON     ((time_t)20700 * DAY + DAY / 2)

static void test_choices(void **state)
{
    static const struct {
        const char *page, *choice;
        bool good;
    } rows[] = {
        {"", "opened", false},
        {"region/ru-alt", "", false},
        {"region/ru-alt", "helped", false},
        {"region/ru-alt", "Fails", false},
        {"region/ru-alt", "fails ", false},
        {"guide/epos-link", "fails", false},
        {"q/17", "wrong-portal", false},
        {"about", "opened", false},
        {"xregion/ru-alt", "opened", false},
        {"region/ru-alt", "opened", true},
        {"region/ru-alt", "fails", true},
        {"region/ru-alt", "wrong-portal", true},
        {"guide/epos-link", "helped", true},
        {"guide/epos-link", "not-helped", true},
        {"q/17", "helped", true},
        {"q/17", "not-helped", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (report_is_choice(rows[i].page, rows[i].choice) != rows[i].good)
            fail_msg("%s %s", rows[i].page, rows[i].choice);
}

static char folder[] = "/tmp/vhod-report-XXXXXX";
static char path[128];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/report.key", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void test_bad_keys(void **state)
{
    static const char *const bad[] = {"", "abc\n", "zz", "\n"};
    struct report_key key;
    char longer[200];

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(file_replace(path, bad[i], strlen(bad[i])), ERR_NONE);
        assert_int_equal(report_key_load(&key, path), ERR_INVALID);
    }
    memset(longer, 'a', sizeof longer);
    assert_int_equal(file_replace(path, longer, sizeof longer), ERR_NONE);
    assert_int_equal(report_key_load(&key, path), ERR_INVALID);
    assert_int_equal(file_replace(path, longer, 63), ERR_NONE);
    assert_int_equal(report_key_load(&key, path), ERR_INVALID);
    unlink(path);
    assert_int_equal(report_key_load(&key, "/nonexistent/report.key"), ERR_SYSTEM);
}

static void test_key(void **state)
{
    struct report_key one, two;
    struct stat status;
    char text[66];

    (void)state;
    unlink(path);
    assert_int_equal(report_key_load(&one, path), ERR_NONE);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(strlen(one.text), 64);
    assert_int_equal(report_key_load(&two, path), ERR_NONE);
    assert_string_equal(one.text, two.text);
    /* written by hand, with a newline */
    snprintf(text, sizeof text, "%s\n", one.text);
    assert_int_equal(file_replace(path, text, strlen(text)), ERR_NONE);
    assert_int_equal(report_key_load(&two, path), ERR_NONE);
    assert_string_equal(one.text, two.text);
    unlink(path);
    assert_int_equal(report_key_load(&two, path), ERR_NONE);
    assert_string_not_equal(one.text, two.text);
}

static void test_tokens(void **state)
{
    struct report_key key = {"0000000000000000000000000000000000000000000000000000000000000001"};
    struct report_key other = {"0000000000000000000000000000000000000000000000000000000000000002"};
    char token[DIGEST_HEX_SIZE], again[DIGEST_HEX_SIZE];

    (void)state;
    report_token(&key, "q/17", NOON, token);
    report_token(&key, "q/17", NOON + 3600, again);
    assert_string_equal(token, again);
    report_token(&key, "q/17", NOON + DAY, again);
    assert_string_not_equal(token, again);

    assert_false(report_token_valid(&key, "q/17", "", NOON));
    assert_false(report_token_valid(&key, "q/17", "x", NOON));
    assert_false(report_token_valid(&key, "q/1", token, NOON));
    assert_false(report_token_valid(&other, "q/17", token, NOON));
    assert_false(report_token_valid(&key, "q/17", token, NOON - DAY)); /* of tomorrow */
    assert_false(report_token_valid(&key, "q/17", token, NOON + 3 * DAY));
    token[63] = token[63] == '0' ? '1' : '0';
    assert_false(report_token_valid(&key, "q/17", token, NOON));

    report_token(&key, "q/17", NOON, token);
    assert_true(report_token_valid(&key, "q/17", token, NOON));
    assert_true(report_token_valid(&key, "q/17", token, NOON + 2 * DAY));
    /* the last second of the day: still good 48 hours later */
    report_token(&key, "q/17", NOON + DAY / 2 - 1, token);
    assert_true(report_token_valid(&key, "q/17", token, NOON + DAY / 2 - 1 + 2 * DAY));
    assert_int_equal(report_token_expires(NOON), NOON + DAY / 2);
    assert_int_equal(report_token_expires(NOON + DAY / 2), NOON + DAY / 2 + DAY);
}

/* Lines that asking so often has logged; *err is what came of the last time. */
static int lines_of(struct report_key_failure *last, int times, enum err *err)
{
    struct report_key key;
    char file[] = "/tmp/vhod-report-log-XXXXXX", text[4096];
    int lines = 0, saved = dup(STDERR_FILENO), fd = mkstemp(file);
    ssize_t got;

    assert_true(saved >= 0 && fd >= 0);
    dup2(fd, STDERR_FILENO);
    for (int i = 0; i < times; i++)
        *err = report_key_retry(&key, path, last);
    dup2(saved, STDERR_FILENO);
    close(saved);
    got = pread(fd, text, sizeof text, 0);
    for (ssize_t i = 0; i < got; i++)
        lines += text[i] == '\n';
    close(fd);
    unlink(file);
    return lines;
}

/* What is no key is said once, and again when it is something else that is none. */
static void test_junk_is_said_once(void **state)
{
    struct report_key_failure last = {.err = ERR_NONE};
    enum err err;

    (void)state;
    unlink(path);
    assert_int_equal(file_replace(path, "junk\n", 5), ERR_NONE);
    assert_int_equal(lines_of(&last, 100, &err), 1);
    assert_int_equal(err, ERR_INVALID);
    assert_int_equal(file_replace(path, "other junk\n", 11), ERR_NONE);
    assert_int_equal(lines_of(&last, 100, &err), 1);
    unlink(path);
    assert_int_equal(symlink("report.key", path), 0); /* a loop */
    assert_int_equal(lines_of(&last, 100, &err), 1);
    assert_int_not_equal(err, ERR_NONE);
    unlink(path);
    assert_int_equal(lines_of(&last, 1, &err), 0); /* gone: a new one is made */
    assert_int_equal(err, ERR_NONE);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_junk_is_said_once),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_bad_keys),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_tokens),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
