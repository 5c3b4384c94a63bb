/*
 * test_directory.c: the snapshot as pages use it: opening, swapping under a reader, documents, and
 * files that cannot be used. Snapshots are made here from schema.sql and a few rows, so the
 * publisher is not needed.
 */
#include "directory/image.h"
#include "directory/schema.h"
#include "directory/seal.h"
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SITE "https://vhod.test"

static char folder[] = "/tmp/vhod-directory-XXXXXX";
static char path[64], fresh[64], good[64];

static const char rows[] =
    "INSERT INTO meta VALUES ('published', '2026-11-21T10:00:00Z'), "
    "('schema', '" DIRECTORY_SCHEMA "');"
    "INSERT INTO symptom VALUES ('no-entry', 1, 'Не пускает');"
    "INSERT INTO portal VALUES ('sr', 'Сетевой регион', 'Дневник', NULL, NULL, 0, 'x');"
    "INSERT INTO portal VALUES ('gosuslugi', 'Госуслуги', 'Вход', NULL, NULL, 1, 'x');"
    "INSERT INTO portal_address VALUES ('gosuslugi', 'main', 1, 'Вход', "
    "'https://www.gosuslugi.ru/', 'x');"
    "INSERT INTO region VALUES ('ru-alt', 1, 'Алтайский край', 'Алтайский край', 'в Алтайском "
    "крае', 'Altai',"
    " 'край', 'Барнаул', 'Сибирский', 'Asia/Barnaul', NULL, NULL, NULL, NULL);"
    "INSERT INTO region VALUES ('ru-chu', 2, 'Чукотский АО', 'Чукотка', 'на Чукотке', 'Chukotka', "
    "'округ',"
    " NULL, 'Дальневосточный', 'Asia/Anadyr', NULL, NULL, 'пусто', NULL);"
    "INSERT INTO region_code VALUES ('22', 'ru-alt', 1), ('122', 'ru-alt', 2), ('87', 'ru-chu', 1);"
    "INSERT INTO login VALUES ('ru-alt', 'schools', 1, 'https://netschool.edu22.info/', 'sr', 'Для "
    "школ',"
    " NULL, 'Сетевой регион', 'all', 'esia', 'current', '2026-01-10', NULL, NULL, NULL, 'high', "
    "'src', "
    "'2026-09-24');"
    "INSERT INTO login VALUES ('ru-alt', 'colleges', 2, 'https://netspo.edu22.info/', 'sr', 'Для "
    "колледжей',"
    " NULL, 'Сетевой регион', 'students', 'unknown', 'college', NULL, NULL, NULL, NULL, 'high', "
    "'src', "
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

/* The identity of the snapshot made last. */
static char identity[DIGEST_HEX_SIZE];

