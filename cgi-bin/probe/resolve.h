/*
 * resolve.h: names to addresses, several at once, without a thread. The only file that knows
 * c-ares: the system's own look-up cannot be given a time limit or other name servers, and does not
 * tell "there is no such name" from "the name servers are silent", which is all the difference for
 * who is told that a portal is gone.
 *
 * Contract with fetch.c: it owns the event loop, waits for the sockets named here, and hands back
 * what became ready.
 */
#ifndef VHOD_PROBE_RESOLVE_H
#define VHOD_PROBE_RESOLVE_H

#include "base/err.h"
#include "probe/outcome.h"
#include "probe/reach.h"
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

struct resolver;

#define RESOLVED_SIZE    512 /* bytes of a list of addresses */
#define RESOLVER_SOCKETS 32  /* waited for: c-ares keeps one or two for each name server */

/* One look-up. The caller keeps it until done is true, or the resolver is freed. */
struct resolved {
    bool done;
    enum hop_end end;              /* HOP_ANSWERED: addresses is filled; else why not */
    char addresses[RESOLVED_SIZE]; /* "192.0.2.1,[2001:db8::1]": those that reach allows */
    const struct reach *reach;
};

/* servers: "192.0.2.1:53,[2001:db8::1]:53", or "" for the system's. limit_ms: for what one server
 * is asked, repeats included. */
enum err resolver_new(struct resolver **out, const char *servers, long limit_ms);
void resolver_free(struct resolver *resolver);

/* Begins to look up a host (ASCII, or an address in digits, IPv6 without brackets). It may be done
 * at once. */
void resolver_start(struct resolver *resolver, const char *host, const struct reach *reach,
                    struct resolved *out);

/* Ends all look-ups, undone. */
void resolver_stop(struct resolver *resolver);

/* The sockets to wait for, RESOLVER_SOCKETS at most; returns how many. */
size_t resolver_sockets(struct resolver *resolver, struct pollfd *sockets);
/* Milliseconds until something is due, at most most. */
int resolver_patience(struct resolver *resolver, int most);
/* Reads what is ready (revents), and gives up what is overdue. */
void resolver_process(struct resolver *resolver, const struct pollfd *sockets, size_t count);

#endif
