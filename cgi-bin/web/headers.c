/*
 * headers.c: writes header blocks. Values are checked here once more, whoever made them: a line end
 * in a value would be a header, or a page, of somebody else's.
 */
#include "web/headers.h"
#include "web/encode.h"
#include <string.h>

#define SHORT_MAX_AGE 300
/* Two years, as browsers' preload lists ask for. Subdomains are not ours to promise for. */
#define STRICT_TRANSPORT "max-age=63072000"
/* A page of this site needs none of a device's senses. */
#define PERMISSIONS "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
/* Seconds after which a 503 is worth another try: a publish takes less. */
#define RETRY_AFTER "10"

struct head {
    struct buffer *out;
    const struct headers_policy *policy;
    const struct response *response;
    const struct headers_form *form;
    enum err err;
};

/* --- lines --- */

static bool is_value(const char *value)
{
    for (; *value != '\0'; value++)
        if ((unsigned char)*value < 0x20 || *value == 0x7f)
            return false;
    return true;
}

static void line(struct head *head, const char *name, const char *value)
{
    if (!is_value(value)) {
        head->err = ERR_INVALID;
        return;
    }
    buffer_puts(head->out, name);
    buffer_puts(head->out, ": ");
    buffer_puts(head->out, value);
    buffer_puts(head->out, "\r\n");
}

static void write_status(struct head *head)
{
    enum status status = head->form->unmodified ? STATUS_NOT_MODIFIED : head->response->status;

    buffer_printf(head->out, "Status: %d %s\r\n", status_code(status), status_reason(status));
    if (status == STATUS_UNAVAILABLE)
        line(head, "Retry-After", RETRY_AFTER);
}

/* --- content --- */

/* A name that needs quoting would need escaping; ours need neither (RFC 6266). */
static void write_filename(struct head *head)
{
    const char *name = head->response->filename;

    if (name == NULL)
        return;
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-")] != '\0') {
        head->err = ERR_INVALID;
        return;
    }
    buffer_printf(head->out, "Content-Disposition: attachment; filename=\"%s\"\r\n", name);
}

static void write_content(struct head *head)
{
    const struct response *response = head->response;
    const char *token = encode_token(head->form->encoding);
    const char *type = response->media_type != NULL ? response->media_type
                                                    : representation_media_type(response->rep);

    if (head->form->unmodified || response->status == STATUS_NO_CONTENT)
        return;
    if (response->problem && response->rep == REP_JSON)
        type = "application/problem+json";
    line(head, "Content-Type", type);
    if (token != NULL)
        line(head, "Content-Encoding", token);
    buffer_printf(head->out, "Content-Length: %zu\r\n", head->form->length);
    write_filename(head);
    if (head->form->digest != NULL && *head->form->digest != '\0')
        buffer_printf(head->out, "Repr-Digest: sha-256=:%s:\r\n", head->form->digest);
}

static void write_direction(struct head *head)
{
    if (head->response->location != NULL)
        line(head, "Location", head->response->location);
    if (head->response->allow != NULL)
        line(head, "Allow", head->response->allow);
    if (head->response->set_cookie != NULL)
        line(head, "Set-Cookie", head->response->set_cookie);
}

/* --- caching --- */

static const struct {
    const char *control;
    bool aged; /* max-age stands in it */
} rules[CACHE__MAX] = {
    [CACHE_PAGE] = {"public, no-cache", false},
    [CACHE_SHORT] = {"public", true},
    [CACHE_PRIVATE] = {"private, no-store", false},
    [CACHE_NEVER] = {"no-store", false},
};

static void write_cache_control(struct head *head)
{
    const struct response *response = head->response;
    long age = response->max_age >= 0 ? response->max_age : SHORT_MAX_AGE;

    if (response->personal)
        line(head, "Cache-Control", "private, no-cache");
    else if (rules[response->cache].aged)
        buffer_printf(head->out, "Cache-Control: %s, max-age=%ld\r\n",
                      rules[response->cache].control, age);
    else
        line(head, "Cache-Control", rules[response->cache].control);
}

/* Exact, or caches between us and the reader would keep one answer for all, or one for each. */
static void write_vary(struct head *head)
{
    const struct response *response = head->response;

    if (response->status != STATUS_OK || !response_is_public(response))
        return;
    buffer_puts(head->out, "Vary: ");
    if (response->negotiated)
        buffer_puts(head->out, "Accept, ");
    buffer_puts(head->out, "Accept-Encoding");
    /* the HTML at this address may show what the cookie says; JSON by its own address never does */
    if (response_is_personal_kind(response) ||
        (response->negotiated && response->cache == CACHE_PAGE))
        buffer_puts(head->out, ", Cookie");
    buffer_puts(head->out, "\r\n");
}

static void write_etag(struct head *head)
{
    const char *token = encode_token(head->form->encoding);

    if (*head->form->etag == '\0')
        return;
    buffer_printf(head->out, "ETag: \"%s%s%s\"\r\n", head->form->etag, token != NULL ? "-" : "",
                  token != NULL ? token : "");
}

/* --- security --- */

