/*
 * test_block.c: the list of blocked hosts, and texts without them.
 */
#include "base/file.h"
#include "base/json.h"
#include "probe/block.h"
#include "probe/redact.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NOW          1795651200 /* 2026-11-26 */

static char folder[] = "/tmp/vhod-test-block.XXXXXX";
static char path[64];

static struct blocks *make(const char *const *hosts, size_t count)
{
    struct blocks *blocks;

    assert_int_equal(blocks_load(&blocks, "/nonexistent/blocks.json"), ERR_NONE);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(blocks_add(blocks, hosts[i], "tester", NULL, NOW), ERR_NONE);
    return blocks;
}

static bool is_blocked(const struct blocks *blocks, const char *host)
{
    return blocks_since(blocks, host, strlen(host)) != NULL;
}

static void a_host_blocks_itself_and_all_below(void **state)
{
    static const char *const hosts[] = {"a.example.ru", "www.b.ru", "xn--b1ae3a1a.xn--p1ai"};
    struct blocks *blocks = make(hosts, COUNT(hosts));
    static const char *const yes[] = {
        "a.example.ru",     "A.Example.RU", "a.example.ru.", "x.y.a.example.ru",
        "www.a.example.ru", "www.b.ru",     "b.ru",          "x.www.b.ru",
        "вход.рф",          "Вход.РФ",      "a.вход.рф"};
    static const char *const no[] = {
        "example.ru", "xa.example.ru", "a.example.ru.evil.ru", "c.b.ru", "xn--p1ai", "рф", "",
        ".",          "a..example.ru"};

    (void)state;
    for (size_t i = 0; i < COUNT(yes); i++)
        assert_true(is_blocked(blocks, yes[i]));
    for (size_t i = 0; i < COUNT(no); i++)
        assert_false(is_blocked(blocks, no[i]));
    assert_string_equal(blocks_since(blocks, "b.ru", 4), "2026-11-26T00:00:00Z");
    assert_false(is_blocked(NULL, "b.ru"));
    assert_true(blocks_are_empty(NULL));
    blocks_free(blocks);
}

