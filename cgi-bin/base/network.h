/*
 * network.h: ranges of addresses, IPv4 and IPv6, as settings say them: "10.0.0.0/8, 2001:db8::/32".
 * Numbers only; names are not looked up. And whether a host is this machine.
 */
#ifndef VHOD_BASE_NETWORK_H
#define VHOD_BASE_NETWORK_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* An address as IPv6; IPv4 in its mapped form (::ffff:10.0.0.1), so both compare alike. */
struct network {
    unsigned char address[16]; /* first address of the range */
    int bits;                  /* of address that count, 0 to 128 */
};

#define NETWORKS_MAX 64

/* Zeroed = empty. */
struct networks {
    struct network items[NETWORKS_MAX];
    size_t count;
};

/* Reads ranges parted by commas and spaces (RFC 4632, RFC 4291): "10.0.0.0/8", or one address.
 * ERR_INVALID: not such a list, or an address with bits behind its prefix ("10.0.0.1/8": a slip);
 * ERR_LIMIT: more than NETWORKS_MAX. *wrong is then where in text the bad one begins. An empty list
 * is fine. */
enum err networks_parse(struct networks *out, const char *text, const char **wrong);
/* True if the address ("10.1.2.3", "::1", "::ffff:10.1.2.3") is in one of the ranges; false for
 * what is no address. */
bool networks_contain(const struct networks *networks, const char *address);

/* True for an IPv4 or IPv6 address as text, nothing else with it. */
bool network_is_address(const char *text);

#define NETWORK_RANGE_SIZE 50 /* of a range as text, with its end */

/* The range that an address is taken for where single ones are not told apart: an IPv4's /24, an
 * IPv6's /48 ("192.0.2.0/24", "2001:db8:1::/48"); "" for what is no address. */
void network_range(const char *address, char out[static NETWORK_RANGE_SIZE]);

/* True for "localhost", "127.0.0.1", "[::1]", with or without ":port": names of this machine to
 * itself. */
bool network_is_loopback(const char *host);

#endif
