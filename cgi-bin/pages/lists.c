/*
 * lists.c: the pages that are one statement each: the front page, the lists, health and the page
 * about the data. The statement makes the document; nothing is left to do here.
 */
#include "pages/pages.h"

static enum err list(const struct page_call *call, struct page_answer *answer, const char *query)
{
    event_set(&answer->event, answer->event.kind, call->request->path);
    return directory_document(call->directory, query, NULL, &answer->document);
}

static enum err make_front(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "front");
}

static enum err make_regions(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "regions");
}

static enum err make_guides(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "guides");
}

static enum err make_questions(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "questions");
}

static enum err make_about(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "about");
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

const struct page page_front = {make_front, "pages/front", NULL, NULL};
const struct page page_regions = {make_regions, "pages/regions", NULL, &regions_csv};
const struct page page_guides = {make_guides, "pages/guides", "text/guides", NULL};
const struct page page_questions = {make_questions, "pages/questions", "text/questions", NULL};
const struct page page_about = {make_about, "pages/about", NULL, NULL};
