/*
 * test_notice.c: which notices hold when and for whom; local times; files of data/notices/.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "content/announce.h"
#include "notice/notice.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NEVER (-1)
#define NOW   1795651200 /* 2026-11-26T00:00:00Z */

static char folder[] = "/tmp/vhod-test-notice.XXXXXX";
static char path[96];

/* --- local times --- */

static void check_local(const char *text, const char *zone, const char *utc)
{
    time_t when = 0;
    char shown[21];

    assert_int_equal(clock_local(text, zone, &when), ERR_NONE);
    clock_format(when, shown);
    assert_string_equal(shown, utc);
}

static void local_times_become_instants(void **state)
{
    time_t when;

    (void)state;
    check_local("2026-11-27 18:00", "Europe/Moscow", "2026-11-27T15:00:00Z");
    check_local("2026-11-27 18:00", "Asia/Barnaul", "2026-11-27T11:00:00Z");
    check_local("2026-01-01 00:30", "Asia/Kamchatka", "2025-12-31T12:30:00Z");
    check_local("2026-07-01 12:00", "Europe/Berlin", "2026-07-01T10:00:00Z");
    /* set back: the first of two; set forward: one that no clock shows */
    check_local("2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z");
    assert_int_equal(clock_local("2026-03-29 02:30", "Europe/Berlin", &when), ERR_INVALID);
    assert_int_equal(clock_local("2026-11-27 18:00", "Asia/Nowhere", &when), ERR_NOT_FOUND);
}

static void other_texts_are_no_times(void **state)
{
    static const char *const bad[] = {"",
                                      "2026-11-27",
                                      "2026-11-27T18:00",
                                      "2026-02-30 18:00",
                                      "2026-11-27 24:00",
                                      "2026-11-27 18:60",
                                      "2026-11-27 1:00 ",
                                      "2026-11-27 18:00:00",
                                      "27.11.2026 18:00"};
    static const char *const bad_utc[] = {"2026-11-27 18:00:00Z", "2026-11-27T18:00:00",
                                          "2026-11-27T18:00:60Z", "2026-13-27T18:00:00Z"};
    time_t when;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(clock_local(bad[i], "Europe/Moscow", &when), ERR_INVALID);
    for (size_t i = 0; i < sizeof bad_utc / sizeof *bad_utc; i++)
        assert_false(clock_parse(bad_utc[i], &when));
    assert_true(clock_parse("2026-11-26T00:00:00Z", &when));
    assert_int_equal(when, NOW);
}

/* --- which hold --- */

static json_t *notice(const char *id, const char *level, const char *whom, int from, int until)
{
    char begin[21], end[21];
    bool portal = strncmp(whom, "portal ", 7) == 0;
    json_t *regions = json_array(), *portals = json_array();

    clock_format(NOW + from * 60, begin);
    clock_format(NOW + until * 60, end);
    if (portal)
        json_array_append_new(portals, json_string(whom + 7));
    else if (*whom != '\0')
        json_array_append_new(regions, json_string(whom));
    return json_pack("{s:s, s:s, s:s, s:n, s:n, s:b, s:o, s:o, s:s, s:s}", "id", id, "level", level,
                     "text", "Текст", "more", "url", "everybody", *whom == '\0', "regions", regions,
                     "portals", portals, "from", begin, "until", end);
}

static struct notices *sample(void)
{
    struct notices *notices;
    json_t *list = json_array();

    json_array_append_new(list, notice("all", "info", "", -60, 60));
    json_array_append_new(list, notice("altai", "warning", "ru-alt", -60, 30));
    json_array_append_new(list, notice("netschool", "danger", "portal netschool", -60, 120));
    json_array_append_new(list, notice("later", "info", "", 10, 20));
    json_array_append_new(list, notice("over", "info", "", -60, 0));
    json_array_append_new(list, notice("long-over", "info", "", -9000, -5000));
    assert_int_equal(notices_save(list, path), ERR_NONE);
    json_decref(list);
    assert_int_equal(notices_load(&notices, path), ERR_NONE);
    assert_int_equal(notices_count(notices), 6);
    return notices;
}

static void check_holds(const struct notices *notices, const struct notice_reader *reader,
                        int minute, const char *ids, int changes)
{
    json_t *list = NULL, *item;
    char found[128] = "";
    time_t next;
    size_t i;

    assert_int_equal(notices_at(notices, reader, NOW + minute * 60, &list, &next), ERR_NONE);
    json_array_foreach (list, i, item) {
        strcat(found, i > 0 ? " " : "");
        strcat(found, json_text(item, "id"));
    }
    assert_string_equal(found, ids);
    assert_int_equal(next, changes == NEVER ? 0 : NOW + changes * 60);
    json_decref(list);
}

static void a_notice_holds_for_whom_it_names(void **state)
{
    struct notices *notices = sample();
    json_t *portals = json_pack("[s, s]", "eljur", "netschool");
    struct notice_reader nobody = {"", NULL, false}, altai = {"ru-alt", portals, false},
                         moscow = {"ru-mow", NULL, false}, desk = {"", NULL, true};

    (void)state;
    check_holds(notices, &nobody, 0, "all", 10);
    check_holds(notices, &moscow, 0, "all", 10);
    check_holds(notices, &altai, 0, "netschool altai all", 10);
    check_holds(notices, &desk, 0, "netschool altai all", 10);
    check_holds(NULL, &desk, 0, "", NEVER);
    json_decref(portals);
    notices_free(notices);
}

