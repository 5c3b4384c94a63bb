/*
 * query.c: from typed bytes to words of the index. Contract: query.h.
 *
 * What is between two spaces (a chunk) is read in one or two ways: as typed, and, if that makes no
 * sense, as the other keyboard layout gives it; the layout must be turned before words are cut,
 * because ",fhyfek" begins with a letter. The cheaper reading is taken. Within a reading each word
 * is looked up by itself.
 */
#include "search/query.h"
#include "base/buffer.h"
#include "base/utf8.h"
#include "search/near.h"
#include "search/ordinary.h"
#include "search/russian.h"
#include "search/sound.h"
#include "search/words.h"
#include <stdlib.h>
#include <string.h>

#define NEAR_MAX   64 /* candidates of a typing error */
#define COST_SOUND 10 /* Latin letters that only sound like the beginning of a word */
#define NAME_RANGE 60 /* how much worse a name may fit than a word that is none */
#define FEW_NAMES  2  /* so few beginnings are no answer yet */
/* letters of a Latin word that may be any Russian word; shorter ones only names */
#define LATIN_MIN  4
#define CHUNKS_MAX 16
/* From so many letters on a word may hold one slip, or two. */
#define SLIP_LETTERS      4
#define TWO_SLIPS_LETTERS 7
/* Among other words a shorter one is no beginning of a name. */
#define CROWD_LETTERS 4

const char *search_rule_word(enum search_rule rule)
{
    static const char *const words[SEARCH_RULE__MAX] = {
        [SEARCH_RULE_EXACT] = "exact",       [SEARCH_RULE_CASE] = "case",
        [SEARCH_RULE_TRANSLIT] = "translit", [SEARCH_RULE_LAYOUT] = "layout",
        [SEARCH_RULE_PREFIX] = "prefix",     [SEARCH_RULE_TYPO] = "typo"};

    return words[rule];
}

bool search_word_is_good(const struct search_query_word *word)
{
    return word->cost < SEARCH_COST_GOOD;
}

/* --- one word --- */

/* A word being looked up, with what all ways of looking share. */
struct look {
    const struct search_query *query;
    const struct search_table *table;
    struct search_query_word *word;
    struct buffer key, form; /* scratch */
    bool latin;
    size_t letters;
};

static void add_match(struct look *look, uint32_t at, unsigned cost, enum search_rule rule)
{
    struct search_query_word *word = look->word;
    size_t i = word->match_count;

    for (size_t k = 0; k < word->match_count; k++) {
        if (word->matches[k].word == at && word->matches[k].cost <= cost)
            return;
    }
    if (i == SEARCH_MATCHES) {
        if (word->matches[i - 1].cost <= cost)
            return;
        i--;
    } else {
        word->match_count++;
    }
    for (; i > 0 && word->matches[i - 1].cost > cost; i--)
        word->matches[i] = word->matches[i - 1];
    word->matches[i] = (struct search_match){at, (uint16_t)cost, (uint8_t)rule};
}

static const char *key_of(struct look *look, const char *text)
{
    buffer_clear(&look->key);
    sound_key(&look->key, text);
    return buffer_text(&look->key);
}

/* True if a word says something by itself: it is a name or has a role. */
static bool says(const struct search_table *table, uint32_t at)
{
    return (table->words[at].roles & ~SEARCH_TEXT) != 0;
}

/* True for a word of a name, or one with a role other than to say nothing. */
static bool is_telling(const struct search_table *table, uint32_t at)
{
    return table->words[at].postings > 0 ||
           (table->words[at].roles & ~(SEARCH_TEXT | SEARCH_STOP)) != 0;
}

static void look_exact(struct look *look)
{
    const char *text = look->word->text;
    uint32_t at = search_table_find(look->table, key_of(look, text), text);

    if (at != SEARCH_NONE)
        add_match(look, at, 0, SEARCH_RULE_EXACT);
}

/* True if there is a match that says something at a cost below this. */
static bool have_below(const struct look *look, unsigned cost)
{
    for (size_t i = 0; i < look->word->match_count && look->word->matches[i].cost < cost; i++)
        if (says(look->table, look->word->matches[i].word))
            return true;
    return false;
}

/* Dictionary forms of a word. A Latin word's Russian reading may lack soft signs, so there a form
 * is found by its sound. */
