/*
 * search.c: one field, one answer. What matches is search/find.h's; here is what comes of it:
 * a page, or the region at once when exactly one is meant. What was searched is recorded folded and
 * masked, with how much it found; what a reader is still typing is not.
 */
#include "base/url.h"
#include "base/utf8.h"
#include "pages/pages.h"
#include "pages/region_page.h"
#include "pages/search_event.h"
#include "search/find.h"
#include <string.h>

/* In the order of the route's parameters. */
enum { PARAM_QUERY, PARAM_GO, PARAM_VERBATIM, PARAM_TYPING };

static int count_results(const json_t *document)
{
    return (int)(json_array_size(json_object_get(document, "regions")) +
                 json_array_size(json_object_get(document, "guides")) +
                 json_array_size(json_object_get(document, "questions")));
}

/* The region to go to at once: the only one that the whole query means, unless a question has that
 * number too. NULL otherwise. */
static const char *only_region(const json_t *document)
{
    const json_t *region;

    if (json_integer_value(json_object_get(document, "exact")) != 1 ||
        json_is_integer(json_object_get(document, "number")))
        return NULL;
    region = json_array_get(json_object_get(document, "regions"), 0);
    return json_string_value(json_object_get(region, "iso"));
}

static enum err go_to_region(struct page_answer *answer, const char *iso)
{
    answer->status = STATUS_SEE_OTHER;
    answer->location = region_path(iso);
    return answer->location != NULL ? ERR_NONE : ERR_MEMORY;
}

static enum err record(struct page_answer *answer, const char *query, bool typing)
{
    struct buffer text = BUFFER_INIT;
    enum err err = search_event_text(&text, query);

    if (err == ERR_NONE) {
        event_set(&answer->event, text.len && !typing ? answer->event.kind : EVENT_NONE,
                  buffer_text(&text));
        answer->event.results = count_results(answer->document);
    }
    buffer_free(&text);
    return err;
}

/* Where to search for just what was typed, when something else was searched. */
static enum err add_verbatim(const struct page_call *call, const char *query, json_t *document)
{
    json_t *corrected = json_object_get(document, "corrected");
    struct buffer url = BUFFER_INIT;
    enum err err;

    if (!json_is_object(corrected))
        return ERR_NONE;
    buffer_puts(&url, call->settings->site_url);
    buffer_puts(&url, "/search?q=");
    url_encode(&url, query, strlen(query));
    buffer_puts(&url, "&exact=1");
    err = buffer_failed(&url) ||
                  json_object_set_new(corrected, "url", json_string(buffer_text(&url))) != 0
              ? ERR_MEMORY
              : ERR_NONE;
    buffer_free(&url);
    return err;
}

static enum err make_search(const struct page_call *call, struct page_answer *answer)
{
    const char *const *values = call->values->value;
    const char *query = values[PARAM_QUERY] != NULL ? values[PARAM_QUERY] : "";
    const struct search_request request = {query, strlen(query), values[PARAM_VERBATIM] != NULL,
                                           NULL};
    enum err err = directory_search(call->directory, &request, &answer->document);
    const char *iso;

    if (err == ERR_NONE)
        err = add_verbatim(call, query, answer->document);
    if (err == ERR_NONE)
        err = record(answer, query, values[PARAM_TYPING] != NULL);
    iso = err == ERR_NONE ? only_region(answer->document) : NULL;
    return iso != NULL && values[PARAM_GO] != NULL ? go_to_region(answer, iso) : err;
}

const struct page page_search = {.make = make_search, .templates = {[REP_HTML] = "pages/search"}};
