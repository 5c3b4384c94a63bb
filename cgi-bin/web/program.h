/*
 * program.h: what a FastCGI program is made of, as the web room sees it: a table of routes and the
 * functions that fill responses. regions.c and its neighbours define one each; nobody here knows
 * what their pages are.
 */
#ifndef VHOD_WEB_PROGRAM_H
#define VHOD_WEB_PROGRAM_H

#include "base/err.h"
#include "base/settings.h"
#include "directory/snapshot.h"
#include "web/request.h"
#include "web/response.h"
#include "web/route.h"

struct program {
    const char *name;           /* "regions", for the log */
    const struct route *routes; /* ends with a NULL pattern */
    /* Tables in which a mistyped address is looked for (web/forgive.h), ends with NULL; respond
     * knows their pages too. NULL: nothing is forgiven. */
    const struct route *const *meant;
    /* Makes the page for a match: fills response, which comes with the route's cache rule, the
     * match's representation, and the route's event with the path as its id. An error throws the
     * response away, and error() makes the page for it (ERR_NOT_FOUND 404, ERR_GONE 410,
     * ERR_INVALID and ERR_LIMIT 400, ERR_BUSY 503, others 500). */
    enum err (*respond)(void *site, const struct request *request, const struct route_match *match,
                        struct response *response);
    /* Makes the error page for a status, in the representation that the request wants. response
     * comes with the status, CACHE_NEVER, no event, and the representation that was matched (HTML
     * if none was). */
    enum err (*error)(void *site, const struct request *request, enum status status,
                      struct response *response);
    /* Opens what the pages need (templates); called once at start. directory is never NULL, and
     * lives longer than the site; while nothing is published, the loop answers 503 by error() and
     * respond is not called. On failure the program ends. */
    enum err (*open)(void **site, const struct settings *settings, struct directory *directory);
    void (*close)(void *site);
    /* Appends what of a search's words is written down beside the answer that was opened from it.
     * NULL: nothing is. ERR_MEMORY. */
    enum err (*searched)(struct buffer *out, const char *query);
    bool reads_tally;          /* needs the statistics: web/confine.h lets it */
    const char *script_policy; /* CSP source list for scripts ("'self'"), or NULL for none */
};

#endif
