/*
 * test_remember.c: the list of remembered regions: hostile cookies, adding, dropping, the cookie
 * itself.
 */
#include "web/remember.h"
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
        {"regions", ""},
        {"regions=", ""},
        {"regions=<script>", ""},
        {"regions=RU-ALT", ""},
        {"regions=ru-", ""},
        {"regions=ru-abcd", ""},
        {"regions=ru-a1", ""},
        {"regions=ru-alt;;;; =;", "ru-alt"},
        {"otherregions=ru-alt", ""},
        {"a=b; regions=ru-alt.ru-per", "ru-alt.ru-per"},
        {"regions=ru-alt.ru-alt.x.ru-per.", "ru-alt.ru-per"},
        {"regions=ru-aaa.ru-bbb.ru-ccc.ru-ddd.ru-eee.ru-fff", "ru-aaa.ru-bbb.ru-ccc.ru-ddd"},
        {"regions=....", ""},
        {"regions=ru-alt; regions=ru-per", "ru-alt.ru-per"},
        {"regions=ru-alt\x01.ru-per", "ru-per"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char list[REMEMBER_SIZE];

        remember_read(cases[i].field, list);
        if (strcmp(list, cases[i].want) != 0)
            fail_msg("%s: have \"%s\", want \"%s\"", cases[i].field, list, cases[i].want);
    }
}

static void test_change(void **state)
{
    static const struct {
        const char *list;
        char what;
        const char *iso, *want;
    } cases[] = {
        {"", '+', "ru-alt", "ru-alt"},
        {"ru-alt", '+', "ru-alt", "ru-alt"},
        {"ru-alt", '+', "ru-per", "ru-per.ru-alt"},
        {"ru-alt.ru-per", '+', "ru-per", "ru-per.ru-alt"},
        {"ru-aaa.ru-bbb.ru-ccc.ru-ddd", '+', "ru-eee", "ru-eee.ru-aaa.ru-bbb.ru-ccc"},
        {"ru-alt", '+', "x\r\nSet-Cookie: a", "ru-alt"},
        {"", '-', "ru-alt", ""},
        {"ru-alt", '-', "ru-alt", ""},
        {"ru-alt.ru-per", '-', "ru-alt", "ru-per"},
        {"ru-alt.ru-per", '-', "ru-per", "ru-alt"},
        {"ru-alt.ru-al.ru-per", '-', "ru-al", "ru-alt.ru-per"},
        {"ru-alt", '-', "ru-al", "ru-alt"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char list[REMEMBER_SIZE];

        strcpy(list, cases[i].list);
        (cases[i].what == '+' ? remember_add : remember_drop)(list, cases[i].iso);
        if (strcmp(list, cases[i].want) != 0)
            fail_msg("%s %c %s: have \"%s\", want \"%s\"", cases[i].list, cases[i].what,
                     cases[i].iso, list, cases[i].want);
        assert_int_equal(remember_has(list, cases[i].iso),
                         strstr(cases[i].want, cases[i].iso) != NULL && cases[i].what == '+');
    }
}

static void test_cookie(void **state)
{
    char out[160];

    (void)state;
    remember_write(out, sizeof out, "ru-aaa.ru-bbb.ru-ccc.ru-ddd", true);
    assert_string_equal(
        out, "regions=ru-aaa.ru-bbb.ru-ccc.ru-ddd; Path=/; Max-Age=31536000; SameSite=Lax; "
             "HttpOnly; Secure");
    remember_write(out, sizeof out, "", false);
    assert_string_equal(out, "regions=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_change),
                                       cmocka_unit_test(test_cookie)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
