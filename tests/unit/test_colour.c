/*
 * Tests of base/colour.c: the contrasts that WCAG 2.2 and its techniques name, and what is no
 * colour.
 */
#include "base/colour.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void contrasts_are_those_of_wcag(void **state)
{
    static const struct {
        const char *one, *other;
        double ratio;
    } rows[] = {{"#000000", "#ffffff", 21},    {"ffffff", "FFFFFF", 1},
                {"#777777", "#ffffff", 4.478}, {"#767676", "ffffff", 4.542},
                {"#0b5b48", "#ffffff", 8.064}, {"#ff0000", "#00ff00", 2.914}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct colour one, other;

        assert_true(colour_read(rows[i].one, &one));
        assert_true(colour_read(rows[i].other, &other));
        assert_true(fabs(colour_contrast(one, other) - rows[i].ratio) < 0.001);
        assert_true(fabs(colour_contrast(other, one) - rows[i].ratio) < 0.001);
    }
}

static void what_is_no_colour_is_none(void **state)
{
    static const char *const texts[] = {"",        "#",       "#12345",  "#1234567", "12345g",
                                        "#12 456", "##12345", "red",     "0b5b48 ",  "#0b5b4\xd1",
                                        "0x1234",  "-12345",  "+12345;", "}12345"};
    struct colour colour;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (colour_read(texts[i], &colour))
            fail_msg("%s is taken for a colour", texts[i]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrasts_are_those_of_wcag),
        cmocka_unit_test(what_is_no_colour_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
