/*
 * forgive.c: guesses at mistyped addresses, by tables. Contract in forgive.h.
 */
#include "web/forgive.h"
#include "base/ascii.h"
#include "base/url.h"
#include "base/utf8.h"
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Stands in a cleaned text for whatever ends or begins an address in a sentence; no address of ours
 * holds it. */
#define JUNK '"'

/* --- one segment or value --- */

/* Points that are nothing to the eye: joiners, marks of direction, soft hyphens. */
static bool is_invisible(uint32_t point)
{
    return point == 0xad || (point >= 0x200b && point <= 0x200f) ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) ||
           (point >= 0xfe00 && point <= 0xfe0f) || point == 0xfeff;
}

static bool is_space(uint32_t point)
{
    return point == ' ' || point == 0xa0 || (point >= 0x2000 && point <= 0x200a) ||
           point == 0x202f || point == 0x3000;
}

/* Brackets, quotation marks and what ends sentences, in ASCII and beyond. The full stop is looked
 * at elsewhere: it also parts the extension. */
static bool is_punctuation(uint32_t point)
{
    static const uint32_t beyond[] = {0xab,   0xbb,   0x2018, 0x2019, 0x201a, 0x201c,
                                      0x201d, 0x201e, 0x2026, 0x2039, 0x203a, 0x2116};

    if (point < 0x80)
        return strchr(",;:!?()[]{}<>\"'`*~|", (int)point) != NULL;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
        if (beyond[i] == point)
            return true;
    return false;
}

/* The Latin letter that a Cyrillic one looks like, small or capital; 0 if it looks like none. */
static char look_alike(uint32_t point)
{
    static const struct {
        uint32_t small, capital;
        char latin;
    } letters[] = {
        {0x430, 0x410, 'a'}, {0x432, 0x412, 'b'}, {0x435, 0x415, 'e'}, {0x43a, 0x41a, 'k'},
        {0x43c, 0x41c, 'm'}, {0x43d, 0x41d, 'h'}, {0x43e, 0x41e, 'o'}, {0x440, 0x420, 'p'},
        {0x441, 0x421, 'c'}, {0x442, 0x422, 't'}, {0x443, 0x423, 'y'}, {0x445, 0x425, 'x'},
        {0x455, 0x405, 's'}, {0x456, 0x406, 'i'}, {0x458, 0x408, 'j'},
    };

    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (point == letters[i].small || point == letters[i].capital)
            return letters[i].latin;
    return '\0';
}

/* A point as addresses of ours would have it; JUNK, or '\0' for what no address was meant to hold.
 */
static char plain_of(uint32_t point)
{
    if (is_punctuation(point))
        return JUNK;
    if (is_space(point))
        return ' ';
    if (point == '_' || (point >= 0x2010 && point <= 0x2015) || point == 0x2212)
        return '-';
    if (point < 0x80)
        return ascii_lower((char)point);
    return look_alike(point);
}

