/*
 * request.h: one HTTP request, parsed and validated once. Pages see typed, clean fields and never a
 * raw variable. Where the variables come from (FastCGI, a test, the command line) is
 * request_source's matter.
 *
 * Servers hand over different bytes for the same request (REQUEST_URI is the only variable they
 * agree on), so everything else of the path family is ignored, and every value is treated as
 * hostile. The client's address is looked at for "is it loopback" and never kept.
 */
#ifndef VHOD_WEB_REQUEST_H
#define VHOD_WEB_REQUEST_H

#include "base/err.h"
#include "base/network.h"
#include "base/settings.h"
#include "web/client.h"
#include "web/looks.h"
#include "web/remember.h"
#include "web/status.h"
#include <stdbool.h>
#include <stddef.h>

/* Where variables come from. get returns NULL for one that is not set; borrowed until the request
 * ends. body is what a POST carried, whole; NULL if nothing. */
struct request_source {
    const char *(*get)(void *context, const char *name);
    void *context;
    const char *body;
    size_t body_len;
    bool partial; /* a line of a log: fields that are not there say nothing */
};

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OPTIONS, METHOD_OTHER };

/* Representations of a page; the table with extensions and media types is request.c's. */
enum representation {
    REP_HTML,
    REP_JSON,
    REP_CSV,
    REP_TEXT,
    REP_ATOM,
    REP_SVG,
    REP_PNG,
    REP_XML,
    REP_SQLITE,
    REP__MAX
};
#define REP_BIT(rep) (1u << (rep))

/* File extension without dot ("" for HTML), and media type with charset. Static storage. */
const char *representation_extension(enum representation rep);
const char *representation_media_type(enum representation rep);

enum encoding { ENCODING_IDENTITY, ENCODING_GZIP, ENCODING_BROTLI, ENCODING__MAX };

#define REQUEST_URI_MAX    2048  /* bytes of REQUEST_URI; longer is 414 */
#define REQUEST_BODY_MAX   65536 /* bytes of a form; longer is 413 */
#define REQUEST_PARAMS_MAX 16    /* query parameters and form fields looked at; more is 400 */

struct request_param {
    char *name;
    char *value; /* decoded, clean UTF-8; NULL if it does not decode: route_match refuses it where a
                    route names it, and a stranger's broken ?utm_x= spoils no page */
};

/* By Sec-Fetch-Site (Fetch Metadata); browsers that do not know it say it by Origin, which is
 * compared where the site's own host is known. */
enum sender {
    SENDER_UNSAID, /* no Sec-Fetch-Site */
    SENDER_SELF,   /* a page of this site, or the reader himself: "same-origin", "none" */
    SENDER_FOREIGN /* anything else; also Origin: null without Sec-Fetch-Site */
};

/* How the address of a page of search begins whose words are looked at. */
#define REQUEST_SEARCH "/search?q="

struct request {
    enum method method;
    char *path; /* decoded path, without extension, canonical: lower case, no trailing slash;
                   "" if the address could not be read */
    enum representation extension; /* what the extension asks for; REP__MAX if there is none */
    char *redirect; /* not NULL: the path was not canonical; go there with 301 (path and query,
                       encoded, always starting with one '/') */
    struct request_param params[REQUEST_PARAMS_MAX];
    size_t param_count;
    double
        accept[REP__MAX]; /* quality of each representation by the Accept field; 0 = not wanted */
    double encoding[ENCODING__MAX]; /* quality by Accept-Encoding */
    char *if_none_match;            /* as sent, clean ASCII, or NULL */
    char *referrer_host;            /* host[:port] of the Referer in lower case, or "" */
    char *referrer_path;            /* path and query of the Referer, as sent: of a POST, and of a
                                     page of search; else "" */
    char *origin_host;  /* host[:port] of the page that sent this: by Origin, or by Ping-From where
                           Ping-To stands too; or "". Programs that follow links send neither */
    enum sender sender; /* whose page sent this, as far as the browser says */
    char language[4];   /* primary tag of Accept-Language ("ru"), or "" */
    enum client client; /* web/client.h; staff if user is set */
    bool reload;   /* the reader has this page and asks for it once more: Cache-Control: max-age=0
                      together with If-None-Match, as browsers send it then and at no other time */
    bool loopback; /* REMOTE_ADDR is 127.0.0.0/8 or ::1, nothing says it was forwarded, and Host
                      (if sent) is localhost or a loopback address: a page elsewhere whose name
                      was pointed at 127.0.0.1 is no local client. A proxy on this machine can look
                      like this too: only for a site that has none ([stats] loopback) */
    char network[NETWORK_RANGE_SIZE]; /* range that REMOTE_ADDR is in (base/network.h), or ""; for
                                         limits in memory, and written nowhere */
    char *user;                       /* REMOTE_USER as authenticated by the web server, or NULL */
    char remembered[REMEMBER_SIZE];   /* regions of the cookie (remember.h), or "" */
    struct looks looks;               /* of the other cookie (looks.h) */
    const char *refused;              /* parameter that its route refused (static), or NULL */
    const char *allowed;              /* words that the parameter may be (static), or NULL */
    char *storage;                    /* behind the strings above; internal */
};

/* Parses one request. Returns ERR_NONE, or ERR_INVALID/ERR_LIMIT with *status set to what to answer
 * (400, 414); everything but path, redirect, extension and params is filled then too. ERR_MEMORY
 * otherwise. The caller frees with request_free in every case. clients may be NULL (no rules
 * known yet).
 *
 * Path: REQUEST_URI up to '?', also in absolute form (scheme and host are dropped), percent-decoded
 * once. 400 for bad escapes, unclean UTF-8, an encoded slash, empty, "." and ".." segments. Query:
 * form data (WHATWG), then the fields of an application/x-www-form-urlencoded POST; of doubled
 * names the first counts. */
enum err request_parse(struct request *out, const struct request_source *source,
                       const struct client_rules *clients, enum status *status);
void request_free(struct request *request);

/* Who is staff besides users who signed in; from [stats] staff_networks and staff_header. Zeroed =
 * nobody. */
struct request_staff {
    struct networks networks;
    char header[80]; /* as a CGI variable, "HTTP_X_VHOD_STAFF"; "" for none */
};

/* ERR_INVALID: networks are none (settings_load has looked already). */
enum err request_staff_read(struct request_staff *out, const struct settings *settings);
/* Makes a person staff whose address is in the networks or who sends the header. The address is not
 * kept. */
void request_judge_staff(struct request *request, const struct request_source *source,
                         const struct request_staff *staff);

/* The CGI variable of a request header's name, "X-Edge": "HTTP_X_EDGE"; "" for "". */
void request_header_variable(char out[static 80], const char *name);

/* Value of a query parameter ("" if it stands without value), or NULL. Borrowed. */
const char *request_param(const struct request *request, const char *name);

#endif
