/*
 * test_idn.c: host names in both forms: what is refused, what a browser maps, and that nothing is
 * shown under a name that would open another one.
 */
#include "base/idn.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_refused(void **state)
{
    static const char *const names[] = {
        "шко..ла.рф",          /* an empty label */
        "школа\u2024рф\u0378", /* a point of no character */
        "\u0301школа.рф",      /* begins with a combining mark */
        "школа\u202eафр.рф",   /* turns the direction of writing */
        "приветприветприветприветприветприветприветприветприветпривет.рф", /* over 63 bytes */
    };

    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buffer out = BUFFER_INIT;

        buffer_puts(&out, "as before");
        if (idn_to_ascii(&out, names[i]) != ERR_INVALID)
            fail_msg("%s became %s", names[i], buffer_text(&out));
        assert_string_equal(buffer_text(&out), "as before");
        buffer_free(&out);
    }
}

static void test_to_ascii(void **state)
{
    static const struct {
        const char *name, *ascii;
    } rows[] = {
        {"school.example", "school.example"},         {"SCHOOL.Example", "school.example"},
        {"a_b.r3---x.example", "a_b.r3---x.example"}, /* in use, whatever the rules say */
        {"школа.рф", "xn--80atdl2c.xn--p1ai"},        {"ШКОЛА.РФ", "xn--80atdl2c.xn--p1ai"},
        {"ｓchool.example", "school.example"}, /* full width */
        {"straße.example", "xn--strae-oqa.example"},  {"", ""},
    };

    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = BUFFER_INIT;

        assert_int_equal(idn_to_ascii(&out, rows[i].name), ERR_NONE);
        assert_string_equal(buffer_text(&out), rows[i].ascii);
        buffer_free(&out);
    }
}

static void test_to_unicode(void **state)
{
    static const struct {
        const char *ascii, *name;
    } rows[] = {
        {"xn--99999999.example", "xn--99999999.example"}, /* decodes to nothing */
        {"xn--school-.example", "xn--school-.example"},   /* needs no Punycode */
        {"xn--80atdl2c.xn--", "xn--80atdl2c.xn--"},
        {"school.example", "school.example"},
        {"xn--80atdl2c.xn--p1ai", "школа.рф"},
        {"a.XN--80ATDL2C.xn--p1ai", "a.школа.рф"},
        {"", ""},
    };

    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = BUFFER_INIT;

        assert_int_equal(idn_to_unicode(&out, rows[i].ascii), ERR_NONE);
        assert_string_equal(buffer_text(&out), rows[i].name);
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_to_ascii),
        cmocka_unit_test(test_to_unicode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
