/*
 * difference.c: letters that two names do not share. Contract in difference.h.
 *
 * The table of edit distances of all their ends; walking it from its corner, what costs nothing is
 * the same.
 */
#include "address/difference.h"
#include "base/utf8.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SIDE (DIFFERENCE_NAME_MAX + 1)

struct letters {
    uint32_t point[DIFFERENCE_NAME_MAX];
    size_t at[SIDE]; /* where each begins, and the end of the last */
    size_t count;
};

struct table {
    struct letters asked, known;
    uint16_t cost[SIDE][SIDE]; /* of what is behind the first i and k letters */
};

static enum err read_letters(struct letters *out, const char *text)
{
    const char *at = text;
    uint32_t point;

    out->count = 0;
    out->at[0] = 0;
    while ((point = utf8_next(&at)) != 0) {
        if (out->count == DIFFERENCE_NAME_MAX)
            return ERR_LIMIT;
        out->point[out->count++] = point;
        out->at[out->count] = (size_t)(at - text);
    }
    return ERR_NONE;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static void fill(struct table *table)
{
    for (size_t i = table->asked.count + 1; i-- > 0;)
        for (size_t k = table->known.count + 1; k-- > 0;) {
            size_t a = table->asked.count - i, b = table->known.count - k;
            unsigned cost;

            if (a == 0 || b == 0) {
                table->cost[i][k] = (uint16_t)(a + b);
                continue;
            }
            cost = least(table->cost[i + 1][k], table->cost[i][k + 1]) + 1;
            if (table->asked.point[i] == table->known.point[k])
                cost = least(cost, table->cost[i + 1][k + 1]);
            else
                cost = least(cost, table->cost[i + 1][k + 1] + 1U);
            table->cost[i][k] = (uint16_t)cost;
        }
}

/* Appends letters to the last run, or begins a new one. */
static void put(struct difference_run *runs, size_t *count, const struct difference_run *step)
{
    struct difference_run *last = *count > 0 ? &runs[*count - 1] : NULL;

    if (last == NULL || last->same != step->same) {
        runs[(*count)++] = *step;
        return;
    }
    last->asked_len += step->asked_len;
    last->known_len += step->known_len;
}

static void walk(const struct table *table, struct difference_run *runs, size_t *count)
{
    const struct letters *asked = &table->asked, *known = &table->known;
    size_t i = 0, k = 0;

    while (i < asked->count || k < known->count) {
        bool both = i < asked->count && k < known->count;
        bool same = both && asked->point[i] == known->point[k] &&
                    table->cost[i][k] == table->cost[i + 1][k + 1];
        bool changed = both && !same && table->cost[i][k] == table->cost[i + 1][k + 1] + 1;
        bool extra = !same && !changed &&
                     (k == known->count ||
                      (i < asked->count && table->cost[i][k] == table->cost[i + 1][k] + 1));
        size_t i_next = i + (same || changed || extra), k_next = k + (same || changed || !extra);
        struct difference_run step = {same, asked->at[i], asked->at[i_next] - asked->at[i],
                                      known->at[k], known->at[k_next] - known->at[k]};

        put(runs, count, &step);
        i = i_next;
        k = k_next;
    }
}

enum err difference_find(struct difference_run *runs, size_t *count, const char *asked,
                         const char *known)
{
    struct table *table = malloc(sizeof *table);
    enum err err;

    *count = 0;
    if (table == NULL)
        return ERR_MEMORY;
    err = read_letters(&table->asked, asked);
    if (err == ERR_NONE)
        err = read_letters(&table->known, known);
    if (err == ERR_NONE) {
        fill(table);
        walk(table, runs, count);
    }
    free(table);
    return err;
}
