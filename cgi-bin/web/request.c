/*
 * request.c: from CGI variables to struct request. Every value is hostile until it has passed here:
 * decoded once, clean UTF-8, bounded. All strings of a request stand in one block, whose size is
 * known before the first one is taken, so a request costs a handful of allocations whatever it
 * carries.
 *
 * It does not know which addresses exist (web/route.c), nor what is done with the client's kind.
 */
#include "web/request.h"
#include "base/ascii.h"
#include "base/buffer.h"
#include "base/url.h"
#include "base/utf8.h"
#include "web/quality.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define IF_NONE_MATCH_MAX 1024 /* a browser sends one tag; a longer list is not worth comparing */
#define REFERRER_HOST_MAX 253  /* RFC 1035; and what struct record holds */
#define REFERRER_PATH_MAX REQUEST_URI_MAX
#define USER_MAX          128

/* What the parts below work on. */
struct parse {
    struct request *request;
    const struct request_source *source;
    struct buffer scratch; /* decoded text on its way into storage */
    size_t used, size;     /* of request->storage */
    enum status status;    /* to answer when a part returns ERR_INVALID or ERR_LIMIT */
};

static const struct {
    const char *extension;
    const char *media_type;
    const char *range; /* as Accept names it */
    const char *range_too;
} representations[REP__MAX] = {
    [REP_HTML] = {"", "text/html; charset=utf-8", "text/html", "application/xhtml+xml"},
    [REP_JSON] = {"json", "application/json", "application/json", "application/problem+json"},
    [REP_CSV] = {"csv", "text/csv; charset=utf-8", "text/csv", NULL},
    [REP_TEXT] = {"txt", "text/plain; charset=utf-8", "text/plain", NULL},
    [REP_ATOM] = {"atom", "application/atom+xml; charset=utf-8", "application/atom+xml", NULL},
    [REP_SVG] = {"svg", "image/svg+xml; charset=utf-8", "image/svg+xml", NULL},
    [REP_PNG] = {"png", "image/png", "image/png", NULL},
    [REP_XML] = {"xml", "application/xml; charset=utf-8", "application/xml", "text/xml"},
    [REP_SQLITE] = {"sqlite", "application/vnd.sqlite3", "application/vnd.sqlite3",
                    "application/x-sqlite3"},
};

const char *representation_extension(enum representation rep)
{
    return (unsigned)rep < REP__MAX ? representations[rep].extension : "";
}

const char *representation_media_type(enum representation rep)
{
    return representations[(unsigned)rep < REP__MAX ? rep : REP_HTML].media_type;
}

/* --- variables and storage --- */

/* The variable's value, "" if it is not set. */
static const char *variable(const struct parse *parse, const char *name)
{
    const char *value = parse->source->get(parse->source->context, name);

    return value == NULL ? "" : value;
}

static bool is_set(const struct parse *parse, const char *name)
{
    return *variable(parse, name) != '\0';
}

/* Copies text into storage. The block was sized for everything that may be kept; a text that does
 * not fit all the same would be a bug here, and becomes an empty one. */
static char *keep(struct parse *parse, const char *text, size_t len)
{
    char *place = parse->request->storage + parse->used;

    if (len >= parse->size - parse->used)
        return parse->request->storage; /* byte 0 is "" */
    memcpy(place, text, len);
    place[len] = '\0';
    parse->used += len + 1;
    return place;
}

/* --- method --- */

static enum method parse_method(const char *name)
{
    static const struct {
        const char *name;
        enum method method;
    } methods[] = {{"GET", METHOD_GET},
                   {"HEAD", METHOD_HEAD},
                   {"POST", METHOD_POST},
                   {"OPTIONS", METHOD_OPTIONS}};

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(name, methods[i].name) == 0)
            return methods[i].method;
    return METHOD_OTHER;
}

/* --- negotiation --- */

/* How exactly a range names a representation: 3 by name, 2 by its type, 1 by everything, 0 not at
 * all. */
