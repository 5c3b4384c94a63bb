/*
 * test_together.c: what stays on one line, and that nothing else does. "~" stands for a no-break
 * space.
 */
#include "view/together.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *text, const char *expected)
{
    struct buffer out = BUFFER_INIT, want = BUFFER_INIT;

    for (const char *c = expected; *c; c++)
        buffer_puts(&want, *c == '~' ? "\xC2\xA0" : (char[]){*c, '\0'});
    assert_int_equal(together_text(&out, text), ERR_NONE);
    assert_string_equal(buffer_text(&out), buffer_text(&want));
    buffer_free(&out);
    buffer_free(&want);
}

static void test_telephone_numbers(void **state)
{
    (void)state;
    check("Звоните 8 800 550-63-73, это бесплатно", "Звоните 8~800~550-63-73, это бесплатно");
    check("8 (800) 100-70-10.", "8~(800)~100-70-10.");
    check("+7 495 539-55-19", "+7~495~539-55-19");
    check("<p>8 800 550-63-73</p>", "<p>8~800~550-63-73</p>");
    check("8 800 550-63-73 8 800 100-70-10", "8~800~550-63-73 8~800~100-70-10");
}

static void test_numbers_that_are_none(void **state)
{
    (void)state;
    check("8 часов и 800 шагов", "8 часов и 800 шагов");
    check("18 800 550-63-73", "18 800 550-63-73");
    check("8 800 550-63-731", "8 800 550-63-731");
    check("8 800", "8 800");
    check("снилс 812 345 678 90", "снилс 812 345 678 90");
}

static void test_initials(void **state)
{
    (void)state;
    check("А. С. Пушкин", "А.~С.~Пушкин");
    check("Пушкин А. С. писал", "Пушкин~А.~С. писал");
    check("Пушкин А.С. писал", "Пушкин~А.С. писал");
    check("J. R. Smith", "J.~R.~Smith");
    check("в пункте А. потом", "в пункте А. потом");
    check("Это МФЦ. Там помогут", "Это МФЦ. Там помогут");
}

static void test_number_sign(void **state)
{
    (void)state;
    check("Школа № 19", "Школа №~19");
    check("№ приказа", "№ приказа");
}

static void test_nothing_else(void **state)
{
    (void)state;
    check("", "");
    check("обычный текст, 10 января 2026 года", "обычный текст, 10 января 2026 года");
}

static void test_document(void **state)
{
    json_t *have = json_pack("{s:s, s:[s, {s:s}], s:i}", "query", "8 800 550-63-73", "list", "№ 1",
                             "note", "№ 2", "n", 3);
    json_t *want = json_pack("{s:s, s:[s, {s:s}], s:i}", "query", "8 800 550-63-73", "list",
                             "№\xC2\xA0"
                             "1",
                             "note",
                             "№\xC2\xA0"
                             "2",
                             "n", 3);

    (void)state;
    assert_int_equal(together_document(have), ERR_NONE);
    assert_true(json_equal(have, want));
    json_decref(have);
    json_decref(want);
}

static void test_depth(void **state)
{
    json_t *deep = json_array();

    (void)state;
    for (int i = 0; i < 70; i++) {
        json_t *outer = json_array();

        json_array_append_new(outer, deep);
        deep = outer;
    }
    assert_int_equal(together_document(deep), ERR_LIMIT);
    json_decref(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_telephone_numbers),
        cmocka_unit_test(test_numbers_that_are_none),
        cmocka_unit_test(test_initials),
        cmocka_unit_test(test_number_sign),
        cmocka_unit_test(test_nothing_else),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_depth),
    };

    return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
