/*
 * fetch.c: fetching by libcurl. Contract in fetch.h.
 *
 * A fetch is: name looked up -> its addresses pinned for libcurl -> transfer -> what it says kept.
 * libcurl's own look-up is never used, and its cache of names holds one entry a fetch.
 */
#include "probe/fetch.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "probe/resolve.h"
#include "probe/wall.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#define HEAD_KEPT   (64 * 1024) /* bytes of the page that its title is looked for in */
#define FETCHES_MAX 64
#define STEP_MS     100 /* how long a wait may be while names are looked up */

struct fetcher {
    CURLM *multi;
    struct resolver *resolver;
    const struct fetch_rules *rules;
    struct curl_slist *headers;
    struct fetch *fetches[FETCHES_MAX];
    size_t count;
};

enum state { STATE_IDLE, STATE_LOOKING_UP, STATE_RUNNING, STATE_DONE };

struct fetch {
    struct fetcher *fetcher;
    CURL *easy;
    enum state state;
    int64_t deadline;
    char *url;
    char host[FETCH_HOST_SIZE];
    int port;
    bool https;
    struct resolved resolved;
    struct curl_slist *pins; /* for CURLOPT_RESOLVE: the pin before taken out, the new one put in */
    char pinned[FETCH_HOST_SIZE + 8]; /* "host:port" that libcurl remembers, or "" */
    bool barred;                      /* a socket was refused: not to be reached */
    bool endless;                     /* header larger than the limit */
    bool stopped;                     /* we have seen enough */
    size_t header_bytes, body_bytes;
    long status; /* of the header block that is whole; 0 before */
    struct buffer head;
    char *redirect;
    char message[CURL_ERROR_SIZE];
    struct fetch_answer answer;
};

/* --- addresses --- */

/* The part of a parsed address, which the caller frees with curl_free; NULL if there is none. */
static char *part(CURLU *parsed, CURLUPart what, unsigned flags)
{
    char *text = NULL;

    return curl_url_get(parsed, what, &text, flags) == CURLUE_OK ? text : NULL;
}

/* Brackets of IPv6 and the final dot taken off, letters lowered. */
static bool copy_host(char out[static FETCH_HOST_SIZE], const char *host)
{
    size_t len = strlen(host);

    if (len > 2 && host[0] == '[') {
        host++;
        len -= 2;
    }
    if (len > 1 && host[len - 1] == '.')
        len--;
    if (len == 0 || len >= FETCH_HOST_SIZE)
        return false;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] | 0x20 : host[i]);
    out[len] = '\0';
    return true;
}

enum err fetch_split(const char *url, char host[static FETCH_HOST_SIZE], bool *https, int *port)
{
    CURLU *parsed = curl_url();
    char *scheme = NULL, *name = NULL, *number = NULL, *user = NULL;
    enum err err = ERR_INVALID;

    if (parsed == NULL)
        return ERR_MEMORY;
    if (curl_url_set(parsed, CURLUPART_URL, url, CURLU_URLENCODE) == CURLUE_OK) {
        scheme = part(parsed, CURLUPART_SCHEME, 0);
        name = part(parsed, CURLUPART_HOST, CURLU_PUNYCODE);
        number = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT);
        user = part(parsed, CURLUPART_USER, 0);
    }
    if (scheme != NULL && name != NULL && number != NULL && user == NULL &&
        (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0) && copy_host(host, name)) {
        *https = scheme[4] == 's';
        *port = atoi(number);
        err = ERR_NONE;
    }
    curl_free(scheme);
    curl_free(name);
    curl_free(number);
    curl_free(user);
    curl_url_cleanup(parsed);
    return err;
}

/* --- what libcurl calls --- */

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct fetch *fetch = context;

    (void)purpose;
    if (!reach_allows(fetch->fetcher->rules->reach, &address->addr)) {
        fetch->barred = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct fetch *fetch = context;
    size_t len = size * count;
    long status = 0;

    fetch->header_bytes += len;
    if (fetch->header_bytes > FETCH_HEADERS_MAX) {
        fetch->endless = true;
        return 0;
    }
    if (wall_in_header(line, len))
        fetch->answer.hop.wall = true;
    if (len <= 2 && strspn(line, "\r\n") >= len) { /* the block is whole; 1xx go before another */
        curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &status);
        fetch->status = status >= 200 ? status : 0;
    }
    return len;
}

