/*
 * access_json.h: logs whose fields have names: JSON, an object a line (nginx with escape=json,
 * Caddy, most CDNs), and tables with their columns named in a line "#Fields:" (W3C Extended Log
 * File Format, as Amazon CloudFront writes it). Which name is which field, a mapping says.
 *
 * As access_line.h otherwise. Nothing is known here of what a line counts as.
 */
#ifndef VHOD_JOURNAL_ACCESS_JSON_H
#define VHOD_JOURNAL_ACCESS_JSON_H

#include "base/buffer.h"
#include "journal/access_line.h"
#include <jansson.h>

/* A mapping in text: "time=ts address=request.client_ip|request.remote_ip …", words parted by
 * spaces. Left of "=" one of time, address, user, request, method, target, query, status, referrer,
 * agent; right of it names, tried in turn; a dot goes into an object, a number into an array.
 * Needed are time, address, status, and request or method and target. */
enum access_field {
    ACCESS_TIME,
    ACCESS_ADDRESS,
    ACCESS_USER,
    ACCESS_REQUEST, /* "GET / HTTP/1.1" */
    ACCESS_METHOD,
    ACCESS_TARGET, /* path and query, or a whole URL of which these are taken */
    ACCESS_QUERY,  /* without "?", where the target has none */
    ACCESS_STATUS,
    ACCESS_REFERRER,
    ACCESS_AGENT,
    ACCESS_FIELD__MAX
};

#define ACCESS_COLUMNS_MAX 64

/* Zeroed, then access_map; freed with access_names_free. */
struct access_names {
    struct buffer names[ACCESS_FIELD__MAX];  /* right sides; empty: not in this log */
    struct buffer values[ACCESS_FIELD__MAX]; /* of the line in hand */
    int columns[ACCESS_COLUMNS_MAX];         /* of a table: which field, or -1 */
    size_t column_count;                     /* 0: no "#Fields:" yet */
};

/* Reads a mapping. ERR_INVALID with what is wrong in *wrong (static, English); ERR_MEMORY. */
enum err access_map(struct access_names *names, const char *mapping, const char **wrong);
void access_names_free(struct access_names *names);

/* A line of JSON. What *out points to is names' until its next line. ERR_INVALID with *fault;
 * ERR_MEMORY. */
enum err access_json_parse(struct access_line *out, struct access_names *names, const char *line,
                           struct access_fault *fault);

/* A line of a table; *comment: it begins with "#" and is no request (its "#Fields:" are learnt from
 * it). Errors as above. */
enum err access_table_parse(struct access_line *out, struct access_names *names, char *line,
                            bool *comment, struct access_fault *fault);

#endif
