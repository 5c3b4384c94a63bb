/*
 * cache.c: a hash table of entries that also stand in one list, most recently used first. Bytes are
 * counted when an entry comes, grows by an encoding, and goes.
 *
 * Keys come from readers (a search has its query in it), so the hash is seeded: nobody outside can
 * choose keys that all meet in one chain.
 */
#include "web/cache.h"
#include "base/log.h"
#include "web/encode.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define BUCKETS     1024 /* pages that fit the default cache: chains stay near one */
#define LARGE_SHARE 8    /* of the cache; one huge document must not push all pages out */
#define WORTH_BYTES 256  /* below, gzip's own frame eats what it saves */

struct entry {
    struct cached cached; /* first: an entry and its cached are one address */
    char *key;
    size_t bucket;
    struct entry *chain;         /* next in the bucket */
    struct entry *newer, *older; /* by use */
    size_t bytes;
    time_t made;
    time_t until; /* 0 = until the snapshot changes */
    bool kept;
    bool tried[ENCODING__MAX];
};

struct cache {
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    struct entry *loose; /* finished and not kept */
    size_t max_bytes, bytes, count;
    uint64_t seed;
};

/* --- entries --- */

static void entry_free(struct entry *entry)
{
    if (entry == NULL)
        return;
    response_free(&entry->cached.response);
    for (int encoding = 0; encoding < ENCODING__MAX; encoding++) {
        buffer_free(&entry->cached.encoded[encoding]);
        buffer_free(&entry->cached.head[encoding]);
        buffer_free(&entry->cached.unmodified[encoding]);
    }
    free(entry->key);
    free(entry);
}

