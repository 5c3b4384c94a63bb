/*
 * test_seal.c: a snapshot that is not what was published is never used: data/ of this repository is
 * published, and the file damaged, a bit or a row at a time.
 *
 * The rule for each damage: it is refused, or every answer is the right one.
 */
#include "base/file.h"
#include "base/log.h"
#include "content/publish.h"
#include "directory/fingerprint.h"
#include "directory/image.h"
#include "directory/seal.h"
#include "directory/snapshot.h"
#include "directory/verify.h"
#include "search/find.h"
#include <jansson.h>
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

#define COUNT(array) (sizeof array / sizeof((array)[0]))
#define SITE         "https://vhod.example"

static char folder[64], path[128], good[140], damaged[140];
static struct image image; /* of what was published */
static char *right;        /* all its answers; made when first needed */

static enum err publish(struct publish_summary *summary)
{
    struct faults *faults = NULL;
    enum err err = faults_new(&faults);

    if (err == ERR_NONE)
        err = content_publish("data", path, faults, summary);
    faults_print(faults, stderr);
    faults_free(faults);
    return err;
}

static int set_up(void **state)
{
    struct stat data;

    (void)state;
    log_program("test_seal");
    if (stat("data/regions", &data) != 0) {
        fputs("test_seal: run from the top of the repository\n", stderr);
        return -1;
    }
    strcpy(folder, "/tmp/vhod-seal-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/directory.db", folder);
    snprintf(good, sizeof good, "%s" DIRECTORY_GOOD_SUFFIX, path);
    snprintf(damaged, sizeof damaged, "%s/damaged.db", folder);
    return publish(NULL) == ERR_NONE && image_read(&image, path) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    image_free(&image);
    free(right);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : -1;
}

/* --- answers --- */

/* What a reader could be told, all of it: texts of many answers, one after the other. */
static char *answers(const char *file)
{
    static const char *const lists[] = {
        "front",           "regions",   "guides",           "questions",
        "names",           "tiles",     "changes",          "address_changes",
        "known_addresses", "directory", "directory_logins", "sitemap",
        "clients"};
    static const char *const searches[] = {"барнаул", "забыл пароль", "22", "netschool.edu22.info",
                                           "бфрнаул"};
    struct directory *directory = NULL;
    struct buffer out = BUFFER_INIT;

    assert_int_equal(directory_open(&directory, file, SITE), ERR_NONE);
    for (size_t i = 0; i < COUNT(lists) + COUNT(searches); i++) {
        const char *words = i < COUNT(lists) ? "" : searches[i - COUNT(lists)];
        const struct search_request request = {words, strlen(words), false, NULL};
        json_t *document = NULL;
        enum err err = i < COUNT(lists) ? directory_document(directory, lists[i], NULL, &document)
                                        : directory_search(directory, &request, &document);
        char *text = json_dumps(document, JSON_COMPACT);

        buffer_printf(&out, "%d %s\n", (int)err, text != NULL ? text : "");
        free(text);
        json_decref(document);
    }
    directory_close(directory);
    return buffer_take(&out);
}

static void assert_right_answers(const char *file, const char *what)
{
    char *have = answers(file);

    if (right == NULL)
        right = answers(path);
    assert_non_null(right);
    assert_non_null(have);
    assert_true(strlen(right) > 100000);
    if (strcmp(right, have) != 0)
        fail_msg("%s is believed, and gives other answers", what);
    free(have);
}

/* --- bits --- */

/* Flips one bit of a copy. True if the copy is believed; its answers are then compared. */
static bool survives(size_t at, unsigned bit)
{
    struct image copy = image;
    char what[64], identity[DIGEST_HEX_SIZE];
    sqlite3 *db = NULL;
    enum err err;

    copy.bytes = malloc(image.len);
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, image.bytes, image.len);
    copy.bytes[at] ^= (unsigned char)(1u << bit);
    assert_int_equal(file_replace(damaged, copy.bytes, copy.len), ERR_NONE);
    free(copy.bytes);
    err = image_load(&copy, &db, damaged, identity);
    sqlite3_close(db);
    image_free(&copy);
    if (err != ERR_NONE)
        return false;
    snprintf(what, sizeof what, "a file with bit %u of byte %zu flipped", bit, at);
    assert_right_answers(damaged, what);
    return true;
}

static uint64_t random_state = 20261126;

static size_t next_random(size_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % below);
}

#define FLIPS 150

static void test_flipped_bits(void **state)
{
    int believed = 0;

    (void)state;
    for (int i = 0; i < FLIPS; i++)
        believed += survives(next_random(image.len), (unsigned)next_random(8));
    print_message("# %d of %d flips hit bytes that nothing is read from\n", believed, FLIPS);
    assert_true(believed < FLIPS / 2);
}

/* An address in all the places where it is kept: table, indexes, search. */
static void test_flipped_address(void **state)
{
    static const char address[] = "netschool.edu22.info";
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i + sizeof address < image.len; i++) {
        if (memcmp(image.bytes + i, address, sizeof address - 1) != 0)
            continue;
        found++;
        if (survives(i + strlen("netschool.edu2"), 6)) /* 2 becomes r */
            fail_msg("byte %zu: an address may change", i);
    }
    assert_true(found >= 3);
}

/* The header byte by byte: 100 bytes that say how the rest is to be read. */
static void test_flipped_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        survives(i, (unsigned)(i % 8));
}

/* --- rows --- */

/* Every table, indexes and all: a row less, a row twice, a value changed, by SQL, as a program that
 * writes to the file would. */