static void look_forms(struct look *look, const char *text, bool by_sound)
{
    struct russian_forms forms = {0};
    bool derived;

    for (buffer_clear(&look->form); russian_next(&forms, text, &look->form, &derived);
         buffer_clear(&look->form)) {
        const char *form = buffer_text(&look->form), *key = key_of(look, form);
        unsigned cost = derived ? SEARCH_COST_DERIVED : SEARCH_COST_CASE;

        for (uint32_t at = search_table_first(look->table, key);
             at < look->table->word_count && strcmp(search_table_key(look->table, at), key) == 0;
             at++) {
            unsigned roles = look->table->words[at].roles;

            if ((derived && !(roles & SEARCH_ALONE)) || (roles & SEARCH_STOP))
                continue; /* words that say nothing stand in the list in every form they have */
            if (by_sound)
                add_match(look, at, cost + SEARCH_COST_TRANSLIT, SEARCH_RULE_TRANSLIT);
            else if (strcmp(search_table_text(look->table, at), form) == 0)
                add_match(look, at, cost, SEARCH_RULE_CASE);
        }
    }
}

/* Calls a function for each Russian reading of a Latin word. */
static void each_reading(struct look *look, void (*take)(struct look *, const char *))
{
    struct buffer russian = BUFFER_INIT;

    for (unsigned variant = 0; variant < SOUND_VARIANTS; variant++) {
        buffer_clear(&russian);
        if (sound_russian(&russian, look->word->text, variant))
            take(look, buffer_text(&russian));
    }
    buffer_free(&russian);
}

static void look_sound(struct look *look, const char *russian)
{
    const char *key = key_of(look, russian);

    if (!*key)
        return;
    for (uint32_t at = search_table_first(look->table, key);
         at < look->table->word_count && strcmp(search_table_key(look->table, at), key) == 0; at++)
        if (look->letters >= LATIN_MIN || is_telling(look->table, at))
            add_match(look, at, SEARCH_COST_TRANSLIT, SEARCH_RULE_TRANSLIT);
    if (look->letters >= LATIN_MIN)
        look_forms(look, russian, true);
}

/* Words of a range of keys that begin with the text; the names with the most people win when there
 * are too many. */
static void look_range(struct look *look, const char *key, const char *text)
{
    size_t len = strlen(key), text_len = strlen(text);

    for (uint32_t at = search_table_first(look->table, key);
         at < look->table->word_count && strncmp(search_table_key(look->table, at), key, len) == 0;
         at++) {
        const struct search_word *word = &look->table->words[at];
        uint32_t rank = word->postings ? look->table->postings[word->posting].name : SEARCH_NONE;
        bool literal;

        if (!look->latin && strncmp(search_table_text(look->table, at), text, text_len) != 0)
            continue;
        if (look->word->match_count == SEARCH_MATCHES) {
            struct search_match *worst = &look->word->matches[SEARCH_MATCHES - 1];
            const struct search_word *other = &look->table->words[worst->word];
            uint32_t other_rank =
                other->postings ? look->table->postings[other->posting].name : SEARCH_NONE;

            if (worst->cost < SEARCH_COST_PREFIX || other_rank <= rank)
                continue;
            look->word->match_count--;
        }
        literal = strncmp(search_table_text(look->table, at), look->word->text,
                          strlen(look->word->text)) == 0;
        add_match(look, at, SEARCH_COST_PREFIX + (literal ? 0 : COST_SOUND), SEARCH_RULE_PREFIX);
    }
}

/* The key of a beginning is not always the beginning of the key: тс becomes one letter, и before a
 * vowel none. */
static void look_prefix(struct look *look, const char *text)
{
    static const struct {
        char last;
        const char *instead[4];
    } endings[] = {{'t', {"c"}}, {'i', {"a", "e", "u"}}};
    struct buffer own = BUFFER_INIT; /* key_of() writes over its own */
    const char *key;
    size_t len;

    buffer_puts(&own, key_of(look, text));
    key = buffer_text(&own);
    len = strlen(key);
    if (len > 0)
        look_range(look, key, text);
    for (size_t i = 0; len > 1 && i < sizeof endings / sizeof endings[0]; i++) {
        for (size_t k = 0; key[len - 1] == endings[i].last && endings[i].instead[k] != NULL; k++) {
            struct buffer other = BUFFER_INIT;

            buffer_add(&other, key, len - 1);
            buffer_puts(&other, endings[i].instead[k]);
            look_range(look, buffer_text(&other), text);
            buffer_free(&other);
        }
    }
    buffer_free(&own);
}

