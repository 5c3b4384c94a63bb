/*
 * sound.c: transliteration as tables. Contract: sound.h.
 *
 * No standard is followed, because parents follow none: the tables take what ISO 9, GOST 7.79,
 * passports, the BGN/PCGN names on maps and plain habit have in common or differ in.
 */
#include "search/sound.h"
#include "base/utf8.h"
#include "search/typing.h"
#include <stdint.h>
#include <string.h>

/* Longest first; the first row that fits is taken. */
static const struct rule {
    const char *latin, *russian;
    const char *other; /* what the letter is in the other variant, or NULL */
    unsigned variant;  /* which bit of the variant that is */
} rules[] = {
    {"shch", "щ", NULL, 0}, {"sch", "щ", NULL, 0}, {"zh", "ж", NULL, 0}, {"kh", "х", NULL, 0},
    {"tch", "ч", NULL, 0},  {"ts", "ц", NULL, 0},  {"tz", "ц", NULL, 0}, {"tc", "ц", NULL, 0},
    {"ch", "ч", NULL, 0},   {"sh", "ш", NULL, 0},  {"yu", "ю", NULL, 0}, {"ju", "ю", "жу", 1},
    {"iu", "ю", NULL, 0},   {"ya", "я", NULL, 0},  {"ja", "я", "жа", 1}, {"ia", "ия", NULL, 0},
    {"yo", "е", NULL, 0},   {"jo", "е", "жо", 1},  {"ye", "е", NULL, 0}, {"je", "е", "же", 1},
    {"ph", "ф", NULL, 0},   {"a", "а", NULL, 0},   {"b", "б", NULL, 0},  {"c", "ц", "к", 2},
    {"d", "д", NULL, 0},    {"e", "е", NULL, 0},   {"f", "ф", NULL, 0},  {"g", "г", NULL, 0},
    {"h", "х", NULL, 0},    {"i", "и", NULL, 0},   {"j", "й", "ж", 1},   {"k", "к", NULL, 0},
    {"l", "л", NULL, 0},    {"m", "м", NULL, 0},   {"n", "н", NULL, 0},  {"o", "о", NULL, 0},
    {"p", "п", NULL, 0},    {"q", "к", NULL, 0},   {"r", "р", NULL, 0},  {"s", "с", NULL, 0},
    {"t", "т", NULL, 0},    {"u", "у", NULL, 0},   {"v", "в", NULL, 0},  {"w", "в", NULL, 0},
    {"x", "х", "кс", 2},    {"z", "з", NULL, 0},
};

static const struct rule *rule_at(const char *text)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strncmp(text, rules[i].latin, strlen(rules[i].latin)) == 0)
            return &rules[i];
    return NULL;
}

/* y after a vowel is й, elsewhere ы: "tverskoy", "yaroslavl" has its own row, "vyborg". */
static const char *read_y(const struct buffer *out, size_t start)
{
    static const char *const vowels[] = {"а", "е", "и", "о", "у", "ы", "э", "ю", "я"};

    for (size_t i = 0; i < sizeof vowels / sizeof vowels[0] && out->len >= start + 2; i++)
        if (memcmp(out->data + out->len - 2, vowels[i], 2) == 0)
            return "й";
    return "ы";
}

bool sound_russian(struct buffer *out, const char *word, unsigned variant)
{
    size_t start = out->len;
    unsigned used = 0;

    while (*word) {
        const struct rule *rule = rule_at(word);

        if (rule != NULL) {
            used |= rule->variant;
            buffer_puts(out, rule->other != NULL && (variant & rule->variant) ? rule->other
                                                                              : rule->russian);
            word += strlen(rule->latin);
        } else if (*word == 'y') {
            buffer_puts(out, read_y(out, start));
            word++;
        } else {
            utf8_put(out, utf8_next(&word));
        }
    }
    if ((variant & ~used) == 0)
        return true;
    buffer_cut(out, start);
    return false;
}

/* Code of each letter from а to я. A capital I gives way to the vowel after it: я is "Ia". ы is an
 * i that does not. */
static const char *const codes[32] = {"a", "b", "v", "g", "d", "e", "j", "z", "I",  "I", "k",
                                      "l", "m", "n", "o", "p", "r", "s", "t", "u",  "f", "h",
                                      "c", "q", "w", "w", "",  "i", "",  "e", "Iu", "Ia"};

/* Takes the last code back and returns the one before it, or NUL. */
static char take_back(struct buffer *out, size_t start)
{
    buffer_cut(out, out->len - 1);
    return out->len > start ? out->data[out->len - 1] : '\0';
}

/* Adds one code to a key, with what is left out of keys left out. */
static void add_code(struct buffer *out, size_t start, char code)
{
    char last = out->len > start ? out->data[out->len - 1] : '\0';

    if (last == 'I' && strchr("aeou", code) != NULL) {
        last = take_back(out, start); /* ья, ия, ia, ya are one; so are ио, йо, е */
        code = code == 'o' ? 'e' : code;
    }
    if (last == 't' && code == 's') {
        take_back(out, start);
        code = 'c';
    }
    if ((last == 'I' || last == 'i') && (code == 'I' || code == 'i'))
        return; /* ый, ий, iy, y */
    buffer_putc(out, code);
}

/* What did not give way is as good as ы. */
static void lower_codes(struct buffer *out, size_t start)
{
    for (size_t i = start; i < out->len; i++)
        if (out->data[i] == 'I')
            out->data[i] = 'i';
}

void sound_key(struct buffer *out, const char *word)
{
    struct buffer russian = BUFFER_INIT;
    size_t start = out->len;

    if (typing_letters(word) & TYPING_LATIN) {
        sound_russian(&russian, word, 0);
        word = buffer_text(&russian);
    }
    for (uint32_t point; (point = utf8_next(&word)) != 0;) {
        if (point == 0x451)
            point = 0x435;
        if (point >= 0x430 && point <= 0x44f)
            for (const char *code = codes[point - 0x430]; *code; code++)
                add_code(out, start, *code);
        else if (point >= '0' && point <= '9')
            add_code(out, start, (char)point);
    }
    lower_codes(out, start);
    buffer_free(&russian);
}
