/*
 * test_url.c: the decoder, the encoder and the parser of addresses, malformed input first.
 */
#include "base/url.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const malformed_escapes[] = {
    "%",
    "%a",
    "%4",
    "%zz",
    "%4z",
    "%z4",
    "% 9a",
    "%9 a",
    "%+4",
    "%-1",
    "%0x41",
    "%%41",
    "abc%",
    "abc%4",
    "%\xd0\xb0",
    "%u0041",
    "%00",
    "a%00b",
    "%0a",
    "%0D%0A",
    "%09",
    "%1b[31m",
    "%7f",
    "%7F",
    "%C0%AF",
    "%c0%80",
    "%E0%80%AF",
    "%F0%80%80%AF",
    "%ED%A0%80",
    "%F4%90%80%80",
    "%80",
    "%D0",
    "%D0%",
    "%D0x",
    "%FF",
    "%CF%F0%E8%E2%E5%F2",
    "%EF%BB%BF",
    "%C2%85",
    "%C2%9Bx",
    "\x01",
    "a\tb",
    "a\nb",
    "\xc0\xaf",
    "\xff",
    "\xef\xbb\xbfx",
    "%D0\xd0\xb0",
};

static void malformed_escapes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof malformed_escapes / sizeof malformed_escapes[0]; i++)
        for (int plus = 0; plus < 2; plus++) {
            struct buffer b = BUFFER_INIT;

            buffer_puts(&b, "before");
            if (url_decode(&b, malformed_escapes[i], strlen(malformed_escapes[i]), plus) !=
                ERR_INVALID)
                fail_msg("taken: \"%s\" as \"%s\"", malformed_escapes[i], buffer_text(&b));
            assert_string_equal(buffer_text(&b), "before");
            assert_int_equal(b.len, 6);
            buffer_free(&b);
        }
}

static void decodes(void **state)
{
    static const struct {
        const char *text;
        bool plus;
        const char *want;
    } rows[] = {
        {"", false, ""},
        {"abc", false, "abc"},
        {"+", false, "+"},
        {"+", true, " "},
        {"%2B", true, "+"},
        {"%20", false, " "},
        {"%41%4a%4A", false, "AJJ"},
        {"%25", false, "%"},
        {"%2541", false, "%41"}, /* once, never twice */
        {"%2e%2E%2f", false, "../"},
        {"%D0%92%d1%85од", true, "Вход"},
        {"%F0%9F%98%80", false, "😀"},
        {"a=b&c", true, "a=b&c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer b = BUFFER_INIT;

        assert_int_equal(url_decode(&b, rows[i].text, strlen(rows[i].text), rows[i].plus),
                         ERR_NONE);
        assert_string_equal(buffer_text(&b), rows[i].want);
        buffer_free(&b);
    }
}

/* All 65,536 pairs behind a percent sign: only two hex digits are an escape. */
static void only_hex_digits_are_hex(void **state)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    char text[3] = "%";

    (void)state;
    for (int first = 0; first < 256; first++)
        for (int second = 0; second < 256; second++) {
            struct buffer b = BUFFER_INIT;
            char digits[3] = {(char)first, (char)second, '\0'};
            bool good = memchr(hex, first, 22) != NULL && memchr(hex, second, 22) != NULL;
            long value = good ? strtol(digits, NULL, 16) : -1;
            enum err want = value >= 0x20 && value < 0x7f ? ERR_NONE : ERR_INVALID;

            text[1] = (char)first;
            text[2] = (char)second;
            if (url_decode(&b, text, 3, false) != want)
                fail_msg("%%%02x%02x", (unsigned)first, (unsigned)second);
            buffer_free(&b);
        }
}

static void cut_input_is_not_read_past(void **state)
{
    struct buffer b = BUFFER_INIT;
    char *text = malloc(2);

    (void)state;
    memcpy(text, "%4", 2);
    assert_int_equal(url_decode(&b, text, 2, false), ERR_INVALID);
    assert_int_equal(url_decode(&b, text, 1, false), ERR_INVALID);
    assert_int_equal(url_decode(&b, text, 0, false), ERR_NONE);
    free(text);
    buffer_free(&b);
}

static void encodes_and_comes_back(void **state)
{
    struct buffer encoded = BUFFER_INIT;
    struct buffer decoded = BUFFER_INIT;
    static const char text[] = "AZaz09-._~ /?#[]@!$&'()*+,;=%\"<>\\^`{|}Вход😀";

    (void)state;
    url_encode(&encoded, text, strlen(text));
    assert_string_equal(
        buffer_text(&encoded),
        "AZaz09-._~%20%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%22%3C%3E"
        "%5C%5E%60%7B%7C%7D%D0%92%D1%85%D0%BE%D0%B4%F0%9F%98%80");
    assert_int_equal(url_decode(&decoded, buffer_text(&encoded), encoded.len, true), ERR_NONE);
    assert_string_equal(buffer_text(&decoded), text);
    buffer_clear(&encoded);
    url_encode(&encoded, "\0\xff", 2);
    assert_string_equal(buffer_text(&encoded), "%00%FF");
    buffer_free(&encoded);
    buffer_free(&decoded);
}

