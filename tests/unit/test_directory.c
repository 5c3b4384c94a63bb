/*
 * test_directory.c: the snapshot as pages use it: opening, swapping under a reader, documents, and
 * files that cannot be used. Snapshots are made here from schema.sql and a few rows, so the
 * publisher is not needed.
 */
#include "directory/schema.h"
#include "directory/snapshot.h"
#include "directory/statements.h"
#include "gen/directory/schema.sql.h"
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SITE "https://vhod.test"

static char folder[] = "/tmp/vhod-directory-XXXXXX";
static char path[64], fresh[64];

static const char rows[] =
    "INSERT INTO meta VALUES ('identity', 'one'), ('published', '2026-11-21T10:00:00Z'), "
    "('schema', '" DIRECTORY_SCHEMA "');"
    "INSERT INTO symptom VALUES ('no-entry', 1, 'Не пускает');"
    "INSERT INTO portal VALUES ('sr', 'Сетевой регион', 'Дневник', NULL, NULL, 0, 'x');"
    "INSERT INTO portal VALUES ('gosuslugi', 'Госуслуги', 'Вход', NULL, NULL, 1, 'x');"
    "INSERT INTO portal_address VALUES ('gosuslugi', 'main', 1, 'Вход', "
    "'https://www.gosuslugi.ru/', 'x');"
    "INSERT INTO region VALUES ('ru-alt', 1, 'Алтайский край', 'Алтайский край', 'в Алтайском "
    "крае', 'Altai',"
    " 'край', 'Барнаул', 'Сибирский', 'Asia/Barnaul', NULL, NULL, NULL);"
    "INSERT INTO region VALUES ('ru-chu', 2, 'Чукотский АО', 'Чукотка', 'на Чукотке', 'Chukotka', "
    "'округ',"
    " NULL, 'Дальневосточный', 'Asia/Anadyr', NULL, NULL, 'пусто');"
    "INSERT INTO region_code VALUES ('22', 'ru-alt', 1), ('122', 'ru-alt', 2), ('87', 'ru-chu', 1);"
    "INSERT INTO login VALUES ('ru-alt', 'schools', 1, 'https://netschool.edu22.info/', 'sr', 'Для "
    "школ',"
    " 'Сетевой регион', 'all', 'esia', 'current', '2026-01-10', NULL, NULL, NULL, 'high', 'src', "
    "'2026-09-24');"
    "INSERT INTO login VALUES ('ru-alt', 'colleges', 2, 'https://netspo.edu22.info/', 'sr', 'Для "
    "колледжей',"
    " 'Сетевой регион', 'students', 'unknown', 'college', NULL, NULL, NULL, NULL, 'high', 'src', "
    "NULL);"
    "INSERT INTO contact VALUES ('help', 1, 'Помощь', 'Вход', '8 800 550-63-73', NULL, NULL, NULL, "
    "NULL, NULL, 0, NULL, 's');"
    "INSERT INTO region_contact VALUES ('ru-alt', 'help', 1);"
    "INSERT INTO article VALUES ('q/7', 'question', 7, 'family', 'no-entry', 7, 'Почему?', "
    "'Потому.', 'Раз. / "
    "Два.', NULL, "
    "NULL, NULL, NULL,"
    " '<p>x</p>', 'x', '2026-11-21', 1, 'd', '004', NULL, NULL);"
    "INSERT INTO article VALUES ('q/8', 'question', 8, 'family', 'no-entry', 8, 'Один ребёнок', "
    "'Так.', 'Раз. "
    "/ Два.', NULL, "
    "NULL, NULL, NULL,"
    " '<p>y</p>', 'y', '2026-11-21', 1, 'd', '004', NULL, NULL);"
    "INSERT INTO article_limit VALUES ('q/8', 0, 'portal', 'sr');"
    "INSERT INTO client_pattern VALUES ('googlebot', 'robot');";