/* Bytes of a page that are worth reading: its title, and of one that opens as much as shows that it
 * goes on. */
static size_t body_limit(long status)
{
    if (status >= 200 && status < 300)
        return FETCH_BODY_MAX;
    return status >= 400 ? HEAD_KEPT : 0;
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct fetch *fetch = context;
    size_t len = size * count, room = HEAD_KEPT - fetch->head.len;

    fetch->body_bytes += len;
    buffer_add(&fetch->head, data, len < room ? len : room);
    if (fetch->body_bytes < body_limit(fetch->status))
        return len;
    fetch->stopped = true;
    return 0;
}

/* --- opening and closing --- */

enum err fetcher_new(struct fetcher **out, const struct fetch_rules *rules)
{
    struct fetcher *fetcher = calloc(1, sizeof *fetcher);
    enum err err = ERR_NONE;

    *out = NULL;
    if (fetcher == NULL)
        return ERR_MEMORY;
    fetcher->rules = rules;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        err = ERR_SYSTEM;
    fetcher->multi = err == ERR_NONE ? curl_multi_init() : NULL;
    fetcher->headers = curl_slist_append(NULL, "Accept: text/html, */*;q=0.5");
    if (fetcher->headers != NULL)
        curl_slist_append(fetcher->headers, "Accept-Language: ru, en;q=0.5");
    if (err == ERR_NONE && (fetcher->multi == NULL || fetcher->headers == NULL))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = resolver_new(&fetcher->resolver, rules->name_servers, rules->connect_ms);
    if (err != ERR_NONE) {
        fetcher_free(fetcher);
        return err;
    }
    *out = fetcher;
    return ERR_NONE;
}

void fetcher_free(struct fetcher *fetcher)
{
    if (fetcher == NULL)
        return;
    resolver_free(fetcher->resolver);
    curl_multi_cleanup(fetcher->multi);
    curl_slist_free_all(fetcher->headers);
    curl_global_cleanup();
    free(fetcher);
}

/* What holds for every fetch of this place. */
static bool prepare(struct fetch *fetch)
{
    const struct fetch_rules *rules = fetch->fetcher->rules;
    CURL *easy = fetch->easy;
    int failed = 0;

    failed |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    failed |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    failed |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    failed |= curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* in memory, for one chain */
    failed |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_USERAGENT, rules->user_agent);
    failed |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fetch->fetcher->headers);
    failed |= curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    failed |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (*rules->ca_file != '\0')
        failed |= curl_easy_setopt(easy, CURLOPT_CAINFO, rules->ca_file);
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fetch);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
    failed |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->message);
    failed |= curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch);
    return failed == 0;
}

enum err fetch_new(struct fetch **out, struct fetcher *fetcher)
{
    struct fetch *fetch = NULL;

    *out = NULL;
    if (fetcher->count == FETCHES_MAX)
        return ERR_LIMIT;
    fetch = calloc(1, sizeof *fetch);
    if (fetch == NULL)
        return ERR_MEMORY;
    fetch->fetcher = fetcher;
    fetch->easy = curl_easy_init();
    if (fetch->easy == NULL || !prepare(fetch)) {
        log_error("probe: libcurl lacks an option or memory; it must be 7.85 or later");
        fetch_free(fetch);
        return ERR_SYSTEM;
    }
    fetcher->fetches[fetcher->count++] = fetch;
    *out = fetch;
    return ERR_NONE;
}

void fetch_free(struct fetch *fetch)
{
    if (fetch == NULL)
        return;
    if (fetch->state == STATE_LOOKING_UP)
        resolver_stop(fetch->fetcher->resolver);
    if (fetch->state == STATE_RUNNING)
        curl_multi_remove_handle(fetch->fetcher->multi, fetch->easy);
    curl_easy_cleanup(fetch->easy);
    curl_slist_free_all(fetch->pins);
    buffer_free(&fetch->head);
    free(fetch->url);
    free(fetch->redirect);
    free(fetch);
}

