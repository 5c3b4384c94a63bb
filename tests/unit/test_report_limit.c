/*
 * test_report_limit.c: how many reports of whom are counted; what workers share, and what becomes
 * of memory that is not theirs.
 */
#include "base/digest.h"
#include "base/network.h"
#include "journal/report_limit.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW ((time_t)1795305600)

static char state[64], name[64];

static struct report_limit *open_limit(void)
{
    struct report_limit *limit;

    assert_int_equal(report_limit_open(&limit, state), ERR_NONE);
    return limit;
}

static int name_memory(void **unused)
{
    char digest[DIGEST_HEX_SIZE];

    (void)unused;
    snprintf(state, sizeof state, "/nowhere/test-%ld", (long)getpid());
    digest_hex(state, strlen(state), digest);
    snprintf(name, sizeof name, "/vhod-reports-%lu-%.16s", (unsigned long)geteuid(), digest);
    return 0;
}

static int no_memory(void **unused)
{
    (void)unused;
    shm_unlink(name);
    return 0;
}

static void test_one_per_page_and_network(void **unused)
{
    struct report_limit *limit = open_limit();

    (void)unused;
    assert_true(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW));
    assert_false(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW));
    assert_false(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW + 59 * 60));
    assert_true(report_limit_take(limit, "192.0.2.0/24", "region/ru-ta", NOW));
    assert_true(report_limit_take(limit, "198.51.100.0/24", "region/ru-alt", NOW));
    assert_true(report_limit_take(limit, "", "region/ru-alt", NOW));
    assert_false(report_limit_take(limit, "", "region/ru-alt", NOW));
    assert_true(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW + 60 * 60));
    report_limit_close(limit);
}

static void test_not_many_of_one_network(void **unused)
{
    struct report_limit *limit = open_limit();
    int taken = 0;

    (void)unused;
    for (int i = 0; i < 249; i++) {
        char page[32];

        snprintf(page, sizeof page, "region/%d", i);
        taken += report_limit_take(limit, "2001:db8::/48", page, NOW);
    }
    assert_int_equal(taken, REPORT_LIMIT_NETWORK);
    assert_true(report_limit_take(limit, "2001:db8:1::/48", "region/9", NOW));
    assert_true(report_limit_take(limit, "2001:db8::/48", "region/300", NOW + 3600));
    report_limit_close(limit);
}

/* Many parents: nearly all are counted, for a full table counts nobody twice and loses few. */
static void test_many_networks(void **unused)
{
    struct report_limit *limit = open_limit();
    int taken = 0;

    (void)unused;
    for (int i = 0; i < 4000; i++) {
        char network[32];

        snprintf(network, sizeof network, "10.%d.%d.0/24", i / 256, i % 256);
        taken += report_limit_take(limit, network, "region/ru-alt", NOW);
    }
    assert_int_equal(taken, 4000);
    report_limit_close(limit);
}

/* Workers that report the same at once: one of them is counted. */
static void test_shared(void **unused)
{
    int pipe_ends[2], taken = 0;
    char byte;

    (void)unused;
    assert_int_equal(pipe(pipe_ends), 0);
    for (int worker = 0; worker < 4; worker++) {
        if (fork() == 0) {
            struct report_limit *limit = open_limit();

            for (int i = 0; i < 100; i++) {
                char network[32];

                snprintf(network, sizeof network, "10.0.%d.0/24", i);
                if (report_limit_take(limit, network, "region/ru-alt", NOW))
                    (void)!write(pipe_ends[1], "x", 1);
            }
            _exit(0);
        }
    }
    close(pipe_ends[1]);
    while (read(pipe_ends[0], &byte, 1) == 1)
        taken++;
    while (wait(NULL) > 0)
        ;
    close(pipe_ends[0]);
    assert_int_equal(taken, 100);
}

/* What somebody else may read, or has made of another size, is not trusted. */
static void test_foreign_memory(void **unused)
{
    int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
    struct report_limit *limit, *other;

    (void)unused;
    assert_int_equal(fchmod(fd, 0666), 0);
    limit = open_limit();
    other = open_limit();
    assert_true(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW));
    assert_false(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW));
    assert_true(report_limit_take(other, "192.0.2.0/24", "region/ru-alt", NOW));
    report_limit_close(limit);
    report_limit_close(other);
    assert_int_equal(fchmod(fd, 0600), 0);
    assert_int_equal(ftruncate(fd, 17), 0);
    close(fd);
    limit = open_limit();
    other = open_limit();
    assert_true(report_limit_take(limit, "192.0.2.0/24", "region/ru-alt", NOW));
    assert_false(report_limit_take(other, "192.0.2.0/24", "region/ru-alt", NOW));
    report_limit_close(limit);
    report_limit_close(other);
}

static void test_ranges(void **unused)
{
    static const char *const cases[][2] = {
        {"192.0.2.77", "192.0.2.0/24"},
        {"::ffff:192.0.2.77", "192.0.2.0/24"},
        {"2001:db8:1:2::3", "2001:db8:1::/48"},
        {"::1", "::/48"},
        {"", ""},
        {"unix:", ""},
        {"192.0.2", ""},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char range[NETWORK_RANGE_SIZE];

        network_range(cases[i][0], range);
        assert_string_equal(range, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_one_per_page_and_network, no_memory),
        cmocka_unit_test_teardown(test_not_many_of_one_network, no_memory),
        cmocka_unit_test_teardown(test_many_networks, no_memory),
        cmocka_unit_test_teardown(test_shared, no_memory),
        cmocka_unit_test_teardown(test_foreign_memory, no_memory),
        cmocka_unit_test(test_ranges),
    };

    return cmocka_run_group_tests(tests, name_memory, NULL);
}
