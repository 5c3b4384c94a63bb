/*
 * block.h: the danger switch: hosts that the maintainer has taken off the site (`vhod block HOST`),
 * because somebody else answers there, or nobody can say who does.
 *
 * STATE/blocks.json (sealed.h; format vhod-blocks, version 1), with a copy beside it that is read
 * while the first is damaged:
 *
 *   {"blocks": [{"host": Punycode, lower case, "since": UTC time, "by": who, "why": text or null}],
 *    "log": [{"at", "action": "block" or "unblock", "host", "by", "why"}, …]}
 *
 * oldest first, the log's last BLOCKS_LOG_MAX entries. A host blocks itself and every name below
 * it; one that begins with www. also the same name without.
 */
#ifndef VHOD_PROBE_BLOCK_H
#define VHOD_PROBE_BLOCK_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define BLOCKS_FILE    "blocks.json" /* in the state folder */
#define BLOCKS_LOG_MAX 1000

struct blocks;

/* Reads the file, or its copy. Without either the list is empty. ERR_INVALID: both are damaged
 * (logged); *out is then NULL. */
enum err blocks_load(struct blocks **out, const char *path);
void blocks_free(struct blocks *blocks);

/* True if no host is blocked; blocks may be NULL. */
bool blocks_are_empty(const struct blocks *blocks);
size_t blocks_count(const struct blocks *blocks);
/* {"blocks", "log"}; borrowed. */
const json_t *blocks_document(const struct blocks *blocks);
/* Since when a host (any case, Punycode or letters, a final dot is fine) is blocked: UTC time;
 * NULL: it is not, or is none. Borrowed. */
const char *blocks_since(const struct blocks *blocks, const char *host, size_t len);
/* True if the text may name a blocked host: a quick look before a slow one. */
bool blocks_may_be_in(const struct blocks *blocks, const char *text);

/* Writes a host in the form of the list, from a host or an address. ERR_INVALID: neither; or a name
 * of one label. */
enum err blocks_host(struct buffer *out, const char *text);

/* Adds a host, or ERR_BUSY: it is there. why may be NULL. */
enum err blocks_add(struct blocks *blocks, const char *host, const char *by, const char *why,
                    time_t now);
/* Takes one off, or ERR_NOT_FOUND. */
enum err blocks_remove(struct blocks *blocks, const char *host, const char *by, const char *why,
                       time_t now);
/* Replaces the copy, then the file: after an error nothing has changed, or all has. */
enum err blocks_save(const struct blocks *blocks, const char *path);

#endif
