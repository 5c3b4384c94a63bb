/*
 * site.c: from a route to bytes: page function, document, representation; and error pages. Contract
 * in site.h.
 */
#include "pages/site.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/shortage.h"
#include "pages/notices.h"
#include "pages/reader_case.h"
#include "pages/templates.h"
#include "view/decorate.h"
#include "view/mustache.h"
#include "view/picture.h"
#include "view/qr.h"
#include "view/style.h"
#include "view/together.h"
#include "view/value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STYLE_MAX (64 * 1024)

/* The style sheets, the one script that must run before anything is drawn, and that of frames:
 * files beside the templates. Each is a partial like any other, so that a layout can put it inside
 * <style> or <script>; its hash goes into the page's security policy. */
enum sheet {
    SHEET_PAGE,
    SHEET_ARTICLE,
    SHEET_FIGURES,
    SHEET_EMBED,
    SHEET_CARD,
    SHEET_LOOK,
    SHEET_SPEAKER,
    SHEET__MAX
};
static const struct {
    const char *name; /* of the partial */
    const char *file;
    const char *after[3]; /* more files of the partial, or NULL */
} sheets[SHEET__MAX] = {
    [SHEET_PAGE] = {"style", "style.css", {"lists.css"}},
    [SHEET_ARTICLE] = {"style-article", "style.css", {NULL}},
    [SHEET_FIGURES] = {"style-figures", "style.css", {"lists.css", "figures.css"}},
    [SHEET_EMBED] = {"style-embed", "embed/style.css", {NULL}},
    [SHEET_CARD] = {"style-card", "embed/card.css", {NULL}},
    [SHEET_LOOK] = {"look", "look.js", {NULL}},
    [SHEET_SPEAKER] = {"script-embed", "embed/embed.js", {NULL}},
};

struct site {
    const struct settings *settings;
    struct directory *directory;
    struct mustache *templates;
    struct reports *reports;
    struct picture_fonts *fonts; /* NULL where they are not installed: no PNG then */
    char hash[SHEET__MAX][DIGEST_BASE64_SIZE];
};

/* --- opening --- */

/* Appends a file of the templates' folder; NULL: nothing. */
static enum err read_style(const struct site *site, const char *file, struct buffer *out)
{
    char *path;
    enum err err;

    if (file == NULL)
        return ERR_NONE;
    path = file_path(site->settings->path_templates, file, "");
    err = path != NULL ? file_read(out, path, STYLE_MAX) : ERR_MEMORY;
    if (err != ERR_NONE)
        log_error("%s: %s", path ? path : file, err_text(err));
    free(path);
    return err;
}

/* One theme's accent, in the pages, the frames and the cards: their theme is chosen in different
 * ways. */
static void add_accent(struct buffer *out, enum sheet sheet, const char *accent, bool dark)
{
    const char *colour = accent + (*accent == '#');

    if (*colour == '\0')
        return;
    if (sheet == SHEET_CARD && dark)
        buffer_printf(out,
                      "@media (prefers-color-scheme:dark){svg:not(.light) .door{fill:#%s}}"
                      ".dark .door{fill:#%s}",
                      colour, colour);
    else if (sheet == SHEET_CARD)
        buffer_printf(out, ".door,.light .door{fill:#%s}", colour);
    else if (sheet != SHEET_EMBED)
        buffer_printf(out, ":root{--own-%s:#%s}", dark ? "dim" : "lit", colour);
    else if (dark)
        buffer_printf(out,
                      "@media (prefers-color-scheme:dark){:root:not([data-theme=\"light\"])"
                      "{--door:#%s}}:root[data-theme=\"dark\"]{--door:#%s}",
                      colour, colour);
    else
        buffer_printf(out, ":root,:root[data-theme=\"light\"]{--door:#%s}", colour);
}

/* The site's own colours behind those of a style sheet. */
static void add_accents(const struct site *site, enum sheet sheet, struct buffer *out)
{
    const struct settings *settings = site->settings;

    if (sheet == SHEET_LOOK || sheet == SHEET_SPEAKER)
        return;
    add_accent(out, sheet, settings->site_accent, false);
    add_accent(out, sheet, settings->site_accent_dark, true);
}

