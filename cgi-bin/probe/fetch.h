/*
 * fetch.h: one web address fetched, and no further: redirects are told, not followed. The only file
 * that knows libcurl. Several fetches run at once in one thread; nothing waits for anything else.
 *
 * Limits that hold whatever a server does: time in all and for the connection, FETCH_BODY_MAX bytes
 * of the page, FETCH_HEADERS_MAX of its header; http and https only; certificates verified; no
 * proxy, no user name, nothing kept from one chain to the next. Addresses are looked up here
 * (resolve.h), judged (reach.h), and pinned, and each socket is judged once more when it is made.
 */
#ifndef VHOD_PROBE_FETCH_H
#define VHOD_PROBE_FETCH_H

#include "base/err.h"
#include "probe/outcome.h"
#include "probe/reach.h"
#include "probe/title.h"
#include <stdbool.h>
#include <stdint.h>

#define FETCH_BODY_MAX    (512 * 1024)
#define FETCH_HEADERS_MAX (64 * 1024)
#define FETCH_HOST_SIZE   256

/* What all fetches share; borrowed, to outlive the fetcher. */
struct fetch_rules {
    const char *user_agent;
    const char *ca_file;      /* authorities in PEM, or "" for the system's */
    const char *name_servers; /* as resolver_new takes them, or "" */
    const struct reach *reach;
    long connect_ms; /* for the look-up of the name, and again for the connection */
};

struct fetcher;
struct fetch;

enum err fetcher_new(struct fetcher **out, const struct fetch_rules *rules);
/* After all its fetches. */
void fetcher_free(struct fetcher *fetcher);

/* A place for fetches, one after the other. */
enum err fetch_new(struct fetch **out, struct fetcher *fetcher);
void fetch_free(struct fetch *fetch);

/* Forgets the cookies of the chain before. */
void fetch_forget(struct fetch *fetch);
/* Begins to fetch an absolute address; it ends at the deadline (clock_monotonic_ms) at the latest.
 * What the fetch before said is gone. */
void fetch_start(struct fetch *fetch, const char *url, int64_t deadline);
bool fetch_is_done(const struct fetch *fetch);

/* What came of it; borrowed until the next fetch_start. */
struct fetch_answer {
    struct hop hop;
    const char *redirect; /* absolute address to go to, or NULL */
    bool permanent;       /* it is there for good: 301, 308 */
    char title[TITLE_SIZE];
};
const struct fetch_answer *fetch_answer(const struct fetch *fetch);

/* Lets all fetches go on; returns when something has happened, after milliseconds at the latest. */
enum err fetcher_wait(struct fetcher *fetcher, int milliseconds);

/* The host of an absolute http or https address: lower case, ASCII, without the dot that may end
 * it, without port; *https and *port (never 0) too. ERR_INVALID for what cannot be fetched. */
enum err fetch_split(const char *url, char host[static FETCH_HOST_SIZE], bool *https, int *port);

#endif
