/*
 * utf8.c: well-formedness by our own table (it must be exact and fast: each request byte passes
 * here), case and normal forms by utf8proc. It does not convert encodings and knows no language but
 * Russian's ё.
 */
#include "base/utf8.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Unicode's table 3-7: for each range of first bytes, the bytes that follow and what the second may
 * be. The narrow second-byte ranges are what keeps out overlong forms, surrogates and > U+10FFFF.
 */
static const struct form {
    unsigned char first_min, first_max, second_min, second_max, len;
} forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct form *form_of(unsigned char first)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (first >= forms[i].first_min && first <= forms[i].first_max)
            return &forms[i];
    return NULL;
}

/* Length of the character at text, 0 if malformed. */
static size_t character(const unsigned char *text, size_t len)
{
    const struct form *form = form_of(text[0]);

    if (form == NULL || form->len > len)
        return 0;
    if (form->len > 1 && (text[1] < form->second_min || text[1] > form->second_max))
        return 0;
    for (size_t i = 2; i < form->len; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return form->len;
}

bool utf8_valid(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t step;

    for (size_t i = 0; i < len; i += step) {
        step = character(bytes + i, len - i);
        if (step == 0)
            return false;
    }
    return true;
}

static bool is_unclean(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return true;
    if (at[0] == 0xc2 && at[1] < 0xa0)
        return true;
    return at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf;
}

bool utf8_clean(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t step;

    for (size_t i = 0; i < len; i += step) {
        step = character(bytes + i, len - i);
        if (step == 0 || is_unclean(bytes + i))
            return false;
    }
    return true;
}

size_t utf8_length(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

uint32_t utf8_next(const char **at)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    size_t len = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    uint32_t point = len == 1 ? bytes[0] : bytes[0] & (0xffU >> (len + 1));

    if (bytes[0] == 0)
        return 0;
    for (size_t i = 1; i < len; i++)
        point = point << 6 | (bytes[i] & 0x3fU);
    *at += len;
    return point;
}

void utf8_repair(struct buffer *out, const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t step;

    for (size_t i = 0; i < len; i += step) {
        step = character(bytes + i, len - i);
        if (step == 0 || is_unclean(bytes + i))
            buffer_putc(out, ' ');
        else
            buffer_add(out, bytes + i, step);
        step = step ? step : 1;
    }
}

/* utf8proc_map with its errors as ours. The result is NUL-terminated, the caller frees it. */
static enum err map(utf8proc_uint8_t **out, const char *text, size_t len, int options)
{
    utf8proc_ssize_t got;

    if (!utf8_valid(text, len))
        return ERR_INVALID;
    got = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, out,
                       (utf8proc_option_t)(UTF8PROC_STABLE | options));
    if (got >= 0)
        return ERR_NONE;
    *out = NULL;
    return got == UTF8PROC_ERROR_NOMEM ? ERR_MEMORY : ERR_INVALID;
}

static void add_point(struct buffer *out, utf8proc_int32_t point)
{
    utf8proc_uint8_t bytes[4];

    buffer_add(out, bytes, (size_t)utf8proc_encode_char(point, bytes));
}

void utf8_put(struct buffer *out, uint32_t point)
{
    add_point(out, (utf8proc_int32_t)point);
}

enum err utf8_lower(struct buffer *out, const char *text, size_t len)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    utf8proc_int32_t point;

    if (!utf8_valid(text, len))
        return ERR_INVALID;
    while (len > 0) {
        utf8proc_ssize_t step = utf8proc_iterate(at, (utf8proc_ssize_t)len, &point);

        if (step <= 0)
            return ERR_INVALID;
        add_point(out, utf8proc_tolower(point));
        at += step;
        len -= (size_t)step;
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

enum err utf8_capital(struct buffer *out, const char *text)
{
    const char *rest = text;
    uint32_t first;

    if (!utf8_valid(text, strlen(text)))
        return ERR_INVALID;
    first = utf8_next(&rest);
    if (first != 0)
        utf8_put(out, (uint32_t)utf8proc_toupper((utf8proc_int32_t)first));
    buffer_puts(out, rest);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

enum fold_class { FOLD_KEEP, FOLD_SPACE, FOLD_DROP };

/* Quotation marks and full stops that Unicode does not class as initial or final quotes. */
static bool is_dropped_mark(utf8proc_int32_t point)
{
    static const utf8proc_int32_t marks[] = {'"', '\'', '.', '`', 0x201a, 0x201e};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i] == point)
            return true;
    return false;
}

static enum fold_class classify(utf8proc_int32_t point)
{
    if (is_dropped_mark(point))
        return FOLD_DROP;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
        return FOLD_DROP;
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return FOLD_SPACE;
    default:
        return point == 0x2212 ? FOLD_SPACE : FOLD_KEEP; /* the minus sign, often typed as a dash */
    }
}

/* Goes over decomposed text, so that ё is е with a diaeresis whichever way it was typed, and й
 * keeps its breve. base is the last letter put out: a diaeresis belongs to it even past other
 * marks. */
static void fold_points(struct buffer *out, const utf8proc_uint8_t *at)
{
    size_t start = out->len;
    utf8proc_int32_t base = 0;
    utf8proc_int32_t point;
    bool space = false;

    for (; *at != '\0'; at += utf8proc_iterate(at, -1, &point)) {
        enum fold_class class;

        if (utf8proc_iterate(at, -1, &point) <= 0)
            return;
        class = classify(point);
        if (class == FOLD_SPACE)
            space = true;
        if (class != FOLD_KEEP)
            continue;
        point = utf8proc_tolower(point);
        if (point == 0x0308 && base == 0x0435 && !space)
            continue;
        if (space && out->len > start)
            buffer_putc(out, ' ');
        space = false;
        if (utf8proc_get_property(point)->combining_class == 0)
            base = point;
        add_point(out, point);
    }
}

enum err utf8_fold(struct buffer *out, const char *text, size_t len)
{
    struct buffer folded = BUFFER_INIT;
    utf8proc_uint8_t *apart = NULL;
    utf8proc_uint8_t *composed = NULL;
    enum err err;

    err = map(&apart, text, len, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);
    if (err != ERR_NONE)
        goto out;
    fold_points(&folded, apart);
    if (buffer_failed(&folded)) {
        err = ERR_MEMORY;
        goto out;
    }
    err = map(&composed, buffer_text(&folded), folded.len, UTF8PROC_COMPOSE);
    if (err != ERR_NONE)
        goto out;
    buffer_puts(out, (const char *)composed);
    if (buffer_failed(out))
        err = ERR_MEMORY;
out:
    free(composed);
    free(apart);
    buffer_free(&folded);
    return err;
}
