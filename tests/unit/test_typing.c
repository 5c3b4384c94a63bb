/*
 * test_typing.c: keyboards, transliteration, cases and distances (search/typing.h, sound.h,
 * russian.h), and the points of base/utf8.h that only they use.
 */
#include "base/utf8.h"
#include "search/russian.h"
#include "search/sound.h"
#include "search/typing.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof array / sizeof((array)[0]))

static void test_repair(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } cases[] = {
        {"", 0, ""},
        {"\xff\xfe", 2, "  "},
        {"a\xc3", 2, "a "},
        {"\xd0\xb0\x80\xd0\xb1", 5, "а б"},
        {"a\0b\nc", 5, "a b c"},
        {"\xed\xa0\x80", 3, "   "}, /* a surrogate */
        {"\xf4\x90\x80\x80x", 5, "    x"},
        {"Ёж 🎒", strlen("Ёж 🎒"), "Ёж 🎒"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;

        utf8_repair(&out, cases[i].text, cases[i].len);
        assert_string_equal(buffer_text(&out), cases[i].want);
        assert_true(utf8_valid(buffer_text(&out), out.len));
        buffer_free(&out);
    }
}

static void test_points(void **state)
{
    static const uint32_t want[] = {'a', 0x451, 0x20ac, 0x1f392, 0, 0};
    const char *at = "aё€🎒";
    struct buffer out = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(want); i++)
        assert_int_equal(utf8_next(&at), want[i]);
    for (size_t i = 0; want[i]; i++)
        utf8_put(&out, want[i]);
    assert_string_equal(buffer_text(&out), "aё€🎒");
    buffer_free(&out);
}

static void test_letters(void **state)
{
    (void)state;
    assert_int_equal(typing_letters(""), 0);
    assert_int_equal(typing_letters("22, №"), 0);
    assert_int_equal(typing_letters("22q"), TYPING_LATIN);
    assert_int_equal(typing_letters("22ё"), TYPING_CYRILLIC);
    assert_int_equal(typing_letters("Mосква"), TYPING_LATIN | TYPING_CYRILLIC);
}

static void test_layouts(void **state)
{
    static const struct {
        void (*turn)(struct buffer *, const char *);
        const char *text, *want;
    } cases[] = {
        {typing_to_russian, "", ""},
        {typing_to_russian, ",fhyfek", "барнаул"},
        {typing_to_russian, "<FHYFEK", "барнаул"},
        {typing_to_russian, "`;brb", "ёжики"},
        {typing_to_russian, "~:\"{}>", "ёжэхъю"},
        {typing_to_russian, "u/,fhyfek", "г.барнаул"},
        {typing_to_russian, "22 Жук", "22 Жук"},
        {typing_to_latin, "ьныср", "mysch"},
        {typing_to_latin, "ЬНЫСР", "mysch"},
        {typing_to_latin, "уюкгюы", "e.ru.s"},
        {typing_to_latin, "abc 17", "abc 17"},
        {typing_lookalikes, "Mосква", "москва"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;

        cases[i].turn(&out, cases[i].text);
        assert_string_equal(buffer_text(&out), cases[i].want);
        buffer_free(&out);
    }
}

/* Every key goes there and back. */
static void test_layouts_are_inverse(void **state)
{
    static const char keys[] = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
    struct buffer there = BUFFER_INIT, back = BUFFER_INIT;

    (void)state;
    typing_to_russian(&there, keys);
    typing_to_latin(&back, buffer_text(&there));
    assert_string_equal(buffer_text(&back), keys);
    buffer_free(&there);
    buffer_free(&back);
}

static void test_distance(void **state)
{
    static const struct {
        const char *typed, *right;
        unsigned edits;
    } cases[] = {
        {"", "", 0},
        {"", "абв", 3},
        {"барнаул", "барнаул", 0},
        {"бернаул", "барнаул", 1},
        {"барнул", "барнаул", 1},
        {"баарнаул", "барнаул", 1},
        {"абрнаул", "барнаул", 1},
        {"абрнула", "барнаул", 3},
        {"ёлка", "елка", 0},
        {"москва", "омск", 3},
        {"perm", "perk", 1},
        {"аааааааааааааааааааааааааааааааааааааааааааааааааааааааааааааа", "а",
         47}, /* cut at 48 letters */
    };
    struct typing_costs costs;

    (void)state;
    typing_costs(&costs);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct typing_distance distance;

        typing_distance(&distance, &costs, cases[i].typed, cases[i].right);
        if (distance.edits != cases[i].edits)
            fail_msg("%s %s: %u edits, want %u", cases[i].typed, cases[i].right, distance.edits,
                     cases[i].edits);
        assert_true((distance.cost == 0) == (distance.edits == 0));
    }
}

static unsigned cost_of(const char *typed, const char *right)
{
    struct typing_costs costs;
    struct typing_distance distance;

    typing_costs(&costs);
    typing_distance(&distance, &costs, typed, right);
    return distance.cost;
}

