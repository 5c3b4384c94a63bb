/*
 * Tests of what the content lacks: a contact, a second source, a date of this year.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content/todo.h"
#include "content_set.h"

/* Everything that is found, one a line, with the kind's number and the subject before it. */
static char *find(const char *year_ago)
{
    struct faults *faults = NULL;
    struct content content = {.regions = NULL};
    struct todo todo = {NULL, 0};
    struct buffer lines = BUFFER_INIT;
    char *data = path_of("data");

    assert_int_equal(faults_new(&faults), ERR_NONE);
    assert_int_equal(content_read(&content, data, faults), ERR_NONE);
    assert_int_equal(faults_count(faults), 0);
    assert_int_equal(todo_find(&todo, &content, year_ago), ERR_NONE);
    for (size_t i = 0; i < todo.count; i++)
        buffer_printf(&lines, "%d %s %s\n", (int)todo.items[i].kind,
                      todo.items[i].subject != NULL ? todo.items[i].subject : "-",
                      todo.items[i].what);
    todo_free(&todo);
    content_free(&content);
    faults_free(faults);
    free(data);
    return buffer_take(&lines);
}

static void assert_found(const char *year_ago, const char *expected)
{
    char *found = find(year_ago);

    assert_string_equal(found, expected);
    free(found);
}

static void test_find(void **state)
{
    (void)state;
    assert_found("2025-11-26", "0 ru-aa ru-aa (Первая)\n"
                               "1 ru-aa ru-aa [login.old] http://two.example/: Сводка\n"
                               "2 ru-aa ru-aa [login.old] http://two.example/: 2018\n"
                               "0 ru-bb ru-bb (Ёлкинская)\n");
}

/* A contact of one's own, one that only says where to ask, and a second source. */
static void test_done(void **state)
{
    (void)state;
    edit("regions/RU-AA.ini", "contacts = school", "contacts = school, help");
    edit("regions/RU-BB.ini", "tile = 1, 3", "tile = 1, 3\ncontacts = where");
    edit("contacts/where.ini", NULL,
         "[contact]\nname = Где\nabout = Всё\nposition = 3\nwhere = yes\n"
         "url = https://w.example/\nsources = s\n");
    edit("regions/RU-AA.ini", "sources = s\nchecked = 2018", "sources = s, t\nchecked = 2026");
    assert_found("2025-11-26", "0 ru-bb ru-bb (Ёлкинская): only where to ask, where\n");
}

/* A date of less than a day means the last day it may; the newest source counts. */
static void test_dates(void **state)
{
    char *found;

    (void)state;
    edit("sources.tsv", "2026-09\t", "2025-11\t");
    found = find("2025-11-30");
    assert_null(strstr(found, "2 q/1"));
    free(found);
    found = find("2025-12-01");
    assert_non_null(strstr(found, "2 q/1 q/1, Что это?: 2025-11\n"));
    assert_non_null(strstr(found, "2 ru-aa ru-aa [login.schools] https://one.example/: 2025-11\n"));
    assert_non_null(strstr(found, "2 - contact help: 2025-11\n"));
    assert_non_null(strstr(found, "2 - portal fed [address.main] https://fed.example/: 2025-11\n"));
    free(found);
    edit("sources.tsv", "t\tТаблица\t\t\t", "t\tТаблица\t\t2026\t");
    found = find("2025-12-01");
    assert_null(strstr(found, "2 ru-aa ru-aa [login.schools]"));
    free(found);
    edit("sources.tsv", "2025-11\t", "\t");
    found = find("2025-12-01");
    assert_non_null(strstr(found, "2 q/1 q/1, Что это?: no date is known\n"));
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_find),
        IN_FOLDER(test_done),
        IN_FOLDER(test_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
