/*
 * rank.c: the order of regions. Contract: rank.h.
 *
 * More words surely explained, more words explained at all, the kind («область») fits, cost, kind
 * of name, people.
 */
#include "search/rank.h"

#define WEAK_RANGE  330 /* how much worse than the best a guess may be and still be shown */
#define GUESSES_MAX 12

/* Among guesses a larger place is likelier: each doubling of its people weighs a little. */
static int likelihood(const struct search_table *table, const struct search_hit *hit)
{
    int cost = (int)hit->cost;

    if (hit->rule == SEARCH_RULE_TYPO && hit->name != SEARCH_NONE)
        for (uint32_t name = hit->name + 1; name < table->name_count; name *= 2)
            cost -= 4;
    return cost;
}

static int compare(const struct search_table *table, const struct search_hit *a,
                   const struct search_hit *b)
{
    int cost_a, cost_b;
    uint64_t people_a = a->name, people_b = b->name; /* names are numbered by people */
    bool beginnings;

    if (a->good != b->good)
        return b->good - a->good;
    if (a->weak != b->weak)
        return b->weak - a->weak;
    if (a->agrees != b->agrees)
        return b->agrees - a->agrees;
    cost_a = likelihood(table, a);
    cost_b = likelihood(table, b);
    if (cost_a != cost_b)
        return cost_a < cost_b ? -1 : 1;
    /* of beginnings, the larger place is the likelier, whatever it is called by */
    beginnings = a->rule == SEARCH_RULE_PREFIX && b->rule == SEARCH_RULE_PREFIX &&
                 a->rank < SEARCH_RANK_LABEL && b->rank < SEARCH_RANK_LABEL;
    if (a->rank != b->rank && !beginnings)
        return a->rank - b->rank;
    if (a->kind == SEARCH_KIND_PORTAL || b->kind == SEARCH_KIND_PORTAL || people_a == people_b) {
        people_a = UINT64_MAX - table->regions[a->region].people;
        people_b = UINT64_MAX - table->regions[b->region].people;
    }
    return people_a < people_b ? -1 : people_a > people_b;
}

void search_rank_insert(const struct search_table *table, struct search_regions *out,
                        const struct search_hit *hit)
{
    size_t i = out->count++;

    for (; i > 0 && compare(table, hit, &out->hits[i - 1]) < 0; i--)
        out->hits[i] = out->hits[i - 1];
    out->hits[i] = *hit;
}

/* What is shown beside the best: what explains as much, and, below sure answers to a query of one
 * word, what may become of it when more is typed. */
static bool is_shown(const struct search_table *table, const struct search_regions *out,
                     const struct search_hit *hit, size_t guesses)
{
    const struct search_hit *best = &out->hits[0];

    if (hit->good == best->good && hit->weak == best->weak) {
        if (best->rank <= 3 && hit->rank > 3)
            return false;
        if (best->good > 0 && best->exact && !hit->exact && hit->rule > SEARCH_RULE_LAYOUT)
            return guesses < GUESSES_MAX;
        if (best->good > 0)
            return true;
        return guesses < GUESSES_MAX &&
               likelihood(table, hit) <= likelihood(table, best) + WEAK_RANGE;
    }
    return best->good == out->needed && out->needed == 1 && hit->rule == SEARCH_RULE_PREFIX &&
           hit->weak == 1 && guesses < GUESSES_MAX;
}

void search_rank_cut(const struct search_table *table, struct search_regions *out)
{
    size_t kept = 0, guesses = 0;

    for (size_t i = 0; i < out->count; i++) {
        if (i > 0 && !is_shown(table, out, &out->hits[i], guesses))
            continue;
        guesses += out->hits[i].good == 0;
        out->exact += out->hits[i].exact;
        out->hits[kept++] = out->hits[i];
    }
    out->count = kept;
}
