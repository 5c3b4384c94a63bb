/*
 * access_line.h: one line of a web server's access log in the "combined" form of Apache and nginx:
 *
 *     203.0.113.9 - user [21/Nov/2026:08:15:00 +0300] "GET /q/17 HTTP/2.0" 200 512 "referrer"
 * "agent"
 *
 * Strict: what is not exactly that is no line. It holds addresses and user agents: for judging in
 * memory, never to be written or logged.
 */
#ifndef VHOD_JOURNAL_ACCESS_LINE_H
#define VHOD_JOURNAL_ACCESS_LINE_H

#include "base/err.h"
#include <time.h>

#define ACCESS_LINE_MAX 16384 /* bytes; servers limit requests to less */

struct access_line {
    time_t when; /* UTC seconds */
    int status;
    /* Within the line that was parsed, unescaped; "" for what the log has "-" for. */
    const char *address;
    const char *user;
    const char *method, *target; /* both "" for a request that is none, as it came */
    const char *referrer;
    const char *agent;
};

/* Parses a line without its newline; line is a NUL-terminated text that is changed, and that *out
 * points into. ERR_INVALID. */
enum err access_line_parse(struct access_line *out, char *line);

#endif
