/*
 * sums.c: a hash table of text keys with open addressing, made for one use: sums_clear, many
 * sums_add, one walk over the items. No removal of single keys.
 *
 * The hash (FNV-1a) has no secret: keys made to collide can slow down one batch of the collector,
 * which no reader waits for, and fold.c bounds the number of keys.
 */
#include "tally/sums.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

static uint32_t hash_of(const char *key, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash;
}

const char *sums_key(const struct sums *sums, const struct sums_item *item)
{
    return sums->keys.data + item->key;
}

/* The slot that holds the key, or the free one where it belongs. There is always a free one. */
static uint32_t *slot_of(const struct sums *sums, const char *key, size_t len, uint32_t hash)
{
    size_t mask = sums->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        const struct sums_item *item;

        if (sums->slots[i] == 0)
            return &sums->slots[i];
        item = &sums->items[sums->slots[i] - 1];
        if (item->hash == hash && item->len == len && memcmp(sums_key(sums, item), key, len) == 0)
            return &sums->slots[i];
    }
}

/* Doubles the room and finds each item its new slot. */
static enum err grow(struct sums *sums)
{
    size_t capacity = sums->capacity == 0 ? FIRST_CAPACITY : sums->capacity * 2;
    struct sums_item *items = realloc(sums->items, capacity * sizeof *items);
    uint32_t *slots;

    if (items == NULL)
        return ERR_MEMORY;
    sums->items = items;
    slots = calloc(capacity * 2, sizeof *slots);
    if (slots == NULL)
        return ERR_MEMORY;
    free(sums->slots);
    sums->slots = slots;
    sums->slot_count = capacity * 2;
    sums->capacity = capacity;
    for (size_t i = 0; i < sums->count; i++)
        *slot_of(sums, sums_key(sums, &items[i]), items[i].len, items[i].hash) = (uint32_t)i + 1;
    return ERR_NONE;
}

enum err sums_add(struct sums *sums, const char *key, size_t len, int64_t n)
{
    uint32_t hash = hash_of(key, len);
    size_t start = sums->keys.len;
    uint32_t *slot;

    if (sums->count == sums->capacity && grow(sums) != ERR_NONE)
        return ERR_MEMORY;
    slot = slot_of(sums, key, len, hash);
    if (*slot != 0) {
        sums->items[*slot - 1].sum += n;
        return ERR_NONE;
    }
    buffer_add(&sums->keys, key, len);
    buffer_putc(&sums->keys, '\0');
    if (buffer_failed(&sums->keys)) { /* all keys are gone with it */
        sums_clear(sums);
        return ERR_MEMORY;
    }
    sums->items[sums->count] = (struct sums_item){start, len, hash, n};
    *slot = (uint32_t)++sums->count;
    return ERR_NONE;
}

int64_t *sums_find(const struct sums *sums, const char *key, size_t len)
{
    const uint32_t *slot;

    if (sums->count == 0)
        return NULL;
    slot = slot_of(sums, key, len, hash_of(key, len));
    return *slot == 0 ? NULL : &sums->items[*slot - 1].sum;
}

void sums_clear(struct sums *sums)
{
    buffer_clear(&sums->keys);
    if (sums->slots != NULL)
        memset(sums->slots, 0, sums->slot_count * sizeof *sums->slots);
    sums->count = 0;
}

void sums_free(struct sums *sums)
{
    buffer_free(&sums->keys);
    free(sums->items);
    free(sums->slots);
    *sums = (struct sums){.keys = BUFFER_INIT};
}
