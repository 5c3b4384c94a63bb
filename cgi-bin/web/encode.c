/*
 * encode.c: one-shot compression by zlib and brotli. A body is compressed once and kept, so it may
 * cost milliseconds; a large one is compressed with less effort, because a worker serves nobody
 * meanwhile. It does not choose the encoding: that is web/serve.c.
 */
#define ZLIB_CONST /* zlib's input is read only */
#include "web/encode.h"
#include <brotli/encode.h>
#include <limits.h>
#include <zlib.h>

#define EFFORT_BYTES 65536 /* up to here a few milliseconds at the high level */

static const struct {
    const char *token;
    int high, low; /* effort for small and large bodies */
} encodings[ENCODING__MAX] = {
    [ENCODING_IDENTITY] = {NULL, 0, 0},
    [ENCODING_GZIP] = {"gzip", 9, 6},
    [ENCODING_BROTLI] = {"br", 9, 5},
};

const char *encode_token(enum encoding encoding)
{
    return (unsigned)encoding < ENCODING__MAX ? encodings[encoding].token : NULL;
}

/* 16 more than the window's bits makes zlib write gzip, with no name and no time in its header. */
static enum err encode_gzip(struct buffer *out, const void *body, size_t len, int effort)
{
    z_stream stream = {0};
    enum err err = ERR_NONE;
    uLong bound;
    char *room;

    if (deflateInit2(&stream, effort, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return ERR_MEMORY;
    bound = deflateBound(&stream, (uLong)len);
    room = buffer_reserve(out, bound);
    if (room == NULL) {
        err = ERR_MEMORY;
        goto out;
    }
    stream.next_in = (const Bytef *)body;
    stream.avail_in = (uInt)len;
    stream.next_out = (Bytef *)room;
    stream.avail_out = (uInt)bound;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        err = ERR_SYSTEM;
    else
        buffer_grew(out, stream.total_out);
out:
    deflateEnd(&stream);
    return err;
}

static enum err encode_brotli(struct buffer *out, const void *body, size_t len, int effort)
{
    size_t size = BrotliEncoderMaxCompressedSize(len);
    char *room = size == 0 ? NULL : buffer_reserve(out, size);

    if (room == NULL)
        return ERR_MEMORY;
    if (!BrotliEncoderCompress(effort, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, len, body, &size,
                               (uint8_t *)room))
        return ERR_MEMORY;
    buffer_grew(out, size);
    return ERR_NONE;
}

enum err encode_body(struct buffer *out, enum encoding encoding, const void *body, size_t len)
{
    int effort;

    if (encode_token(encoding) == NULL)
        return ERR_INVALID;
    if (len > INT_MAX)
        return ERR_LIMIT;
    effort = len <= EFFORT_BYTES ? encodings[encoding].high : encodings[encoding].low;
    if (encoding == ENCODING_GZIP)
        return encode_gzip(out, body, len, effort);
    return encode_brotli(out, body, len, effort);
}
