/*
 * test_serve.c: a request's whole way, with a program, a directory and a journal that are made up
 * here: what is answered, what is kept, what is recorded, and what happens when each neighbour
 * fails.
 */
#include "base/settings.h"
#include "journal/journal.h"
#include "web/cache.h"
#include "web/serve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- memory that runs out --- */

static long fail_at;  /* the allocation that fails, from 1; 0: none */
static long attempts; /* allocations since fail_at was set */

#if !defined(__SANITIZE_ADDRESS__) /* the sanitizers bring their own malloc */

/* glibc's own names of its allocator. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool fails_now(void)
{
    return fail_at != 0 && ++attempts == fail_at;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __libc_realloc(old, size);
}

#endif

/* --- the neighbours --- */

static struct fake {
    enum err open, refresh, error, append, page, patterns;
    bool changed;
    const char *robot; /* the only pattern; NULL: none */
    int pages, errors, records, closed;
    struct record last;
} fake;

struct directory {
    int nothing;
};
struct journal {
    int nothing;
};

enum err directory_open(struct directory **out, const char *path, const char *site)
{
    assert_string_equal(path, "/nowhere/directory.db");
    assert_string_equal(site, "https://vhod.example");
    *out = calloc(1, sizeof **out);
    return fake.open;
}

void directory_close(struct directory *directory)
{
    free(directory);
}

enum err directory_refresh(struct directory *directory, bool *changed)
{
    (void)directory;
    *changed = fake.changed;
    fake.changed = false;
    return fake.refresh;
}

enum err directory_document(struct directory *directory, const char *query,
                            const struct directory_value *values, json_t **out)
{
    (void)directory;
    assert_string_equal(query, "clients");
    assert_null(values);
    if (fake.patterns != ERR_NONE)
        return fake.patterns;
    *out = fake.robot == NULL ? json_array()
                              : json_pack("[{s:s, s:s}]", "pattern", fake.robot, "client", "robot");
    return *out == NULL ? ERR_MEMORY : ERR_NONE;
}

enum err journal_open(struct journal **out, const char *folder, const char *node)
{
    assert_string_equal(folder, "/nowhere/journal");
    assert_string_equal(node, "node");
    *out = calloc(1, sizeof **out);
    return ERR_NONE;
}

void journal_close(struct journal *journal)
{
    free(journal);
}

enum err journal_append(struct journal *journal, const struct record *record)
{
    (void)journal;
    fake.records++;
    fake.last = *record;
    return fake.append;
}

char *settings_state_file(const struct settings *settings, const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "%s/%s", settings->path_state, name);
    return strdup(path);
}

/* Where no folder can be made, a worker counts by itself. */
char *settings_metrics_folder(const struct settings *settings)
{
    (void)settings;
    return strdup("/proc/nowhere/metrics");
}

/* --- the program --- */

static enum err site_open(void **site, const struct settings *settings, struct directory *directory)
{
    assert_non_null(settings);
    assert_non_null(directory);
    *site = &fake;
    return fake.open == ERR_TEMPLATE ? ERR_TEMPLATE : ERR_NONE;
}

static void site_close(void *site)
{
    assert_ptr_equal(site, &fake);
    fake.closed++;
}

static enum err respond(void *site, const struct request *request, const struct route_match *match,
                        struct response *response)
{
    assert_ptr_equal(site, &fake);
    fake.pages++;
    if (fake.page != ERR_NONE) {
        buffer_puts(&response->body, "half a page");
        response->location = strdup("/half");
        return fake.page;
    }
    if (strncmp(request->path, "/go/", 4) == 0) {
        event_set(&response->event, EVENT_DEPARTURE, match->values.value[0]);
        return response_redirect(response, STATUS_SEE_OTHER, "https://portal.example/");
    }
    if (strcmp(request->path, "/broken") == 0)
        response->allow = strdup("GET\r\nX: y");
    if (strcmp(request->path, "/quiet") == 0)
        response->status = STATUS_NO_CONTENT;
    if (strcmp(request->path, "/minute") == 0)
        response->max_age = 0;
    buffer_printf(&response->body, "page %d of %s\n", fake.pages, request->path);
    while (response->body.len < 3000 && !buffer_failed(&response->body))
        buffer_puts(&response->body, "<p>the same text again</p>\n");
    return ERR_NONE;
}

