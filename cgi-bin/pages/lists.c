/*
 * lists.c: the pages that are one statement each: the front page, the table of addresses, what
 * changed, and the pages about the data, what is recorded and accessibility. The statement makes
 * the document; hardly anything is left to do here, but that the table is shown by letters. The
 * lists of articles are article_lists.c.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "pages/filter.h"
#include "pages/pages.h"
#include "pages/reader_case.h"
#include <stdint.h>
#include <string.h>

static enum err list(const struct page_call *call, struct page_answer *answer, const char *query)
{
    event_set(&answer->event, answer->event.kind, call->request->path);
    return directory_document(call->directory, query, NULL, &answer->document);
}

static enum err make_front(const struct page_call *call, struct page_answer *answer)
{
    struct reader_case reader;
    enum err err = case_read(call, answer, NULL, true, &reader);
    const struct directory_value values[] = {
        {":iso", reader.iso, 0}, {":today", reader.day, 0}, {NULL, NULL, 0}};

    event_set(&answer->event, answer->event.kind, call->request->path);
    return err == ERR_NONE ? directory_document(call->directory, "front", values, &answer->document)
                           : err;
}

/* In the order of the route's parameters. */
enum { PARAM_BOM, PARAM_QUERY, PARAM_ALL };

static enum err make_regions(const struct page_call *call, struct page_answer *answer)
{
    const char *const *values = call->values->value;
    enum err err = list(call, answer, "regions");

    if (err == ERR_NONE)
        err = filter_list(call, values[PARAM_QUERY], "regions", "iso", answer->document);
    if (err == ERR_NONE && values[PARAM_ALL] != NULL && call->rep == REP_HTML &&
        json_object_set_new(answer->document, "all", json_true()) != 0)
        err = ERR_MEMORY;
    return err;
}

/* The group of a letter at the end of the groups, made where the region before began with another.
 * Borrowed; NULL without memory. */
static json_t *group_of(json_t *groups, const char *name)
{
    json_t *last = json_array_get(groups, json_array_size(groups) - 1);
    const char *end = name;
    size_t len;

    (void)utf8_next(&end);
    len = (size_t)(end - name);
    if (last != NULL && strncmp(json_text(last, "letter"), name, len) == 0)
        return last;
    if (json_array_append_new(groups, json_pack("{s:s%, s:[]}", "letter", name, len, "regions")) !=
        0)
        return NULL;
    return json_array_get(groups, json_array_size(groups) - 1);
}

/* The whole list is shown by letters ("letters"), unless somebody wants all of it, or a part. */
static enum err dress_regions(const json_t *document, json_t **out)
{
    json_t *region, *groups = json_array();
    enum err err = groups != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (json_object_get(document, "regions"), i, region) {
        json_t *group = err == ERR_NONE ? group_of(groups, json_text(region, "short")) : NULL;

        if (group == NULL || json_array_append(json_object_get(group, "regions"), region) != 0)
            err = ERR_MEMORY;
    }
    *out = json_copy((json_t *)(uintptr_t)document); /* json_copy forgot to say const */
    if (err == ERR_NONE && *out == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE && json_object_get(document, "query") == NULL &&
        json_object_get(document, "all") == NULL && json_object_set(*out, "letters", groups) != 0)
        err = ERR_MEMORY;
    json_decref(groups);
    return err;
}

static enum err make_about(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "about");
}

/* How many days the journal is kept is a setting, and the page tells it. */
static enum err make_privacy(const struct page_call *call, struct page_answer *answer)
{
    enum err err = list(call, answer, "about");

    if (err == ERR_NONE &&
        json_object_set_new(answer->document, "days_count",
                            json_integer(call->settings->journal_keep_days)) != 0)
        err = ERR_MEMORY;
    return err;
}

static enum err make_accessibility(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "about");
}

/* A page of the owner's (data/pages). */
static enum err make_own(const struct page_call *call, struct page_answer *answer)
{
    const struct directory_value values[] = {{":id", call->values->value[0], 0}, {NULL, NULL, 0}};

    event_set(&answer->event, answer->event.kind, call->request->path);
    return directory_document(call->directory, "own_page", values, &answer->document);
}

static enum err make_changes(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "changes");
}

static const struct csv_view regions_csv = {
    "regions",
    "logins",
    {{"iso", "iso"},
     {"code", "code"},
     {"region", "name"},
     {"page", "url"},
     {"for", "./title"},
     {"address", "./url"},
     {"portal", "./system"},
     {"portal_id", "./portal.id"},
     {"audience", "./audience"},
     {"via", "./via"},
     {"status", "./status"},
     {"since", "./since"},
     {"checked", "./checked"},
     {"confidence", "./confidence"},
     {"source", "./source"},
     {NULL, NULL}},
};

const struct page page_front = {
    .make = make_front, .templates = {[REP_HTML] = "pages/front"}, .figures = true};
const struct page page_regions = {.make = make_regions,
                                  .templates = {[REP_HTML] = "pages/regions"},
                                  .dress = dress_regions,
                                  .csv = &regions_csv};
/* Where links to an address lead that was taken out, if no region's page can say it better. */
static enum err make_blocked(const struct page_call *call, struct page_answer *answer)
{
    (void)call;
    answer->document = json_object();
    return answer->document != NULL ? ERR_NONE : ERR_MEMORY;
}

const struct page page_blocked = {.make = make_blocked,
                                  .templates = {[REP_HTML] = "pages/blocked"}};
const struct page page_about = {.make = make_about, .templates = {[REP_HTML] = "pages/about"}};
const struct page page_privacy = {.make = make_privacy,
                                  .templates = {[REP_HTML] = "pages/privacy"}};
const struct page page_accessibility = {.make = make_accessibility,
                                        .templates = {[REP_HTML] = "pages/accessibility"}};
const struct page page_own = {.make = make_own, .templates = {[REP_HTML] = "pages/own"}};
const struct page page_changes = {
    .make = make_changes,
    .templates = {[REP_HTML] = "pages/changes", [REP_ATOM] = "machines/changes"},
    .everywhere = true};
