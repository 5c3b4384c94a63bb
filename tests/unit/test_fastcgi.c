/*
 * Tests of web/fastcgi.c: records of web servers, in pieces of every size, and what no web server
 * sends.
 */
#include "web/fastcgi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BEGIN = 1, ABORT = 2, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6, DATA = 8, GET_VALUES = 9 };

static void put(struct buffer *out, int type, int id, const void *content, size_t len, int padding)
{
    const char header[8] = {
        1, (char)type, (char)(id >> 8), (char)id, (char)(len >> 8), (char)len, (char)padding, 0};

    buffer_add(out, header, sizeof header);
    buffer_add(out, content, len);
    for (int i = 0; i < padding; i++)
        buffer_putc(out, 'p');
}

static void put_begin(struct buffer *out, int id, int role)
{
    const char content[8] = {(char)(role >> 8), (char)role};

    put(out, BEGIN, id, content, sizeof content, 0);
}

static void put_length(struct buffer *out, size_t len, bool wide)
{
    if (wide || len > 127) {
        buffer_putc(out, (char)(0x80 | (len >> 24)));
        buffer_putc(out, (char)(len >> 16));
        buffer_putc(out, (char)(len >> 8));
    }
    buffer_putc(out, (char)len);
}

static void put_pair(struct buffer *out, const char *name, const char *value, bool wide)
{
    put_length(out, strlen(name), wide);
    put_length(out, strlen(value), wide);
    buffer_puts(out, name);
    buffer_puts(out, value);
}

/* A request with three variables and a body. */
static void put_request(struct buffer *out, const char *body)
{
    struct buffer pairs = BUFFER_INIT;

    put_pair(&pairs, "REQUEST_METHOD", "POST", false);
    put_pair(&pairs, "HTTP_EMPTY", "", true);
    put_pair(&pairs, "REQUEST_URI", "/q/17", true);
    put_pair(&pairs, "REQUEST_URI", "/q/18", false); /* doubled: the first counts */
    put_begin(out, 1, 1);
    put(out, PARAMS, 1, pairs.data, 20, 3); /* cut in the middle of a pair */
    put(out, PARAMS, 1, pairs.data + 20, pairs.len - 20, 0);
    put(out, PARAMS, 1, "", 0, 0);
    if (*body != '\0')
        put(out, STDIN, 1, body, strlen(body), 7);
    put(out, STDIN, 1, "", 0, 0);
    buffer_free(&pairs);
}

static void expect_request(const struct fastcgi *input, const char *body)
{
    assert_int_equal(input->state, FASTCGI_COMPLETE);
    assert_string_equal(fastcgi_variable(input, "REQUEST_METHOD"), "POST");
    assert_string_equal(fastcgi_variable(input, "HTTP_EMPTY"), "");
    assert_string_equal(fastcgi_variable(input, "REQUEST_URI"), "/q/17");
    assert_null(fastcgi_variable(input, "REQUEST"));
    assert_null(fastcgi_variable(input, "/q/17"));
    assert_null(fastcgi_variable(input, ""));
    assert_string_equal(buffer_text(&input->body), body);
    assert_int_equal(input->body_len, strlen(body));
    assert_int_equal(input->replies.len, 0);
}

static void pieces_of_any_size_are_one_request(void **state)
{
    struct buffer bytes = BUFFER_INIT;
    struct fastcgi input = {.body_max = 100};

    (void)state;
    put_request(&bytes, "a=1&b=2");
    for (size_t piece = 1; piece <= bytes.len; piece++) {
        enum fastcgi_state last = FASTCGI_MORE;

        fastcgi_reset(&input, 100);
        for (size_t at = 0; at < bytes.len; at += piece) {
            assert_int_equal(last, FASTCGI_MORE); /* not before the last byte */
            last = fastcgi_take(&input, bytes.data + at,
                                piece < bytes.len - at ? piece : bytes.len - at);
        }
        expect_request(&input, "a=1&b=2");
    }
    assert_int_equal(fastcgi_take(&input, "rubbish", 7), FASTCGI_COMPLETE); /* what comes behind */
    expect_request(&input, "a=1&b=2");
    buffer_free(&bytes);
    fastcgi_free(&input);
}

/* Every beginning of a request waits, and no byte changed in it is ever more than an error. */
static void every_beginning_waits(void **state)
{
    struct buffer bytes = BUFFER_INIT;
    struct fastcgi input = {.body_max = 100};

    (void)state;
    put_request(&bytes, "x");
    for (size_t len = 0; len < bytes.len; len++) {
        fastcgi_reset(&input, 100);
        assert_int_equal(fastcgi_take(&input, bytes.data, len), FASTCGI_MORE);
    }
    for (size_t at = 0; at < bytes.len; at++)
        for (int value = 0; value < 256; value += 5) {
            char *copy = test_malloc(bytes.len);

            memcpy(copy, bytes.data, bytes.len);
            copy[at] = (char)value;
            fastcgi_reset(&input, 100);
            fastcgi_take(&input, copy, bytes.len);
            if (input.state == FASTCGI_COMPLETE)
                fastcgi_variable(&input, "NOT_THERE");
            test_free(copy);
        }
    buffer_free(&bytes);
    fastcgi_free(&input);
}

