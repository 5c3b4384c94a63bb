/*
 * together.c: what stays together, found byte by byte: each rule looks at a place in the text and
 * says how far a name reaches from there. Contract in together.h.
 */
#include "view/together.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define NO_BREAK     "\xC2\xA0"
#define NUMBER_SIGN  "\xE2\x84\x96"
#define PHONE_DIGITS 11
#define DEPTH_MAX    64

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Capital letters of Russian and English names. */
static bool is_capital(uint32_t point)
{
    return (point >= 'A' && point <= 'Z') || (point >= 0x410 && point <= 0x42F) || point == 0x401;
}

static bool is_letter(uint32_t point)
{
    return is_capital(point) || (point >= 'a' && point <= 'z') ||
           (point >= 0x430 && point <= 0x44F) || point == 0x451;
}

/* Length of a telephone number at text, or 0. */
static size_t phone_at(const char *text)
{
    size_t len = *text == '+', digits = 0;

    if (text[len] != (len ? '7' : '8') || strchr(" (-", text[len + 1]) == NULL)
        return 0;
    while (digits < PHONE_DIGITS && text[len] != '\0' &&
           (is_digit(text[len]) || strchr(" ()-", text[len]) != NULL))
        digits += is_digit(text[len++]);
    return digits == PHONE_DIGITS && !is_digit(text[len]) ? len : 0;
}

/* Length of an initial with its full stop at text, or 0. */
static size_t initial_at(const char *text)
{
    const char *at = text;

    if (!is_capital(utf8_next(&at)) || *at != '.')
        return 0;
    return (size_t)(at - text) + 1;
}

/* True if a capital begins at text. */
static bool capital_at(const char *text)
{
    return is_capital(utf8_next(&text));
}

/* Length of what must stay on one line with the space behind it: an initial before a name or
 * another initial, or the sign before a number. 0: nothing such begins here. */
static size_t before_space(const char *text)
{
    size_t len = initial_at(text);

    if (len > 0)
        return text[len] == ' ' && capital_at(text + len + 1) ? len : 0;
    len = sizeof NUMBER_SIGN - 1;
    return strncmp(text, NUMBER_SIGN, len) == 0 && text[len] == ' ' && is_digit(text[len + 1]) ? len
                                                                                               : 0;
}

/* True if text is the space between a name and two initials: « А. С.». One letter alone may begin
 * the next sentence. */
static bool space_before_initials(const char *text)
{
    size_t first = *text == ' ' ? initial_at(text + 1) : 0;

    if (first == 0)
        return false;
    text += 1 + first;
    return initial_at(text + (*text == ' ')) > 0;
}

/* Copies len bytes with no-break spaces for spaces. */
static void add_joined(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ')
            buffer_puts(out, NO_BREAK);
        else
            buffer_putc(out, text[i]);
    }
}

enum err together_text(struct buffer *out, const char *text)
{
    uint32_t before = 0;

    while (*text != '\0') {
        const char *next = text;
        uint32_t point = utf8_next(&next);
        bool starts = !is_letter(before) && !(before < 0x80 && is_digit((char)before));
        size_t len = starts ? phone_at(text) : 0;

        if (len == 0 && starts && (len = before_space(text)) > 0)
            len++;
        if (len == 0 && is_letter(before) && space_before_initials(text))
            len = 1;
        if (len > 0) {
            add_joined(out, text, len);
            next = text + len;
            point = (uint32_t)(unsigned char)text[len - 1];
        } else {
            buffer_add(out, text, (size_t)(next - text));
        }
        before = point;
        text = next;
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

static bool is_typed_by_reader(const char *key)
{
    return strcmp(key, "query") == 0 || strcmp(key, "address") == 0 || strcmp(key, "where") == 0;
}

/* True if there is anything to look for: most strings have neither. */
static bool is_candidate(const char *text)
{
    return strchr(text, ' ') != NULL;
}

static enum err join_string(json_t *value)
{
    struct buffer out = BUFFER_INIT;
    const char *text = json_string_value(value);
    enum err err;

    if (!is_candidate(text))
        return ERR_NONE;
    err = together_text(&out, text);
    if (err == ERR_NONE && json_string_setn(value, buffer_text(&out), out.len) != 0)
        err = ERR_MEMORY;
    buffer_free(&out);
    return err;
}

static enum err join(json_t *value, int depth)
{
    enum err err = ERR_NONE;
    const char *key;
    size_t i;
    json_t *item;

    if (depth > DEPTH_MAX)
        return ERR_LIMIT;
    if (json_is_string(value))
        return join_string(value);
    json_array_foreach (value, i, item) {
        if (err == ERR_NONE)
            err = join(item, depth + 1);
    }
    json_object_foreach (value, key, item) {
        if (err == ERR_NONE && !is_typed_by_reader(key))
            err = join(item, depth + 1);
    }
    return err;
}

enum err together_document(json_t *document)
{
    return join(document, 0);
}
