/*
 * typography.c: finding what must not break. Contract: typography.h. A run that must not break is
 * measured first and copied then; everything else goes through as it is.
 */
#include "content/typography.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <stdint.h>
#include <string.h>

#define NO_BREAK      "\xC2\xA0"
#define DIGITS_MIN    5  /* of a number without a code */
#define DIGITS_MOBILE 11 /* of one that begins with 8 or +7 */

/* The length of a space, plain or no-break, at text; 0 if there is none. */
static size_t space_at(const char *text)
{
    if (*text == ' ')
        return 1;
    return strncmp(text, NO_BREAK, 2) == 0 ? 2 : 0;
}

/* --- telephone numbers --- */

/* The length of digits with single spaces, hyphens and brackets between; *digits of them. */
static size_t number_at(const char *text, size_t *digits)
{
    const char *c = text + (*text == '+'), *end = text;

    *digits = 0;
    while (*c) {
        size_t space = space_at(c);

        if (ascii_is_digit(*c)) {
            ++*digits;
            end = ++c;
        } else if (space > 0 && (ascii_is_digit(c[space]) || c[space] == '(')) {
            c += space;
        } else if ((*c == '-' || *c == '(') && ascii_is_digit(c[1])) {
            c++;
        } else if (*c == ')' && (ascii_is_digit(c[1]) || space_at(c + 1) > 0)) {
            c++;
        } else {
            break;
        }
    }
    return (size_t)(end - text);
}

/* The length of a telephone number at text; 0 if there is none. */
static size_t phone_at(const char *text)
{
    size_t digits;
    size_t len = number_at(text, &digits);

    if (*text == '+' || *text == '8')
        return digits == DIGITS_MOBILE ? len : 0;
    /* with the code of a town in brackets */
    return *text == '(' && digits >= DIGITS_MIN && digits < DIGITS_MOBILE ? len : 0;
}

/* --- initials --- */

static bool is_capital(uint32_t point)
{
    return (point >= 0x410 && point <= 0x42F) || point == 0x401;
}

static bool is_small(uint32_t point)
{
    return (point >= 0x430 && point <= 0x44F) || point == 0x451;
}

/* The length of a capital letter and a full stop: «И.»; 0 if they do not stand there. */
static size_t initial_at(const char *text)
{
    const char *next = text;

    return is_capital(utf8_next(&next)) && *next == '.' ? (size_t)(next + 1 - text) : 0;
}

/* The length of a word with a capital letter, of at least two letters: «Иванов»; else 0. */
static size_t surname_at(const char *text)
{
    const char *next = text, *after;

    if (!is_capital(utf8_next(&next)))
        return 0;
    after = next;
    if (!is_small(utf8_next(&after)))
        return 0;
    while (after = next, is_small(utf8_next(&after)))
        next = after;
    return (size_t)(next - text);
}

/* One or two initials; *count of them. */
static size_t initials_at(const char *text, int *count)
{
    size_t len = initial_at(text), space, more;

    *count = len > 0;
    if (len == 0)
        return 0;
    space = space_at(text + len);
    more = initial_at(text + len + space);
    *count += more > 0;
    return more > 0 ? len + space + more : len;
}

/* The length of initials with their surname, before or behind; 0 if there are none. One initial
 * behind a surname may be the end of a sentence: it counts only before one. */
static size_t name_at(const char *text)
{
    int count;
    size_t surname = surname_at(text), space = space_at(text + surname), initials;

    if (surname > 0 && space > 0) {
        initials = initials_at(text + surname + space, &count);
        return count == 2 ? surname + space + initials : 0;
    }
    initials = initials_at(text, &count);
    space = space_at(text + initials);
    surname = count > 0 ? surname_at(text + initials + space) : 0;
    return surname > 0 ? initials + space + surname : 0;
}

/* --- all of a text --- */

static void put_whole(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ')
            buffer_puts(out, NO_BREAK);
        else
            buffer_putc(out, text[i]);
    }
}

static bool in_word(uint32_t point)
{
    return is_capital(point) || is_small(point) || (point < 128 && ascii_is_digit((char)point)) ||
           (point | 0x20) - 'a' < 26;
}

void typography_put(struct buffer *out, const char *text)
{
    uint32_t before = ' ';

    while (*text) {
        const char *next = text;
        size_t len = 0;

        if (*text == '<') {
            len = strcspn(text, ">");
            buffer_add(out, text, len);
            text += len;
            continue;
        }
        if (!in_word(before))
            len = phone_at(text);
        if (len == 0 && !in_word(before))
            len = name_at(text);
        put_whole(out, text, len);
        if (len > 0) {
            before = '0';
            text += len;
            continue;
        }
        before = utf8_next(&next);
        buffer_add(out, text, (size_t)(next - text));
        text = next;
    }
}
