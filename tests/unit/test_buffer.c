/*
 * test_buffer.c: the growing string and its sticky failure; log lines and error texts, which have
 * no test file of their own, stand at the end. malloc failing at the n-th call is tests/fault's
 * business.
 */
#include "base/buffer.h"
#include "base/err.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Asks for more than a size_t can count once doubled, so the buffer gives up by itself. */
static void make_fail(struct buffer *b)
{
    assert_null(buffer_reserve(b, SIZE_MAX - 100));
    assert_true(buffer_failed(b));
}

static void failure_is_sticky(void **state)
{
    struct buffer b = BUFFER_INIT;

    (void)state;
    buffer_puts(&b, "half a page");
    make_fail(&b);
    buffer_puts(&b, "more");
    buffer_putc(&b, 'x');
    buffer_printf(&b, "%d", 7);
    buffer_add_html(&b, "<", 1);
    buffer_grew(&b, 3);
    buffer_cut(&b, 0);
    assert_null(buffer_reserve(&b, 1));
    assert_int_equal(b.len, 0);
    assert_null(b.data);
    assert_string_equal(buffer_text(&b), "");
    assert_null(buffer_take(&b));
    assert_true(buffer_failed(&b));
    buffer_clear(&b);
    assert_false(buffer_failed(&b));
    buffer_puts(&b, "new");
    assert_string_equal(buffer_text(&b), "new");
    buffer_free(&b);
}

static void sums_of_lengths_cannot_wrap(void **state)
{
    static const size_t lengths[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, SIZE_MAX / 2 + 1};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct buffer b = BUFFER_INIT;

        buffer_puts(&b, "abc");
        assert_null(buffer_reserve(&b, lengths[i]));
        assert_true(buffer_failed(&b));
        buffer_free(&b);
    }
}

static void more_than_reserved_fails(void **state)
{
    struct buffer b = BUFFER_INIT;
    int saved = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY);

    (void)state;
    dup2(null, STDERR_FILENO); /* each is logged as the bug it is */
    buffer_grew(&b, 0);
    assert_false(buffer_failed(&b));
    buffer_grew(&b, 1);
    assert_true(buffer_failed(&b));
    buffer_clear(&b);
    assert_non_null(buffer_reserve(&b, 10));
    buffer_grew(&b, b.cap);
    assert_true(buffer_failed(&b));
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(null);
    buffer_free(&b);
}

static void empty_states(void **state)
{
    struct buffer b = BUFFER_INIT;
    char *taken;

    (void)state;
    buffer_add(&b, NULL, 0);
    buffer_puts(&b, "");
    buffer_add_html(&b, "", 0);
    buffer_cut(&b, 5);
    assert_null(b.data);
    assert_string_equal(buffer_text(&b), "");
    taken = buffer_take(&b);
    assert_string_equal(taken, "");
    free(taken);
    buffer_free(&b);
    buffer_free(&b);
    buffer_free(NULL);
}

/* Grows byte by byte over many reallocations; each byte, NUL too, must be where it was put. */
static void keeps_every_byte(void **state)
{
    struct buffer b = BUFFER_INIT;

    (void)state;
    for (size_t i = 0; i < 70000; i++) {
        buffer_putc(&b, (char)(i % 251));
        assert_int_equal(b.data[b.len], '\0');
        assert_true(b.cap > b.len);
    }
    assert_int_equal(b.len, 70000);
    for (size_t i = 0; i < b.len; i++)
        assert_int_equal((unsigned char)b.data[i], i % 251);
    buffer_free(&b);
}

static void formats_at_each_length(void **state)
{
    struct buffer b = BUFFER_INIT;

    (void)state;
    for (int width = 1; width < 400; width++) {
        buffer_clear(&b);
        buffer_puts(&b, "ab");
        buffer_printf(&b, "%*d!", width, 7);
        assert_int_equal(b.len, (size_t)width + 3);
        assert_int_equal(strlen(buffer_text(&b)), b.len);
        assert_int_equal(b.data[b.len - 2], '7');
    }
    buffer_free(&b);
}

static void escapes_html(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", ""},
        {"<", "&lt;"},
        {"plain Вход", "plain Вход"},
        {"<a href=\"x\" title='y'>&amp;</a>",
         "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;"},
        {"a<", "a&lt;"},
        {">b", "&gt;b"},
        {"&&", "&amp;&amp;"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer b = BUFFER_INIT;

        buffer_add_html(&b, rows[i].text, strlen(rows[i].text));
        assert_string_equal(buffer_text(&b), rows[i].want);
        buffer_free(&b);
    }
}

