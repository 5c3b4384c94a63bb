/*
 * look_alike.c: the rules behind look_alike.h: tables of letters and one function for each reason.
 */
#include "address/look_alike.h"
#include "base/idn.h"
#include "base/utf8.h"
#include <libpsl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HOST_MAX 253
/* From these lengths on, one or two slips of a finger are told from another name. */
#define TYPO_LENGTH     7
#define TWO_TYPO_LENGTH 16
#define GLUE_LENGTH     7 /* names so long stand in others by intention, also without a hyphen */
#define NAME_LENGTH     5 /* shorter names are common words: "edu-" says nothing */

const char *look_alike_word(enum look_alike why)
{
    static const char *const words[LOOK_NONE] = {
        [LOOK_USER] = "user",     [LOOK_PORT] = "port",     [LOOK_LETTERS] = "letters",
        [LOOK_WWW] = "www",       [LOOK_PREFIX] = "prefix", [LOOK_HYPHEN] = "hyphen",
        [LOOK_DIGITS] = "digits", [LOOK_TYPO] = "typo",     [LOOK_PATH] = "path",
        [LOOK_ENDING] = "ending",
    };

    return (unsigned)why < LOOK_NONE ? words[why] : NULL;
}

/* --- forms --- */

/* Letters, and ranges of letters, that are taken for a Latin one. A small choice of Unicode's
 * confusables: what a Russian keyboard and Western European ones offer. */
static const struct {
    uint32_t first, last;
    char latin;
} letters[] = {
    {0x00e0, 0x00e5, 'a'}, {0x00e7, 0x00e7, 'c'}, {0x00e8, 0x00eb, 'e'}, {0x00ec, 0x00ef, 'i'},
    {0x00f1, 0x00f1, 'n'}, {0x00f2, 0x00f6, 'o'}, {0x00f8, 0x00f8, 'o'}, {0x00f9, 0x00fc, 'u'},
    {0x00fd, 0x00fd, 'y'}, {0x00ff, 0x00ff, 'y'}, {0x0131, 0x0131, 'i'}, {0x0142, 0x0142, 'l'},
    {0x03b1, 0x03b1, 'a'}, {0x03b5, 0x03b5, 'e'}, {0x03b7, 0x03b7, 'n'}, {0x03b9, 0x03b9, 'i'},
    {0x03ba, 0x03ba, 'k'}, {0x03bd, 0x03bd, 'v'}, {0x03bf, 0x03bf, 'o'}, {0x03c1, 0x03c1, 'p'},
    {0x03c4, 0x03c4, 't'}, {0x03c5, 0x03c5, 'u'}, {0x03c7, 0x03c7, 'x'}, {0x0430, 0x0430, 'a'},
    {0x0432, 0x0432, 'b'}, {0x0433, 0x0433, 'r'}, {0x0435, 0x0435, 'e'}, {0x0438, 0x0438, 'u'},
    {0x043a, 0x043a, 'k'}, {0x043c, 0x043c, 'm'}, {0x043d, 0x043d, 'h'}, {0x043e, 0x043e, 'o'},
    {0x043f, 0x043f, 'n'}, {0x0440, 0x0440, 'p'}, {0x0441, 0x0441, 'c'}, {0x0442, 0x0442, 't'},
    {0x0443, 0x0443, 'y'}, {0x0445, 0x0445, 'x'}, {0x044c, 0x044c, 'b'}, {0x0450, 0x0451, 'e'},
    {0x0455, 0x0455, 's'}, {0x0456, 0x0457, 'i'}, {0x0458, 0x0458, 'j'}, {0x04af, 0x04af, 'y'},
    {0x04bb, 0x04bb, 'h'}, {0x04cf, 0x04cf, 'l'}, {0x0501, 0x0501, 'd'}, {0x051b, 0x051b, 'q'},
    {0x051d, 0x051d, 'w'},
};

static uint32_t latin_of(uint32_t point)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (point >= letters[i].first && point <= letters[i].last)
            return (uint32_t)(unsigned char)letters[i].latin;
    return point;
}

static void make_latin(struct buffer *out, const char *shown)
{
    uint32_t point;

    while ((point = utf8_next(&shown)) != 0)
        utf8_put(out, latin_of(point));
}

/* Digits and pairs of letters that a hasty eye takes for a letter. Made of both names, so it does
 * not matter which of them has the digit. */
static void make_plain(struct buffer *out, const char *latin)
{
    for (; *latin != '\0'; latin++) {
        if (strncmp(latin, "rn", 2) == 0 || strncmp(latin, "vv", 2) == 0)
            buffer_putc(out, *latin++ == 'r' ? 'm' : 'w');
        else if (*latin == '0')
            buffer_putc(out, 'o');
        else if (*latin == '1' || *latin == 'i')
            buffer_putc(out, 'l');
        else
            buffer_putc(out, *latin);
    }
}

static void make_joined(struct buffer *out, const char *latin)
{
    for (; *latin != '\0'; latin++)
        if (*latin != '-' && *latin != '.')
            buffer_putc(out, *latin);
}

