/*
 * words.c: cutting text into words. Contract: words.h. Folding is base/utf8.c's.
 */
#include "search/words.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum sort { SORT_PART, SORT_NOTHING, SORT_LETTER, SORT_DIGIT, SORT_NUMBER_SIGN };

/* What a character is to us; the first row that holds it. Only alphabets that a Russian reader
 * types or pastes are letters: in what is left, word borders are not worth a table. */
static const struct range {
    uint32_t first, last;
    enum sort sort;
} ranges[] = {
    {'0', '9', SORT_DIGIT},
    {'a', 'z', SORT_LETTER},
    {'A', 'Z', SORT_LETTER},
    {'\'', '\'', SORT_NOTHING},
    {'`', '`', SORT_NOTHING},
    {'#', '#', SORT_NUMBER_SIGN},
    {0x2116, 0x2116, SORT_NUMBER_SIGN},
    {0xad, 0xad, SORT_NOTHING},
    {0xb4, 0xb4, SORT_NOTHING},
    {0xc0, 0x24f, SORT_LETTER},
    {0x2b0, 0x2ff, SORT_NOTHING},
    {0x300, 0x36f, SORT_LETTER},
    {0x400, 0x52f, SORT_LETTER},
    {0x2018, 0x201b, SORT_NOTHING},
    {0x2060, 0x2064, SORT_NOTHING},
    {0x200b, 0x200f, SORT_NOTHING},
    {0x2032, 0x2035, SORT_NOTHING},
    {0xfe00, 0xfe0f, SORT_NOTHING},
    {0xff10, 0xff19, SORT_DIGIT},
    {0xff21, 0xff5a, SORT_LETTER},
    {0x370, 0x3ff, SORT_LETTER},
};

static enum sort sort_of(uint32_t point)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return ranges[i].sort;
    return SORT_PART;
}

/* Puts spaces where words end, and takes out what is nothing. */
static void part(struct buffer *out, const char *text)
{
    enum sort last = SORT_PART;

    for (uint32_t point; (point = utf8_next(&text)) != 0;) {
        enum sort sort = sort_of(point);

        if (sort == SORT_NOTHING)
            continue;
        if (sort == SORT_NUMBER_SIGN)
            buffer_puts(out, " no ");
        else if (sort == SORT_PART ||
                 (sort != last && last != SORT_PART && last != SORT_NUMBER_SIGN))
            buffer_putc(out, ' ');
        if (sort == SORT_LETTER || sort == SORT_DIGIT)
            utf8_put(out, point);
        last = sort;
    }
}

enum err search_words(struct buffer *out, const char *text, size_t len)
{
    struct buffer clean = BUFFER_INIT, parted = BUFFER_INIT;
    enum err err;

    utf8_repair(&clean, text, len);
    part(&parted, buffer_text(&clean));
    err = buffer_failed(&clean) || buffer_failed(&parted) ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE)
        err = utf8_fold(out, buffer_text(&parted), parted.len);
    buffer_free(&clean);
    buffer_free(&parted);
    return err;
}

size_t search_next_word(const char **rest, const char **word)
{
    size_t len;

    *word = *rest + strspn(*rest, " ");
    len = strcspn(*word, " ");
    *rest = *word + len;
    return len;
}
