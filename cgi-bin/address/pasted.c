/*
 * pasted.c: the address in a pasted text. Contract in pasted.h.
 *
 * A text is cut into words at blanks. Signs of punctuation are taken off the ends of a word and
 * never searched for inside it: "https://good.example'@evil.example" is one address, and not the
 * one it begins with.
 */
#include "address/pasted.h"
#include "base/utf8.h"
#include <string.h>
#include <strings.h>

struct word {
    const char *text;
    size_t len;
};

/* --- signs --- */

static const char *const blanks[] = {" ", "\u00a0", "\u2009", "\u202f", "\u3000", NULL};
static const char *const openers[] = {"\"", "'", "(", "[", "<", "«", "„", "“", "‘", "‹", NULL};
static const char *const closers[] = {"\"", "'", ")", "]", ">", "»", "“", "”", "’",
                                      "›",  ".", ",", ";", ":", "!", "?", "…", NULL};

/* Length of the sign of a list that the text begins with, or 0. */
static size_t sign_at(const char *const *signs, const char *text, size_t len)
{
    for (; *signs != NULL; signs++) {
        size_t sign = strlen(*signs);

        if (sign <= len && memcmp(*signs, text, sign) == 0)
            return sign;
    }
    return 0;
}

/* Length of the sign of a list that the text ends with, or 0. */
static size_t sign_before(const char *const *signs, const char *text, size_t len)
{
    for (; *signs != NULL; signs++) {
        size_t sign = strlen(*signs);

        if (sign <= len && memcmp(*signs, text + len - sign, sign) == 0)
            return sign;
    }
    return 0;
}

/* Takes the next word off the text, without signs at its ends; false at the end of the text. */
static bool next_word(struct word *word, const char **at, const char *end)
{
    size_t sign;

    while ((sign = sign_at(blanks, *at, (size_t)(end - *at))) > 0)
        *at += sign;
    if (*at == end)
        return false;
    word->text = *at;
    while (*at < end && sign_at(blanks, *at, (size_t)(end - *at)) == 0)
        (*at)++;
    word->len = (size_t)(*at - word->text);
    while ((sign = sign_at(openers, word->text, word->len)) > 0) {
        word->text += sign;
        word->len -= sign;
    }
    while ((sign = sign_before(closers, word->text, word->len)) > 0)
        word->len -= sign;
    return true;
}

/* --- what could be an address --- */

/* True if the word has this at a place of it. Words end where they end: the text behind them may be
 * no text of ours. */
static bool holds_at(const struct word *word, size_t at, const char *part)
{
    size_t len = strlen(part);

    return at + len <= word->len && strncasecmp(word->text + at, part, len) == 0;
}

static bool has_scheme(const struct word *word)
{
    return (word->len > strlen("http://") && holds_at(word, 0, "http://")) ||
           (word->len > strlen("https://") && holds_at(word, 0, "https://"));
}

/* "https:host" and "https:\\host" are no addresses as people write them, and browsers open them. */
static bool has_bare_scheme(const struct word *word)
{
    size_t at = holds_at(word, 0, "https:") ? strlen("https:") : strlen("http:");

    if (!holds_at(word, 0, "http:") && !holds_at(word, 0, "https:"))
        return false;
    while (at < word->len && (word->text[at] == '/' || word->text[at] == '\\'))
        at++;
    return at < word->len;
}

static bool has_letter(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((text[i] | 0x20) < 'a' || (text[i] | 0x20) > 'z')
            return false;
    return len >= 2;
}

/* The last label of a name that stands without a scheme, as far as one writes them by hand: in
 * "город.Адрес" only a blank is missing. */
static bool is_ending(const char *text, size_t len)
{
    static const char *const cyrillic[] = {"рф",     "рус",  "дети", "москва",
                                           "онлайн", "сайт", "орг",  NULL};

    if (len > 4 && strncasecmp(text, "xn--", 4) == 0)
        return true;
    for (size_t i = 0; cyrillic[i] != NULL; i++)
        if (strlen(cyrillic[i]) == len && memcmp(cyrillic[i], text, len) == 0)
            return true;
    return has_letter(text, len);
}

/* "192.0.2.1", and what is made of its signs. */
static bool is_number(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] != '.' && (text[i] < '0' || text[i] > '9'))
            return false;
    return true;
}

/* "host.example", "host.example:444/path", "192.0.2.1". */
static bool is_host(const struct word *word)
{
    size_t len = 0, dot;

    while (len < word->len && strchr("/?#:", word->text[len]) == NULL)
        len++;
    for (dot = len; dot > 0 && word->text[dot - 1] != '.'; dot--)
        ;
    if (dot < 2)
        return false;
    if (holds_at(word, len, "://"))
        return false;
    if (is_number(word->text, len))
        return true;
    return is_ending(word->text + dot, len - dot);
}

/* True for a word that, beside an address, leaves it open which one is meant. An @ could belong to
 * an address that a program would join over the blank. */
static bool is_rival(const struct word *word)
{
    return has_scheme(word) || has_bare_scheme(word) || is_host(word) ||
           memchr(word->text, '@', word->len) != NULL;
}

/* --- the whole --- */

static void take(struct pasted *out, const struct word *word, bool schemed)
{
    buffer_clear(&out->address);
    out->schemed = schemed;
    if (!schemed)
        buffer_puts(&out->address, "https://");
    buffer_add(&out->address, word->text, word->len);
}

/* "//host/path" is an address that takes its scheme from the page it stands on. */
static void drop_slashes(struct word *word)
{
    if (word->len > 2 && holds_at(word, 0, "//")) {
        word->text += 2;
        word->len -= 2;
    }
}

static bool same_text(const struct pasted *out, const struct word *word)
{
    size_t skip = out->schemed ? 0 : strlen("https://");

    return out->address.len - skip == word->len &&
           memcmp(out->address.data + skip, word->text, word->len) == 0;
}

/* Line ends come along when a whole line is copied. Within the text they are refused: a program
 * may drop them and open what stands on both sides. */
static void trim(const char **text, size_t *len)
{
    while (*len > 0 && strchr(" \t\r\n", **text) != NULL && **text != '\0') {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && strchr(" \t\r\n", (*text)[*len - 1]) != NULL && (*text)[*len - 1] != '\0')
        (*len)--;
}

enum err pasted_find(struct pasted *out, const char *text, size_t len)
{
    const char *at, *end;
    struct word word, only = {NULL, 0};
    size_t words = 0;

    memset(out, 0, sizeof *out);
    if (len > PASTED_MAX)
        return ERR_LIMIT;
    trim(&text, &len);
    if (!utf8_clean(text, len))
        return ERR_INVALID;
    at = text;
    end = text + len;
    while (next_word(&word, &at, end)) {
        if (word.len == 0)
            continue;
        drop_slashes(&word);
        words++;
        only = word;
        if (!is_rival(&word))
            continue;
        if (out->address.len == 0)
            take(out, &word, has_scheme(&word));
        else if (!same_text(out, &word))
            out->several = true;
        if (buffer_failed(&out->address))
            return ERR_MEMORY;
    }
    if (out->address.len == 0 && words == 1 && memchr(only.text, '.', only.len) != NULL)
        take(out, &only, false); /* a word alone is meant to be an address, whatever its ending */
    if (buffer_failed(&out->address))
        return ERR_MEMORY;
    return out->address.len > 0 ? ERR_NONE : ERR_NOT_FOUND;
}

void pasted_free(struct pasted *pasted)
{
    if (pasted != NULL)
        buffer_free(&pasted->address);
}