static size_t text_bytes(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

/* Header blocks are counted at their greatest before they are made, so that making them changes
 * nothing. */
static size_t entry_bytes(const struct entry *entry)
{
    const struct response *response = &entry->cached.response;
    size_t bytes = sizeof *entry + text_bytes(entry->key) + text_bytes(response->location) +
                   text_bytes(response->allow) + response->body.cap;

    bytes += CACHE_HEAD_MAX;
    for (int encoding = 0; encoding < ENCODING__MAX; encoding++)
        if (entry->tried[encoding])
            bytes += CACHE_HEAD_MAX + entry->cached.encoded[encoding].cap;
    return bytes;
}

static size_t bucket_of(const struct cache *cache, const char *key)
{
    uint64_t hash = cache->seed;

    for (; *key != '\0'; key++) {
        hash ^= (unsigned char)*key;
        hash *= UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash % BUCKETS;
}

/* --- the list by use, and the table --- */

static void unlist(struct cache *cache, struct entry *entry)
{
    *(entry->newer != NULL ? &entry->newer->older : &cache->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &cache->oldest) = entry->newer;
    entry->newer = entry->older = NULL;
}

static void list_newest(struct cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void keep(struct cache *cache, struct entry *entry)
{
    entry->chain = cache->buckets[entry->bucket];
    cache->buckets[entry->bucket] = entry;
    list_newest(cache, entry);
    entry->kept = true;
    cache->bytes += entry->bytes;
    cache->count++;
}

static void drop(struct cache *cache, struct entry *entry)
{
    struct entry **link = &cache->buckets[entry->bucket];

    while (*link != entry)
        link = &(*link)->chain;
    *link = entry->chain;
    unlist(cache, entry);
    cache->bytes -= entry->bytes;
    cache->count--;
    entry_free(entry);
}

/* Drops from the old end until the bound holds; never the entry that is in hand. */
static void make_room(struct cache *cache, const struct entry *in_hand)
{
    while (cache->bytes > cache->max_bytes && cache->oldest != NULL && cache->oldest != in_hand)
        drop(cache, cache->oldest); /* NOLINT(clang-analyzer-unix.Malloc): drop() unlists it */
}

static struct entry *find(struct cache *cache, const char *key)
{
    struct entry *entry = cache->buckets[bucket_of(cache, key)];

    while (entry != NULL && strcmp(entry->key, key) != 0)
        entry = entry->chain;
    return entry;
}

/* --- the public part --- */

enum err cache_new(struct cache **out, size_t max_bytes)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return ERR_MEMORY;
    (*out)->max_bytes = max_bytes;
    /* Without randomness the cache works as well, only less well against an attacker. */
    if (getrandom(&(*out)->seed, sizeof(*out)->seed, GRND_NONBLOCK) < 0)
        log_warning("cache: no random seed; long chains can be provoked");
    return ERR_NONE;
}

void cache_clear(struct cache *cache)
{
    while (cache->oldest != NULL)
        drop(cache, cache->oldest);
    entry_free(cache->loose);
    cache->loose = NULL;
}

void cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    cache_clear(cache);
    free(cache);
}

struct cached *cache_get(struct cache *cache, const char *key, time_t now)
{
    struct entry *entry = find(cache, key);

    if (entry == NULL)
        return NULL;
    /* One from the future was made while the clock was wrong. */
    if (entry->until != 0 && (now >= entry->until || now < entry->made)) {
        drop(cache, entry);
        return NULL;
    }
    if (entry != cache->newest) {
        unlist(cache, entry);
        list_newest(cache, entry);
    }
    return &entry->cached;
}

/* The ETag is of the unencoded body: the suffix for the encoding is put on where it is sent. */
static void make_etag(struct cached *cached)
{
    char hex[DIGEST_HEX_SIZE];

    if (cached->response.status != STATUS_OK || !response_is_public(&cached->response))
        return;
    digest_hex(buffer_text(&cached->response.body), cached->response.body.len, hex);
    memcpy(cached->etag, hex, sizeof cached->etag - 1);
}

static struct entry *entry_new(const char *key, struct response *response, time_t now)
{
    struct entry *entry = calloc(1, sizeof *entry);
    char *copy = key == NULL ? NULL : strdup(key);

    if (entry == NULL || (key != NULL && copy == NULL)) {
        free(entry);
        free(copy);
        return NULL;
    }
    entry->key = copy;
    response_move(&entry->cached.response, response);
    make_etag(&entry->cached);
    if (entry->cached.response.max_age >= 0)
        entry->until = now + entry->cached.response.max_age;
    entry->made = now;
    entry->bytes = entry_bytes(entry);
    return entry;
}

struct cached *cache_put(struct cache *cache, const char *key, struct response *response,
                         time_t now)
{
    struct entry *entry = entry_new(key, response, now);
    struct entry *before;

    if (entry == NULL)
        return NULL;
    entry_free(cache->loose);
    cache->loose = NULL;
    if (key == NULL || !response_is_public(&entry->cached.response) ||
        entry->bytes > cache->max_bytes / LARGE_SHARE) {
        cache->loose = entry;
        return &entry->cached;
    }
    before = find(cache, key);
    if (before != NULL)
        drop(cache, before);
    entry->bucket = bucket_of(cache, key);
    keep(cache, entry);
    make_room(cache, entry);
    return &entry->cached;
}

static void encode(struct cache *cache, struct entry *entry, enum encoding encoding)
{
    struct buffer encoded = BUFFER_INIT; /* has room for the worst case; what is kept has not */
    const struct buffer *body = &entry->cached.response.body;
    enum err err;

    entry->tried[encoding] = true;
    if (body->len >= WORTH_BYTES) {
        err = encode_body(&encoded, encoding, body->data, body->len);
        if (err != ERR_NONE)
            log_warning("cache: %s of %zu bytes: %s; sent as it is", encode_token(encoding),
                        body->len, err_text(err));
        if (err == ERR_NONE && encoded.len < body->len)
            buffer_add(&entry->cached.encoded[encoding], encoded.data, encoded.len);
        buffer_free(&encoded);
    }
    if (!entry->kept)
        return;
    cache->bytes -= entry->bytes;
    entry->bytes = entry_bytes(entry);
    cache->bytes += entry->bytes;
    make_room(cache, entry);
}

const struct buffer *cache_encoded(struct cache *cache, struct cached *cached,
                                   enum encoding encoding)
{
    struct entry *entry = (struct entry *)cached;

    if (encoding == ENCODING_IDENTITY)
        return &cached->response.body;
    if (!entry->tried[encoding])
        encode(cache, entry, encoding);
    return cached->encoded[encoding].len > 0 ? &cached->encoded[encoding] : NULL;
}

size_t cache_count(const struct cache *cache)
{
    return cache->count;
}

size_t cache_bytes(const struct cache *cache)
{
    return cache->bytes;
}