static bool is_own(char c)
{
    return ascii_is_lower(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

/* Appends a segment, or a parameter's value, without what was added to it. False if something else
 * than an address of ours is left, or nothing. */
static bool add_clean(struct buffer *out, const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    size_t start = out->len;

    while (at < end) {
        uint32_t point = utf8_next(&at);
        char c = is_invisible(point) ? '\0' : plain_of(point);

        if (c == '\0' && !is_invisible(point))
            return false;
        /* what comes before the first letter is left out here */
        if (c != '\0' && (out->len > start || (c != JUNK && c != ' ')))
            buffer_putc(out, c);
    }
    while (out->len > start && strchr("\" .", out->data[out->len - 1]) != NULL)
        buffer_cut(out, out->len - 1);
    for (size_t i = start; i < out->len; i++) {
        if (out->data[i] == ' ')
            out->data[i] = '-';
        if (!is_own(out->data[i]))
            return false;
    }
    return out->len > start;
}

/* --- the path --- */

/* Appends the path with each segment clean; a last segment of which nothing is left goes. */
static bool add_clean_path(struct buffer *out, const struct request *request)
{
    const char *at = request->path;

    while (*at == '/') {
        size_t len = strcspn(at + 1, "/");
        bool last = at[1 + len] == '\0';
        size_t before = out->len;

        buffer_putc(out, '/');
        if (!add_clean(out, at + 1, len)) {
            if (!last || out->len != before + 1 || before == 0)
                return false;
            buffer_cut(out, before);
        }
        at += 1 + len;
    }
    if (request->extension != REP__MAX) {
        buffer_putc(out, '.');
        buffer_puts(out, representation_extension(request->extension));
    }
    return out->len > 1 && !buffer_failed(out);
}

/* How else people write the beginning of an address. Each is tried on the clean path, and counts
 * only if exactly one of them all is an address. */
static const struct {
    const char *typed, *meant;
} beginnings[] = {
    {"/questions/", "/q/"},
    {"/question/", "/q/"},
    {"/q/0", "/q/"},
    {"/q/00", "/q/"},
    {"/q", "/q/"},
    {"/guides/", "/guide/"},
    {"/regions/", "/region/"},
    {"/region/", "/"},
    {"/regions/", "/"},
    {"/region/", "/region/ru-"},
    {"/go/", "/go/ru-"},
    {"/regions/", "/region/ru-"},
    {"/", "/region/"},
    {"/", "/guide/"},
};

#define BEGINNINGS (sizeof beginnings / sizeof beginnings[0])

/* Puts another beginning in place of its own; false if it has another one. */
static bool change_beginning(struct buffer *path, size_t which)
{
    const char *typed = beginnings[which].typed;
    struct buffer rest = BUFFER_INIT;

    if (strncmp(buffer_text(path), typed, strlen(typed)) != 0)
        return false;
    buffer_puts(&rest, buffer_text(path) + strlen(typed));
    buffer_clear(path);
    buffer_puts(path, beginnings[which].meant);
    buffer_puts(path, buffer_text(&rest));
    if (buffer_failed(&rest))
        buffer_clear(path);
    buffer_free(&rest);
    return true;
}

/* --- parameters --- */

/* Appends the parameters as they were read; the one at `mended` clean (none: request->param_count).
 * False if nothing came of that. */
static bool add_params(struct buffer *out, const struct request *request, size_t mended)
{
    char separator = '?';

    for (size_t i = 0; i < request->param_count; i++) {
        const struct request_param *param = &request->params[i];
        size_t before;

        if (param->value == NULL && i == mended)
            return false; /* bytes that nobody types are no slip */
        if (param->value == NULL)
            continue;
        buffer_putc(out, separator);
        separator = '&';
        url_encode(out, param->name, strlen(param->name));
        buffer_putc(out, '=');
        before = out->len;
        if (i != mended)
            url_encode(out, param->value, strlen(param->value));
        else if (!add_clean(out, param->value, strlen(param->value)) ||
                 strcmp(buffer_text(out) + before, param->value) == 0)
            return false;
    }
    return true;
}

/* --- guesses --- */

/* The order of guesses: 0 the clean path; then that with one parameter clean, for each; then the
 * beginnings. */
#define FIRST_BEGINNING (1 + REQUEST_PARAMS_MAX)

bool forgive_is_plain(unsigned number)
{
    return number < FIRST_BEGINNING;
}

/* True if the guess is what was asked for. */
static bool is_same(const struct buffer *path, const struct request *request)
{
    size_t len = strlen(request->path);

    return strncmp(buffer_text(path), request->path, len) == 0 &&
           path->len == len + (request->extension != REP__MAX
                                   ? 1 + strlen(representation_extension(request->extension))
                                   : 0);
}

bool forgive_guess(struct buffer *out, const struct request *request, unsigned number)
{
    size_t mended = request->param_count;
    bool useful;

    buffer_clear(out);
    if (*request->path != '/' || number >= FIRST_BEGINNING + BEGINNINGS)
        return false;
    useful = add_clean_path(out, request);
    if (useful && number == 0)
        useful = !is_same(out, request);
    else if (useful && number >= FIRST_BEGINNING)
        useful = change_beginning(out, number - FIRST_BEGINNING);
    else if (useful) {
        mended = number - 1;
        useful = mended < request->param_count;
    }
    if (!useful || !add_params(out, request, mended) || buffer_failed(out))
        buffer_clear(out);
    return true;
}

bool forgive_unreadable(struct buffer *out, const char *target)
{
    static const char mark[] = "%EF%BB%BF"; /* U+FEFF, which url_decode lets nowhere */
    size_t len = strlen(target), kept = len, start = out->len;

    for (size_t tail = 1; tail <= 2 && tail < len; tail++)
        if (target[len - tail] == '%')
            kept = len - tail;
    for (size_t i = 0; i < kept;) {
        if (strncasecmp(target + i, mark, sizeof mark - 1) == 0) {
            i += sizeof mark - 1;
            continue;
        }
        buffer_putc(out, target[i++]);
    }
    if (out->len - start < len && *target == '/')
        return true;
    buffer_cut(out, start);
    return false;
}
