/*
 * replay.h: asks the site itself, all public pages of it, without a web server. What a line of an
 * access log counts as: the line becomes a request, goes the way of any other (routes, page,
 * snapshot, patterns of clients), and what the journal would have got comes out; so the log of a
 * cache in front is counted by the same rules, whatever they are. Or what a request is answered:
 * for vhod preview.
 */
#ifndef VHOD_PAGES_REPLAY_H
#define VHOD_PAGES_REPLAY_H

#include "base/buffer.h"
#include "base/settings.h"
#include "tally/collect_log.h"
#include "web/request.h"

struct replay;

/* Opens snapshot and templates. settings are borrowed until replay_close. ERR_NOT_FOUND: nothing is
 * published. Logged. */
enum err replay_open(struct replay **out, const struct settings *settings);
void replay_close(struct replay *replay);

/* A collect_log_judge whose context is the struct replay. */
enum err replay_judge(void *replay, const struct access_line *line, struct record *record);

/* The whole answer to a request, in CGI form (web/serve.h); nothing is written in the journal. */
enum status replay_answer(struct replay *replay, const struct request_source *source,
                          struct buffer *out);

#endif
