/*
 * answer.h: one text at one address over HTTP, on a listening socket that somebody else made and
 * left as descriptor 0 (systemd, spawn-fcgi): for who fetches figures now and then, on a socket of
 * its own. Not for readers: no TLS, no cache, some connections at a time. The HTTP is
 * libmicrohttpd's, which only answer.c knows.
 */
#ifndef VHOD_COMMANDS_ANSWER_H
#define VHOD_COMMANDS_ANSWER_H

#include "base/buffer.h"
#include "base/err.h"

struct answer {
    const char *path;                                     /* "/metrics"; everything else is 404 */
    const char *type;                                     /* of what write makes */
    enum err (*write)(void *context, struct buffer *out); /* an error is answered with 500 */
    enum err (*ready)(void *context); /* called once, when all is open and nothing was answered */
    void *context;
};

/* Answers GET and HEAD until TERM, INT or QUIT; what is in hand is finished first. ERR_SYSTEM
 * (logged): descriptor 0 is no listening socket, or cannot be waited for; what ready returns. */
enum err answer_run(const struct answer *answer);

#endif
