/*
 * Tests of journal/event.c: words of kinds, and ids made safe to write down.
 */
#include "journal/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void unknown_words_are_no_kind(void **state)
{
    static const char *const words[] = {"", "none", "lost", "Region", "region ", "regions", "…"};

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(event_kind(words[i]), EVENT_NONE);
    assert_null(event_word(EVENT_NONE));
    assert_null(event_word(EVENT__MAX));
    assert_null(event_word((enum event_kind) - 1));
}

static void every_kind_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++) {
        assert_non_null(event_word((enum event_kind)kind));
        assert_int_equal(event_kind(event_word((enum event_kind)kind)), kind);
    }
}

static void only_text_from_outside_is_open(void **state)
{
    (void)state;
    for (int kind = EVENT_NONE; kind <= EVENT__MAX; kind++)
        assert_int_equal(event_is_open((enum event_kind)kind),
                         kind == EVENT_SEARCH || kind == EVENT_MISSING);
}

static void ids_are_cleaned(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"a\tb\nc\x1e"
         "d\x7f",
         "a?b?c?d?"},                      /* what separates fields and lines */
        {"\xc2\x85\xef\xbb\xbf", "?????"}, /* U+0085 and a byte order mark: each byte */
        {"\xff\xfe", "??"},
        {"\xd0", "?"},            /* cut at the end */
        {"\xd0\xd0\xb9z", "?йz"}, /* a good character behind a bad byte */
        {"\xed\xa0\x80", "???"},  /* a surrogate */
        {"\xc0\xaf", "??"},       /* overlong */
        {"", ""},
        {"ru-alt", "ru-alt"},
        {"как войти — 𝄞", "как войти — 𝄞"},
    };
    struct event event;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&event, 'x', sizeof event);
        event_set(&event, EVENT_SEARCH, cases[i].in);
        assert_string_equal(event.id, cases[i].out);
        assert_int_equal(event.kind, EVENT_SEARCH);
        assert_int_equal(event.results, -1);
    }
}

/* 159 bytes and a character of 2, 3, 4 bytes: it goes as a whole; with 160 free it stays. */
static void long_ids_are_cut_between_characters(void **state)
{
    static const char *const characters[] = {"й", "—", "𝄞"};
    char text[EVENT_ID_MAX * 2];
    struct event event;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(characters[i]);

        for (size_t free_bytes = 0; free_bytes <= 5; free_bytes++) {
            size_t lead = EVENT_ID_MAX - free_bytes;

            memset(text, 'a', lead);
            snprintf(text + lead, sizeof text - lead, "%szzzzzz", characters[i]);
            event_set(&event, EVENT_MISSING, text);
            assert_int_equal(strlen(event.id), free_bytes >= len ? EVENT_ID_MAX : lead);
            assert_memory_equal(event.id, text, strlen(event.id));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_words_are_no_kind),
        cmocka_unit_test(every_kind_has_a_word_of_its_own),
        cmocka_unit_test(only_text_from_outside_is_open),
        cmocka_unit_test(ids_are_cleaned),
        cmocka_unit_test(long_ids_are_cut_between_characters),
    };

    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
