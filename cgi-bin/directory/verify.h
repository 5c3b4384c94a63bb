/*
 * verify.h: is this file a snapshot that can be used, as it was published? For the maintainer's
 * command; programs ask the same when they open one (snapshot.h).
 */
#ifndef VHOD_DIRECTORY_VERIFY_H
#define VHOD_DIRECTORY_VERIFY_H

#include "base/digest.h"
#include "base/err.h"

/* What a snapshot says of itself. */
struct directory_facts {
    char identity[DIGEST_HEX_SIZE];
    char published[32]; /* UTC time */
    long regions, addresses, articles;
};

/* Reads the file whole and checks it (seal.h). ERR_NOT_FOUND; ERR_INVALID, ERR_DATABASE and others
 * with the reason logged. */
enum err directory_verify(struct directory_facts *out, const char *path);

#endif