static enum err make_error(void *site, const struct request *request, enum status status,
                           struct response *response)
{
    (void)site;
    fake.errors++;
    response->rep = request->extension == REP__MAX ? REP_HTML : request->extension;
    response->cache = CACHE_PAGE; /* a program's slip: an error is kept by nobody all the same */
    buffer_printf(&response->body, "error page %d", status_code(status));
    return fake.error;
}

static const struct route routes[] = {
    {.pattern = "/",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_PAGE,
     .event = EVENT_PAGE},
    {.pattern = "/q/{number}",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML) | REP_BIT(REP_JSON),
     .cache = CACHE_PAGE,
     .event = EVENT_QUESTION,
     .params = {{"number", PARAM_NUMBER, true},
                {"r", PARAM_NUMBER, false},
                {"cited", PARAM_FLAG, false}},
     .flagged = EVENT_CITED},
    {.pattern = "/go/{iso}",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_NEVER,
     .event = EVENT_DEPARTURE,
     .params = {{"iso", PARAM_REGION, true}}},
    {.pattern = "/report",
     .methods = 1u << METHOD_POST,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_PAGE,
     .event = EVENT_REPORT},
    {.pattern = "/broken",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_PAGE},
    {.pattern = "/quiet",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_NEVER},
    {.pattern = "/minute",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_PAGE},
    {.pattern = "/stats",
     .methods = 1u << METHOD_GET,
     .reps = REP_BIT(REP_HTML),
     .cache = CACHE_PRIVATE},
    {.pattern = NULL},
};

static const struct program program = {.name = "fake",
                                       .routes = routes,
                                       .respond = respond,
                                       .error = make_error,
                                       .open = site_open,
                                       .close = site_close};

/* --- one request --- */

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

struct call {
    const char *method, *uri;
    const char *name, *value; /* one more variable */
    const char *agent;        /* NULL: a browser */
};

static const char *get(void *context, const char *name)
{
    const struct call *call = context;

    if (strcmp(name, "REQUEST_METHOD") == 0)
        return call->method;
    if (strcmp(name, "REQUEST_URI") == 0)
        return call->uri;
    if (strcmp(name, "HTTP_USER_AGENT") == 0)
        return call->agent != NULL ? call->agent : FIREFOX;
    if (call->name != NULL && strcmp(name, call->name) == 0)
        return call->value;
    return strcmp(name, "HTTP_ACCEPT_LANGUAGE") == 0 ? "ru" : NULL;
}

struct fixture {
    struct settings settings;
    struct serve *serve;
    struct buffer out;
};

static enum status ask(struct fixture *fixture, struct call call)
{
    struct request_source source = {.get = get, .context = &call};

    return serve_request(fixture->serve, &source, &fixture->out);
}

/* The answer has this line in its header block. */
static bool says(const struct fixture *fixture, const char *line)
{
    char *head = strndup(
        buffer_text(&fixture->out),
        (size_t)(strstr(buffer_text(&fixture->out), "\r\n\r\n") - buffer_text(&fixture->out) + 2));
    char *at = strstr(head, line);
    bool found =
        at != NULL && (at == head || at[-1] == '\n') && strncmp(at + strlen(line), "\r\n", 2) == 0;

    free(head);
    return found;
}

static const char *body(const struct fixture *fixture)
{
    return strstr(buffer_text(&fixture->out), "\r\n\r\n") + 4;
}

static const char *etag(const struct fixture *fixture, char out[static 64])
{
    out[0] = '\0';
    sscanf(strstr(buffer_text(&fixture->out), "ETag: "), "ETag: %60s", out);
    return out;
}

