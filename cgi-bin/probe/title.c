/*
 * title.c: titles of foreign pages. Contract in title.h.
 */
#include "probe/title.h"
#include "base/buffer.h"
#include "base/utf8.h"
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CHARSET_SIZE 32
#define RAW_MAX      2048 /* bytes of a title before it is decoded */
#define WORD_MIN     3    /* letters of a word that says something */
#define META_WITHIN  4096 /* bytes within which a page says its encoding; the standard has 1024 */

/* --- the encoding --- */

/* The word behind "charset=" in a text of len bytes, in lower case; "" if there is none. */
static void find_charset(char out[static CHARSET_SIZE], const char *text, size_t len)
{
    static const char mark[] = "charset=";
    const char *end = text + len;
    size_t used = 0;

    out[0] = '\0';
    for (; (size_t)(end - text) > strlen(mark); text++)
        if (strncasecmp(text, mark, strlen(mark)) == 0)
            break;
    if ((size_t)(end - text) <= strlen(mark))
        return;
    for (text += strlen(mark); text < end && strchr("\"' ", *text) != NULL; text++)
        ;
    for (; text < end && used < CHARSET_SIZE - 1; text++) {
        char c = (char)(*text >= 'A' && *text <= 'Z' ? *text | 0x20 : *text);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_')
            break;
        out[used++] = c;
    }
    out[used] = '\0';
}

/* Appends the bytes as UTF-8. What the encoding does not have is left out; an encoding that nobody
 * knows leaves the bytes as they are. */
static void decode(struct buffer *out, const char *raw, size_t len, const char *charset)
{
    char *room = buffer_reserve(out, len * 4);
    iconv_t converter = strcmp(charset, "utf-8") == 0 ? (iconv_t)-1 : iconv_open("UTF-8", charset);
    char *from, *copy, *to = room;
    size_t left = len, free_bytes = len * 4;

    if (room == NULL)
        return;
    copy = from = malloc(len + 1);
    if (copy == NULL || converter == (iconv_t)-1) {
        memcpy(room, raw, len);
        buffer_grew(out, len);
    } else {
        memcpy(copy, raw, len);
        while (left > 0 && iconv(converter, &from, &left, &to, &free_bytes) == (size_t)-1 &&
               left > 0) {
            from++;
            left--;
        }
        buffer_grew(out, (size_t)(to - room));
    }
    free(copy);
    if (converter != (iconv_t)-1)
        iconv_close(converter);
}

/* --- the title --- */

static bool begins(const char *at, const char *end, const char *word)
{
    return (size_t)(end - at) >= strlen(word) && strncasecmp(at, word, strlen(word)) == 0;
}

/* What stands between <title …> and </title>; NULL if there is none. */
static const char *find_raw(const char *html, size_t html_len, size_t *len)
{
    const char *end = html + html_len, *close;

    for (; html < end; html++)
        if (*html == '<' && begins(html, end, "<title") && html + 6 < end &&
            strchr("> \t\r\n", html[6]) != NULL)
            break;
    html = html < end ? memchr(html, '>', (size_t)(end - html)) : NULL;
    if (html == NULL)
        return NULL;
    html++;
    for (close = html; close < end && !begins(close, end, "</title"); close++)
        ;
    *len = (size_t)(close - html) > RAW_MAX ? RAW_MAX : (size_t)(close - html);
    return html;
}