static void make_snapshot(const char *file, const char *more)
{
    const char *scripts[] = {schema_sql, rows, more};
    sqlite3 *db = NULL;
    char *message = NULL;

    unlink(file);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    for (size_t i = 0; i < 3; i++) {
        if (sqlite3_exec(db, scripts[i], NULL, NULL, &message) != SQLITE_OK)
            fail_msg("%s", message);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void swap_in(const char *more)
{
    make_snapshot(fresh, more);
    assert_int_equal(rename(fresh, path), 0);
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/directory.db", folder);
    snprintf(fresh, sizeof fresh, "%s/fresh.db", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    unlink(fresh);
    return rmdir(folder);
}

/* The text of document's path a.0.b, or NULL. */
static const char *text_at(json_t *document, const char *at)
{
    char part[64];

    while (document != NULL && *at) {
        size_t len = strcspn(at, ".");

        snprintf(part, sizeof part, "%.*s", (int)len, at);
        document = json_is_array(document) ? json_array_get(document, (size_t)atoi(part))
                                           : json_object_get(document, part);
        at += len + (at[len] == '.');
    }
    return json_string_value(document);
}

static void test_no_snapshot_then_one(void **state)
{
    struct directory *directory = NULL;
    json_t *document = NULL;
    bool changed = true;

    (void)state;
    unlink(path);
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NOT_FOUND);
    assert_non_null(directory);
    assert_int_equal(directory_document(directory, "front", NULL, &document), ERR_NOT_FOUND);
    assert_string_equal(directory_identity(directory), "");
    assert_int_equal(directory_refresh(directory, &changed), ERR_NOT_FOUND);
    assert_false(changed);

    swap_in("");
    assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
    assert_true(changed);
    assert_string_equal(directory_identity(directory), "one");
    assert_int_equal(directory_document(directory, "clients", NULL, &document), ERR_NONE);
    assert_int_equal(json_array_size(document), 1);
    json_decref(document);
    directory_close(directory);
}

static void test_unusable_file_keeps_the_old_one(void **state)
{
    static const char *const damage[] = {
        "UPDATE meta SET value = '99' WHERE key = 'schema'",
        "DELETE FROM meta WHERE key = 'identity'",
        "DROP TABLE place_alias; DROP TABLE region_alias; DROP TABLE article"};
    struct directory *directory = NULL;
    FILE *file;

    (void)state;
    swap_in("");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        bool changed = true;
        json_t *document = NULL;

        swap_in(damage[i]);
        assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
        assert_false(changed);
        assert_int_equal(directory_document(directory, "health", NULL, &document), ERR_NONE);
        json_decref(document);
    }
    file = fopen(fresh, "w");
    assert_non_null(file);
    fputs("not a database at all", file);
    fclose(file);
    assert_int_equal(rename(fresh, path), 0);
    assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
    assert_string_equal(directory_identity(directory), "one");
    directory_close(directory);
}

static void test_swap(void **state)
{
    struct directory *directory = NULL;

    (void)state;
    swap_in("");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (int i = 0; i < 100; i++) {
        char more[128];
        bool changed = false;

        snprintf(more, sizeof more, "UPDATE meta SET value = 'n%d' WHERE key = 'identity'", i);
        swap_in(more);
        assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
        assert_true(changed);
        snprintf(more, sizeof more, "n%d", i);
        assert_string_equal(directory_identity(directory), more);
        assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
        assert_false(changed);
    }
    directory_close(directory);
}

static void test_documents(void **state)
{
    static const struct {
        const char *query, *name, *value, *at, *want;
    } cases[] = {
        {"region", ":iso", "ru-alt", "name", "Алтайский край"},
        {"region", ":iso", "ru-alt", "code", "22"},
        {"region", ":iso", "ru-alt", "codes.1", "122"},
        {"region", ":iso", "ru-alt", "url", SITE "/region/ru-alt"},
        {"region", ":iso", "ru-alt", "logins.0.url", "https://netschool.edu22.info/"},
        {"region", ":iso", "ru-alt", "logins.0.portal.name", "Сетевой регион"},
        {"region", ":iso", "ru-alt", "logins.1.status", "college"},
        {"region", ":iso", "ru-alt", "contacts.0.phone_link", "tel:+78005506373"},
        {"region", ":iso", "ru-alt", "federal.0.addresses.0.url", "https://www.gosuslugi.ru/"},
        {"region", ":iso", "ru-alt", "questions.0.title",
         "Один ребёнок"}, /* its portal's come first */
        {"region", ":iso", "ru-alt", "questions.1.title", "Почему?"},
        {"region", ":iso", "ru-chu", "questions.0.title", "Почему?"},
        {"region", ":iso", "ru-chu", "questions.1.title",
         NULL}, /* another portal's does not concern it */
        {"region", ":iso", "ru-chu", "logins.0.url", NULL},
        {"region", ":iso", "ru-chu", "note", "пусто"},
        {"region_of_code", ":code", "122", "iso", "ru-alt"},
        {"regions", NULL, NULL, "regions.0.logins.0.url", "https://netschool.edu22.info/"},
        {"regions", NULL, NULL, "regions.1.iso", "ru-chu"},
        {"front", NULL, NULL, "regions.1.short", "Чукотка"},
        {"questions", NULL, NULL, "questions.0.url", SITE "/q/7"},
        {"names", NULL, NULL, "questions.7", "Почему?"},
        {"health", NULL, NULL, "snapshot", "one"},
        {"known_addresses", NULL, NULL, "known.0.verdict", "current"},
        {"known_addresses", NULL, NULL, "known.1.region.iso", "ru-alt"},
        {"known_addresses", NULL, NULL, "known.2.url", "https://www.gosuslugi.ru/"},
        {"known_addresses", NULL, NULL, "known.2.verdict", "federal"},
        {"known_addresses", NULL, NULL, "known.3.url", NULL},
        {"directory", NULL, NULL, "identity", "one"},
        {"directory", NULL, NULL, "regions.0.codes.1", "122"},
        {"directory", NULL, NULL, "regions.0.contacts.0", "help"},
        {"directory", NULL, NULL, "questions.1.text", "y"},
        {"directory_logins", NULL, NULL, "logins.1.url", "https://netspo.edu22.info/"},
        {"directory_logins", NULL, NULL, "logins.1.code", "22"},
        {"sitemap", NULL, NULL, "pages.0.url", SITE "/"},
        {"sitemap", NULL, NULL, "pages.9.url", SITE "/region/ru-alt"},
        {"sitemap", NULL, NULL, "pages.12.url", SITE "/q/8"},
        {"sitemap", NULL, NULL, "pages.12.updated", "2026-11-21"},
    };
    struct directory *directory = NULL;

    (void)state;
    swap_in("");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct directory_value values[] = {{cases[i].name, cases[i].value, 0},
                                                 {NULL, NULL, 0}};
        json_t *document = NULL;
        enum err err = directory_document(directory, cases[i].query, values, &document);
        const char *have = err == ERR_NONE ? text_at(document, cases[i].at) : "(error)";

        if ((have == NULL) != (cases[i].want == NULL) ||
            (have != NULL && strcmp(have, cases[i].want) != 0))
            fail_msg("%s %s: have %s, want %s", cases[i].query, cases[i].at, have ? have : "NULL",
                     cases[i].want ? cases[i].want : "NULL");
        json_decref(document);
    }
    directory_close(directory);
}

