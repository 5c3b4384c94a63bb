/*
 * test_recent.c: fresh reports: what is taken, what grows old, and the file between collector and
 * pages.
 */
#include "base/file.h"
#include "journal/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW ((time_t)1795305600)

static char folder[] = "/tmp/vhod-recent-XXXXXX";
static char path[128];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/reports.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static int no_file(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static struct record report(const char *id, time_t when)
{
    struct record record = {.when = when, .client = CLIENT_PERSON};

    event_set(&record.event, EVENT_REPORT, id);
    return record;
}

static void add(struct recent *recent, const char *id, time_t when)
{
    struct record record = report(id, when);

    assert_int_equal(recent_add(recent, &record, NOW), ERR_NONE);
}

static long count(const char *region, time_t now)
{
    struct recent_view view = {.failed = 0};
    long found = recent_count(&view, path, region, now);

    recent_view_free(&view);
    return found;
}

static void save(struct recent *recent)
{
    assert_int_equal(recent_keep(recent, true), ERR_NONE);
    assert_int_equal(recent_save(recent, path, NOW), ERR_NONE);
    recent_free(recent);
}

static void test_passed_over(void **state)
{
    static const char *const others[] = {
        "region/ru-alt opened", "region/ru-alt", "region/ fails",       " fails",
        "q/17 fails",           "fails",         "region/ru-alt failsx"};
    struct recent recent = {.day = 0};
    struct record record;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        add(&recent, others[i], NOW);
    add(&recent, "region/ru-alt fails", NOW - RECENT_SECONDS);
    record = report("region/ru-alt fails", NOW);
    record.client = CLIENT_ROBOT;
    assert_int_equal(recent_add(&recent, &record, NOW), ERR_NONE);
    event_set(&record.event, EVENT_GUIDE, "region/ru-alt fails");
    record.client = CLIENT_PERSON;
    assert_int_equal(recent_add(&recent, &record, NOW), ERR_NONE);
    save(&recent);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(count("ru-alt", NOW), 0);
}

static void test_not_committed(void **state)
{
    struct recent recent = {.day = 0};

    (void)state;
    add(&recent, "region/ru-alt fails", NOW);
    assert_int_equal(recent_keep(&recent, false), ERR_NONE);
    add(&recent, "region/ru-ta fails", NOW);
    save(&recent);
    assert_int_equal(count("ru-alt", NOW), 0);
    assert_int_equal(count("ru-ta", NOW), 1);
}

static void test_an_hour(void **state)
{
    struct recent recent = {.day = 0};
    struct record record;

    (void)state;
    for (int i = 0; i < 3; i++)
        add(&recent, "region/ru-alt fails", NOW - 600 * i);
    assert_int_equal(recent_keep(&recent, true), ERR_NONE);
    add(&recent, "region/ru-alt fails", NOW);
    add(&recent, "region/ru-ta fails", NOW);
    save(&recent);
    assert_int_equal(count("ru-alt", NOW), 4);
    assert_int_equal(count("ru-ta", NOW), 1);
    assert_int_equal(count("ru-al", NOW), 0);
    assert_int_equal(count("ru-alt", NOW + RECENT_SECONDS - 600), 2);
    assert_int_equal(count("ru-alt", NOW + RECENT_SECONDS), 0);

    /* the next run adds to what is there, and leaves out what is old */
    record = report("region/ru-alt fails", NOW + RECENT_SECONDS - 700);
    assert_int_equal(recent_add(&recent, &record, NOW + RECENT_SECONDS - 700), ERR_NONE);
    assert_int_equal(recent_keep(&recent, true), ERR_NONE);
    assert_int_equal(recent_save(&recent, path, NOW + RECENT_SECONDS - 700), ERR_NONE);
    recent_free(&recent);
    assert_int_equal(count("ru-alt", NOW + RECENT_SECONDS - 700), 4);
}

static void test_broken_files(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "{\"fails\":7}",
        "{\"fails\":[1,null,{}]}",
        "{\"views\":[1]}",
        "{\"views\":{\"\":1,\"ru-alt\":2,\"ru-alt 2026\":-1,\"ru-alt 2026-11-20\":\"x\"}}",
        "{\"fails\":[{\"region\":\"ru-alt\",\"minute\":7,\"count\":9}]}"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct recent recent = {.day = 0};

        assert_int_equal(file_replace(path, bad[i], strlen(bad[i])), ERR_NONE);
        assert_int_equal(count("ru-alt", NOW), 0);
        add(&recent, "region/ru-alt fails", NOW);
        save(&recent);
        assert_int_equal(count("ru-alt", NOW), 1);
        unlink(path);
    }
}

