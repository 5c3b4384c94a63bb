/*
 * qr.c: the QR code of a page's address, for leaflets and for other people's pages. What the page
 * itself would answer with 404 or 410 has no code either: paper lasts. The PNG is drawn from the
 * same document's address by site.c.
 */
#include "view/qr.h"
#include "base/buffer.h"
#include "pages/pages.h"

/* The document of a code: title and address of the page, with the reader's region if it names one,
 * and the code as path data. */
static enum err describe(const json_t *about, const char *region, json_t **out)
{
    struct buffer path = BUFFER_INIT, address = BUFFER_INIT;
    const char *url = json_string_value(json_object_get(about, "url"));
    const char *title = json_string_value(json_object_get(about, "title"));
    int size = 0;
    enum err err = ERR_DATABASE;

    if (title == NULL)
        title = json_string_value(json_object_get(about, "name"));
    if (url != NULL && title != NULL) {
        buffer_puts(&address, url);
        buffer_puts(&address, region != NULL ? "?region=" : "");
        buffer_puts(&address, region != NULL ? region : "");
        err = buffer_failed(&address) ? ERR_MEMORY : qr_path(&path, buffer_text(&address), &size);
    }
    if (err == ERR_NONE) {
        *out = json_pack("{s:s, s:s, s:i, s:s}", "title", title, "url", buffer_text(&address),
                         "size", size, "modules", buffer_text(&path));
        err = *out != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&address);
    buffer_free(&path);
    return err;
}

/* Answers with the code of what the statement describes. */
static enum err make_code(const struct page_call *call, struct page_answer *answer,
                          const char *query, const struct directory_value *values,
                          const char *region)
{
    json_t *about = NULL;
    enum err err = directory_document(call->directory, query, values, &about);

    if (err == ERR_NONE && json_is_string(json_object_get(about, "retired"))) {
        answer->status = STATUS_GONE;
        answer->document = json_incref(about);
    } else if (err == ERR_NONE) {
        err = describe(about, region, &answer->document);
    }
    json_decref(about);
    return err;
}

static enum err make_region(const struct page_call *call, struct page_answer *answer)
{
    const struct directory_value values[] = {{":iso", call->values->value[0], 0}, {NULL, NULL, 0}};

    return make_code(call, answer, "region", values, NULL);
}

static enum err make_guide(const struct page_call *call, struct page_answer *answer)
{
    const struct directory_value values[] = {
        {":id", call->values->value[0], 0}, {":kind", "guide", 0}, {NULL, NULL, 0}};

    return make_code(call, answer, "article", values, call->values->value[1]);
}

static enum err make_question(const struct page_call *call, struct page_answer *answer)
{
    struct buffer id = BUFFER_INIT;
    struct directory_value values[] = {{":id", NULL, 0}, {":kind", "question", 0}, {NULL, NULL, 0}};
    enum err err;

    buffer_puts(&id, "q/");
    buffer_puts(&id, call->values->value[0]);
    values[0].text = buffer_text(&id);
    err = buffer_failed(&id) ? ERR_MEMORY
                             : make_code(call, answer, "article", values, call->values->value[1]);
    buffer_free(&id);
    return err;
}

#define VIEWS .templates = {[REP_SVG] = "machines/qr"}

const struct page page_qr_region = {.make = make_region, VIEWS};
const struct page page_qr_guide = {.make = make_guide, VIEWS};
const struct page page_qr_question = {.make = make_question, VIEWS};