/* How many slips a word of so many letters may have. */
static unsigned slips(size_t letters)
{
    return letters < SLIP_LETTERS ? 0 : letters < TWO_SLIPS_LETTERS ? 1 : 2;
}

/* Latin words are compared by sound, since their Russian reading is a guess; Russian ones letter by
 * letter. */
static void weigh_typo(struct look *look, const char *text, uint32_t at)
{
    struct typing_distance distance;
    const char *own = search_table_text(look->table, at);
    bool by_sound = look->latin && !(typing_letters(own) & TYPING_LATIN);

    if (by_sound)
        typing_distance(&distance, look->query->costs, buffer_text(&look->key),
                        search_table_key(look->table, at));
    else
        typing_distance(&distance, look->query->costs, look->latin ? look->word->text : text, own);
    add_match(look, at, SEARCH_COST_TYPO + distance.cost, SEARCH_RULE_TYPO);
}

static void look_typo(struct look *look, const char *text)
{
    uint32_t found[NEAR_MAX];
    char letters[SEARCH_WORD_BYTES];
    const struct search_order *order = look->latin ? &look->table->by_key : &look->table->by_text;
    const char *typed = look->latin ? key_of(look, text) : text;
    unsigned edits = slips(look->letters);
    size_t len = typing_bytes(typed, letters, sizeof letters), before = look->word->match_count;
    size_t count;

    if (edits == 0 || len == 0)
        return;
    count = search_near(order, letters, len, edits, false, found, NEAR_MAX);
    for (size_t i = 0; i < count; i++)
        weigh_typo(look, text, found[i]);
    if (look->word->match_count == before &&
        look->letters >= 5) { /* a slip in a word that is not finished */
        count = search_near(order, letters, len, 1, true, found, NEAR_MAX);
        for (size_t i = 0; i < count; i++)
            add_match(look, found[i], SEARCH_COST_TYPO + TYPING_EDIT * 2, SEARCH_RULE_TYPO);
    }
}

/* How many names the beginnings that were found stand in: few, and it may be a typing error all the
 * same. */
static bool have_few(const struct look *look)
{
    uint32_t names = 0;

    for (size_t i = 0; i < look->word->match_count; i++)
        names += look->table->words[look->word->matches[i].word].postings;
    return names <= FEW_NAMES;
}

/* What the best matches say about the word. */
static void sum_up(struct look *look)
{
    struct search_query_word *word = look->word;
    bool named = false;
    unsigned best = SEARCH_COST_NONE;

    word->cost = word->match_count ? word->matches[0].cost : SEARCH_COST_NONE;
    /* of a match that says something */
    for (size_t i = 0; i < word->match_count; i++) {
        const struct search_word *own = &look->table->words[word->matches[i].word];
        unsigned cost = word->matches[i].cost;

        if (best == SEARCH_COST_NONE && says(look->table, word->matches[i].word))
            best = cost;
        word->roles |= own->roles & SEARCH_TEXT;
        if (cost == best) {
            word->roles |= own->roles;
            word->groups |= own->groups;
        }
        named = named || (word->cost < SEARCH_COST_GOOD
                              ? cost <= best && (own->roles & SEARCH_ALONE)
                              : cost <= word->cost + NAME_RANGE && own->postings > 0);
    }
    /* «ob» is «об», and a town; «чта» may be «что», and «Чита»: what may be a name is no word that
     * says nothing */
    if (named && best > 0)
        word->roles &= SEARCH_TEXT;
    if (named && best > 0)
        word->groups = 0;
}

/* True if a word may be the beginning of others. «дневник» is none, though it may be of
 * «дневник.ру»; nor is, among others, what means something as it is («видно» of Видное, «госуслуги»
 * of «Госуслуги Моя школа») or is too short to mean anything. */
static bool may_begin(const struct look *look, bool known)
{
    const struct search_query_word *word = look->word;
    unsigned roles = known ? look->table->words[word->matches[0].word].roles : 0;

    if (word->number >= 0 || look->letters < 2)
        return false;
    if (look->query->crowded && known && word->matches[0].cost == 0 && (roles & SEARCH_TEXT))
        return false;
    if (known && word->matches[0].cost == 0 && says(look->table, word->matches[0].word) &&
        !(roles & (SEARCH_ALONE | SEARCH_STOP)))
        return false;
    return !look->query->crowded || !(word->ordinary || look->letters < CROWD_LETTERS);
}

