/*
 * headers.h: the header block of a response, in CGI form ("Status: 200 OK", RFC 3875). The tables
 * of cache rules and security headers are headers.c's; pages know none of it.
 *
 * Sent with everything: Content-Security-Policy, X-Content-Type-Options, Referrer-Policy,
 * Cross-Origin-Opener-Policy, Cross-Origin-Resource-Policy, Permissions-Policy, Cache-Control; and
 * Strict-Transport-Security where the site's address is https.
 */
#ifndef VHOD_WEB_HEADERS_H
#define VHOD_WEB_HEADERS_H

#include "base/buffer.h"
#include "base/err.h"
#include "web/response.h"

/* nginx refuses a longer block (its buffer is one page). HEADERS_MAX leaves room for the lines that
 * the sender adds. */
#define HEADERS_MAX 3968

/* What is the same for every response of a program; all borrowed. */
struct headers_policy {
    bool https;                  /* the site's address is https: tell browsers to stay there */
    const char *frame_ancestors; /* CSP source list for embeddable responses */
    const char *script_policy;   /* CSP source list for scripts, or NULL for none */
};

/* In which form the response goes out. */
struct headers_form {
    enum encoding encoding;
    size_t length;      /* bytes of the body in that encoding */
    const char *etag;   /* without quotes and suffix; "" for none */
    bool unmodified;    /* 304 in place of 200, without content fields */
    const char *digest; /* digest_base64 of the body in that encoding; NULL or "": not sent */
};

/* Appends the block's lines, each with CR LF, without the empty line at the end. ERR_INVALID if a
 * value holds a control character or a CSP list more than sources, ERR_LIMIT over HEADERS_MAX,
 * ERR_MEMORY: out is then to be thrown away. */
enum err headers_write(struct buffer *out, const struct headers_policy *policy,
                       const struct response *response, const struct headers_form *form);

/* True if the field If-None-Match (may be NULL) names this tag in that encoding, or is "*" (RFC
 * 9110, 13.1.2, weak comparison). */
bool headers_match(const char *if_none_match, const char *etag, enum encoding encoding);

#endif
