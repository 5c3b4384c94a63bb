/*
 * host.h: which regions a pasted address or host belongs to: the very host, one above it, a
 * former one. The table search_host is asked; it has too few rows to keep.
 */
#ifndef VHOD_SEARCH_HOST_H
#define VHOD_SEARCH_HOST_H

#include "base/err.h"
#include "search/table.h"

#define SEARCH_HOSTS 48 /* regions that one address may belong to */

struct search_hosts;

/* A region that an address belongs to. */
struct search_host {
    uint8_t region;
    uint8_t kind; /* SEARCH_KIND_HOST or _FORMER */
};

/* Keeps a prepared statement; db and table must outlive it. */
enum err search_hosts_open(struct search_hosts **out, struct sqlite3 *db,
                           const struct search_table *table);
void search_hosts_close(struct search_hosts *hosts);

/* Looks up a word as typed: "https://Host:444/path", "host", "www.host."; *count is 0 if it is no
 * host we know. name (size bytes) gets the host as it is written in our addresses. */
enum err search_hosts_find(struct search_hosts *hosts, const char *typed, struct search_host *found,
                           size_t *count, char *name, size_t size);

#endif
