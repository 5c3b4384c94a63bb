/*
 * subject.c: from an address of ours to what it is about. Contract in subject.h.
 */
#include "pages/subject.h"
#include "base/ascii.h"
#include "base/url.h"
#include <stdio.h>
#include <string.h>

/* What stands before the path of a page in the address of what was made of it. */
static const char *const wrappings[] = {"/embed/", "/qr/"};

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

/* Takes away what may follow the path of a page: slashes, full stops, an extension. */
static size_t path_length(const char *path, size_t len)
{
    while (len > 1 && (path[len - 1] == '/' || path[len - 1] == '.'))
        len--;
    for (int rep = REP_JSON; rep < REP__MAX; rep++) {
        const char *extension = representation_extension((enum representation)rep);
        size_t size = strlen(extension);

        if (len > size + 1 && path[len - size - 1] == '.' &&
            strncmp(path + len - size, extension, size) == 0)
            return len - size - 1;
    }
    return len;
}

/* The path of an address in lower case, without what is wrapped around it. False if it is too long
 * to be one of ours. */
static bool plain_path(const char *address, char out[static SUBJECT_PATH_SIZE])
{
    size_t len = strcspn(address, "?#"), skip = 0;

    if (len >= SUBJECT_PATH_SIZE)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = ascii_lower(address[i]);
    len = path_length(out, len);
    out[len] = '\0';
    for (size_t i = 0; i < sizeof wrappings / sizeof wrappings[0]; i++)
        if (strncmp(out, wrappings[i], strlen(wrappings[i])) == 0)
            skip = strlen(wrappings[i]) - 1;
    memmove(out, out + skip, len - skip + 1);
    return true;
}

/* The region of "?region=ru-per", which what is placed then keeps; "" for anything else. */
static void find_region(const char *address, char out[static 8])
{
    static const char name[] = "region=";
    const char *at = strpbrk(address, "?#");

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

/* "/22" becomes the path of the region with that plate code. */
static enum err resolve_code(const struct page_call *call, struct subject *out)
{
    struct directory_value values[] = {{":code", NULL, 0}, {NULL, NULL, 0}};
    char code[8];
    json_t *document = NULL;
    const char *iso;
    enum err err;

    code[0] = '0'; /* a leading zero is easily lost */
    memcpy(code + (out->path[2] == '\0'), out->path + 1, strlen(out->path));
    values[0].text = code;
    err = directory_document(call->directory, "region_of_code", values, &document);
    iso = json_string_value(json_object_get(document, "iso"));
    if (err == ERR_NONE && iso != NULL && strlen(iso) < sizeof out->region)
        snprintf(out->path, sizeof out->path, "/region/%s", iso);
    json_decref(document);
    return err;
}

/* Short forms of a page's path: "/22", "/go/ru-alt", "/q/07". */
static enum err resolve_short(const struct page_call *call, struct subject *out)
{
    char *path = out->path;
    size_t zeros;

    if (route_value_is(PARAM_CODE, path + 1))
        return resolve_code(call, out);
    if (strncmp(path, "/go/", 4) == 0 && strlen(path) + 4 < sizeof out->path) {
        memmove(path + strlen("/region/"), path + 4, strlen(path + 4) + 1);
        memcpy(path, "/region/", strlen("/region/"));
    } else if (strncmp(path, "/q/", 3) == 0) {
        zeros = strspn(path + 3, "0");
        memmove(path + 3, path + 3 + zeros, strlen(path + 3 + zeros) + 1);
    }
    return ERR_NONE;
}

enum err subject_find(const struct page_call *call, const char *text, struct subject *out)
{
    const char *address = text;
    struct url url;
    enum err err;

    memset(out, 0, sizeof *out);
    if (*text != '/') {
        if (url_parse(&url, text) != ERR_NONE || !is_own(&url, call->settings->site_host))
            return ERR_NOT_FOUND;
        address = url.rest;
    }
    if (!plain_path(address, out->path))
        return ERR_NOT_FOUND;
    err = resolve_short(call, out);
    if (err != ERR_NONE)
        return err;
    out->topic = topic_of(out->path, &out->id);
    if (out->topic == TOPIC_QUESTION)
        out->id = out->path + 1; /* a question's id holds its prefix: "q/17" */
    find_region(address, out->region);
    return out->topic != TOPIC_NONE ? ERR_NONE : ERR_NOT_FOUND;
}

enum err subject_document(const struct page_call *call, const struct subject *subject, json_t **out)
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
