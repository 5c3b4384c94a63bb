/*
 * serve.c: the way of one request: snapshot, parse, route, cache or page, header block, journal,
 * bytes. The page is complete before the first byte is written, so a failure anywhere becomes a
 * clean error page.
 *
 * A page in the cache costs a hash look-up, one line for the journal and two copies. What depends
 * on the single request (encoding, 304, HEAD, who is counted) is decided here, outside what is
 * kept.
 */
#include "web/serve.h"
#include "base/clock.h"
#include "base/log.h"
#include "journal/journal.h"
#include "web/cache.h"
#include "web/encode.h"
#include "web/figures.h"
#include "web/headers.h"
#include "web/mistyped.h"
#include "web/searched.h"
#include <stdlib.h>
#include <string.h>

/* No page takes longer. */
#define STEADY_SECONDS 60

struct serve {
    const struct program *program;
    const struct settings *settings;
    struct directory *directory;
    struct cache *cache;
    struct journal *journal;     /* NULL: nothing is recorded */
    struct figures *figures;     /* of what is served; shared only where views are recorded */
    struct client_rules clients; /* of the snapshot that is open */
    bool clients_due;            /* they could not be had for want of memory */
    void *site;
    bool opened; /* program->open worked */
    struct headers_policy policy;
    struct request_staff staff;
    char edge_header[80]; /* variable that a cache in front sets, whose log is counted; or "" */
    struct buffer key;    /* of the page in hand; kept for its memory */
};

/* One request on its way. */
struct exchange {
    struct serve *serve;
    const struct request_source *source;
    struct request request;
    struct route_match match; /* route is NULL until one matched */
    struct cached *page;
    enum encoding encoding;
    bool unmodified;
    bool edge;          /* came through a cache whose log is counted */
    struct event ahead; /* of a page that was refused because the browser fetches ahead */
    time_t now;
};

/* --- opening --- */

/* Takes the rules of the snapshot that is open. Without them robots would count as people, so
 * what goes wrong is said, and tried again where memory ran out; pages are answered all the same.
 */
static void load_clients(struct serve *serve)
{
    json_t *list = NULL;
    enum err err = directory_document(serve->directory, "clients", NULL, &list);

    client_rules_free(&serve->clients);
    if (err == ERR_NONE)
        err = client_rules_add_list(&serve->clients, list);
    json_decref(list);
    serve->clients_due = err == ERR_MEMORY;
    if (err != ERR_NONE)
        log_error("rules of clients: %s; who reads is judged without them", err_text(err));
}

static enum err open_directory(struct serve *serve)
{
    char *path = settings_state_file(serve->settings, "directory.db");
    enum err err;

    if (path == NULL)
        return ERR_MEMORY;
    err = directory_open(&serve->directory, path, serve->settings->site_url);
    if (err != ERR_NONE)
        log_warning("%s: %s; pages answer 503 until `vhod publish` has run", path, err_text(err));
    else
        load_clients(serve);
    free(path);
    return serve->directory == NULL ? err : ERR_NONE;
}

static enum err open_journal(struct serve *serve)
{
    char *folder = settings_state_file(serve->settings, "journal");
    enum err err = ERR_MEMORY;

    if (folder != NULL)
        err = journal_open(&serve->journal, folder, serve->settings->node);
    free(folder);
    return err;
}

static enum err open_figures(struct serve *serve, bool shared)
{
    char *folder = shared ? settings_metrics_folder(serve->settings) : NULL;
    enum err err = ERR_MEMORY;

    if (folder != NULL || !shared)
        err = figures_open(&serve->figures, folder, serve->program->name, serve->program->routes);
    free(folder);
    return err;
}

/* What settings say, checked where it is used: a list with ';' in it would write policies of its
 * own. */
static enum err make_policy(struct serve *serve)
{
    const char *site = serve->settings->site_url;

