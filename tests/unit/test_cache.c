/*
 * test_cache.c: what the cache keeps, what it lets go and in which order, and that it never grows
 * past its bound.
 */
#include "web/cache.h"
#include "web/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1000000

/* A public page of len bytes that start with text. */
static struct cached *put(struct cache *cache, const char *key, const char *text, size_t len,
                          long max_age)
{
    struct response response;
    struct cached *cached;

    response_init(&response);
    response.cache = CACHE_PAGE;
    response.max_age = max_age;
    buffer_puts(&response.body, text);
    while (response.body.len < len)
        buffer_puts(&response.body, "0123456789abcdef");
    cached = cache_put(cache, key, &response, NOW);
    assert_non_null(cached);
    assert_null(response.body.data);
    response_free(&response);
    return cached;
}

static void test_not_kept(void **state)
{
    struct cache *cache = NULL;
    struct cached *cached;
    struct response response;

    (void)state;

    assert_int_equal(cache_new(&cache, 256 * 1024), ERR_NONE);
    assert_null(cache_get(cache, "/", NOW));
    for (int rule = CACHE_PRIVATE; rule <= CACHE_NEVER; rule++) {
        response_init(&response);
        response.cache = (enum cache_rule)rule;
        cached = cache_put(cache, "/", &response, NOW);
        assert_string_equal(cached->etag, "");
        assert_null(cache_get(cache, "/", NOW));
    }
    response_init(&response);
    response.cache = CACHE_PAGE;
    response.status = STATUS_NOT_FOUND;
    cache_put(cache, "/", &response, NOW);
    assert_null(cache_get(cache, "/", NOW));
    /* Without a key, and too large: finished, with a tag, and encodable, all the same. */
    cached = put(cache, NULL, "a", 1000, -1);
    assert_int_equal(strlen(cached->etag), 16);
    cached = put(cache, "/large", "a", 40000, -1);
    assert_null(cache_get(cache, "/large", NOW));
    assert_non_null(cache_encoded(cache, cached, ENCODING_GZIP));
    assert_int_equal(cache_count(cache), 0);
    assert_int_equal(cache_bytes(cache), 0);
    cache_free(cache);

    assert_int_equal(cache_new(&cache, 0), ERR_NONE);
    put(cache, "/", "a", 10, -1);
    assert_null(cache_get(cache, "/", NOW));
    cache_free(cache);
    cache_free(NULL);
}

static void test_kept(void **state)
{
    struct cache *cache = NULL;
    struct cached *first;
    struct cached *second;
    struct response response;

    (void)state;

    assert_int_equal(cache_new(&cache, 1 << 20), ERR_NONE);
    first = put(cache, "/a", "one", 0, -1);
    second = put(cache, "/b", "two", 0, -1);
    assert_ptr_equal(cache_get(cache, "/a", NOW), first);
    assert_ptr_equal(cache_get(cache, "/b", NOW + 1000000), second);
    assert_string_equal(buffer_text(&first->response.body), "one");
    /* SHA-256 of "one" */
    assert_string_equal(first->etag, "7692c3ad3540bb80");
    assert_string_not_equal(first->etag, second->etag);
    put(cache, "/a", "uno", 0, -1);
    assert_int_equal(cache_count(cache), 2);
    assert_string_equal(buffer_text(&cache_get(cache, "/a", NOW)->response.body), "uno");

    response_init(&response);
    response.cache = CACHE_PAGE;
    assert_int_equal(response_redirect(&response, STATUS_MOVED, "/region/ru-alt"), ERR_NONE);
    cache_put(cache, "/22", &response, NOW);
    assert_string_equal(cache_get(cache, "/22", NOW)->response.location, "/region/ru-alt");
    assert_string_equal(cache_get(cache, "/22", NOW)->etag, "");

    cache_clear(cache);
    assert_null(cache_get(cache, "/a", NOW));
    assert_int_equal(cache_count(cache), 0);
    assert_int_equal(cache_bytes(cache), 0);
    cache_free(cache);
}

static void test_runs_out(void **state)
{
    struct cache *cache = NULL;

    (void)state;

    assert_int_equal(cache_new(&cache, 1 << 20), ERR_NONE);
    put(cache, "/now", "a", 0, 0);
    put(cache, "/minute", "a", 0, 60);
    assert_null(cache_get(cache, "/now", NOW));
    assert_non_null(cache_get(cache, "/minute", NOW + 59));
    assert_null(cache_get(cache, "/minute", NOW + 60));
    assert_int_equal(cache_count(cache), 0);
    assert_int_equal(cache_bytes(cache), 0);
    cache_free(cache);
}

