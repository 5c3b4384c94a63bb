/*
 * look_alike.c: the rules behind look_alike.h, one function for each reason. They compare the Latin
 * forms, so foreign letters hide nothing from any of them.
 */
#include "address/look_alike.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_MAX 253
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

/* --- parts --- */

/* A piece of a name; borrowed. */
struct piece {
    const char *text;
    size_t len;
};

static struct piece label_of(const struct host_forms *host)
{
    return (struct piece){buffer_text(&host->latin) + host->domain, host->label};
}

/* What stands before the registered name, without www.: "netschool." of netschool.edu22.info. */
static struct piece front_of(const struct host_forms *host)
{
    size_t len = host->domain > host->start ? host->domain - host->start : 0;

    return (struct piece){buffer_text(&host->latin) + host->start, len};
}

static bool same_piece(struct piece a, struct piece b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

static bool piece_is(struct piece piece, const char *word)
{
    return piece.len == strlen(word) && memcmp(piece.text, word, piece.len) == 0;
}

/* The same name before two registered ones: nobody has that by chance. */
static bool same_front(const struct host_forms *asked, const struct host_forms *known)
{
    return front_of(known).len > 0 && same_piece(front_of(asked), front_of(known));
}

static struct piece without_hyphens(struct piece piece)
{
    while (piece.len > 0 && *piece.text == '-') {
        piece.text++;
        piece.len--;
    }
    while (piece.len > 0 && piece.text[piece.len - 1] == '-')
        piece.len--;
    return piece;
}

static const char *bare_latin(const struct host_forms *host)
{
    return buffer_text(&host->latin) + host->start;
}

/* --- words --- */

/* Words that forgers put beside a name: those of dnstwist's dictionary that fit, and Russian ones.
 */
static bool is_lure(struct piece piece)
{
    static const char *const words[] = {
        "access",       "account",  "admin",     "agree",       "app",      "auth",
        "avtorizaciya", "business", "cabinet",   "cdn",         "choose",   "claim",
        "click",        "confirm",  "connect",   "deti",        "diary",    "dnevnik",
        "doc",          "download", "enroll",    "enter",       "esia",     "find",
        "gos",          "group",    "gosuslugi", "help",        "http",     "https",
        "https-www",    "id",       "info",      "install",     "kabinet",  "kod",
        "lk",           "login",    "lichniy",   "lichnyy",     "m",        "mail",
        "mobile",       "my",       "new",       "official",    "online",   "parol",
        "password",     "pay",      "payment",   "payments",    "pomosh",   "portal",
        "recovery",     "register", "ru",        "rf",          "russia",   "safe",
        "school",       "secure",   "security",  "service",     "services", "shkola",
        "sign",         "signin",   "signup",    "site",        "ssl",      "summary",
        "support",      "update",   "uslugi",    "user",        "verify",   "verification",
        "vhod",         "view",     "vkhod",     "voiti",       "vojti",    "vxod",
        "web",          "ww",       "www",       "confirmation"};

    piece = without_hyphens(piece);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (piece_is(piece, words[i]))
            return true;
    return piece.len == 0;
}

/* Names of places and things that honest sites have in theirs too: only a lure beside them tells.
 */
static bool is_ordinary(struct piece label)
{
    static const char *const words[] = {"astrobl", "dnevnik",  "karelia", "lenreg", "mari-el",
                                        "mosreg",  "permkrai", "ryazan",  "tatar",  "school"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (piece_is(label, words[i]))
            return true;
    return false;
}

/* The ending of the known name written into the label: "edu22info", "edu22-info". */
static bool is_ending_of(struct piece piece, const struct host_forms *known)
{
    const char *ending = buffer_text(&known->latin) + known->domain + known->label;

    piece = without_hyphens(piece);
    return *ending == '.' && piece_is(piece, ending + 1);
}

static bool at_hyphens(struct piece whole, const char *at, size_t len)
{
    return (at == whole.text || at[-1] == '-') &&
           (at + len == whole.text + whole.len || at[len] == '-');
}

/* True if the known label, found at a place of the asked one, is there by intention. */
static bool is_glued(const struct host_forms *asked, const struct host_forms *known, const char *at)
{
    struct piece label = label_of(asked), name = label_of(known);
    struct piece before = {label.text, (size_t)(at - label.text)};
    struct piece after = {at + name.len, label.len - name.len - before.len};
    bool free_standing = at_hyphens(label, at, name.len);

    if (!is_ordinary(name) &&
        (name.len >= GLUE_LENGTH || (name.len >= NAME_LENGTH && free_standing)))
        return true;
    if (!(is_lure(before) || is_ending_of(before, known)) ||
        !(is_lure(after) || is_ending_of(after, known)))
        return false;
    return same_front(asked, known) || name.len >= NAME_LENGTH;
}

/* "gosuslugi-vhod.ru", "vhodgosuslugi.ru", "school.mos-login.ru". */
static bool has_name_and_word(const struct host_forms *asked, const struct host_forms *known)
{
    struct piece label = label_of(asked), name = label_of(known);
    const char *at = label.text, *end = label.text + label.len;

    if (name.len == 0 || label.len <= name.len)
        return false;
    while ((at = memmem(at, (size_t)(end - at), name.text, name.len)) != NULL) {
        if (is_glued(asked, known, at))
            return true;
        at++;
    }
    return false;
}

/* "sgo.edu-login.ru" for "sgo.edu-74.ru": a word in place of what stands at a side of a hyphen. */
static bool has_word_for_part(const struct host_forms *asked, const struct host_forms *known)
{
    struct piece label = label_of(asked), name = label_of(known);
    const char *last = memrchr(name.text, '-', name.len), *first = memchr(name.text, '-', name.len);
    size_t head, tail;

    if (last == NULL || (!same_front(asked, known) && name.len < GLUE_LENGTH))
        return false;
    head = (size_t)(last - name.text) + 1;
    tail = name.len - (size_t)(first - name.text);
    return (label.len > head && memcmp(label.text, name.text, head) == 0 &&
            is_lure((struct piece){label.text + head, label.len - head})) ||
           (label.len > tail && memcmp(label.text + label.len - tail, first, tail) == 0 &&
            is_lure((struct piece){label.text, label.len - tail}));
}

/* --- the rules --- */

static bool same_letters(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(buffer_text(&asked->latin), buffer_text(&known->latin)) == 0;
}

static bool same_but_www(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(host_bare(buffer_text(&asked->ascii)), host_bare(buffer_text(&known->ascii))) ==
           0;
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
    const char *name = buffer_text(&asked->latin);

    return holds_part(name, bare_latin(known)) ||
           (strcmp(buffer_text(&known->latin), buffer_text(&known->ascii)) == 0 &&
            holds_part(name, buffer_text(&known->latin) + known->domain));
}

static bool same_but_hyphens(const struct host_forms *asked, const struct host_forms *known)
{
    return strcmp(buffer_text(&asked->joined), buffer_text(&known->joined)) == 0 ||
           has_name_and_word(asked, known) || has_word_for_part(asked, known);
}

/* Also under another ending of one label: "gosusluqi.com". */
static bool same_but_digits(const struct host_forms *asked, const struct host_forms *known)
{
    const char *a = buffer_text(&asked->plain), *k = buffer_text(&known->plain);
    const char *a_end = strrchr(a, '.'), *k_end = strrchr(k, '.');

    if (strcmp(a, k) == 0)
        return true;
    return a_end != NULL && k_end != NULL && a_end - a == k_end - k && k_end - k > GLUE_LENGTH &&
           strncmp(a, k, (size_t)(k_end - k)) == 0 && !same_piece(label_of(asked), label_of(known));
}

/* "sgo.mari-el.ru" for "sgo.mari-el.gov.ru": states move their sites from one to the other. */
static bool is_state_without_zone(const struct host_forms *asked, const struct host_forms *known)
{
    return host_is_state(buffer_text(&known->ascii)) &&
           strcmp(buffer_text(&asked->latin) + asked->domain + asked->label, ".ru") == 0;
}

/* The same registered name under another ending, of one label or of two: "gosuslugi.com.ru". */
static bool same_but_ending(const struct host_forms *asked, const struct host_forms *known)
{
    struct piece name = label_of(known);

    if (!same_piece(label_of(asked), name) || name.len == 0 || is_state_without_zone(asked, known))
        return false;
    return (name.len >= GLUE_LENGTH && !is_ordinary(name)) ||
           (same_piece(front_of(asked), front_of(known)) &&
            front_of(known).len + name.len >= NAME_LENGTH);
}

/* --- slips --- */

struct points {
    uint32_t at[POINTS_MAX];
    size_t count;
};

static void read_points(struct points *out, const char *text)
{
    uint32_t point;

    out->count = 0;
    while (out->count < POINTS_MAX && (point = utf8_next(&text)) != 0)
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
    size_t rows[3][POINTS_MAX + 1];
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

/* Letters that only one of the names has. A slip makes two of them at most, so most names need not
 * be compared letter by letter. */
static size_t letters_apart(const struct host_forms *asked, const struct host_forms *known)
{
    return (size_t)__builtin_popcountll(asked->letters ^ known->letters);
}

/* Whole names are compared, so a known "school." before it is part of the evidence. */
static bool is_slip(const struct host_forms *asked, const struct host_forms *known)
{
    struct points a, k;
    size_t limit, longer, shorter;

    if (letters_apart(asked, known) > 4) /* two slips */
        return false;
    read_points(&a, bare_latin(asked));
    read_points(&k, bare_latin(known));
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
