/*
 * test_utf8.c: well-formedness against every code point and every short malformed form, and the
 * folding that search and look-ups rely on.
 */
#include "base/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) (literal), sizeof literal - 1

static void malformed_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t len;
    } rows[] = {
        {BYTES("\x80")},             /* a lone continuation byte */
        {BYTES("\xbf")},             /* another */
        {BYTES("\xc0\x80")},         /* overlong NUL */
        {BYTES("\xc0\xaf")},         /* overlong / */
        {BYTES("\xc1\xbf")},         /* overlong DEL */
        {BYTES("\xe0\x80\xaf")},     /* overlong / in three bytes */
        {BYTES("\xe0\x9f\xbf")},     /* U+07FF in three bytes */
        {BYTES("\xf0\x80\x80\xaf")}, /* overlong / in four bytes */
        {BYTES("\xf0\x8f\xbf\xbf")}, /* U+FFFF in four bytes */
        {BYTES("\xed\xa0\x80")},     /* surrogate U+D800 */
        {BYTES("\xed\xbf\xbf")},     /* surrogate U+DFFF */
        {BYTES("\xf4\x90\x80\x80")}, /* U+110000 */
        {BYTES("\xf5\x80\x80\x80")}, /* beyond */
        {BYTES("\xf8\x88\x80\x80\x80")},
        {BYTES("\xff")},
        {BYTES("\xfe\xff")},
        {BYTES("\xd0")},         /* cut after one of two */
        {BYTES("\xe2\x82")},     /* cut after two of three */
        {BYTES("\xf0\x9f\x98")}, /* cut after three of four */
        {BYTES("\xd0x")},        /* no continuation */
        {BYTES("\xe2\x82x")},
        {BYTES("\xf0\x9f\x98x")},
        {BYTES("\xd0\xd0\xb0")},
        {BYTES("good \xc3( bad")},
        {BYTES("\xcf\xf0\xe8\xe2\xe5\xf2")}, /* windows-1251 */
    };
    struct buffer b = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_false(utf8_valid(rows[i].text, rows[i].len));
        assert_false(utf8_clean(rows[i].text, rows[i].len));
        assert_int_equal(utf8_fold(&b, rows[i].text, rows[i].len), ERR_INVALID);
        assert_int_equal(utf8_lower(&b, rows[i].text, rows[i].len), ERR_INVALID);
    }
    assert_int_equal(b.len, 0);
    buffer_free(&b);
}

/* A character must not be looked for behind the given length. */
static void length_is_obeyed(void **state)
{
    char *text = malloc(3);

    (void)state;
    memcpy(text, "a\xd0\xb0", 3);
    assert_true(utf8_valid(text, 3));
    assert_false(utf8_valid(text, 2));
    assert_true(utf8_valid(text, 1));
    assert_true(utf8_valid(text, 0));
    free(text);
}

/* Encoded by the definition in RFC 3629, section 3, without looking whether it may be. */
static size_t encode(uint32_t point, char out[static 4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 63));
        out[2] = (char)(0x80 | (point & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 63));
    out[2] = (char)(0x80 | (point >> 6 & 63));
    out[3] = (char)(0x80 | (point & 63));
    return 4;
}

static void every_code_point(void **state)
{
    char text[4];

    (void)state;
    for (uint32_t point = 0; point < 0x120000; point++) {
        size_t len = encode(point, text);
        bool valid = point < 0x110000 && (point < 0xd800 || point > 0xdfff);
        bool control = point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xfeff;

        if (utf8_valid(text, len) != valid || utf8_clean(text, len) != (valid && !control))
            fail_msg("U+%04X", (unsigned)point);
    }
}

static void counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(utf8_length(""), 0);
    assert_int_equal(utf8_length("abc"), 3);
    assert_int_equal(utf8_length("Вход"), 4);
    assert_int_equal(utf8_length("€😀"), 2);
}

static void lowers(void **state)
{
    struct buffer b = BUFFER_INIT;
    static const char text[] = "HTTPS.ШКОЛА-Ё_Ω«»";

    (void)state;
    assert_int_equal(utf8_lower(&b, text, strlen(text)), ERR_NONE);
    assert_string_equal(buffer_text(&b), "https.школа-ё_ω«»");
    buffer_free(&b);
}

static const struct {
    const char *text, *want;
} folds[] = {
    {"", ""},
    {"   \t\n ", ""},
    {"...", ""},
    {"«»\"'", ""},
    {"Санкт-Петербург", "санкт петербург"},
    {"САНКТ ПЕТЕРБУРГ", "санкт петербург"},
    {"  санкт — петербург  ", "санкт петербург"},
    {"Санкт–Петербург", "санкт петербург"},       /* en dash */
    {"Санкт‑Петербург", "санкт петербург"},       /* U+2011 */
    {"Санкт−Петербург", "санкт петербург"},       /* minus sign */
    {"Санкт\u00a0Петербург", "санкт петербург"},  /* no-break space */
    {"Санкт\u3000Петербург", "санкт петербург"},  /* ideographic space */
    {"Сан\u00adкт-Петербург", "санкт петербург"}, /* soft hyphen */
    {"Сан\u200bкт-Петербург", "санкт петербург"}, /* zero width space */
    {"«Вход»", "вход"},
    {"„Вход“", "вход"},
    {"‚Вход‘", "вход"},
    {"г. Орёл", "г орел"},
    {"ОРЁЛ", "орел"},
    {"Оре\u0308л", "орел"}, /* ё typed as two */
    {"ОРЕ\u0308Л", "орел"},
    {"Йошкар-Ола", "йошкар ола"},
    {"И\u0306ошкар-Ола", "йошкар ола"}, /* й typed as two */
    {"ХМАО — Югра", "хмао югра"},
    {"ＶＨＯＤ", "vhod"}, /* full width */
    {"№ 5", "no 5"},
    {"Ürümqi", "ürümqi"}, /* only ё loses its dots */
    {"т.д.", "тд"},
    {"и…", "и"},
    {"\ufeffВход", "вход"},
    {"е«\u0308", "е"}, /* the diaeresis finds its letter past a dropped mark */
};

static void folds_for_look_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        struct buffer b = BUFFER_INIT;

        buffer_puts(&b, "=");
        assert_int_equal(utf8_fold(&b, folds[i].text, strlen(folds[i].text)), ERR_NONE);
        assert_string_equal(buffer_text(&b) + 1, folds[i].want);
        buffer_free(&b);
    }
}

/* What is folded must stay as it is when folded again, or an index and a query could differ. */
static void folding_twice_changes_nothing(void **state)
{
    char text[4 * 3 + 1];

    (void)state;
    for (uint32_t point = 0x20; point < 0x30000; point++) {
        struct buffer once = BUFFER_INIT;
        struct buffer twice = BUFFER_INIT;
        size_t len;

        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        text[0] = 'e';
        len = 1 + encode(point, text + 1);
        memcpy(text + len, "\xcc\x88", 2);
        len += 2;
        assert_int_equal(utf8_fold(&once, text, len), ERR_NONE);
        assert_int_equal(utf8_fold(&twice, buffer_text(&once), once.len), ERR_NONE);
        if (strcmp(buffer_text(&once), buffer_text(&twice)) != 0)
            fail_msg("U+%04X: \"%s\", then \"%s\"", (unsigned)point, buffer_text(&once),
                     buffer_text(&twice));
        buffer_free(&once);
        buffer_free(&twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_is_refused),
        cmocka_unit_test(length_is_obeyed),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(counts_code_points),
        cmocka_unit_test(lowers),
        cmocka_unit_test(folds_for_look_up),
        cmocka_unit_test(folding_twice_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