static void run(sqlite3 *db, const char *script)
{
    char *message = NULL;

    if (sqlite3_exec(db, script, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
}

/* more: SQL before the seal; after: SQL behind it. */
static void make_snapshot(const char *file, const char *more, const char *after)
{
    sqlite3 *db = NULL;

    unlink(file);
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    run(db, "PRAGMA synchronous = OFF");
    run(db, schema_sql);
    run(db, rows);
    run(db, more);
    assert_int_equal(seal_write(db, identity), ERR_NONE);
    run(db, after);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void swap_in(const char *more)
{
    make_snapshot(fresh, more, "");
    assert_int_equal(rename(fresh, path), 0);
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/directory.db", folder);
    snprintf(fresh, sizeof fresh, "%s/fresh.db", folder);
    snprintf(good, sizeof good, "%s/directory.db" DIRECTORY_GOOD_SUFFIX, folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    unlink(fresh);
    unlink(good);
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
    assert_string_equal(directory_identity(directory), identity);
    assert_int_equal(directory_document(directory, "clients", NULL, &document), ERR_NONE);
    assert_int_equal(json_array_size(document), 1);
    json_decref(document);
    directory_close(directory);
}

static void put_text(const char *file, const char *text)
{
    FILE *out = fopen(file, "w");

    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

/* Takes away whatever lies at path. */
static void clear_path(void)
{
    unlink(path);
    rmdir(path);
}

/* Snapshots that say they are fine and are not: SQL before the seal, and behind it. */
static const struct {
    const char *before, *after;
} forgeries[] = {
    {"UPDATE meta SET value = '99' WHERE key = 'schema'", ""},
    {"DROP TABLE place_alias; DROP TABLE region_alias; DROP TABLE article", ""},
    {"", "DELETE FROM meta WHERE key = 'identity'"},
    {"", "DELETE FROM meta WHERE key = 'whole'"},
    {"", "UPDATE login SET url = 'https://netschool.edu2r.info/' WHERE id = 'schools'"},
    {"", "DELETE FROM login WHERE id = 'colleges'"},
    {"", "INSERT INTO region_code VALUES ('99', 'ru-chu', 2)"},
    {"", "UPDATE article SET revision = 2 WHERE id = 'q/7'"},
    {"", "DROP INDEX login_url"},
    {"", "CREATE TABLE more (x)"},
    {"",
     "INSERT INTO revision VALUES ('q/7', 1, 'a', 'b', 't', 's', NULL, NULL, NULL, NULL, '', '',"
     " NULL, 0, 0)"},
    {"", "INSERT INTO change (number, id, published, subject, change, region, title)"
         " VALUES (1, 'c1', '2026', 'region', 'added', 'ru-chu', 'x')"},
};
#define FORGERIES (sizeof forgeries / sizeof forgeries[0])

/* Things that are no snapshot. */
static void put_thing(size_t which)
{
    static const char words[] = "not a database at all, and longer than the header of one, so that "
                                "more than the length of the file is looked at";

    if (which == 0)
        put_text(path, words);
    else if (which == 1)
        put_text(path, "");
    else if (which == 2)
        assert_int_equal(mkfifo(path, 0644), 0);
    else if (which == 3)
        assert_int_equal(mkdir(path, 0755), 0);
    else if (which == 4)
        assert_int_equal(symlink("directory.db", path), 0);
    else if (which == 5)
        assert_int_equal(symlink("/dev/zero", path), 0);
    else {
        make_snapshot(path, "", "");
        assert_int_equal(truncate(path, which == 6 ? 8192 : 100000000),
                         0); /* cut, or full of holes */
    }
}
#define THINGS 8

#define DAMAGES (FORGERIES + THINGS)

static void damage(size_t which)
{
    if (which < FORGERIES) {
        clear_path();
        make_snapshot(path, forgeries[which].before, forgeries[which].after);
    } else {
        clear_path();
        put_thing(which - FORGERIES);
    }
}

static void test_unusable_file_keeps_the_old_one(void **state)
{
    struct directory *directory = NULL;
    char first[DIGEST_HEX_SIZE];

    (void)state;
    swap_in("");
    strcpy(first, identity);
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (size_t i = 0; i < DAMAGES; i++) {
        bool changed = true;
        json_t *document = NULL;

        damage(i);
        for (int again = 0; again < 3; again++) {
            assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
            if (changed)
                fail_msg("damage %zu was believed", i);
        }
        assert_int_equal(directory_document(directory, "health", NULL, &document), ERR_NONE);
        assert_string_equal(json_string_value(json_object_get(document, "snapshot")), first);
        json_decref(document);
    }
    clear_path();
    swap_in("INSERT INTO client_pattern VALUES ('x', 'robot')");
    assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
    assert_string_equal(directory_identity(directory), identity);
    directory_close(directory);
}

/* A program that starts while the file is no use takes the copy, and the next good file after it.
 */
static void test_copy_is_used_at_the_start(void **state)
{
    struct directory *directory = NULL;
    char first[DIGEST_HEX_SIZE];

    (void)state;
    make_snapshot(good, "", "");
    strcpy(first, identity);
    for (size_t i = 0; i < DAMAGES; i++) {
        damage(i);
        assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
        assert_string_equal(directory_identity(directory), first);
        make_snapshot(fresh, "INSERT INTO client_pattern VALUES ('x', 'robot')", "");
        clear_path();
        assert_int_equal(rename(fresh, path), 0);
        assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
        assert_string_equal(directory_identity(directory), identity);
        directory_close(directory);
    }
}

static void test_neither_file_nor_copy(void **state)
{
    struct directory *directory = NULL;

    (void)state;
    damage(4);
    assert_int_equal(rename(path, good), 0);
    damage(5);
    assert_int_not_equal(directory_open(&directory, path, SITE), ERR_NONE);
    assert_non_null(directory);
    assert_string_equal(directory_identity(directory), "");
    assert_int_not_equal(directory_refresh(directory, NULL), ERR_NONE);
    make_snapshot(fresh, "", "");
    assert_int_equal(rename(fresh, path), 0);
    assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
    assert_string_equal(directory_identity(directory), identity);
    directory_close(directory);
    unlink(good);
}

/* Writes from over to, in place, page by page; at each step the open one goes on. */
static void copy_slowly(const char *from, const char *to, struct directory *directory)
{
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    char page[4096], first[DIGEST_HEX_SIZE];
    size_t len;

    assert_non_null(in);
    assert_non_null(out);
    strcpy(first, directory_identity(directory));
    while ((len = fread(page, 1, sizeof page, in)) > 0) {
        json_t *document = NULL;

        assert_int_equal(fwrite(page, 1, len, out), len);
        assert_int_equal(fflush(out), 0);
        assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
        assert_string_equal(directory_identity(directory), first);
        assert_int_equal(directory_document(directory, "regions", NULL, &document), ERR_NONE);
        json_decref(document);
    }
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* cp over the file: its inode stays, and for a while it is half of one and half of the other. */
static void test_written_in_place(void **state)
{
    struct directory *directory = NULL;

    (void)state;
    swap_in("");
    make_snapshot(fresh, "INSERT INTO client_pattern VALUES ('x', 'robot')", "");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    copy_slowly(fresh, path, directory);
    assert_string_not_equal(directory_identity(directory), identity);
    usleep(1100 * 1000); /* now it has settled */
    assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
    assert_string_equal(directory_identity(directory), identity);
    directory_close(directory);
}

/* What was checked is what is sent, whatever lies there by now. */
static void test_bytes_are_those_that_were_checked(void **state)
{
    struct directory *directory = NULL;
    struct image image;
    const void *bytes;
    size_t len;

    (void)state;
    swap_in("");
    assert_int_equal(image_read(&image, path), ERR_NONE);
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    put_text(path, "a text");
    assert_int_equal(directory_refresh(directory, NULL), ERR_NONE);
    bytes = directory_bytes(directory, &len);
    assert_int_equal(len, image.len);
    assert_memory_equal(bytes, image.bytes, len);
    image_free(&image);
    directory_close(directory);
    unlink(path);
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NOT_FOUND);
    assert_null(directory_bytes(directory, &len));
    assert_int_equal(len, 0);
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

        snprintf(more, sizeof more, "INSERT INTO client_pattern VALUES ('n%d', 'robot')", i);
        swap_in(more);
        assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
        assert_true(changed);
        assert_string_equal(directory_identity(directory), identity);
        assert_int_equal(directory_refresh(directory, &changed), ERR_NONE);
        assert_false(changed);
    }
    directory_close(directory);
}

static void test_documents(void **state)
{
    const struct {
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
        {"front", NULL, NULL, "letters.1.regions.0.short", "Чукотка"},
        {"questions", NULL, NULL, "questions.0.url", SITE "/q/7"},
        {"names", NULL, NULL, "questions.7", "Почему?"},
        {"health", NULL, NULL, "snapshot", identity},
        {"known_addresses", NULL, NULL, "known.0.verdict", "current"},
        {"known_addresses", NULL, NULL, "known.1.region.iso", "ru-alt"},
        {"known_addresses", NULL, NULL, "known.2.url", "https://www.gosuslugi.ru/"},
        {"known_addresses", NULL, NULL, "known.2.verdict", "federal"},
        {"known_addresses", NULL, NULL, "known.3.url", NULL},
        {"directory", NULL, NULL, "identity", identity},
        {"directory", NULL, NULL, "regions.0.codes.1", "122"},
        {"directory", NULL, NULL, "regions.0.contacts.0", "help"},
        {"directory", NULL, NULL, "questions.1.text", "y"},
        {"directory_logins", NULL, NULL, "logins.1.url", "https://netspo.edu22.info/"},
        {"directory_logins", NULL, NULL, "logins.1.code", "22"},
        {"sitemap", NULL, NULL, "pages.0.url", SITE "/"},
        {"sitemap", NULL, NULL, "pages.10.url", SITE "/region/ru-alt"},
        {"sitemap", NULL, NULL, "pages.13.url", SITE "/q/8"},
        {"sitemap", NULL, NULL, "pages.13.updated", "2026-11-21"},
    };
    struct directory *directory = NULL;

    (void)state;
    swap_in("");
    assert_int_equal(directory_open(&directory, path, SITE), ERR_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct directory_value values[] = {
            {":today", "2026-11-26", 0}, {cases[i].name, cases[i].value, 0}, {NULL, NULL, 0}};
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
        cmocka_unit_test(test_copy_is_used_at_the_start),
        cmocka_unit_test(test_neither_file_nor_copy),
        cmocka_unit_test(test_written_in_place),
        cmocka_unit_test(test_bytes_are_those_that_were_checked),
        cmocka_unit_test(test_swap),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_not_found),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