static enum err add_style(struct site *site, enum sheet sheet)
{
    struct buffer source = BUFFER_INIT, compact = BUFFER_INIT;
    const char *file = sheets[sheet].file;
    enum err err = read_style(site, file, &source);

    for (size_t i = 0; i < sizeof sheets->after / sizeof *sheets->after && err == ERR_NONE; i++)
        err = read_style(site, sheets[sheet].after[i], &source);
    if (err == ERR_NONE)
        style_compact(&compact, buffer_text(&source));
    if (err == ERR_NONE)
        add_accents(site, sheet, &compact);
    if (err == ERR_NONE && (buffer_failed(&source) || buffer_failed(&compact)))
        err = ERR_MEMORY;
    if (err == ERR_NONE) {
        digest_base64(buffer_text(&compact), compact.len, site->hash[sheet]);
        err = mustache_add(site->templates, sheets[sheet].name, file, buffer_text(&compact),
                           compact.len, NULL);
    }
    buffer_free(&source);
    buffer_free(&compact);
    return err;
}

enum err site_open(void **out, const struct settings *settings, struct directory *directory)
{
    struct site *site;
    enum err err;

    *out = NULL;
    site = calloc(1, sizeof *site);
    if (site == NULL)
        return ERR_MEMORY;
    site->settings = settings;
    site->directory = directory;
    site->reports = calloc(1, sizeof *site->reports);
    err = site->reports != NULL ? reports_open(site->reports, settings) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = picture_fonts_open(&site->fonts);
    if (err == ERR_NONE || err == ERR_NOT_FOUND)
        err = templates_load(settings, &site->templates);
    for (int sheet = 0; sheet < SHEET__MAX && err == ERR_NONE; sheet++)
        err = add_style(site, (enum sheet)sheet);
    if (err == ERR_NONE)
        err = mustache_link(site->templates, NULL);
    if (err != ERR_NONE) {
        site_close(site);
        return err;
    }
    *out = site;
    return ERR_NONE;
}

void site_close(void *opaque)
{
    struct site *site = opaque;

    if (site == NULL)
        return;
    mustache_free(site->templates);
    picture_fonts_close(site->fonts);
    if (site->reports != NULL)
        reports_close(site->reports);
    free(site->reports);
    free(site);
}

/* --- representations --- */

/* What every template may need beside its document: the site and the address asked for. */
static enum err add_surroundings(const struct site *site, const struct request *request,
                                 json_t *view)
{
    json_t *health = NULL;
    json_t *about = json_pack("{s:s, s:s, s:s, s:b}", "name", site->settings->site_name, "url",
                              site->settings->site_url, "contact", site->settings->site_contact,
                              "preview", site->settings->site_preview);
    json_t *decorated = NULL;
    enum err err = directory_document(site->directory, "health", NULL, &health);

    if (err == ERR_NONE)
        err = value_fill(about, health);
    else if (err == ERR_NOT_FOUND) /* nothing is published yet: this is its error page */
        err = about != NULL ? ERR_NONE : ERR_MEMORY;
    json_decref(health);
    if (err == ERR_NONE)
        err = decorate_document(about, site->settings->site_url, &decorated);
    json_decref(about);
    if (err == ERR_NONE &&
        (json_object_set_new(view, "site", decorated) != 0 ||
         json_object_set_new(view, "path",
                             json_string(request->path != NULL ? request->path : "")) != 0))
        err = ERR_MEMORY;
    return err;
}

/* A decorated copy of the document with its surroundings: what templates see. */
static enum err make_view(const struct site *site, const struct request *request,
                          const json_t *document, json_t **out)
{
    enum err err = decorate_document(document, site->settings->site_url, out);

    if (err == ERR_NONE)
        err = together_document(*out);
    if (err == ERR_NONE)
        err = add_surroundings(site, request, *out);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}

static enum err write_json(const json_t *document, struct buffer *out)
{
    char *text = json_dump(document, JSON_COMPACT);

    if (text == NULL)
        return ERR_MEMORY;
    buffer_puts(out, text);
    buffer_putc(out, '\n');
    free(text);
    return ERR_NONE;
}

/* The JSON-LD of a document as a field that the layout may print raw: structured_write made it
 * safe. */
