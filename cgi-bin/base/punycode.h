/*
 * punycode.h: host names in their Unicode form: "xn--80atdl2c.xn--p1ai" as «школа.рф» (RFC 3492).
 * Only decoding: addresses are stored as they are sent.
 */
#ifndef VHOD_BASE_PUNYCODE_H
#define VHOD_BASE_PUNYCODE_H

#include "base/buffer.h"
#include "base/err.h"

/* Appends the host with every label that begins with "xn--" decoded. ERR_INVALID, and nothing
 * appended, if one is no Punycode. */
enum err punycode_host(struct buffer *out, const char *host);

#endif