static void lengths_that_lie_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {
        {"\xff\xff\xff\xff\xff\xff\xff\xff", 8},
        {"\x7f\xff", 2},
        {"\xff\xff\xff\xfe\x01X", 6},
        {"\xfe\xff\xff\xff\x01X", 6},
        {"\x80\x00\x00\x01\x80\x00\x00\x02XY", 10},
        {"\x01\x80\x00\x00X", 5},
        {"\x01", 1},
        {"\x80\x00\x00", 3},
        {"\x02\x01XYZ\x05", 6},
        {"\x03\x01X\0YZ", 6}, /* NUL in a name, */
        {"\x01\x03XY\0Z", 6}, /* and in a value */
    };
    struct fastcgi input = {.body_max = 100};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer bytes = BUFFER_INIT;

        put_begin(&bytes, 1, 1);
        put(&bytes, PARAMS, 1, rows[i].bytes, rows[i].len, 0);
        put(&bytes, PARAMS, 1, "", 0, 0);
        fastcgi_reset(&input, 100);
        if (fastcgi_take(&input, bytes.data, bytes.len) != FASTCGI_BROKEN)
            fail_msg("row %zu is taken", i);
        buffer_free(&bytes);
    }
    fastcgi_free(&input);
}

static void limits_hold(void **state)
{
    static char filler[60000];
    struct fastcgi input = {.body_max = 5};
    struct buffer bytes = BUFFER_INIT;

    (void)state;
    put_request(&bytes, "seven77");
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_COMPLETE);
    assert_string_equal(buffer_text(&input.body),
                        "seven"); /* and it is known that there was more */
    assert_int_equal(input.body_len, 7);

    buffer_clear(&bytes);
    put_begin(&bytes, 1, 1);
    put(&bytes, PARAMS, 1, filler, sizeof filler, 0);
    put(&bytes, PARAMS, 1, filler, sizeof filler, 0);
    fastcgi_reset(&input, 5);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_MORE);
    buffer_clear(&bytes);
    put(&bytes, PARAMS, 1, filler, FASTCGI_VARIABLES_MAX - 2 * sizeof filler + 1, 0);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_BROKEN);

    /* questions without end */
    fastcgi_reset(&input, 5);
    buffer_clear(&bytes);
    for (int i = 0; i < 10000; i++)
        put(&bytes, GET_VALUES, 0, "", 0, 0);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_BROKEN);
    assert_true(input.replies.len < 200000);
    buffer_free(&bytes);
    fastcgi_free(&input);
}

static void what_breaks_the_order_is_refused(void **state)
{
    struct fastcgi input = {.body_max = 100};
    struct buffer bytes = BUFFER_INIT;

    (void)state;
    for (int i = 0; i < 7; i++) {
        buffer_clear(&bytes);
        if (i > 0)
            put_begin(&bytes, 1, 1);
        if (i == 0)
            buffer_puts(&bytes, "GET / HTTP/1.1\r\n");
        if (i == 1)
            put_begin(&bytes, 1, 1);
        if (i == 2) /* a body before the variables' end */
            put(&bytes, STDIN, 1, "x", 1, 0);
        if (i == 3)
            put(&bytes, DATA, 1, "x", 1, 0);
        if (i == 4)
            put(&bytes, STDOUT, 1, "x", 1, 0);
        if (i == 5) {
            put(&bytes, PARAMS, 1, "", 0, 0);
            put(&bytes, PARAMS, 1, "", 0, 0);
        }
        if (i == 6)
            buffer_puts(&bytes, "\x02");
        fastcgi_reset(&input, 100);
        if (fastcgi_take(&input, bytes.data, bytes.len) != FASTCGI_BROKEN)
            fail_msg("row %d is taken", i);
    }
    buffer_clear(&bytes);
    put(&bytes, BEGIN, 1, "short", 5, 0);
    fastcgi_reset(&input, 100);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_BROKEN);
    buffer_clear(&bytes);
    put_begin(&bytes, 0, 1); /* 0 is no request's id */
    fastcgi_reset(&input, 100);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_BROKEN);
    buffer_free(&bytes);
    fastcgi_free(&input);
}