static enum err add_structured(const struct page *page, const json_t *document, json_t *view)
{
    struct buffer text = BUFFER_INIT;
    json_t *tree = page->structured(document);
    enum err err = tree != NULL ? structured_write(&text, tree) : ERR_MEMORY;

    if (err == ERR_NONE &&
        json_object_set_new(view, "structured_html", json_string(buffer_text(&text))) != 0)
        err = ERR_MEMORY;
    json_decref(tree);
    buffer_free(&text);
    return err;
}

/* The style that stands inside a representation of a page; SHEET__MAX: none does. */
static enum sheet sheet_of(const struct page *page, enum representation rep)
{
    if (rep == REP_HTML && page->figures)
        return SHEET_FIGURES;
    if (rep == REP_HTML && page->embeddable)
        return SHEET_EMBED;
    if (rep == REP_HTML)
        return page->article ? SHEET_ARTICLE : SHEET_PAGE;
    return rep == REP_SVG && page->embeddable ? SHEET_CARD : SHEET__MAX;
}

/* The reader's own regions for the strip at the top, and whether this page's region is one of them.
 */
static enum err add_remembered(const struct site *site, const struct request *request,
                               const json_t *document, json_t *view)
{
    const struct directory_value values[] = {{":list", request->remembered, 0}, {NULL, NULL, 0}};
    json_t *mine = NULL, *decorated = NULL;
    enum err err;
    const char *iso;

    if (*request->remembered == '\0')
        return ERR_NONE;
    err = directory_document(site->directory, "remembered", values, &mine);
    if (err == ERR_NOT_FOUND) /* nothing is published yet: this is its error page */
        return ERR_NONE;
    if (err == ERR_NONE)
        err = decorate_document(mine, site->settings->site_url, &decorated);
    iso = json_string_value(json_object_get(document, "iso"));
    if (err == ERR_NONE &&
        (json_object_update(view, decorated) != 0 ||
         json_object_set_new(view, "is_mine",
                             json_boolean(iso && remember_has(request->remembered, iso))) != 0))
        err = ERR_MEMORY;
    json_decref(mine);
    json_decref(decorated);
    return err;
}

/* What a reader without script has chosen (web/looks.h): "looks" with its two words, and each as
 * the option that it checks ("theme=dark"). */
static enum err add_looks(const struct request *request, json_t *view)
{
    const struct looks *looks = &request->looks;
    char theme[sizeof "theme=" + LOOKS_WORD_SIZE], size[sizeof "size=" + LOOKS_WORD_SIZE];

    if (!looks_chosen(looks))
        return ERR_NONE;
    snprintf(theme, sizeof theme, "theme=%s", looks->theme);
    snprintf(size, sizeof size, "size=%s", looks->size);
    return json_object_set_new(view, "looks",
                               json_pack("{s:s, s:s, s:b, s:b}", "theme", looks->theme, "size",
                                         looks->size, theme, true, size, true)) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

/* The code of the page's address as it is given out (share.h), for its printed leaflet. */
static enum err add_code(json_t *view)
{
    struct buffer path = BUFFER_INIT;
    const char *url = json_string_value(json_object_get(json_object_get(view, "embed"), "page"));
    int size = 0;
    enum err err = url != NULL ? qr_path(&path, url, &size) : ERR_NONE;

    if (err == ERR_NONE && url != NULL &&
        json_object_set_new(view, "qr",
                            json_pack("{s:i, s:s}", "size", size, "path", buffer_text(&path))) != 0)
        err = ERR_MEMORY;
    buffer_free(&path);
    return err;
}

/* The worker makes a page anew at that second at the latest. */
static void limit_age(struct response *response, time_t until)
{
    long left = until > clock_now() ? (long)(until - clock_now()) : 0;

    if (response->max_age < 0 || left < response->max_age)
        response->max_age = left;
}

/* Code to copy and the form for reports. */
static enum err add_topic(const struct site *site, enum topic topic, json_t *view,
                          struct response *response)
{
    time_t changes = 0;
    enum err err = share_add(site->templates, site->settings->site_url, topic, view, false);

    if (err == ERR_NONE)
        err = reports_add(site->reports, topic, view, &changes);
    if (err == ERR_NONE)
        limit_age(response, changes);
    return err;
}

/* The owner's pages, for the foot; none is published where there is no snapshot. */
static enum err add_own_pages(const struct site *site, json_t *view)
{
    json_t *pages = NULL;
    enum err err = directory_document(site->directory, "own_pages", NULL, &pages);

