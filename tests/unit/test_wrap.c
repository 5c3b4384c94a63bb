/*
 * test_wrap.c: lines for pictures: where they break, and what does not fit.
 */
#include "view/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    int width, max;
    const char *lines[4];
} rows[] = {
    {"", 10, 3, {NULL}},
    {"   ", 10, 3, {NULL}},
    {"a", 10, 0, {NULL}},
    {"ровно десять", 12, 1, {"ровно десять"}},
    {"ровно десять", 11, 2, {"ровно", "десять"}},
    {"  ровно   десять  ", 8, 3, {"ровно", "десять"}},
    {"один два три четыре", 8, 2, {"один два", "три…"}},
    {"один два три четыре", 8, 1, {"один…"}},
    {"https://login.dnevnik.ru/login/esia/kalmykia",
     30,
     3,
     {"https://login.dnevnik.ru/", "login/esia/kalmykia"}},
    {"абвгдежзик", 4, 3, {"абвг", "дежз", "ик"}},
    {"абвгдежзик", 4, 2, {"абвг", "деж…"}},
    {"/аб", 2, 3, {"/а", "б"}},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *lines = json_array();
        size_t count = 0;

        assert_int_equal(wrap_lines(lines, rows[i].text, rows[i].width, rows[i].max), ERR_NONE);
        for (; rows[i].lines[count] != NULL; count++) {
            const char *text =
                json_string_value(json_object_get(json_array_get(lines, count), "text"));

            if (text == NULL || strcmp(text, rows[i].lines[count]) != 0)
                fail_msg("row %zu, line %zu: \"%s\"", i, count, text ? text : "(none)");
        }
        if (json_array_size(lines) != count)
            fail_msg("row %zu: %zu lines", i, json_array_size(lines));
        json_decref(lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
