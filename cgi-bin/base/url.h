/*
 * url.h: the only decoder and the only parser of addresses in vhod (RFC 3986, WHATWG form data).
 * Strict: what does not follow the syntax is an error, never repaired. Does not resolve names.
 */
#ifndef VHOD_BASE_URL_H
#define VHOD_BASE_URL_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Appends percent-decoded text; plus_is_space as in a query. ERR_INVALID for a cut or non-hex
 * escape, for bytes that decode to anything but clean UTF-8 (utf8_clean), and then out is as
 * before. */
enum err url_decode(struct buffer *out, const char *text, size_t len, bool plus_is_space);
/* Appends text percent-encoded for a path segment or a query value: unreserved characters stay. */
void url_encode(struct buffer *out, const char *text, size_t len);

/* An absolute http(s) address in its parts; each points into the caller's string. */
struct url {
    const char *scheme; /* "http" or "https", any case in the source */
    size_t scheme_len;
    const char *host; /* without port, user or brackets */
    size_t host_len;
    int port;         /* 0 if none is written */
    bool has_user;    /* user or user:password stands before the host */
    const char *rest; /* path, query, fragment; may be empty */
};

/* Splits an absolute http or https address. ERR_INVALID for another scheme, no host, a port that is
 * empty or not 1-65535, a second @, white space, control characters, a cut escape, and characters
 * that RFC 3986 allows nowhere (\ " < > ^ ` { | }). Letters outside ASCII are fine (RFC 3987). One
 * dot may end the host. Parts are not decoded; host names are not translated to or from Punycode.
 */
enum err url_parse(struct url *out, const char *text);
/* The host of an address, as url_host() writes it. ERR_INVALID if it is no address, ERR_MEMORY. */
enum err url_host_of(struct buffer *out, const char *address);
/* Appends the host in lower case, with ":port" if one is written: IPv6 in its brackets, without the
 * dot that may end a host name. */
void url_host(struct buffer *out, const struct url *url);

#endif
