/*
 * share.c: sizes, addresses and code of the embeds. Contract in share.h.
 */
#include "pages/share.h"
#include "base/url.h"
#include "view/decorate.h"
#include "web/route.h"
#include <string.h>

/* The one place for sizes: the code to copy, oEmbed and the tests take them from here. Measured
 * with the longest content there is, at EMBED_WIDTH_MIN; tests/web/embed.test.js holds them to it.
 */
static const struct {
    const char *word;
    struct embed_size size;
    const char *prefix;   /* of its pages' paths */
    enum param_kind kind; /* of what follows */
} topics[TOPIC__MAX] = {
    [TOPIC_NONE] = {"", {0, 0}, "", PARAM_NONE},
    [TOPIC_REGION] = {"region", {480, 410}, "/region/", PARAM_REGION},
    [TOPIC_GUIDE] = {"guide", {480, 560}, "/guide/", PARAM_SLUG},
    [TOPIC_QUESTION] = {"question", {480, 460}, "/q/", PARAM_NUMBER},
};

const char *topic_word(enum topic topic)
{
    return (unsigned)topic < TOPIC__MAX ? topics[topic].word : "";
}

struct embed_size embed_size(enum topic topic)
{
    return topics[(unsigned)topic < TOPIC__MAX ? topic : TOPIC_NONE].size;
}

enum topic topic_of(const char *path, const char **id)
{
    for (int topic = TOPIC_NONE + 1; topic < TOPIC__MAX; topic++) {
        size_t len = strlen(topics[topic].prefix);

        *id = path + len;
        if (strncmp(path, topics[topic].prefix, len) == 0 &&
            route_value_is(topics[topic].kind, *id))
            return (enum topic)topic;
    }
    *id = NULL;
    return TOPIC_NONE;
}

/* --- addresses --- */

/* site + prefix + path + suffix, and "?region=iso&theme=dark" as far as there are such. */
static json_t *address(const char *site, const char *prefix, const char *path, const char *suffix,
                       const struct embed_case *to)
{
    const char *region = to != NULL ? to->region : NULL, *theme = to != NULL ? to->theme : NULL;
    struct buffer out = BUFFER_INIT;
    json_t *text;

    buffer_puts(&out, site);
    buffer_puts(&out, prefix);
    buffer_puts(&out, path);
    buffer_puts(&out, suffix);
    if (region != NULL) {
        buffer_puts(&out, "?region=");
        buffer_puts(&out, region);
    }
    if (theme != NULL) {
        buffer_puts(&out, region != NULL ? "&theme=" : "?theme=");
        buffer_puts(&out, theme);
    }
    text = buffer_failed(&out) ? NULL : json_string(buffer_text(&out));
    buffer_free(&out);
    return text;
}

/* The address that answers with oEmbed for a page's address. */
static json_t *oembed_address(const char *site, const json_t *page)
{
    struct buffer out = BUFFER_INIT;
    const char *url = json_string_value(page) != NULL ? json_string_value(page) : "";
    json_t *text;

    buffer_puts(&out, site);
    buffer_puts(&out, "/oembed?url=");
    url_encode(&out, url, strlen(url));
    buffer_puts(&out, "&format=json");
    text = buffer_failed(&out) ? NULL : json_string(buffer_text(&out));
    buffer_free(&out);
    return text;
}

/* The address that leads on to the region's portal; other pages have none. */
static json_t *go_address(const char *site, enum topic topic, const char *path)
{
    if (topic != TOPIC_REGION)
        return json_null();
    return address(site, "/go", strrchr(path, '/'), "", NULL);
}

json_t *embed_describe(const char *site, enum topic topic, const char *path,
                       const struct embed_case *to)
{
    const struct embed_case reader = {.region = to != NULL ? to->region : NULL};
    struct embed_size size = embed_size(topic);
    json_t *page = address(site, "", path, "", &reader);
    json_t *oembed = oembed_address(site, page);

    return json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:i}", "topic",
        topic_word(topic), "page", page, "frame", address(site, "/embed", path, "", to), "picture",
        address(site, "/embed", path, ".svg", to), "png", address(site, "/embed", path, ".png", to),
        "qr", address(site, "/qr", path, ".svg", &reader), "qr_png",
        address(site, "/qr", path, ".png", &reader), "go", go_address(site, topic, path), "oembed",
        oembed, "width", size.width, "height", size.height, "picture_width", EMBED_PICTURE_WIDTH,
        "picture_height", EMBED_PICTURE_HEIGHT, "qr_size", EMBED_QR_SIZE);
}

/* --- code --- */

/* Adds one form of code under name. Rendered as HTML: what is copied is markup, and stands as text
 * in our page, which escapes it once more. */
static enum err add_code(const struct mustache *templates, const json_t *view, json_t *share,
                         const char *name, const char *template)
{
    struct buffer code = BUFFER_INIT;
    enum err err = mustache_render(templates, template, view, &code);

    if (err == ERR_NONE && json_object_set_new(share, name, json_string(buffer_text(&code))) != 0)
        err = ERR_MEMORY;
    buffer_free(&code);
    return err;
}

static enum err add_codes(const struct mustache *templates, enum topic topic, bool all,
                          json_t *view)
{
    static const struct {
        const char *name, *template;
        bool rare; /* only the page that builds all of them has it */
        bool go;   /* only for what leads on to a portal */
    } codes[] = {
        {"link", "share/link", false, false},
        {"frame", "share/frame", false, false},
        {"picture", "share/picture", false, false},
        {"go", "share/go", false, true},
        {"button", "share/button", true, false},
        {"png", "share/png", true, false},
        {"qr", "share/qr", true, false},
        {"qr-png", "share/qr-png", true, false},
    };
    json_t *share = json_object();
    enum err err = share != NULL ? ERR_NONE : ERR_MEMORY;

    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && err == ERR_NONE; i++)
        if ((all || !codes[i].rare) && (topic == TOPIC_REGION || !codes[i].go))
            err = add_code(templates, view, share, codes[i].name, codes[i].template);
    if (err == ERR_NONE && json_object_set(view, "share", share) != 0)
        err = ERR_MEMORY;
    json_decref(share);
    return err;
}

enum err share_add(const struct mustache *templates, const char *site, enum topic topic,
                   json_t *view, bool all)
{
    const char *path = json_string_value(json_object_get(view, "url_path"));
    const struct embed_case to = {
        .region = json_string_value(json_object_get(json_object_get(view, "region"), "iso")),
        .theme = json_string_value(json_object_get(view, "theme"))};
    json_t *embed = path != NULL ? embed_describe(site, topic, path, &to) : NULL;
    json_t *decorated = NULL;
    enum err err = embed != NULL ? decorate_document(embed, site, &decorated) : ERR_MEMORY;

    json_decref(embed);
    if (err == ERR_NONE && json_object_set_new(view, "embed", decorated) != 0)
        err = ERR_MEMORY;
    return err == ERR_NONE ? add_codes(templates, topic, all, view) : err;
}