static const char *const odd_addresses[] = {
    "",
    "/",
    "//host",
    "//host/path",
    "host",
    "www.example.org/",
    "javascript:alert(1)",
    "JavaScript://example.org/%0aalert(1)",
    "data:text/html,x",
    "ftp://example.org/",
    "mailto:a@example.org",
    "httpx://example.org/",
    "http:example.org",
    "http:/example.org",
    "http//example.org",
    "http:\\\\example.org",
    "http://",
    "http:///path",
    "http://?q",
    "http://#f",
    "http://:80/",
    "http://user@/",
    "http://user@:80/",
    "http://a@b@example.org/",
    "http://example.org:/",
    "http://example.org:0/",
    "http://example.org:65536/",
    "http://example.org:99999/",
    "http://example.org:000080/",
    "http://example.org:-1/",
    "http://example.org:+80/",
    "http://example.org:8o/",
    "http://example.org:80:80/",
    " http://example.org/",
    "http://example.org/ ",
    "http://exa mple.org/",
    "http://example.org/a b",
    "http://example.org/\tb",
    "http://example.org/\n",
    "http://example.org/\x7f",
    "http://example.org/\xc2\x85",
    "http://example.org/\xff",
    "http://\xef\xbb\xbf"
    "example.org/",
    "http://example.org\\@evil.example/",
    "http://example.org/<script>",
    "http://example.org/\"",
    "http://example.org/%",
    "http://example.org/%4",
    "http://example.org/%zz",
    "http://ex%61mple.org/",
    "http://.example.org/",
    "http://example..org/",
    "http://./",
    "http://exam!ple.org/",
    "http://[::1/",
    "http://::1/",
    "http://[]/",
    "http://[::1]80/",
    "http://[::1]:/",
    "http://[::1]x/",
    "http://[::g]/",
    "http://[127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://[1:2:3:4:5:6:7:8:9]/",
    "http://[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]/",
};

static void odd_addresses_are_refused(void **state)
{
    struct url url;

    (void)state;
    for (size_t i = 0; i < sizeof odd_addresses / sizeof odd_addresses[0]; i++)
        if (url_parse(&url, odd_addresses[i]) != ERR_INVALID)
            fail_msg("taken: \"%s\"", odd_addresses[i]);
}

static void host_length_is_bounded(void **state)
{
    char text[300] = "http://";
    struct url url;

    (void)state;
    memset(text + 7, 'a', 253);
    assert_int_equal(url_parse(&url, text), ERR_NONE);
    text[7 + 253] = 'a';
    assert_int_equal(url_parse(&url, text), ERR_INVALID);
}

static const struct {
    const char *text, *scheme, *host;
    int port;
    bool has_user;
    const char *rest, *written; /* as url_host writes it */
} good_addresses[] = {
    {"http://example.org", "http", "example.org", 0, false, "", "example.org"},
    {"HTTPS://Example.ORG/", "HTTPS", "Example.ORG", 0, false, "/", "example.org"},
    {"https://example.org:443/a/b?c=d#e", "https", "example.org", 443, false, "/a/b?c=d#e",
     "example.org:443"},
    {"https://example.org?q=/", "https", "example.org", 0, false, "?q=/", "example.org"},
    {"https://example.org#f", "https", "example.org", 0, false, "#f", "example.org"},
    {"https://example.org:1/", "https", "example.org", 1, false, "/", "example.org:1"},
    {"https://example.org:65535", "https", "example.org", 65535, false, "", "example.org:65535"},
    {"https://user:pass@example.org/", "https", "example.org", 0, true, "/", "example.org"},
    {"https://user@example.org:8/", "https", "example.org", 8, true, "/", "example.org:8"},
    {"https://@example.org/", "https", "example.org", 0, true, "/", "example.org"},
    {"https://gosuslugi.ru@evil.example/", "https", "evil.example", 0, true, "/", "evil.example"},
    {"https://example.org/@x", "https", "example.org", 0, false, "/@x", "example.org"},
    {"https://example.org./x", "https", "example.org.", 0, false, "/x", "example.org"},
    {"https://[::1]/", "https", "::1", 0, false, "/", "[::1]"},
    {"https://[2001:DB8::1]:8080/x", "https", "2001:DB8::1", 8080, false, "/x",
     "[2001:db8::1]:8080"},
    {"https://u@[::ffff:127.0.0.1]", "https", "::ffff:127.0.0.1", 0, true, "",
     "[::ffff:127.0.0.1]"},
    {"https://127.0.0.1:8080", "https", "127.0.0.1", 8080, false, "", "127.0.0.1:8080"},
    {"https://ШКОЛА.рф/вход", "https", "ШКОЛА.рф", 0, false, "/вход", "школа.рф"},
    {"https://a_b-c.example.org/x?a[]=1", "https", "a_b-c.example.org", 0, false, "/x?a[]=1",
     "a_b-c.example.org"},
};

static void splits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good_addresses / sizeof good_addresses[0]; i++) {
        struct buffer host = BUFFER_INIT;
        struct url url;

        if (url_parse(&url, good_addresses[i].text) != ERR_NONE)
            fail_msg("refused: \"%s\"", good_addresses[i].text);
        assert_int_equal(url.scheme_len, strlen(good_addresses[i].scheme));
        assert_memory_equal(url.scheme, good_addresses[i].scheme, url.scheme_len);
        assert_int_equal(url.host_len, strlen(good_addresses[i].host));
        assert_memory_equal(url.host, good_addresses[i].host, url.host_len);
        assert_int_equal(url.port, good_addresses[i].port);
        assert_int_equal(url.has_user, good_addresses[i].has_user);
        assert_string_equal(url.rest, good_addresses[i].rest);
        url_host(&host, &url);
        assert_string_equal(buffer_text(&host), good_addresses[i].written);
        buffer_free(&host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_escapes_are_refused),
        cmocka_unit_test(decodes),
        cmocka_unit_test(only_hex_digits_are_hex),
        cmocka_unit_test(cut_input_is_not_read_past),
        cmocka_unit_test(encodes_and_comes_back),
        cmocka_unit_test(odd_addresses_are_refused),
        cmocka_unit_test(host_length_is_bounded),
        cmocka_unit_test(splits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
