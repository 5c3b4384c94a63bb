/*
 * oembed.c: oEmbed 1.0 (https://oembed.com) for editors that know it: from the address of a region,
 * guide or question to the code of its frame. The code is the same template as on the page.
 *
 * 404 for an address that is not ours or cannot be placed, 410 for a retired article, 501 for XML.
 */
#include "base/ascii.h"
#include "base/buffer.h"
#include "base/url.h"
#include "pages/pages.h"
#include "view/decorate.h"
#include <stdlib.h>
#include <string.h>

#define CACHE_SECONDS 86400 /* a frame's code changes with a release of the site, if ever */

/* What an address of our own is about. */
struct subject {
    enum topic topic;
    char path[128]; /* "/guide/epos-link": canonical */
    const char *id; /* into path */
    char region[8]; /* that an article's address names, or "" */
};

/* True if url is at our own host; http for https is fine, since we redirect. */
static bool is_own(const struct url *url, const char *site_host)
{
    struct buffer host = BUFFER_INIT;
    bool same;

    url_host(&host, url);
    same = !url->has_user && !buffer_failed(&host) && strcmp(buffer_text(&host), site_host) == 0;
    buffer_free(&host);
    return same;
}

/* Path of the address in the form that pages have, without query and fragment: lower case, no slash
 * at the end. False if it is too long to be one. */
static bool canonical_path(const struct url *url, char out[static 128])
{
    size_t len = strcspn(url->rest, "?#");

    if (len > 1 && url->rest[len - 1] == '/')
        len--;
    if (len >= 128)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = ascii_lower(url->rest[i]);
    out[len] = '\0';
    return true;
}

/* The region of "?region=ru-per", which the frame then keeps; "" for anything else. */
static void find_region(const struct url *url, char out[static 8])
{
    static const char name[] = "region=";
    const char *at = strpbrk(url->rest, "?#");

    out[0] = '\0';
    while (at != NULL && *at != '#') {
        size_t len;

        at++;
        len = strcspn(at, "&#");
        if (strncmp(at, name, sizeof name - 1) == 0 && len - (sizeof name - 1) < 8) {
            memcpy(out, at + sizeof name - 1, len - (sizeof name - 1));
            out[len - (sizeof name - 1)] = '\0';
            if (!route_value_is(PARAM_REGION, out))
                out[0] = '\0';
            return;
        }
        at = strpbrk(at, "&#");
    }
}

static bool find_subject(struct subject *out, const char *text, const char *site_host)
{
    struct url url;

    if (url_parse(&url, text) != ERR_NONE || !is_own(&url, site_host) ||
        !canonical_path(&url, out->path))
        return false;
    out->topic = topic_of(out->path, &out->id);
    if (out->topic == TOPIC_QUESTION)
        out->id = out->path + 1; /* a question's id holds its prefix: "q/17" */
    find_region(&url, out->region);
    return out->topic != TOPIC_NONE;
}

/* The smaller of a size and what the consumer has room for (a number as text, or NULL). */
static int at_most(int size, const char *room)
{
    long max = room != NULL ? strtol(room, NULL, 10) : size;

    return max < size ? (int)max : size;
}

static enum err fetch(const struct page_call *call, const struct subject *subject, json_t **out)
{
    const struct directory_value region[] = {{":iso", subject->id, 0}, {NULL, NULL, 0}};
    const struct directory_value article[] = {
        {":id", subject->id, 0}, {":kind", topic_word(subject->topic), 0}, {NULL, NULL, 0}};
    bool is_region = subject->topic == TOPIC_REGION;
    enum err err = directory_document(call->directory, is_region ? "region" : "article",
                                      is_region ? region : article, out);

    if (err == ERR_NONE && !is_region && *subject->region &&
        json_object_set_new(*out, "region", json_pack("{s:s}", "iso", subject->region)) != 0)
        err = ERR_MEMORY;
    return err;
}

/* Title and code, rendered from the view that the page itself would have. */
static enum err render(const struct page_call *call, enum topic topic, const json_t *document,
                       struct embed_size size, struct buffer *title, struct buffer *code)
{
    json_t *view = NULL;
    enum err err = decorate_document(document, call->settings->site_url, &view);
    json_t *embed;

    if (err == ERR_NONE)
        err = share_add(call->templates, call->settings->site_url, topic, view);
    embed = json_object_get(view, "embed");
    if (err == ERR_NONE && (json_object_set_new(embed, "width", json_integer(size.width)) != 0 ||
                            json_object_set_new(embed, "height", json_integer(size.height)) != 0))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = mustache_render_text(call->templates, "share/title", view, title);
    if (err == ERR_NONE)
        err = mustache_render(call->templates, "share/frame", view, code);
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
    if (!find_subject(&subject, url, call->settings->site_host))
        return ERR_NOT_FOUND;
    err = fetch(call, &subject, &document);
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
