/*
 * reach.c: addresses that a probe may connect to. Contract in reach.h.
 */
#include "probe/reach.h"
#include "base/log.h"
#include "base/message.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* RFC 6890 and its registries, as of 2026: what is not "globally reachable", and multicast. */
static const char special[] =
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
    "224.0.0.0/4 240.0.0.0/4 "
    "::/128 ::1/128 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 "
    "fe80::/10 fec0::/10 ff00::/8";

enum err reach_init(struct reach *out, const char *allowed)
{
    const char *wrong = NULL;
    enum err err = networks_parse(&out->special, special, &wrong);

    if (err == ERR_NONE)
        err = networks_parse(&out->allowed, allowed, &wrong);
    if (err != ERR_NONE)
        log_error("[probe] allow_networks: %s", translated(wrong));
    return err;
}

/* The IPv4 address inside an IPv6 one, at its place; NULL if there is none. */
static const unsigned char *inner(const unsigned char *bytes)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const unsigned char nat64[12] = {0, 0x64, 0xff, 0x9b};
    static const unsigned char compatible[12] = {0};

    if (memcmp(bytes, mapped, sizeof mapped) == 0 || memcmp(bytes, nat64, sizeof nat64) == 0)
        return bytes + 12;
    if (bytes[0] == 0x20 && bytes[1] == 0x02)
        return bytes + 2;
    /* "::" and "::1" are no IPv4 addresses; the rest of the old form is. */
    if (memcmp(bytes, compatible, sizeof compatible) == 0 && (bytes[12] | bytes[13]) != 0)
        return bytes + 12;
    return NULL;
}

static bool write_number(const struct sockaddr *address, char out[static INET6_ADDRSTRLEN])
{
    const unsigned char *v4;

    if (address->sa_family == AF_INET)
        return inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr,
                         out, INET6_ADDRSTRLEN) != NULL;
    if (address->sa_family != AF_INET6)
        return false;
    v4 = inner(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
    if (v4 != NULL)
        return inet_ntop(AF_INET, v4, out, INET6_ADDRSTRLEN) != NULL;
    return inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
                     out, INET6_ADDRSTRLEN) != NULL;
}

bool reach_allows(const struct reach *reach, const struct sockaddr *address)
{
    char number[INET6_ADDRSTRLEN];

    if (!write_number(address, number))
        return false;
    return networks_contain(&reach->allowed, number) || !networks_contain(&reach->special, number);
}
