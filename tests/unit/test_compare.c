/*
 * test_compare.c: two pieces of HTML, word by word: where marks stand, what is counted, and that
 * the result without its marks is the newer piece again.
 */
#include "content/compare.h"
#include "content/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))

static void marks_stand_where_they_may(void **state)
{
    static const struct {
        const char *before, *after, *expected;
        long added, removed;
    } cases[] = {
        {"", "", "", 0, 0},
        {"<p>a b</p>\n", "<p>a b</p>\n", "<p>a b</p>\n", 0, 0},
        {"<p>a b c</p>", "<p>a x c</p>", "<p>a <del>b</del> <ins>x</ins> c</p>", 1, 1},
        {"<p>b c</p>", "<p>x c</p>", "<p><del>b</del> <ins>x</ins> c</p>", 1, 1},
        {"<p>a b</p>", "<p>a</p>", "<p>a <del>b</del></p>", 0, 1},
        {"<p>a</p>", "<p>a b c</p>", "<p>a <ins>b c</ins></p>", 2, 0},
        {"", "<p>a</p>\n", "<p><ins>a</ins></p>\n", 1, 0},
        {"<p>a</p>\n", "", "<p><del>a</del></p>", 0, 1},
        /* whole blocks, each by itself */
        {"<p>a</p>\n<p>b c</p>\n<p>d</p>\n<p>e</p>\n", "<p>a</p>\n<p>e</p>\n",
         "<p>a</p>\n<p><del>b c</del></p>\n<p><del>d</del></p>\n<p>e</p>\n", 0, 3},
        {"<p>a</p>\n<p>e</p>\n", "<p>a</p>\n<h2>b</h2>\n<p>e</p>\n",
         "<p>a</p>\n<h2><ins>b</ins></h2>\n<p>e</p>\n", 1, 0},
        {"<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "<ul>\n<li>a</li>\n</ul>\n",
         "<ul>\n<li>a</li>\n<li><del>b</del></li>\n</ul>\n", 0, 1},
        {"<ul><li>a</li></ul>", "<ul><li>a</li><li>b</li></ul>",
         "<ul><li>a</li><li><ins>b</ins></li></ul>", 1, 0},
        {"<table><tr><td>a</td><td>b</td></tr></table>", "<table><tr><td>a</td></tr></table>",
         "<table><tr><td>a</td></tr></table>\n<p><del>b</del></p>", 0, 1},
        /* marks do not reach over tags, and those of the older piece are gone */
        {"<p>a <em>b</em> c</p>", "<p>a <strong>x y</strong> c</p>",
         "<p>a <del>b</del> <strong><ins>x y</ins></strong> c</p>", 2, 1},
        {"<p>a <a href=\"/q/1\">b</a></p>", "<p>a b</p>", "<p>a b</p>", 0, 0},
        {"<p>a<br>b</p>", "<p>a<br>c</p>", "<p>a<br><del>b</del> <ins>c</ins></p>", 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = BUFFER_INIT;
        long added, removed;

        assert_int_equal(compare_html(&out, cases[i].before, cases[i].after, &added, &removed),
                         ERR_NONE);
        assert_string_equal(buffer_text(&out), cases[i].expected);
        assert_int_equal(added, cases[i].added);
        assert_int_equal(removed, cases[i].removed);
        buffer_free(&out);
    }
}

/* Adds a piece of HTML that chance makes: blocks with a few words, some of them in a link. */
static void add_blocks(struct buffer *out, unsigned *seed)
{
    for (int blocks = rand_r(seed) % 6; blocks >= 0; blocks--) {
        bool list = rand_r(seed) % 3 == 0;

        buffer_puts(out, list ? "<ul>\n<li>" : "<p>");
        for (int words = rand_r(seed) % 8; words >= 0; words--) {
            bool link = rand_r(seed) % 5 == 0;

            buffer_printf(out, "%s%c%s%s", link ? "<a href=\"/q/1\">" : "", 'a' + rand_r(seed) % 5,
                          link ? "</a>" : "", words > 0 ? " " : "");
            if (list && words > 0 && rand_r(seed) % 3 == 0)
                buffer_puts(out, "</li>\n<li>");
        }
        buffer_puts(out, list ? "</li>\n</ul>\n" : "</p>\n");
    }
}

/* Takes out a mark, with what is in it or without; and all blanks. */
static void strip(struct buffer *out, const char *html, const char *gone)
{
    size_t len = strlen(gone);

    while (*html != '\0') {
        if (strncmp(html, gone, len) == 0)
            html = strstr(html, "</del>") + strlen("</del>");
        else if (strncmp(html, "<ins>", 5) == 0 || strncmp(html, "</ins>", 6) == 0)
            html = strchr(html, '>') + 1;
        else if (*html == ' ' || *html == '\n')
            html++;
        else
            buffer_putc(out, *html++);
    }
}

/* Whatever is compared: the result is whole HTML, and without what was taken out it is the newer
 * piece but for blanks, and paragraphs and items that held nothing else. */
static void nothing_of_the_newer_piece_is_lost(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct buffer before = BUFFER_INIT, after = BUFFER_INIT, out = BUFFER_INIT;
        struct buffer left = BUFFER_INIT, right = BUFFER_INIT;
        long added, removed;

        add_blocks(&before, &seed);
        add_blocks(&after, &seed);
        assert_int_equal(
            compare_html(&out, buffer_text(&before), buffer_text(&after), &added, &removed),
            ERR_NONE);
        assert_true(markup_is_safe(buffer_text(&out)));
        strip(&left, buffer_text(&out), "<del>");
        strip(&right, buffer_text(&after), "<del>");
        for (const char *rest = buffer_text(&left), *at = buffer_text(&right); *rest != '\0';) {
            if (strncmp(rest, "<p></p>", 7) == 0)
                rest += 7;
            else if (strncmp(rest, "<li></li>", 9) == 0)
                rest += 9;
            else if (*rest++ != *at++)
                fail_msg("%s\n and \n%s\n gave \n%s", buffer_text(&before), buffer_text(&after),
                         buffer_text(&out));
        }
        buffer_free(&before);
        buffer_free(&after);
        buffer_free(&out);
        buffer_free(&left);
        buffer_free(&right);
    }
}

/* Two texts that have nothing in common and are too long to look at each pair. */
static void long_texts_are_compared_all_the_same(void **state)
{
    struct buffer before = BUFFER_INIT, after = BUFFER_INIT, out = BUFFER_INIT;
    long added, removed;

    (void)state;
    buffer_puts(&before, "<p>same");
    buffer_puts(&after, "<p>same");
    for (int i = 0; i < 9000; i++) {
        buffer_printf(&before, " a%d", i);
        buffer_printf(&after, " b%d", i);
    }
    buffer_puts(&before, "</p>\n");
    buffer_puts(&after, "</p>\n");
    assert_int_equal(
        compare_html(&out, buffer_text(&before), buffer_text(&after), &added, &removed), ERR_NONE);
    assert_int_equal(added, 9000);
    assert_int_equal(removed, 9000);
    assert_non_null(strstr(buffer_text(&out), "<p>same <del>a0 a1 "));
    assert_non_null(strstr(buffer_text(&out), " a8999</del> <ins>b0 b1 "));
    assert_true(markup_is_safe(buffer_text(&out)));
    buffer_free(&before);
    buffer_free(&after);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_stand_where_they_may),
        cmocka_unit_test(nothing_of_the_newer_piece_is_lost),
        cmocka_unit_test(long_texts_are_compared_all_the_same),
    };

    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
