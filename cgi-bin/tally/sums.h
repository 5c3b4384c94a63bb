/*
 * sums.h: sums by text key, in memory: a batch of journal records becomes a few sums before the
 * database sees anything, so the cost of a batch grows with the number of different things read and
 * not with the views.
 *
 * Insertion order is kept: what comes first is written first, and ceilings are the same in every
 * run.
 */
#ifndef VHOD_TALLY_SUMS_H
#define VHOD_TALLY_SUMS_H

#include "base/buffer.h"
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

struct sums_item {
    size_t key; /* where it starts in keys; NUL-terminated there */
    size_t len;
    uint32_t hash;
    int64_t sum;
};

/* Zeroed = empty. Items are read by index, 0 to count - 1, in the order of their first addition. */
struct sums {
    struct buffer keys; /* one behind the other */
    struct sums_item *items;
    size_t count;
    size_t capacity;
    uint32_t *slots;   /* open addressing; index of an item + 1, 0 = free */
    size_t slot_count; /* power of two, at least twice the capacity */
};

/* Adds n to the key's sum; a new key starts at 0. The key must hold no NUL. ERR_MEMORY: all sums
 * may be gone, so give the batch up. */
enum err sums_add(struct sums *sums, const char *key, size_t len, int64_t n);
/* The key's sum, or NULL if it was never added. Valid until the next sums_add. */
int64_t *sums_find(const struct sums *sums, const char *key, size_t len);
/* The key of an item; valid until the next sums_add. */
const char *sums_key(const struct sums *sums, const struct sums_item *item);
/* Forgets all, keeps the memory. */
void sums_clear(struct sums *sums);
void sums_free(struct sums *sums);

#endif