/* The character of "&quot;", "&#8212;", "&#x2014;"; 0 if it is none of those that titles have. */
static uint32_t entity(const char *at, const char *end, size_t *len)
{
    static const struct {
        const char *name;
        uint32_t point;
    } names[] = {{"&amp;", '&'},      {"&quot;", '"'},     {"&lt;", '<'},     {"&gt;", '>'},
                 {"&nbsp;", ' '},     {"&apos;", '\''},    {"&laquo;", 0xab}, {"&raquo;", 0xbb},
                 {"&mdash;", 0x2014}, {"&ndash;", 0x2013}, {"&shy;", ' '}};
    uint32_t point = 0;
    bool hex;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (begins(at, end, names[i].name)) {
            *len = strlen(names[i].name);
            return names[i].point;
        }
    if (!begins(at, end, "&#"))
        return 0;
    hex = at + 2 < end && (at[2] | 0x20) == 'x';
    *len = hex ? 3 : 2;
    for (; at + *len < end && *len < 10; (*len)++) {
        char c = at[*len];
        int digit = c >= '0' && c <= '9'                            ? c - '0'
                    : hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                                    : -1;

        if (c == ';' && point >= ' ' && point <= 0xffff && (point < 0xd800 || point > 0xdfff)) {
            (*len)++;
            return point;
        }
        if (digit < 0)
            return 0;
        point = point * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return 0;
}

static void resolve_entities(struct buffer *out, const char *at, const char *end)
{
    while (at < end) {
        size_t len = 1;
        uint32_t point = *at == '&' ? entity(at, end, &len) : 0;

        if (point != 0) {
            utf8_put(out, point);
            at += len;
        } else {
            buffer_putc(out, *at++);
        }
    }
}

/* Copies with runs of white space as one space, as much as fits whole characters. */
static void tidy(char out[static TITLE_SIZE], const char *text)
{
    size_t used = 0;
    bool space = false;

    while (*text != '\0') {
        const char *before = text;
        uint32_t point = utf8_next(&text);
        size_t len = (size_t)(text - before);

        if (point <= ' ' || point == 0xa0) {
            space = used > 0;
            continue;
        }
        if (used + len + space >= TITLE_SIZE)
            break;
        if (space)
            out[used++] = ' ';
        memcpy(out + used, before, len);
        used += len;
        space = false;
    }
    out[used] = '\0';
}

void title_find(char out[static TITLE_SIZE], const char *html, size_t len, const char *content_type)
{
    struct buffer text = BUFFER_INIT, plain = BUFFER_INIT, clean = BUFFER_INIT;
    char charset[CHARSET_SIZE] = "";
    const char *raw;
    size_t raw_len = 0;

    out[0] = '\0';
    raw = find_raw(html, len, &raw_len);
    if (raw == NULL)
        return;
    if (content_type != NULL)
        find_charset(charset, content_type, strlen(content_type));
    if (*charset == '\0')
        find_charset(charset, html, len < META_WITHIN ? len : META_WITHIN);
    decode(&text, raw, raw_len, *charset != '\0' ? charset : "utf-8");
    resolve_entities(&plain, buffer_text(&text), buffer_text(&text) + text.len);
    utf8_repair(&clean, buffer_text(&plain), plain.len);
    if (!buffer_failed(&clean))
        tidy(out, buffer_text(&clean));
    buffer_free(&text);
    buffer_free(&plain);
    buffer_free(&clean);
}

/* --- comparing --- */

/* True if point belongs to a word: a letter or digit, also of other alphabets. */
static bool is_of_word(uint32_t point)
{
    return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') || point >= 0xc0;
}

/* The next word of a folded text, with its length in bytes; NULL at the end. Short ones are passed
 * over, unless they are numbers. */
static const char *next_word(const char **at, size_t *len)
{
    while (**at != '\0') {
        const char *start = *at, *after = *at;
        size_t letters = 0;
        bool number = *start >= '0' && *start <= '9';

        while (*after != '\0' && is_of_word(utf8_next(&after))) {
            letters++;
            *at = after;
        }
        *len = (size_t)(*at - start);
        if (letters >= WORD_MIN || (letters > 0 && number))
            return start;
        if (letters == 0)
            utf8_next(at);
    }
    return NULL;
}

static bool has_word(const char *text, const char *word, size_t len)
{
    const char *own;
    size_t own_len;

    while ((own = next_word(&text, &own_len)) != NULL)
        if (own_len == len && memcmp(own, word, len) == 0)
            return true;
    return false;
}

bool title_is_other(const char *before, const char *now)
{
    struct buffer old = BUFFER_INIT, new = BUFFER_INIT;
    bool words_before, other = false;
    const char *at, *word;
    size_t len;

    if (utf8_fold(&old, before, strlen(before)) == ERR_NONE &&
        utf8_fold(&new, now, strlen(now)) == ERR_NONE) {
        at = buffer_text(&old);
        words_before = next_word(&at, &len) != NULL;
        at = buffer_text(&new);
        while ((word = next_word(&at, &len)) != NULL) {
            other = words_before && !has_word(buffer_text(&old), word, len);
            if (!other)
                break;
        }
    }
    buffer_free(&old);
    buffer_free(&new);
    return other;
}
