/*
 * directory.c: everything in one file, for those who go on without us: JSON, a table of the sign-in
 * addresses, and the published snapshot itself. Each carries its date and its SHA-256.
 */
#include "base/buffer.h"
#include "pages/pages.h"
#include <string.h>

/* "vhod-2026-11-21.csv": whoever finds it in a year knows how old it is. */
static char *file_name(const json_t *health, enum representation rep)
{
    struct buffer name = BUFFER_INIT;
    const char *published = json_string_value(json_object_get(health, "published"));

    buffer_puts(&name, "vhod-");
    if (published != NULL)
        buffer_add(&name, published, strcspn(published, "T"));
    buffer_putc(&name, '.');
    buffer_puts(&name, representation_extension(rep));
    return buffer_take(&name);
}

static enum err make_directory(const struct page_call *call, struct page_answer *answer)
{
    json_t *health = NULL;
    enum err err = directory_document(call->directory, "health", NULL, &health);

    event_set(&answer->event, answer->event.kind, call->request->path);
    if (err == ERR_NONE && call->rep != REP_JSON) {
        answer->filename = file_name(health, call->rep);
        err = answer->filename != NULL ? ERR_NONE : ERR_MEMORY;
    }
    json_decref(health);
    if (err != ERR_NONE || call->rep == REP_SQLITE)
        return err;
    return directory_document(call->directory,
                              call->rep == REP_CSV ? "directory_logins" : "directory", NULL,
                              &answer->document);
}

static const struct csv_view directory_csv = {
    "logins",
    NULL,
    {{"iso", "iso"},
     {"code", "code"},
     {"region", "region"},
     {"capital", "capital"},
     {"timezone", "timezone"},
     {"page", "page"},
     {"id", "id"},
     {"for", "title"},
     {"address", "url"},
     {"portal", "system"},
     {"portal_id", "portal.id"},
     {"audience", "audience"},
     {"via", "via"},
     {"status", "status"},
     {"since", "since"},
     {"note", "note"},
     {"plain_http", "plain_http"},
     {"checked", "checked"},
     {"confidence", "confidence"},
     {"source", "source"},
     {NULL, NULL}},
};

const struct page page_directory = {.make = make_directory, .csv = &directory_csv, .digest = true};
