/*
 * loop.c: connections of the web server in, bytes out, and the stop when told. The protocol is
 * fastcgi.c's, what is answered is serve.c's matter.
 *
 * A worker answers one request at a time, but it waits for many: a connection whose request is not
 * whole yet is set aside, and holds nobody. Each has one deadline for all of its request and one
 * for all of its answer, however small the pieces are in which a broken peer sends or reads.
 *
 * Signals are blocked everywhere but in ppoll(), so a stop never breaks an answer off.
 */
#include "web/loop.h"
#include "base/clock.h"
#include "base/log.h"
#include "web/command.h"
#include "web/confine.h"
#include "web/fastcgi.h"
#include "web/serve.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_FD 0
/* The peer is the web server, which has the whole request before it connects: what takes longer
 * than this is broken. */
#define RECEIVE_MS 10000
#define SEND_MS    30000
/* A web server that has connected sends at once. Waiting this long for it, before other connections
 * are looked at, keeps a worker at one request in hand: no more than that is lost if it is killed.
 */
#define FIRST_MS 5
/* After a stop signal: for requests that have come in part, and answers that have gone out in part.
 */
#define STOP_MS 3000
/* When descriptors or memory run out, accept() fails at once and again; others need time to give
 * some back. */
#define EXHAUSTED_NANOSECONDS 100000000L
#define COMPLAIN_MS           60000 /* between two lines about broken peers */
#define CONNECTIONS_MAX       64    /* waited for at the same time */
/* When all are waited for, one that has not done its part for so long makes room. */
#define PATIENCE_MS 500
#define CHUNK       65536

/* The web server's end of one request. */
struct connection {
    int fd;           /* -1: free */
    int64_t since;    /* monotonic milliseconds: when it was accepted */
    int64_t deadline; /* of what it is waited for now */
    bool answering;   /* the request was answered, out is on its way */
    struct fastcgi input;
    struct buffer out;
    size_t sent; /* of out */
};

struct loop {
    struct serve *serve;
    struct confine *confine;
    sigset_t stop; /* the signals that stop us */
    sigset_t open; /* mask in which they come through */
    struct connection connections[CONNECTIONS_MAX];
    size_t count;         /* of them in use */
    struct buffer answer; /* kept for its memory */
    int64_t complained;
    char chunk[CHUNK];
};

/* --- stopping --- */

/* The handler is there to make ppoll() return. */
static volatile sig_atomic_t stopped;

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

/* Under load the loop never waits, so a signal would stay pending for ever: look for it before each
 * request. */
static bool should_stop(const struct loop *loop)
{
    static const struct timespec at_once = {0, 0};

    return stopped || sigtimedwait(&loop->stop, NULL, &at_once) > 0;
}

/* QUIT as well: it is what Debian's multiwatch sends for TERM. SIGPIPE: a peer that went away is an
 * error of send(). SIGXFSZ: a journal at its size limit must not end the worker. */
static enum err prepare_signals(struct loop *loop)
{
    static const int stops[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1};
    struct sigaction action = {.sa_handler = on_stop};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    int failed = 0;

    sigemptyset(&loop->stop);
    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        sigaddset(&loop->stop, stops[i]);
    failed |= sigprocmask(SIG_BLOCK, &loop->stop, &loop->open);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        sigdelset(&loop->open, stops[i]);
        failed |= sigaction(stops[i], &action, NULL);
    }
    failed |= sigaction(SIGXFSZ, &ignore, NULL);
    failed |= sigaction(SIGPIPE, &ignore, NULL);
    if (failed != 0)
        log_error("signals cannot be prepared: %s", strerror(errno));
    return failed != 0 ? ERR_SYSTEM : ERR_NONE;
}

/* --- the listening socket --- */

static enum err prepare_socket(void)
{
    int listening = 0;
    socklen_t size = sizeof listening;
    int flags = fcntl(LISTEN_FD, F_GETFL);

