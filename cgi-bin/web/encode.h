/*
 * encode.h: gzip (RFC 1952, zlib) and brotli (RFC 7932) of a finished body. Deterministic: no time
 * stamp, so equal bodies give equal bytes and equal ETags.
 */
#ifndef VHOD_WEB_ENCODE_H
#define VHOD_WEB_ENCODE_H

#include "base/buffer.h"
#include "base/err.h"
#include "web/request.h"

/* Appends body in that encoding. ERR_INVALID for identity, ERR_LIMIT over 2 GiB, ERR_MEMORY; then
 * out is as before (or failed). */
enum err encode_body(struct buffer *out, enum encoding encoding, const void *body, size_t len);
/* Token for Content-Encoding and the ETag suffix: "gzip", "br"; NULL for identity. */
const char *encode_token(enum encoding encoding);

#endif
