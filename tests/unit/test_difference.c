/*
 * test_difference.c: where two names differ, letter by letter.
 */
#include "address/difference.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* "[asked|known]" for each run that differs, the rest as it is. */
static void write_runs(char out[static 512], const char *asked, const char *known)
{
    struct difference_run runs[DIFFERENCE_RUNS_MAX];
    size_t count, used = 0;

    assert_int_equal(difference_find(runs, &count, asked, known), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        const char *a = asked + runs[i].asked, *k = known + runs[i].known;
        int a_len = (int)runs[i].asked_len, k_len = (int)runs[i].known_len;

        used += (size_t)(runs[i].same
                             ? snprintf(out + used, 512 - used, "%.*s", a_len, a)
                             : snprintf(out + used, 512 - used, "[%.*s|%.*s]", a_len, a, k_len, k));
    }
    out[used] = '\0';
}

static void test_runs(void **state)
{
    static const char *const cases[][3] = {
        {"abc", "abc", "abc"},
        {"axc", "abc", "a[x|b]c"},
        {"gоsuslugi.ru", "gosuslugi.ru", "g[о|o]suslugi.ru"},
        {"gosuslugi-vhod.ru", "gosuslugi.ru", "gosuslugi[-vhod|].ru"},
        {"gosuslug.ru", "gosuslugi.ru", "gosuslug[|i].ru"},
        {"g0suslug1.com", "gosuslugi.com", "g[0|o]suslug[1|i].com"},
        {"", "ab", "[|ab]"},
        {"ab", "", "[ab|]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char runs[512] = "";

        write_runs(runs, cases[i][0], cases[i][1]);
        assert_string_equal(runs, cases[i][2]);
    }
}

static void test_limit(void **state)
{
    struct difference_run runs[DIFFERENCE_RUNS_MAX];
    char longest[DIFFERENCE_NAME_MAX + 2], other[DIFFERENCE_NAME_MAX + 1];
    size_t count;

    (void)state;
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    for (size_t i = 0; i < sizeof other - 1; i++)
        other[i] = i % 2 == 0 ? 'a' : 'b';
    other[sizeof other - 1] = '\0';
    assert_int_equal(difference_find(runs, &count, longest, other), ERR_LIMIT);
    longest[DIFFERENCE_NAME_MAX] = '\0';
    assert_int_equal(difference_find(runs, &count, longest, other), ERR_NONE);
    assert_int_equal(count, DIFFERENCE_NAME_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
