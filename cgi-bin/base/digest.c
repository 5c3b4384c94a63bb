/*
 * digest.c: SHA-256 by libmd, written as hex or base64. Not for passwords: nothing here is salted
 * or slow.
 */
#include "base/digest.h"
#include <sha256.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_LENGTH, "libmd's digest is as long as ours");

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct digest_state), "there is room for it");

/* The library's state within ours. */
static SHA256_CTX *context_of(struct digest_state *state)
{
    return (void *)state->room;
}

void digest_start(struct digest_state *state)
{
    SHA256Init(context_of(state));
}

void digest_add(struct digest_state *state, const void *data, size_t len)
{
    SHA256Update(context_of(state), data, len);
}

void digest_end_hex(struct digest_state *state, char out[static DIGEST_HEX_SIZE])
{
    uint8_t digest[DIGEST_SIZE];

    SHA256Final(digest, context_of(state));
    digest_write_hex(digest, out);
}

void digest_bytes(const void *data, size_t len, uint8_t out[static DIGEST_SIZE])
{
    SHA256_CTX context;

    SHA256Init(&context);
    SHA256Update(&context, data, len);
    SHA256Final(out, &context);
}

void digest_write_hex(const uint8_t digest[static DIGEST_SIZE], char out[static DIGEST_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        out[i * 2] = digits[digest[i] >> 4];
        out[i * 2 + 1] = digits[digest[i] & 15];
    }
    out[DIGEST_SIZE * 2] = '\0';
}

void digest_hex(const void *data, size_t len, char out[static DIGEST_HEX_SIZE])
{
    uint8_t digest[DIGEST_SIZE];

    digest_bytes(data, len, digest);
    digest_write_hex(digest, out);
}

/* RFC 4648, section 4. 32 bytes leave two over, so the last group gets one '='. */
void digest_base64(const void *data, size_t len, char out[static DIGEST_BASE64_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[DIGEST_SIZE + 1]; /* one zero byte fills the last group */
    size_t put = 0;

    digest_bytes(data, len, digest);
    digest[DIGEST_SIZE] = 0;
    for (size_t i = 0; i < sizeof digest; i += 3) {
        unsigned group =
            (unsigned)digest[i] << 16 | (unsigned)digest[i + 1] << 8 | (unsigned)digest[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            out[put++] = letters[group >> shift & 63];
    }
    out[put - 1] = '=';
    out[put] = '\0';
}
