/*
 * encode.c: one-shot compression by zlib and brotli. A body is compressed once and kept, so it may
 * cost milliseconds; a large one is compressed with less effort, because a worker serves nobody
 * meanwhile. It does not choose the encoding: that is web/serve.c.
 */
#define ZLIB_CONST /* zlib's input is read only */
#include "web/encode.h"
#include <brotli/encode.h>
#include <limits.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

/* --- brotli ---
 *
 * As it is commonly built, libbrotlienc calls exit() when an allocation fails, and a worker must
 * not end for want of a luxury. So it allocates through us: a failure jumps out of it, and since
 * every block is in our list, all of them can be freed. */

struct block {
    struct block *next, *previous;
    max_align_t memory[];
};

struct memory {
    struct block list; /* the ring's head; holds nothing */
    jmp_buf exhausted;
};

static void *take(void *opaque, size_t size)
{
    struct memory *memory = opaque;
    struct block *block = NULL;

    if (size <= SIZE_MAX - sizeof *block)
        block = malloc(sizeof *block + size);
    if (block == NULL)
        longjmp(memory->exhausted, 1);
    block->next = memory->list.next;
    block->previous = &memory->list;
    block->next->previous = block;
    memory->list.next = block;
    return block->memory;
}

static void give_back(void *opaque, void *address)
{
    struct block *block;

    (void)opaque;
    if (address == NULL)
        return;
    block = (struct block *)((char *)address - offsetof(struct block, memory));
    block->previous->next = block->next;
    block->next->previous = block->previous;
    free(block);
}

static void give_back_all(struct memory *memory)
{
    struct block *block = memory->list.next;

    while (block != &memory->list) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
}

/* Compresses into room for *size bytes, and sets *size to what was used. Jumps to
 * memory->exhausted. */
static bool run_brotli(struct memory *memory, char *room, size_t *size, const void *body,
                       size_t len, int effort)
{
    BrotliEncoderState *encoder = BrotliEncoderCreateInstance(take, give_back, memory);
    const uint8_t *in = body;
    uint8_t *out = (uint8_t *)room;
    size_t left = *size;

    if (encoder == NULL)
        return false;
    BrotliEncoderSetParameter(encoder, BROTLI_PARAM_QUALITY, (uint32_t)effort);
    BrotliEncoderSetParameter(encoder, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
    BrotliEncoderSetParameter(encoder, BROTLI_PARAM_SIZE_HINT, (uint32_t)len);
    if (!BrotliEncoderCompressStream(encoder, BROTLI_OPERATION_FINISH, &len, &in, &left, &out,
                                     NULL) ||
        !BrotliEncoderIsFinished(encoder))
        return false;
    *size -= left;
    return true;
}

static enum err encode_brotli(struct buffer *out, const void *body, size_t len, int effort)
{
    struct memory memory = {.list = {&memory.list, &memory.list}};
    size_t size = BrotliEncoderMaxCompressedSize(len);
    char *room = size == 0 ? NULL : buffer_reserve(out, size);
    enum err err = ERR_MEMORY;

    if (room == NULL)
        return ERR_MEMORY;
    if (setjmp(memory.exhausted) == 0 && run_brotli(&memory, room, &size, body, len, effort)) {
        buffer_grew(out, size);
        err = ERR_NONE;
    }
    give_back_all(&memory);
    return err;
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