    if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    if (err == ERR_NONE && json_object_update_missing(view, pages) != 0)
        err = ERR_MEMORY;
    json_decref(pages);
    return err;
}

/* Adds what only the HTML view has. */
static enum err add_extras(const struct site *site, const struct request *request,
                           const struct page *page, const json_t *document, json_t *view,
                           struct response *response)
{
    enum err err = page->structured != NULL ? add_structured(page, document, view) : ERR_NONE;

    if (err == ERR_NONE && page->topic != TOPIC_NONE)
        err = add_topic(site, page->topic, view, response);
    if (err == ERR_NONE && page->topic != TOPIC_NONE)
        err = add_code(view);
    if (err == ERR_NONE && !page->embeddable)
        err = add_own_pages(site, view);
    if (err == ERR_NONE && !page->embeddable)
        err = add_looks(request, view);
    if (err == ERR_NONE && !page->embeddable)
        err = add_remembered(site, request, document, view);
    return err;
}

/* Renders the template that the page has for the representation. Only plain text goes unescaped. */
static enum err represent_template(const struct site *site, const struct request *request,
                                   const struct page *page, const json_t *document,
                                   struct response *response)
{
    const char *name = page->templates[response->rep];
    json_t *view = NULL;
    json_t *dressed = NULL;
    enum err err;
    enum sheet sheet;

    if (name == NULL)
        return ERR_NOT_FOUND;
    err = page->dress != NULL ? page->dress(document, &dressed) : ERR_NONE;
    if (err == ERR_NONE)
        err = make_view(site, request, dressed != NULL ? dressed : document, &view);
    json_decref(dressed);
    if (err == ERR_NONE && response->rep == REP_HTML)
        err = add_extras(site, request, page, document, view, response);
    if (err == ERR_NONE)
        err = response->rep == REP_TEXT
                  ? mustache_render_text(site->templates, name, view, &response->body)
                  : mustache_render(site->templates, name, view, &response->body);
    json_decref(view);
    sheet = sheet_of(page, response->rep);
    if (sheet != SHEET__MAX)
        memcpy(response->style_hash, site->hash[sheet], DIGEST_BASE64_SIZE);
    if (response->rep == REP_HTML)
        memcpy(response->script_hash, site->hash[sheet == SHEET_EMBED ? SHEET_SPEAKER : SHEET_LOOK],
               DIGEST_BASE64_SIZE);
    return err;
}

#define CODE_PIXELS 8 /* of a module of a code as PNG: sharp on paper too */

/* The lines of the page's card, drawn; or the code of the document's address. */
static enum err represent_picture(const struct site *site, const struct request *request,
                                  const struct page *page, const json_t *document,
                                  struct response *response)
{
    const char *name = page->templates[REP_PNG];
    bool dark = strcmp(json_text(document, "theme"), "dark") == 0;
    const struct picture_look look = {EMBED_PICTURE_WIDTH, EMBED_PICTURE_HEIGHT, dark,
                                      dark ? site->settings->site_accent_dark
                                           : site->settings->site_accent};
    struct buffer lines = BUFFER_INIT;
    json_t *view = NULL;
    enum err err;

    if (name == NULL)
        return picture_code(&response->body, json_text(document, "url"), CODE_PIXELS);
    err = make_view(site, request, document, &view);
    if (err == ERR_NONE && json_object_set_new(view, "plain", json_true()) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = mustache_render_text(site->templates, name, view, &lines);
    if (err == ERR_NONE)
        err = picture_card(&response->body, site->fonts, buffer_text(&lines), &look);
    json_decref(view);
    buffer_free(&lines);
    return err;
}

/* The snapshot that answers everything else, never what may lie at its path by now. */
static enum err represent_snapshot(const struct site *site, struct response *response)
{
    size_t len;
    const void *bytes = directory_bytes(site->directory, &len);

