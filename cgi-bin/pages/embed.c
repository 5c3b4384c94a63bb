/*
 * embed.c: a region, a guide, a question, small: for a frame or a picture on a school's page. The
 * text is cut to what the fixed sizes of share.h hold; the whole is one link away. What is not
 * there or was retired says so inside the frame, because the error page of the site would not be
 * let in.
 */
#include "base/buffer.h"
#include "pages/article_page.h"
#include "pages/pages.h"
#include "pages/region_page.h"
#include "view/wrap.h"
#include <string.h>

#define LOGINS_SHOWN 2  /* sign-in addresses; the page has the others */
#define LINE_WIDTH   34 /* characters of the picture's lines */
#define LINES_MAX    3
#define GUIDES_SHOWN 2 /* beside a single sign-in address, where there is room */
#define STEPS_SHOWN  8 /* of a guide, for its reader; the page has them all */

static enum err set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* What is not there becomes a document of its own, with status 404. */
static enum err missing(struct page_answer *answer, enum err err)
{
    if (err != ERR_NOT_FOUND)
        return err;
    answer->status = STATUS_NOT_FOUND;
    answer->document = json_pack("{s:b}", "missing", true);
    return answer->document != NULL ? ERR_NONE : ERR_MEMORY;
}

/* Adds "embed" and the event: both are about the page behind the embed. */
static enum err add_embed(const struct page_call *call, struct page_answer *answer,
                          enum topic topic, const char *region)
{
    const char *path = call->request->path + strlen("/embed");
    const struct embed_case to = {.region = region};

    event_set(&answer->event, answer->event.kind, path + 1);
    return set(answer->document, "embed",
               embed_describe(call->settings->site_url, topic, path, &to));
}

/* Adds "theme": the colours that the school has chosen, or null: as the visitor's device has them.
 */
static enum err add_theme(struct page_answer *answer, const char *theme)
{
    return set(answer->document, "theme", theme != NULL ? json_string(theme) : json_null());
}

/* --- a region --- */

/* Keeps of the region's guides what has room: the first ones, or none beside two addresses. */
static enum err cut_guides(json_t *document)
{
    json_t *guides = json_object_get(document, "guides");
    size_t room =
        json_array_size(json_object_get(document, "shown")) < LOGINS_SHOWN ? GUIDES_SHOWN : 0;

    while (json_array_size(guides) > room)
        if (json_array_remove(guides, json_array_size(guides) - 1) != 0)
            return ERR_MEMORY;
    return ERR_NONE;
}

/* Adds "shown": the first addresses in use; "more": whether the page has others; "lines": the shown
 * ones for the picture. */
static enum err add_logins(json_t *document)
{
    const json_t *logins = json_object_get(document, "logins");
    json_t *login, *shown = json_array(), *lines = json_array();
    enum err err = shown != NULL && lines != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (logins, i, login) {
        if (err != ERR_NONE || !region_login_in_use(login) ||
            json_array_size(shown) == LOGINS_SHOWN)
            continue;
        if (json_array_append(shown, login) != 0)
            err = ERR_MEMORY;
        if (err == ERR_NONE)
            err = wrap_lines(lines, json_string_value(json_object_get(login, "typed")), LINE_WIDTH,
                             LINES_MAX - (int)json_array_size(lines));
    }
    if (err == ERR_NONE)
        err = set(document, "more", json_boolean(json_array_size(logins) > json_array_size(shown)));
    if (err == ERR_NONE && (json_object_set(document, "shown", shown) != 0 ||
                            json_object_set(document, "lines", lines) != 0))
        err = ERR_MEMORY;
    json_decref(shown);
    json_decref(lines);
    return err;
}

static enum err make_region(const struct page_call *call, struct page_answer *answer)
{
    const char *iso = call->values->value[0];
    struct reader_case reader;
    enum err err = case_read(call, answer, iso, false, &reader);
    const struct directory_value values[] = {
        {":iso", iso, 0}, {":today", reader.day, 0}, {NULL, NULL, 0}};

