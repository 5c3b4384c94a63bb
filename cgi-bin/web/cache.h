/*
 * cache.h: whole responses kept in the worker: body in each encoding made once, ETag, event. Bounded in
 * bytes, least recently used goes first; emptied when the snapshot changes and at no other time
 * (a response whose max_age is set is also dropped when it runs out).
 */
#ifndef VHOD_WEB_CACHE_H
#define VHOD_WEB_CACHE_H

#include "base/err.h"
#include "web/response.h"
#include <time.h>

struct cache; /* one per worker */

/* A finished response. Everything is owned by the cache and stays until the next cache_ call. */
struct cached {
    struct response response; /* body unencoded */
    struct buffer encoded[ENCODING__MAX]; /* gzip and brotli; empty where it would not be smaller */
    char etag[20];            /* 16 hex digits of SHA-256, without quotes and suffix */
};

enum err cache_new(struct cache **out, size_t max_bytes);
void cache_free(struct cache *cache);
void cache_clear(struct cache *cache);

/* The kept response for a key, or NULL. */
const struct cached *cache_get(struct cache *cache, const char *key, time_t now);
/* Takes the response over (it is empty after), encodes it, keeps it. A response larger than an eighth of the
 * cache, or one whose rule is not public, is finished but not kept: it lives until the next call.
 * Returns NULL only when memory runs out. */
const struct cached *cache_put(struct cache *cache, const char *key, struct response *response,
                               time_t now);

#endif
