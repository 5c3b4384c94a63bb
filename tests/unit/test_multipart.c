/*
 * test_multipart.c: forms with files in them, as browsers send them and as nobody should.
 */
#include "web/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TYPE  "multipart/form-data; boundary=----WebKitFormBoundaryX"
#define LIMIT "------WebKitFormBoundaryX"

static const char form[] = LIMIT "\r\n"
                                 "Content-Disposition: form-data; name=\"token\"\r\n\r\n"
                                 "abc\r\n" LIMIT "\r\n"
                                 "Content-Disposition: form-data; name=\"drawing\"; "
                                 "filename=\"C:\\Users\\я\\окно.svg\"\r\n"
                                 "Content-Type: image/svg+xml\r\n\r\n"
                                 "<svg>\r\n--\r\n------WebKit\r\n</svg>\r\n" LIMIT "\r\n"
                                 "content-disposition: form-data; NAME=empty; filename=\"\"\r\n\r\n"
                                 "\r\n" LIMIT "--\r\nafterwards";

static void a_form_comes_apart(void **state)
{
    static const struct {
        const char *name, *file, *bytes;
        bool is_file;
    } parts[] = {{"token", "", "abc", false},
                 {"drawing", "окно.svg", "<svg>\r\n--\r\n------WebKit\r\n</svg>", true},
                 {"empty", "", "", true}};
    struct multipart multipart;
    struct multipart_part part;

    (void)state;
    assert_true(multipart_begin(&multipart, TYPE, form, sizeof form - 1));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_true(multipart_next(&multipart, &part));
        assert_string_equal(part.name, parts[i].name);
        assert_string_equal(part.file, parts[i].file);
        assert_int_equal(part.is_file, parts[i].is_file);
        assert_int_equal(part.len, strlen(parts[i].bytes));
        assert_memory_equal(part.bytes, parts[i].bytes, part.len);
    }
    assert_false(multipart_next(&multipart, &part));
    assert_false(multipart.broken);
    assert_false(multipart_next(&multipart, &part));
}

/* However it is cut, nothing reads behind the end, and what is cut is told. */
static void every_beginning_is_broken(void **state)
{
    size_t whole = (size_t)(strstr(form, "afterwards") - form) - 2; /* the closing boundary */

    (void)state;
    for (size_t len = 0; len < sizeof form; len++) {
        char *copy = malloc(len + 1); /* AddressSanitizer watches its end */
        struct multipart multipart;
        struct multipart_part part;

        memcpy(copy, form, len);
        assert_true(multipart_begin(&multipart, TYPE, copy, len));
        while (multipart_next(&multipart, &part))
            assert_true(part.bytes >= copy && part.bytes + part.len <= copy + len);
        if (multipart.broken != (len < whole))
            fail_msg("%zu bytes of %zu", len, whole);
        free(copy);
    }
}

static void types_that_are_none(void **state)
{
    static const char *const types[] = {
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"abc",
        "multipart/form-data; xboundary=abc",
        "multipart/form-data; "
        "boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaa",
    };
    struct multipart multipart;

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (multipart_begin(&multipart, types[i], form, sizeof form - 1))
            fail_msg("%s is taken", types[i]);
    assert_true(multipart_begin(
        &multipart, "Multipart/Form-Data;charset=utf-8 ; Boundary=\"----WebKitFormBoundaryX\"",
        form, sizeof form - 1));
}

static void heads_that_are_none(void **state)
{
    static const char *const heads[] = {
        "\r\n",
        "Content-Type: text/plain\r\n\r\n",
        "Content-Disposition: form-data\r\n\r\n",
        "Content-Disposition: form-data; name=\"\"\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\xff\"\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\x1b[2J\"\r\n\r\n",
        "Content-Disposition: form-data; name=\"a\"; filename=\"\xc0\x80\"\r\n\r\n",
        "Content-Disposition: form-data; "
        "name="
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaa\"\r\n\r\n",
    };
    struct multipart multipart;
    struct multipart_part part;
    char body[600];

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        int len = snprintf(body, sizeof body, "--x\r\n%sabc\r\n--x--\r\n", heads[i]);

        assert_true(
            multipart_begin(&multipart, "multipart/form-data; boundary=x", body, (size_t)len));
        if (multipart_next(&multipart, &part) || !multipart.broken)
            fail_msg("head %zu is taken", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_comes_apart),
        cmocka_unit_test(every_beginning_is_broken),
        cmocka_unit_test(types_that_are_none),
        cmocka_unit_test(heads_that_are_none),
    };

    return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