static int range_rank(const struct quality *range, enum representation rep)
{
    const char *slash = strchr(representations[rep].range, '/');
    size_t type_len = (size_t)(slash - representations[rep].range) + 1;

    if (quality_is(range, representations[rep].range) ||
        (representations[rep].range_too != NULL &&
         quality_is(range, representations[rep].range_too)))
        return 3;
    if (range->len == type_len + 1 && range->text[type_len] == '*' &&
        strncasecmp(range->text, representations[rep].range, type_len) == 0)
        return 2;
    return quality_is(range, "*/*") ? 1 : 0;
}

/* The most exact range decides; of equally exact ones, the one that likes it best. */
static void parse_accept(double accept[static REP__MAX], const char *field)
{
    int ranks[REP__MAX] = {0};
    struct quality range;
    bool any = false;

    while (quality_next(&field, &range)) {
        any = true;
        for (int rep = 0; rep < REP__MAX; rep++) {
            int rank = range_rank(&range, (enum representation)rep);

            if (rank == 0 || rank < ranks[rep])
                continue;
            if (rank > ranks[rep] || range.weight > accept[rep])
                accept[rep] = range.weight;
            ranks[rep] = rank;
        }
    }
    for (int rep = 0; rep < REP__MAX && !any; rep++)
        accept[rep] = 1;
}

/* An encoding that is not named is not sent: a client that says nothing may not know brotli.
 * Identity is the other way round: allowed unless excluded, and the last choice unless named. */
#define IDENTITY_UNNAMED 0.0001

static void parse_encodings(double encodings[static ENCODING__MAX], const char *field)
{
    static const struct {
        const char *name;
        enum encoding encoding;
    } names[] = {{"identity", ENCODING_IDENTITY},
                 {"gzip", ENCODING_GZIP},
                 {"x-gzip", ENCODING_GZIP},
                 {"br", ENCODING_BROTLI}};
    bool named[ENCODING__MAX] = {false};
    double others = -1;
    struct quality item;

    while (quality_next(&field, &item)) {
        if (quality_is(&item, "*"))
            others = item.weight;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (quality_is(&item, names[i].name)) {
                encodings[names[i].encoding] = item.weight;
                named[names[i].encoding] = true;
            }
    }
    for (int encoding = 0; encoding < ENCODING__MAX; encoding++)
        if (!named[encoding])
            encodings[encoding] = others > 0 ? others : 0;
    if (!named[ENCODING_IDENTITY] && others != 0)
        encodings[ENCODING_IDENTITY] = IDENTITY_UNNAMED;
}

/* Primary tag of the language liked best: two or three letters, as ISO 639 has them. */
static void parse_language(char language[static 4], const char *field)
{
    struct quality item;
    double best = 0;

    language[0] = '\0';
    while (quality_next(&field, &item)) {
        size_t len = 0;

        while (len < item.len && ascii_is_lower(ascii_lower(item.text[len])))
            len++;
        if (len < 2 || len > 3 || (len < item.len && item.text[len] != '-') || item.weight <= best)
            continue;
        best = item.weight;
        for (size_t i = 0; i < len; i++)
            language[i] = ascii_lower(item.text[i]);
        language[len] = '\0';
    }
}

/* --- who asks --- */

/* True if nothing shows that somebody else stands in between. Only ever a reason against: a proxy
 * may well show nothing, so who is trusted does not follow from this alone. HTTP/1.0 is what
 * nginx's proxy_pass speaks when it is told nothing else, and no browser has spoken it for long. */
static bool is_direct(const struct parse *parse)
{
    static const char *const signs[] = {"HTTP_FORWARDED",         "HTTP_VIA",
                                        "HTTP_X_FORWARDED_FOR",   "HTTP_X_FORWARDED_HOST",
                                        "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SERVER",
                                        "HTTP_X_REAL_IP",         "HTTP_CF_CONNECTING_IP",
                                        "HTTP_TRUE_CLIENT_IP"};

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (is_set(parse, signs[i]))
            return false;
    return strcmp(variable(parse, "SERVER_PROTOCOL"), "HTTP/1.0") != 0;
}

/* 127.0.0.0/8 and ::1. */
static const struct networks loopback_networks = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127}, 104},
     {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128}},
    2};