    if (getsockopt(LISTEN_FD, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening) {
        log_error("descriptor 0 is no listening socket: start this by spawn-fcgi, or give it "
                  "METHOD TARGET");
        return ERR_SYSTEM;
    }
    if (flags < 0 || fcntl(LISTEN_FD, F_SETFL, flags | O_NONBLOCK) != 0) {
        log_error("descriptor 0: %s", strerror(errno));
        return ERR_SYSTEM;
    }
    return ERR_NONE;
}

/* True if the next accept() may do better: the peer went away, or another worker was faster. */
static bool is_passing(int cause)
{
    return cause == EAGAIN || cause == EWOULDBLOCK || cause == EINTR || cause == ECONNABORTED ||
           cause == EPROTO;
}

static bool is_exhausted(int cause)
{
    return cause == EMFILE || cause == ENFILE || cause == ENOBUFS || cause == ENOMEM;
}

/* One line a minute: a broken peer comes back, and must not fill the disk. */
static void complain(struct loop *loop, const char *what)
{
    int64_t now = clock_monotonic_ms();

    if (loop->complained != 0 && now - loop->complained < COMPLAIN_MS)
        return;
    loop->complained = now;
    log_warning("%s", what);
}

/* -1: none this time, go on; *err is set if there never will be one. */
static int accept_one(struct loop *loop, enum err *err)
{
    static const struct timespec pause_time = {0, EXHAUSTED_NANOSECONDS};
    int fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd >= 0)
        return fd;
    if (is_exhausted(errno)) {
        complain(loop, "accept: descriptors or memory ran out; raise the limits of the worker");
        nanosleep(&pause_time, NULL);
    } else if (!is_passing(errno)) {
        log_error("accept: %s", strerror(errno));
        *err = ERR_SYSTEM;
    }
    return -1;
}

/* --- connections --- */

static void close_connection(struct loop *loop, struct connection *c)
{
    close(c->fd);
    c->fd = -1;
    loop->count--;
    /* The first one is used for nearly all requests and keeps its memory. */
    if (c == loop->connections)
        return;
    fastcgi_free(&c->input);
    buffer_free(&c->out);
}

/* Puts a fresh connection into the first free place; there is one (make_room()). */
static struct connection *open_connection(struct loop *loop, int fd)
{
    struct connection *c = loop->connections;

    while (c->fd >= 0)
        c++;
    loop->count++;
    c->fd = fd;
    c->since = clock_monotonic_ms();
    c->deadline = c->since + RECEIVE_MS;
    c->answering = false;
    c->sent = 0;
    buffer_clear(&c->out);
    fastcgi_reset(&c->input, REQUEST_BODY_MAX + 1); /* one more shows that it is too much */
    return c;
}

/* Sends what can be sent now, and closes when all is. A peer that went away is no fault of ours,
 * and the view was counted when it was served. */
static void send_answer(struct loop *loop, struct connection *c)
{
    while (c->sent < c->out.len) {
        ssize_t sent = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (sent <= 0)
            break;
        c->sent += (size_t)sent;
    }
    close_connection(loop, c);
}

/* What the protocol has to say before, or instead of, an answer: some bytes. False if the peer does
 * not even take these. */
static bool send_replies(struct connection *c)
{
    struct buffer *replies = &c->input.replies;
    bool sent = replies->len == 0 ||
                send(c->fd, replies->data, replies->len, MSG_NOSIGNAL) == (ssize_t)replies->len;

    buffer_clear(replies);
    return sent;
}

/* --- one request --- */

static const char *get_variable(void *context, const char *name)
{
    return fastcgi_variable(context, name);
}

/* True if the request is one, and its body is as long as it was said to be: a body that was cut off
 * is half a form. */
static bool is_whole(struct loop *loop, const struct fastcgi *input)
{
    const char *length = fastcgi_variable(input, "CONTENT_LENGTH");

    if (fastcgi_variable(input, "REQUEST_METHOD") == NULL ||
        fastcgi_variable(input, "REQUEST_URI") == NULL) {
        complain(loop, "a request came without REQUEST_METHOD and REQUEST_URI; it was dropped. If "
                       "this repeats, look at the web server's FastCGI parameters");
        return false;
    }
    if (length != NULL && strtoull(length, NULL, 10) > input->body_len) {
        complain(loop, "a request's body was cut off; it was dropped");
        return false;
    }
    return true;
}