void fetch_forget(struct fetch *fetch)
{
    curl_easy_setopt(fetch->easy, CURLOPT_COOKIELIST, "ALL");
}

/* --- the end of a fetch --- */

/* Fetches that end before there is a transfer, or with what libcurl says. */
static void finish(struct fetch *fetch, enum hop_end end)
{
    fetch->answer.hop.end = end;
    fetch->state = STATE_DONE;
}

/* X509_V_ERR_… of OpenSSL, which libcurl hands through: those of time and revocation, and those of
 * who issued it. A wrong host is libcurl's own finding, and leaves "unspecified", 1. */
static enum hop_end certificate_end(CURL *easy)
{
    static const struct {
        long number;
        enum hop_end end;
    } numbers[] = {{9, HOP_CERT_EXPIRED}, {10, HOP_CERT_EXPIRED}, {23, HOP_CERT_EXPIRED},
                   {1, HOP_CERT_HOST},    {62, HOP_CERT_HOST},    {63, HOP_CERT_HOST},
                   {64, HOP_CERT_HOST}};
    long number = 0;

    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &number);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (numbers[i].number == number)
            return numbers[i].end;
    return HOP_CERT_ISSUER;
}

/* A peer that hangs up while the encryption is agreed on is silent; one that says no has spoken.
 * Only OpenSSL's own message tells which: libcurl's CURLINFO_OS_ERRNO may still be that of the
 * transfer before on the same handle. */
static enum hop_end handshake_end(const struct fetch *fetch)
{
    bool spoken = strstr(fetch->message, "SSL routines") != NULL &&
                  strstr(fetch->message, "unexpected eof") == NULL;

    return spoken ? HOP_TLS : HOP_EMPTY;
}

static enum hop_end timeout_end(CURL *easy)
{
    curl_off_t connected = 0;

    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
    return connected > 0 ? HOP_TIMEOUT : HOP_CONNECT;
}

/* Why no whole header block came. */
static enum hop_end failure_end(const struct fetch *fetch, CURLcode code)
{
    if (fetch->barred)
        return HOP_PRIVATE;
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return HOP_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_end(fetch->easy);
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
        return HOP_EMPTY;
    case CURLE_SSL_CONNECT_ERROR:
        return handshake_end(fetch);
    case CURLE_PEER_FAILED_VERIFICATION:
        return certificate_end(fetch->easy);
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9 */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED: /* a user name in the address */
        return HOP_GARBAGE;
    case CURLE_OUT_OF_MEMORY: /* also said of one header line of more than libcurl takes */
        return fetch->header_bytes > 0 ? HOP_GARBAGE : HOP_LOCAL;
    default:
        log_error("probe: %s: %s (%d)", fetch->url, fetch->message, (int)code);
        return HOP_LOCAL;
    }
}

/* When the certificate of the server ends; 0 if that is not known. */
static time_t certificate_date(CURL *easy)
{
    static const char mark[] = "Expire date:";
    struct curl_certinfo *chain = NULL;
    time_t when;

    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
        chain->num_of_certs < 1)
        return 0;
    for (struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next)
        if (strncmp(line->data, mark, strlen(mark)) == 0) {
            when = curl_getdate(line->data + strlen(mark), NULL);
            return when > 0 ? when : 0;
        }
    return 0;
}

