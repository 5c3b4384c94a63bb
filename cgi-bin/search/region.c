/*
 * region.c: adding up evidence. Contract: region.h.
 *
 * 1. Roles: which words say where (the others are «дневник», «вход», «область», «в»); what a number
 * is.
 * 2. Names: every name with a matched word collects its words. All of them there: the name was
 * meant. Some of them: a part of a name, which is weaker.
 * 3. Regions: each word of the query counts once for a region, by its best evidence.
 * 4. Order: rank.c.
 */
#include "search/region.h"
#include "base/utf8.h"
#include "search/rank.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOUCHED_MAX  4096 /* names that one query may touch; the best matches come first */
#define SLOTS        8192
#define POSTINGS_MAX 400 /* names of one word that are looked at, those with the most people */
#define COST_PART    120 /* only a part of the name was typed */
#define COST_INNER   40  /* and not its first word */
#define COST_KIND    5 /* «ленинградская» without «область»: a village may have just that name */
#define COST_SHORT   60     /* «н д» for «на Дону» */
#define SHORT_MAX    8      /* bytes of an abbreviation within a name */
#define SLIP_MIN     4      /* bytes of a word that may hold a slip there */
#define LARGE_TOWN   100000 /* people: one that is meant wherever its name stands */
#define SURE_WORD_ONLY                                                                             \
    (SEARCH_STOP | SEARCH_FILLER | SEARCH_OF_REGION | SEARCH_OF_PLACE | SEARCH_QUESTION |          \
     SEARCH_CODE | SEARCH_POSTCODE | SEARCH_COUNT)

/* A name some of whose words were found. */
struct touched {
    uint32_t name;
    uint16_t query; /* words of the query used, as bits */
    uint16_t sure;  /* those of them that were found surely */
    uint16_t cost;
    uint8_t words; /* words of the name found, as bits */
    uint8_t rule;
};

/* The best evidence for one word of the query in one region. */
struct evidence {
    uint16_t cost; /* SEARCH_COST_NONE: none */
    bool good;
    bool where; /* it names a place, not what signs in there */
};

struct search_matcher {
    struct touched touched[TOUCHED_MAX];
    size_t touched_count;
    uint16_t slots[SLOTS]; /* touched by name, index + 1 */
    struct evidence evidence[SEARCH_REGIONS_MAX][SEARCH_QUERY_WORDS];
    struct search_hit hits[SEARCH_REGIONS_MAX]; /* by region; name and cost of the best */
    const struct search_query *query;
    const struct search_table *table;
    bool of_place;  /* the query says «город» */
    uint64_t kinds; /* «область», «край»: what it says of the region's kind */
};