/* Marks what is a word of the language, by the dictionary or by data/synonyms.tsv. */
static void judge(const struct look *look)
{
    struct search_query_word *word = look->word;

    word->ordinary = !look->latin && ordinary_word(word->text);
    for (size_t i = 0; i < word->match_count && word->matches[i].cost < SEARCH_COST_GOOD; i++)
        if (look->table->words[word->matches[i].word].roles & SEARCH_WORD)
            word->ordinary = true;
}

static void look_up(const struct search_query *query, struct search_query_word *word, bool last)
{
    struct look look = {.query = query, .table = query->table, .word = word};
    bool known;

    look.latin = (typing_letters(word->text) & TYPING_LATIN) != 0;
    look.letters = utf8_length(word->text);
    look_exact(&look);
    if (look.latin && !have_below(&look, SEARCH_COST_GOOD))
        each_reading(&look, look_sound);
    if (!look.latin && !have_below(&look, SEARCH_COST_GOOD))
        look_forms(&look, word->text, false);
    known =
        have_below(&look, SEARCH_COST_GOOD) ||
        (word->match_count > 0 && (word->matches[0].cost == 0 ||
                                   (look.table->words[word->matches[0].word].roles & SEARCH_TEXT)));
    judge(&look);
    if ((last || !known) && may_begin(&look, known)) {
        if (look.latin)
            each_reading(&look, look_prefix);
        else
            look_prefix(&look, word->text);
    }
    if (word->number < 0 && !known && !word->ordinary && !query->verbatim && have_few(&look)) {
        if (look.latin)
            each_reading(&look, look_typo);
        else
            look_typo(&look, word->text);
    }
    sum_up(&look);
    buffer_free(&look.key);
    buffer_free(&look.form);
}

/* --- one chunk --- */

