/*
 * names.c: names as sequences of folded words, texts as tokens. Contract: names.h.
 *
 * A word of a text is a form of a name's word if one of the dictionary forms that its ending allows
 * (search/russian.h) is that word.
 */
#include "content/names.h"
#include "base/buffer.h"
#include "base/utf8.h"
#include "content/list.h"
#include "search/russian.h"
#include "search/words.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 12 /* of a name */
#define STEM_MIN  4  /* bytes that no case changes: two Cyrillic letters (search/russian.h) */

struct name {
    const struct source_portal *portal;
    char *folded; /* words, one space between */
    size_t count; /* of the words */
};

struct names {
    struct name *items;
    size_t count;
};

/* A word of a text. */
struct token {
    const char *at;
    size_t len;
    int line;
    bool strong; /* begins with a capital letter, or after an opening quotation mark */
    char *folded;
};

struct tokens {
    struct token *items;
    size_t count;
};

/* --- names --- */

static size_t count_words(const char *folded)
{
    size_t count = *folded != '\0';

    for (const char *c = folded; *c; c++)
        count += *c == ' ';
    return count;
}

static enum err add_name(struct names *names, const struct source_portal *portal, const char *text,
                         size_t len)
{
    struct name *grown = list_room(names->items, names->count, sizeof *grown);
    struct buffer folded = BUFFER_INIT;
    enum err err = search_words(&folded, text, len);
    char *words;

    if (grown != NULL)
        names->items = grown;
    words = grown != NULL && err == ERR_NONE ? buffer_take(&folded) : NULL;
    buffer_free(&folded);
    if (words == NULL)
        return ERR_MEMORY;
    if (*words == '\0' || count_words(words) > WORDS_MAX) {
        free(words);
        return ERR_NONE;
    }
    grown[names->count++] = (struct name){portal, words, count_words(words)};
    return ERR_NONE;
}

/* True if the words of the piece stand in the name of another portal: then they are no name. */
static bool is_common(const struct content *content, const struct source_portal *portal,
                      const char *piece)
{
    bool common = false;

    for (size_t i = 0; i < content->portal_count && !common; i++) {
        const struct source_portal *other = &content->portals[i];
        struct buffer folded = BUFFER_INIT;

        if (other == portal || other->broken)
            continue;
        common = search_words(&folded, other->name, strlen(other->name)) == ERR_NONE &&
                 strstr(buffer_text(&folded), piece) != NULL;
        buffer_free(&folded);
    }
    return common;
}

/* A piece of a name, between brackets, quotation marks, a full stop or a dash with spaces: «МЭШ» of
 * «Московская электронная школа (МЭШ)». */
static enum err add_piece(struct names *names, const struct content *content,
                          const struct source_portal *portal, const char *text, size_t len)
{
    struct buffer folded = BUFFER_INIT;
    enum err err = search_words(&folded, text, len);

    if (err == ERR_NONE && folded.len > 0 && !is_common(content, portal, buffer_text(&folded)))
        err = add_name(names, portal, text, len);
    buffer_free(&folded);
    return err;
}

/* The length of what parts pieces of a name here, or 0. */
static size_t parting(const char *at)
{
    static const char *const marks[] = {" (", "(", ")", "«", "»", ". ", " — "};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strncmp(at, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    }
    return 0;
}

static enum err add_portal(struct names *names, const struct content *content,
                           const struct source_portal *portal)
{
    enum err err = add_name(names, portal, portal->name, strlen(portal->name));
    const char *start = portal->name;

    for (const char *c = portal->name; err == ERR_NONE; c++) {
        size_t len = *c ? parting(c) : 1;

        if (len == 0)
            continue;
        if (c > start && !(start == portal->name && !*c))
            err = add_piece(names, content, portal, start, (size_t)(c - start));
        if (!*c)
            break;
        start = c + len;
        c += len - 1;
    }
    return err;
}

static enum err add_synonyms(struct names *names, const struct content *content)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < content->synonyms.count && err == ERR_NONE; i++) {
        const struct synonym *row = &content->synonyms.items[i];
        const struct source_portal *portal =
            strcmp(row->role, "portal") == 0 ? content_portal(content, row->words.items[0]) : NULL;

        for (size_t k = 1; portal != NULL && k < row->words.count && err == ERR_NONE; k++)
            err = add_name(names, portal, row->words.items[k], strlen(row->words.items[k]));
    }
    return err;
}

enum err names_make(struct names **out, const struct content *content)
{
    struct names *names = calloc(1, sizeof *names);
    enum err err = names != NULL ? ERR_NONE : ERR_MEMORY;

    *out = names;
    for (size_t i = 0; i < content->portal_count && err == ERR_NONE; i++) {
        if (!content->portals[i].broken)
            err = add_portal(names, content, &content->portals[i]);
    }
    return err == ERR_NONE ? add_synonyms(names, content) : err;
}

void names_free(struct names *names)
{
    for (size_t i = 0; names != NULL && i < names->count; i++)
        free(names->items[i].folded);
    if (names != NULL)
        free(names->items);
    free(names);
}

/* --- texts --- */

static bool is_letter(uint32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
           (point >= 0xC0 && point < 0x2000 && point != 0xD7 && point != 0xF7);
}