static bool is_loopback(const struct parse *parse)
{
    const char *host = variable(parse, "HTTP_HOST");

    return networks_contain(&loopback_networks, variable(parse, "REMOTE_ADDR")) &&
           (*host == '\0' || network_is_loopback(host)) && is_direct(parse);
}

/* Host of an address that a field holds, or "". */
static char *keep_host(struct parse *parse, const char *name)
{
    buffer_clear(&parse->scratch);
    (void)url_host_of(&parse->scratch, variable(parse, name)); /* of no address there is none */
    if (parse->scratch.len > REFERRER_HOST_MAX)
        buffer_clear(&parse->scratch);
    return keep(parse, buffer_text(&parse->scratch), parse->scratch.len);
}

/* Where on its site the page stood that sent a form, or the page of search that led here; nobody
 * else is asked. */
static char *keep_referrer_path(struct parse *parse)
{
    const char *referrer = variable(parse, "HTTP_REFERER");
    struct url url;

    if (url_parse(&url, referrer) != ERR_NONE ||
        (parse->request->method != METHOD_POST &&
         strncmp(url.rest, REQUEST_SEARCH, strlen(REQUEST_SEARCH)) != 0) ||
        strlen(url.rest) > REFERRER_PATH_MAX || !utf8_clean(url.rest, strlen(url.rest)))
        return parse->request->storage;
    return keep(parse, url.rest, strcspn(url.rest, "#"));
}

/* Ping-From and Ping-To are what a browser sends for <a ping> (HTML, 4.6.4); not all send Origin
 * with it. */
static char *keep_origin(struct parse *parse)
{
    if (!is_set(parse, "HTTP_ORIGIN") && is_set(parse, "HTTP_PING_TO"))
        return keep_host(parse, "HTTP_PING_FROM");
    return keep_host(parse, "HTTP_ORIGIN");
}

/* Contract in request.h: enum sender. */
static enum sender sender_of(const struct parse *parse)
{
    const char *site = variable(parse, "HTTP_SEC_FETCH_SITE");

    if (*site == '\0')
        return strcmp(variable(parse, "HTTP_ORIGIN"), "null") == 0 ? SENDER_FOREIGN : SENDER_UNSAID;
    return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0 ? SENDER_SELF
                                                                         : SENDER_FOREIGN;
}

static char *keep_clean(struct parse *parse, const char *name, size_t max)
{
    const char *value = variable(parse, name);
    size_t len = strlen(value);

    return len == 0 || len > max || !utf8_clean(value, len) ? NULL : keep(parse, value, len);
}

