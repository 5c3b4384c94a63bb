/*
 * lists.c: the pages that are one statement each: the front page, the table of addresses, what
 * changed, and the pages about the data, what is recorded and accessibility. The statement makes
 * the document; hardly anything is left to do here. The lists of articles are article_lists.c.
 */
#include "pages/pages.h"
#include "pages/reader_case.h"

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

static enum err make_regions(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "regions");
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
const struct page page_regions = {
    .make = make_regions, .templates = {[REP_HTML] = "pages/regions"}, .csv = &regions_csv};
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
const struct page page_changes = {
    .make = make_changes,
    .templates = {[REP_HTML] = "pages/changes", [REP_ATOM] = "machines/changes"}};