static void answer(struct loop *loop, struct connection *c)
{
    struct request_source source = {get_variable, &c->input, buffer_text(&c->input.body),
                                    c->input.body.len, false};

    if (!is_whole(loop, &c->input)) {
        close_connection(loop, c);
        return;
    }
    serve_request(loop->serve, &source, &loop->answer);
    fastcgi_answer(&c->input, &c->out, buffer_text(&loop->answer), loop->answer.len);
    c->answering = true;
    c->deadline = clock_monotonic_ms() + SEND_MS;
    send_answer(loop, c); /* nothing to send if memory ran out: then it closes */
}

/* The peer closed, or sent something that is no request. */
static void give_up(struct loop *loop, struct connection *c, enum fastcgi_state state)
{
    if (state == FASTCGI_BROKEN)
        complain(loop, "a connection brought no FastCGI request, or one over its limits; it was "
                       "closed");
    else if (state == FASTCGI_REFUSED)
        complain(loop, "a request was taken back, or is for another role than a responder's");
    else if (c->input.begun || c->input.records.len > 0)
        complain(loop, "a request was cut off; it was dropped");
    close_connection(loop, c);
}

/* Reads what is there. Answers when the request is whole. */
static void receive(struct loop *loop, struct connection *c)
{
    enum fastcgi_state state = FASTCGI_MORE;

    while (state == FASTCGI_MORE) {
        ssize_t got = recv(c->fd, loop->chunk, sizeof loop->chunk, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (got <= 0)
            break;
        state = fastcgi_take(&c->input, loop->chunk, (size_t)got);
        if (!send_replies(c))
            break;
    }
    if (state == FASTCGI_COMPLETE)
        answer(loop, c);
    else
        give_up(loop, c, state);
}

/* --- waiting --- */

/* Closes what has had its time. */
static void expire(struct loop *loop, int64_t now)
{
    for (size_t i = 0; i < CONNECTIONS_MAX && loop->count > 0; i++) {
        struct connection *c = &loop->connections[i];

        if (c->fd < 0 || now < c->deadline)
            continue;
        complain(loop, c->answering ? "a peer does not take its answer; the connection was closed"
                                    : "a request did not come to its end; it was dropped");
        close_connection(loop, c);
    }
}

/* The one that came first of those that are open; there is one. */
static struct connection *find_oldest(struct loop *loop)
{
    struct connection *oldest = NULL;

    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &loop->connections[i];

        if (c->fd >= 0 && (oldest == NULL || c->since < oldest->since))
            oldest = c;
    }
    return oldest;
}

/* Milliseconds until another connection can be taken. Where all places are taken, the oldest one
 * gives way when it has had some time: of peers that do not do their part there may be any number.
 */
static int64_t time_to_room(struct loop *loop, int64_t now)
{
    int64_t left;

    if (loop->count < CONNECTIONS_MAX)
        return 0;
    left = find_oldest(loop)->since + PATIENCE_MS - now;
    return left > 0 ? left : 0;
}

static void make_room(struct loop *loop)
{
    if (loop->count < CONNECTIONS_MAX)
        return;
    complain(loop, "too many connections without a whole request; the oldest was closed");
    close_connection(loop, find_oldest(loop));
}

/* A fresh connection: in nearly all cases its whole request is there, or comes at once. */
static void handle_fresh(struct loop *loop, int fd)
{
    struct connection *c;
    struct pollfd poller = {.fd = fd, .events = POLLIN};

    make_room(loop);
    c = open_connection(loop, fd);
    if (poll(&poller, 1, FIRST_MS) > 0)
        receive(loop, c);
}

/* Fills pollers, the listening socket first, -1 while no connection is taken. Returns how long to
 * wait, in milliseconds; -1: for ever. */
static int64_t prepare_pollers(struct loop *loop, struct pollfd pollers[static CONNECTIONS_MAX + 1],
                               bool accepting)
{
    int64_t now = clock_monotonic_ms(), full = accepting ? time_to_room(loop, now) : 0;
    int64_t first = full > 0 ? now + full : INT64_MAX;

    pollers[0] = (struct pollfd){.fd = accepting && full == 0 ? LISTEN_FD : -1, .events = POLLIN};
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &loop->connections[i];

        pollers[i + 1] = (struct pollfd){.fd = c->fd, .events = c->answering ? POLLOUT : POLLIN};
        if (c->fd >= 0 && c->deadline < first)
            first = c->deadline;
    }
    if (first == INT64_MAX)
        return -1;
    return first > now ? first - now : 0;
}

