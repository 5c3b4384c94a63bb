/*
 * search.c: one field, one answer. What matches is search/find.h's; here is what comes of it:
 * a page, with what concerns the reader's region first, or the region at once when exactly one is
 * meant. Where nothing was found, what is asked most and whom to ask. What was searched is recorded
 * folded and masked, with how much it found; what a reader is still typing is not.
 */
#include "base/url.h"
#include "base/utf8.h"
#include "pages/pages.h"
#include "pages/reader_case.h"
#include "pages/region_page.h"
#include "pages/search_event.h"
#include "search/find.h"
#include <string.h>

/* In the order of the route's parameters. */
enum { PARAM_QUERY, PARAM_GO, PARAM_VERBATIM, PARAM_TYPING, PARAM_REGION_ISO };

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

/* Nothing was found: "often", questions that many ask, and "help", whom to ask in the region. */
static enum err add_way_out(const struct page_call *call, const struct reader_case *reader,
                            json_t *document)
{
    const struct directory_value values[] = {
        {":id", "", 0}, {":iso", reader->iso, 0}, {":today", reader->day, 0}, {NULL, NULL, 0}};
    json_t *often = NULL, *help = NULL;
    enum err err = directory_document(call->directory, "often", values, &often);

    if (err == ERR_NONE && *reader->iso)
        err = directory_document(call->directory, "article_region", values, &help);
    if (err == ERR_NOT_FOUND)
        err = ERR_NONE;
    if (err == ERR_NONE && json_object_set(document, "often", often) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE && help != NULL && json_object_set(document, "help", help) != 0)
        err = ERR_MEMORY;
    json_decref(often);
    json_decref(help);
    return err;
}

/* What the answer says to this reader. */
static enum err judge(const struct page_call *call, struct page_answer *answer)
{
    json_t *document = answer->document;
    struct reader_case reader;
    enum err err = case_read(call, answer, call->values->value[PARAM_REGION_ISO], true, &reader);

    if (err == ERR_NONE) {
        case_take_named(&reader, document);
        err = case_add_region(call, &reader, document);
    }
    if (err == ERR_NONE)
        err = case_judge(call, &reader, json_object_get(document, "questions"), false);
    if (err == ERR_NONE)
        err = case_judge(call, &reader, json_object_get(document, "guides"), false);
    if (err == ERR_NONE && count_results(document) == 0 && call->rep == REP_HTML)
        err = add_way_out(call, &reader, document);
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
        err = judge(call, answer);
    if (err == ERR_NONE)
        err = record(answer, query, values[PARAM_TYPING] != NULL);
    iso = err == ERR_NONE ? only_region(answer->document) : NULL;
    return iso != NULL && values[PARAM_GO] != NULL ? go_to_region(answer, iso) : err;
}

const struct page page_search = {.make = make_search, .templates = {[REP_HTML] = "pages/search"}};