/* Fields in which browsers said that they fetch ahead, before there was Sec-Purpose. */
static const char *old_purpose(const struct parse *parse)
{
    static const char *const fields[] = {"HTTP_PURPOSE", "HTTP_X_PURPOSE"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (is_set(parse, fields[i]))
            return variable(parse, fields[i]);
    return variable(parse, "HTTP_X_MOZ");
}

/* As far as the web server says; what ends TLS in front of it says it in a field. */
static bool is_secure(const struct parse *parse)
{
    return strcmp(variable(parse, "HTTPS"), "on") == 0 ||
           strcmp(variable(parse, "REQUEST_SCHEME"), "https") == 0 ||
           strcmp(variable(parse, "HTTP_X_FORWARDED_PROTO"), "https") == 0;
}

static enum client judge_client(const struct parse *parse, const struct client_rules *clients)
{
    const struct client_signs signs = {
        .user_agent = variable(parse, "HTTP_USER_AGENT"),
        .sec_purpose = variable(parse, "HTTP_SEC_PURPOSE"),
        .purpose = old_purpose(parse),
        .language = variable(parse, "HTTP_ACCEPT_LANGUAGE"),
        .fetch_site = variable(parse, "HTTP_SEC_FETCH_SITE"),
        .whole = !parse->source->partial,
        .secure = is_secure(parse),
    };

    return client_judge(clients, &signs);
}

/* Who has signed in is known, whatever his browser leaves out. */
static bool may_be_staff(enum client client)
{
    return client == CLIENT_PERSON || client == CLIENT_PRETENDER;
}

static void parse_client(struct parse *parse, const struct client_rules *clients)
{
    struct request *request = parse->request;

    request->referrer_host = keep_host(parse, "HTTP_REFERER");
    request->referrer_path = keep_referrer_path(parse);
    request->origin_host = keep_origin(parse);
    request->sender = sender_of(parse);
    remember_read(variable(parse, "HTTP_COOKIE"), request->remembered);
    looks_read(variable(parse, "HTTP_COOKIE"), &request->looks);
    parse_language(request->language, variable(parse, "HTTP_ACCEPT_LANGUAGE"));
    request->user = keep_clean(parse, "REMOTE_USER", USER_MAX);
    request->loopback = is_loopback(parse);
    network_range(variable(parse, "REMOTE_ADDR"), request->network);
    request->client = judge_client(parse, clients);
    request->reload = is_set(parse, "HTTP_IF_NONE_MATCH") &&
                      strcmp(variable(parse, "HTTP_CACHE_CONTROL"), "max-age=0") == 0;
    if (request->user != NULL && may_be_staff(request->client))
        request->client = CLIENT_STAFF;
}

void request_header_variable(char out[static 80], const char *name)
{
    size_t len = 0;

    out[0] = '\0';
    if (*name == '\0' || strlen(name) > 74)
        return;
    memcpy(out, "HTTP_", 5);
    for (len = 5; *name != '\0'; name++)
        out[len++] = *name == '-' ? '_' : ascii_upper(*name);
    out[len] = '\0';
}

enum err request_staff_read(struct request_staff *out, const struct settings *settings)
{
    const char *wrong;

    memset(out, 0, sizeof *out);
    if (settings->stats_staff_header != NULL)
        request_header_variable(out->header, settings->stats_staff_header);
    return settings->stats_staff_networks == NULL
               ? ERR_NONE
               : networks_parse(&out->networks, settings->stats_staff_networks, &wrong);
}

void request_judge_staff(struct request *request, const struct request_source *source,
                         const struct request_staff *staff)
{
    const char *address = source->get(source->context, "REMOTE_ADDR");
    const char *header =
        staff->header[0] == '\0' ? NULL : source->get(source->context, staff->header);

    if (may_be_staff(request->client) &&
        ((header != NULL && *header != '\0') ||
         (address != NULL && networks_contain(&staff->networks, address))))
        request->client = CLIENT_STAFF;
}

static void parse_conditions(struct parse *parse)
{
    char *tags = keep_clean(parse, "HTTP_IF_NONE_MATCH", IF_NONE_MATCH_MAX);

    for (const char *c = tags; c != NULL && *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            return;
    parse->request->if_none_match = tags;
}

/* --- path --- */

static enum err refuse(struct parse *parse, enum err err, enum status status)
{
    parse->status = status;
    return err;
}

/* Drops "http://host" from an absolute-form target (RFC 9112, 3.2.2); such a one may have no path.
 * NULL for a target that is neither that nor a path. */
static const char *skip_authority(const char *uri)
{
    size_t len = 0;

    if (*uri == '/')
        return uri;
    if (strncasecmp(uri, "http://", 7) == 0)
        uri += 7;
    else if (strncasecmp(uri, "https://", 8) == 0)
        uri += 8;
    else
        return NULL;
    len = strcspn(uri, "/?");
    return len == 0 ? NULL : uri + len;
}

/* Bytes that no target holds, looked for before anything is decoded. */
static bool is_target(const char *uri)
{
    for (; *uri != '\0'; uri++)
        if ((unsigned char)*uri <= ' ' || *uri == 0x7f || *uri == '#')
            return false;
    return true;
}

/* Servers disagree whether "%2f" parts segments, so here it is refused. */
static bool has_encoded_slash(const char *path, size_t len)
{
    for (size_t i = 0; i + 2 < len; i++)
        if (path[i] == '%' && path[i + 1] == '2' && ascii_lower(path[i + 2]) == 'f')
            return true;
    return false;
}

/* Segments of a decoded path: none is empty, "." or ".."; one slash may end it. */
static bool has_plain_segments(const char *path)
{
    if (*path != '/')
        return false;
    while (path[0] == '/' && path[1] != '\0') {
        size_t len = strcspn(path + 1, "/");

        if (len == 0 || (len == 1 && path[1] == '.') ||
            (len == 2 && strncmp(path + 1, "..", 2) == 0))
            return false;
        path += len + 1;
    }
    return true;
}

/* Lower case and no slash at the end; true if that changed something. */
static bool make_canonical(char *path)
{
    size_t len = strlen(path);
    bool changed = false;

    for (char *c = path; *c != '\0'; c++) {
        changed |= *c != ascii_lower(*c);
        *c = ascii_lower(*c);
    }
    if (len > 1 && path[len - 1] == '/') {
        path[len - 1] = '\0';
        changed = true;
    }
    return changed;
}

/* A query is kept as it was sent, but for bytes that have no place in a Location field. */
static void add_query(struct buffer *out, const char *query)
{
    for (; *query != '\0'; query++) {
        if ((unsigned char)*query < 0x80 && strchr("\"<>\\^`{|}", *query) == NULL)
            buffer_putc(out, *query);
        else
            url_encode(out, query, 1);
    }
}

/* Where the canonical form is. A segment is encoded whole, so it cannot start a foreign address. */
static enum err make_redirect(struct parse *parse, const char *query)
{
    struct buffer target = BUFFER_INIT;
    const char *at = parse->request->path;

    do {
        size_t len = strcspn(at + 1, "/");

        buffer_putc(&target, '/');
        url_encode(&target, at + 1, len);
        at += len + 1;
    } while (*at == '/');
    add_query(&target, query);
    parse->request->redirect = buffer_take(&target);
    if (parse->request->redirect == NULL)
        return ERR_MEMORY;
    if (strlen(parse->request->redirect) > REQUEST_URI_MAX)
        return refuse(parse, ERR_LIMIT, STATUS_URI_TOO_LONG);
    return ERR_NONE;
}

/* Cuts a known extension off. HTML has none: "/regions.html" is no address. */
static void split_extension(struct request *request)
{
    char *segment = strrchr(request->path, '/');
    char *dot = segment == NULL ? NULL : strrchr(segment, '.');

    if (dot == NULL || dot == segment + 1)
        return;
    for (int rep = REP_HTML + 1; rep < REP__MAX; rep++)
        if (strcmp(dot + 1, representations[rep].extension) == 0) {
            request->extension = (enum representation)rep;
            *dot = '\0';
            return;
        }
}

/* query is "" or starts with '?'. */
static enum err parse_path(struct parse *parse, const char *uri, const char *query)
{
    struct request *request = parse->request;
    size_t len = (size_t)(query - uri);
    enum err err;

    buffer_clear(&parse->scratch);
    if (len == 0) /* "http://host" */
        buffer_putc(&parse->scratch, '/');
    err = has_encoded_slash(uri, len) ? ERR_INVALID : url_decode(&parse->scratch, uri, len, false);
    if (err == ERR_NONE && !has_plain_segments(buffer_text(&parse->scratch)))
        err = ERR_INVALID;
    if (err != ERR_NONE)
        return refuse(parse, err, STATUS_BAD_REQUEST);
    request->path = keep(parse, buffer_text(&parse->scratch), parse->scratch.len);
    if (make_canonical(request->path)) {
        err = make_redirect(parse, query);
        if (err != ERR_NONE)
            return err;
    }
    split_extension(request);
    return ERR_NONE;
}

/* --- parameters --- */

/* Decodes into storage; NULL if it does not decode. */
static char *keep_decoded(struct parse *parse, const char *text, size_t len)
{
    buffer_clear(&parse->scratch);
    if (url_decode(&parse->scratch, text, len, true) != ERR_NONE)
        return NULL;
    return keep(parse, buffer_text(&parse->scratch), parse->scratch.len);
}

/* One "name=value". A name that does not decode is nobody's name. */
static enum err add_param(struct parse *parse, const char *text, size_t len)
{
    struct request *request = parse->request;
    const char *equals = memchr(text, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - text);
    struct request_param *param;
    char *name = keep_decoded(parse, text, name_len);

    if (name == NULL)
        return ERR_NONE;
    if (request->param_count == REQUEST_PARAMS_MAX)
        return refuse(parse, ERR_LIMIT, STATUS_BAD_REQUEST);
    param = &request->params[request->param_count++];
    param->name = name;
    if (equals == NULL)
        param->value = request->storage;
    else
        param->value = keep_decoded(parse, equals + 1, len - name_len - 1);
    return ERR_NONE;
}

static enum err parse_form(struct parse *parse, const char *text, size_t len)
{
    const char *end = text + len;
    enum err err = ERR_NONE;

    while (text < end && err == ERR_NONE) {
        const char *stop = memchr(text, '&', (size_t)(end - text));

        if (stop == NULL)
            stop = end;
        if (stop > text)
            err = add_param(parse, text, (size_t)(stop - text));
        text = stop + 1;
    }
    return err;
}

static enum err parse_params(struct parse *parse, const char *query)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const struct request_source *source = parse->source;
    enum err err = ERR_NONE;

    if (*query == '?')
        err = parse_form(parse, query + 1, strlen(query + 1));
    if (err == ERR_NONE && parse->request->method == METHOD_POST && source->body != NULL &&
        strncasecmp(variable(parse, "CONTENT_TYPE"), form, strlen(form)) == 0)
        err = parse_form(parse, source->body, source->body_len);
    return err;
}

/* --- the whole --- */

static enum err parse_address(struct parse *parse, const char *uri)
{
    const char *query;
    enum err err;

    if (strlen(uri) > REQUEST_URI_MAX)
        return refuse(parse, ERR_LIMIT, STATUS_URI_TOO_LONG);
    uri = skip_authority(uri);
    if (uri == NULL || !is_target(uri))
        return refuse(parse, ERR_INVALID, STATUS_BAD_REQUEST);
    query = uri + strcspn(uri, "?");
    err = parse_path(parse, uri, query);
    if (err == ERR_NONE)
        err = parse_params(parse, query);
    return err;
}

/* Decoding never lengthens, so what was sent bounds what is kept; each text adds a NUL, and a query
 * of n bytes has at most n texts. With room for all of it, scratch cannot fail half-way either. */
static enum err reserve(struct parse *parse, const char *uri)
{
    size_t address = strlen(uri) > REQUEST_URI_MAX ? 0 : strlen(uri);
    size_t body = parse->source->body == NULL ? 0 : parse->source->body_len;

    if (body > REQUEST_BODY_MAX)
        return refuse(parse, ERR_LIMIT, STATUS_TOO_LARGE);
    parse->size = 2 * (address + body) + IF_NONE_MATCH_MAX + 2 * REFERRER_HOST_MAX +
                  REFERRER_PATH_MAX + USER_MAX + 16;
    parse->request->storage = malloc(parse->size);
    if (parse->request->storage == NULL ||
        buffer_reserve(&parse->scratch, address + body + REFERRER_HOST_MAX) == NULL)
        return ERR_MEMORY;
    parse->request->storage[0] = '\0';
    parse->used = 1;
    return ERR_NONE;
}

enum err request_parse(struct request *out, const struct request_source *source,
                       const struct client_rules *clients, enum status *status)
{
    static char nothing[] = "";
    struct parse parse = {out, source, BUFFER_INIT, 0, 0, STATUS_OK};
    const char *uri = variable(&parse, "REQUEST_URI");
    enum err err;

    memset(out, 0, sizeof *out);
    out->path = nothing;
    out->referrer_host = nothing;
    out->referrer_path = nothing;
    out->origin_host = nothing;
    out->extension = REP__MAX;
    out->method = parse_method(variable(&parse, "REQUEST_METHOD"));
    parse_accept(out->accept, variable(&parse, "HTTP_ACCEPT"));
    parse_encodings(out->encoding, variable(&parse, "HTTP_ACCEPT_ENCODING"));
    err = reserve(&parse, uri);
    if (err == ERR_NONE) {
        parse_client(&parse, clients);
        parse_conditions(&parse);
        err = parse_address(&parse, uri);
    }
    buffer_free(&parse.scratch);
    *status = parse.status;
    return err;
}

void request_free(struct request *request)
{
    if (request == NULL)
        return;
    free(request->storage);
    free(request->redirect);
    memset(request, 0, sizeof *request);
}

const char *request_param(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->param_count; i++)
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    return NULL;
}
