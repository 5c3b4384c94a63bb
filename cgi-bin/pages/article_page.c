/*
 * article_page.c: one guide, one question, for the region of whoever reads it: what is about other
 * portals is folded, an article that is not about this region says so, and the field at the top
 * takes a region. One that was taken out answers 410 and says what replaced it. An older text is
 * shown with what became of it since.
 */
#include "pages/article_page.h"
#include "base/buffer.h"
#include "base/json.h"
#include "pages/contacts.h"
#include "pages/pages.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In the order of the routes' parameters, of guides and questions alike. */
enum { PARAM_ID, PARAM_REGION_ISO, PARAM_REVISION, PARAM_WHERE };

static const struct page page_revision = {
    .make = NULL, .templates = {[REP_HTML] = "pages/revision", [REP_TEXT] = "text/revision"}};

/* --- the document --- */

/* Where no region is known and the article is about a single one, that is it. Not for programs:
 * they get what they asked for. */
static enum err guess_region(const struct page_call *call, const char *id,
                             struct reader_case *reader)
{
    const struct directory_value values[] = {{":id", id, 0}, {NULL, NULL, 0}};
    json_t *only = NULL;
    const char *iso;
    enum err err;

    if (*reader->iso != '\0' || call->rep == REP_JSON)
        return ERR_NONE;
    err = directory_document(call->directory, "only_region", values, &only);
    iso = json_text(only, "iso");
    if (err == ERR_NONE && strlen(iso) < CASE_ISO_SIZE)
        memcpy(reader->iso, iso, strlen(iso) + 1);
    json_decref(only);
    return err == ERR_NOT_FOUND ? ERR_NONE : err;
}

/* Adds "region", if the case has one that exists. */
static enum err add_region(const struct page_call *call, struct page_answer *answer, const char *id,
                           const struct reader_case *reader)
{
    const struct directory_value values[] = {
        {":id", id, 0}, {":iso", reader->iso, 0}, {NULL, NULL, 0}};
    json_t *region = NULL;
    enum err err = *reader->iso != '\0'
                       ? directory_document(call->directory, "article_region", values, &region)
                       : ERR_NOT_FOUND;

    if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    if (err == ERR_NONE && json_object_set_new(answer->document, "region", region) != 0)
        err = ERR_MEMORY;
    return err;
}

enum err article_page_load(const struct page_call *call, struct page_answer *answer,
                           const char *kind, const char *id, struct reader_case *reader)
{
    const struct directory_value values[] = {{":id", id, 0},
                                             {":kind", kind, 0},
                                             {":iso", reader->iso, 0},
                                             {":today", reader->day, 0},
                                             {NULL, NULL, 0}};
    enum err err = guess_region(call, id, reader);

    if (err == ERR_NONE)
        err = directory_document(call->directory, "article", values, &answer->document);
    if (err == ERR_NONE && json_is_string(json_object_get(answer->document, "retired")))
        answer->status = STATUS_GONE;
    else if (err == ERR_NONE)
        err = add_region(call, answer, id, reader);
    return err;
}

/* Puts an old text of the article in the place of the present one. The present one under its number
 * is nothing else than the article, and a retired article answers for all its texts. */
static enum err turn_back(const struct page_call *call, struct page_answer *answer,
                          const char *kind, const char *id)
{
    const char *revision = call->values->value[PARAM_REVISION];
    long number = revision != NULL ? strtol(revision, NULL, 10) : 0;
    const struct directory_value values[] = {
        {":id", id, 0}, {":kind", kind, 0}, {":revision", NULL, number}, {NULL, NULL, 0}};
    json_t *document = NULL;
    enum err err;

    if (revision == NULL || answer->status != STATUS_OK ||
        number == json_integer_value(json_object_get(answer->document, "revision")))
        return ERR_NONE;
    err = directory_document(call->directory, "revision", values, &document);
    if (err != ERR_NONE)
        return err;
    json_decref(answer->document);
    answer->document = document;
    answer->shown = &page_revision;
    return ERR_NONE;
}

/* Adds the clock to the contacts of the article and of the region. */
static enum err add_clock(const struct page_call *call, struct page_answer *answer)
{
    const json_t *region = json_object_get(answer->document, "region");
    const char *zone = json_string_value(json_object_get(region, "timezone"));
    enum err err =
        contacts_add_clock(call, json_object_get(answer->document, "contacts"), zone, answer);

    if (err == ERR_NONE && region != NULL)
        err = contacts_add_clock(call, json_object_get(region, "contacts"), zone, answer);
    return err;
}

/* --- the pages --- */

static enum err make_article(const struct page_call *call, struct page_answer *answer,
                             const char *kind, const char *id)
{
    const char *where = call->values->value[PARAM_WHERE];
    struct reader_case reader;
    bool done = false;
    enum err err = case_read(call, answer, call->values->value[PARAM_REGION_ISO], true, &reader);

    if (err == ERR_NONE)
        err = article_page_load(call, answer, kind, id, &reader);
    if (err == ERR_NONE)
        err = turn_back(call, answer, kind, id);
    if (err != ERR_NONE || answer->shown != NULL)
        return err;
    if (answer->status == STATUS_OK && where != NULL && *where)
        err = case_choose(call, answer, where, &done);
    return err == ERR_NONE && !done ? add_clock(call, answer) : err;
}

static enum err make_guide(const struct page_call *call, struct page_answer *answer)
{
    const char *id = call->values->value[PARAM_ID];

    event_set(&answer->event, answer->event.kind, id);
    return make_article(call, answer, "guide", id);
}

static enum err make_question(const struct page_call *call, struct page_answer *answer)
{
    const char *number = call->values->value[PARAM_ID];
    struct buffer id = BUFFER_INIT;
    enum err err;

    event_set(&answer->event, answer->event.kind, number);
    buffer_puts(&id, "q/");
    buffer_puts(&id, number);
    err =
        buffer_failed(&id) ? ERR_MEMORY : make_article(call, answer, "question", buffer_text(&id));
    buffer_free(&id);
    return err;
}

/* --- what templates see --- */

static bool is_apart(const json_t *part)
{
    return json_is_false(json_object_get(part, "applies"));
}

/* The parts that are, or that are not, for others only. NULL without memory. */
static json_t *pick(const json_t *parts, bool apart)
{
    json_t *part, *picked = json_array();
    size_t i;

    json_array_foreach (parts, i, part) {
        if (is_apart(part) == apart && json_array_append(picked, part) != 0) {
            json_decref(picked);
            return NULL;
        }
    }
    return picked;
}

/* A question's "parts" are those of this reader, in their order; "apart" are the others. A guide's
 * steps stay together: their numbers are said over the phone. */
static enum err dress_question(const json_t *document, json_t **out)
{
    const json_t *parts = json_object_get(document, "parts");

    *out = json_copy((json_t *)(uintptr_t)document); /* json_copy forgot to say const */
    if (*out == NULL || json_object_set_new(*out, "parts", pick(parts, false)) != 0 ||
        json_object_set_new(*out, "apart", pick(parts, true)) != 0)
        return ERR_MEMORY;
    return ERR_NONE;
}

const struct page page_guide = {
    .make = make_guide,
    .templates = {[REP_HTML] = "pages/guide", [REP_TEXT] = "text/guide"},
    .structured = structured_guide,
    .article = true,
    .topic = TOPIC_GUIDE};
const struct page page_question = {
    .make = make_question,
    .templates = {[REP_HTML] = "pages/question", [REP_TEXT] = "text/question"},
    .dress = dress_question,
    .structured = structured_question,
    .article = true,
    .topic = TOPIC_QUESTION};