static int setup(void **state)
{
    static char url[] = "https://vhod.example", host[] = "vhod.example", frames[] = "*",
                nowhere[] = "/nowhere", node[] = "node", staff[] = "10.0.0.0/8", edge[] = "X-Edge";
    struct fixture *fixture = calloc(1, sizeof *fixture);

    memset(&fake, 0, sizeof fake);
    fixture->settings = (struct settings){.site_url = url,
                                          .site_host = host,
                                          .site_frame_ancestors = frames,
                                          .path_state = nowhere,
                                          .node = node,
                                          .stats_staff_networks = staff,
                                          .journal_edge_header = edge,
                                          .cache_kib = 1024};
    *state = fixture;
    return serve_open(&fixture->serve, &program, &fixture->settings, true) == ERR_NONE ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    serve_close(fixture->serve);
    buffer_free(&fixture->out);
    free(fixture);
    return 0;
}

/* --- who reads --- */

/* Patterns are those of the snapshot that is open, and are had again where memory ran out. */
static void test_patterns_of_the_snapshot(void **state)
{
    static const char counted[] = "X-Vhod-Counted: yes", robot[] = "X-Vhod-Counted: no; robot";
    struct fixture *f = *state;
    struct call call = {"GET", "/", NULL, NULL,
                        "Mozilla/5.0 (X11; rv:60.0) Gecko/20100101 Firefox/60.0 Newreader/1.0"};

    ask(f, call);
    assert_true(says(f, counted));
    fake.robot = "NewReader";
    ask(f, call);
    assert_true(says(f, counted)); /* the snapshot is still the one before */
    fake.changed = true;
    ask(f, call);
    assert_true(says(f, robot));

    fake.changed = true;
    fake.patterns = ERR_MEMORY;
    ask(f, call);
    assert_true(says(f, counted));
    fake.patterns = ERR_NONE;
    ask(f, call);
    assert_true(says(f, robot));
}

/* --- refusals --- */

static void test_refusals(void **state)
{
    static const struct {
        struct call call;
        enum status status;
        const char *line;
    } rows[] = {
        {{"GET", "/a/../b", NULL, NULL, NULL}, STATUS_BAD_REQUEST, "Status: 400 Bad Request"},
        {{"GET", "/%0d%0aX:y", NULL, NULL, NULL}, STATUS_BAD_REQUEST, "Cache-Control: no-store"},
        {{"GET", "/q/17?r=x", NULL, NULL, NULL}, STATUS_BAD_REQUEST, "Content-Length: 14"},
        {{"GET", "/nothing", NULL, NULL, NULL}, STATUS_NOT_FOUND, "Status: 404 Not Found"},
        {{"POST", "/q/17", NULL, NULL, NULL}, STATUS_METHOD_NOT_ALLOWED, "Allow: GET, HEAD"},
        {{"GET", "/report", NULL, NULL, NULL}, STATUS_METHOD_NOT_ALLOWED, "Allow: POST"},
        {{NULL, NULL, NULL, NULL, NULL}, STATUS_BAD_REQUEST, "X-Vhod-Counted: no; error"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ask(fixture, rows[i].call) != rows[i].status || !says(fixture, rows[i].line))
            fail_msg("row %zu: %s", i, buffer_text(&fixture->out));
        assert_true(says(fixture, "X-Content-Type-Options: nosniff"));
        assert_memory_equal(body(fixture), "error page ", 11);
        assert_false(strstr(buffer_text(&fixture->out), "ETag") != NULL);
    }
    assert_int_equal(fake.pages, 0);
}

static void test_failures_of_a_page(void **state)
{
    static const struct {
        enum err err;
        enum status status;
    } rows[] = {{ERR_NOT_FOUND, STATUS_NOT_FOUND}, {ERR_GONE, STATUS_GONE},
                {ERR_INVALID, STATUS_BAD_REQUEST}, {ERR_LIMIT, STATUS_BAD_REQUEST},
                {ERR_BUSY, STATUS_UNAVAILABLE},    {ERR_MEMORY, STATUS_INTERNAL},
                {ERR_DATABASE, STATUS_INTERNAL},   {ERR_TEMPLATE, STATUS_INTERNAL}};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake.page = rows[i].err;
        assert_int_equal(ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL}),
                         rows[i].status);
        assert_null(strstr(buffer_text(&fixture->out), "half"));
    }
    fake.page = ERR_NONE; /* no failure was kept */
    assert_int_equal(ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL}), STATUS_OK);
}