static bool is_digit(uint32_t point)
{
    return point >= '0' && point <= '9';
}

static bool is_capital(uint32_t point)
{
    return (point >= 'A' && point <= 'Z') || (point >= 0x400 && point < 0x430);
}

/* Length of an address at the beginning of text, up to the next sign that none has; 0 if there is
 * none. "edu22.info", "/q/7", "vhod:address". */
static size_t address_at(const char *text, const char *end)
{
    size_t len = 0;
    bool sign = false;

    while (text + len < end && text[len] > ' ' && text[len] < 127 &&
           strchr("()[]<>\"*", text[len]) == NULL)
        len++;
    for (size_t i = 0; i + 1 < len; i++)
        sign = sign || strchr("./:@", text[i]) != NULL;
    return sign ? len : 0;
}

static enum err add_token(struct tokens *tokens, struct token token)
{
    struct token *grown = list_room(tokens->items, tokens->count, sizeof *grown);
    struct buffer folded = BUFFER_INIT;
    enum err err = utf8_fold(&folded, token.at, token.len);

    if (grown != NULL)
        tokens->items = grown;
    token.folded = grown != NULL && err == ERR_NONE ? buffer_take(&folded) : NULL;
    buffer_free(&folded);
    if (token.folded == NULL)
        return ERR_MEMORY;
    grown[tokens->count++] = token;
    return ERR_NONE;
}

/* The word at text: letters or digits; its end. */
static const char *word_end(const char *text, const char *end)
{
    const char *next = text;
    bool digits = is_digit(utf8_next(&next));

    while (next < end) {
        const char *after = next;
        uint32_t point = utf8_next(&after);

        if (digits ? !is_digit(point) : !is_letter(point))
            break;
        next = after;
    }
    return next;
}

static enum err cut_tokens(struct tokens *out, const char *text, size_t len, int line)
{
    const char *end = text + len;
    uint32_t before = ' ';
    enum err err = ERR_NONE;

    while (text < end && err == ERR_NONE) {
        size_t address =
            before == ' ' || before == '(' || before == '\n' ? address_at(text, end) : 0;
        const char *next = text;
        uint32_t point = utf8_next(&next);

        if (address > 0) {
            next = text + address;
            point = '/';
        } else if (is_letter(point) || is_digit(point)) {
            next = word_end(text, end);
            err = add_token(
                out, (struct token){text, (size_t)(next - text), line,
                                    is_capital(point) || before == 0xAB || before == 0x201E, NULL});
        }
        line += point == '\n';
        before = point;
        text = next;
    }
    return err;
}

static void tokens_free(struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        free(tokens->items[i].folded);
    free(tokens->items);
}

/* --- finding --- */

static bool is_word(const char *word, const char *wanted, size_t len)
{
    return strlen(word) == len && memcmp(word, wanted, len) == 0;
}

/* True if the word of a text is the wanted one (len bytes) in some case or number. */
static bool is_form(const char *word, const char *wanted, size_t len)
{
    /* a pronoun is no noun or adjective, which is what russian.h knows */
    static const char *const mine[] = {"моей", "мою", "моею"};
    struct russian_forms forms = {0, 0, 0};
    struct buffer form = BUFFER_INIT;
    bool same = is_word(word, wanted, len);

    if (same || strncmp(word, wanted, STEM_MIN) != 0)
        return same;
    for (size_t i = 0; i < sizeof mine / sizeof mine[0] && is_word("моя", wanted, len); i++)
        same = same || strcmp(word, mine[i]) == 0;
    while (!same && russian_next(&forms, word, &form, NULL)) {
        same = is_word(buffer_text(&form), wanted, len);
        buffer_clear(&form);
    }
    buffer_free(&form);
    return same;
}

static bool is_name(const struct name *name, const struct tokens *tokens, size_t at)
{
    const char *rest = name->folded, *word;
    size_t used = at;

    if (name->count > tokens->count - at || (name->count > 1 && !tokens->items[at].strong))
        return false;
    for (size_t len; (len = search_next_word(&rest, &word)) > 0; used++) {
        if (!is_form(tokens->items[used].folded, word, len))
            return false;
    }
    return true;
}

/* The longest name that begins at a word; NULL if none does. */
static const struct name *name_at(const struct names *names, const struct tokens *tokens, size_t at)
{
    const struct name *best = NULL;

    for (size_t i = 0; i < names->count; i++) {
        const struct name *name = &names->items[i];

        if ((best == NULL || name->count > best->count) && is_name(name, tokens, at))
            best = name;
    }
    return best;
}

enum err names_find(const struct names *names, const char *text, size_t len, int line,
                    void (*found)(void *context, const struct source_portal *portal, const char *at,
                                  size_t found_len, int line),
                    void *context)
{
    struct tokens tokens = {NULL, 0};
    enum err err = cut_tokens(&tokens, text, len, line);

    for (size_t i = 0; i < tokens.count && err == ERR_NONE; i++) {
        const struct name *name = name_at(names, &tokens, i);
        const struct token *first = &tokens.items[i], *last;

        if (name == NULL)
            continue;
        i += name->count - 1;
        last = &tokens.items[i];
        found(context, name->portal, first->at, (size_t)(last->at + last->len - first->at),
              first->line);
    }
    tokens_free(&tokens);
    return err;
}