/* Goes on with the connections that ppoll() found ready. */
static void serve_ready(struct loop *loop, const struct pollfd *pollers)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &loop->connections[i];

        if (pollers[i].fd < 0 || pollers[i].revents == 0)
            continue;
        if (c->answering)
            send_answer(loop, c);
        else
            receive(loop, c);
    }
    expire(loop, clock_monotonic_ms());
}

/* Waits for connections and for those that are open: here, and only here, signals come through.
 * *ready: there is something to accept. */
static enum err wait_and_serve(struct loop *loop, bool accepting, bool *ready)
{
    struct pollfd pollers[CONNECTIONS_MAX + 1];
    int64_t left = prepare_pollers(loop, pollers, accepting);
    struct timespec limit = {left / 1000, left % 1000 * 1000000};

    *ready = false;
    if (ppoll(pollers, CONNECTIONS_MAX + 1, left < 0 ? NULL : &limit, &loop->open) < 0) {
        if (errno == EINTR)
            return ERR_NONE;
        log_error("ppoll: %s", strerror(errno));
        return ERR_SYSTEM;
    }
    serve_ready(loop, pollers + 1);
    *ready = pollers[0].revents != 0;
    return ERR_NONE;
}

/* --- the loop --- */

/* One that waits is served before the first look for a signal. On a busy machine workers that are
 * told to stop may be told so while they start, one after the other; if none of them served
 * anybody, readers would wait for as long as that goes on. */
static enum err run(struct loop *loop)
{
    enum err err = ERR_NONE;
    bool ready = true; /* under load there is always a connection: no need to wait for one */
    int fd = accept_one(loop, &err);

    if (fd >= 0)
        handle_fresh(loop, fd);
    while (err == ERR_NONE && !should_stop(loop) && !confine_is_outdated(loop->confine)) {
        fd = ready ? accept_one(loop, &err) : -1;
        if (fd >= 0)
            handle_fresh(loop, fd);
        if (err == ERR_NONE && (fd < 0 || loop->count > 0))
            err = wait_and_serve(loop, true, &ready);
    }
    return err;
}

/* What has come in part, or gone out in part, gets a little time. */
static void finish(struct loop *loop)
{
    int64_t limit = clock_monotonic_ms() + STOP_MS;
    bool ready;

    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (loop->connections[i].deadline > limit)
            loop->connections[i].deadline = limit;
    while (loop->count > 0 && wait_and_serve(loop, false, &ready) == ERR_NONE)
        continue;
}

static enum err open_loop(struct loop *loop, const struct program *program,
                          const struct settings *settings)
{
    enum err err = prepare_socket();

    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        loop->connections[i].fd = -1;
    if (err == ERR_NONE)
        err = serve_open(&loop->serve, program, settings, true);
    if (err == ERR_NONE)
        err = confine_enter(&loop->confine, program, settings);
    return err;
}

static void close_loop(struct loop *loop)
{
    serve_close(loop->serve);
    confine_free(loop->confine);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        fastcgi_free(&loop->connections[i].input);
        buffer_free(&loop->connections[i].out);
    }
    buffer_free(&loop->answer);
    free(loop);
}

static int serve_fastcgi(const struct program *program)
{
    struct loop *loop = calloc(1, sizeof *loop);
    struct settings *settings = NULL;
    enum err err = loop == NULL ? ERR_MEMORY : prepare_signals(loop);

    if (err == ERR_NONE)
        err = settings_load(&settings, NULL, NULL);
    if (err == ERR_NONE)
        err = open_loop(loop, program, settings);
    if (err == ERR_NONE) {
        err = run(loop);
        finish(loop);
    }
    if (loop != NULL)
        close_loop(loop);
    settings_free(settings);
    return err == ERR_NONE ? 0 : 1;
}

int loop_main(const struct program *program, int argc, char **argv)
{
    log_program(program->name);
    if (argc > 1)
        return command_run(program, argc, argv, stdin, stdout);
    return serve_fastcgi(program);
}