    if (err == ERR_NONE)
        err = missing(answer,
                      directory_document(call->directory, "region", values, &answer->document));
    if (err == ERR_NONE)
        err = add_embed(call, answer, TOPIC_REGION, NULL);
    if (err == ERR_NONE)
        err = add_logins(answer->document);
    if (err == ERR_NONE)
        err = cut_guides(answer->document);
    return err == ERR_NONE ? add_theme(answer, call->values->value[1]) : err;
}

/* --- a guide, a question --- */

/* Keeps of a guide's steps the first ones that are for its reader. */
static enum err cut_steps(json_t *document)
{
    json_t *step, *shown = json_array();
    enum err err = shown != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (json_object_get(document, "steps"), i, step) {
        if (err == ERR_NONE && json_is_true(json_object_get(step, "open")) &&
            json_array_size(shown) < STEPS_SHOWN && json_array_append(shown, step) != 0)
            err = ERR_MEMORY;
    }
    if (err == ERR_NONE && json_object_set(document, "steps", shown) != 0)
        err = ERR_MEMORY;
    json_decref(shown);
    return err;
}

/* Adds "lines": the title for the picture. */
static enum err add_title(json_t *document)
{
    const char *title = json_string_value(json_object_get(document, "title"));
    json_t *lines = json_array();
    enum err err = lines != NULL
                       ? wrap_lines(lines, title != NULL ? title : "", LINE_WIDTH, LINES_MAX)
                       : ERR_MEMORY;

    if (err == ERR_NONE && json_object_set(document, "lines", lines) != 0)
        err = ERR_MEMORY;
    json_decref(lines);
    return err;
}

static enum err make_article(const struct page_call *call, struct page_answer *answer,
                             enum topic topic, const char *id)
{
    struct reader_case reader;
    enum err err = case_read(call, answer, call->values->value[1], false, &reader);

    if (err == ERR_NONE)
        err = missing(answer, article_page_load(call, answer, topic_word(topic), id, &reader));
    if (err == ERR_NONE)
        err = add_embed(call, answer, topic, *reader.iso ? reader.iso : NULL);
    if (err == ERR_NONE && topic == TOPIC_GUIDE)
        err = cut_steps(answer->document);
    if (err == ERR_NONE)
        err = add_title(answer->document);
    return err == ERR_NONE ? add_theme(answer, call->values->value[2]) : err;
}

static enum err make_guide(const struct page_call *call, struct page_answer *answer)
{
    return make_article(call, answer, TOPIC_GUIDE, call->values->value[0]);
}

static enum err make_question(const struct page_call *call, struct page_answer *answer)
{
    struct buffer id = BUFFER_INIT;
    enum err err;

    buffer_puts(&id, "q/");
    buffer_puts(&id, call->values->value[0]);
    err = buffer_failed(&id) ? ERR_MEMORY
                             : make_article(call, answer, TOPIC_QUESTION, buffer_text(&id));
    buffer_free(&id);
    return err;
}

const struct page page_embed_region = {.make = make_region,
                                       .templates = {[REP_HTML] = "embed/region",
                                                     [REP_SVG] = "embed/card-region",
                                                     [REP_PNG] = "embed/card-region"},
                                       .embeddable = true};
const struct page page_embed_guide = {.make = make_guide,
                                      .templates = {[REP_HTML] = "embed/guide",
                                                    [REP_SVG] = "embed/card-guide",
                                                    [REP_PNG] = "embed/card-guide"},
                                      .embeddable = true};
const struct page page_embed_question = {.make = make_question,
                                         .templates = {[REP_HTML] = "embed/question",
                                                       [REP_SVG] = "embed/card-question",
                                                       [REP_PNG] = "embed/card-question"},
                                         .embeddable = true};