/* Cuts at a character's border. */
static size_t fit(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

static void set_word(struct search_query_word *word, const char *text, size_t len, bool layout)
{
    word->match_count = 0;
    word->host_count = 0;
    word->roles = 0;
    word->groups = 0;
    word->layout = layout;
    word->is_host = false;
    word->ordinary = false;
    len = fit(text, len, sizeof word->text - 1);
    memcpy(word->text, text, len);
    word->text[len] = '\0';
    word->digits = (int)strspn(word->text, "0123456789");
    word->number =
        word->digits > 0 && word->digits <= 6 && !word->text[word->digits] ? atoi(word->text) : -1;
}

/* Reads a chunk as words and looks them up; their number. *cost is that of the worst word. */
static enum err read_words(const struct search_query *query, struct search_query_word *words,
                           size_t *count, const char *chunk, bool last, bool layout, unsigned *cost)
{
    struct buffer folded = BUFFER_INIT;
    const char *word;
    enum err err;
    const char *rest;

    *count = 0;
    *cost = 0;
    err = search_words(&folded, chunk, strlen(chunk));
    rest = buffer_text(&folded);
    for (size_t len; err == ERR_NONE && *count < SEARCH_QUERY_WORDS &&
                     (len = search_next_word(&rest, &word)) > 0;) {
        struct search_query_word *own = &words[(*count)++];

        set_word(own, word, len, layout);
        look_up(query, own, last && !rest[strspn(rest, " ")]);
        if (own->number < 0 && !own->ordinary && own->cost > *cost)
            *cost = own->cost;
    }
    if (*count == 0)
        *cost = SEARCH_COST_NONE;
    buffer_free(&folded);
    return err;
}

/* True if one of the best matches is a word of a name, or has a role. */
static bool is_in_names(const struct search_query *query, const struct search_query_word *word)
{
    for (size_t i = 0; i < word->match_count && word->matches[i].cost == word->cost; i++)
        if (query->table->words[word->matches[i].word].postings > 0 ||
            says(query->table, word->matches[i].word))
            return true;
    return false;
}

/* Whether a turned layout is to be believed: each word must be known, beginnings and typing errors
 * only of words long enough, and one at least must be more than a letter and say something. */
static bool is_believable(const struct search_query *query, const struct search_query_word *words,
                          size_t count)
{
    bool telling = false;

    for (size_t i = 0; i < count; i++) {
        size_t letters = utf8_length(words[i].text);
        unsigned cost = words[i].number >= 0 || words[i].ordinary ? 0 : words[i].cost;

        if (cost == SEARCH_COST_NONE || (cost >= SEARCH_COST_PREFIX && letters < 4) ||
            (cost >= SEARCH_COST_TYPO && letters < 6))
            return false;
        telling = telling || (words[i].roles & SEARCH_PROBLEM) ||
                  (letters > 1 && !(words[i].roles & SEARCH_STOP) &&
                   ((words[i].ordinary && letters > 3) || is_in_names(query, &words[i])));
    }
    return telling;
}

static void append_words(struct search_query *query, const struct search_query_word *words,
                         size_t count)
{
    for (size_t i = 0; i < count && query->count < SEARCH_QUERY_WORDS; i++)
        query->words[query->count++] = words[i];
}

static enum err take_host(struct search_query *query, const char *chunk)
{
    struct search_query_word *word = &query->words[query->count];
    enum err err;

    if (query->hosts == NULL || query->count == SEARCH_QUERY_WORDS || strchr(chunk, '.') == NULL)
        return ERR_NONE;
    set_word(word, "", 0, false);
    err = search_hosts_find(query->hosts, chunk, word->hosts, &word->host_count, word->text,
                            sizeof word->text);
    if (err != ERR_NONE || word->host_count == 0)
        return err;
    word->is_host = true;
    word->number = -1;
    word->cost = 0;
    query->count++;
    return ERR_NONE;
}

/* Reads a chunk in the other layout if that is better than what it was read as. */
static enum err turn(struct search_query *query, const char *chunk, unsigned letters, bool last,
                     size_t *count, unsigned cost, const struct search_query_word **words)
{
    struct buffer other = BUFFER_INIT;
    unsigned other_cost;
    size_t other_count, before = query->count;
    enum err err;

    if (letters & TYPING_LATIN)
        typing_to_russian(&other, chunk);
    else
        typing_to_latin(&other, chunk);
    err = buffer_failed(&other) ? ERR_MEMORY : take_host(query, buffer_text(&other));
    if (err == ERR_NONE && query->count > before) {
        query->words[before].layout = true;
        *count = 0;
    } else if (err == ERR_NONE) {
        err = read_words(query, query->spare[1], &other_count, buffer_text(&other), last, true,
                         &other_cost);
        if (err == ERR_NONE && is_believable(query, query->spare[1], other_count) &&
            other_cost + SEARCH_COST_LAYOUT < cost &&
            (other_cost < SEARCH_COST_GOOD || cost == SEARCH_COST_NONE ||
             (letters & TYPING_LATIN))) {
            *words = query->spare[1];
            *count = other_count;
        }
    }
    buffer_free(&other);
    return err;
}

static enum err take_chunk(struct search_query *query, const char *chunk, bool last)
{
    struct buffer alike = BUFFER_INIT;
    const struct search_query_word *words = query->spare[0];
    unsigned letters = typing_letters(chunk), cost;
    size_t count, before = query->count;
    enum err err = take_host(query, chunk);
    unsigned enough;

    if (err != ERR_NONE || query->count > before)
        return err;
    if (letters == (TYPING_LATIN | TYPING_CYRILLIC)) {
        typing_lookalikes(&alike, chunk);
        chunk = buffer_text(&alike);
    }
    err = read_words(query, query->spare[0], &count, chunk, last, false, &cost);
    /* Cyrillic letters that begin a known word are seldom meant as Latin ones; the other way round
     * it happens. */
    enough = letters & TYPING_LATIN ? SEARCH_COST_GOOD : SEARCH_COST_TYPO;
    if (err == ERR_NONE && cost >= enough && letters != 0 && !query->verbatim)
        err = turn(query, chunk, letters, last, &count, cost, &words);
    if (err == ERR_NONE)
        append_words(query, words, count);
    buffer_free(&alike);
    return err;
}

/* --- neighbours --- */

/* «ново сибирск», «р н»: two words that are one in the index. */
static bool join(struct search_query *query, size_t at)
{
    struct search_query_word *left = &query->words[at], *right = left + 1, *spare = query->spare[0];
    struct buffer both = BUFFER_INIT;
    struct look look;
    bool one;

    if ((left->roles & SEARCH_STOP && utf8_length(left->text) > 1) || left->is_host ||
        right->is_host || left->number >= 0 || right->number >= 0 ||
        (search_word_is_good(left) && search_word_is_good(right) && utf8_length(left->text) > 1))
        return false;
    buffer_puts(&both, left->text);
    buffer_puts(&both, right->text);
    set_word(spare, buffer_text(&both), both.len, left->layout || right->layout);
    buffer_free(&both);
    look = (struct look){.query = query, .table = query->table, .word = spare, .letters = 2};
    look.latin = (typing_letters(spare->text) & TYPING_LATIN) != 0;
    look_exact(&look);
    if (!have_below(&look, SEARCH_COST_GOOD) && !look.latin)
        look_forms(&look, spare->text, false);
    if (!have_below(&look, SEARCH_COST_GOOD) && look.latin)
        each_reading(&look, look_sound);
    one = have_below(&look, SEARCH_COST_GOOD);
    sum_up(&look);
    buffer_free(&look.key);
    buffer_free(&look.form);
    if (!one)
        return false;
    *left = *spare;
    memmove(right, right + 1, (query->count - at - 2) * sizeof *right);
    query->count--;
    return true;
}

/* Each way a match came about costs something more in the other layout. */
static void charge_layout(struct search_query_word *word)
{
    for (size_t i = 0; i < word->match_count; i++) {
        word->matches[i].cost = (uint16_t)(word->matches[i].cost + SEARCH_COST_LAYOUT);
        if (word->matches[i].rule < SEARCH_RULE_LAYOUT)
            word->matches[i].rule = SEARCH_RULE_LAYOUT;
    }
    word->cost += SEARCH_COST_LAYOUT;
}

/* --- the whole query --- */

/* Bytes of the first characters that are looked at. */
static size_t first_letters(const char *text)
{
    const char *at = text;

    for (size_t i = 0; i < SEARCH_QUERY_LETTERS && utf8_next(&at) != 0; i++)
        continue;
    return (size_t)(at - text);
}

/* True if a word is more than «в», «область», «город», «дневник»: something is said beside it. */
static bool is_company(const struct search_query *query, const char *word)
{
    const unsigned quiet = SEARCH_STOP | SEARCH_FILLER | SEARCH_OF_REGION | SEARCH_OF_PLACE;
    struct buffer key = BUFFER_INIT;
    uint32_t at;
    unsigned roles;

    sound_key(&key, word);
    at = search_table_find(query->table, buffer_text(&key), word);
    roles = at != SEARCH_NONE ? query->table->words[at].roles : 0;
    buffer_free(&key);
    return !(roles & quiet) || (roles & SEARCH_PROBLEM);
}

/* Counts before anything is looked up, since it decides how. */
static enum err count_company(struct search_query *query, const char *text)
{
    struct buffer folded = BUFFER_INIT;
    enum err err = search_words(&folded, text, strlen(text));
    const char *rest = buffer_text(&folded), *word;
    size_t count = 0;

    for (size_t len; err == ERR_NONE && count < 2 && (len = search_next_word(&rest, &word)) > 0;) {
        char *one = strndup(word, len);

        count += one != NULL && is_company(query, one);
        err = one != NULL ? ERR_NONE : ERR_MEMORY;
        free(one);
    }
    query->crowded = count > 1;
    buffer_free(&folded);
    return err;
}

enum err search_query_read(struct search_query *query, const char *text, size_t len)
{
    struct buffer clean = BUFFER_INIT;
    enum err err = ERR_NONE;
    const char *rest;

    query->count = 0;
    utf8_repair(&clean, text, len);
    buffer_cut(&clean, first_letters(buffer_text(&clean)));
    err = buffer_failed(&clean) ? ERR_MEMORY : count_company(query, buffer_text(&clean));
    rest = buffer_text(&clean);
    for (size_t i = 0; i < CHUNKS_MAX && err == ERR_NONE && query->count < SEARCH_QUERY_WORDS;
         i++) {
        size_t size;
        char *chunk;

        rest += strspn(rest, " ");
        size = strcspn(rest, " ");
        if (size == 0)
            break;
        chunk = strndup(rest, size);
        rest += size;
        err = chunk != NULL ? take_chunk(query, chunk, !*rest) : ERR_MEMORY;
        free(chunk);
    }
    for (size_t i = 0; i + 1 < query->count; i++)
        if (join(query, i) && i > 0)
            i--;
    for (size_t i = 0; i < query->count; i++)
        if (query->words[i].layout)
            charge_layout(&query->words[i]);
    buffer_free(&clean);
    return err;
}