static void test_not_found(void **state)
{
    static const char *const queries[] = {"region", "region_logins", "region_of_code", "article"};
    const struct directory_value values[] = {{":iso", "ru-xx", 0},
                                             {":code", "00", 0},
                                             {":id", "q/99", 0},
                                             {":kind", "question", 0},
                                             {NULL, NULL, 0}};
    struct directory *directory = NULL;
    json_t *document = NULL;

    (void)state;
    swap_in("");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_int_equal(directory_document(directory, queries[i], values, &document),
                         ERR_NOT_FOUND);
        assert_null(document);
    }
    assert_int_equal(directory_document(directory, "no such", NULL, &document), ERR_DATABASE);
    directory_close(directory);
}

static void test_statements_split(void **state)
{
    static const struct {
        const char *text;
        enum err want;
        size_t count;
    } cases[] = {
        {"", ERR_NONE, 0},
        {"CREATE x;\n", ERR_NONE, 0},
        {"s;\n-- name: a\nSELECT 1;\n-- name: b\n-- a comment\nSELECT 2;\n", ERR_NONE, 2},
        {"-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n", ERR_INVALID, 0},
        {"-- name: \nSELECT 1;\n", ERR_INVALID, 0},
        {"-- name: a234567890123456789012345678901234567890\nSELECT 1;\n", ERR_LIMIT, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct statements statements;

        assert_int_equal(statements_split(&statements, cases[i].text), cases[i].want);
        if (cases[i].want == ERR_NONE)
            assert_int_equal(statements.count, cases[i].count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements_split),
        cmocka_unit_test(test_no_snapshot_then_one),
        cmocka_unit_test(test_unusable_file_keeps_the_old_one),
        cmocka_unit_test(test_swap),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_not_found),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