static void only_hosts_are_taken(void **state)
{
    static const struct {
        const char *text, *host;
    } rows[] = {
        {"netschool.edu22.info", "netschool.edu22.info"},
        {"https://NetSchool.edu22.info:8443/x?y", "netschool.edu22.info"},
        {"Вход.рф", "xn--b1ae3a1a.xn--p1ai"},
        {"a.ru.", "a.ru"},
        {"ru", NULL},
        {"", NULL},
        {"*.ru", NULL},
        {"a b.ru", NULL},
        {"a.ru/x", NULL},
        {"ftp://a.ru/", NULL},
        {"user@a.ru", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer host = BUFFER_INIT;
        enum err err = blocks_host(&host, rows[i].text);

        if (rows[i].host == NULL) {
            assert_int_equal(err, ERR_INVALID);
        } else {
            assert_int_equal(err, ERR_NONE);
            assert_string_equal(buffer_text(&host), rows[i].host);
        }
        buffer_free(&host);
    }
}

static void the_list_survives_its_file(void **state)
{
    static const char *const hosts[] = {"a.ru", "b.ru"};
    struct blocks *blocks = make(hosts, COUNT(hosts)), *read;
    char copy[80];

    (void)state;
    assert_int_equal(blocks_add(blocks, "a.ru", "x", NULL, NOW), ERR_BUSY);
    assert_int_equal(blocks_remove(blocks, "c.ru", "x", NULL, NOW), ERR_NOT_FOUND);
    assert_int_equal(blocks_remove(blocks, "a.ru", "x", "it is fine", NOW), ERR_NONE);
    assert_int_equal(blocks_save(blocks, path), ERR_NONE);
    assert_int_equal(blocks_load(&read, path), ERR_NONE);
    assert_true(json_equal(blocks_document(read), blocks_document(blocks)));
    assert_int_equal(json_array_size(json_object_get(blocks_document(read), "log")), 3);
    blocks_free(read);
    assert_int_equal(truncate(path, 50), 0);
    assert_int_equal(blocks_load(&read, path), ERR_NONE); /* the copy */
    assert_true(is_blocked(read, "b.ru"));
    blocks_free(read);
    snprintf(copy, sizeof copy, "%s.good", path);
    assert_int_equal(truncate(copy, 50), 0);
    assert_int_equal(blocks_load(&read, path), ERR_INVALID);
    assert_null(read);
    unlink(copy);
    assert_int_equal(blocks_load(&read, path), ERR_INVALID);
    unlink(path);
    blocks_free(blocks);
    blocks_free(NULL);
}

static void the_log_has_a_limit(void **state)
{
    struct blocks *blocks = make(NULL, 0);
    const json_t *log;

    (void)state;
    for (int i = 0; i < BLOCKS_LOG_MAX; i++) {
        assert_int_equal(blocks_add(blocks, "a.ru", "x", NULL, NOW + i), ERR_NONE);
        assert_int_equal(blocks_remove(blocks, "a.ru", "x", NULL, NOW + i), ERR_NONE);
    }
    log = json_object_get(blocks_document(blocks), "log");
    assert_int_equal(json_array_size(log), BLOCKS_LOG_MAX);
    assert_string_equal(json_text(json_array_get(log, BLOCKS_LOG_MAX - 1), "action"), "unblock");
    blocks_free(blocks);
}

#define HTML_MARK "<span class=\"taken-out\">[…]</span>"

static void texts_lose_blocked_hosts(void **state)
{
    static const char *const hosts[] = {"a.example.ru", "xn--b1ae3a1a.xn--p1ai"};
    static const struct {
        bool html;
        const char *text, *left;
        size_t count;
    } rows[] = {
        {false, "Откройте a.example.ru.", "Откройте […].", 1},
        {false, "https://a.example.ru:8443/x?y#z, потом https://b.ru/", "[…], потом https://b.ru/",
         1},
        {false, "«A.Example.ru/вход»", "«[…]вход»", 1},
        {false, "Вход.рф — и x.вход.рф/login!", "[…] — и […]!", 2},
        {false, "http://xn--b1ae3a1a.xn--p1ai", "[…]", 1},
        {false, "help@a.example.ru", "help@[…]", 1},
        {false, "xa.example.ru a.example.rux example.ru", "xa.example.ru a.example.rux example.ru",
         0},
        {false, "", "", 0},
        {true,
         "<p>См. <a href=\"https://a.example.ru/x\" rel=\"noopener\">вход <b>сюда</b></a>, <a "
         "href=\"/q/1\">ещё</a></p>",
         "<p>См. вход <b>сюда</b>, <a href=\"/q/1\">ещё</a></p>", 1},
        {true, "<p>a.example.ru<br>b.ru</p>", "<p>" HTML_MARK "<br>b.ru</p>", 1},
        {true, "<a href=\"https://a.example.ru\">a.example.ru</a>", HTML_MARK, 2},
        {true, "<svg><text x=\"1\">a.example.ru</text></svg>",
         "<svg><text x=\"1\">" HTML_MARK "</text></svg>", 1},
        {true, "<abbr title=\"a.example.ru\">x</abbr>", "x</abbr>", 1},
    };
    struct blocks *blocks = make(hosts, COUNT(hosts));

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer out = BUFFER_INIT;
        size_t count = redact(&out, blocks, rows[i].text, rows[i].html);

        assert_string_equal(buffer_text(&out), rows[i].left);
        assert_int_equal(count, rows[i].count);
        assert_int_equal(blocks_may_be_in(blocks, buffer_text(&out)),
                         strstr(rows[i].left, "a.example.ru") != NULL);
        buffer_free(&out);
    }
    blocks_free(blocks);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/blocks.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_blocks_itself_and_all_below),
        cmocka_unit_test(only_hosts_are_taken),
        cmocka_unit_test(the_list_survives_its_file),
        cmocka_unit_test(the_log_has_a_limit),
        cmocka_unit_test(texts_lose_blocked_hosts),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