static void test_failing_error_page(void **state)
{
    struct fixture *fixture = *state;

    fake.error = ERR_TEMPLATE;
    assert_int_equal(ask(fixture, (struct call){"GET", "/nothing", NULL, NULL, NULL}),
                     STATUS_NOT_FOUND);
    assert_string_equal(body(fixture), "404 Not Found\n");
    assert_true(says(fixture, "Content-Type: text/plain; charset=utf-8"));
    assert_int_equal(ask(fixture, (struct call){"POST", "/", NULL, NULL, NULL}),
                     STATUS_METHOD_NOT_ALLOWED);
    assert_true(says(fixture, "Allow: GET, HEAD"));
}

static void test_unwritable_header(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(ask(fixture, (struct call){"GET", "/broken", NULL, NULL, NULL}),
                     STATUS_INTERNAL);
    assert_true(says(fixture, "Status: 500 Internal Server Error"));
    assert_string_equal(body(fixture), "error page 500");
    assert_null(strstr(buffer_text(&fixture->out), "X: y"));
}

static void test_nothing_published(void **state)
{
    struct fixture *fixture = *state;

    fake.refresh = ERR_NOT_FOUND;
    assert_int_equal(ask(fixture, (struct call){"GET", "/", NULL, NULL, NULL}), STATUS_UNAVAILABLE);
    assert_string_equal(body(fixture), "error page 503");
    fake.refresh = ERR_NONE;
    fake.changed = true;
    assert_int_equal(ask(fixture, (struct call){"GET", "/", NULL, NULL, NULL}), STATUS_OK);
}

static void test_cannot_start(void **state)
{
    struct fixture *fixture = *state;
    char frames[] = "https://a; script-src *";
    struct settings settings = fixture->settings;
    struct serve *serve = NULL;

    settings.site_frame_ancestors = frames;
    assert_int_equal(serve_open(&serve, &program, &settings, true), ERR_INVALID);
    assert_null(serve);
    fake.open = ERR_TEMPLATE;
    assert_int_equal(serve_open(&serve, &program, &fixture->settings, true), ERR_TEMPLATE);
    assert_int_equal(fake.closed, 0); /* what was not opened is not closed */
    assert_null(serve);
    serve_close(NULL);
}

/* --- pages --- */

static void test_page_is_made_once(void **state)
{
    static const char *const same[] = {"/q/17", "/q/17?utm_source=x", "/q/17?cited",
                                       "/q/17?cited=1&fbclid=%ff", "http://other.example/q/17"};
    static const char *const others[] = {"/q/18", "/q/17?r=2", "/q/17.json"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(ask(fixture, (struct call){"GET", same[i], NULL, NULL, NULL}), STATUS_OK);
    assert_int_equal(fake.pages, 1);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ask(fixture, (struct call){"GET", others[i], NULL, NULL, NULL});
    assert_int_equal(fake.pages, 4);
    fake.changed = true; /* a new snapshot */
    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    assert_int_equal(fake.pages, 5);
    for (int i = 0; i < 2; i++) {
        ask(fixture, (struct call){"GET", "/minute", NULL, NULL, NULL});
        ask(fixture, (struct call){"GET", "/stats", NULL, NULL, NULL});
        ask(fixture, (struct call){"POST", "/report", NULL, NULL, NULL});
    }
    assert_int_equal(fake.pages, 11);
}

static void test_negotiation(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, (struct call){"GET", "/q/17", "HTTP_ACCEPT", "application/json", NULL});
    assert_true(says(fixture, "Content-Type: application/json"));
    assert_true(says(fixture, "Vary: Accept, Accept-Encoding, Cookie"));
    ask(fixture, (struct call){"GET", "/q/17.json", "HTTP_ACCEPT", "text/html", NULL});
    assert_true(says(fixture, "Content-Type: application/json"));
    assert_true(says(fixture, "Vary: Accept-Encoding"));
    ask(fixture, (struct call){"GET", "/", "HTTP_ACCEPT", "application/json", NULL});
    assert_true(says(fixture, "Content-Type: text/html; charset=utf-8"));
    assert_true(says(fixture, "Vary: Accept-Encoding, Cookie"));
}

