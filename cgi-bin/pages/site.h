/*
 * site.h: what stands between a route and its page: calls the page function, turns its document
 * into the representation asked for, and makes error pages. The three functions fit struct program
 * (web/loop.h); all four programs use them.
 *
 * It knows templates and settings. It knows no statement, no path of a route and no FastCGI.
 */
#ifndef VHOD_PAGES_SITE_H
#define VHOD_PAGES_SITE_H

#include "pages/page.h"
#include "web/loop.h"

/* Loads the templates of settings->path_templates; a broken one is refused (ERR_TEMPLATE, logged
 * with file and line). settings and directory stay the caller's and must outlive *site. */
enum err site_open(void **site, const struct settings *settings, struct directory *directory);
void site_close(void *site);

/* Makes the page of a match. On an error nothing of response is usable, and the caller asks for
 * site_error. */
enum err site_respond(void *site, const struct request *request, const struct route_match *match,
                      struct response *response);

/* Makes the error page of a status, as HTML or as a problem document (RFC 9457), as the request
 * prefers. */
enum err site_error(void *site, const struct request *request, enum status status,
                    struct response *response);

#endif
