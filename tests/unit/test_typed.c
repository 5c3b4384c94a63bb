/*
 * test_typed.c: addresses as people type them.
 */
#include "base/typed.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *address, const char *expected)
{
    struct buffer out = BUFFER_INIT;

    assert_int_equal(typed_address(&out, address), ERR_NONE);
    assert_string_equal(buffer_text(&out), expected);
    buffer_free(&out);
}

static void test_plain(void **state)
{
    (void)state;
    check("https://school.permkrai.ru/", "school.permkrai.ru");
    check("https://educont.ru", "educont.ru");
    check("https://school.nso.ru/authorize", "school.nso.ru/authorize");
    check("https://login.dnevnik.ru/login/esia/omsk", "login.dnevnik.ru/login/esia/omsk");
    check("https://elschool.ru/Logon/Index", "elschool.ru/Logon/Index");
}

static void test_www(void **state)
{
    (void)state;
    check("https://www.gosuslugi.ru/school", "gosuslugi.ru/school");
    check("https://WWW.Gosuslugi.ru/", "gosuslugi.ru");
    check("https://www.school.example/", "www.school.example");
    check("https://www.gosuslugi.ru.school.example/", "www.gosuslugi.ru.school.example");
}

static void test_slash_of_a_longer_path_stays(void **state)
{
    (void)state;
    check("https://school.yanao.ru/esia/", "school.yanao.ru/esia/");
    check("https://esia.gosuslugi.ru/public/ra/?fts=reg", "esia.gosuslugi.ru/public/ra/?fts=reg");
    check("https://example.ru/?a=1", "example.ru/?a=1");
}

static void test_what_is_needed_stays(void **state)
{
    (void)state;
    check("http://eschool.example/", "http://eschool.example");
    check("http://eschool.example:80/x", "http://eschool.example/x");
    check("https://edu.admoblkaluga.ru:444", "https://edu.admoblkaluga.ru:444");
    check("https://edu.example:443/a", "edu.example/a");
    check("http://edu.example:443/a", "http://edu.example:443/a");
    check("https://[::1]:8443/a", "https://[::1]:8443/a");
}

static void test_own_letters(void **state)
{
    (void)state;
    check("https://xn--80atdl2c.xn--33-6kcadhwnl3cfdx.xn--p1ai", "школа.образование33.рф");
    check("https://xn--80atdl2c.xn--33-6kcadhwnl3cfdx.xn--p1ai./a/", "школа.образование33.рф/a/");
    check("https://xn--999999999.example/", "xn--999999999.example");
}

static void test_no_address(void **state)
{
    (void)state;
    check("", "");
    check("epos-link", "epos-link");
    check("ftp://example.ru/", "ftp://example.ru/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_www),
        cmocka_unit_test(test_slash_of_a_longer_path_stays),
        cmocka_unit_test(test_what_is_needed_stays),
        cmocka_unit_test(test_own_letters),
        cmocka_unit_test(test_no_address),
    };

    return cmocka_run_group_tests_name("typed", tests, NULL, NULL);
}