    serve->policy.https = strncmp(site, "https://", 8) == 0;
    serve->policy.script_policy = serve->program->script_policy;
    serve->policy.frame_ancestors = serve->settings->site_frame_ancestors;
    if (strpbrk(serve->policy.frame_ancestors, ";,\r\n") != NULL) {
        log_error(
            "[site] frame_ancestors: must be addresses with spaces between, without ';' and ','");
        return ERR_INVALID;
    }
    if (serve->settings->journal_edge_header != NULL)
        request_header_variable(serve->edge_header, serve->settings->journal_edge_header);
    if (request_staff_read(&serve->staff, serve->settings) != ERR_NONE) {
        log_error("[stats] staff_networks: must be ranges like 10.0.0.0/8, 2001:db8::/32");
        return ERR_INVALID;
    }
    return ERR_NONE;
}

enum err serve_open(struct serve **out, const struct program *program,
                    const struct settings *settings, bool journal)
{
    struct serve *serve = calloc(1, sizeof *serve);
    enum err err;

    *out = NULL;
    if (serve == NULL)
        return ERR_MEMORY;
    serve->program = program;
    serve->settings = settings;
    err = make_policy(serve);
    if (err == ERR_NONE)
        err = cache_new(&serve->cache, (size_t)settings->cache_kib * 1024);
    if (err == ERR_NONE)
        err = open_directory(serve);
    if (err == ERR_NONE && journal)
        err = open_journal(serve);
    if (err == ERR_NONE)
        err = open_figures(serve, journal);
    if (err == ERR_NONE)
        err = program->open(&serve->site, settings, serve->directory);
    if (err != ERR_NONE) {
        log_error("cannot start: %s", err_text(err));
        serve_close(serve);
        return err;
    }
    serve->opened = true;
    *out = serve;
    return ERR_NONE;
}

void serve_close(struct serve *serve)
{
    if (serve == NULL)
        return;
    if (serve->opened)
        serve->program->close(serve->site);
    journal_close(serve->journal);
    figures_close(serve->figures);
    directory_close(serve->directory);
    cache_free(serve->cache);
    client_rules_free(&serve->clients);
    buffer_free(&serve->key);
    free(serve);
}

/* --- pages that are not asked for --- */

static enum status status_for(enum err err)
{
    static const enum status statuses[ERR__MAX] = {
        [ERR_NONE] = STATUS_OK,           [ERR_MEMORY] = STATUS_INTERNAL,
        [ERR_SYSTEM] = STATUS_INTERNAL,   [ERR_INVALID] = STATUS_BAD_REQUEST,
        [ERR_LIMIT] = STATUS_BAD_REQUEST, [ERR_NOT_FOUND] = STATUS_NOT_FOUND,
        [ERR_GONE] = STATUS_GONE,         [ERR_BUSY] = STATUS_UNAVAILABLE,
        [ERR_DATABASE] = STATUS_INTERNAL, [ERR_TEMPLATE] = STATUS_INTERNAL,
    };

    return (unsigned)err < ERR__MAX ? statuses[err] : STATUS_INTERNAL;
}

/* When even the error page cannot be made: the registry's words, in no human's design. */
static void plain_page(struct response *response, enum status status)
{
    response_free(response);
    response->rep = REP_TEXT;
    buffer_printf(&response->body, "%d %s\n", status_code(status), status_reason(status));
}

static struct cached *error_page(struct exchange *x, enum status status, const char *allow)
{
    struct serve *serve = x->serve;
    struct response response;
    struct cached *page;
    enum err err;

    response_init(&response);
    if (x->match.route != NULL || x->match.refused != NULL)
        response.rep = x->match.rep;
    response.status = status;
    err = serve->program->error(serve->site, &x->request, status, &response);
    if (err != ERR_NONE || buffer_failed(&response.body)) {
        log_error("error page for %d: %s", status_code(status), err_text(err));
        plain_page(&response, status);
    }
    response.status = status;
    response.cache = CACHE_NEVER;
    response.event.kind = EVENT_NONE;
    if (allow != NULL) {
        free(response.allow);
        response.allow = strdup(allow);
    }
    page = cache_put(serve->cache, NULL, &response, x->now);
    response_free(&response);
    return page;
}

