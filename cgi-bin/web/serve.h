/*
 * serve.h: from a request to the bytes of its answer, whatever brought the request: FastCGI
 * (loop.c), the command line (command.c) or a test. One struct serve per process: settings,
 * directory, cache, journal, the program's site.
 *
 * An answer is a header block in CGI form ("Status: 200 OK", RFC 3875) and the body. X-Vhod-Counted
 * says whether this view is counted as read by a person, and why not:
 *   yes
 *   no; robot | prefetch | monitor | staff   counted apart
 *   no; head
 *   no; error       404 and 410 pages are recorded as missing
 *   no; uncounted   this address never is
 *   no; edge        the log of the cache in front counts it ([journal] edge_header)
 *   no; journal     it could not be written down
 *   no; offline     serve_open without journal
 */
#ifndef VHOD_WEB_SERVE_H
#define VHOD_WEB_SERVE_H

#include "base/buffer.h"
#include "base/err.h"
#include "base/settings.h"
#include "journal/event.h"
#include "web/program.h"
#include "web/request.h"

struct serve;

/* Opens everything that the program needs. program and settings are borrowed until serve_close.
 * journal: whether views are recorded. A snapshot that is not there yet is no error. On failure the
 * cause was logged and *out is NULL. */
enum err serve_open(struct serve **out, const struct program *program,
                    const struct settings *settings, bool journal);
void serve_close(struct serve *serve);

/* Answers one request: out holds the whole answer after (what it held is dropped). The view is in
 * the journal before this returns. Returns the status answered; on an error of any kind the answer
 * is an error page, so out is always to be sent. */
enum status serve_request(struct serve *serve, const struct request_source *source,
                          struct buffer *out);

/* True if there is a snapshot to answer from. */
bool serve_is_published(struct serve *serve);
/* What the journal would hold for a request that was answered 200 or 304 elsewhere, at that time,
 * had it come here: for the log of a cache in front. record->event.kind is EVENT_NONE if it is not
 * counted, or if this site would not answer it with 200 today. Nothing is written. ERR_MEMORY. */
enum err serve_record(struct serve *serve, const struct request_source *source, time_t when,
                      struct record *record);

#endif