enum err host_forms_make(struct host_forms *out, const char *host, size_t len)
{
    char name[HOST_MAX * 4 + 1];
    enum err err;

    memset(out, 0, sizeof *out);
    if (len > 1 && host[len - 1] == '.')
        len--;
    if (len == 0 || len >= sizeof name || !utf8_clean(host, len))
        return ERR_INVALID;
    memcpy(name, host, len);
    name[len] = '\0';
    err = idn_to_ascii(&out->ascii, name);
    /* Other signs for a full stop have become one by now. */
    if (out->ascii.len > 1 && out->ascii.data[out->ascii.len - 1] == '.')
        buffer_cut(&out->ascii, out->ascii.len - 1);
    if (err == ERR_NONE && out->ascii.len > HOST_MAX)
        err = ERR_INVALID;
    if (err == ERR_NONE)
        err = idn_to_unicode(&out->shown, buffer_text(&out->ascii));
    if (err != ERR_NONE)
        return err;
    make_latin(&out->latin, buffer_text(&out->shown));
    make_plain(&out->plain, buffer_text(&out->latin));
    make_joined(&out->joined, buffer_text(&out->latin));
    return buffer_failed(&out->latin) || buffer_failed(&out->plain) || buffer_failed(&out->joined)
               ? ERR_MEMORY
               : ERR_NONE;
}

void host_forms_free(struct host_forms *forms)
{
    if (forms == NULL)
        return;
    buffer_free(&forms->ascii);
    buffer_free(&forms->shown);
    buffer_free(&forms->latin);
    buffer_free(&forms->plain);
    buffer_free(&forms->joined);
}

/* --- parts of a name --- */

/* Under these anybody may register, so two names below one of them have nothing in common. What the
 * Public Suffix List (libpsl) does not have: second levels that the field runs itself, and free
 * hosting. */
static bool is_public_suffix(const char *name)
{
    static const char *const suffixes[] = {
        "ac.ru",         "adygeya.ru",  "bashkiria.ru",   "bir.ru",          "cbg.ru",
        "com.ru",        "dagestan.ru", "edu.ru",         "gov.ru",          "grozny.ru",
        "int.ru",        "kalmykia.ru", "kustanai.ru",    "marine.ru",       "mil.ru",
        "mordovia.ru",   "msk.ru",      "mytis.ru",       "nalchik.ru",      "net.ru",
        "nov.ru",        "org.ru",      "pp.ru",          "pyatigorsk.ru",   "spb.ru",
        "msk.su",        "nov.su",      "vladikavkaz.ru", "vladimir.ru",     "spb.su",
        "ucoz.ru",       "narod.ru",    "ucoz.net",       "ucoz.com",        "ucoz.org",
        "tilda.ws",      "wixsite.com", "clan.su",        "my1.ru",          "at.ua",
        "3dn.ru",        "do.am",       "moy.su",         "umi.ru",          "nethouse.ru",
        "jimdofree.com", "site123.me",  "turbo.site",     "mya5.ru",         "edusite.ru",
        "jimdo.com",     "weebly.com",  "blogspot.com",   "livejournal.com", "okis.ru",
    };

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(suffixes[i], name) == 0)
            return true;
    return false;
}

/* The label before the one that name points to; NULL if name is the first. */
static const char *label_before(const char *start, const char *name)
{
    if (name == start)
        return NULL;
    for (name--; name > start && name[-1] != '.'; name--)
        ;
    return name;
}

const char *host_domain(const char *ascii)
{
    const char *end = ascii + strlen(ascii), *domain;

    if (*ascii == '\0' || strspn(ascii, "0123456789.") == strlen(ascii) ||
        strchr(ascii, ':') != NULL)
        return end;
    domain = psl_registrable_domain(psl_builtin(), ascii);
    if (domain != NULL && is_public_suffix(domain))
        domain = label_before(ascii, domain);
    return domain != NULL ? domain : end;
}

/* --- the rules --- */

static const char *without_www(const char *name)
{
    return strncmp(name, "www.", 4) == 0 ? name + 4 : name;
}

static bool same_letters(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(buffer_text(&asked->latin), buffer_text(&known->latin)) == 0;
}

static bool same_but_www(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(without_www(buffer_text(&asked->ascii)),
                  without_www(buffer_text(&known->ascii))) == 0;
}

static bool is_joint(char c)
{
    return c == '\0' || c == '.' || c == '-';
}

/* True if part stands in name between dots, hyphens or its beginning, and something follows. */
static bool holds_part(const char *name, const char *part)
{
    size_t len = strlen(part);

    if (len == 0)
        return false;
    for (const char *at = strstr(name, part); at != NULL; at = strstr(at + 1, part))
        if ((at == name || is_joint(at[-1])) && at[len] != '\0' && is_joint(at[len]))
            return true;
    return false;
}

