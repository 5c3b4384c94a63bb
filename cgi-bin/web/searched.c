/*
 * searched.c: the one parameter of the one address that is looked at. Contract in searched.h.
 */
#include "web/searched.h"
#include "base/url.h"
#include <string.h>

static bool was_searched(const struct record *record, const struct request *request,
                         const struct program *program, const char *site_host)
{
    return program->searched != NULL && event_is_answer(record->event.kind) &&
           strncmp(request->referrer_path, REQUEST_SEARCH, strlen(REQUEST_SEARCH)) == 0 &&
           strcmp(request->referrer_host, site_host) == 0;
}

void searched_note(struct record *record, const struct request *request,
                   const struct program *program, const char *site_host)
{
    struct buffer query = BUFFER_INIT, words = BUFFER_INIT;
    struct event event;
    const char *value;

    record->searched[0] = '\0';
    if (!was_searched(record, request, program, site_host))
        return;
    value = request->referrer_path + strlen(REQUEST_SEARCH);
    if (url_decode(&query, value, strcspn(value, "&#"), true) == ERR_NONE &&
        program->searched(&words, buffer_text(&query)) == ERR_NONE) {
        event_set(&event, EVENT_SEARCH, buffer_text(&words));
        memcpy(record->searched, event.id, sizeof record->searched);
    }
    buffer_free(&query);
    buffer_free(&words);
}
