/*
 * near.c: the table of edit distances, one row for each letter of a path through the sorted
 * keys. Contract: near.h. Only a band of cells beside the diagonal can hold a small enough
 * distance; the others are never computed.
 */
#include "search/near.h"
#include <string.h>

#define KEY_MAX 48 /* letters of a typed word; a longer one is near to nothing */

struct walk {
    const char *key;
    int len, edits;
    const char *path; /* the word that is being walked */
    uint8_t rows[KEY_MAX + SEARCH_NEAR_EDITS + 2]
                [KEY_MAX + SEARCH_NEAR_EDITS + 3]; /* [letters of path][letters of key] */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* The distance of the first i letters of path to the first j of key, from the cells before it. */
static int cell(const struct walk *walk, int i, int j)
{
    int best = walk->rows[i - 1][j] + 1;

    if (j > 0) {
        bool same = walk->path[i - 1] == walk->key[j - 1];

        best = least(best, least(walk->rows[i][j - 1] + 1, walk->rows[i - 1][j - 1] + !same));
    }
    if (i > 1 && j > 1 && walk->path[i - 1] == walk->key[j - 2] &&
        walk->path[i - 2] == walk->key[j - 1])
        best = least(best, walk->rows[i - 2][j - 2] + 1);
    return least(best, walk->edits + 1);
}

/* Fills row i; the least distance in it. */
static int fill(struct walk *walk, int i)
{
    int far = walk->edits + 1, best = far;
    int first = i > walk->edits ? i - walk->edits : 0, last = least(i + walk->edits, walk->len);

    if (first > 0)
        walk->rows[i][first - 1] = (uint8_t)far;
    for (int j = first; j <= last; j++) {
        walk->rows[i][j] = (uint8_t)cell(walk, i, j);
        best = least(best, walk->rows[i][j]);
    }
    walk->rows[i][last + 1] = (uint8_t)far;
    return best;
}

/* The next item that does not begin with the first depth letters of this one. */
static size_t skip(const struct search_order *order, size_t item, int depth)
{
    do
        item++;
    while (item < order->count && order->items[item].shared >= depth);
    return item;
}

static void start(struct walk *walk, const char *typed, size_t len, unsigned edits)
{
    walk->key = typed;
    walk->len = (int)len;
    walk->edits = (int)edits;
    for (int j = 0; j <= walk->len + 1; j++)
        walk->rows[0][j] = (uint8_t)least(j, walk->edits + 1);
}

/* True if the whole key is near to the first depth letters of the path. */
static bool is_near(const struct walk *walk, int depth)
{
    return depth >= walk->len - walk->edits && depth <= walk->len + walk->edits &&
           walk->rows[depth][walk->len] <= walk->edits;
}

/* Walks along one word from the rows that hold already. Returns how many rows hold then; *dead:
 * nothing that begins with that many letters of it can be near. */
static int follow(struct walk *walk, int depth, int end, bool beginning, bool *dead)
{
    *dead = false;
    while (depth < end && depth < walk->len + walk->edits && !*dead &&
           !(beginning && is_near(walk, depth))) {
        depth++;
        *dead = fill(walk, depth) > walk->edits;
    }
    return depth;
}

size_t search_near(const struct search_order *order, const char *typed, size_t len, unsigned edits,
                   bool beginning, uint32_t *found, size_t max)
{
    struct walk walk;
    size_t count = 0;
    int depth = 0;

    if (len > KEY_MAX || edits > SEARCH_NEAR_EDITS)
        return 0;
    start(&walk, typed, len, edits);
    for (size_t i = 0; i < order->count && count < max;) {
        const struct search_order_item *item = &order->items[i];
        bool dead;

        walk.path = order->letters + item->letters;
        depth = follow(&walk, least(depth, item->shared), item->len, beginning, &dead);
        if (is_near(&walk, depth) && (beginning || depth == item->len))
            found[count++] = item->word;
        i = dead ? skip(order, i, depth) : i + 1;
    }
    return count;
}