static void test_rows(void **state)
{
    static const char *const changes[] = {
        "DELETE FROM region WHERE iso = 'ru-alt'",
        "DELETE FROM login WHERE region = 'ru-alt'",
        "DELETE FROM former",
        "DELETE FROM place WHERE id = 1",
        "DELETE FROM article WHERE id = 'q/7'",
        "UPDATE article SET html = '' WHERE id = 'q/7'",
        "UPDATE article SET revision = revision + 1",
        "UPDATE login SET url = url || '/' WHERE region = 'ru-ta'",
        "UPDATE place SET latitude = latitude + 1e-13 WHERE id = 3",
        "UPDATE meta SET value = '2030-01-01T00:00:00Z' WHERE key = 'published'",
        "UPDATE meta SET value = '0' WHERE key = 'history'",
        "UPDATE meta SET value = 'x' || substr(value, 2) WHERE key = 'identity'",
        "UPDATE meta SET value = 'x' || substr(value, 2) WHERE key = 'whole'",
        "DELETE FROM search_name WHERE id = 1",
        "UPDATE search_word SET word = word || 'x' WHERE id = 1",
        "DELETE FROM search_text_docsize",
        "DELETE FROM sqlite_stat1",
        "DROP INDEX former_url",
        "CREATE INDEX other ON login (title)",
        "CREATE VIEW other AS SELECT 1",
        "INSERT INTO client_pattern VALUES ('mozilla', 'robot')",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        struct directory_facts facts;
        sqlite3 *db = NULL;
        char *message = NULL;

        assert_int_equal(file_replace(damaged, image.bytes, image.len), ERR_NONE);
        assert_int_equal(sqlite3_open(damaged, &db), SQLITE_OK);
        if (sqlite3_exec(db, changes[i], NULL, NULL, &message) != SQLITE_OK)
            fail_msg("%s: %s", changes[i], message);
        assert_true(sqlite3_total_changes(db) > 0 || i >= 17);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        if (directory_verify(&facts, damaged) == ERR_NONE)
            fail_msg("%s: believed", changes[i]);
    }
}

/* --- publishing --- */

static void damage_published(void)
{
    size_t at = 0;
    unsigned char *bytes = malloc(image.len);

    assert_non_null(bytes);
    memcpy(bytes, image.bytes, image.len);
    while (memcmp(bytes + at, "edu22", 5) != 0)
        at++;
    bytes[at + 4] = 'r';
    assert_int_equal(file_replace(path, bytes, image.len), ERR_NONE);
    free(bytes);
}

/* The same content again: nothing would be swapped, were the file in place believed. */
static void test_publish_replaces_a_damaged_snapshot(void **state)
{
    struct publish_summary summary = {0};
    struct directory_facts facts;

    (void)state;
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_false(summary.changed);
    damage_published();
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_true(summary.changed);
    assert_int_equal(directory_verify(&facts, path), ERR_NONE);
    assert_string_equal(facts.identity, summary.identity);
    /* without the copy it is not guessed what had been published */
    damage_published();
    assert_int_equal(unlink(good), 0);
    assert_int_equal(publish(&summary), ERR_DATABASE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_true(summary.changed);
    assert_int_equal(directory_verify(&facts, good), ERR_NONE);
}

static void test_publish_mends_the_copy(void **state)
{
    struct publish_summary summary = {0};
    struct directory_facts facts;

    (void)state;
    assert_int_equal(unlink(good), 0);
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_false(summary.changed);
    assert_int_equal(directory_verify(&facts, good), ERR_NONE);
    assert_int_equal(truncate(good, 5000), 0);
    assert_int_equal(publish(&summary), ERR_NONE);
    assert_false(summary.changed);
    assert_int_equal(directory_verify(&facts, good), ERR_NONE);
}

/* --- fingerprints --- */

static void add(struct table_sum *sum, const char *text, int64_t number, double real)
{
    struct buffer row = BUFFER_INIT;

    if (text != NULL)
        fingerprint_text(&row, text, strlen(text));
    else
        fingerprint_null(&row);
    fingerprint_number(&row, number);
    fingerprint_real(&row, real);
    assert_false(buffer_failed(&row));
    table_sum_add(sum, &row);
    buffer_free(&row);
}

static void test_sums(void **state)
{
    struct table_sum a = {.rows = 0}, b = {.rows = 0}, read;
    sqlite3 *db = NULL;

    (void)state;
    add(&a, "x", 1, 0.5);
    add(&a, NULL, -2, 1e300);
    add(&b, NULL, -2, 1e300);
    assert_memory_not_equal(&a, &b, sizeof a);
    add(&b, "x", 1, 0.5);
    assert_memory_equal(&a, &b, sizeof a); /* in any order */
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TABLE t (a TEXT, b INTEGER, c REAL) STRICT;"
                                  "INSERT INTO t VALUES (NULL, -2, 1e300), ('x', 1, 0.5)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(table_sum_read(&read, db, "t"), ERR_NONE);
    assert_memory_equal(&a, &read, sizeof a);
    assert_int_equal(table_sum_read(&read, db, "no such"), ERR_DATABASE);
    sqlite3_close(db);
    /* where one value ends and the next begins is part of it */
    a = b = (struct table_sum){.rows = 0};
    add(&a, "1n2;", 3, 0);
    add(&b, "1", 2, 0);
    assert_memory_not_equal(&a, &b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_flipped_address),
        cmocka_unit_test(test_flipped_header),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_publish_mends_the_copy),
        cmocka_unit_test(test_publish_replaces_a_damaged_snapshot),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
