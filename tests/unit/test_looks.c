/*
 * test_looks.c: the choice of colours and size: hostile cookies, choosing and taking back, the
 * cookie itself.
 */
#include "web/looks.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_read(void **state)
{
    static const struct {
        const char *field, *want;
    } cases[] = {
        {NULL, ""},
        {"", ""},
        {"look", ""},
        {"look=", ""},
        {"look=dark", "dark"},
        {"look=huge", "huge"},
        {"look=dark.huge", "dark.huge"},
        {"look=huge.dark", "dark.huge"},
        {"regions=ru-alt; look=light.large", "light.large"},
        {"xlook=dark", ""},
        {"look=darker.hug.", ""},
        {"look=DARK", ""},
        {"look=<script>", ""},
        {"look=....dark", "dark"},
        {"look=dark.light.dark", "dark"},
        {"look=dark\x01", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct looks looks;
        char text[LOOKS_TEXT_SIZE];

        looks_read(cases[i].field, &looks);
        looks_text(&looks, text);
        if (strcmp(text, cases[i].want) != 0)
            fail_msg("%s: have \"%s\", want \"%s\"", cases[i].field, text, cases[i].want);
        assert_int_equal(looks_chosen(&looks), *cases[i].want != '\0');
    }
}

static void test_set(void **state)
{
    struct looks looks = {"", ""};
    char text[LOOKS_TEXT_SIZE];

    (void)state;
    assert_true(looks_set(&looks, "dark", NULL));
    assert_true(looks_set(&looks, NULL, "huge"));
    assert_false(looks_set(&looks, "light", "purple"));
    assert_false(looks_set(&looks, "huge", NULL));
    looks_text(&looks, text);
    assert_string_equal(text, "dark.huge");
    assert_true(looks_set(&looks, "", NULL));
    looks_text(&looks, text);
    assert_string_equal(text, "huge");
}

static void test_write(void **state)
{
    struct looks looks = {"light", "large"};
    char cookie[160];

    (void)state;
    looks_write(cookie, sizeof cookie, &looks, true);
    assert_string_equal(cookie, "look=light.large; Path=/; Max-Age=31536000; SameSite=Lax; Secure");
    memset(&looks, 0, sizeof looks);
    looks_write(cookie, sizeof cookie, &looks, false);
    assert_string_equal(cookie, "look=; Path=/; Max-Age=0; SameSite=Lax");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
