/*
 * remember.c: a reader asks us to remember a region, or to forget it: the only place where the site
 * sets its cookie (web/remember.h). Nothing is recorded.
 */
#include "web/remember.h"
#include "pages/pages.h"
#include "pages/region_page.h"
#include <stdlib.h>
#include <string.h>

/* Where to go after: the page the form stood on, if it says so as a path; else the region's page.
 */
static char *way_back(const char *back, const char *iso)
{
    return back != NULL && back[0] == '/' ? strdup(back) : region_path(iso);
}

static enum err make_remember(const struct page_call *call, struct page_answer *answer)
{
    const char *iso = call->values->value[0];
    const struct directory_value values[] = {{":iso", iso, 0}, {NULL, NULL, 0}};
    char list[REMEMBER_SIZE], cookie[160];
    json_t *known = NULL;
    enum err err = directory_document(call->directory, "region_logins", values, &known);

    json_decref(known);
    if (err != ERR_NONE)
        return err;
    memcpy(list, call->request->remembered, sizeof list);
    if (call->values->value[1] != NULL)
        remember_drop(list, iso);
    else
        remember_add(list, iso);
    remember_write(cookie, sizeof cookie, list,
                   strncmp(call->settings->site_url, "https:", 6) == 0);
    answer->status = STATUS_SEE_OTHER;
    answer->location = way_back(call->values->value[2], iso);
    answer->cookie = strdup(cookie);
    return answer->location != NULL && answer->cookie != NULL ? ERR_NONE : ERR_MEMORY;
}

const struct page page_remember = {.make = make_remember};