/* Other roles, a second request and an abort are answered as the specification has it. */
static void what_is_not_for_us_is_answered(void **state)
{
    static const char end[] = "\1\3\0\1\0\10\0\0"
                              "\0\0\0\0";
    struct fastcgi input = {.body_max = 100};
    struct buffer bytes = BUFFER_INIT;

    (void)state;
    put_begin(&bytes, 1, 2); /* an authorizer */
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_REFUSED);
    assert_int_equal(input.replies.len, 16);
    assert_memory_equal(input.replies.data, end, 12);
    assert_int_equal(input.replies.data[12], 3);

    buffer_clear(&bytes);
    put_begin(&bytes, 1, 1);
    put(&bytes, ABORT, 1, "", 0, 0);
    fastcgi_reset(&input, 100);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_REFUSED);
    assert_int_equal(input.replies.data[12], 0);

    /* a second request meanwhile: refused, and the first goes on */
    buffer_clear(&bytes);
    put_begin(&bytes, 1, 1);
    put_begin(&bytes, 258, 1);
    put(&bytes, PARAMS, 258, "\1\1XY", 4, 0);
    fastcgi_reset(&input, 100);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_MORE);
    assert_int_equal(input.replies.len, 16);
    assert_memory_equal(input.replies.data, "\1\3\1\2", 4);
    assert_int_equal(input.replies.data[12], 1);
    buffer_clear(&bytes);
    put(&bytes, PARAMS, 1, "\1\1AB", 4, 0);
    put(&bytes, PARAMS, 1, "", 0, 0);
    put(&bytes, STDIN, 1, "", 0, 0);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_COMPLETE);
    assert_string_equal(fastcgi_variable(&input, "A"), "B");
    assert_null(fastcgi_variable(&input, "X"));
    buffer_free(&bytes);
    fastcgi_free(&input);
}

/* Four names overran a buffer in libfcgi. */
static void questions_about_the_program_are_answered(void **state)
{
    static const char *const names[] = {"FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS",
                                        "FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS",
                                        "FCGI_MAX",       "OTHER"};
    static const char wanted[] = "\x0e\x01"
                                 "FCGI_MAX_CONNS1"
                                 "\x0d\x01"
                                 "FCGI_MAX_REQS1"
                                 "\x0f\x01"
                                 "FCGI_MPXS_CONNS0";
    struct fastcgi input = {.body_max = 100};
    struct buffer bytes = BUFFER_INIT, pairs = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put_pair(&pairs, names[i], "", false);
    put(&bytes, GET_VALUES, 0, pairs.data, pairs.len, 0);
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_MORE);
    assert_memory_equal(input.replies.data, "\1\12\0\0\0", 5);
    assert_int_equal(input.replies.data[5], sizeof wanted - 1);
    assert_memory_equal(input.replies.data + 8, wanted, sizeof wanted - 1);
    assert_int_equal(input.replies.len % 8, 0);

    fastcgi_reset(&input, 100);
    buffer_clear(&bytes);
    put(&bytes, 77, 0, "what", 4, 0);
    put_request(&bytes, "");
    assert_int_equal(fastcgi_take(&input, bytes.data, bytes.len), FASTCGI_COMPLETE);
    assert_int_equal(input.replies.len, 16);
    assert_memory_equal(input.replies.data,
                        "\1\13\0\0\0\10\0\0"
                        "\115",
                        9);
    buffer_free(&pairs);
    buffer_free(&bytes);
    fastcgi_free(&input);
}

/* Takes an answer apart: what its records hold, and how it ends. */
static void expect_answer(const struct buffer *out, const char *bytes, size_t len)
{
    size_t at = 0, got = 0;
    bool stdout_end = false;

    while (at < out->len) {
        const unsigned char *header = (const unsigned char *)out->data + at;
        size_t content = (size_t)header[4] << 8 | header[5];

        assert_int_equal(header[0], 1);
        assert_int_equal(header[2] << 8 | header[3], 300);
        at += 8 + content + header[6];
        assert_true(at <= out->len && at % 8 == 0);
        if (header[1] == END)
            break;
        assert_int_equal(header[1], STDOUT);
        assert_false(stdout_end);
        stdout_end = content == 0;
        assert_true(got + content <= len);
        assert_memory_equal(header + 8, bytes + got, content);
        got += content;
    }
    assert_true(stdout_end);
    assert_int_equal(got, len);
    assert_int_equal(at, out->len);
}

static void answers_of_any_size(void **state)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 65527, 65528, 65529, 200000};
    static char bytes[200000];
    struct fastcgi input = {.id = 300};

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 7 + i / 256);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct buffer out = BUFFER_INIT;

        fastcgi_answer(&input, &out, bytes, sizes[i]);
        expect_answer(&out, bytes, sizes[i]);
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_are_one_request),
        cmocka_unit_test(every_beginning_waits),
        cmocka_unit_test(lengths_that_lie_are_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_breaks_the_order_is_refused),
        cmocka_unit_test(what_is_not_for_us_is_answered),
        cmocka_unit_test(questions_about_the_program_are_answered),
        cmocka_unit_test(answers_of_any_size),
    };

    return cmocka_run_group_tests_name("fastcgi", tests, NULL, NULL);
}
