/*
 * for_schools.c: builds what a school places on its pages or its walls: a link, a button, a frame,
 * a picture, a code, a poster. One form without script; the choice stands in the address, so that
 * it can be linked from every page and kept. Sizes and code are share.h's, what is placed is
 * embed.c's and qr.c's.
 */
#include "base/buffer.h"
#include "base/json.h"
#include "pages/article_page.h"
#include "pages/contacts.h"
#include "pages/pages.h"
#include "pages/region_page.h"
#include "pages/subject.h"
#include "view/decorate.h"
#include "view/qr.h"
#include "view/together.h"
#include <string.h>

/* In the order of the route's parameters. */
enum { CHOICE_PAGE, CHOICE_REGION, CHOICE_FORM, CHOICE_THEME, CHOICE_SCHOOL };

#define DEFAULT_FORM "frame"

static enum err set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0 ? ERR_NONE : ERR_MEMORY;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? json_string(text) : json_null();
}

/* --- the form --- */

/* Marks the item of a list whose field is the value: "chosen". */
static enum err mark(json_t *list, const char *field, const char *value)
{
    json_t *item;
    size_t i;

    json_array_foreach (list, i, item) {
        if (set(item, "chosen",
                json_boolean(value != NULL && strcmp(json_text(item, field), value) == 0)) !=
            ERR_NONE)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

/* What may be chosen, with what is chosen. */
static enum err make_form(const struct page_call *call, json_t **out)
{
    const char *const *values = call->values->value;
    const char *form = values[CHOICE_FORM] != NULL ? values[CHOICE_FORM] : DEFAULT_FORM;
    enum err err = directory_document(call->directory, "placeable", NULL, out);

    if (err == ERR_NONE)
        err = set(*out, "form", json_string(form));
    if (err == ERR_NONE)
        err = set(*out, "theme", text_or_null(values[CHOICE_THEME]));
    if (err == ERR_NONE)
        err = set(*out, "school", text_or_null(values[CHOICE_SCHOOL]));
    return err;
}

static enum err mark_choice(json_t *document, const struct subject *subject)
{
    static const char *const lists[] = {"regions", "guides", "questions"};
    const char *region = *subject->region != '\0' ? subject->region : NULL;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && err == ERR_NONE; i++)
        err = mark(json_object_get(document, lists[i]), "path", subject->path);
    return err == ERR_NONE ? mark(json_object_get(document, "readers"), "iso", region) : err;
}

/* --- what it is about --- */

static enum err load_region(const struct page_call *call, struct page_answer *answer,
                            const struct subject *subject, json_t **out)
{
    return region_load(call, answer, subject->id, out);
}

/* The article as its reader sees it; one that is retired is as good as none. */
static enum err load_article(const struct page_call *call, struct page_answer *answer,
                             const struct subject *subject, json_t **out)
{
    struct page_answer article = {.status = STATUS_OK};
    struct reader_case reader;
    enum err err =
        case_read(call, answer, *subject->region != '\0' ? subject->region : NULL, false, &reader);

    if (err == ERR_NONE)
        err = article_page_load(call, &article, topic_word(subject->topic), subject->id, &reader);
    if (err == ERR_NONE && article.status != STATUS_OK)
        err = ERR_NOT_FOUND;
    if (err == ERR_NONE && article.expires != 0 &&
        (answer->expires == 0 || article.expires < answer->expires))
        answer->expires = article.expires;
    *out = article.document;
    return err;
}

/* Adds "qr": the code of the page's address, for the poster. */
static enum err add_code(json_t *document, const json_t *embed)
{
    struct buffer path = BUFFER_INIT;
    int size = 0;
    enum err err = qr_path(&path, json_text(embed, "page"), &size);

    if (err == ERR_NONE)
        err =
            set(document, "qr", json_pack("{s:i, s:s}", "size", size, "path", buffer_text(&path)));
    buffer_free(&path);
    return err;
}

/* Adds "preview": the addresses of "embed" on the host that this page came from. */
static enum err add_preview(const struct page_call *call, const struct subject *subject,
                            json_t *document)
{
    const struct embed_case to = {
        .region = *subject->region != '\0' ? subject->region : NULL,
        .theme = call->values->value[CHOICE_THEME],
    };

    return set(document, "preview", embed_describe("", subject->topic, subject->path, &to));
}

/* Says in which colours, as decorated views say it. */
static enum err add_theme(const json_t *document, json_t *view)
{
    const char *theme = json_text(document, "theme");

    return json_object_set(view, "theme", json_object_get(document, "theme")) == 0 &&
                   json_object_set_new(view, "theme=dark",
                                       json_boolean(strcmp(theme, "dark") == 0)) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

/* Adds "embed", and "snippet": what is to be copied; null for a form that the subject has not. */
static enum err add_result(const struct page_call *call, const struct subject *subject,
                           json_t *document, const json_t *about)
{
    const char *site = call->settings->site_url;
    json_t *view = NULL;
    enum err err = decorate_document(about, site, &view);

    if (err == ERR_NONE)
        err = together_document(view);
    if (err == ERR_NONE)
        err = add_theme(document, view);
    if (err == ERR_NONE)
        err = share_add(call->templates, site, subject->topic, view, true);
    if (err == ERR_NONE && json_object_set(document, "embed", json_object_get(view, "embed")) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = set(document, "snippet",
                  text_or_null(json_string_value(json_object_get(json_object_get(view, "share"),
                                                                 json_text(document, "form")))));
    if (err == ERR_NONE)
        err = add_code(document, json_object_get(view, "embed"));
    json_decref(view);
    return err;
}

static enum err add_subject(const struct page_call *call, struct page_answer *answer,
                            const struct subject *subject)
{
    bool is_region = subject->topic == TOPIC_REGION;
    json_t *about = NULL;
    enum err err = (is_region ? load_region : load_article)(call, answer, subject, &about);

    if (err == ERR_NONE)
        err = mark_choice(answer->document, subject);
    if (err == ERR_NONE)
        err = add_result(call, subject, answer->document, about);
    if (err == ERR_NONE)
        err = add_preview(call, subject, answer->document);
    if (err == ERR_NONE && json_object_set(answer->document, "about", about) != 0)
        err = ERR_MEMORY;
    json_decref(about);
    return err;
}

static enum err make_for_schools(const struct page_call *call, struct page_answer *answer)
{
    const char *page = call->values->value[CHOICE_PAGE];
    const char *region = call->values->value[CHOICE_REGION];
    struct subject subject;
    enum err err = make_form(call, &answer->document);

    event_set(&answer->event, answer->event.kind, call->request->path);
    if (err != ERR_NONE || page == NULL || *page == '\0')
        return err;
    err = subject_find(call, page, &subject);
    if (err == ERR_NONE && region != NULL && subject.topic != TOPIC_REGION)
        memcpy(subject.region, region, strlen(region) + 1); /* PARAM_REGION: at most six letters */
    if (err == ERR_NONE)
        err = add_subject(call, answer, &subject);
    return err == ERR_NOT_FOUND ? set(answer->document, "unknown", json_true()) : err;
}

const struct page page_for_schools = {
    .make = make_for_schools, .templates = {[REP_HTML] = "pages/for-schools"}, .frames = true};
