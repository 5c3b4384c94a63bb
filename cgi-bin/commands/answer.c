/*
 * answer.c: libmicrohttpd on descriptor 0, in this one thread: what an answer takes is short, and
 * who asks are few.
 */
#include "commands/answer.h"
#include "base/log.h"
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define LISTEN_FD       0
#define CONNECTIONS_MAX 16
#define PATIENCE        5 /* seconds without a byte */
#define MEMORY          16384
#define WAIT_MS         500 /* a signal that comes in the moment before waiting is seen then */

static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

static enum err prepare(void)
{
    struct sigaction action = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN};
    static const int stops[] = {SIGTERM, SIGINT, SIGQUIT};
    int listening = 0, failed = 0;
    socklen_t size = sizeof listening;

    if (getsockopt(LISTEN_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening) {
        log_error("descriptor 0 is no listening socket: start this by systemd or spawn-fcgi");
        return ERR_SYSTEM;
    }
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
        failed |= sigaction(stops[i], &action, NULL);
    failed |= sigaction(SIGPIPE, &ignore, NULL);
    return failed == 0 ? ERR_NONE : ERR_SYSTEM;
}

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status,
                                 const char *type, const char *text, size_t len)
{
    union { /* MHD copies; its signature does not say so */
        const char *text;
        void *bytes;
    } body = {text};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, body.bytes, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_NO;

    if (response == NULL)
        return MHD_NO;
    if (MHD_add_response_header(response, "Content-Type", type) == MHD_YES &&
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES &&
        (status != MHD_HTTP_METHOD_NOT_ALLOWED ||
         MHD_add_response_header(response, "Allow", "GET, HEAD") == MHD_YES))
        result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status)
{
    const char *reason = MHD_get_reason_phrase_for(status);

    return send_text(connection, status, "text/plain; charset=utf-8", reason, strlen(reason));
}

/* Called first for the head, then for the body's end; a body is nothing that is asked for. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    const struct answer *answer = context;
    struct buffer text = BUFFER_INIT;
    enum MHD_Result result;

    (void)version;
    (void)upload;
    (void)state;
    if (*upload_size != 0)
        return MHD_NO;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
    if (strcmp(url, answer->path) != 0)
        return refuse(connection, MHD_HTTP_NOT_FOUND);
    if (answer->write(answer->context, &text) != ERR_NONE)
        result = refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR);
    else
        result = send_text(connection, MHD_HTTP_OK, answer->type, buffer_text(&text), text.len);
    buffer_free(&text);
    return result;
}

static struct MHD_Daemon *start(const struct answer *answer)
{
    union { /* the callback takes it back as what it was */
        const struct answer *answer;
        void *context;
    } given = {answer};

    return MHD_start_daemon(MHD_NO_FLAG, 0, NULL, NULL, on_request, given.context,
                            MHD_OPTION_LISTEN_SOCKET, LISTEN_FD, MHD_OPTION_CONNECTION_LIMIT,
                            CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_END);
}

enum err answer_run(const struct answer *answer)
{
    enum err err = prepare();
    struct MHD_Daemon *daemon = err == ERR_NONE ? start(answer) : NULL;

    if (err == ERR_NONE && daemon == NULL) {
        log_error("descriptor 0: cannot be waited for: %s", strerror(errno));
        err = ERR_SYSTEM;
    }
    if (err == ERR_NONE)
        err = answer->ready(answer->context);
    while (err == ERR_NONE && !stopped)
        if (MHD_run_wait(daemon, WAIT_MS) != MHD_YES && errno != EINTR) {
            log_error("waiting for requests: %s", strerror(errno));
            err = ERR_SYSTEM;
        }
    if (daemon != NULL)
        MHD_stop_daemon(daemon);
    return err;
}