static struct cached *canonical_redirect(struct exchange *x)
{
    struct response response;
    struct cached *page = NULL;

    response_init(&response);
    response.cache = CACHE_SHORT;
    if (response_redirect(&response, STATUS_MOVED, x->request.redirect) == ERR_NONE)
        page = cache_put(x->serve->cache, NULL, &response, x->now);
    response_free(&response);
    return page;
}

/* --- mistyped addresses --- */

/* The redirect from a mistyped address to the one that was meant, or NULL. */
static struct cached *forgiven(struct exchange *x)
{
    struct buffer target = BUFFER_INIT;
    struct response response;
    struct cached *page = NULL;

    if (x->serve->program->meant == NULL ||
        (x->request.method != METHOD_GET && x->request.method != METHOD_HEAD))
        return NULL;
    response_init(&response);
    response.cache = CACHE_SHORT;
    mistyped_find(x->serve->program, x->serve->site, x->source, &x->request, &target);
    if (target.len > 0 && !buffer_failed(&target) &&
        response_redirect(&response, STATUS_MOVED, buffer_text(&target)) == ERR_NONE)
        page = cache_put(x->serve->cache, NULL, &response, x->now);
    response_free(&response);
    buffer_free(&target);
    return page;
}

/* What a request gets that met no page: 301 to the one that was meant, else the error page. */
static struct cached *forgiven_or_error(struct exchange *x, enum status status, const char *allow)
{
    struct cached *page = NULL;

    if (status == STATUS_NOT_FOUND || status == STATUS_BAD_REQUEST)
        page = forgiven(x);
    return page != NULL ? page : error_page(x, status, allow);
}

/* --- pages that are --- */

/* Key of the page: what decides over its bytes and nothing else, so that ?utm_source= shares the
 * page. Values hold no control characters, so a line end parts them. */
static const char *make_key(struct exchange *x)
{
    struct buffer *key = &x->serve->key;
    const struct route *route = x->match.route;
    char looks[LOOKS_TEXT_SIZE];

    buffer_clear(key);
    buffer_puts(key, x->request.path);
    buffer_puts(key, x->match.negotiated ? "\n*" : "\n.");
    buffer_puts(key, representation_extension(x->match.rep));
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++) {
        if (x->match.values.value[i] == NULL || route->params[i].kind == PARAM_FLAG)
            continue;
        buffer_putc(key, '\n');
        buffer_puts(key, route->params[i].name);
        buffer_putc(key, '=');
        buffer_puts(key, x->match.values.value[i]);
    }
    if (x->match.rep == REP_HTML && route->cache == CACHE_PAGE) {
        buffer_puts(key, "\n@");
        buffer_puts(key, x->request.remembered);
        buffer_puts(key, "\n#");
        looks_text(&x->request.looks, looks);
        buffer_puts(key, looks);
    }
    return buffer_failed(key) ? NULL : buffer_text(key);
}

/* An event is about the address unless the page says what it is about. */
static void name_event(struct event *event, const struct exchange *x)
{
    int results = event->results;

    if (event->kind == EVENT_NONE)
        return;
    event_set(event, event->kind, x->request.path);
    event->results = results;
}

static void start_response(const struct exchange *x, struct response *response)
{
    const struct route *route = x->match.route;

    response_init(response);
    response->rep = x->match.rep;
    response->negotiated = x->match.negotiated;
    response->cache = route->cache;
    response->event.kind = route->event;
    name_event(&response->event, x);
}

static struct cached *make_page(struct exchange *x, const char *key)
{
    struct serve *serve = x->serve;
    struct response response;
    struct cached *page;
    enum err err;

