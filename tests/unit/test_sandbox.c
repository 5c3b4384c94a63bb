/*
 * test_sandbox.c: what is left to a program after confine_enter, tried by a child process for each
 * attempt: everything that a page needs works, and each thing that a break-in would want is
 * refused. The policies are the real ones, of a program like regions.fcgi, of stats.fcgi with a
 * tally in a file, and of stats.fcgi with one in PostgreSQL. Outside of the sandbox every attempt
 * must succeed, or its failing would prove nothing.
 */
#include "base/landlock.h"
#include "base/sandbox.h"
#include "base/seccomp.h"
#include "base/settings.h"
#include "journal/journal.h"
#include "sandbox_attempts.h"
#include "web/confine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* --- the scene: a state folder, a tally beside it, a folder that is nobody's business --- */

static void put(const char *name, const char *text)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static struct sockaddr_un address_of(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof address.sun_path, "%s", at(name));
    return address;
}

static int listen_at(const char *name)
{
    struct sockaddr_un address = address_of(name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 8), 0);
    return fd;
}

static void ring(const char *name)
{
    struct sockaddr_un address = address_of(name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    /* EAGAIN: there are so many already that nobody took. */
    assert_true(connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN);
    close(fd);
}

static int set_up(void **state)
{
    static const char *const folders[] = {"state", "state/journal", "templates", "tally", "other"};
    int listener;

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(at(folders[i]), 0755), 0);
    put("state/directory.db", "snapshot");
    put("state/report.key", "key");
    put("state/journal/front1-2026-11-25.log", "yesterday\n");
    put("tally/tally.db", "tally");
    put("templates/page.mustache", "{{title}}");
    put("other/secret", "secret");
    listener = listen_at("listener");
    outsider = listen_at("outsider");
    return dup2(listener, 0) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* --- in a child --- */

static enum err enter_landlock(void)
{
    struct sandbox sandbox = {.count = 0};
    const char *missing;

    sandbox_allow(&sandbox, at("state"), SANDBOX_READ);
    sandbox_allow(&sandbox, at("state/journal"), SANDBOX_APPEND);
    sandbox_allow(&sandbox, at("templates"), SANDBOX_READ);
    sandbox_allow(&sandbox, "/usr/share/zoneinfo", SANDBOX_READ);
    return landlock_enter(&sandbox, landlock_version(), &missing);
}

static enum err enter(enum policy policy, struct confine **confine)
{
    struct program program = {.name = "test", .reads_tally = policy != PAGES};
    struct settings settings = {.path_state = (char[128]){""},
                                .path_templates = (char[128]){""},
                                .tally_store = (char[160]){"postgresql://nowhere/tally"},
                                .metrics_folder = (char[1]){""},
                                .sandbox_confine = true};

    strcpy(settings.path_state, at("state"));
    strcpy(settings.path_templates, at("templates"));
    if (policy != DATABASE)
        sprintf(settings.tally_store, "sqlite:%s", at("tally/tally.db"));
    if (policy == PATHS)
        return enter_landlock();
    if (policy == CALLS)
        return seccomp_enter(&(const struct sandbox){.count = 0});
    return policy == NONE ? ERR_NONE : confine_enter(confine, &program, &settings);
}

/* The other end of the child's pair: when it is in its sandbox, what comes later comes. */
static void meanwhile(int child)
{
    char word;

    assert_int_equal(read(child, &word, 1), 1);
    put("state/later.db", "published later");
    assert_int_equal(rename(at("state/later.db"), at("state/published.db")), 0);
    ring("listener");
    ring("outsider");
    assert_int_equal(write(child, "x", 1), 1);
}

/* What the attempt comes to in a child: 0 or errno. A program that exec has started says 0. */
static int outcome(enum policy policy, const struct attempt *attempt)
{
    struct confine *confine = NULL;
    int status, pair[2];
    pid_t child;
    char word;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    child = fork();
    if (child == 0) {
        alarm(20);
        if (enter(policy, &confine) != ERR_NONE || write(pair[1], "x", 1) != 1 ||
            read(pair[1], &word, 1) != 1)
            _exit(250);
        _exit(attempt->act());
    }
    meanwhile(pair[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    close(pair[0]);
    close(pair[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* Puts back what an attempt outside of the sandbox has done. */
static void restore_scene(void)
{
    static const char *const made[] = {"state/new", "state/gone", "state/journal/more",
                                       "state/journal/front1-2026-11-26.log",
                                       "state/journal/front1-2026-11-27.log"};

    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (unlink(at(made[i])) != 0)
            rmdir(at(made[i]));
    put("state/directory.db", "snapshot");
    put("tally/tally.db", "tally");
    put("state/journal/front1-2026-11-25.log", "yesterday\n");
}

static void check(const struct attempt *attempt, enum policy policy)
{
    int got = outcome(policy, attempt);
    bool allowed = policy == NONE || (attempt->allowed & (int)policy) != 0;

    restore_scene();
    if (allowed ? got != 0 : got != EPERM && got != EACCES)
        fail_msg("%s, policy %d: %s (%d)", attempt->name, (int)policy,
                 got < 250 ? strerror(got) : "ended otherwise", got);
}

static void check_all(enum policy policy)
{
    if (!sandbox_is_built_in() && policy != NONE)
        skip();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        if (policy != NONE || !attempts[i].root || geteuid() == 0)
            check(&attempts[i], policy);
    check(&unappend, policy);
}

static void test_outside(void **state)
{
    (void)state;
    check_all(NONE);
}

static void test_pages(void **state)
{
    (void)state;
    check_all(PAGES);
}

static void test_stats(void **state)
{
    (void)state;
    check_all(STATS);
}

static void test_database(void **state)
{
    (void)state;
    check_all(DATABASE);
}

/* --- each of the two without the other --- */

static void check_alone(enum policy policy, int which)
{
    if (!sandbox_is_built_in() || (policy == PATHS && landlock_version() == 0))
        skip();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        if ((attempts[i].held & which) != 0)
            check(&attempts[i], policy);
        else if (attempts[i].allowed == ANY)
            check(&attempts[i], policy);
}

static void test_landlock_alone(void **state)
{
    (void)state;
    check_alone(PATHS, BY_PATHS);
}

static void test_seccomp_alone(void **state)
{
    (void)state;
    check_alone(CALLS, BY_CALLS);
}

/* --- the journal's own functions --- */

static int write_two_days(void)
{
    const struct record today = {.when = 1795600000,
                                 .event = {.kind = EVENT_PAGE, .id = "regions"}};
    struct record tomorrow = today;
    struct journal *journal;
    struct confine *confine;

    tomorrow.when += 86400;
    if (journal_open(&journal, at("state/journal"), "test") != ERR_NONE ||
        enter(PAGES, &confine) != ERR_NONE)
        return EINVAL;
    if (journal_append(journal, &today) != ERR_NONE ||
        journal_append(journal, &tomorrow) != ERR_NONE)
        return EIO;
    return read_secret() != 0 || !sandbox_is_built_in() ? 0 : ENOTRECOVERABLE;
}

/* The day changes while the program is confined: a new file begins. */
static void test_journal(void **state)
{
    const struct attempt attempt = {"two days", write_two_days, ANY, 0, false};
    struct stat status;

    (void)state;
    assert_int_equal(outcome(NONE, &attempt), 0);
    assert_int_equal(stat(at("state/journal/test-2026-11-25.log"), &status), 0);
    assert_true(status.st_size > 0);
    assert_int_equal(stat(at("state/journal/test-2026-11-26.log"), &status), 0);
    assert_true(status.st_size > 0);
}

/* --- not quite so --- */

/* The kernel holds no child of the test itself: without the setting nothing is given up. */
static int enter_off(void)
{
    struct program program = {.name = "test"};
    struct settings settings = {.path_state = folder, .tally_store = (char[]){"sqlite:tally.db"}};
    struct confine *confine;

    close(STDERR_FILENO); /* that it is off is told there */
    if (confine_enter(&confine, &program, &settings) != ERR_NONE || confine_is_outdated(confine))
        return EINVAL;
    confine_free(confine);
    return read_passwords();
}

static void test_setting_off(void **state)
{
    const struct attempt attempt = {"off", enter_off, ANY, 0, false};

    (void)state;
    assert_int_equal(outcome(NONE, &attempt), 0);
}

/* A state folder that is not there: the system calls are restricted, files are not, and one line
 * says so. */
static int enter_without_folder(void)
{
    struct program program = {.name = "test"};
    struct settings settings = {.path_state = (char[128]){""},
                                .path_templates = folder,
                                .tally_store = (char[]){"sqlite:tally.db"},
                                .metrics_folder = (char[1]){""},
                                .sandbox_confine = true};
    struct confine *confine;
    char text[512] = "";
    int log[2];

    strcpy(settings.path_state, at("nowhere"));
    if (pipe(log) != 0 || dup2(log[1], STDERR_FILENO) < 0)
        return errno;
    if (confine_enter(&confine, &program, &settings) != ERR_NONE)
        return EINVAL;
    if (read(log[0], text, sizeof text - 1) < 0 || strstr(text, "nowhere is not there") == NULL ||
        strchr(text, '\n')[1] != '\0')
        return EILSEQ;
    return read_passwords() == 0 && make_unix_socket() == EPERM && write_snapshot() == EPERM
               ? 0
               : ENOTRECOVERABLE;
}

static void test_folder_missing(void **state)
{
    const struct attempt attempt = {"no folder", enter_without_folder, ANY, 0, false};

    (void)state;
    if (!sandbox_is_built_in())
        skip();
    assert_int_equal(outcome(NONE, &attempt), 0);
}

/* Who replaces the journal's folder makes the program outdated, at the next look, a second later.
 */
static void test_outdated(void **state)
{
    struct sandbox sandbox = {.count = 0};
    int status;
    pid_t child;

    (void)state;
    if (!sandbox_is_built_in())
        skip();
    assert_int_equal(mkdir(at("state/replaced"), 0755), 0);
    sandbox_allow(&sandbox, at("state/replaced"), SANDBOX_APPEND);
    sandbox_allow(&sandbox, at("state/later"), SANDBOX_READ | SANDBOX_OPTIONAL);
    assert_true(sandbox_is_outdated(&sandbox)); /* not entered yet */
    child = fork();
    if (child == 0) {
        int before, after, ready = open(at("state/journal/front1-2026-11-25.log"), O_RDONLY);

        if (sandbox_enter(&sandbox) != ERR_NONE || ready < 0)
            _exit(1);
        before = sandbox_is_outdated(&sandbox);
        for (int i = 0; i < 2000 && !sandbox_is_outdated(&sandbox); i++)
            usleep(5000);
        after = sandbox_is_outdated(&sandbox);
        _exit(before == 0 && after == 1 ? 0 : 2);
    }
    usleep(100000);
    assert_int_equal(rename(at("state/replaced"), at("state/aside")), 0);
    assert_int_equal(mkdir(at("state/replaced"), 0755), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outside),        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_stats),          cmocka_unit_test(test_database),
        cmocka_unit_test(test_landlock_alone), cmocka_unit_test(test_seccomp_alone),
        cmocka_unit_test(test_journal),        cmocka_unit_test(test_setting_off),
        cmocka_unit_test(test_folder_missing), cmocka_unit_test(test_outdated),
    };

    return cmocka_run_group_tests_name("sandbox", tests, set_up, tear_down);
}
