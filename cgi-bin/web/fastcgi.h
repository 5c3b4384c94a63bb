/*
 * fastcgi.h: the FastCGI protocol (specification 1.0) as a responder speaks it: the bytes of one
 * connection become one request, and an answer becomes bytes. No sockets and no clock here: that is
 * loop.c; what a request means is request.c's.
 *
 * It stands in place of libfcgi, whose reader trusts its peer: lengths of ff ff ff ff end the
 * worker by an assertion, FCGI_GET_VALUES overruns a buffer of its stack, half a record holds the
 * worker for ever, and a request that was cut off runs with the half of its parameters. Here a
 * length is believed only as far as its bytes have come, everything has a limit, and a request is
 * handed out whole or not at all.
 *
 * One request for each connection: a second one on it is refused (CANT_MPX_CONN), and the
 * connection is closed behind the answer whatever FCGI_KEEP_CONN says, so nothing that a reader
 * sends can be taken for a request of the web server's.
 */
#ifndef VHOD_WEB_FASTCGI_H
#define VHOD_WEB_FASTCGI_H

#include "base/buffer.h"
#include <stdbool.h>
#include <stddef.h>

/* All variables of a request together: web servers send 64 KiB at most. */
#define FASTCGI_VARIABLES_MAX 131072

enum fastcgi_state {
    FASTCGI_MORE,     /* a part is still to come */
    FASTCGI_COMPLETE, /* the request is there; what comes behind it is ignored */
    FASTCGI_REFUSED,  /* not for us, and replies says so: send it and close */
    FASTCGI_BROKEN    /* no FastCGI, or over a limit: close */
};

/* One connection's input. Zeroed = nothing came yet. */
struct fastcgi {
    enum fastcgi_state state;
    bool begun, variables_end; /* BEGIN_REQUEST came; and the end of the variables */
    int id;                    /* of the request */
    struct buffer records;     /* bytes that are no whole record yet */
    struct buffer variables;   /* as sent; when they are complete "name\0value\0" … */
    struct buffer body;        /* its first bytes, body_max of them */
    size_t body_len, body_max; /* what came of it; what is kept of it */
    struct buffer replies;     /* to what is no request: to be sent to the peer */
};

/* Takes len more bytes. Returns where the input stands; memory that runs out is FASTCGI_BROKEN. */
enum fastcgi_state fastcgi_take(struct fastcgi *input, const char *bytes, size_t len);
/* Value of a variable of a complete request, or NULL; of a doubled name the first. Borrowed. */
const char *fastcgi_variable(const struct fastcgi *input, const char *name);
/* Starts anew for another connection and keeps the memory. body_max: bytes of a body to keep. */
void fastcgi_reset(struct fastcgi *input, size_t body_max);
void fastcgi_free(struct fastcgi *input);

/* Appends the whole answer to the complete request: its bytes (a CGI header block and the body),
 * and the end of the request. */
void fastcgi_answer(const struct fastcgi *input, struct buffer *out, const char *bytes, size_t len);

#endif