/* Appends a directive whose sources come from settings or a program: they cannot end it. */
static void directive(struct head *head, const char *name, const char *sources)
{
    if (!is_value(sources) || strpbrk(sources, ";,") != NULL) {
        head->err = ERR_INVALID;
        return;
    }
    buffer_puts(head->out, "; ");
    buffer_puts(head->out, name);
    if (*sources != '\0')
        buffer_putc(head->out, ' ');
    buffer_puts(head->out, sources);
}

/* Appends " 'sha256-…'" if there is a hash. Base64 has no character that could end a source. */
static void source_hash(struct head *head, const char *hash)
{
    if (*hash == '\0')
        return;
    buffer_puts(head->out, " 'sha256-");
    buffer_puts(head->out, hash);
    buffer_putc(head->out, '\'');
}

/* What a page may load; anything that is no page may load nothing. */
static void page_sources(struct head *head)
{
    const struct response *response = head->response;
    /* A frame on somebody else's page runs no script but the one inside it. */
    const char *scripts = response->embeddable ? NULL : head->policy->script_policy;

    directive(head, "style-src", "'self'");
    source_hash(head, response->style_hash);
    if (scripts != NULL || *response->script_hash != '\0') {
        directive(head, "script-src", scripts != NULL ? scripts : "");
        source_hash(head, response->script_hash);
    }
    directive(head, "img-src", "'self'");
    if (response->frames)
        directive(head, "frame-src", "'self'");
    directive(head, "connect-src", "'self'");
    directive(head, "manifest-src", "'self'");
    directive(head, "form-action", "'self'");
}

static void write_content_policy(struct head *head)
{
    const struct response *response = head->response;

    buffer_puts(head->out, "Content-Security-Policy: default-src 'none'");
    if (response->rep == REP_HTML) {
        page_sources(head);
    } else if (*response->style_hash != '\0') {
        directive(head, "style-src", "");
        source_hash(head, response->style_hash);
    }
    directive(head, "base-uri", "'none'");
    directive(head, "frame-ancestors",
              response->embeddable ? head->policy->frame_ancestors : "'none'");
    buffer_puts(head->out, "\r\n");
}

/* What stands on other people's pages: pictures, and frames too, since a page that asks for
 * require-corp shows no frame that does not allow it. Data that is fetched is not held by this
 * policy, but by Access-Control-Allow-Origin. */
static bool is_for_others(const struct response *response)
{
    return response->cache != CACHE_PRIVATE &&
           (response->embeddable || response->rep == REP_SVG || response->rep == REP_PNG);
}

static void write_security(struct head *head)
{
    const struct response *response = head->response;

    write_content_policy(head);
    line(head, "X-Content-Type-Options", "nosniff");
    line(head, "Referrer-Policy", "same-origin");
    line(head, "Cross-Origin-Opener-Policy", "same-origin");
    line(head, "Cross-Origin-Resource-Policy",
         is_for_others(response) ? "cross-origin" : "same-origin");
    if (response->embeddable) /* such a page wants it of its frames as well (HTML, "COEP") */
        line(head, "Cross-Origin-Embedder-Policy", "require-corp");
    line(head, "Permissions-Policy", PERMISSIONS);
    if (response->rep == REP_JSON && response->cache != CACHE_PRIVATE)
        line(head, "Access-Control-Allow-Origin", "*");
    if (head->policy->https)
        line(head, "Strict-Transport-Security", STRICT_TRANSPORT);
}

/* --- the whole --- */

enum err headers_write(struct buffer *out, const struct headers_policy *policy,
                       const struct response *response, const struct headers_form *form)
{
    struct head head = {out, policy, response, form, ERR_NONE};
    size_t start = out->len;

    write_status(&head);
    write_content(&head);
    write_direction(&head);
    write_cache_control(&head);
    write_vary(&head);
    write_etag(&head);
    write_security(&head);
    if (buffer_failed(out))
        return ERR_MEMORY;
    if (head.err == ERR_NONE && out->len - start > HEADERS_MAX)
        return ERR_LIMIT;
    return head.err;
}

/* --- conditions --- */

/* The opaque part of the tag in that encoding, compared with text..text+len. */
static bool is_tag(const char *text, size_t len, const char *etag, enum encoding encoding)
{
    const char *token = encode_token(encoding);
    size_t etag_len = strlen(etag);

    if (len < etag_len || strncmp(text, etag, etag_len) != 0)
        return false;
    text += etag_len;
    len -= etag_len;
    if (token == NULL)
        return len == 0;
    return len == strlen(token) + 1 && *text == '-' && strncmp(text + 1, token, len - 1) == 0;
}

bool headers_match(const char *if_none_match, const char *etag, enum encoding encoding)
{
    const char *at = if_none_match;

    if (at == NULL || *etag == '\0')
        return false;
    at += strspn(at, " \t");
    if (at[0] == '*' && at[1 + strspn(at + 1, " \t")] == '\0')
        return true;
    while (*at != '\0') {
        size_t len;

        at += strspn(at, " \t,");
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (*at != '"') /* end, or nothing that could be a tag */
            return false;
        len = strcspn(at + 1, "\"");
        if (at[1 + len] != '"')
            return false;
        if (is_tag(at + 1, len, etag, encoding))
            return true;
        at += len + 2;
    }
    return false;
}
