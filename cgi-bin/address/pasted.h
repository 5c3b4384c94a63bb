/*
 * pasted.h: finds the address in what somebody pasted: an address, a host, a link, with words
 * around it. It never reads out of a text an address that a browser would not open from it:
 * addresses are cut at blanks only, and what is doubtful is refused. Knows no list of addresses.
 */
#ifndef VHOD_ADDRESS_PASTED_H
#define VHOD_ADDRESS_PASTED_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define PASTED_MAX 2048 /* bytes looked at; longer is ERR_LIMIT */

struct pasted {
    struct buffer address; /* the first one, with "https://" put before it if no scheme is there */
    bool schemed;          /* a scheme stands there */
    bool several;          /* another address, or an e-mail address, stands beside it */
};

/* Fills *out (zeroed before); any bytes may come. ERR_NOT_FOUND: nothing in it could be an address;
 * ERR_INVALID: it holds bytes that no text has (control characters, broken UTF-8). The caller frees
 * with pasted_free in every case. */
enum err pasted_find(struct pasted *out, const char *text, size_t len);
void pasted_free(struct pasted *pasted);

#endif
