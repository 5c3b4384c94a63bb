/*
 * cache.h: whole responses kept in the worker: body in each encoding made once, ETag, header
 * blocks, event. Bounded in bytes, least recently used goes first; emptied when the snapshot
 * changes and at no other time (a response whose max_age is set is also dropped when it runs out).
 *
 * It does not know HTTP: what a key is made of and what the header blocks say is web/serve.c's
 * matter.
 */
#ifndef VHOD_WEB_CACHE_H
#define VHOD_WEB_CACHE_H

#include "base/err.h"
#include "web/response.h"
#include <time.h>

struct cache; /* one per worker */

/* A finished response. Everything is owned by the cache and stays until the next cache_ call on
 * another response. */
struct cached {
    struct response response; /* body unencoded */
    char etag[17];            /* 16 hex digits of SHA-256, without quotes and suffix; "" for one
                                 that nobody may keep */
    struct buffer encoded[ENCODING__MAX]; /* made when first asked for, by cache_encoded */
    /* Header blocks for each encoding, filled by whoever sends the response, once: of the whole
     * response and of "304 Not Modified". Each at most CACHE_HEAD_MAX bytes: that much is counted
     * for it. */
    struct buffer head[ENCODING__MAX];
    struct buffer unmodified[ENCODING__MAX];
};

#define CACHE_HEAD_MAX 4096

/* max_bytes counts everything that an entry takes. 0 keeps nothing. */
enum err cache_new(struct cache **out, size_t max_bytes);
void cache_free(struct cache *cache);
void cache_clear(struct cache *cache);

/* The kept response for a key, or NULL. */
struct cached *cache_get(struct cache *cache, const char *key, time_t now);
/* Takes the response over (it is empty after) and keeps it under the key, in place of what was
 * there. A response larger than an eighth of the cache, or one that nobody may keep
 * (response_is_public), is finished but not kept: it lives until the next cache_put; so is one
 * without a key (NULL). Returns NULL only when memory runs out. */
struct cached *cache_put(struct cache *cache, const char *key, struct response *response,
                         time_t now);

/* The body in an encoding; NULL where it would not be smaller than unencoded, or cannot be made
 * (logged). For ENCODING_IDENTITY the body itself. */
const struct buffer *cache_encoded(struct cache *cache, struct cached *cached,
                                   enum encoding encoding);

/* What is kept now: for tests and for whoever tunes [cache] kib. */
size_t cache_count(const struct cache *cache);
size_t cache_bytes(const struct cache *cache);

#endif
