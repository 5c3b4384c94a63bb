/*
 * loop.h: HTTP over FastCGI: the accept loop, and the same requests from the command line. The only room that
 * knows libfcgi (loop.c). It follows the ten rules for libfcgi 2.4: signals blocked except in our own
 * ppoll() on the listening socket, own accept4() with time-outs put into the request, FCGX_GetError after
 * accept, body drained, one FCGX_PutStr, no FCGX_FPrintF, no kept connections.
 */
#ifndef VHOD_WEB_LOOP_H
#define VHOD_WEB_LOOP_H

#include "base/err.h"
#include "base/settings.h"
#include "directory/snapshot.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"

/* What a program is made of. */
struct program {
    const char *name;           /* "regions", for the log */
    const struct route *routes; /* ends with a NULL pattern */
    /* Makes the page for a match: fills response. On an error the loop answers with error(). */
    enum err (*respond)(void *site, const struct request *request, const struct route_match *match,
                        struct response *response);
    /* Makes the error page for a status, in the representation that the request wants. */
    enum err (*error)(void *site, const struct request *request, enum status status,
                      struct response *response);
    /* Opens what the pages need (templates); called once at start. directory is NULL when there is no
     * snapshot yet: pages then answer 503 until one is published. */
    enum err (*open)(void **site, const struct settings *settings, struct directory *directory);
    void (*close)(void *site);
    const char *script_policy; /* CSP source list for scripts, or NULL for none */
};

/* main() of each FastCGI program. Arguments:
 *   (none)                 serve FastCGI on descriptor 0 until SIGTERM, SIGINT or SIGUSR1
 *   --prefixes             print the first segments of the routes (route_prefixes)
 *   METHOD TARGET [NAME=VALUE …]  answer one request on standard output as HTTP, with CGI variables set:
 *                          regions.fcgi GET /region/ru-alt.json HTTP_ACCEPT_ENCODING=gzip
 * Settings: VHOD_SETTINGS or data/vhod.ini. Returns the exit status. */
int loop_main(const struct program *program, int argc, char **argv);

#endif
