/*
 * machines.c: what programs look for by name: sitemap, robots.txt, OpenSearch, the web app manifest
 * and the OpenAPI description. Words and addresses are in the templates; the two JSON files are
 * templates/api/NAME.json, parsed, with the site's own name and address put in, so that what is
 * sent is JSON whatever the settings hold.
 */
#include "base/buffer.h"
#include "base/file.h"
#include "base/log.h"
#include "pages/pages.h"
#include <stdlib.h>

#define JSON_FILE_MAX (512 * 1024)

/* Reads templates/api/NAME. */
static enum err read_json(const struct settings *settings, const char *name, json_t **out)
{
    struct buffer text = BUFFER_INIT;
    json_error_t error;
    char *path = file_path(settings->path_templates, name, "");
    enum err err = path != NULL ? file_read(&text, path, JSON_FILE_MAX) : ERR_MEMORY;

    *out = NULL;
    if (err == ERR_NONE) {
        *out = json_loadb(buffer_text(&text), text.len, JSON_REJECT_DUPLICATES, &error);
        if (*out == NULL) {
            log_error("%s:%d: %s", path, error.line, error.text);
            err = ERR_TEMPLATE;
        }
    } else {
        log_error("%s: %s", path != NULL ? path : name, err_text(err));
    }
    buffer_free(&text);
    free(path);
    return err;
}

static enum err make_openapi(const struct page_call *call, struct page_answer *answer)
{
    enum err err = read_json(call->settings, "api/openapi.json", &answer->document);
    json_t *server = json_array_get(json_object_get(answer->document, "servers"), 0);

    if (err == ERR_NONE &&
        json_object_set_new(server, "url", json_string(call->settings->site_url)) != 0)
        err = ERR_MEMORY;
    return err;
}

static enum err make_manifest(const struct page_call *call, struct page_answer *answer)
{
    const char *name = call->settings->site_name;
    enum err err = read_json(call->settings, "api/manifest.json", &answer->document);

    if (err == ERR_NONE &&
        (json_object_set_new(answer->document, "name", json_string(name)) != 0 ||
         json_object_set_new(answer->document, "short_name", json_string(name)) != 0))
        err = ERR_MEMORY;
    return err;
}

static enum err make_sitemap(const struct page_call *call, struct page_answer *answer)
{
    return directory_document(call->directory, "sitemap", NULL, &answer->document);
}

/* For templates that need nothing but the site. */
static enum err make_nothing(const struct page_call *call, struct page_answer *answer)
{
    (void)call;
    answer->document = json_object();
    return answer->document != NULL ? ERR_NONE : ERR_MEMORY;
}

const struct page page_openapi = {.make = make_openapi};
const struct page page_manifest = {.make = make_manifest,
                                   .media_type = "application/manifest+json"};
const struct page page_sitemap = {.make = make_sitemap,
                                  .templates = {[REP_XML] = "machines/sitemap"}};
const struct page page_robots = {.make = make_nothing,
                                 .templates = {[REP_TEXT] = "machines/robots"}};
const struct page page_opensearch = {.make = make_nothing,
                                     .templates = {[REP_XML] = "machines/opensearch"},
                                     .media_type = "application/opensearchdescription+xml"};
