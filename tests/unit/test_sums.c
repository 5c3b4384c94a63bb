/*
 * Tests of tally/sums.c: sums by key, in the order of their first addition.
 */
#include "tally/sums.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_table_finds_nothing(void **state)
{
    struct sums sums = {.keys = BUFFER_INIT};

    (void)state;
    assert_null(sums_find(&sums, "a", 1));
    sums_clear(&sums);
    sums_free(&sums);
    assert_int_equal(sums_add(&sums, "a", 1, 1), ERR_NONE); /* usable after */
    assert_null(sums_find(&sums, "", 0));
    assert_null(sums_find(&sums, "aa", 2));
    sums_clear(&sums);
    assert_null(sums_find(&sums, "a", 1));
    sums_free(&sums);
}

/* Enough keys to grow several times, each added as often as its number says, in two rounds with a
 * clear between them. */
static void sums_are_exact_and_in_order(void **state)
{
    enum { KEYS = 5000 };
    struct sums sums = {.keys = BUFFER_INIT};
    char key[32];

    (void)state;
    for (int round = 0; round < 2; round++) {
        sums_clear(&sums);
        for (int i = 0; i < KEYS * 3; i++) {
            int len = snprintf(key, sizeof key, "key %d", i % KEYS);

            assert_int_equal(sums_add(&sums, key, (size_t)len, i % KEYS + round), ERR_NONE);
        }
        assert_int_equal(sums.count, KEYS);
        for (int i = 0; i < KEYS; i++) {
            int len = snprintf(key, sizeof key, "key %d", i);

            assert_string_equal(sums_key(&sums, &sums.items[i]), key);
            assert_int_equal(sums.items[i].sum, (i + round) * 3);
            assert_ptr_equal(sums_find(&sums, key, (size_t)len), &sums.items[i].sum);
        }
    }
    sums_free(&sums);
}

/* Two words with the same 32-bit FNV-1a hash stay two. */
static void keys_with_one_hash_stay_apart(void **state)
{
    struct sums sums = {.keys = BUFFER_INIT};

    (void)state;
    assert_int_equal(sums_add(&sums, "costarring", 10, 1), ERR_NONE);
    assert_int_equal(sums_add(&sums, "liquid", 6, 2), ERR_NONE);
    assert_int_equal(sums.items[0].hash, sums.items[1].hash);
    assert_int_equal(sums_add(&sums, "declinate", 9, 3), ERR_NONE); /* and of one length */
    assert_int_equal(sums_add(&sums, "macallums", 9, 4), ERR_NONE);
    assert_int_equal(sums.items[2].hash, sums.items[3].hash);
    assert_int_equal(*sums_find(&sums, "declinate", 9), 3);
    assert_int_equal(*sums_find(&sums, "macallums", 9), 4);
    assert_int_equal(*sums_find(&sums, "costarring", 10), 1);
    assert_int_equal(*sums_find(&sums, "liquid", 6), 2);
    sums_free(&sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_table_finds_nothing),
        cmocka_unit_test(sums_are_exact_and_in_order),
        cmocka_unit_test(keys_with_one_hash_stay_apart),
    };

    return cmocka_run_group_tests_name("sums", tests, NULL, NULL);
}
