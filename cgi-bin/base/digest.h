/*
 * digest.h: SHA-256 (FIPS 180-4, libmd), as text mostly: for ETags, Content-Security-Policy hashes
 * and checksums.
 */
#ifndef VHOD_BASE_DIGEST_H
#define VHOD_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE        32 /* bytes */
#define DIGEST_HEX_SIZE    65 /* 64 hex digits and NUL */
#define DIGEST_BASE64_SIZE 45 /* 44 characters and NUL */

/* A digest of what comes in pieces: start, add any number of times, end. */
struct digest_state {
    uint64_t room[32]; /* the library's own */
};
void digest_start(struct digest_state *state);
void digest_add(struct digest_state *state, const void *data, size_t len);
void digest_end_hex(struct digest_state *state, char out[static DIGEST_HEX_SIZE]);

void digest_bytes(const void *data, size_t len, uint8_t out[static DIGEST_SIZE]);
/* Writes a digest's bytes as lower-case hex digits. */
void digest_write_hex(const uint8_t digest[static DIGEST_SIZE], char out[static DIGEST_HEX_SIZE]);
void digest_hex(const void *data, size_t len, char out[static DIGEST_HEX_SIZE]);
/* Base64 with padding, as CSP's 'sha256-…' wants it. */
void digest_base64(const void *data, size_t len, char out[static DIGEST_BASE64_SIZE]);

#endif
