/*
 * look.c: a reader without script chooses colours and size of letters (templates/parts/look): sets
 * the cookie of web/looks.h and leads back to where the form stood. Nothing is recorded.
 */
#include "pages/pages.h"
#include "web/looks.h"
#include <string.h>

/* Back to the page the form was sent from, with what its address had, and to the form itself.
 * Whoever does not say where he comes from is led to the front page. */
static char *way_back(const struct page_call *call)
{
    const struct request *request = call->request;
    bool own = strcmp(request->referrer_host, call->settings->site_host) == 0 &&
               request->referrer_path[0] == '/' && request->referrer_path[1] != '/';
    struct buffer path = BUFFER_INIT;

    buffer_puts(&path, own ? request->referrer_path : "/");
    buffer_puts(&path, "#look");
    return buffer_take(&path);
}

static enum err make_look(const struct page_call *call, struct page_answer *answer)
{
    struct looks looks = call->request->looks;
    char cookie[160];

    if (!looks_set(&looks, call->values->value[0], call->values->value[1]))
        return ERR_INVALID;
    looks_write(cookie, sizeof cookie, &looks, strncmp(call->settings->site_url, "https:", 6) == 0);
    answer->status = STATUS_SEE_OTHER;
    answer->location = way_back(call);
    answer->cookie = strdup(cookie);
    return answer->location != NULL && answer->cookie != NULL ? ERR_NONE : ERR_MEMORY;
}

const struct page page_look = {.make = make_look};
