/*
 * test_forgive.c: guesses at mistyped addresses, as text; tests/web/mistyped.test.js asks a site.
 */
#include "web/forgive.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The first guess at a path without parameters. */
static const char *first(struct buffer *out, char *path)
{
    struct request request = {.path = path, .extension = REP__MAX};

    return forgive_guess(out, &request, 0) ? buffer_text(out) : NULL;
}

static void test_clean(void **state)
{
    static const struct {
        const char *path, *want;
    } cases[] = {
        {"/q/7", ""},
        {"/q/7.", "/q/7"},
        {"/q/7).", "/q/7"},
        {"/q/\xc2\xab"
         "7\xc2\xbb",
         "/q/7"},
        {"/q/ 7 ", "/q/7"},
        {"/q/7/.", "/q/7"},
        {"/region/ru_alt", "/region/ru-alt"},
        {"/region/ru alt", "/region/ru-alt"},
        {"/region/ru-\xd0\xb0lt", "/region/ru-alt"},
        {"/q/7\xe2\x80\x8b", "/q/7"},
        {"/,/evil", ""},
        {"/q/,/7", ""},
        {"/q/7x8\xd0\xb6", ""},
        {"/(", ""},
        {"/", ""},
        {"/a\\b.", ""},
    };
    struct buffer out = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[64];
        const char *have;

        memcpy(path, cases[i].path, strlen(cases[i].path) + 1);
        have = first(&out, path);
        if (have == NULL || strcmp(have, cases[i].want) != 0)
            fail_msg("%s: have \"%s\", want \"%s\"", cases[i].path, have, cases[i].want);
    }
    buffer_free(&out);
}

/* Whatever the path, a guess is a path of this site, in letters that need no escape. */
static void test_own(void **state)
{
    static const char *const paths[] = {"/,/evil.example", "/region/evil.example",
                                        "/questions/7",    "/regions/22",
                                        "/q/07",           "/guides/a/b/c"};
    struct buffer out = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char path[64];
        struct request request = {.path = path, .extension = REP_JSON};
        unsigned number = 0;

        memcpy(path, paths[i], strlen(paths[i]) + 1);
        for (; forgive_guess(&out, &request, number); number++) {
            const char *guess = buffer_text(&out);

            assert_true(*guess == '\0' || (guess[0] == '/' && guess[1] != '/'));
            assert_int_equal(strspn(guess, "/abcdefghijklmnopqrstuvwxyz0123456789-."), out.len);
        }
        assert_true(number > 10);
    }
    buffer_free(&out);
}

static void test_params(void **state)
{
    char path[] = "/q/7", name[] = "region", value[] = "RU-PER).", other[] = "utm",
         text[] = "a b&c";
    struct request request = {.path = path,
                              .extension = REP__MAX,
                              .params = {{other, text}, {name, value}},
                              .param_count = 2};
    struct buffer out = BUFFER_INIT;

    (void)state;
    assert_true(forgive_guess(&out, &request, 1)); /* the first is what it is */
    assert_string_equal(buffer_text(&out), "");
    assert_true(forgive_guess(&out, &request, 2));
    assert_string_equal(buffer_text(&out), "/q/7?utm=a%20b%26c&region=ru-per");
    assert_true(forgive_is_plain(2));
    buffer_free(&out);
}

static void test_unreadable(void **state)
{
    static const struct {
        const char *target, *want;
    } cases[] = {
        {"/q/7%EF%BB%BF", "/q/7"}, {"/%ef%bb%bfq/7", "/q/7"}, {"/q/7%", "/q/7"},
        {"/q/7%2", "/q/7"},        {"/q/7%20", NULL},         {"%EF%BB%BF/q/7", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer out = BUFFER_INIT;
        bool useful = forgive_unreadable(&out, cases[i].target);

        assert_int_equal(useful, cases[i].want != NULL);
        assert_string_equal(buffer_text(&out), cases[i].want != NULL ? cases[i].want : "");
        buffer_free(&out);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_unreadable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