/* An address as a page at base means it; allocated, NULL if it is none. */
static char *resolve_against(const char *base, const char *reference)
{
    CURLU *parsed = curl_url();
    char *text = NULL, *out;

    if (parsed != NULL && curl_url_set(parsed, CURLUPART_URL, base, CURLU_URLENCODE) == CURLUE_OK &&
        curl_url_set(parsed, CURLUPART_URL, reference,
                     CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
        text = part(parsed, CURLUPART_URL, 0);
    out = text != NULL ? strdup(text) : NULL;
    curl_free(text);
    curl_url_cleanup(parsed);
    return out;
}

/* Where the answer leads to; what cannot be fetched from there is told by the fetch of it. */
static void keep_redirect(struct fetch *fetch)
{
    struct curl_header *location = NULL;
    long status = fetch->status;

    if (status < 300 || status > 399 ||
        curl_easy_header(fetch->easy, "Location", 0, CURLH_HEADER, -1, &location) != CURLHE_OK)
        return;
    fetch->redirect = resolve_against(fetch->url, location->value);
    if (fetch->redirect == NULL)
        fetch->redirect = strdup(location->value);
    fetch->answer.redirect = fetch->redirect;
    fetch->answer.permanent = status == 301 || status == 308;
    if (fetch->redirect != NULL && wall_in_address(fetch->redirect))
        fetch->answer.hop.wall = true;
}

static void keep_page(struct fetch *fetch)
{
    char *type = NULL;

    curl_easy_getinfo(fetch->easy, CURLINFO_CONTENT_TYPE, &type);
    title_find(fetch->answer.title, buffer_text(&fetch->head), fetch->head.len, type);
    if (wall_in_title(fetch->answer.title))
        fetch->answer.hop.wall = true;
}

static void conclude(struct fetch *fetch, CURLcode code)
{
    struct hop *hop = &fetch->answer.hop;

    if (fetch->endless) {
        finish(fetch, HOP_GARBAGE);
        return;
    }
    if (fetch->status == 0) {
        finish(fetch, failure_end(fetch, code));
        return;
    }
    hop->status = fetch->status;
    hop->certificate = certificate_date(fetch->easy);
    hop->late = code == CURLE_OPERATION_TIMEDOUT;
    hop->cut = code != CURLE_OK && !fetch->stopped && !hop->late;
    keep_redirect(fetch);
    keep_page(fetch);
    finish(fetch, HOP_ANSWERED);
}

/* --- the beginning --- */

/* Puts the addresses where libcurl looks for them, and takes out those of the fetch before. */
static bool pin(struct fetch *fetch)
{
    struct buffer line = BUFFER_INIT;
    struct curl_slist *pins = NULL, *longer;

    if (*fetch->pinned != '\0') {
        buffer_printf(&line, "-%s", fetch->pinned);
        pins = curl_slist_append(NULL, buffer_text(&line));
        buffer_clear(&line);
    }
    snprintf(fetch->pinned, sizeof fetch->pinned, "%s:%d", fetch->host, fetch->port);
    buffer_printf(&line, "%s:%s", fetch->pinned, fetch->resolved.addresses);
    longer = buffer_failed(&line) ? NULL : curl_slist_append(pins, buffer_text(&line));
    buffer_free(&line);
    if (longer == NULL) {
        curl_slist_free_all(pins);
        return false;
    }
    curl_slist_free_all(fetch->pins);
    fetch->pins = longer;
    return curl_easy_setopt(fetch->easy, CURLOPT_RESOLVE, fetch->pins) == CURLE_OK;
}

static bool is_number(const char *host)
{
    return strchr(host, ':') != NULL || strspn(host, "0123456789.") == strlen(host);
}

/* The address without the dot that may end its host: under that name its addresses are pinned. */
static bool set_address(struct fetch *fetch)
{
    CURLU *parsed = curl_url();
    char *url = NULL;
    bool good = parsed != NULL &&
                curl_url_set(parsed, CURLUPART_URL, fetch->url, CURLU_URLENCODE) == CURLUE_OK &&
                (is_number(fetch->host) ||
                 curl_url_set(parsed, CURLUPART_HOST, fetch->host, 0) == CURLUE_OK);

    if (good)
        url = part(parsed, CURLUPART_URL, 0);
    good = url != NULL && curl_easy_setopt(fetch->easy, CURLOPT_URL, url) == CURLE_OK;
    curl_free(url);
    curl_url_cleanup(parsed);
    return good;
}

static void transfer(struct fetch *fetch)
{
    int64_t left = fetch->deadline - clock_monotonic_ms();
    long connect = fetch->fetcher->rules->connect_ms;

    if (left < 1) {
        finish(fetch, HOP_TIMEOUT);
        return;
    }
    curl_easy_setopt(fetch->easy, CURLOPT_TIMEOUT_MS, (long)left);
    curl_easy_setopt(fetch->easy, CURLOPT_CONNECTTIMEOUT_MS, connect < left ? connect : (long)left);
    if ((!is_number(fetch->host) && !pin(fetch)) || !set_address(fetch) ||
        curl_multi_add_handle(fetch->fetcher->multi, fetch->easy) != CURLM_OK)
        finish(fetch, HOP_LOCAL);
    else
        fetch->state = STATE_RUNNING;
}

/* Goes on with a fetch whose name has been looked up. */
static void go_on(struct fetch *fetch)
{
    if (fetch->state != STATE_LOOKING_UP || !fetch->resolved.done)
        return;
    if (fetch->resolved.end == HOP_ANSWERED)
        transfer(fetch);
    else
        finish(fetch, fetch->resolved.end);
}

static void reset(struct fetch *fetch)
{
    free(fetch->url);
    free(fetch->redirect);
    fetch->url = fetch->redirect = NULL;
    fetch->barred = fetch->endless = fetch->stopped = false;
    fetch->header_bytes = fetch->body_bytes = 0;
    fetch->status = 0;
    fetch->message[0] = '\0';
    buffer_clear(&fetch->head);
    memset(&fetch->answer, 0, sizeof fetch->answer);
}

void fetch_start(struct fetch *fetch, const char *url, int64_t deadline)
{
    reset(fetch);
    fetch->deadline = deadline;
    fetch->url = strdup(url);
    if (fetch->url == NULL) {
        finish(fetch, HOP_LOCAL);
        return;
    }
    if (fetch_split(url, fetch->host, &fetch->https, &fetch->port) != ERR_NONE) {
        finish(fetch, HOP_GARBAGE);
        return;
    }
    fetch->state = STATE_LOOKING_UP;
    resolver_start(fetch->fetcher->resolver, fetch->host, fetch->fetcher->rules->reach,
                   &fetch->resolved);
    go_on(fetch);
}

bool fetch_is_done(const struct fetch *fetch)
{
    return fetch->state == STATE_DONE;
}

const struct fetch_answer *fetch_answer(const struct fetch *fetch)
{
    return &fetch->answer;
}

/* --- the loop --- */

static void collect_finished(struct fetcher *fetcher)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        char *fetch = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &fetch);
        curl_multi_remove_handle(fetcher->multi, easy);
        conclude((struct fetch *)(void *)fetch, code);
    }
}

