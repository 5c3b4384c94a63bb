/*
 * test_structured.c: JSON-LD of guides and questions: right fields, and nothing in it can end a
 * script element.
 */
#include "view/structured.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- memory that runs out --- */

static long fail_at;  /* the allocation that fails, from 1; 0: none */
static long attempts; /* allocations since fail_at was set */

#if !defined(__SANITIZE_ADDRESS__) /* the sanitizers bring their own malloc */

/* glibc's own names of its allocator. */
void *__libc_malloc(size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return fail_at != 0 && ++attempts == fail_at ? NULL : __libc_malloc(size);
}

void *realloc(void *old, size_t size)
{
    return fail_at != 0 && ++attempts == fail_at ? NULL : __libc_realloc(old, size);
}

#endif

/* The tree that make gives with each allocation failing in turn: it is whole, or there is none. */
static void torture(json_t *(*make)(const json_t *), const json_t *document)
{
    json_t *whole = make(document);
    long none = 0;

    assert_non_null(whole);
    for (long n = 1;; n++) {
        json_t *tree;

        fail_at = n;
        attempts = 0;
        tree = make(document);
        fail_at = 0;
        none += tree == NULL;
        if (tree != NULL && !json_equal(tree, whole))
            fail_msg("allocation %ld: another tree", n);
        json_decref(tree);
        if (attempts < n)
            break;
    }
    json_decref(whole);
    if (attempts > 0)
        assert_true(none > 0);
}

/* --- trees --- */

static json_t *write_and_read(json_t *tree)
{
    struct buffer text = BUFFER_INIT;
    json_error_t error;
    json_t *again;

    assert_non_null(tree);
    assert_int_equal(structured_write(&text, tree), ERR_NONE);
    assert_null(strpbrk(buffer_text(&text), "<>&"));
    again = json_loads(buffer_text(&text), 0, &error);
    assert_non_null(again);
    assert_true(json_equal(tree, again));
    buffer_free(&text);
    json_decref(tree);
    return again;
}

static void test_guide(void **state)
{
    json_t *document;
    json_t *tree;
    const json_t *step;

    (void)state;
    document =
        json_pack("{s:s, s:s, s:s, s:i, s:[{s:i, s:s, s:s, s:b}, {s:i, s:s, s:s, s:b}, {s:i, "
                  "s:s, s:s, s:b}]}",
                  "title", "</script><b>", "url", "https://h/guide/x", "short", "a & b", "minutes",
                  5, "steps", "number", 1, "title", "Раз", "text", "«два»", "open", 1, "number", 2,
                  "title", "<!--", "text", "два", "open", 1, "number", 3, "title", "Не для вас",
                  "text", "x", "open", 0);
    tree = write_and_read(structured_guide(document));
    assert_string_equal(json_string_value(json_object_get(tree, "@type")), "HowTo");
    assert_string_equal(json_string_value(json_object_get(tree, "totalTime")), "PT5M");
    assert_int_equal(json_array_size(json_object_get(tree, "step")), 2); /* the open ones */
    step = json_array_get(json_object_get(tree, "step"), 1);
    assert_string_equal(json_string_value(json_object_get(step, "url")),
                        "https://h/guide/x#step-2");
    assert_string_equal(json_string_value(json_object_get(step, "name")), "<!--");
    json_decref(tree);
    torture(structured_guide, document);
    json_decref(document);
}

static void test_question(void **state)
{
    json_t *document;
    json_t *tree;
    const json_t *entity;

    (void)state;
    document = json_pack("{s:s, s:s, s:s, s:s}", "title", "Почему?", "url", "https://h/q/7",
                         "short", "Потому.", "text", "Подробно </script>");
    tree = write_and_read(structured_question(document));
    entity = json_array_get(json_object_get(tree, "mainEntity"), 0);
    assert_string_equal(json_string_value(json_object_get(entity, "name")), "Почему?");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(entity, "acceptedAnswer"), "text")),
        "Потому.\n\nПодробно </script>");
    json_decref(tree);
    torture(structured_question, document);
    json_decref(document);
}

/* A document with nothing in it still gives valid JSON. */
static void test_empty(void **state)
{
    json_t *document;

    (void)state;
    document = json_object();
    json_decref(write_and_read(structured_guide(document)));
    json_decref(write_and_read(structured_question(document)));
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_guide),
                                       cmocka_unit_test(test_question),
                                       cmocka_unit_test(test_empty)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