/* Regions that a reader had us remember: a page of their own, in no shared cache, and nobody
 * else's. */
static void test_remembered(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    assert_true(says(fixture, "Cache-Control: public, no-cache"));
    ask(fixture, (struct call){"GET", "/q/17", "HTTP_COOKIE", "regions=ru-alt", NULL});
    assert_true(says(fixture, "Cache-Control: private, no-cache"));
    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    assert_true(says(fixture, "Cache-Control: public, no-cache"));
    ask(fixture, (struct call){"GET", "/q/17", "HTTP_COOKIE", "regions=<b>", NULL});
    assert_true(says(fixture, "Cache-Control: public, no-cache"));
    ask(fixture, (struct call){"GET", "/q/17.json", "HTTP_COOKIE", "regions=ru-alt", NULL});
    assert_true(says(fixture, "Cache-Control: public, no-cache"));
    assert_true(says(fixture, "Vary: Accept-Encoding"));
}

static void test_encodings(void **state)
{
    static const struct {
        const char *accepted, *line;
    } rows[] = {
        {"gzip, br", "Content-Encoding: br"},
        {"gzip;q=0.9, br;q=0.8", "Content-Encoding: gzip"},
        {"br;q=0, *", "Content-Encoding: gzip"},
        {"identity, gzip;q=0.5", "Content-Length: 3026"},
        {"zstd", "Content-Length: 3026"},
        {"identity;q=0, br;q=0",
         "Content-Length: 3026"}, /* nothing fits: better this than nothing */
        {NULL, "Content-Length: 3026"},
    };
    struct fixture *fixture = *state;
    char line[64];

    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    snprintf(line, sizeof line, "Content-Length: %zu", strlen(body(fixture)));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *wanted = rows[i].line[8] == 'E' ? rows[i].line : line;

        ask(fixture, (struct call){"GET", "/q/17", "HTTP_ACCEPT_ENCODING", rows[i].accepted, NULL});
        if (!says(fixture, wanted))
            fail_msg("%s: no %s", rows[i].accepted, wanted);
        snprintf(line + 32, sizeof line - 32, "Content-Length: %zu",
                 fixture->out.len - (size_t)(body(fixture) - buffer_text(&fixture->out)));
        assert_true(says(fixture, line + 32));
    }
    assert_int_equal(fake.pages, 1);
}

static void test_conditional(void **state)
{
    struct fixture *fixture = *state;
    char tag[64];

    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    etag(fixture, tag);
    assert_int_equal(strlen(tag), 18);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            ask(fixture, (struct call){"GET", "/q/17", "HTTP_IF_NONE_MATCH", tag, NULL}),
            STATUS_NOT_MODIFIED);
        assert_true(says(fixture, "Status: 304 Not Modified"));
        assert_true(says(fixture, "Cache-Control: public, no-cache"));
        assert_true(says(fixture, "X-Vhod-Counted: yes"));
        assert_string_equal(body(fixture), "");
    }
    assert_int_equal(fake.records, 3); /* a view is a view, cached or not */
    assert_int_equal(ask(fixture, (struct call){"GET", "/q/18", "HTTP_IF_NONE_MATCH", tag, NULL}),
                     STATUS_OK);
    assert_int_equal(
        ask(fixture, (struct call){"GET", "/nothing", "HTTP_IF_NONE_MATCH", "*", NULL}),
        STATUS_NOT_FOUND);
    assert_int_equal(ask(fixture, (struct call){"GET", "/stats", "HTTP_IF_NONE_MATCH", "*", NULL}),
                     STATUS_OK);
}