    start_response(x, &response);
    err = serve->program->respond(serve->site, &x->request, &x->match, &response);
    if (err == ERR_NONE && buffer_failed(&response.body))
        err = ERR_MEMORY;
    if (err != ERR_NONE) {
        enum status status = status_for(err);

        response_free(&response);
        if (status == STATUS_INTERNAL)
            log_error("%s: %s", x->request.path, err_text(err));
        return forgiven_or_error(x, status, NULL);
    }
    if (*response.event.id == '\0')
        name_event(&response.event, x);
    response.personal = (*x->request.remembered != '\0' || looks_chosen(&x->request.looks)) &&
                        response_is_personal_kind(&response);
    /* A clock that jumped meanwhile has made a page of two times: for this reader only. */
    if (clock_now() < x->now || clock_now() - x->now > STEADY_SECONDS)
        key = NULL;
    page = cache_put(serve->cache, key, &response, x->now);
    response_free(&response);
    return page;
}

/* A form on somebody else's page, sent by the browser of a reader who knows nothing of it: nothing
 * of this site is changed or counted by that. Programs that say nothing of where they come from
 * forge nobody, and are let through; what they send is judged by the page. */
static bool is_forged(const struct exchange *x)
{
    const struct request *request = &x->request;

    if (request->method != METHOD_POST)
        return false;
    if (request->sender != SENDER_UNSAID)
        return request->sender == SENDER_FOREIGN;
    return *request->origin_host != '\0' &&
           strcmp(request->origin_host, x->serve->settings->site_host) != 0;
}

static struct cached *route_page(struct exchange *x)
{
    const char *allow = NULL;
    const char *key = NULL;
    struct cached *page = NULL;
    enum status status;

    status = route_match(x->serve->program->routes, &x->request, &x->match, &allow);
    if (x->match.refused != NULL) {
        x->request.refused = x->match.refused->name;
        x->request.allowed = x->match.refused->words;
    }
    if (status != STATUS_OK)
        return forgiven_or_error(x, status, allow);
    if (is_forged(x))
        return error_page(x, STATUS_FORBIDDEN, NULL);
    if (x->request.method == METHOD_GET || x->request.method == METHOD_HEAD) {
        key = make_key(x);
        if (key != NULL)
            page = cache_get(x->serve->cache, key, x->now);
    }
    figures_count_page(x->serve->figures, page != NULL);
    return page != NULL ? page : make_page(x, key);
}

/* The event of a page, by the parameters of this request. */
static struct event event_of(const struct exchange *x, const struct cached *page)
{
    struct event event = page->response.event;

    if (x->match.flagged && x->match.route->flagged != EVENT_NONE)
        event_set(&event, x->match.route->flagged, x->request.path + 1);
    return event;
}

/* A page that counts is not given to a browser that fetches ahead: whoever then opens it would ask
 * no more, and his view would be lost; whoever does not would be a view that was none. Refused, the
 * browser forgets it, and asks when it is opened. */
static struct cached *refuse_ahead(struct exchange *x, struct cached *page)
{
    if (page == NULL || x->request.client != CLIENT_PREFETCH || x->request.method != METHOD_GET ||
        page->response.event.kind == EVENT_NONE || status_code(page->response.status) >= 400)
        return page;
    x->ahead = event_of(x, page);
    return error_page(x, STATUS_UNAVAILABLE, NULL);
}

/* True if there is a snapshot to answer from. */
static bool refresh(struct serve *serve)
{
    bool changed = false;
    enum err err = directory_refresh(serve->directory, &changed);

    if (changed)
        cache_clear(serve->cache);
    if (changed || serve->clients_due)
        load_clients(serve);
    return err == ERR_NONE;
}

static bool is_from_edge(const struct serve *serve, const struct request_source *source)
{
    const char *value =
        *serve->edge_header == '\0' ? NULL : source->get(source->context, serve->edge_header);

    return value != NULL && *value != '\0';
}

static struct cached *find_page(struct exchange *x)
{
    const struct request_source *source = x->source;
    bool published = refresh(x->serve);
    enum status status;
    enum err err = request_parse(&x->request, source, &x->serve->clients, &status);

