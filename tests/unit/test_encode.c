/*
 * test_encode.c: compressed bodies: refused encodings, the way back by zlib, equal bytes for equal
 * bodies. The way back from brotli is tested where a browser and curl are: tests/web.
 */
#include "web/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static void fill(struct buffer *body, size_t len)
{
    uint32_t seed = 7;

    while (body->len < len) {
        seed = seed * 1664525u + 1013904223u;
        buffer_printf(body, "<li>регион %u</li>", (seed >> 20) % 100);
    }
    buffer_cut(body, len);
}

static void test_refused(void **state)
{
    struct buffer out = BUFFER_INIT;

    (void)state;

    assert_int_equal(encode_body(&out, ENCODING_IDENTITY, "x", 1), ERR_INVALID);
    assert_int_equal(encode_body(&out, ENCODING__MAX, "x", 1), ERR_INVALID);
    assert_int_equal(encode_body(&out, ENCODING_GZIP, "x", (size_t)1 << 33), ERR_LIMIT);
    assert_int_equal(out.len, 0);
    assert_null(encode_token(ENCODING_IDENTITY));
    assert_null(encode_token(ENCODING__MAX));
    assert_string_equal(encode_token(ENCODING_GZIP), "gzip");
    assert_string_equal(encode_token(ENCODING_BROTLI), "br");
}

static void unzip(const struct buffer *packed, size_t skip, const struct buffer *body)
{
    Bytef *plain = malloc(body->len + 1);
    Bytef *in = malloc(packed->len);
    z_stream stream = {0};

    assert_non_null(plain);
    assert_non_null(in);
    memcpy(in, packed->data, packed->len);
    assert_int_equal(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    stream.next_in = in + skip;
    stream.avail_in = (uInt)(packed->len - skip);
    stream.next_out = plain;
    stream.avail_out = (uInt)body->len + 1;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, body->len);
    assert_memory_equal(plain, body->len > 0 ? body->data : "", body->len);
    inflateEnd(&stream);
    free(in);
    free(plain);
}

static void test_gzip(void **state)
{
    static const size_t lengths[] = {0, 1, 1000, 65536, 65537, 400000};

    (void)state;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct buffer body = BUFFER_INIT;
        struct buffer out = BUFFER_INIT;

        fill(&body, lengths[i]);
        buffer_puts(&out, "kept"); /* encode_body appends */
        assert_int_equal(encode_body(&out, ENCODING_GZIP, buffer_text(&body), body.len), ERR_NONE);
        assert_memory_equal(out.data, "kept", 4);
        unzip(&out, 4, &body);
        /* RFC 1952: no flags, no time: equal bodies give equal bytes whenever they are made. */
        assert_memory_equal(out.data + 4, "\x1f\x8b\x08\0\0\0\0\0", 8);
        buffer_free(&out);
        buffer_free(&body);
    }
}

static void test_same_bytes_again(void **state)
{
    static const enum encoding encodings[] = {ENCODING_GZIP, ENCODING_BROTLI};
    struct buffer body = BUFFER_INIT;

    (void)state;

    fill(&body, 30000);
    for (size_t i = 0; i < 2; i++) {
        struct buffer first = BUFFER_INIT;
        struct buffer second = BUFFER_INIT;

        assert_int_equal(encode_body(&first, encodings[i], body.data, body.len), ERR_NONE);
        assert_int_equal(encode_body(&second, encodings[i], body.data, body.len), ERR_NONE);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.data, second.data, first.len);
        assert_true(first.len > 0 && first.len < body.len / 4);
        buffer_free(&first);
        buffer_free(&second);
    }
    buffer_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_same_bytes_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