static void test_head(void **state)
{
    struct fixture *fixture = *state;
    struct buffer whole = BUFFER_INIT;
    size_t head;

    ask(fixture, (struct call){"GET", "/q/17", NULL, NULL, NULL});
    buffer_add(&whole, fixture->out.data, fixture->out.len);
    assert_int_equal(ask(fixture, (struct call){"HEAD", "/q/17", NULL, NULL, NULL}), STATUS_OK);
    assert_string_equal(body(fixture), "");
    head = (size_t)(strstr(buffer_text(&whole), "X-Vhod-Counted") - buffer_text(&whole));
    assert_memory_equal(whole.data, fixture->out.data, head);
    assert_true(says(fixture, "X-Vhod-Counted: no; head"));
    assert_int_equal(fake.records, 1);
    buffer_free(&whole);

    assert_int_equal(ask(fixture, (struct call){"GET", "/quiet", NULL, NULL, NULL}),
                     STATUS_NO_CONTENT);
    assert_string_equal(body(fixture), "");
}

static void test_redirects(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(ask(fixture, (struct call){"GET", "/Q/17/?r=2", NULL, NULL, NULL}),
                     STATUS_MOVED);
    assert_true(says(fixture, "Location: /q/17?r=2"));
    assert_true(says(fixture, "X-Vhod-Counted: no; uncounted"));
    assert_int_equal(fake.records, 0);
    assert_int_equal(ask(fixture, (struct call){"GET", "/go/ru-alt", NULL, NULL, NULL}),
                     STATUS_SEE_OTHER);
    assert_true(says(fixture, "Location: https://portal.example/"));
    assert_true(says(fixture, "Cache-Control: no-store"));
    assert_true(says(fixture, "X-Vhod-Counted: yes"));
    assert_int_equal(fake.last.event.kind, EVENT_DEPARTURE);
    assert_string_equal(fake.last.event.id, "ru-alt");
}

/* --- the journal --- */

static void test_records(void **state)
{
    static const struct {
        struct call call;
        const char *counted; /* NULL: yes */
        enum event_kind kind;
        const char *id;
    } rows[] = {
        {{"GET", "/nothing", NULL, NULL, NULL}, "error", EVENT_MISSING, "/nothing"},
        {{"GET", "/nothing.json", NULL, NULL, NULL}, "error", EVENT_NONE, NULL},
        {{"GET", "/a%zz", NULL, NULL, NULL}, "error", EVENT_NONE, NULL},
        {{"GET", "/minute", NULL, NULL, NULL}, "uncounted", EVENT_NONE, NULL},
        {{"GET", "/", "HTTP_SEC_PURPOSE", "prefetch", NULL}, "prefetch", EVENT_PAGE, "/"},
        {{"GET", "/q/17?cited", "HTTP_SEC_PURPOSE", "prefetch;prerender", NULL},
         "prefetch",
         EVENT_CITED,
         "q/17"},
        {{"GET", "/nothing", "HTTP_PURPOSE", "prefetch", NULL}, "error", EVENT_MISSING, "/nothing"},
        {{"GET", "/", NULL, NULL, " "}, "robot", EVENT_PAGE, "/"},
        {{"GET", "/", "HTTP_ACCEPT_LANGUAGE", "", NULL}, "pretender", EVENT_PAGE, "/"},
        {{"GET", "/", "REMOTE_USER", "owner", NULL}, "staff", EVENT_PAGE, "/"},
        {{"GET", "/", NULL, NULL, NULL}, NULL, EVENT_PAGE, "/"},
        {{"GET", "/q/17.json", NULL, NULL, NULL}, NULL, EVENT_QUESTION, "/q/17"},
        {{"GET", "/q/17?cited", NULL, NULL, NULL}, NULL, EVENT_CITED, "q/17"},
        {{"POST", "/report", NULL, NULL, NULL}, NULL, EVENT_REPORT, "/report"},
    };
    struct fixture *fixture = *state;
    char line[64];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int before = fake.records;

        ask(fixture, rows[i].call);
        snprintf(line, sizeof line, "X-Vhod-Counted: %s%s",
                 rows[i].counted != NULL ? "no; " : "yes",
                 rows[i].counted != NULL ? rows[i].counted : "");
        if (!says(fixture, line))
            fail_msg("row %zu: %s", i, buffer_text(&fixture->out));
        assert_int_equal(fake.records - before, rows[i].kind != EVENT_NONE);
        if (rows[i].kind != EVENT_NONE) {
            assert_int_equal(fake.last.event.kind, rows[i].kind);
            assert_string_equal(fake.last.event.id, rows[i].id);
        }
    }
}