static bool any_looking_up(const struct fetcher *fetcher)
{
    for (size_t i = 0; i < fetcher->count; i++)
        if (fetcher->fetches[i]->state == STATE_LOOKING_UP)
            return true;
    return false;
}

/* Waits for the sockets of libcurl and of the look-ups together. */
static enum err wait_for_sockets(struct fetcher *fetcher, int milliseconds)
{
    struct pollfd names[RESOLVER_SOCKETS];
    struct curl_waitfd extra[RESOLVER_SOCKETS];
    size_t count = resolver_sockets(fetcher->resolver, names);

    for (size_t i = 0; i < count; i++)
        extra[i] = (struct curl_waitfd){
            .fd = names[i].fd,
            .events = (short)((names[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
                              (names[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0))};
    if (any_looking_up(fetcher))
        milliseconds =
            resolver_patience(fetcher->resolver, milliseconds < STEP_MS ? milliseconds : STEP_MS);
    if (curl_multi_poll(fetcher->multi, extra, (unsigned)count, milliseconds, NULL) != CURLM_OK)
        return ERR_SYSTEM;
    for (size_t i = 0; i < count; i++)
        names[i].revents = (short)((extra[i].revents & CURL_WAIT_POLLIN ? POLLIN : 0) |
                                   (extra[i].revents & CURL_WAIT_POLLOUT ? POLLOUT : 0));
    resolver_process(fetcher->resolver, names, count);
    return ERR_NONE;
}

enum err fetcher_wait(struct fetcher *fetcher, int milliseconds)
{
    int running = 0;
    enum err err = wait_for_sockets(fetcher, milliseconds);

    for (size_t i = 0; i < fetcher->count; i++)
        go_on(fetcher->fetches[i]);
    if (err == ERR_NONE && curl_multi_perform(fetcher->multi, &running) != CURLM_OK)
        err = ERR_SYSTEM;
    collect_finished(fetcher);
    if (err != ERR_NONE)
        log_error("probe: libcurl cannot go on");
    return err;
}
