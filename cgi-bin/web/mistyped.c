/*
 * mistyped.c: which of the guesses at a mistyped address (web/forgive.h) is one. Contract in
 * mistyped.h.
 */
#include "web/mistyped.h"
#include "web/forgive.h"
#include <string.h>

struct asking {
    const struct program *program;
    void *site;
    const struct request_source *source;
    const struct request *request;
};

static const char *variable_of(const struct asking *asking, const char *name)
{
    const char *value = asking->source->get(asking->source->context, name);

    return value != NULL ? value : "";
}

/* The variables of a request, with another address. */
struct guess_source {
    const struct request_source *source;
    const char *uri;
};

static const char *guess_variable(void *context, const char *name)
{
    const struct guess_source *guess = context;

    return strcmp(name, "REQUEST_URI") == 0 ? guess->uri
                                            : guess->source->get(guess->source->context, name);
}

/* True if a page answers there, or says that it was taken back. The page is made and thrown away:
 * nothing is recorded. */
static bool is_answered(const struct asking *asking, const char *uri)
{
    struct guess_source guess = {asking->source, uri};
    struct request_source asked = {.get = guess_variable, .context = &guess};
    const struct route *const *table = asking->program->meant;
    struct route_match match = {0};
    struct request request;
    struct response response;
    enum status status;
    const char *allow;
    bool answered = false;

    response_init(&response);
    if (request_parse(&request, &asked, NULL, &status) == ERR_NONE && request.redirect == NULL) {
        status = STATUS_NOT_FOUND;
        for (; *table != NULL && status != STATUS_OK; table++)
            status = route_match(*table, &request, &match, &allow);
        if (status == STATUS_OK) {
            response.rep = match.rep;
            answered =
                asking->program->respond(asking->site, &request, &match, &response) == ERR_NONE &&
                (status_code(response.status) < 400 || response.status == STATUS_GONE);
        }
    }
    response_free(&response);
    route_match_free(&match);
    request_free(&request);
    return answered;
}

void mistyped_find(const struct program *program, void *site, const struct request_source *source,
                   const struct request *request, struct buffer *target)
{
    const struct asking asking = {program, site, source, request};
    struct buffer guess = BUFFER_INIT;
    bool more = true;

    if (*request->path == '\0' && forgive_unreadable(&guess, variable_of(&asking, "REQUEST_URI")) &&
        is_answered(&asking, buffer_text(&guess)))
        buffer_puts(target, buffer_text(&guess));
    for (unsigned number = 0; more; number++) {
        more = forgive_guess(&guess, request, number);
        if (!more || guess.len == 0 || !is_answered(&asking, buffer_text(&guess)))
            continue;
        if (target->len > 0) { /* two may be meant: so it is neither */
            buffer_clear(target);
            break;
        }
        buffer_puts(target, buffer_text(&guess));
        more = !forgive_is_plain(number);
    }
    buffer_free(&guess);
}
