/*
 * replay.c: a program like the four, with the tables of all that are public, and log lines instead
 * of connections. Nothing it is asked is written down by it.
 */
#include "pages/replay.h"
#include "base/log.h"
#include "pages/routes.h"
#include "pages/search_event.h"
#include "pages/site.h"
#include "web/serve.h"
#include <stdlib.h>
#include <string.h>

struct replay {
    struct route *routes; /* of all tables, one behind the other */
    struct program program;
    struct serve *serve;
};

static size_t count_routes(const struct route *routes)
{
    size_t count = 0;

    while (routes[count].pattern != NULL)
        count++;
    return count;
}

/* The owner's pages are in no table here: a line of a log must not make them. */
static enum err join_tables(struct replay *replay)
{
    const struct route *const tables[] = {routes_regions, routes_guides, routes_search};
    size_t count = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        count += count_routes(tables[i]);
    replay->routes = calloc(count + 1, sizeof *replay->routes);
    if (replay->routes == NULL)
        return ERR_MEMORY;
    count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        size_t rows = count_routes(tables[i]);

        memcpy(replay->routes + count, tables[i], rows * sizeof *replay->routes);
        count += rows;
    }
    return ERR_NONE;
}

enum err replay_open(struct replay **out, const struct settings *settings)
{
    struct replay *replay = calloc(1, sizeof *replay);
    enum err err;

    *out = NULL;
    if (replay == NULL)
        return ERR_MEMORY;
    err = join_tables(replay);
    replay->program = (struct program){.name = "replay",
                                       .routes = replay->routes,
                                       .respond = site_respond,
                                       .error = site_error,
                                       .open = site_open,
                                       .close = site_close,
                                       .searched = search_event_text,
                                       .script_policy = "'self'"};
    if (err == ERR_NONE)
        err = serve_open(&replay->serve, &replay->program, settings, false);
    if (err == ERR_NONE && !serve_is_published(replay->serve)) {
        log_error("nothing is published, so nothing can be looked up: run vhod publish");
        err = ERR_NOT_FOUND;
    }
    if (err != ERR_NONE) {
        replay_close(replay);
        return err;
    }
    *out = replay;
    return ERR_NONE;
}

void replay_close(struct replay *replay)
{
    if (replay == NULL)
        return;
    serve_close(replay->serve);
    free(replay->routes);
    free(replay);
}

/* The variables that a web server would have made of the request. */
static const char *get_field(void *context, const char *name)
{
    const struct access_line *line = context;
    const struct {
        const char *name, *value;
    } fields[] = {
        {"REQUEST_METHOD", line->method}, {"REQUEST_URI", line->target},
        {"HTTP_USER_AGENT", line->agent}, {"HTTP_REFERER", line->referrer},
        {"REMOTE_ADDR", line->address},   {"REMOTE_USER", line->user},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].value;
    return NULL;
}

enum err replay_judge(void *context, const struct access_line *line, struct record *record)
{
    struct replay *replay = context;
    struct access_line copy = *line;
    struct request_source source = {get_field, &copy, NULL, 0, true};

    return serve_record(replay->serve, &source, line->when, record);
}

enum status replay_answer(struct replay *replay, const struct request_source *source,
                          struct buffer *out)
{
    return serve_request(replay->serve, source, out);
}
