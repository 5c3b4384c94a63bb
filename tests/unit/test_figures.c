/* The figures that workers share: one table for all of them, never of another layout, and a worker
 * that can have none counts by itself. */
#include "base/log.h"
#include "web/figures.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS 4
#define EACH    20000

static const struct route routes[] = {
    {.pattern = "/"}, {.pattern = "/q/{number}"}, {.pattern = NULL}};
static const struct route others[] = {{.pattern = "/"}, {.pattern = NULL}};

static char root[64], folder[96];

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/vhod-figures-XXXXXX");
    if (mkdtemp(root) == NULL)
        return -1;
    snprintf(folder, sizeof folder, "%s/metrics", root);
    return 0;
}

static int remove_root(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static struct figures *open_table(const struct route *table)
{
    struct figures *figures = NULL;

    assert_int_equal(figures_open(&figures, folder, "guides", table), ERR_NONE);
    assert_non_null(figures);
    return figures;
}

static void count_many(void)
{
    struct figures *figures = open_table(routes);

    for (int i = 0; i < EACH; i++) {
        figures_count_request(figures, (size_t)(i % 2), STATUS_OK, (uint64_t)(i % 3) * 1000000);
        figures_count_written(figures, EVENT_GUIDE, CLIENT_PERSON);
    }
    figures_close(figures);
}

static void test_processes_count_together(void **state)
{
    struct figures_counts counts;
    uint64_t times = 0;

    (void)state;
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0) {
            count_many();
            _exit(0);
        }
    while (wait(NULL) > 0)
        continue;
    assert_int_equal(figures_read(&counts, folder, "guides", routes), ERR_NONE);
    assert_int_equal(counts.requests[0][STATUS_OK], WORKERS * EACH / 2);
    assert_int_equal(counts.requests[1][STATUS_OK], WORKERS * EACH / 2);
    assert_int_equal(counts.written[EVENT_GUIDE][CLIENT_PERSON], WORKERS * EACH);
    for (int i = 0; i <= FIGURES_LIMITS; i++)
        times += counts.times[i];
    assert_int_equal(times, WORKERS * EACH);
    assert_true(counts.since > 0);
    assert_true(counts.written_ms >= counts.since * 1000);
}

static void test_times_have_their_class(void **state)
{
    struct figures *figures = open_table(routes);
    struct figures_counts counts;

    (void)state;
    figures_count_request(figures, 0, STATUS_OK, figures_limits[0]);
    figures_count_request(figures, 0, STATUS_OK, figures_limits[0] + 1);
    figures_count_request(figures, 99, STATUS_NOT_FOUND, figures_limits[FIGURES_LIMITS - 1] + 1);
    assert_int_equal(figures_read(&counts, folder, "guides", routes), ERR_NONE);
    assert_int_equal(counts.times[0], 1);
    assert_int_equal(counts.times[1], 1);
    assert_int_equal(counts.times[FIGURES_LIMITS], 1);
    assert_int_equal(counts.requests[FIGURES_NO_ROUTE][STATUS_NOT_FOUND], 1);
    assert_int_equal(counts.microseconds,
                     figures_limits[0] * 2 + 1 + figures_limits[FIGURES_LIMITS - 1] + 1);
    figures_close(figures);
}

/* What numbers mean changes with the routes: then none is read as another. */
static void test_another_layout_begins_anew(void **state)
{
    struct figures *figures = open_table(routes), *later;
    struct figures_counts counts;

    (void)state;
    figures_count_page(figures, true);
    assert_int_equal(figures_read(&counts, folder, "guides", others), ERR_INVALID);
    assert_int_equal(counts.kept, 0);
    later = open_table(others);
    assert_int_equal(figures_read(&counts, folder, "guides", others), ERR_NONE);
    assert_int_equal(counts.kept, 0);
    figures_count_page(figures, true); /* the one before goes on, in a file without a name */
    assert_int_equal(figures_read(&counts, folder, "guides", others), ERR_NONE);
    assert_int_equal(counts.kept, 0);
    figures_close(figures);
    figures_close(later);
}

/* Whatever lies there under the name. */
static void test_foreign_files_are_replaced(void **state)
{
    static const char *const commands[] = {"printf junk >guides.figures",
                                           ": >guides.figures",
                                           "mkfifo guides.figures",
                                           "ln -s /etc/passwd guides.figures",
                                           "ln -s /etc/passwd guides.figures.new",
                                           "mkfifo guides.figures.new"};
    struct figures_counts counts;

    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct figures *figures;
        char command[512];

        snprintf(command, sizeof command, "rm -rf '%s'; mkdir '%s'; cd '%s' && %s", folder, folder,
                 folder, commands[i]);
        assert_int_equal(system(command), 0);
        figures = open_table(routes);
        figures_count_lost(figures);
        assert_int_equal(figures_read(&counts, folder, "guides", routes), ERR_NONE);
        assert_int_equal(counts.lost, 1);
        figures_close(figures);
    }
}

static void test_without_a_folder_it_counts_alone(void **state)
{
    struct figures_counts counts;
    struct figures *figures;
    int fd = open(folder, O_CREAT | O_WRONLY, 0600); /* a file in its place */

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    figures = open_table(routes);
    figures_count_lost(figures);
    figures_count_request(figures, 0, STATUS_OK, 1);
    assert_int_equal(figures_read(&counts, folder, "guides", routes), ERR_NOT_FOUND);
    assert_int_equal(counts.lost, 0);
    figures_close(figures);
}

/* There is one, and nobody may know what it says: that is not the same as none. */
static void test_what_cannot_be_read_is_not_none(void **state)
{
    struct figures_counts counts;
    char command[512];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'; mkdir '%s'; ln -s loop '%s/guides.figures'",
             folder, folder, folder);
    assert_int_equal(system(command), 0);
    memset(&counts, 1, sizeof counts);
    assert_int_equal(figures_read(&counts, folder, "guides", routes), ERR_SYSTEM);
    assert_int_equal(counts.lost, 0);
}

static void test_the_last_one_decides(void **state)
{
    struct figures_counts sum = {.since = 0};
    const struct figures_counts well = {.since = 20, .written_ms = 5000},
                                lost = {.since = 10,
                                        .lost = 3,
                                        .written_ms = 4000,
                                        .lost_ms = 4500},
                                losing = {.since = 30, .lost = 1, .lost_ms = 5000};

    (void)state;
    assert_false(figures_are_losing(&sum));
    figures_add_journal(&sum, &lost);
    assert_true(figures_are_losing(&sum));
    figures_add_journal(&sum, &well); /* another program has written since: there is room again */
    assert_false(figures_are_losing(&sum));
    figures_add_journal(&sum, &losing);
    assert_true(figures_are_losing(&sum));
    assert_int_equal(sum.lost, 4);
    assert_int_equal(sum.since, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_processes_count_together, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_times_have_their_class, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_another_layout_begins_anew, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_foreign_files_are_replaced, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_without_a_folder_it_counts_alone, make_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_is_not_none, make_root,
                                        remove_root),
        cmocka_unit_test(test_the_last_one_decides),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
