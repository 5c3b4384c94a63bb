/*
 * digest.c: SHA-256 by libmd, written as hex or base64. Not for passwords: nothing here is salted
 * or slow.
 */
#include "base/digest.h"
#include <sha256.h>
#include <stdint.h>

static void sha256(const void *data, size_t len, uint8_t digest[static SHA256_DIGEST_LENGTH])
{
    SHA256_CTX context;

    SHA256Init(&context);
    SHA256Update(&context, data, len);
    SHA256Final(digest, &context);
}

void digest_hex(const void *data, size_t len, char out[static DIGEST_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];

    sha256(data, len, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[i * 2] = digits[digest[i] >> 4];
        out[i * 2 + 1] = digits[digest[i] & 15];
    }
    out[sizeof digest * 2] = '\0';
}

/* RFC 4648, section 4. 32 bytes leave two over, so the last group gets one '='. */
void digest_base64(const void *data, size_t len, char out[static DIGEST_BASE64_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t digest[SHA256_DIGEST_LENGTH + 1]; /* one zero byte fills the last group */
    size_t put = 0;

    sha256(data, len, digest);
    digest[SHA256_DIGEST_LENGTH] = 0;
    for (size_t i = 0; i < sizeof digest; i += 3) {
        unsigned group =
            (unsigned)digest[i] << 16 | (unsigned)digest[i + 1] << 8 | (unsigned)digest[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            out[put++] = letters[group >> shift & 63];
    }
    out[put - 1] = '=';
    out[put] = '\0';
}