static void cut_clear_and_take(void **state)
{
    struct buffer b = BUFFER_INIT;
    char *taken;
    char *room;

    (void)state;
    buffer_puts(&b, "0123456789");
    buffer_cut(&b, 10);
    buffer_cut(&b, 99);
    assert_string_equal(buffer_text(&b), "0123456789");
    buffer_cut(&b, 4);
    assert_string_equal(buffer_text(&b), "0123");
    room = buffer_reserve(&b, 2);
    memcpy(room, "xy", 2);
    buffer_grew(&b, 2);
    assert_string_equal(buffer_text(&b), "0123xy");
    taken = buffer_take(&b);
    assert_string_equal(taken, "0123xy");
    assert_null(b.data);
    assert_int_equal(b.len, 0);
    free(taken);
    buffer_puts(&b, "again");
    buffer_clear(&b);
    assert_non_null(b.data);
    assert_string_equal(buffer_text(&b), "");
    buffer_free(&b);
    assert_null(b.data);
}

/* --- log.h and err.h --- */

/* What log_warning("%s", text) puts on standard error, into out. */
static void logged(char *out, size_t size, const char *text)
{
    int ends[2];
    int saved = dup(STDERR_FILENO);
    ssize_t got;

    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    dup2(ends[1], STDERR_FILENO);
    errno = 4711;
    log_warning("%s", text);
    assert_int_equal(errno, 4711);
    dup2(saved, STDERR_FILENO);
    got = read(ends[0], out, size - 1);
    out[got < 0 ? 0 : got] = '\0';
    close(saved);
    close(ends[0]);
    close(ends[1]);
}

static void log_lines_cannot_be_forged(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a\nvhod: error: forged", "vhod: warning: a\\x0avhod: error: forged\n"},
        {"\x1b[31m\r\x7f", "vhod: warning: \\x1b[31m\\x0d\\x7f\n"},
        {"\xc2\x9b"
         "31m",
         "vhod: warning: \\xc2\\x9b31m\n"},
        {"Вход «x»", "vhod: warning: Вход «x»\n"},
        {"100% %s %n", "vhod: warning: 100% %s %n\n"},
        {"", "vhod: warning: \n"},
    };
    char line[8192];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        logged(line, sizeof line, rows[i].text);
        assert_string_equal(line, rows[i].want);
    }
}

static void log_cuts_long_messages(void **state)
{
    char text[4000];
    char line[8192];

    (void)state;
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "ж", 3);
    logged(line, sizeof line, text);
    assert_in_range(strlen(line), 990, 1030);
    assert_string_equal(line + strlen(line) - 6, "ж...\n");
    memset(text, '\n', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    logged(line, sizeof line, text);
    assert_int_equal(strlen(line), strlen("vhod: warning: ") + 997 * 4 + 4);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void log_names_the_program(void **state)
{
    char line[200];

    (void)state;
    log_program("build/regions.fcgi");
    logged(line, sizeof line, "x");
    assert_string_equal(line, "regions.fcgi: warning: x\n");
    log_program("vhod");
}

static void each_error_has_its_text(void **state)
{
    (void)state;
    assert_string_equal(err_text(ERR__MAX), "unknown error");
    assert_string_equal(err_text((enum err)4711), "unknown error");
    for (int i = 0; i < ERR__MAX; i++) {
        assert_string_not_equal(err_text((enum err)i), "unknown error");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(err_text((enum err)i), err_text((enum err)j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failure_is_sticky),
        cmocka_unit_test(sums_of_lengths_cannot_wrap),
        cmocka_unit_test(more_than_reserved_fails),
        cmocka_unit_test(empty_states),
        cmocka_unit_test(keeps_every_byte),
        cmocka_unit_test(formats_at_each_length),
        cmocka_unit_test(escapes_html),
        cmocka_unit_test(cut_clear_and_take),
        cmocka_unit_test(log_lines_cannot_be_forged),
        cmocka_unit_test(log_cuts_long_messages),
        cmocka_unit_test(log_names_the_program),
        cmocka_unit_test(each_error_has_its_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