    if (err == ERR_MEMORY)
        return NULL;
    request_judge_staff(&x->request, source, &x->serve->staff);
    x->edge = is_from_edge(x->serve, source);
    if (err != ERR_NONE)
        return published ? forgiven_or_error(x, status, NULL) : error_page(x, status, NULL);
    if (x->request.redirect != NULL)
        return canonical_redirect(x);
    if (!published)
        return error_page(x, STATUS_UNAVAILABLE, NULL);
    return refuse_ahead(x, route_page(x));
}

/* --- the journal --- */

/* Fills the record for what is about to be sent. Returns NULL if it counts as a person's view, else
 * why not; record->event.kind is EVENT_NONE where nothing is written at all. */
static const char *make_record(const struct exchange *x, struct record *record)
{
    const struct request *request = &x->request;
    const struct response *response = &x->page->response;

    record->event = x->ahead;
    if (x->ahead.kind != EVENT_NONE)
        return client_word(request->client);
    if (request->method == METHOD_HEAD)
        return "head";
    if (status_code(response->status) >= 400) {
        if (request->method == METHOD_GET && /* a form that fails is no missing page */
            (response->status == STATUS_NOT_FOUND || response->status == STATUS_GONE) &&
            (response->rep == REP_HTML || response->rep == REP_SVG || response->rep == REP_PNG))
            event_set(&record->event, EVENT_MISSING, request->path);
        return "error";
    }
    if (response->event.kind == EVENT_NONE || response->status == STATUS_MOVED)
        return "uncounted";
    if (x->edge && request->method == METHOD_GET && response->status == STATUS_OK)
        return "edge";
    if (request->reload)
        return "reload";
    record->event = event_of(x, x->page);
    return request->client == CLIENT_PERSON ? NULL : client_word(request->client);
}

/* Fills in when and by whom. */
static void sign_record(const struct exchange *x, time_t when, struct record *record)
{
    const struct request *request = &x->request;

    record->when = when;
    record->client = request->client;
    memcpy(record->language, request->language, sizeof record->language);
    record->referrer[0] = '\0'; /* our own links are no referrers */
    if (strcmp(request->referrer_host, x->serve->settings->site_host) != 0)
        memcpy(record->referrer, request->referrer_host, strlen(request->referrer_host) + 1);
    searched_note(record, request, x->serve->program, x->serve->settings->site_host);
}

/* Writes the view down and returns the word for X-Vhod-Counted, "" for yes. */
static const char *record_view(const struct exchange *x)
{
    struct record record;
    const char *reason = make_record(x, &record);

    if (record.event.kind == EVENT_NONE)
        return reason;
    if (x->serve->journal == NULL)
        return reason != NULL ? reason : "offline";
    sign_record(x, x->now, &record);
    if (journal_append(x->serve->journal, &record) != ERR_NONE) { /* logged there */
        figures_count_lost(x->serve->figures);
        return "journal";
    }
    figures_count_written(x->serve->figures, record.event.kind, record.client);
    return reason != NULL ? reason : "";
}

/* --- the bytes --- */

/* The encoding liked best; brotli before gzip before none where they are liked the same. One that
 * saves nothing is passed over. */
static const struct buffer *choose_body(struct exchange *x)
{
    static const enum encoding order[] = {ENCODING_BROTLI, ENCODING_GZIP, ENCODING_IDENTITY};
    double quality[ENCODING__MAX];
    const struct buffer *body = NULL;

    memcpy(quality, x->request.encoding, sizeof quality);
    x->encoding = ENCODING_IDENTITY;
    if (*x->page->etag == '\0')
        return &x->page->response.body;
    for (size_t tries = 0; tries < ENCODING__MAX && body == NULL; tries++) {
        enum encoding best = ENCODING_IDENTITY;
        double liked = 0;

        for (size_t i = 0; i < ENCODING__MAX; i++)
            if (quality[order[i]] > liked) {
                best = order[i];
                liked = quality[best];
            }
        body = cache_encoded(x->serve->cache, x->page, best);
        x->encoding = best;
        quality[best] = 0;
    }
    return body;
}