    buffer_add(&response->body, bytes, len);
    return bytes != NULL ? ERR_NONE : ERR_NOT_FOUND;
}

/* The CSV view asked for. The page function has refused a name that it has no table for. */
static const struct csv_view *csv_of(const struct page *page, const struct request *request)
{
    const char *name = request_param(request, "table");
    const struct page_table *table = page->tables;

    while (table != NULL && name != NULL && *name && table->name != NULL &&
           strcmp(table->name, name) != 0)
        table++;
    return table != NULL && table->name != NULL ? &table->view : page->csv;
}

/* How spreadsheets want the table: "bom", "sep=semicolon". The route has refused other words. */
static enum csv_form form_of(const struct request *request)
{
    const char *separator = request_param(request, "sep");

    if (separator != NULL && strcmp(separator, "semicolon") == 0)
        return CSV_SEMICOLON;
    return request_param(request, "bom") != NULL ? CSV_COMMA_BOM : CSV_COMMA;
}

static enum err represent(const struct site *site, const struct request *request,
                          const struct page *page, const json_t *document,
                          struct response *response)
{
    const struct csv_view *csv = csv_of(page, request);
    enum err err;

    if (response->rep == REP_SQLITE)
        err = represent_snapshot(site, response);
    else if (response->rep == REP_PNG)
        err = represent_picture(site, request, page, document, response);
    else if (response->rep == REP_JSON)
        err = write_json(document, &response->body);
    else if (response->rep == REP_CSV && csv != NULL)
        err = csv_write(&response->body, csv, document, form_of(request));
    else
        err = represent_template(site, request, page, document, response);
    return err == ERR_NONE && buffer_failed(&response->body) ? ERR_MEMORY : err;
}

/* --- error pages --- */

/* A problem is JSON when JSON was asked for, by extension or by preference, or when the address has
 * nothing else; else a page. */
static enum representation problem_rep(const struct request *request, enum representation rep)
{
    if (request->extension == REP_JSON || rep == REP_JSON)
        return REP_JSON;
    return request->accept[REP_JSON] > request->accept[REP_HTML] ? REP_JSON : REP_HTML;
}

/* What replaced a retired article: path and title; null if nothing did. */
static enum err add_replacement(const struct site *site, const json_t *about, json_t *document)
{
    const char *site_url = site->settings->site_url;
    const char *url = json_string_value(json_object_get(about, "replaced_by"));

    if (url != NULL && strncmp(url, site_url, strlen(site_url)) == 0)
        url += strlen(site_url);
    if (json_object_set_new(document, "replaced_by",
                            url != NULL ? json_string(url) : json_null()) != 0 ||
        json_object_set(document, "replaced_title", json_object_get(about, "replaced_title")) != 0)
        return ERR_MEMORY;
    return ERR_NONE;
}

/* Which parameter was refused, and the words that it may be where there is a list of them. */
static enum err add_refused(const struct request *request, json_t *document)
{
    if (json_object_set_new(document, "parameter", json_string(request->refused)) != 0 ||
        (request->allowed != NULL &&
         json_object_set_new(document, "allowed", json_string(request->allowed)) != 0))
        return ERR_MEMORY;
    return ERR_NONE;
}

/* {type, title, status, detail} and what the page adds: the retired article, or the parameter, if
 * that is the reason. */
static enum err problem_document(const struct site *site, const struct request *request,
                                 enum status status, json_t *about, json_t **out)
{
    struct buffer detail = BUFFER_INIT;
    json_t *view = NULL;
    json_t *document = json_pack("{s:s, s:s, s:i}", "type", "about:blank", "title",
                                 status_reason(status), "status", status_code(status));
    enum err err = document != NULL ? ERR_NONE : ERR_MEMORY;

