/*
 * oembed.c: oEmbed 1.0 (https://oembed.com) for editors that know it: from the address of a region,
 * guide or question to the code of its frame. The code is the same template as on the page, behind
 * a quotation with the links, which stays where frames are not shown.
 *
 * 404 for an address that is not ours or cannot be placed, 410 for a retired article, 501 for XML.
 */
#include "base/buffer.h"
#include "pages/pages.h"
#include "pages/subject.h"
#include "view/decorate.h"
#include <stdlib.h>
#include <string.h>

#define CACHE_SECONDS 86400 /* a frame's code changes with a release of the site, if ever */

/* The smaller of a size and what the consumer has room for (a number as text, or NULL). */
static int at_most(int size, const char *room)
{
    long max = room != NULL ? strtol(room, NULL, 10) : size;

    return max < size ? (int)max : size;
}

/* Title and code, rendered from the view that the page itself would have. */
static enum err render(const struct page_call *call, enum topic topic, const json_t *document,
                       struct embed_size size, struct buffer *title, struct buffer *code)
{
    json_t *view = NULL;
    enum err err = decorate_document(document, call->settings->site_url, &view);
    json_t *embed;

    if (err == ERR_NONE)
        err = share_add(call->templates, call->settings->site_url, topic, view, false);
    embed = json_object_get(view, "embed");
    if (err == ERR_NONE && (json_object_set_new(embed, "width", json_integer(size.width)) != 0 ||
                            json_object_set_new(embed, "height", json_integer(size.height)) != 0))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = mustache_render_text(call->templates, "share/title", view, title);
    if (err == ERR_NONE)
        err = mustache_render(call->templates, "share/oembed", view, code);
    json_decref(view);
    return err;
}

static enum err answer_with(const struct page_call *call, struct page_answer *answer,
                            enum topic topic, const json_t *document)
{
    struct embed_size size = embed_size(topic);
    struct buffer title = BUFFER_INIT, code = BUFFER_INIT;
    enum err err;

    size.width = at_most(size.width, call->values->value[2]);
    size.height = at_most(size.height, call->values->value[3]);
    err = render(call, topic, document, size, &title, &code);
    if (err == ERR_NONE) {
        answer->document =
            json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:i}", "type", "rich", "version",
                      "1.0", "html", buffer_text(&code), "width", size.width, "height", size.height,
                      "title", buffer_text(&title), "provider_name", call->settings->site_name,
                      "provider_url", call->settings->site_url, "cache_age", CACHE_SECONDS);
        err = answer->document != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&title);
    buffer_free(&code);
    return err;
}

static enum err make_oembed(const struct page_call *call, struct page_answer *answer)
{
    const char *url = call->values->value[0], *format = call->values->value[1];
    struct subject subject;
    json_t *document = NULL;
    enum err err;

    if (format != NULL && strcmp(format, "json") != 0) {
        answer->status = STATUS_NOT_IMPLEMENTED;
        return ERR_NONE;
    }
    err = subject_find(call, url, &subject);
    if (err == ERR_NONE)
        err = subject_document(call, &subject, &document);
    if (err == ERR_NONE && json_is_string(json_object_get(document, "retired"))) {
        answer->status = STATUS_GONE;
        answer->document = document;
        return ERR_NONE;
    }
    if (err == ERR_NONE)
        err = answer_with(call, answer, subject.topic, document);
    json_decref(document);
    return err;
}

const struct page page_oembed = {.make = make_oembed};