/* The header block for this form of the page, made at its first use and kept with it. */
static const struct buffer *make_head(struct exchange *x, const struct buffer *body)
{
    struct cached *page = x->page;
    struct buffer *head = x->unmodified ? &page->unmodified[x->encoding] : &page->head[x->encoding];
    char digest[DIGEST_BASE64_SIZE] = "";
    struct headers_form form = {x->encoding, body->len, page->etag, x->unmodified, digest};
    enum err err = ERR_NONE;

    if (head->len > 0)
        return head;
    if (page->response.digest)
        digest_base64(buffer_text(body), body->len, digest);
    err = headers_write(head, &x->serve->policy, &page->response, &form);
    if (err == ERR_NONE)
        return head;
    log_error("%s: header block: %s", x->request.path, err_text(err));
    buffer_free(head);
    return NULL;
}

static bool has_body(const struct exchange *x)
{
    return !x->unmodified && x->request.method != METHOD_HEAD &&
           x->page->response.status != STATUS_NO_CONTENT;
}

static bool write_answer(struct exchange *x, struct buffer *out)
{
    const struct buffer *body = choose_body(x);
    const struct buffer *head;
    const char *reason;

    x->unmodified = x->page->response.status == STATUS_OK && x->request.method != METHOD_POST &&
                    headers_match(x->request.if_none_match, x->page->etag, x->encoding);
    head = make_head(x, body);
    if (head == NULL)
        return false;
    reason = record_view(x);
    buffer_add(out, head->data, head->len);
    buffer_puts(out, *reason == '\0' ? "X-Vhod-Counted: yes" : "X-Vhod-Counted: no; ");
    buffer_puts(out, reason);
    buffer_puts(out, "\r\n\r\n");
    if (has_body(x))
        buffer_add(out, body->data, body->len);
    return true;
}

/* No memory for anything else. */
static enum status last_resort(struct buffer *out)
{
    buffer_clear(out);
    buffer_puts(out, "Status: 500 Internal Server Error\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Length: 0\r\n"
                     "Cache-Control: no-store\r\n\r\n");
    return STATUS_INTERNAL;
}

static void count_request(const struct exchange *x, enum status status, int64_t began)
{
    const struct serve *serve = x->serve;
    const struct route *route = x->match.route;
    size_t row = route != NULL ? (size_t)(route - serve->program->routes) : FIGURES_NO_ROUTE;

    figures_count_request(serve->figures, row, status, (uint64_t)(clock_monotonic_us() - began));
}

enum status serve_request(struct serve *serve, const struct request_source *source,
                          struct buffer *out)
{
    struct exchange x = {.serve = serve, .source = source, .now = clock_now()};
    int64_t began = clock_monotonic_us();
    enum status status = STATUS_INTERNAL;

    buffer_clear(out);
    x.page = find_page(&x);
    /* A header that cannot be written is the page's fault: show that as an error, once. */
    if (x.page != NULL && !write_answer(&x, out)) {
        x.page = error_page(&x, STATUS_INTERNAL, NULL);
        if (x.page != NULL && !write_answer(&x, out))
            x.page = NULL;
    }
    if (x.page == NULL || buffer_failed(out))
        status = last_resort(out);
    else
        status = x.unmodified ? STATUS_NOT_MODIFIED : x.page->response.status;
    count_request(&x, status, began);
    route_match_free(&x.match);
    request_free(&x.request);
    return status;
}

bool serve_is_published(struct serve *serve)
{
    return refresh(serve);
}

enum err serve_record(struct serve *serve, const struct request_source *source, time_t when,
                      struct record *record)
{
    struct exchange x = {.serve = serve, .source = source, .now = clock_now()};
    enum err err = ERR_NONE;

    record->event.kind = EVENT_NONE;
    x.page = find_page(&x);
    if (x.page == NULL)
        err = ERR_MEMORY;
    else if (x.page->response.status == STATUS_OK)
        make_record(&x, record);
    if (record->event.kind != EVENT_NONE)
        sign_record(&x, when, record);
    route_match_free(&x.match);
    request_free(&x.request);
    return err;
}
