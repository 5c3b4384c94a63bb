/*
 * article_lists.c: the lists of guides and questions. Where the reader's region is known, what is
 * about it comes first, and what is not stands at the end and says whose it is.
 */
#include "pages/filter.h"
#include "pages/pages.h"
#include "pages/reader_case.h"
#include <stdint.h>
#include <string.h>

/* In the order of the routes' parameters. */
enum { PARAM_REGION_ISO, PARAM_WHERE, PARAM_QUERY };

static enum err list(const struct page_call *call, struct page_answer *answer, const char *query)
{
    const char *where = call->values->value[PARAM_WHERE];
    struct reader_case reader;
    bool done;
    enum err err = case_read(call, answer, call->values->value[PARAM_REGION_ISO], true, &reader);
    const struct directory_value values[] = {
        {":iso", reader.iso, 0}, {":today", reader.day, 0}, {NULL, NULL, 0}};

    event_set(&answer->event, answer->event.kind, call->request->path);
    if (err == ERR_NONE)
        err = directory_document(call->directory, query, values, &answer->document);
    return err == ERR_NONE && where != NULL && *where ? case_choose(call, answer, where, &done)
                                                      : err;
}

static enum err make_guides(const struct page_call *call, struct page_answer *answer)
{
    return list(call, answer, "guides");
}

static enum err make_questions(const struct page_call *call, struct page_answer *answer)
{
    enum err err = list(call, answer, "questions");

    return err == ERR_NONE && answer->document != NULL
               ? filter_list(call, call->values->value[PARAM_QUERY], "questions", "number",
                             answer->document)
               : err;
}

/* --- what templates see --- */

static bool has(const json_t *item, const char *field, const char *value)
{
    const char *own = json_string_value(json_object_get(item, field));

    return own != NULL && strcmp(own, value) == 0;
}

/* The items that are not about another region and whose field has that value (NULL: whatever), or
 * those that are about another. NULL without memory. */
static json_t *pick(const json_t *list, bool elsewhere, const char *field, const char *value)
{
    json_t *item, *picked = json_array();
    size_t i;

    json_array_foreach (list, i, item) {
        if (case_is_elsewhere(item) == elsewhere && (value == NULL || has(item, field, value)) &&
            json_array_append(picked, item) != 0) {
            json_decref(picked);
            return NULL;
        }
    }
    return picked;
}

/* json_copy only counts references, and forgot to say const. */
static json_t *copy(const json_t *document)
{
    return json_copy((json_t *)(uintptr_t)document);
}

static enum err set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Families' guides, those of school staff, and what is about other regions. */
static enum err dress_guides(const json_t *document, json_t **out)
{
    const json_t *guides = json_object_get(document, "guides");
    enum err err;

    *out = copy(document);
    err = *out != NULL ? ERR_NONE : ERR_MEMORY;
    if (err == ERR_NONE)
        err = set(*out, "family", pick(guides, false, "reader", "family"));
    if (err == ERR_NONE)
        err = set(*out, "staff", pick(guides, false, "reader", "staff"));
    if (err == ERR_NONE)
        err = set(*out, "elsewhere", pick(guides, true, NULL, NULL));
    return err;
}

/* Questions under what parents say; a symptom that nothing is left of goes. */
static enum err add_groups(const json_t *document, json_t *view)
{
    const json_t *questions = json_object_get(document, "questions");
    json_t *symptom, *groups = json_array();
    enum err err = groups != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (json_object_get(document, "symptoms"), i, symptom) {
        const char *id = json_string_value(json_object_get(symptom, "id"));
        json_t *own = pick(questions, false, "symptom", id);
        json_t *group = own != NULL ? json_pack("{s:O, s:O}", "title",
                                                json_object_get(symptom, "title"), "questions", own)
                                    : NULL;

        if (group == NULL || (json_array_size(own) > 0 && json_array_append(groups, group) != 0))
            err = ERR_MEMORY;
        json_decref(group);
        json_decref(own);
    }
    if (err == ERR_NONE && json_object_set(view, "groups", groups) != 0)
        err = ERR_MEMORY;
    json_decref(groups);
    return err;
}

static enum err dress_questions(const json_t *document, json_t **out)
{
    enum err err;

    *out = copy(document);
    err = *out != NULL ? add_groups(document, *out) : ERR_MEMORY;
    if (err == ERR_NONE)
        err =
            set(*out, "elsewhere", pick(json_object_get(document, "questions"), true, NULL, NULL));
    return err;
}

const struct page page_guides = {
    .make = make_guides,
    .templates = {[REP_HTML] = "pages/guides", [REP_TEXT] = "text/guides"},
    .dress = dress_guides};
const struct page page_questions = {
    .make = make_questions,
    .templates = {[REP_HTML] = "pages/questions", [REP_TEXT] = "text/questions"},
    .dress = dress_questions};
