/*
 * response.c: making, moving and releasing responses. It writes no header: that is web/headers.c.
 */
#include "web/response.h"
#include "base/url.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

void response_init(struct response *response)
{
    memset(response, 0, sizeof *response);
    response->status = STATUS_OK;
    response->rep = REP_HTML;
    response->cache = CACHE_NEVER;
    response->max_age = -1;
    response->event.kind = EVENT_NONE;
    response->event.results = -1;
}

void response_free(struct response *response)
{
    if (response == NULL)
        return;
    buffer_free(&response->body);
    free(response->location);
    free(response->allow);
    free(response->filename);
    free(response->set_cookie);
    response_init(response);
}

void response_move(struct response *to, struct response *from)
{
    *to = *from;
    response_init(from);
}

bool response_is_public(const struct response *response)
{
    return (response->status == STATUS_OK || response->status == STATUS_MOVED) &&
           (response->cache == CACHE_PAGE || response->cache == CACHE_SHORT);
}

bool response_is_personal_kind(const struct response *response)
{
    return response->rep == REP_HTML && response->cache == CACHE_PAGE && !response->embeddable;
}

/* Browsers take "//host" and "/\host" for another site, and drop tabs and line ends before they
 * look. */
static bool is_location(const char *location)
{
    struct url url;

    if (!utf8_clean(location, strlen(location)) || strchr(location, ' ') != NULL)
        return false;
    if (location[0] == '/')
        return location[1] != '/' && location[1] != '\\';
    return url_parse(&url, location) == ERR_NONE && !url.has_user;
}

enum err response_redirect(struct response *response, enum status status, const char *location)
{
    char *copy;

    if (!is_location(location))
        return ERR_INVALID;
    copy = strdup(location);
    if (copy == NULL)
        return ERR_MEMORY;
    free(response->location);
    response->location = copy;
    response->status = status;
    return ERR_NONE;
}