static void test_view_follows_the_file(void **state)
{
    struct recent_view view = {.failed = 0};
    struct recent recent = {.day = 0};

    (void)state;
    assert_int_equal(recent_count(&view, path, "ru-alt", NOW), 0);
    add(&recent, "region/ru-alt fails", NOW);
    save(&recent);
    assert_int_equal(recent_count(&view, path, "ru-alt", NOW), 1);
    add(&recent, "region/ru-alt fails", NOW);
    save(&recent);
    assert_int_equal(recent_count(&view, path, "ru-alt", NOW), 2);
    unlink(path);
    assert_int_equal(recent_count(&view, path, "ru-alt", NOW), 0);
    recent_view_free(&view);
}

static void add_views(struct recent *recent, const char *region, time_t when, int count)
{
    struct record record = {.when = when, .client = CLIENT_PERSON};

    event_set(&record.event, EVENT_REGION, region);
    for (int i = 0; i < count; i++)
        assert_int_equal(recent_add(recent, &record, NOW), ERR_NONE);
}

static long usual(const char *region, time_t now)
{
    struct recent_view view = {.failed = 0};
    long found = recent_usual(&view, path, region, now);

    recent_view_free(&view);
    return found;
}

/* The busiest of the last seven days before today. */
static void test_usual(void **state)
{
    struct recent recent = {.day = 0};
    const time_t day = 86400;
    struct record robot = {.when = NOW - day, .client = CLIENT_ROBOT};

    (void)state;
    assert_int_equal(usual("ru-alt", NOW), 0);
    add_views(&recent, "ru-alt", NOW, 90); /* today says nothing yet */
    add_views(&recent, "ru-alt", NOW - day, 40);
    add_views(&recent, "ru-ta", NOW - day, 7);
    add_views(&recent, "ru-alt", NOW - 7 * day, 60);
    add_views(&recent, "ru-alt", NOW - 9 * day, 500); /* too old to be kept */
    event_set(&robot.event, EVENT_REGION, "ru-ta");
    assert_int_equal(recent_add(&recent, &robot, NOW), ERR_NONE);
    save(&recent);
    assert_int_equal(usual("ru-alt", NOW), 60);
    assert_int_equal(usual("ru-ta", NOW), 7);
    assert_int_equal(usual("ru-al", NOW), 0);
    assert_int_equal(usual("ru-alt", NOW + day), 90);
    /* the next run adds to what is there, reports stay */
    add_views(&recent, "ru-alt", NOW - day, 30);
    add(&recent, "region/ru-alt fails", NOW);
    save(&recent);
    assert_int_equal(usual("ru-alt", NOW), 70);
    assert_int_equal(count("ru-alt", NOW), 1);
    /* what a run did not commit is seen again */
    add_views(&recent, "ru-alt", NOW - day, 30);
    assert_int_equal(recent_keep(&recent, false), ERR_NONE);
    save(&recent);
    assert_int_equal(usual("ru-alt", NOW), 70);
}

static void test_flood(void **state)
{
    struct recent recent = {.day = 0};
    char id[64];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        snprintf(id, sizeof id, "region/x-%d fails", i);
        add(&recent, id, NOW);
    }
    assert_int_equal(json_array_size(recent.batch.fails), 1000);
    save(&recent);
    assert_int_equal(count("x-1", NOW), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_passed_over, no_file),
        cmocka_unit_test_setup(test_not_committed, no_file),
        cmocka_unit_test_setup(test_an_hour, no_file),
        cmocka_unit_test_setup(test_broken_files, no_file),
        cmocka_unit_test_setup(test_view_follows_the_file, no_file),
        cmocka_unit_test_setup(test_usual, no_file),
        cmocka_unit_test_setup(test_flood, no_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
