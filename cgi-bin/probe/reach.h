/*
 * reach.h: which network addresses a probe may connect to: those of the public Internet, and what
 * a setting adds for tests and for portals of a closed network. Numbers only.
 */
#ifndef VHOD_PROBE_REACH_H
#define VHOD_PROBE_REACH_H

#include "base/err.h"
#include "base/network.h"
#include <stdbool.h>
#include <sys/socket.h>

struct reach {
    struct networks special; /* IANA's registries of special-purpose addresses */
    struct networks allowed; /* beside the public ones */
};

/* allowed: ranges for networks_parse, or "". ERR_INVALID: they are none. */
enum err reach_init(struct reach *out, const char *allowed);
/* True if a probe may connect there. IPv4 inside IPv6 (mapped, 6to4, NAT64) is judged as the IPv4
 * address that it leads to. */
bool reach_allows(const struct reach *reach, const struct sockaddr *address);

#endif