static void test_record_fields(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, (struct call){"GET", "/", "HTTP_REFERER", "https://School.example/x", NULL});
    assert_string_equal(fake.last.referrer, "school.example");
    assert_string_equal(fake.last.language, "ru");
    assert_int_equal(fake.last.client, CLIENT_PERSON);
    ask(fixture, (struct call){"GET", "/", "HTTP_REFERER", "https://vhod.example/regions", NULL});
    assert_string_equal(fake.last.referrer, ""); /* our own links are no referrers */
    ask(fixture, (struct call){"GET", "/", "HTTP_ACCEPT_LANGUAGE", "ru-RU,ru;q=0.9", NULL});
    assert_string_equal(fake.last.language, "ru");
    assert_true(fake.last.when > 0);
}

static void test_failing_journal(void **state)
{
    struct fixture *fixture = *state;

    fake.append = ERR_SYSTEM;
    assert_int_equal(ask(fixture, (struct call){"GET", "/", NULL, NULL, NULL}), STATUS_OK);
    assert_true(says(fixture, "X-Vhod-Counted: no; journal"));
    assert_memory_equal(body(fixture), "page 1", 6);
}

/* Each allocation of a request fails once. The answer is then the right one (what failed was a
 * luxury: an encoding), an error without half a page, or nothing at all, which the loop drops; and
 * the next is right. */
static void test_no_memory(void **state)
{
    static const struct call calls[] = {
        {"GET", "/q/17?r=2&x=%D0%B6", "HTTP_ACCEPT_ENCODING", "br", NULL},
        {"GET", "/q/17", "HTTP_REFERER", "https://school.example/", NULL},
        {"GET", "/Q/17/", NULL, NULL, NULL},
        {"GET", "/go/ru-alt", NULL, NULL, NULL},
        {"GET", "/nothing", NULL, NULL, NULL},
        {"POST", "/", NULL, NULL, NULL},
    };
    struct fixture *fixture = *state;

#if defined(__SANITIZE_ADDRESS__)
    skip();
#endif
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        enum status right = ask(fixture, calls[i]);
        long n = 0;

        do {
            enum status status;

            fake.changed = true; /* empties the cache */
            buffer_free(&fixture->out);
            attempts = 0;
            fail_at = ++n;
            status = ask(fixture, calls[i]);
            fail_at = 0;
            if (status != right && status != STATUS_INTERNAL)
                fail_msg("%s, allocation %ld: %d", calls[i].uri, n, status_code(status));
            if (fixture->out.len > 0) {
                assert_memory_equal(fixture->out.data, "Status: ", 8);
                assert_non_null(strstr(fixture->out.data, "\r\n\r\n"));
            }
            if (status == STATUS_INTERNAL && fixture->out.len > 0)
                assert_null(strstr(body(fixture), "the same text"));
            assert_int_equal(ask(fixture, calls[i]), right);
        } while (attempts >= n);
        assert_true(n > 3); /* something did fail */
    }
}

static void test_offline(void **state)
{
    struct fixture *fixture = *state;
    struct serve *serve = fixture->serve;

    assert_int_equal(serve_open(&fixture->serve, &program, &fixture->settings, false), ERR_NONE);
    assert_int_equal(ask(fixture, (struct call){"GET", "/", NULL, NULL, NULL}), STATUS_OK);
    assert_true(says(fixture, "X-Vhod-Counted: no; offline"));
    assert_int_equal(fake.records, 0);
    serve_close(fixture->serve);
    fixture->serve = serve;
}