enum err search_matcher_new(struct search_matcher **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

void search_matcher_free(struct search_matcher *matcher)
{
    free(matcher);
}

/* --- words that say where --- */

static bool has_role(const struct search_query *query, size_t at, unsigned role)
{
    return at < query->count && (query->words[at].roles & role) != 0;
}

static bool is_near(const struct search_query *query, size_t at, unsigned role)
{
    return has_role(query, at + 1, role) || (at > 0 && has_role(query, at - 1, role));
}

/* A number that counts something: «14 лет», «школа № 5», «до 14», «ребёнку нет 14». */
static bool is_count(const struct search_query *query, size_t at)
{
    unsigned between = SEARCH_QUESTION;

    if (is_near(query, at, SEARCH_COUNT))
        return true;
    if (!is_near(query, at, SEARCH_CODE))
        between |= SEARCH_STOP;
    return at > 1 && has_role(query, at - 1, between) && has_role(query, at - 2, SEARCH_COUNT);
}

/* «вопрос 17», «17 вопрос», «вопрос номер 17»; not «номер региона № 17». */
static bool is_question(const struct search_query *query, size_t at)
{
    bool code = is_near(query, at, SEARCH_CODE);

    if (is_near(query, at, SEARCH_QUESTION))
        return !code;
    return at > 1 && has_role(query, at - 1, SEARCH_CODE) &&
           has_role(query, at - 2, SEARCH_QUESTION);
}

static bool says_where(const struct search_query_word *word)
{
    if (word->is_host)
        return true;
    return word->number < 0 && !(word->roles & SURE_WORD_ONLY) && utf8_length(word->text) > 1;
}

static void find_needed(const struct search_query *query, struct search_regions *out)
{
    const unsigned nothing = SEARCH_STOP | SEARCH_QUESTION | SEARCH_CODE | SEARCH_POSTCODE;
    bool number = false;
    bool usual;

    for (size_t i = 0; i < query->count; i++) {
        number = number || query->words[i].number >= 0;
        if (says_where(&query->words[i]))
            out->words |= (uint16_t)(1U << i);
    }
    /* «Моя школа»: if nothing else is there, the words that usually say nothing must do. */
    usual = out->words == 0 && !number;
    for (size_t i = 0; i < query->count && usual; i++)
        if (!(query->words[i].roles & nothing))
            out->words |= (uint16_t)(1U << i);
    /* «об», while «Обнинск» is being typed */
    if (usual && out->words == 0 && query->count == 1 && query->words[0].match_count > 1)
        out->words = 1;
}

/* --- evidence --- */

static uint8_t rank_of(const struct search_matcher *matcher, enum search_kind kind)
{
    static const uint8_t ranks[SEARCH_KIND__MAX] = {
        [SEARCH_KIND_NAME] = 0,     [SEARCH_KIND_ALIAS] = 0,   [SEARCH_KIND_CODE] = 0,
        [SEARCH_KIND_HOST] = 0,     [SEARCH_KIND_PLACE] = 1,   [SEARCH_KIND_FORMER] = 1,
        [SEARCH_KIND_POSTCODE] = 1, [SEARCH_KIND_RENAMED] = 2, [SEARCH_KIND_SYSTEM] = 4,
        [SEARCH_KIND_PORTAL] = 5};
    bool region = kind == SEARCH_KIND_NAME || kind == SEARCH_KIND_ALIAS;

    return region && matcher->of_place ? 3 : ranks[kind];
}

/* True if a is the better explanation of the two. */
static bool is_better(const struct search_hit *a, const struct search_hit *b)
{
    int words_a = __builtin_popcount(a->covered), words_b = __builtin_popcount(b->covered);

    if (words_a != words_b)
        return words_a > words_b;
    if (a->cost != b->cost)
        return a->cost < b->cost;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->name < b->name;
}

/* True for what a place is called; a system's name says as much of the system. */
static bool says_place(enum search_kind kind)
{
    return kind != SEARCH_KIND_SYSTEM && kind != SEARCH_KIND_PORTAL && kind != SEARCH_KIND_HOST &&
           kind != SEARCH_KIND_FORMER;
}

/* Notes that something of a region explains words of the query, those in sure surely. */
static void note(struct search_matcher *matcher, uint8_t region, const struct search_hit *hit,
                 uint16_t sure)
{
    struct search_hit *best = &matcher->hits[region];
    bool where = says_place((enum search_kind)hit->kind);
    unsigned words = (unsigned)__builtin_popcount(hit->covered);
    uint32_t place;

    for (size_t i = 0; i < matcher->query->count; i++) {
        struct evidence *own = &matcher->evidence[region][i];
        uint16_t cost = (uint16_t)(hit->cost / (words ? words : 1));
        bool good = (sure & 1U << i) != 0;

        if (!(hit->covered & 1U << i))
            continue;
        if (cost < own->cost || (good && !own->good))
            *own = (struct evidence){cost, good || own->good, own->where};
        own->where = own->where || where;
    }
    place = best->place;
    if (hit->place && !hit->partial && hit->rule < SEARCH_RULE_PREFIX)
        place = place ? place : hit->place;
    if (best->covered == 0 || is_better(hit, best)) {
        *best = *hit;
        best->region = region;
    }
    if (!best->place)
        best->place = place;
}

/* --- names --- */

static struct touched *touch(struct search_matcher *matcher, uint32_t name)
{
    size_t slot = (name * 2654435761U) % SLOTS;
    struct touched *touched;

    for (; matcher->slots[slot]; slot = (slot + 1) % SLOTS)
        if (matcher->touched[matcher->slots[slot] - 1].name == name)
            return &matcher->touched[matcher->slots[slot] - 1];
    if (matcher->touched_count == TOUCHED_MAX)
        return NULL;
    touched = &matcher->touched[matcher->touched_count++];
    *touched = (struct touched){.name = name};
    matcher->slots[slot] = (uint16_t)matcher->touched_count;
    return touched;
}

static void touch_names(struct search_matcher *matcher, size_t at, const struct search_match *match)
{
    const struct search_word *word = &matcher->table->words[match->word];
    uint32_t count = word->postings < POSTINGS_MAX ? word->postings : POSTINGS_MAX;

    for (uint32_t i = 0; i < count; i++) {
        const struct search_posting *posting = &matcher->table->postings[word->posting + i];
        struct touched *touched = touch(matcher, posting->name);

        if (touched == NULL || (touched->query & 1U << at) ||
            (touched->words & 1U << posting->position))
            continue;
        touched->query |= (uint16_t)(1U << at);
        touched->words |= (uint8_t)(1U << posting->position);
        touched->cost = (uint16_t)(touched->cost + match->cost);
        if (match->cost < SEARCH_COST_GOOD)
            touched->sure |= (uint16_t)(1U << at);
        if (match->rule > touched->rule)
            touched->rule = match->rule;
    }
}

static void forget_names(struct search_matcher *matcher)
{
    memset(matcher->slots, 0, sizeof matcher->slots);
    matcher->touched_count = 0;
}

static void find_names(struct search_matcher *matcher)
{
    const struct search_query *query = matcher->query;

    for (size_t i = 0; i < query->count; i++)
        for (size_t k = 0; k < query->words[i].match_count; k++)
            touch_names(matcher, i, &query->words[i].matches[k]);
}

/* What a word of the query costs as a word of a name that is otherwise sure: «н д» for «на Дону»,
 * «бр» for «бор». 0: it is not that word. */
static unsigned weak_cost(const struct search_matcher *matcher, const char *typed,
                          const char *whole, bool slips)
{
    struct typing_distance distance;
    size_t len = strlen(typed);

    if (len == 0)
        return 0;
    if (len <= SHORT_MAX && strncmp(typed, whole, len) == 0)
        return COST_SHORT;
    if (!slips || len < SLIP_MIN)
        return 0;
    typing_distance(&distance, matcher->query->costs, typed, whole);
    return distance.edits == 1 ? SEARCH_COST_TYPO + distance.cost : 0;
}

/* Looks among the words of the query that a name has no use for yet for those it still lacks. */
static void fill_short(struct search_matcher *matcher, struct touched *touched)
{
    const struct search_name *name = &matcher->table->names[touched->name];
    const struct search_query *query = matcher->query;
    /* names of portals are made of common words: «мос» is no «моя» */
    bool slips = name->kind != SEARCH_KIND_PORTAL && name->kind != SEARCH_KIND_SYSTEM;

    for (uint8_t k = 0; k < name->count; k++) {
        const char *whole = search_table_text(matcher->table, name->words[k]);

        for (size_t i = 0; i < query->count && !(touched->words & 1U << k); i++) {
            unsigned cost = touched->query & 1U << i
                                ? 0
                                : weak_cost(matcher, query->words[i].text, whole, slips);
            uint8_t rule = cost < SEARCH_COST_GOOD ? SEARCH_RULE_CASE : SEARCH_RULE_TYPO;

            if (cost == 0)
                continue;
            touched->query |= (uint16_t)(1U << i);
            touched->words |= (uint8_t)(1U << k);
            touched->cost = (uint16_t)(touched->cost + cost);
            touched->sure |= cost < SEARCH_COST_GOOD ? (uint16_t)(1U << i) : 0;
            touched->rule = touched->rule < rule ? rule : touched->rule;
        }
    }
}

static bool is_whole(const struct search_matcher *matcher, const struct touched *touched)
{
    return __builtin_popcount(touched->words) == matcher->table->names[touched->name].count;
}

/* True for a word that says something and is no name: «пароль», «телефон»; not «дневник», «не». */
static bool is_plain_word(const struct search_query_word *word)
{
    return word->ordinary &&
           !(word->roles & (SEARCH_STOP | SEARCH_FILLER | SEARCH_OF_REGION | SEARCH_OF_PLACE));
}

/* True if the words of a name that were found are words of the language, and so are others that it
 * has no use for: «новый пароль» is not Новый Уренгой. */
static bool is_by_chance(const struct search_matcher *matcher, const struct touched *touched)
{
    const struct search_query *query = matcher->query;
    bool others = false;

    for (size_t i = 0; i < query->count; i++) {
        if (!(touched->query & 1U << i))
            others = others || is_plain_word(&query->words[i]);
        else if (!query->words[i].ordinary)
            return false;
    }
    return others;
}

/* A plain word that stands beside no town: not «гимназия», «код», «забыл». */
static bool is_thing(const struct search_query_word *word)
{
    return word->ordinary && !(word->roles & (SURE_WORD_ONLY | SEARCH_PROBLEM));
}

/* «белый экран», «сим карта»: the name of a small town that is a word of the language, and stands
 * beside another such word. Beside others («Мирный, не приходит код») it is the town. */
static bool is_word_of_phrase(const struct search_matcher *matcher, const struct touched *touched)
{
    const struct search_query *query = matcher->query;
    const struct search_name *name = &matcher->table->names[touched->name];
    size_t at = (size_t)__builtin_ctz(touched->query);

    if (name->count != 1 || name->people >= LARGE_TOWN || !query->words[at].ordinary)
        return false;
    return (name->kind == SEARCH_KIND_PLACE || name->kind == SEARCH_KIND_RENAMED) &&
           ((at > 0 && is_thing(&query->words[at - 1])) ||
            (at + 1 < query->count && is_thing(&query->words[at + 1])));
}

/* A part of a name says something only for names of places and regions, and if it is more than
 * «область». */
static bool is_telling_part(const struct search_matcher *matcher, const struct touched *touched,
                            uint16_t needed)
{
    const struct search_name *name = &matcher->table->names[touched->name];
    bool telling = false;

    if (name->kind != SEARCH_KIND_NAME && name->kind != SEARCH_KIND_ALIAS &&
        name->kind != SEARCH_KIND_PLACE)
        return false;
    if ((touched->rule == SEARCH_RULE_TYPO && !(touched->words & 1U)) ||
        is_by_chance(matcher, touched))
        return false;
    for (uint8_t i = 0; i < name->count; i++)
        telling = telling ||
                  ((touched->words & 1U << i) && !(matcher->table->words[name->words[i]].roles &
                                                   (SEARCH_OF_REGION | SEARCH_OF_PLACE)));
    return telling && (touched->query & needed) != 0;
}

static void note_name(struct search_matcher *matcher, const struct touched *touched,
                      uint16_t needed)
{
    const struct search_name *name = &matcher->table->names[touched->name];
    bool whole = is_whole(matcher, touched);
    struct search_hit hit;

    if (whole ? is_word_of_phrase(matcher, touched) : !is_telling_part(matcher, touched, needed))
        return;
    hit = (struct search_hit){.kind = name->kind,
                              .rule = touched->rule,
                              .covered = touched->query,
                              .cost = touched->cost,
                              .name = touched->name,
                              .place = name->place,
                              .partial = !whole,
                              .rank = rank_of(matcher, (enum search_kind)name->kind)};
    if (name->kind == SEARCH_KIND_HOST)
        hit.rank = SEARCH_RANK_LABEL;
    if (name->is_short && name->region != SEARCH_NO_REGION &&
        !(matcher->kinds & matcher->table->regions[name->region].groups))
        hit.cost += COST_KIND;
    if (name->is_joined && touched->rule >= SEARCH_RULE_PREFIX)
        hit.cost += COST_PART;
    if (!whole)
        hit.cost += COST_PART + (touched->words & 1U ? 0 : COST_INNER);
    for (size_t i = 0; i < matcher->table->region_count; i++)
        if (name->region == i ||
            (name->region == SEARCH_NO_REGION && name->portal < matcher->table->portal_count &&
             matcher->table->portals[name->portal].regions[i]))
            note(matcher, (uint8_t)i, &hit, whole ? touched->sure : 0);
}

/* --- codes, postcodes, hosts, iso --- */

static void note_number(struct search_matcher *matcher, size_t at, uint8_t region,
                        enum search_kind kind, uint32_t cost)
{
    const struct search_hit hit = {.kind = (uint8_t)kind,
                                   .covered = (uint16_t)(1U << at),
                                   .cost = cost,
                                   .name = SEARCH_NONE,
                                   .word = (uint8_t)at,
                                   .rank = rank_of(matcher, kind)};

    if (region != SEARCH_NO_REGION)
        note(matcher, region, &hit, hit.covered);
}

/* True if another word of the query used the number as a part of a name: «Арзамас-16». */
static bool is_in_name(const struct search_matcher *matcher, size_t at)
{
    for (size_t i = 0; i < matcher->touched_count; i++)
        if ((matcher->touched[i].query & 1U << at) && is_whole(matcher, &matcher->touched[i]))
            return true;
    return false;
}

static void match_number(struct search_matcher *matcher, size_t at, struct search_regions *out)
{
    const struct search_query *query = matcher->query;
    const struct search_query_word *word = &query->words[at];
    const struct search_table *table = matcher->table;
    bool postcode = is_near(query, at, SEARCH_POSTCODE), question = is_question(query, at);
    bool code = !question && is_near(query, at, SEARCH_CODE);
    uint16_t bit = (uint16_t)(1U << at);
    bool is_code;

    if (is_in_name(matcher, at) ||
        is_count(query, at)) /* the same number may still be a plate code: never mind */
        return;
    if (word->digits == 6 || (word->digits > 3 && postcode)) {
        int first = word->number;

        for (int i = word->digits; i > 3; i--)
            first /= 10;
        note_number(matcher, at, table->postcodes[first], SEARCH_KIND_POSTCODE, 0);
        out->words |= bit;
        return;
    }
    if (word->digits > 3)
        return;
    if (question) {
        out->question = word->number;
        out->only_question = true;
        return;
    }
    if (out->words == 0 && !code && !postcode)
        out->question = word->number;
    is_code = word->digits == 2 || (word->digits == 1 && code) ||
              (word->digits == 3 && word->text[0] != '0');
    if (is_code)
        note_number(matcher, at, table->codes[word->number], SEARCH_KIND_CODE, postcode ? 1 : 0);
    /* half a postcode is one only if nothing else is there: not «ошибка 403» */
    if (word->digits == 3 && (postcode || out->words == 0))
        note_number(matcher, at, table->postcodes[word->number], SEARCH_KIND_POSTCODE, 0);
    out->words |= bit;
}

/* «656 049»: a postcode in two halves. */
static bool match_halves(struct search_matcher *matcher, size_t at, struct search_regions *out)
{
    const struct search_query_word *word = &matcher->query->words[at];

    if (at + 1 >= matcher->query->count || word->digits != 3 || word[1].digits != 3 ||
        word->number < 0 || word[1].number < 0 ||
        matcher->table->postcodes[word->number] == SEARCH_NO_REGION)
        return false;
    note_number(matcher, at, matcher->table->postcodes[word->number], SEARCH_KIND_POSTCODE, 0);
    out->words |= (uint16_t)(1U << at);
    return true;
}

static void match_hosts(struct search_matcher *matcher, size_t at)
{
    const struct search_query_word *word = &matcher->query->words[at];

    for (size_t i = 0; i < word->host_count; i++) {
        struct search_hit hit = {.kind = word->hosts[i].kind,
                                 .rule = word->layout ? SEARCH_RULE_LAYOUT : SEARCH_RULE_EXACT,
                                 .covered = (uint16_t)(1U << at),
                                 .cost = word->layout ? SEARCH_COST_LAYOUT : 0,
                                 .name = SEARCH_NONE,
                                 .word = (uint8_t)at,
                                 .rank = rank_of(matcher, (enum search_kind)word->hosts[i].kind)};

        note(matcher, word->hosts[i].region, &hit, hit.covered);
    }
}

/* «ru-alt», as it stands in our addresses. */
static void match_iso(struct search_matcher *matcher, size_t at, struct search_regions *out)
{
    const struct search_query *query = matcher->query;
    char iso[8];
    uint8_t region;
    struct search_hit hit;

    if (at + 1 >= query->count || strcmp(query->words[at].text, "ru") != 0 ||
        strlen(query->words[at + 1].text) > 3)
        return;
    snprintf(iso, sizeof iso, "ru-%.4s", query->words[at + 1].text);
    region = search_table_region(matcher->table, iso);
    if (region == SEARCH_NO_REGION)
        return;
    hit = (struct search_hit){.kind = SEARCH_KIND_CODE,
                              .covered = (uint16_t)(1U << (at + 1)),
                              .name = SEARCH_NONE,
                              .word = (uint8_t)(at + 1)};
    out->words |= hit.covered;
    note(matcher, region, &hit, hit.covered);
}

static void match_others(struct search_matcher *matcher, struct search_regions *out)
{
    const struct search_query *query = matcher->query;

    for (size_t i = 0; i < query->count; i++) {
        if (query->words[i].is_host)
            match_hosts(matcher, i);
        else if (query->words[i].number >= 0 && match_halves(matcher, i, out))
            i++;
        else if (query->words[i].number >= 0)
            match_number(matcher, i, out);
        else
            match_iso(matcher, i, out);
    }
}

/* How well «область», «край» in the query fit the region's kind. */
static int agreement(const struct search_matcher *matcher, const struct search_region *region)
{
    int fits = __builtin_popcountll(matcher->kinds & region->groups);

    return fits ? fits : matcher->kinds ? -1 : 0;
}

static void add_up(struct search_matcher *matcher, uint8_t region, const struct search_regions *out)
{
    struct search_hit *hit = &matcher->hits[region];

    hit->cost = 0;
    for (size_t i = 0; i < matcher->query->count; i++) {
        const struct evidence *own = &matcher->evidence[region][i];
        bool completes;

        if (own->cost == SEARCH_COST_NONE)
            continue;
        hit->all |= (uint16_t)(1U << i);
        hit->where |= own->where ? (uint16_t)(1U << i) : 0;
        if (!(out->words & 1U << i))
            continue;
        /* a word that is sure by itself gains nothing by what it may be the beginning of */
        completes = !own->good && search_word_is_good(&matcher->query->words[i]);
        hit->completes = hit->completes || completes;
        hit->good += own->good;
        hit->weak += !own->good && !completes;
        hit->cost += own->cost;
    }
    hit->agrees = agreement(matcher, &matcher->table->regions[region]);
    hit->exact = hit->good == out->needed && hit->rule <= SEARCH_RULE_TRANSLIT && !hit->partial &&
                 out->needed > 0;
}

/* --- all of it --- */

static void prepare(struct search_matcher *matcher, const struct search_query *query)
{
    matcher->query = query;
    matcher->table = query->table;
    matcher->of_place = false;
    matcher->kinds = 0;
    forget_names(matcher);
    for (size_t r = 0; r < matcher->table->region_count; r++) {
        matcher->hits[r] = (struct search_hit){.name = SEARCH_NONE};
        for (size_t i = 0; i < SEARCH_QUERY_WORDS; i++)
            matcher->evidence[r][i] = (struct evidence){SEARCH_COST_NONE, false, false};
    }
    for (size_t i = 0; i < query->count; i++) {
        const struct search_query_word *word = &query->words[i];

        if (word->cost >= SEARCH_COST_GOOD)
            continue;
        matcher->of_place = matcher->of_place || (word->roles & SEARCH_OF_PLACE);
        matcher->kinds |= word->roles & SEARCH_OF_REGION ? word->groups : 0;
    }
}

void search_match_regions(struct search_matcher *matcher, const struct search_query *query,
                          struct search_regions *out)
{
    memset(out, 0, sizeof *out);
    out->question = -1;
    prepare(matcher, query);
    find_needed(query, out);
    find_names(matcher);
    for (size_t i = 0; i < matcher->touched_count; i++)
        if (!is_whole(matcher, &matcher->touched[i]) && matcher->touched[i].sure)
            fill_short(matcher, &matcher->touched[i]);
    match_others(matcher, out);
    for (size_t i = 0; i < matcher->touched_count; i++)
        note_name(matcher, &matcher->touched[i], out->words);
    out->needed = (unsigned)__builtin_popcount(out->words);
    for (size_t r = 0; r < matcher->table->region_count; r++) {
        if (matcher->hits[r].covered == 0)
            continue;
        add_up(matcher, (uint8_t)r, out);
        if (matcher->hits[r].good + matcher->hits[r].weak > 0 || matcher->hits[r].completes)
            search_rank_insert(matcher->table, out, &matcher->hits[r]);
    }
    search_rank_cut(matcher->table, out);
}
