/*
 * Tests of what single values and drawings may look like, and of lists.
 */
#include "content/fault.h"
#include "content/figure.h"
#include "content/list.h"
#include "content/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))
#define FIGURE                                                                                     \
    "<svg viewBox=\"0 0 9 9\"><use href=\"#f-window\"/><text x=\"1\">Да &amp; нет</text></svg>\n"

/* --- lists and rules --- */

static void test_rules(void **state)
{
    static const struct {
        const char *(*rule)(const char *value);
        const char *value;
        bool fine;
    } cases[] = {
        {rule_id, "", false},
        {rule_id, "a_b", false},
        {rule_id, "-a", false},
        {rule_id, "a-1", true},
        {rule_ids, "a,,b", false},
        {rule_ids, "a, b,a", false},
        {rule_ids, "a,b", true},
        {rule_names, "a, ", false},
        {rule_names, "Кубань, Юг", true},
        {rule_text, " a", false},
        {rule_text, "a\x01", false},
        {rule_plain, "a & b", false},
        {rule_tile, "1", false},
        {rule_tile, "1, 2, 3", false},
        {rule_tile, "0, 2", false},
        {rule_tile, "12,3", true},
        {rule_codes, "1", false},
        {rule_codes, "1234", false},
        {rule_codes, "01, 101", true},
        {rule_postcodes, "65", false},
        {rule_postcodes, "656_659", false},
        {rule_postcodes, "656-656", false},
        {rule_postcodes, "001-003, 999", true},
        {rule_article, "q/07", false},
        {rule_article, "q/", false},
        {rule_article, "q/7", true},
        {rule_url, "https://a b/", false},
        {rule_url, "https://a/<", false},
        {rule_url, "http://a:8080/x?y=1", true},
        {rule_https, "http://a/", false},
        {rule_email, "a@b", false},
        {rule_email, "a@@b.ru", false},
        {rule_email, "a@b.ru", true},
        {rule_phone, "12", false},
        {rule_phone, "+7 (495) 123-45-67", true},
        {rule_minutes, "0", false},
        {rule_minutes, "241", false},
        {rule_number, "007", true},
        {rule_date, "2026-13", false},
        {rule_day, "2026-11", false},
        {rule_day, "2024-02-29", true},
        {rule_zone, "../etc/passwd", false},
        {rule_zone, "", false},
    };
    char text[700] = "";

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        if ((cases[i].rule(cases[i].value) == NULL) != cases[i].fine)
            fail_msg("rule %zu: \"%s\"", i, cases[i].value);
    }
    for (int i = 0; i < 299; i++)
        strcat(text, "ы");
    assert_null(rule_short(text));
    assert_non_null(rule_short(strcat(text, "ы")));
}

static void test_list(void **state)
{
    struct words words;

    (void)state;
    assert_int_equal(list_split(&words, NULL), ERR_NONE);
    assert_int_equal(words.count, 0);
    list_free(&words);
    assert_int_equal(list_split(&words, " a , b c,,d"), ERR_NONE);
    assert_int_equal(words.count, 4);
    assert_string_equal(words.items[0], "a");
    assert_string_equal(words.items[1], "b c");
    assert_string_equal(words.items[2], "");
    assert_true(list_have(&words, "d"));
    assert_false(list_have(&words, "b"));
    list_free(&words);
}

/* --- drawings --- */

static void test_figures(void **state)
{
    static const struct {
        const char *svg;
        const char *fault; /* NULL: fine */
    } cases[] = {
        {"<svg viewBox=\"0 0 1 1\"/>", NULL},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><g><path d=\"M0 "
         "0\"/></g></svg>",
         NULL},
        {FIGURE, NULL},
        {"", "not closed"},
        {"text", "text stands outside"},
        {"<svg viewBox=\"0 0 1 1\">", "not closed"},
        {"<svg viewBox=\"0 0 1 1\"></g></svg>", "does not match"},
        {"<svg viewBox=\"0 0 1 1\"/><svg viewBox=\"0 0 1 1\"/>", "one svg element"},
        {"<svg viewBox=\"0 0 1 1\"/>x", "text stands outside"},
        {"<svg viewBox=\"0 0 1 1\"><svg/></svg>", "outermost element must be svg"},
        {"<g/>", "outermost element must be svg"},
        {"<svg/>", "needs a viewBox"},
        {"<svg viewBox=\"0 0 1 1\"><script>alert(1)</script></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><style>a{}</style></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><image href=\"#a\"/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><foreignObject/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><a href=\"#x\"/></svg>", "element is not on the list"},
        {"<svg viewBox=\"0 0 1 1\" onload=\"x\"/>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\" style=\"fill:red\"/>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><use xlink:href=\"#a\"/></svg>", "attribute is not on the list"},
        {"<svg viewBox=\"0 0 1 1\"><use href=\"other.svg#a\"/></svg>", "href is for use"},
        {"<svg viewBox=\"0 0 1 1\"><use href=\"https://x/#a\"/></svg>",
         "must not refer to anything outside"},
        {"<svg viewBox=\"0 0 1 1\"><rect href=\"#a\"/></svg>", "href is for use"},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"url(#a)\"/></svg>", "\"url(\""},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"URL(http://x)\"/></svg>", "\"url(\""},
        {"<svg viewBox=\"0 0 1 1\"><rect fill=\"java&#115;cript:x\"/></svg>",
         "an & must be written"},
        {"<svg viewBox=\"0 0 1 1\" viewBox=\"0 0 1 1\"/>", "attribute stands twice"},
        {"<svg viewBox='0 0 1 1'/>", "must be written name="},
        {"<svg viewBox=\"0 0 1 1/>", "no closing quotation mark"},
        {"<svg viewBox=\"0 0 1 1\"x=\"1\"/>", "tag is not closed"},
        {"<svg viewBox=\"0 0 1 1\" xmlns=\"http://evil\"/>", "xmlns must be"},
        {"<!DOCTYPE svg><svg viewBox=\"0 0 1 1\"/>", "comments, declarations"},
        {"<svg viewBox=\"0 0 1 1\"><!-- x --></svg>", "comments, declarations"},
        {"<?xml version=\"1.0\"?><svg viewBox=\"0 0 1 1\"/>", "comments, declarations"},
        {"<svg viewBox=\"0 0 1 1\"><text>a &amp; &lt;b&gt;</text></svg>", NULL},
        {"<svg viewBox=\"0 0 1 1\"><text>a & b</text></svg>", "an & must be written"},
        {"<svg viewBox=\"0 0 1 1\"><g>text</g></svg>", "text stands outside"},
        {"<g><g><g><g><g><g><g><g><g><g><g><g><g><g><g><g><g>", "nested too deeply"},
    };
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct faults *faults = NULL;
        char *text = NULL;
        size_t len = 0;
        size_t found;
        FILE *out;

        assert_int_equal(faults_new(&faults), ERR_NONE);
        found = figure_check(cases[i].svg, "f.svg", faults);
        out = open_memstream(&text, &len);
        faults_print(faults, out);
        fclose(out);
        if ((found == 0) != (cases[i].fault == NULL) || found != faults_count(faults) ||
            (cases[i].fault != NULL && strstr(text, cases[i].fault) == NULL)) {
            print_error("figure %zu: %s", i, text);
            failed++;
        }
        free(text);
        faults_free(faults);
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