static void test_staff(void **state)
{
    struct fixture *fixture = *state;

    ask(fixture, (struct call){"GET", "/", "REMOTE_ADDR", "10.1.2.3", NULL});
    assert_true(says(fixture, "X-Vhod-Counted: no; staff"));
    assert_int_equal(fake.last.client, CLIENT_STAFF);
    ask(fixture, (struct call){"GET", "/", "REMOTE_ADDR", "203.0.113.1", NULL});
    assert_true(says(fixture, "X-Vhod-Counted: yes"));
}

/* What the log of the cache in front counts is not written down here; all else is. */
static void test_edge(void **state)
{
    static const struct {
        struct call call;
        const char *line;
        int records;
    } rows[] = {
        {{"GET", "/q/17", "HTTP_X_EDGE", "1", NULL}, "X-Vhod-Counted: no; edge", 0},
        {{"GET", "/q/17", "HTTP_X_EDGE", "", NULL}, "X-Vhod-Counted: yes", 1},
        {{"GET", "/q/17", NULL, NULL, NULL}, "X-Vhod-Counted: yes", 1},
        {{"GET", "/go/ru-alt", "HTTP_X_EDGE", "1", NULL}, "X-Vhod-Counted: yes", 1},
        {{"GET", "/nothing", "HTTP_X_EDGE", "1", NULL}, "X-Vhod-Counted: no; error", 1},
        {{"POST", "/report", "HTTP_X_EDGE", "1", NULL}, "X-Vhod-Counted: yes", 1},
        {{"HEAD", "/q/17", "HTTP_X_EDGE", "1", NULL}, "X-Vhod-Counted: no; head", 0},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake.records = 0;
        ask(fixture, rows[i].call);
        if (!says(fixture, rows[i].line) || fake.records != rows[i].records)
            fail_msg("row %zu: %d records: %s", i, fake.records, buffer_text(&fixture->out));
    }
}

/* What a log's line counts as, without a word in the journal. */
static void test_record_of_a_log(void **state)
{
    static const struct {
        struct call call;
        enum event_kind kind;
        const char *id;
    } rows[] = {
        {{"GET", "/q/17", NULL, NULL, NULL}, EVENT_QUESTION, "/q/17"},
        {{"GET", "/q/17?cited", NULL, NULL, NULL}, EVENT_CITED, "q/17"},
        {{"GET", "/q/17.json", NULL, NULL, NULL}, EVENT_QUESTION, "/q/17"},
        {{"HEAD", "/q/17", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/go/ru-alt", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/nothing", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/Q/17", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/a/../b", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/quiet", NULL, NULL, NULL}, EVENT_NONE, NULL},
        {{"GET", "/q/17", "HTTP_X_EDGE", "1", NULL}, EVENT_NONE, NULL},
    };
    struct fixture *fixture = *state;
    struct record record;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct call call = rows[i].call;
        struct request_source source = {.get = get, .context = &call};

        assert_int_equal(serve_record(fixture->serve, &source, 1234, &record), ERR_NONE);
        if (record.event.kind != rows[i].kind)
            fail_msg("row %zu: kind %d", i, (int)record.event.kind);
        if (rows[i].id != NULL) {
            assert_string_equal(record.event.id, rows[i].id);
            assert_int_equal(record.when, 1234);
            assert_int_equal(record.client, CLIENT_PERSON);
        }
    }
    assert_int_equal(fake.records, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_patterns_of_the_snapshot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failures_of_a_page, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failing_error_page, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unwritable_header, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_published, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cannot_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_page_is_made_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_negotiation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_remembered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_encodings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_conditional, setup, teardown),
        cmocka_unit_test_setup_teardown(test_head, setup, teardown),
        cmocka_unit_test_setup_teardown(test_redirects, setup, teardown),
        cmocka_unit_test_setup_teardown(test_records, setup, teardown),
        cmocka_unit_test_setup_teardown(test_record_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failing_journal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_staff, setup, teardown),
        cmocka_unit_test_setup_teardown(test_edge, setup, teardown),
        cmocka_unit_test_setup_teardown(test_record_of_a_log, setup, teardown),
        cmocka_unit_test_setup_teardown(test_offline, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
