/*
 * hit.h: what was found of a region, and the list of those that a query may mean: region.h fills
 * it, rank.h puts it in order.
 */
#ifndef VHOD_SEARCH_HIT_H
#define VHOD_SEARCH_HIT_H

#include "search/query.h"

/* A region that is meant, and why. */
struct search_hit {
    uint8_t region;
    uint8_t kind;     /* enum search_kind of what matched best */
    uint8_t rule;     /* enum search_rule: the least sure one that was needed */
    uint8_t good;     /* words of the query that it explains surely */
    uint8_t weak;     /* words that it explains by a beginning or a typing error */
    bool exact;       /* explains the whole query surely: nothing was corrected or completed */
    bool completes;   /* a word that is sure by itself may also be the beginning of this */
    bool partial;     /* only a part of the name was typed */
    uint16_t covered; /* words of the query that the best name explains, as bits */
    uint16_t all;     /* words that anything of the region explains */
    uint16_t where;   /* those of them that say where: not by the name of a system only */
    uint32_t cost;
    int agrees;     /* words like «область» that fit its kind, less those that do not */
    uint8_t rank;   /* order of kinds among equals: a region's own name, places, portals */
    uint32_t name;  /* the name that matched best, or SEARCH_NONE (code, postcode, host, iso) */
    uint32_t place; /* place.id of a place that was named, or 0 */
    uint8_t word;   /* of the query: the first that is explained */
};

struct search_regions {
    struct search_hit hits[SEARCH_REGIONS_MAX];
    size_t count;
    unsigned exact;     /* how many are exact */
    unsigned needed;    /* words of the query that mean something */
    uint16_t words;     /* which these are, as bits */
    int question;       /* number of a question that was asked for, or -1 */
    bool only_question; /* it was asked for in words: «вопрос 17» */
};

#endif
