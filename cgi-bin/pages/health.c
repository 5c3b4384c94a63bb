/*
 * health.c: for load balancers and monitors: which snapshot is served, and whether views can be
 * recorded. Without a snapshot the loop itself answers 503 before any page is asked.
 */
#include "base/settings.h"
#include "pages/pages.h"
#include <stdlib.h>
#include <unistd.h>

static enum err make_health(const struct page_call *call, struct page_answer *answer)
{
    enum err err = directory_document(call->directory, "health", NULL, &answer->document);
    char *folder;
    const char *journal;

    if (err != ERR_NONE)
        return err;
    folder = settings_state_file(call->settings, "journal");
    if (folder == NULL)
        return ERR_MEMORY;
    journal = access(folder, W_OK | X_OK) == 0 ? "ok" : "not writable";
    free(folder);
    return json_object_set_new(answer->document, "journal", json_string(journal)) == 0 ? ERR_NONE
                                                                                       : ERR_MEMORY;
}

const struct page page_health = {.make = make_health};
