/*
 * access_line.h: one line of a web server's access log, by the strict grammar of a form that
 * servers write by themselves. What is not exactly that is no line; where it went wrong is told,
 * and what should stand there. It holds addresses and user agents: for judging in memory, never to
 * be written or logged. Logs in JSON and the like are access_json.h's; which form a log is said to
 * have, and what stands in front of its lines, is access_format.h's.
 */
#ifndef VHOD_JOURNAL_ACCESS_LINE_H
#define VHOD_JOURNAL_ACCESS_LINE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define ACCESS_LINE_MAX 16384 /* bytes; servers limit requests to less */

struct access_line {
    time_t when; /* UTC seconds */
    int status;
    /* Unescaped, "" for what the log has "-" for. They lie in the line that was parsed (for JSON,
     * in the reader) until the next is. */
    const char *address;
    const char *user;
    const char *method, *target; /* both "" for bytes that are no request */
    const char *referrer;
    const char *agent;
};

/* Where a line leaves its grammar. */
struct access_fault {
    size_t column;        /* in bytes, from 1 */
    const char *expected; /* "an address" */
};

/* The grammars of text. Parts are parted by one space each; Apache's names of them:
 *   COMMON    %h %l %u %t "%r" %>s %b
 *   COMBINED  the same, "%{Referer}i" "%{User-agent}i"
 *   VHOST     %v:%p and then COMBINED
 *   MAIN      COMBINED, "%{X-Forwarded-For}i": what nginx has as its example of log_format
 *   FORWARDED COMBINED whose first part is the list of X-Forwarded-For
 * Of such a list the last address is taken, which the nearest proxy saw. */
enum access_grammar {
    ACCESS_COMMON,
    ACCESS_COMBINED,
    ACCESS_VHOST,
    ACCESS_MAIN,
    ACCESS_FORWARDED,
    ACCESS_GRAMMAR__MAX
};

/* Parses a line without its newline; line is a NUL-terminated text that is changed, and that *out
 * points into. ERR_INVALID, with *fault filled. */
enum err access_line_parse(struct access_line *out, enum access_grammar grammar, char *line,
                           struct access_fault *fault);

/* Parts "GET /q/17 HTTP/1.1" where it stands into method and target; both "" for what is no
 * request. */
void access_split_request(struct access_line *out, char *request);
/* "21/Nov/2026:08:15:00 +0300" and nothing behind it. */
bool access_time(const char *text, time_t *out);

#endif
