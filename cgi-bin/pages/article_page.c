/*
 * article_page.c: one guide, one question. A guide may be told the reader's region and then shows
 * that region's address; one that was taken out answers 410 and says what replaced it. An older
 * text of either is shown with what became of it since.
 */
#include "pages/article_page.h"
#include "base/buffer.h"
#include "pages/contacts.h"
#include "pages/pages.h"
#include <stdlib.h>
#include <string.h>

/* In the order of the routes' parameters. */
enum { GUIDE_ID, GUIDE_REGION, GUIDE_REVISION };
enum { QUESTION_NUMBER, QUESTION_REVISION };

static const struct page page_revision = {
    .make = NULL, .templates = {[REP_HTML] = "pages/revision", [REP_TEXT] = "text/revision"}};

/* Fetches an article; one that is retired becomes status 410, with its document kept for the error
 * page. */
static enum err fetch(const struct page_call *call, struct page_answer *answer, const char *kind,
                      const char *id)
{
    const struct directory_value values[] = {{":id", id, 0}, {":kind", kind, 0}, {NULL, NULL, 0}};
    enum err err = directory_document(call->directory, "article", values, &answer->document);

    if (err == ERR_NONE && json_is_string(json_object_get(answer->document, "retired")))
        answer->status = STATUS_GONE;
    return err;
}

/* Puts an old text of the article in the place of the present one. The present one under its number
 * is nothing else than the article, and a retired article answers for all its texts. */
static enum err turn_back(const struct page_call *call, struct page_answer *answer,
                          const char *kind, const char *id, const char *revision)
{
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

/* The reader's time zone, as far as a region was chosen; else NULL. Borrowed. */
static const char *zone_of(const struct page_answer *answer)
{
    return json_string_value(
        json_object_get(json_object_get(answer->document, "region"), "timezone"));
}

/* Adds the clock to the article's own contacts. */
static enum err add_clock(const struct page_call *call, struct page_answer *answer)
{
    return contacts_add_clock(call, json_object_get(answer->document, "contacts"), zone_of(answer),
                              answer);
}

/* Adds "region" to a guide's document. A region that does not exist is as good as none chosen: the
 * guide still helps. */
static enum err add_region(const struct page_call *call, struct page_answer *answer, const char *id,
                           const char *iso)
{
    const struct directory_value values[] = {{":id", id, 0}, {":iso", iso, 0}, {NULL, NULL, 0}};
    json_t *region = NULL;
    enum err err = directory_document(call->directory, "article_region", values, &region);

    if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    if (err == ERR_NONE && json_object_set_new(answer->document, "region", region) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err =
            contacts_add_clock(call, json_object_get(region, "contacts"), zone_of(answer), answer);
    return err;
}

/* True if one of the addresses in use is signed in to that way. */
static bool signs_in(const json_t *logins, const char *via)
{
    size_t i;
    json_t *login;

    json_array_foreach (logins, i, login) {
        const char *way = json_string_value(json_object_get(login, "via"));

        if (way != NULL && strcmp(way, via) == 0)
            return true;
    }
    return false;
}

/* Leaves out the steps that are for another way of signing in than the region's. Numbers stay: they
 * are addresses. */
static void leave_out_steps(json_t *document)
{
    const json_t *logins = json_object_get(json_object_get(document, "region"), "logins");
    json_t *steps = json_object_get(document, "steps");

    for (size_t i = json_array_size(steps); i-- > 0;) {
        const char *via = json_string_value(json_object_get(json_array_get(steps, i), "via"));

        if (via != NULL && !signs_in(logins, via))
            json_array_remove(steps, i);
    }
}

enum err article_add_region(const struct page_call *call, struct page_answer *answer,
                            const char *id, const char *iso)
{
    enum err err = add_region(call, answer, id, iso);

    if (err == ERR_NONE && json_object_get(answer->document, "region") != NULL)
        leave_out_steps(answer->document);
    return err;
}

static enum err make_guide(const struct page_call *call, struct page_answer *answer)
{
    const char *const *values = call->values->value;
    const char *id = values[GUIDE_ID], *iso = values[GUIDE_REGION];
    enum err err;

    event_set(&answer->event, answer->event.kind, id);
    err = fetch(call, answer, "guide", id);
    if (err == ERR_NONE)
        err = turn_back(call, answer, "guide", id, values[GUIDE_REVISION]);
    if (err != ERR_NONE || answer->shown != NULL)
        return err;
    if (answer->status == STATUS_OK && iso != NULL)
        err = article_add_region(call, answer, id, iso);
    if (err == ERR_NONE)
        err = add_clock(call, answer);
    return err;
}

static enum err make_question(const struct page_call *call, struct page_answer *answer)
{
    const char *const *values = call->values->value;
    struct buffer id = BUFFER_INIT;
    enum err err;

    event_set(&answer->event, answer->event.kind, values[QUESTION_NUMBER]);
    buffer_puts(&id, "q/");
    buffer_puts(&id, values[QUESTION_NUMBER]);
    err = buffer_failed(&id) ? ERR_MEMORY : fetch(call, answer, "question", id.data);
    if (err == ERR_NONE)
        err = turn_back(call, answer, "question", id.data, values[QUESTION_REVISION]);
    if (err == ERR_NONE && answer->shown == NULL)
        err = add_clock(call, answer);
    buffer_free(&id);
    return err;
}

const struct page page_guide = {
    .make = make_guide,
    .templates = {[REP_HTML] = "pages/guide", [REP_TEXT] = "text/guide"},
    .structured = structured_guide,
    .topic = TOPIC_GUIDE};
const struct page page_question = {
    .make = make_question,
    .templates = {[REP_HTML] = "pages/question", [REP_TEXT] = "text/question"},
    .structured = structured_question,
    .topic = TOPIC_QUESTION};
