/*
 * nearest.c: the distance of Damerau and Levenshtein (optimal string alignment). Contract:
 * nearest.h.
 */
#include "base/nearest.h"
#include <string.h>

#define WORD_MAX 64 /* bytes; nothing is near to longer ones */

void nearest_to(struct nearest *nearest, const char *word, size_t len)
{
    *nearest = (struct nearest){word, len, NULL, len < 3 ? 1 : len / 3 + 1};
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the table are enough: a swap looks two back. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][WORD_MAX + 1];

    for (size_t k = 0; k <= b_len; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t k = 1; k <= b_len; k++) {
            row[k] = least(least(above[k], row[k - 1]) + 1, above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], two_above[k - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

void nearest_offer(struct nearest *nearest, const char *known)
{
    size_t len = strlen(known), found;

    if (len > WORD_MAX || nearest->len > WORD_MAX)
        return;
    found = distance(nearest->word, nearest->len, known, len);
    if (found < nearest->distance) {
        nearest->distance = found;
        nearest->found = known;
    }
}