/* The clock was ahead and is set right: what was made meanwhile may be of another day. */
static void test_from_the_future(void **state)
{
    struct cache *cache = NULL;

    (void)state;

    assert_int_equal(cache_new(&cache, 200 * 1024), ERR_NONE);
    put(cache, "/until", "a", 1000, 300);
    put(cache, "/always", "a", 1000, -1);
    assert_null(cache_get(cache, "/until", NOW - 1));
    assert_null(cache_get(cache, "/until", NOW));
    assert_non_null(cache_get(cache, "/always", NOW - 1)); /* no clock is in it */
    cache_free(cache);
}

static void test_oldest_goes_first(void **state)
{
    struct cache *cache = NULL;
    char key[32];
    size_t before;

    (void)state;

    assert_int_equal(cache_new(&cache, 200 * 1024), ERR_NONE);
    put(cache, "/first", "a", 1000, -1);
    put(cache, "/second", "a", 1000, -1);
    for (int i = 0; i < 500; i++) {
        assert_non_null(cache_get(cache, "/first", NOW)); /* used all the time */
        snprintf(key, sizeof key, "/page/%d", i);
        put(cache, key, "a", 1000, -1);
        assert_true(cache_bytes(cache) <= 200 * 1024);
        assert_non_null(cache_get(cache, key, NOW));
    }
    assert_non_null(cache_get(cache, "/first", NOW));
    assert_null(cache_get(cache, "/second", NOW));
    assert_null(cache_get(cache, "/page/400", NOW));
    before = cache_count(cache);
    assert_true(before > 10);

    /* Encodings count too: each makes some of the old ones go. */
    for (int i = 499; i > 490; i--) {
        snprintf(key, sizeof key, "/page/%d", i);
        cache_encoded(cache, cache_get(cache, key, NOW), ENCODING_BROTLI);
        assert_non_null(cache_get(cache, key, NOW));
        assert_true(cache_bytes(cache) <= 200 * 1024);
    }
    assert_true(cache_count(cache) < before);
    cache_free(cache);
}

static void test_encodings(void **state)
{
    struct cache *cache = NULL;
    struct cached *cached;
    struct response response;
    const struct buffer *first;
    uint32_t seed = 3;

    (void)state;

    assert_int_equal(cache_new(&cache, 1 << 20), ERR_NONE);
    cached = put(cache, "/short", "short", 0, -1);
    assert_null(cache_encoded(cache, cached, ENCODING_GZIP)); /* not worth it */
    assert_ptr_equal(cache_encoded(cache, cached, ENCODING_IDENTITY), &cached->response.body);

    response_init(&response); /* noise does not get smaller */
    response.cache = CACHE_PAGE;
    for (int i = 0; i < 1000; i++) {
        seed = seed * 1664525u + 1013904223u;
        buffer_putc(&response.body, (char)(seed >> 24));
    }
    cached = cache_put(cache, "/noise", &response, NOW);
    assert_null(cache_encoded(cache, cached, ENCODING_GZIP));
    assert_null(cache_encoded(cache, cached, ENCODING_BROTLI));

    cached = put(cache, "/page", "page", 5000, -1);
    first = cache_encoded(cache, cached, ENCODING_GZIP);
    assert_non_null(first);
    assert_true(first->len < 5000 && first->cap < 5000);
    assert_ptr_equal(cache_encoded(cache, cached, ENCODING_GZIP), first);
    assert_int_not_equal(cache_encoded(cache, cached, ENCODING_BROTLI)->len, first->len);
    cache_free(cache);
}

static void test_many_keys(void **state)
{
    struct cache *cache = NULL;
    char key[32];

    (void)state;

    assert_int_equal(cache_new(&cache, 64 << 20), ERR_NONE);
    for (int i = 0; i < 5000; i++) {
        snprintf(key, sizeof key, "/search\nq=%d", i);
        put(cache, key, key, 0, -1);
    }
    assert_int_equal(cache_count(cache), 5000);
    for (int i = 0; i < 5000; i += 7) {
        snprintf(key, sizeof key, "/search\nq=%d", i);
        assert_string_equal(buffer_text(&cache_get(cache, key, NOW)->response.body), key);
    }
    assert_null(cache_get(cache, "/search\nq=5000", NOW));
    cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_kept),          cmocka_unit_test(test_kept),
        cmocka_unit_test(test_runs_out),          cmocka_unit_test(test_from_the_future),
        cmocka_unit_test(test_oldest_goes_first), cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_many_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
