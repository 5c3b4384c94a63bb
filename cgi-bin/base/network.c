/*
 * network.c: address ranges, read once from a setting and compared with the address of each
 * request. inet_pton reads the addresses: strict, no names, no zones, no octal.
 */
#include "base/network.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SEPARATORS ", \t"

/* What comes in front of the four bytes of an IPv4 address (RFC 4291, 2.5.5.2). */
static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* text as 16 bytes; *width is 32 or 128. */
static bool parse_address(unsigned char out[static 16], const char *text, int *width)
{
    memcpy(out, mapped, sizeof mapped);
    *width = 32;
    if (inet_pton(AF_INET, text, out + sizeof mapped) == 1)
        return true;
    *width = 128;
    return inet_pton(AF_INET6, text, out) == 1;
}

bool network_is_address(const char *text)
{
    unsigned char address[16];
    int width;

    return parse_address(address, text, &width);
}

/* "24", at most width; no sign, no leading zero. */
static bool parse_bits(const char *text, int width, int *bits)
{
    size_t len = strlen(text);

    *bits = 0;
    if (len < 1 || len > 3 || strspn(text, "0123456789") != len || (len > 1 && *text == '0'))
        return false;
    for (; *text != '\0'; text++)
        *bits = *bits * 10 + (*text - '0');
    return *bits <= width;
}

static bool bit(const unsigned char *address, int at)
{
    return (address[at / 8] >> (7 - at % 8)) & 1;
}

static bool parse_network(struct network *out, const char *text, size_t len)
{
    char copy[64], *slash;
    int width;

    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    slash = strchr(copy, '/');
    if (slash != NULL)
        *slash = '\0';
    if (!parse_address(out->address, copy, &width))
        return false;
    out->bits = width;
    if (slash != NULL && !parse_bits(slash + 1, width, &out->bits))
        return false;
    out->bits += 128 - width;
    for (int at = out->bits; at < 128; at++)
        if (bit(out->address, at))
            return false;
    return true;
}

enum err networks_parse(struct networks *out, const char *text, const char **wrong)
{
    out->count = 0;
    for (text += strspn(text, SEPARATORS); *text != '\0'; text += strspn(text, SEPARATORS)) {
        size_t len = strcspn(text, SEPARATORS);

        *wrong = text;
        if (out->count == NETWORKS_MAX)
            return ERR_LIMIT;
        if (!parse_network(&out->items[out->count], text, len))
            return ERR_INVALID;
        out->count++;
        text += len;
    }
    return ERR_NONE;
}

static bool is_in(const struct network *network, const unsigned char address[static 16])
{
    int bytes = network->bits / 8;
    int rest = network->bits % 8;
    unsigned char mask = (unsigned char)(0xff00 >> rest);

    return memcmp(network->address, address, (size_t)bytes) == 0 &&
           (rest == 0 || ((network->address[bytes] ^ address[bytes]) & mask) == 0);
}

bool networks_contain(const struct networks *networks, const char *address)
{
    unsigned char bytes[16];
    int width;

    if (networks->count == 0 || !parse_address(bytes, address, &width))
        return false;
    for (size_t i = 0; i < networks->count; i++)
        if (is_in(&networks->items[i], bytes))
            return true;
    return false;
}

static bool is_loopback_name(const char *name, size_t len)
{
    if (len >= 4 && strncmp(name, "127.", 4) == 0)
        return strspn(name, "0123456789.") >= len;
    return (len == 3 && strncmp(name, "::1", 3) == 0) ||
           (len == 9 && strncasecmp(name, "localhost", 9) == 0);
}

void network_range(const char *address, char out[static NETWORK_RANGE_SIZE])
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    int width;

    out[0] = '\0';
    if (!parse_address(bytes, address, &width))
        return;
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        bytes[15] = 0;
        if (inet_ntop(AF_INET, bytes + sizeof mapped, text, sizeof text) != NULL)
            snprintf(out, NETWORK_RANGE_SIZE, "%s/24", text);
        return;
    }
    memset(bytes + 6, 0, 10);
    if (inet_ntop(AF_INET6, bytes, text, sizeof text) != NULL)
        snprintf(out, NETWORK_RANGE_SIZE, "%s/48", text);
}

bool network_is_loopback(const char *host)
{
    if (*host == '[')
        return is_loopback_name(host + 1, strcspn(host + 1, "]"));
    return is_loopback_name(host, strcspn(host, ":"));
}
