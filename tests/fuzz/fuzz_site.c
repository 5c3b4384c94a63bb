/*
 * fuzz_site.c: any bytes as a whole request, from the variables of FastCGI through route, page and
 * template to the bytes of the answer, over a published snapshot. Lines: method, target, then
 * variables in the order of the list below, then everything that follows is the body.
 *
 * The answer is whole and of a status that such a request may get (never 500), its fields are
 * clean, its length is true, text is UTF-8, and what a reader sent stands nowhere in it as an
 * element: a target with "<zq" must not give a page with "<zq".
 */
#include "base/settings.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "pages/routes.h"
#include "pages/site.h"
#include "tally/collect.h"
#include "web/serve.h"

#define PROGRAM(word, table)                                                                       \
    {                                                                                              \
        .name = word, .routes = table, .respond = site_respond, .error = site_error,               \
        .open = site_open, .close = site_close                                                     \
    }

static const struct program programs[] = {
    PROGRAM("regions", routes_regions), PROGRAM("guides", routes_guides),
    PROGRAM("search", routes_search), PROGRAM("stats", routes_stats)};

#define PROGRAMS (sizeof programs / sizeof programs[0])

static struct serve *served[PROGRAMS];

static const char *const names[] = {"REQUEST_METHOD",       "REQUEST_URI",          "HTTP_ACCEPT",
                                    "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE",          "HTTP_REFERER",
                                    "HTTP_IF_NONE_MATCH",   "HTTP_ACCEPT_LANGUAGE", "HTTP_ORIGIN",
                                    "HTTP_USER_AGENT",      "REMOTE_ADDR",          "CONTENT_TYPE"};

#define COUNT (sizeof names / sizeof names[0])

static const char *get(void *context, const char *name)
{
    char **lines = context;

    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return lines[i];
    return NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct settings *settings;

    (void)argc;
    (void)argv;
    fuzz_publish();
    if (setenv("VHOD_PATH_STATE", fuzz_state, 1) != 0 || setenv("VHOD_CACHE_KIB", "64", 1) != 0 ||
        setenv("VHOD_STATS_LOOPBACK", "yes", 1) != 0 ||
        settings_load(&settings, "data/vhod.ini", NULL) != ERR_NONE ||
        collect_site(settings, NULL) != ERR_NONE)
        abort();
    for (size_t i = 0; i < PROGRAMS; i++)
        if (serve_open(&served[i], &programs[i], settings, true) != ERR_NONE)
            abort();
    return 0;
}

/* Value of a field in the head of an answer; NULL if it has none. Not NUL-terminated. */
static const char *field(const char *head, const char *end, const char *name)
{
    const char *at = memmem(head, (size_t)(end - head), name, strlen(name));

    return at != NULL ? at + strlen(name) : NULL;
}

/* The head: lines of printable bytes with CRLF. Returns where the body begins. */
static const char *judge_head(const char *text, size_t len)
{
    const char *end = memmem(text, len, "\r\n\r\n", 4);

    if (end == NULL || strncmp(text, "Status: ", 8) != 0)
        abort();
    for (const char *at = text; at < end; at++) {
        if (*at == '\r' && at[1] == '\n')
            at++;
        else if ((unsigned char)*at < 0x20 || *at == 0x7f)
            abort();
    }
    return end + 4;
}

static void judge_status(enum status status)
{
    switch (status) {
    case STATUS_INTERNAL:
    case STATUS_UNAVAILABLE:
        abort();
    default:
        return;
    }
}

static void judge(const struct buffer *out, enum status status, const char *method)
{
    const char *text = buffer_text(out), *body = judge_head(text, out->len);
    size_t len = out->len - (size_t)(body - text);
    const char *length = field(text, body, "Content-Length: ");
    bool plain = field(text, body, "Content-Encoding: ") == NULL;
    bool sqlite = field(text, body, "sqlite3") != NULL;

    judge_status(status);
    if (len > 0 && (length == NULL || strtoul(length, NULL, 10) != len))
        abort();
    if (strcmp(method, "HEAD") == 0 && len > 0)
        abort();
    if (!plain || sqlite)
        return;
    if (!utf8_valid(body, len))
        abort();
    if (field(text, body, "Content-Type: text/html") != NULL && memmem(body, len, "<zq", 3) != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer out = BUFFER_INIT;
    char *lines[COUNT] = {NULL}, *text, *rest;
    struct request_source source = {.get = get, .context = lines};
    enum status status;

    if (size == 0)
        return 0;
    rest = text = fuzz_text(data + 1, size - 1);
    for (size_t i = 0; i < COUNT && rest != NULL; i++)
        lines[i] = strsep(&rest, "\n");
    if (lines[1] != NULL) {
        source.body = rest != NULL ? rest : "";
        source.body_len = strlen(source.body);
        status = serve_request(served[data[0] % PROGRAMS], &source, &out);
        judge(&out, status, lines[0]);
    }
    buffer_free(&out);
    free(text);
    return 0;
}