static bool is_prefix(const struct host_forms *asked, const struct host_forms *known)
{
    const char *name = buffer_text(&asked->latin), *whole = buffer_text(&known->latin);

    return holds_part(name, without_www(whole)) ||
           (strcmp(buffer_text(&known->latin), buffer_text(&known->ascii)) == 0 &&
            holds_part(name, host_domain(whole)));
}

/* First label of a registered name, copied; "" if it is too long or short to say anything. */
static void main_label(char out[static 64], const char *ascii)
{
    const char *domain = host_domain(ascii);
    size_t len = strcspn(domain, ".");

    if (len < NAME_LENGTH || len > 63)
        len = 0;
    memcpy(out, domain, len);
    out[len] = '\0';
}

/* "gosuslugi-vhod.ru", "vhod-gosuslugi.ru". */
static bool has_name_and_word(const struct host_forms *asked, const struct host_forms *known)
{
    char name[64], label[64];
    size_t len;

    main_label(name, buffer_text(&known->ascii));
    main_label(label, buffer_text(&asked->latin));
    len = strlen(name);
    if (len == 0 || strlen(label) <= len)
        return false;
    /* A long name is no word by chance, also glued to another one. */
    if (len >= GLUE_LENGTH && strstr(label, name) != NULL)
        return true;
    for (const char *at = strstr(label, name); at != NULL; at = strstr(at + 1, name))
        if ((at == label || at[-1] == '-') && (at[len] == '\0' || at[len] == '-'))
            return true;
    return false;
}

static bool same_but_hyphens(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(buffer_text(&asked->joined), buffer_text(&known->joined)) == 0 ||
           has_name_and_word(asked, known);
}

static bool same_but_digits(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(buffer_text(&asked->plain), buffer_text(&known->plain)) == 0;
}

/* The same registered name under another ending, of one label or of two: "gosuslugi.com.ru". */
static bool same_main_label(const struct host_forms *asked, const struct host_forms *known)
{
    char own[64], other[64];

    main_label(own, buffer_text(&known->ascii));
    main_label(other, buffer_text(&asked->latin));
    return strlen(own) >= GLUE_LENGTH && strcmp(own, other) == 0;
}

static bool same_but_ending(const struct host_forms *asked, const struct host_forms *known)
{
    const char *a = without_www(buffer_text(&asked->latin));
    const char *k = without_www(buffer_text(&known->latin));
    const char *a_end = strrchr(a, '.'), *k_end = strrchr(k, '.');

    return (a_end != NULL && k_end != NULL && a_end - a == k_end - k && k_end - k >= NAME_LENGTH &&
            strncmp(a, k, (size_t)(k_end - k)) == 0) ||
           same_main_label(asked, known);
}

/* --- slips --- */

struct points {
    uint32_t at[HOST_MAX];
    size_t count;
};

static void read_points(struct points *out, const char *text)
{
    uint32_t point;

    out->count = 0;
    while (out->count < HOST_MAX && (point = utf8_next(&text)) != 0)
        out->at[out->count++] = point;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters left out, put in, changed, or two neighbours swapped, to make one name of the other
 * (Damerau and Levenshtein, optimal string alignment). */
static size_t distance(const struct points *a, const struct points *b)
{
    size_t rows[3][HOST_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b->count; j++)
        last[j] = j;
    for (size_t i = 1; i <= a->count; i++) {
        size_t *free_row;

        now[0] = i;
        for (size_t j = 1; j <= b->count; j++) {
            size_t changed = last[j - 1] + (a->at[i - 1] != b->at[j - 1]);

            now[j] = least(least(last[j], now[j - 1]) + 1, changed);
            if (i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[b->count];
}

static bool is_slip(const struct host_forms *asked, const struct host_forms *known)
{
    struct points a, k;
    size_t limit, longer, shorter;

    read_points(&a, without_www(buffer_text(&asked->latin)));
    read_points(&k, without_www(buffer_text(&known->latin)));
    limit = k.count >= TWO_TYPO_LENGTH ? 2 : k.count >= TYPO_LENGTH ? 1 : 0;
    longer = a.count > k.count ? a.count : k.count;
    shorter = least(a.count, k.count);
    return limit > 0 && longer - shorter <= limit && distance(&a, &k) <= limit;
}

/* --- the whole --- */

enum look_alike look_alike_compare(const struct host_forms *asked, const struct host_forms *known)
{
    static const struct {
        bool (*holds)(const struct host_forms *asked, const struct host_forms *known);
        enum look_alike why;
    } rules[] = {
        {same_letters, LOOK_LETTERS},   {same_but_www, LOOK_WWW},
        {is_prefix, LOOK_PREFIX},       {same_but_hyphens, LOOK_HYPHEN},
        {same_but_digits, LOOK_DIGITS}, {same_but_ending, LOOK_ENDING},
        {is_slip, LOOK_TYPO},
    };

    if (strcmp(buffer_text(&asked->ascii), buffer_text(&known->ascii)) == 0)
        return LOOK_NONE;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].holds(asked, known))
            return rules[i].why;
    return LOOK_NONE;
}
