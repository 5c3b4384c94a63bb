/*
 * Tests of telling whether two forms of one text say the same.
 */
#include "base/buffer.h"
#include "content/plain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))

static void test_same(void **state)
{
    static const struct {
        const char *markdown, *text, *html;
    } cases[] = {
        {"Раз **два**, *три*.", "Раз два, три.",
         "<p>Раз <strong>два</strong>, <em>три</em>.</p>\n"},
        {"[тут](/q/1?a=1&b)", "тут (/q/1?a=1&b)", "<p><a href=\"/q/1?a=1&amp;b\">тут</a></p>"},
        {"<https://a.example/>", "https://a.example/",
         "<p><a href=\"https://a.example/\">https://a.example/</a></p>"},
        {"3. три\n4. четыре\n   - внутри", "3. три\n4. четыре\n   - внутри",
         "<ol start=\"3\"><li>три</li><li>четыре<ul><li>внутри</li></ul></li></ol>"},
        {"> цитата\n\n1. раз", "> цитата\n\n1. раз",
         "<blockquote><p>цитата</p></blockquote><ol><li>раз</li></ol>"},
        {"a &amp; b &lt;\xC2\xA0\\*", "a & b < *", "<p>a &amp; b &lt; *</p>"},
        {"| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2",
         "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"},
        {"", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer markdown = BUFFER_INIT, text = BUFFER_INIT, html = BUFFER_INIT;

        plain_of_markdown(&markdown, cases[i].markdown, strlen(cases[i].markdown));
        plain_of_text(&text, cases[i].text, strlen(cases[i].text));
        plain_of_html(&html, cases[i].html);
        assert_string_equal(buffer_text(&markdown), buffer_text(&text));
        assert_string_equal(buffer_text(&html), buffer_text(&text));
        buffer_free(&markdown);
        buffer_free(&text);
        buffer_free(&html);
    }
}

/* A word, a digit, an address or an item that is missing is noticed. */
static void test_different(void **state)
{
    static const char *const cases[][2] = {
        {"Раз два.", "<p>Раз.</p>"},
        {"Раз 10.", "<p>Раз 1.</p>"},
        {"тут (/q/1)", "<p><a href=\"/q/2\">тут</a></p>"},
        {"тут (/q/1)", "<p>тут</p>"},
        {"1. раз\n2. два", "<ol><li>раз</li></ol>"},
        {"Раз.", ""},
        {"", "<p>Раз.</p>"},
        {"раз два", "<p>два раз</p>"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer text = BUFFER_INIT, html = BUFFER_INIT;

        plain_of_text(&text, cases[i][0], strlen(cases[i][0]));
        plain_of_html(&html, cases[i][1]);
        assert_string_not_equal(buffer_text(&text), buffer_text(&html));
        buffer_free(&text);
        buffer_free(&html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_different),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