static void a_notice_holds_from_and_until(void **state)
{
    struct notices *notices = sample();
    struct notice_reader nobody = {"", NULL, false};

    (void)state;
    check_holds(notices, &nobody, -1, "all over", 0);
    check_holds(notices, &nobody, 10, "all later", 20);
    check_holds(notices, &nobody, 19, "all later", 20);
    check_holds(notices, &nobody, 20, "all", 60);
    check_holds(notices, &nobody, 60, "", NEVER);
    notices_free(notices);
}

static void what_is_over_is_listed_last_first(void **state)
{
    struct notices *notices = sample();
    json_t *list = NULL;

    (void)state;
    assert_int_equal(notices_over(notices, NOW - 90 * 86400, NOW + 25 * 60, &list), ERR_NONE);
    assert_int_equal(json_array_size(list), 3);
    assert_string_equal(json_text(json_array_get(list, 0), "id"), "later");
    assert_string_equal(json_text(json_array_get(list, 1), "id"), "over");
    assert_string_equal(json_text(json_array_get(list, 2), "id"), "long-over");
    json_decref(list);
    assert_int_equal(notices_over(notices, NOW - 60, NOW, &list), ERR_NONE);
    assert_int_equal(json_array_size(list), 1);
    json_decref(list);
    notices_free(notices);
}

static void a_damaged_file_is_refused(void **state)
{
    struct notices *notices = sample();
    struct buffer text = BUFFER_INIT;

    (void)state;
    notices_free(notices);
    assert_int_equal(file_read(&text, path, 65536), ERR_NONE);
    *strstr(text.data, "danger") = 'D';
    assert_int_equal(file_replace(path, text.data, text.len), ERR_NONE);
    assert_int_equal(notices_load(&notices, path), ERR_INVALID);
    assert_null(notices);
    buffer_free(&text);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(notices_load(&notices, path), ERR_NONE);
    assert_int_equal(notices_count(notices), 0);
    notices_free(notices);
}

/* --- files --- */

static void write_file(const char *name, const char *text)
{
    char file[160];

    snprintf(file, sizeof file, "%s/notices/%s", folder, name);
    assert_int_equal(file_replace(file, text, strlen(text)), ERR_NONE);
}

static size_t read_all(json_t **list)
{
    struct faults *faults;
    size_t count;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    (void)announce_read(folder, "Europe/Moscow", faults, list);
    count = faults_count(faults);
    faults_free(faults);
    return count;
}

static void files_become_the_list(void **state)
{
    json_t *list = NULL, *item;

    (void)state;
    write_file("works.ini", "[notice]\nlevel = warning\ntext = Работы до вечера\n"
                            "regions = ru-alt\nuntil = 2026-11-27 18:00\n"
                            "timezone = Asia/Barnaul\n");
    assert_int_equal(read_all(&list), 0);
    item = json_array_get(list, 0);
    assert_string_equal(json_text(item, "id"), "works");
    assert_string_equal(json_text(item, "until"), "2026-11-27T11:00:00Z");
    assert_true(json_is_false(json_object_get(item, "everybody")));
    json_decref(list);
}

static void faults_of_files_are_told(void **state)
{
    static const char *const bad[] = {
        "[notice]\nlevel = loud\ntext = Т\nuntil = 2026-11-27 18:00\n",
        "[notice]\nlevel = info\ntext = Т\n",
        "[notice]\nlevel = info\ntext = Т\nuntil = 27.11.2026\n",
        "[notice]\nlevel = info\ntext = Т.\nuntil = 2026-11-27 18:00\n",
        "[notice]\nlevel = info\ntext = <b>Т</b>\nuntil = 2026-11-27 18:00\n",
        "[notice]\nlevel = info\ntext = Т\nuntil = 2026-11-27 18:00\nregions = ru-xxx\n",
        "[notice]\nlevel = info\ntext = Т\nuntil = 2026-11-27 18:00\nportals = nobodys\n",
        "[notice]\nlevel = info\ntext = Т\nuntil = 2026-11-27 18:00\nurl = http://a.ru/\n",
        "[notice]\nlevel = info\ntext = Т\nfrom = 2026-11-27 18:00\nuntil = 2026-11-27 18:00\n"};
    json_t *list = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file("works.ini", bad[i]);
        if (read_all(&list) != 1)
            fail_msg("%zu: not one fault", i);
        assert_null(list);
    }
}

/* --- */

static int make_folder(void **state)
{
    char name[128];

    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/notices.json", folder);
    snprintf(name, sizeof name, "%s/notices", folder);
    if (file_make_folder(name) != ERR_NONE)
        return -1;
    snprintf(name, sizeof name, "%s/regions", folder);
    if (file_make_folder(name) != ERR_NONE)
        return -1;
    snprintf(name, sizeof name, "%s/regions/RU-ALT.ini", folder);
    return file_replace(name, "", 0) == ERR_NONE ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_become_instants),
        cmocka_unit_test(other_texts_are_no_times),
        cmocka_unit_test(a_notice_holds_for_whom_it_names),
        cmocka_unit_test(a_notice_holds_from_and_until),
        cmocka_unit_test(what_is_over_is_listed_last_first),
        cmocka_unit_test(a_damaged_file_is_refused),
        cmocka_unit_test(files_become_the_list),
        cmocka_unit_test(faults_of_files_are_told),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
