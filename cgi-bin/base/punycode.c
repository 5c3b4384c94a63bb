/*
 * punycode.c: the decoder of RFC 3492, section 6.2, with the parameters of section 5. Contract:
 * punycode.h.
 */
#include "base/punycode.h"
#include "base/utf8.h"
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128 };
#define LABEL_MAX 63 /* code points of a label: DNS has no longer ones */

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
        delta /= BASE - TMIN;
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

/* Value of a digit, BASE if it is none. */
static uint32_t digit(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0') + 26;
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a');
    return c >= 'A' && c <= 'Z' ? (uint32_t)(c - 'A') : BASE;
}

/* Reads one generalised variable-length integer and adds it to *i. */
static bool add_delta(const char **at, const char *end, uint32_t bias, uint32_t *i)
{
    uint32_t weight = 1;
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t value = *at < end ? digit(*(*at)++) : BASE;
        uint32_t least = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
        if (value >= BASE || value > (UINT32_MAX - *i) / weight)
            return false;
        *i += value * weight;
        if (value < least)
            return true;
        if (weight > UINT32_MAX / (BASE - least))
            return false;
        weight *= BASE - least;
    }
}

static bool decode(uint32_t points[static LABEL_MAX], size_t *count, const char *text, size_t len)
{
    const char *end = text + len, *dash = memrchr(text, '-', len);
    uint32_t n = INITIAL_N, i = 0, bias = INITIAL_BIAS;
    *count = 0;
    for (const char *c = text; dash && c < dash && *count < LABEL_MAX; c++)
        points[(*count)++] = (unsigned char)*c;
    for (const char *at = dash ? dash + 1 : text; at < end;) {
        uint32_t before = i;
        if (*count >= LABEL_MAX || !add_delta(&at, end, bias, &i))
            return false;
        bias = adapt(i - before, (uint32_t)*count + 1, before == 0);
        n += i / (uint32_t)(*count + 1);
        i %= (uint32_t)(*count + 1);
        if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000))
            return false;
        memmove(points + i + 1, points + i, (*count - i) * sizeof *points);
        points[i++] = n;
        (*count)++;
    }
    return true;
}

enum err punycode_host(struct buffer *out, const char *host)
{
    size_t start = out->len;
    for (;;) {
        size_t len = strcspn(host, ".");
        uint32_t points[LABEL_MAX + 1];
        size_t count;
        if (len > 4 && strncasecmp(host, "xn--", 4) == 0) {
            if (!decode(points, &count, host + 4, len - 4)) {
                buffer_cut(out, start);
                return ERR_INVALID;
            }
            for (size_t i = 0; i < count; i++)
                utf8_put(out, points[i]);
        } else {
            buffer_add(out, host, len);
        }
        host += len;
        if (!*host)
            break;
        buffer_putc(out, *host++);
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