static void test_likely_slips_cost_less(void **state)
{
    (void)state;
    assert_true(cost_of("томбов", "тамбов") < cost_of("тфмбов", "тамбов")); /* heard alike */
    assert_true(cost_of("тпмбов", "тамбов") < cost_of("тюмбов", "тамбов")); /* the key beside it */
    assert_true(cost_of("россия", "росия") < cost_of("рожсия", "росия"));   /* doubled */
    assert_true(cost_of("мосвка", "москва") < cost_of("мосгла", "москва")); /* swapped */
    assert_true(cost_of("таибов", "тамбов") <
                cost_of("иамбов", "тамбов")); /* the first letter is seldom wrong */
}

static void test_russian(void **state)
{
    static const struct {
        const char *latin;
        unsigned variant;
        const char *want;
    } cases[] = {
        {"", 0, ""},
        {"barnaul", 0, "барнаул"},
        {"tyumenskoy", 0, "тюменской"},
        {"shchelkovo", 0, "щелково"},
        {"nizhniy", 0, "нижний"},
        {"vyborg", 0, "выборг"},
        {"izhevsk", 1, NULL}, /* no j in it: reads like variant 0 */
        {"ijevsk", 1, "ижевск"},
        {"xabarovsk", 0, "хабаровск"},
        {"alexandrov", 2, "александров"},
        {"барнаул", 0, "барнаул"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;
        bool read = sound_russian(&out, cases[i].latin, cases[i].variant);

        assert_true(read == (cases[i].want != NULL));
        if (cases[i].want != NULL)
            assert_string_equal(buffer_text(&out), cases[i].want);
        buffer_free(&out);
    }
}

/* All ways of writing a name have its key; other names have another. */
static void test_keys(void **state)
{
    static const char *const rows[][9] = {
        {"тюмень", "tyumen", "tjumen", "tiumen", "tumen'", "тюмен"},
        {"екатеринбург", "ekaterinburg", "yekaterinburg", "jekaterinburg"},
        {"нижний", "nizhniy", "nizhny", "nizhnij", "nizhnii", "нижни"},
        {"щёлково", "shchelkovo", "schelkovo", "shelkovo", "щелково"},
        {"череповец", "cherepovets", "cherepovec", "cherepovetc"},
        {"братск", "bratsk"},
        {"орёл", "oryol", "orjol", "orel"},
        {"ульяновск", "ulyanovsk", "ulianovsk", "uljanovsk", "ul'yanovsk"},
        {"якутия", "yakutia", "yakutiya", "iakutiia", "jakutija"},
        {"йошкар", "yoshkar", "ioshkar", "joshkar"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer first = BUFFER_INIT, other = BUFFER_INIT, before = BUFFER_INIT;

        sound_key(&first, rows[i][0]);
        for (size_t k = 1; k < 9 && rows[i][k] != NULL; k++) {
            buffer_clear(&other);
            sound_key(&other, rows[i][k]);
            if (strcmp(buffer_text(&first), buffer_text(&other)) != 0)
                fail_msg("%s: %s; %s: %s", rows[i][0], buffer_text(&first), rows[i][k],
                         buffer_text(&other));
        }
        sound_key(&before, rows[i ? i - 1 : COUNT(rows) - 1][0]);
        assert_string_not_equal(buffer_text(&first), buffer_text(&before));
        buffer_free(&first);
        buffer_free(&other);
        buffer_free(&before);
    }
}

static bool have_form(const char *word, const char *wanted)
{
    struct russian_forms forms = {0};
    struct buffer form = BUFFER_INIT;
    bool found = false;
    size_t count = 0;

    for (; russian_next(&forms, word, &form, NULL); buffer_clear(&form), count++)
        found = found || strcmp(buffer_text(&form), wanted) == 0;
    assert_true(count < 100);
    buffer_free(&form);
    return found;
}

static void test_cases(void **state)
{
    static const struct {
        const char *word, *form;
        bool want;
    } cases[] = {
        {"", "а", false},
        {"а", "а", false},
        {"ртем", "рт", false}, /* abbreviations have no cases */
        {"орле", "орел", true},
        {"ельце", "ельец", true}, /* a guess that no name has */
        {"ельца", "елец", true},
        {"барнауле", "барнаул", true},
        {"казанью", "казань", true},
        {"москвой", "москва", true},
        {"чечне", "чечня", true},
        {"карелии", "карелия", true},
        {"иванове", "иваново", true},
        {"химках", "химки", true},
        {"мытищ", "мытищи", true},
        {"челнов", "челны", true},
        {"люберец", "люберцы", true},
        {"грозном", "грозный", true},
        {"набережных", "набережные", true},
        {"тюменскую", "тюменская", true},
        {"нижнего", "нижний", true},
        {"краю", "край", true},
        {"казанский", "казань", true},
        {"сочинская", "сочи", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (have_form(cases[i].word, cases[i].form) != cases[i].want)
            fail_msg("%s: %s", cases[i].word, cases[i].form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_letters),
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_layouts_are_inverse),
        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_likely_slips_cost_less),
        cmocka_unit_test(test_russian),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_cases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
