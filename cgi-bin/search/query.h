/*
 * query.h: what somebody typed, read: its words, and for each the words of the index it may
 * be: the same, another case of it, Latin letters for it, the other keyboard layout, its beginning,
 * a typing error. Says nothing yet about regions.
 */
#ifndef VHOD_SEARCH_QUERY_H
#define VHOD_SEARCH_QUERY_H

#include "base/err.h"
#include "search/host.h"
#include "search/table.h"
#include "search/typing.h"

#define SEARCH_QUERY_WORDS   12  /* more are not looked at */
#define SEARCH_QUERY_LETTERS 200 /* of the text as typed; more are not looked at */
#define SEARCH_WORD_BYTES    100 /* of a folded word; a longer one is cut */
#define SEARCH_MATCHES       64  /* index words that one typed word may be */

/* How a typed word became a word of the index; a later one says less. */
enum search_rule {
    SEARCH_RULE_EXACT,
    SEARCH_RULE_CASE,     /* an ending, or two words written as one */
    SEARCH_RULE_TRANSLIT, /* Latin letters */
    SEARCH_RULE_LAYOUT,   /* the other keyboard layout */
    SEARCH_RULE_PREFIX,   /* the beginning of a word */
    SEARCH_RULE_TYPO,
    SEARCH_RULE__MAX
};
/* Its word in documents. */
const char *search_rule_word(enum search_rule rule);

/* What a match costs: below GOOD it is as sure as the word itself. */
enum {
    SEARCH_COST_CASE = 10,
    SEARCH_COST_TRANSLIT = 20,
    SEARCH_COST_DERIVED = 30, /* «казанский» for «казань» */
    SEARCH_COST_LAYOUT = 40,  /* added */
    SEARCH_COST_GOOD = 100,
    SEARCH_COST_PREFIX = 100,
    SEARCH_COST_TYPO = 300, /* and what the slips cost (search/typing.h) */
    SEARCH_COST_NONE = 1000
};

struct search_match {
    uint32_t word; /* in the table */
    uint16_t cost;
    uint8_t rule;
};

struct search_query_word {
    char text[SEARCH_WORD_BYTES]; /* folded, as typed or as the other layout gives it */
    struct search_match matches[SEARCH_MATCHES]; /* the best first */
    size_t match_count;
    unsigned cost;   /* of the best match */
    unsigned roles;  /* of the best matches */
    uint64_t groups; /* of those with the roles region and place */
    int number;      /* value of a word of digits only, at most six of them; else -1 */
    int digits;
    bool layout;   /* read in the other layout */
    bool ordinary; /* a word of the language: meant as it is, so never a slip or a beginning of a
                      name, unless it is all that was typed */
    bool is_host;  /* a host of search_host; the regions are in hosts */
    size_t host_count;
    struct search_host hosts[SEARCH_HOSTS];
};

/* What the last words of a query were looked up with; large, so kept by whoever searches often. */
struct search_query {
    const struct search_table *table;
    const struct typing_costs *costs;
    struct search_hosts *hosts; /* or NULL: nothing is taken for a host */
    bool verbatim;              /* only what is typed: no typing errors, no other layout */
    bool crowded; /* more was typed than one word beside those like «область», «дневник» */
    struct search_query_word words[SEARCH_QUERY_WORDS];
    size_t count;
    struct search_query_word spare[2][SEARCH_QUERY_WORDS]; /* readings of one chunk */
};

/* Reads len bytes of any kind into query->words; the members before them are the caller's.
 * ERR_MEMORY; ERR_DATABASE when hosts cannot be asked. */
enum err search_query_read(struct search_query *query, const char *text, size_t len);

/* True if the word has a match that is as sure as itself. */
bool search_word_is_good(const struct search_query_word *word);

#endif