    if (err == ERR_NONE && request->refused != NULL && status == STATUS_BAD_REQUEST)
        err = add_refused(request, document);
    if (err == ERR_NONE && about != NULL)
        err = json_object_set(document, "article", about) == 0 ? ERR_NONE : ERR_MEMORY;
    if (err == ERR_NONE)
        err = make_view(site, request, document, &view);
    if (err == ERR_NONE)
        err = mustache_render_text(site->templates, "text/problem", view, &detail);
    json_decref(view);
    while (detail.len > 0 && detail.data[detail.len - 1] == '\n')
        buffer_cut(&detail, detail.len - 1);
    if (err == ERR_NONE &&
        json_object_set_new(document, "detail", json_string(buffer_text(&detail))) != 0)
        err = ERR_MEMORY;
    json_object_del(document, "article");
    buffer_free(&detail);
    if (err == ERR_NONE && about != NULL)
        err = add_replacement(site, about, document);
    if (err != ERR_NONE) {
        json_decref(document);
        document = NULL;
    }
    *out = document;
    return err;
}

static enum err make_problem(struct site *site, const struct request *request, enum status status,
                             json_t *about, struct response *response)
{
    static const struct page page = {.make = NULL, .templates = {[REP_HTML] = "pages/error"}};
    json_t *document = NULL;
    enum err err = problem_document(site, request, status, about, &document);

    response->status = status;
    response->rep = problem_rep(request, response->rep);
    response->problem = response->rep == REP_JSON;
    response->cache = CACHE_NEVER;
    response->event.kind = EVENT_NONE;
    if (err == ERR_NONE && (status == STATUS_NOT_FOUND || status == STATUS_GONE))
        event_set(&response->event, EVENT_MISSING, request->path != NULL ? request->path : "");
    if (err == ERR_NONE)
        err = represent(site, request, &page, document, response);
    json_decref(document);
    return err;
}

enum err site_error(void *opaque, const struct request *request, enum status status,
                    struct response *response)
{
    unsigned long before = shortage_count();

    return shortage_since(before, make_problem(opaque, request, status, NULL, response));
}

/* --- pages --- */

static enum err finish(struct site *site, const struct request *request, const struct page *page,
                       struct page_answer *answer, struct response *response)
{
    if (answer->location != NULL)
        return response_redirect(response, answer->status, answer->location);
    if (answer->status == STATUS_NO_CONTENT) {
        response->status = answer->status;
        return ERR_NONE;
    }
    response->embeddable = page->embeddable;
    response->frames = page->frames;
    if (page->embeddable && answer->document != NULL)
        response->status = answer->status;
    else if (answer->status != STATUS_OK)
        return make_problem(site, request, answer->status, answer->document, response);
    response->filename = answer->filename;
    answer->filename = NULL;
    response->media_type = page->media_type;
    response->digest = page->digest;
    return represent(site, request, page, answer->document, response);
}

/* What is announced: in the JSON twin of what schools and others take over, and on all that people
 * read. */
static enum err add_notices(const struct site *site, const struct request *request,
                            const struct page *page, struct page_answer *answer,
                            enum representation rep)
{
    bool people = (rep == REP_HTML && page->templates[rep] != NULL) || rep == REP_TEXT;
    const char *iso = notices_iso(answer->document);
    char mine[CASE_ISO_SIZE] = "";

    if (!json_is_object(answer->document) || answer->status != STATUS_OK ||
        (!people && page->topic == TOPIC_NONE && !page->everywhere))
        return ERR_NONE;
    if (*iso == '\0' && rep == REP_HTML && !page->embeddable && !page->everywhere)
        snprintf(mine, sizeof mine, "%.*s", (int)strcspn(request->remembered, "."),
                 request->remembered); /* the first of remember.h's list */
    return notices_add(site->directory, site->settings, *iso != '\0' ? iso : mine,
                       page->everywhere && *iso == '\0', answer->document, &answer->expires);
}

enum err site_respond(void *opaque, const struct request *request, const struct route_match *match,
                      struct response *response)
{
    struct site *site = opaque;
    const struct page *page = match->route->page;
    const struct page_call call = {request,    &match->values,  site->settings, site->directory,
                                   match->rep, site->templates, site->reports};
    struct page_answer answer = {.status = STATUS_OK};
    unsigned long before = shortage_count();
    enum err err;

    answer.event.kind = match->route->event;
    answer.event.results = -1;
    err = page->make(&call, &answer);
    if (err == ERR_NONE)
        err = add_notices(site, request, answer.shown != NULL ? answer.shown : page, &answer,
                          match->rep);
    if (err == ERR_NONE) {
        response->event = answer.event;
        response->set_cookie = answer.cookie;
        answer.cookie = NULL;
        if (answer.expires != 0)
            response->max_age = answer.expires > clock_now() ? answer.expires - clock_now() : 0;
        err = finish(site, request, answer.shown != NULL ? answer.shown : page, &answer, response);
    }
    json_decref(answer.document);
    free(answer.location);
    free(answer.filename);
    free(answer.cookie);
    return shortage_since(before, err);
}
