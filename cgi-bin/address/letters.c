/*
 * letters.c: letters that look like others. Contract in letters.h.
 */
#include "address/letters.h"
#include "base/utf8.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct confusable {
    uint32_t point;
    char latin[4];
};

struct script_range {
    uint32_t first, last;
    int script;
};

#include "gen/address/confusable.h"

/* --- beyond ASCII --- */

static int compare_point(const void *key, const void *element)
{
    const uint32_t *point = key;
    const struct confusable *letter = element;

    return *point < letter->point ? -1 : *point > letter->point;
}

void letters_latin(struct buffer *out, const char *text)
{
    uint32_t point;

    while ((point = utf8_next(&text)) != 0) {
        const struct confusable *letter =
            point < 0x80 ? NULL
                         : bsearch(&point, confusables, sizeof confusables / sizeof confusables[0],
                                   sizeof confusables[0], compare_point);

        if (letter != NULL)
            buffer_puts(out, letter->latin);
        else
            utf8_put(out, point);
    }
}

/* --- Latin alone --- */

/* What stands for a letter that others are taken for. Pairs are dnstwist's, single signs its and
 * those of Unicode's confusables. */
static char stand_in(char c)
{
    static const char from[] = "0i1e38695bgqvrmz2", to[] = "ollc88gssdggunnss";
    const char *at = c != '\0' ? strchr(from, c) : NULL;

    return at != NULL ? to[at - from] : c;
}

/* Of signs that are already stand-ins: "uu" is drawn like a w, "nn" (rn, rr) like an m, which is an
 * n by now; "cl" like a d; an l before h, k or d is lost in it. */
static bool joins(char last, char next, char *out)
{
    static const char pairs[][4] = {"uuw", "nnn", "cld", "dld", "ldd", "lhh", "lkk", "lck"};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (pairs[i][0] == last && pairs[i][1] == next) {
            *out = pairs[i][2];
            return true;
        }
    return false;
}

void letters_plain(struct buffer *out, const char *latin)
{
    for (; *latin != '\0'; latin++) {
        char c = stand_in(*latin);

        while (out->len > 0 && joins(out->data[out->len - 1], c, &c))
            buffer_cut(out, out->len - 1);
        buffer_putc(out, c);
    }
}

/* --- alphabets --- */

static int compare_range(const void *key, const void *element)
{
    const uint32_t *point = key;
    const struct script_range *range = element;

    return *point < range->first ? -1 : *point > range->last;
}

static int script_of(uint32_t point)
{
    const struct script_range *range = bsearch(&point, scripts, sizeof scripts / sizeof scripts[0],
                                               sizeof scripts[0], compare_range);

    return range != NULL ? range->script : -1;
}

/* Written together with Latin letters and with each other, as in Chinese, Japanese and Korean. */
static bool is_eastern(int script)
{
    return script == SCRIPT_HAN || script == SCRIPT_BOPOMOFO || script == SCRIPT_HIRAGANA ||
           script == SCRIPT_KATAKANA || script == SCRIPT_HANGUL;
}

static bool go_together(int a, int b)
{
    return a == b || (is_eastern(a) && (is_eastern(b) || b == SCRIPT_LATIN)) ||
           (is_eastern(b) && a == SCRIPT_LATIN);
}

bool letters_mixed(const char *text)
{
    int first = -1;
    uint32_t point;

    while ((point = utf8_next(&text)) != 0) {
        int script = script_of(point);

        if (point == '.')
            first = -1;
        else if (first == -1)
            first = script;
        else if (script != -1 && !go_together(first, script))
            return true;
    }
    return false;
}
