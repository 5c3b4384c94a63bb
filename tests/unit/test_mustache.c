/*
 * test_mustache.c: the engine against three collections of cases: what must be refused (a table
 * here), the project's own cases (tests/unit/mustache-cases.json), and the official
 * specification's, where they are found: in the folder VHOD_SPEC_DIR, or ../shared/spec/mustache.
 * Both files of cases have the specification's form: {"tests": [{name, data, template, partials,
 * expected}]}; ours may add "strict" (a strict, linked set) and "plain" (plain text).
 */
#include "base/buffer.h"
#include "base/file.h"
#include "view/mustache.h"
#include "view/mustache_template.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define OWN_CASES     "tests/unit/mustache-cases.json"
#define OWN_CASES_MIN 60

/* --- helpers --- */

static struct mustache *new_set(bool strict)
{
    struct mustache *set = NULL;

    assert_int_equal(mustache_new(&set, strict), ERR_NONE);
    return set;
}

static enum err add(struct mustache *set, const char *name, const char *text, struct buffer *report)
{
    return mustache_add(set, name, name, text, strlen(text), report);
}

/* Renders text against JSON text; the result is the caller's to free. */
static char *render_json(const char *text, const char *json, enum err expected)
{
    struct mustache *set = new_set(false);
    struct buffer out = BUFFER_INIT;
    json_t *view = json_loads(json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    assert_non_null(view);
    assert_int_equal(add(set, "main", text, NULL), ERR_NONE);
    assert_int_equal(mustache_render(set, "main", view, &out), expected);
    json_decref(view);
    mustache_free(set);
    return buffer_take(&out);
}

/* --- what must be refused --- */

static const struct refused {
    const char *text;
    const char *message; /* the report holds this */
} refused_always[] = {
    {"{{#a}}", "t:1: {{#a}} is never closed"},
    {"x\n\n{{^a}}", "t:3: {{^a}} is never closed"},
    {"\n{{<a}}", "t:2: {{<a}} is never closed"},
    {"{{$a}}", "t:1: {{$a}} is never closed"},
    {"{{#a}}{{#b}}{{/b}}", "t:1: {{#a}} is never closed"},
    {"a\n{{/a}}", "t:2: {{/a}} closes nothing"},
    {"{{#a}}\n{{/b}}", "t:2: {{/b}} stands where {{#a}} of line 1"},
    {"{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "t:3: {{/a}} stands where {{#b}} of line 2"},
    {"{{<a}}\n{{/b}}", "t:2: {{/b}} stands where {{<a}} of line 1"},
    {"a\nb {{a", "t:2: a tag begins here and is never closed"},
    {"{{", "t:1: a tag begins here and is never closed"},
    {"{{{a}}", "t:1: a tag begins here and is never closed"},
    {"{{!a", "t:1: a tag begins here and is never closed"},
    {"{{=<% %>}}", "t:1: a tag begins here and is never closed"},
    {"{{=}}", "t:1: a tag begins here and is never closed"},
    {"{{}}", "t:1: a tag without a name"},
    {"{{ }}", "t:1: a tag without a name"},
    {"{{#}}{{/}}", "t:1: a tag without a name"},
    {"{{>}}", "t:1: a tag without a name"},
    {"{{{ }}}", "t:1: a tag without a name"},
    {"{{&}}", "t:1: a tag without a name"},
    {"{{a b}}", "t:1: a name holds no blanks"},
    {"{{a\nb}}", "t:1: a name holds no blanks"},
    {"{{a {{b}}", "t:1: a name holds no blanks"},
    {"{{> a b}}", "t:1: a name holds no blanks"},
    {"{{a..b}}", "t:1: the name a..b has an empty part"},
    {"{{.a}}", "t:1: the name .a has an empty part"},
    {"{{#a.}}{{/a.}}", "t:1: the name a. has an empty part"},
    {"{{{..}}}", "t:1: the name .. has an empty part"},
    {"{{==}}", "t:1: bad delimiters"},
    {"{{= =}}", "t:1: bad delimiters"},
    {"{{=<%=}}", "t:1: bad delimiters"},
    {"{{=a b c=}}", "t:1: bad delimiters"},
    {"{{=a= b=}}", "t:1: bad delimiters"},
    {"{{<p}}\n{{a}}{{/p}}", "t:2: {{a}} directly in {{<p}} is not shown"},
    {"{{<p}}{{#a}}{{/a}}{{/p}}", "t:1: {{a}} directly in {{<p}} is not shown"},
    {"{{<p}}{{>a}}{{/p}}", "t:1: {{a}} directly in {{<p}} is not shown"},
    {"{{<p}}{{<a}}{{/a}}{{/p}}", "t:1: {{a}} directly in {{<p}} is not shown"},
    {"{{<p}}{{$a}}{{/a}}\n{{$a}}{{/a}}{{/p}}", "t:2: block a is given twice"},
};

static const struct refused refused_strict[] = {
    {"{{{a}}}", "t:1: a must not be written raw"},
    {"{{& a }}", "t:1: a must not be written raw"},
    {"{{{.}}}", "t:1: . must not be written raw"},
    {"{{{html.a}}}", "t:1: html.a must not be written raw"},
    {"{{{shtml}}}", "t:1: shtml must not be written raw"},
    {"{{{a.xsvg}}}", "t:1: a.xsvg must not be written raw"},
    {"{{{html_}}}", "t:1: html_ must not be written raw"},
    {"{{<p}}\n  lost{{/p}}", "t:2: text directly in {{<p}} is not shown"},
    {"{{<p}}{{$a}}{{/a}} . {{/p}}", "t:1: text directly in {{<p}} is not shown"},
};

static void check_refused(const struct refused *table, size_t count, bool strict)
{
    for (size_t i = 0; i < count; i++) {
        struct mustache *set = new_set(strict);
        struct buffer report = BUFFER_INIT;

        if (add(set, "t", table[i].text, &report) != ERR_TEMPLATE ||
            strstr(buffer_text(&report), table[i].message) == NULL)
            fail_msg("%s\nhave: %s\nwant: %s", table[i].text, buffer_text(&report),
                     table[i].message);
        assert_false(mustache_has(set, "t"));
        buffer_free(&report);
        mustache_free(set);
    }
}

static void refuses_broken_templates(void **state)
{
    (void)state;
    check_refused(refused_always, sizeof refused_always / sizeof *refused_always, false);
    check_refused(refused_always, sizeof refused_always / sizeof *refused_always, true);
}

static void strict_refuses_more(void **state)
{
    (void)state;
    check_refused(refused_strict, sizeof refused_strict / sizeof *refused_strict, true);
}

static void not_strict_takes_what_strict_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_strict / sizeof *refused_strict; i++) {
        struct mustache *set = new_set(false);

        assert_int_equal(add(set, "t", refused_strict[i].text, NULL), ERR_NONE);
        mustache_free(set);
    }
}

static void refuses_nul_in_names_and_delimiters(void **state)
{
    static const char name[] = "{{a\0b}}";
    static const char delimiters[] = "{{=<\0 %>=}}";
    struct mustache *set = new_set(false);

    (void)state;
    assert_int_equal(mustache_add(set, "t", "t", name, sizeof name - 1, NULL), ERR_TEMPLATE);
    assert_int_equal(mustache_add(set, "t", "t", delimiters, sizeof delimiters - 1, NULL),
                     ERR_TEMPLATE);
    mustache_free(set);
}

static void refuses_a_name_twice(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer report = BUFFER_INIT;

    (void)state;
    assert_int_equal(add(set, "a", "one", NULL), ERR_NONE);
    assert_int_equal(add(set, "a", "two", &report), ERR_TEMPLATE);
    assert_string_equal(buffer_text(&report), "a:1: a template named a was added before from a\n");
    buffer_free(&report);
    mustache_free(set);
}

/* before, then part count times, then after. */
static void repeat(struct buffer *out, const char *before, const char *part, int count,
                   const char *after)
{
    buffer_clear(out);
    buffer_puts(out, before);
    for (int i = 0; i < count; i++)
        buffer_puts(out, part);
    buffer_puts(out, after);
}

static void bounds_nesting_in_a_template(void **state)
{
    struct buffer text = BUFFER_INIT;

    (void)state;
    for (int depth = 64; depth <= 65; depth++) {
        struct mustache *set = new_set(false);
        struct buffer report = BUFFER_INIT;

        repeat(&text, "", "{{#a}}", depth, "");
        for (int i = 0; i < depth; i++)
            buffer_puts(&text, "{{/a}}");
        assert_int_equal(add(set, "t", buffer_text(&text), &report),
                         depth == 64 ? ERR_NONE : ERR_TEMPLATE);
        if (depth > 64)
            assert_non_null(strstr(buffer_text(&report), "t:1: nested deeper than 64"));
        buffer_free(&report);
        mustache_free(set);
    }
    buffer_free(&text);
}

static void bounds_arguments_and_size(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer text = BUFFER_INIT;

    (void)state;
    buffer_puts(&text, "{{<p}}");
    for (int i = 0; i < 65; i++)
        buffer_printf(&text, "{{$b%d}}{{/b%d}}", i, i);
    buffer_puts(&text, "{{/p}}");
    assert_int_equal(add(set, "many", buffer_text(&text), NULL), ERR_TEMPLATE);
    repeat(&text, "", "0123456789abcdef", 65536, "");
    assert_int_equal(add(set, "fits", buffer_text(&text), NULL), ERR_NONE);
    buffer_puts(&text, "x");
    assert_int_equal(add(set, "large", buffer_text(&text), NULL), ERR_TEMPLATE);
    buffer_free(&text);
    mustache_free(set);
}

/* --- bounds while rendering --- */

static void bounds_recursion(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer out = BUFFER_INIT;
    json_t *view = json_object();

    (void)state;
    buffer_puts(&out, "before");
    assert_int_equal(add(set, "self", "x{{>self}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "twice", "{{>twice}}{{>twice}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "parent", "{{<parent}}{{$a}}{{>parent}}{{/a}}{{/parent}}", NULL),
                     ERR_NONE);
    assert_int_equal(add(set, "block", "{{<site}}{{$a}}{{<site}}{{/site}}{{/a}}{{/site}}", NULL),
                     ERR_NONE);
    assert_int_equal(add(set, "site", "{{$a}}{{>block}}{{/a}}", NULL), ERR_NONE);
    assert_int_equal(mustache_render(set, "self", view, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "twice", view, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "parent", view, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "block", view, &out), ERR_LIMIT);
    /* What was there before stays, nothing half-made is added. */
    assert_string_equal(buffer_text(&out), "before");
    json_decref(view);
    buffer_free(&out);
    mustache_free(set);
}

/* Template t0 includes t1, and so on; the last one includes nothing. */
static void bounds_depth_exactly(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer out = BUFFER_INIT;
    char name[16];
    char text[16];

    (void)state;
    for (int i = 0; i <= 65; i++) {
        snprintf(name, sizeof name, "t%d", i);
        snprintf(text, sizeof text, "{{>t%d}}", i + 1);
        assert_int_equal(add(set, name, i < 65 ? text : "end", NULL), ERR_NONE);
    }
    assert_int_equal(mustache_render(set, "t0", NULL, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "t1", NULL, &out), ERR_NONE);
    assert_string_equal(buffer_text(&out), "end");
    buffer_free(&out);
    mustache_free(set);
}

/* A list of count numbers under "a". */
static json_t *long_list(int count)
{
    json_t *view = json_object();
    json_t *list = json_array();

    for (int i = 0; i < count; i++)
        assert_int_equal(json_array_append_new(list, json_integer(i)), 0);
    assert_int_equal(json_object_set_new(view, "a", list), 0);
    return view;
}

static void bounds_output_and_steps(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer text = BUFFER_INIT;
    struct buffer out = BUFFER_INIT;
    json_t *view = long_list(300);

    (void)state;
    repeat(&text, "{{#a}}", "0123456789abcdef", 1024, "{{/a}}"); /* 300 times 16 KiB: 4.7 MiB */
    assert_int_equal(add(set, "output", buffer_text(&text), NULL), ERR_NONE);
    assert_int_equal(add(set, "steps", "{{#a}}{{#a}}{{#a}}{{x}}{{/a}}{{/a}}{{/a}}", NULL),
                     ERR_NONE);
    assert_int_equal(add(set, "empty", "{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}", NULL), ERR_NONE);
    assert_int_equal(mustache_render(set, "output", view, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "steps", view, &out), ERR_LIMIT);
    assert_int_equal(mustache_render(set, "empty", view, &out), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    json_decref(view);
    buffer_free(&out);
    buffer_free(&text);
    mustache_free(set);
}

static void bounds_one_long_value(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer text = BUFFER_INIT;
    struct buffer out = BUFFER_INIT;
    json_t *view;

    (void)state;
    repeat(&text, "", "0123456789abcdef", 262145, ""); /* 16 bytes over 4 MiB */
    view = json_pack("{s:s}", "a", buffer_text(&text));
    assert_int_equal(add(set, "t", "{{a}}", NULL), ERR_NONE);
    assert_int_equal(mustache_render(set, "t", view, &out), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    json_decref(view);
    buffer_free(&out);
    buffer_free(&text);
    mustache_free(set);
}

static void unknown_template_is_not_found(void **state)
{
    struct mustache *set = new_set(true);
    struct buffer out = BUFFER_INIT;

    (void)state;
    assert_int_equal(mustache_render(set, "none", NULL, &out), ERR_NOT_FOUND);
    buffer_free(&out);
    mustache_free(set);
    mustache_free(NULL);
}

/* --- values --- */

static const struct value {
    const char *json;
    const char *expected;
} values[] = {
    {"0", "[0]"},
    {"-7", "[-7]"},
    {"9223372036854775807", "[9223372036854775807]"},
    {"1.21", "[1.21]"},
    {"-0.5", "[-0.5]"},
    {"0.1", "[0.1]"},
    {"100000.0", "[100000]"},
    {"1e300", "[1e+300]"},
    {"3.141592653589793", "[3.141592653589793]"},
    {"0.30000000000000004", "[0.30000000000000004]"},
    {"true", "[true]"},
    {"false", "[false]"},
    {"null", "[]"},
    {"\"\"", "[]"},
    {"\"Ёж\"", "[Ёж]"},
    {"[1]", "[]"},
    {"{\"a\":1}", "[]"},
    {"\"&<>\\\"'\"", "[&amp;&lt;&gt;&quot;&#39;]"},
};

static void writes_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *have = render_json("[{{.}}]", values[i].json, ERR_NONE);

        assert_string_equal(have, values[i].expected);
        free(have);
    }
}

static void writes_nul_bytes_of_values(void **state)
{
    struct mustache *set = new_set(false);
    struct buffer out = BUFFER_INIT;
    json_t *view = json_stringn("a\0<", 3);

    (void)state;
    assert_int_equal(add(set, "t", "{{.}}", NULL), ERR_NONE);
    assert_int_equal(mustache_render(set, "t", view, &out), ERR_NONE);
    assert_int_equal(out.len, 6);
    assert_memory_equal(out.data, "a\0&lt;", 6);
    json_decref(view);
    buffer_free(&out);
    mustache_free(set);
}

static const struct truth {
    const char *json;
    bool shown;
} truths[] = {
    {"true", true}, {"false", false}, {"null", false},  {"0", false},      {"0.0", false},
    {"-1", true},   {"0.5", true},    {"\"\"", false},  {"\"0\"", true},   {"[]", false},
    {"[[]]", true}, {"{}", true},     {"[null]", true}, {"[false]", true},
};

static void shows_sections_for_true_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        char *have = render_json("{{#.}}yes{{/.}}{{^.}}no{{/.}}", truths[i].json, ERR_NONE);

        if (strcmp(have, truths[i].shown ? "yes" : "no") != 0)
            fail_msg("%s gives %s", truths[i].json, have);
        free(have);
    }
}

static void marks_names_of_markup(void **state)
{
    static const char *const marked[] = {"html", "svg", "a.html", "a.b_html", "x_svg", "_html"};
    static const char *const plain[] = {"",      "a",    "html.a",   "htm",
                                        "xhtml", "HTML", "a_html.b", "svg_"};

    (void)state;
    for (size_t i = 0; i < sizeof marked / sizeof *marked; i++)
        assert_true(mustache_mark(marked[i], strlen(marked[i])));
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        assert_false(mustache_mark(plain[i], strlen(plain[i])));
}

/* --- sets --- */

static void link_reports_every_fault(void **state)
{
    struct mustache *set = new_set(true);
    struct buffer report = BUFFER_INIT;

    (void)state;
    assert_int_equal(add(set, "a", "\n{{>none}}{{<gone}}{{/gone}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "b", "{{<p}}{{$x}}{{/x}}\n{{$y}}{{/y}}{{$z}}{{/z}}{{/p}}", NULL),
                     ERR_NONE);
    assert_int_equal(add(set, "p", "{{$x}}{{/x}}{{>q}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "q", "{{#s}}{{$z}}{{/z}}{{/s}}{{>p}}", NULL), ERR_NONE);
    assert_int_equal(mustache_link(set, &report), ERR_TEMPLATE);
    assert_string_equal(buffer_text(&report),
                        "a:2: there is no template none; add it or mend the name\n"
                        "a:2: there is no template gone; add it or mend the name\n"
                        "b:2: {{<p}} has no block y; is the name right?\n");
    buffer_free(&report);
    mustache_free(set);
}

static void link_takes_a_sound_set(void **state)
{
    struct mustache *set = new_set(true);

    (void)state;
    assert_int_equal(add(set, "page", "{{<wide}}{{$main}}x{{/main}}{{/wide}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "wide", "{{<base}}{{$side}}{{/side}}{{/base}}", NULL), ERR_NONE);
    assert_int_equal(add(set, "base", "{{$main}}{{/main}}{{$side}}-{{/side}}", NULL), ERR_NONE);
    assert_int_equal(mustache_link(set, NULL), ERR_NONE);
    mustache_free(set);
}

static void not_strict_links_anything(void **state)
{
    struct mustache *set = new_set(false);

    (void)state;
    assert_int_equal(add(set, "a", "{{>none}}", NULL), ERR_NONE);
    assert_int_equal(mustache_link(set, NULL), ERR_NONE);
    mustache_free(set);
}

static void finds_every_name_among_many(void **state)
{
    struct mustache *set = new_set(true);
    char name[16];

    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "t%d", i * 37 % 50);
        assert_int_equal(add(set, name, "x", NULL), ERR_NONE);
    }
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "t%d", i);
        assert_true(mustache_has(set, name));
    }
    assert_false(mustache_has(set, "t"));
    assert_false(mustache_has(set, "t50"));
    assert_false(mustache_has(set, "t1x"));
    assert_false(mustache_has(set, ""));
    mustache_free(set);
}

/* Writes a file below the test's folder, made as needed. */
static void write_file(const char *folder, const char *name, const char *text)
{
    char path[300];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(file_replace(path, text, strlen(text)), ERR_NONE);
}

static void adds_a_folder(void **state)
{
    char folder[] = "/tmp/test_mustache.XXXXXX";
    char path[300];
    struct mustache *set = new_set(true);
    struct buffer report = BUFFER_INIT;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pages/deep", folder);
    assert_int_equal(file_make_folder(path), ERR_NONE);
    write_file(folder, "top.mustache", "top");
    write_file(folder, "pages/region.mustache", "{{name}}");
    write_file(folder, "pages/deep/x.mustache", "{{/broken}}");
    write_file(folder, "pages/deep/y.mustache", "{{#broken}}");
    write_file(folder, "pages/z.mustache", "");
    write_file(folder, "notes.txt", "{{#no template}}");
    assert_int_equal(mustache_add_folder(set, folder, &report), ERR_TEMPLATE);
    assert_true(mustache_has(set, "top"));
    assert_true(mustache_has(set, "pages/region"));
    assert_true(mustache_has(set, "pages/z"));
    assert_false(mustache_has(set, "pages/deep/x"));
    assert_false(mustache_has(set, "notes"));
    assert_non_null(strstr(buffer_text(&report), "/pages/deep/x.mustache:1: {{/broken}}"));
    assert_non_null(strstr(buffer_text(&report), "/pages/deep/y.mustache:1: {{#broken}}"));
    assert_int_equal(mustache_add_folder(set, "/tmp/test_mustache.none", NULL), ERR_NOT_FOUND);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
    buffer_free(&report);
    mustache_free(set);
}

/* --- cases in files --- */

static bool is_set(const json_t *test, const char *key)
{
    return json_is_true(json_object_get(test, key));
}

static enum err load_case(struct mustache *set, const json_t *test, struct buffer *report)
{
    json_t *partials = json_object_get(test, "partials");
    const char *name;
    json_t *text;
    enum err err =
        add(set, "the case", json_string_value(json_object_get(test, "template")), report);

    json_object_foreach (partials, name, text) {
        if (err == ERR_NONE)
            err = add(set, name, json_string_value(text), report);
    }
    return err == ERR_NONE ? mustache_link(set, report) : err;
}

/* Runs one case; says what was wrong on standard error. */
static bool run_case(const char *file, const json_t *test)
{
    struct mustache *set = new_set(is_set(test, "strict"));
    struct buffer out = BUFFER_INIT;
    struct buffer report = BUFFER_INIT;
    const json_t *data = json_object_get(test, "data");
    const char *want = json_string_value(json_object_get(test, "expected"));
    enum err err = load_case(set, test, &report);
    bool good;

    assert_non_null(want);
    if (err == ERR_NONE)
        err = is_set(test, "plain") ? mustache_render_text(set, "the case", data, &out)
                                    : mustache_render(set, "the case", data, &out);
    good = err == ERR_NONE && strcmp(buffer_text(&out), want) == 0;
    if (!good)
        fprintf(stderr, "%s: %s: %s %s\n--- have\n%s\n--- want\n%s\n---\n", file,
                json_string_value(json_object_get(test, "name")), err_text(err),
                buffer_text(&report), buffer_text(&out), want);
    buffer_free(&out);
    buffer_free(&report);
    mustache_free(set);
    return good;
}

/* Returns the number of cases in a file; all must pass. */
static size_t run_cases(const char *path)
{
    json_t *file = json_load_file(path, 0, NULL);
    json_t *tests = json_object_get(file, "tests");
    size_t count = json_array_size(tests);
    size_t failed = 0;

    if (file == NULL)
        fail_msg("cannot read %s", path);
    for (size_t i = 0; i < count; i++)
        failed += !run_case(path, json_array_get(tests, i));
    json_decref(file);
    if (failed > 0)
        fail_msg("%s: %zu of %zu cases failed", path, failed, count);
    return count;
}

static void passes_own_cases(void **state)
{
    (void)state;
    assert_true(run_cases(OWN_CASES) >= OWN_CASES_MIN);
}

static const struct module {
    const char *file;
    size_t cases;
} modules[] = {
    {"comments", 12}, {"delimiters", 14}, {"interpolation", 42}, {"inverted", 22},
    {"partials", 12}, {"sections", 34},   {"inheritance", 27},
};

static void passes_the_specification(void **state)
{
    const char *folder = getenv("VHOD_SPEC_DIR");
    char path[1024];
    size_t total = 0;

    (void)state;
    if (folder == NULL || folder[0] == '\0')
        folder = "../shared/spec/mustache";
    if (access(folder, R_OK) != 0) {
        print_message("mustache specification cases not found: skipped\n");
        skip();
    }
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        size_t count;

        snprintf(path, sizeof path, "%s/%s.json", folder, modules[i].file);
        count = run_cases(path);
        assert_true(count >= modules[i].cases);
        total += count;
    }
    print_message("mustache specification: %zu cases passed\n", total);
}

/* --- no crash on any bytes --- */

static const char *const fragments[] = {
    "{{",          "}}",     "{{#a}}",   "{{/a}}", "{{^b}}", "{{/b}}",    "{{<p}}",
    "{{/p}}",      "{{$a}}", "{{$b}}",   "{{>p}}", "{{a}}",  "{{{b}}}",   "{{=<% %>=}}",
    "<%={{ }}=%>", "<%#a%>", "<%/a%>",   "\n",     "\r\n",   "  ",        "\t",
    "x",           "{{!c}}", "{{&a.b}}", "{{.}}",  "\r",     "{{=| |=}}", "|a|",
    "|={{ }}=|",   "{",      "}",        "=",
};

/* A linear congruential generator: the same texts in every run. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Thousands of refused texts log thousands of lines that nobody reads. */
static void silence(int *kept)
{
    int null = open("/dev/null", O_WRONLY);

    *kept = dup(STDERR_FILENO);
    assert_true(null >= 0 && *kept >= 0);
    assert_true(dup2(null, STDERR_FILENO) >= 0);
    close(null);
}

static void speak(int kept)
{
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
}

static void survives_any_sequence_of_tags(void **state)
{
    json_t *view = json_pack("{s:[i,{s:s}],s:b}", "a", 1, "b", "x", "b", 1);
    uint32_t seed = 20261121;
    size_t compiled = 0;
    int kept;

    (void)state;
    silence(&kept);
    for (int i = 0; i < 20000; i++) {
        struct mustache *set = new_set(false);
        struct buffer text = BUFFER_INIT;
        struct buffer out = BUFFER_INIT;
        uint32_t parts = next_random(&seed) % 10;

        for (uint32_t k = 0; k < parts; k++)
            buffer_puts(&text,
                        fragments[next_random(&seed) % (sizeof fragments / sizeof *fragments)]);
        assert_int_equal(add(set, "p", "1{{$a}}\n  2{{/a}}\n{{$b}}{{/b}}\n", NULL), ERR_NONE);
        if (add(set, "t", buffer_text(&text), NULL) == ERR_NONE) {
            compiled++;
            assert_int_equal(mustache_render(set, "t", view, &out), ERR_NONE);
        }
        buffer_free(&out);
        buffer_free(&text);
        mustache_free(set);
    }
    speak(kept);
    assert_true(compiled > 1000);
    json_decref(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_broken_templates),
        cmocka_unit_test(strict_refuses_more),
        cmocka_unit_test(not_strict_takes_what_strict_refuses),
        cmocka_unit_test(refuses_nul_in_names_and_delimiters),
        cmocka_unit_test(refuses_a_name_twice),
        cmocka_unit_test(bounds_nesting_in_a_template),
        cmocka_unit_test(bounds_arguments_and_size),
        cmocka_unit_test(bounds_recursion),
        cmocka_unit_test(bounds_depth_exactly),
        cmocka_unit_test(bounds_output_and_steps),
        cmocka_unit_test(bounds_one_long_value),
        cmocka_unit_test(unknown_template_is_not_found),
        cmocka_unit_test(writes_values),
        cmocka_unit_test(writes_nul_bytes_of_values),
        cmocka_unit_test(shows_sections_for_true_values),
        cmocka_unit_test(marks_names_of_markup),
        cmocka_unit_test(link_reports_every_fault),
        cmocka_unit_test(link_takes_a_sound_set),
        cmocka_unit_test(not_strict_links_anything),
        cmocka_unit_test(finds_every_name_among_many),
        cmocka_unit_test(adds_a_folder),
        cmocka_unit_test(passes_own_cases),
        cmocka_unit_test(passes_the_specification),
        cmocka_unit_test(survives_any_sequence_of_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
