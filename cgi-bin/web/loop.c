/*
 * loop.c: the only file that knows libfcgi. It brings requests in and bytes out, and stops when
 * told. What is answered is serve.c's matter.
 *
 * Why it is not a plain FCGX_Accept_r loop (libfcgi 2.4.2, found by test): a stop signal that comes
 * while the library polls a fresh connection makes it spin for ever; it has no read time-out, so
 * half a record holds the worker for ever; and a request whose peer died half-way runs with the
 * parameters read so far. So signals are blocked everywhere but in our ppoll(), the connection is
 * accepted here with time-outs and handed to the library, and what it returns is checked.
 */
#include "web/loop.h"
#include "base/log.h"
#include "web/command.h"
#include "web/confine.h"
#include "web/serve.h"
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LISTEN_FD 0
/* The peer is the web server, which has the whole request before it connects: what takes longer
 * than this is broken, and holds a worker that others wait for. */
#define PEER_SECONDS 10
/* How long the library waits, after the answer to a request that was not read to its end, for the
 * peer to close; its own default is 2 s. */
#define CLOSE_MILLISECONDS "200"
/* When descriptors or memory run out, accept() fails at once and again; others need time to give
 * some back. */
#define EXHAUSTED_NANOSECONDS 100000000L
#define COMPLAIN_EVERY        60 /* seconds between two lines about broken peers */

struct loop {
    struct serve *serve;
    struct confine *confine;
    FCGX_Request request;
    sigset_t stop;              /* the signals that stop us */
    sigset_t open;              /* mask in which they come through */
    struct buffer body, answer; /* kept for their memory */
    time_t complained;
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

/* Our handlers go in before FCGX_Init, which leaves them alone; SIGPIPE is ignored after, because
 * it would put its own in place of "ignored". SIGXFSZ: a journal at its size limit must not end the
 * worker. */
static enum err prepare_signals(struct loop *loop)
{
    static const int numbers[] = {SIGTERM, SIGUSR1, SIGINT};
    struct sigaction action = {.sa_handler = on_stop};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    int failed = 0;

    sigemptyset(&loop->stop);
    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaddset(&loop->stop, numbers[i]);
    failed |= sigprocmask(SIG_BLOCK, &loop->stop, &loop->open);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigdelset(&loop->open, numbers[i]);
        failed |= sigaction(numbers[i], &action, NULL);
    }
    failed |= sigaction(SIGXFSZ, &ignore, NULL);
    failed |= FCGX_Init();
    failed |= sigaction(SIGPIPE, &ignore, NULL);
    if (failed != 0)
        log_error("signals and libfcgi cannot be prepared: %s", strerror(errno));
    return failed != 0 ? ERR_SYSTEM : ERR_NONE;
}

/* --- connections --- */

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
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (loop->complained != 0 && now.tv_sec - loop->complained < COMPLAIN_EVERY)
        return;
    loop->complained = now.tv_sec;
    log_warning("%s", what);
}

/* Accepts a connection with time-outs. -1: none this time, go on; *err is set if there never will
 * be. */
static int accept_one(struct loop *loop, enum err *err)
{
    static const struct timeval patience = {PEER_SECONDS, 0};
    static const struct timespec pause_time = {0, EXHAUSTED_NANOSECONDS};
    int fd = accept4(LISTEN_FD, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        /* Without time-outs the connection still serves; only a broken peer could hold it. */
        if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0)
            complain(loop, "a connection takes no time-outs");
        return fd;
    }
    if (is_exhausted(errno)) {
        complain(loop, "accept: descriptors or memory ran out; raise the limits of the worker");
        nanosleep(&pause_time, NULL);
    } else if (!is_passing(errno)) {
        log_error("accept: %s", strerror(errno));
        *err = ERR_SYSTEM;
    }
    return -1;
}

/* Waits until there is something to accept or a signal to stop comes: here, and only here, signals
 * come through. */
static enum err wait_for_connection(const struct loop *loop)
{
    struct pollfd poller = {.fd = LISTEN_FD, .events = POLLIN};

    if (ppoll(&poller, 1, NULL, &loop->open) >= 0 || errno == EINTR)
        return ERR_NONE;
    log_error("ppoll: %s", strerror(errno));
    return ERR_SYSTEM;
}

/* --- one request --- */

static const char *get_variable(void *context, const char *name)
{
    const FCGX_Request *request = context;

    return FCGX_GetParam(name, request->envp);
}

/* Lets the library read the request from our connection. keepConnection keeps it from closing the
 * connection as the end of a request before; it is set anew from what the peer asks. */
static bool begin(struct loop *loop, int fd)
{
    FCGX_Request *request = &loop->request;

    request->ipcFd = fd;
    request->keepConnection = 1;
    if (FCGX_Accept_r(request) != 0)
        return false; /* the library has closed it */
    request->keepConnection = 0;
    return true;
}

/* A peer that dies while it sends leaves a request with a part of its parameters. */
static bool is_whole(struct loop *loop)
{
    const char *role = get_variable(&loop->request, "FCGI_ROLE");

    if (FCGX_GetError(loop->request.in) == 0 && role != NULL && strcmp(role, "RESPONDER") == 0 &&
        get_variable(&loop->request, "REQUEST_METHOD") != NULL &&
        get_variable(&loop->request, "REQUEST_URI") != NULL)
        return true;
    complain(
        loop,
        "a request came without REQUEST_METHOD and REQUEST_URI, or was cut off; it was dropped. If "
        "this repeats, look at the web server's FastCGI parameters");
    return false;
}

/* Reads the body to its end; an unread rest could be taken for the next request. False if it is cut
 * off or longer than any form of ours. */
static bool drain(struct loop *loop)
{
    const char *declared = get_variable(&loop->request, "CONTENT_LENGTH");
    unsigned long expected = declared != NULL ? strtoul(declared, NULL, 10) : 0;
    char *room;
    int got;

    buffer_clear(&loop->body);
    room = buffer_reserve(&loop->body, REQUEST_BODY_MAX + 1);
    if (room == NULL)
        return false;
    got = FCGX_GetStr(room, REQUEST_BODY_MAX + 1, loop->request.in);
    if (got < 0 || got > REQUEST_BODY_MAX || FCGX_GetError(loop->request.in) != 0)
        return false;
    buffer_grew(&loop->body, (size_t)got);
    return expected <= (unsigned long)got;
}

static void answer(struct loop *loop)
{
    struct request_source source = {get_variable, &loop->request, buffer_text(&loop->body),
                                    loop->body.len};

    serve_request(loop->serve, &source, &loop->answer);
    /* A peer that went away is no fault of ours, and the view was counted when it was served. */
    FCGX_PutStr(buffer_text(&loop->answer), (int)loop->answer.len, loop->request.out);
    /* All was read, so the connection can be closed at once: nothing can make the kernel drop the
     * answer. */
    FCGX_Detach(&loop->request);
}

static void handle(struct loop *loop, int fd)
{
    if (!begin(loop, fd))
        return;
    if (is_whole(loop)) {
        if (drain(loop))
            answer(loop);
        else
            complain(loop, "a request body was cut off or larger than a form; it was dropped");
    }
    FCGX_Finish_r(&loop->request);
}

/* --- the loop --- */

static enum err run(struct loop *loop)
{
    enum err err = ERR_NONE;

    while (err == ERR_NONE && !should_stop(loop) && !confine_is_outdated(loop->confine)) {
        int fd = accept_one(loop, &err); /* under load there is always one: no need to wait */

        if (fd >= 0)
            handle(loop, fd);
        else if (err == ERR_NONE)
            err = wait_for_connection(loop);
    }
    return err;
}

static enum err open_loop(struct loop *loop, const struct program *program,
                          const struct settings *settings)
{
    enum err err = prepare_socket();

    if (err == ERR_NONE && setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", CLOSE_MILLISECONDS, 0) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = prepare_signals(loop);
    if (err == ERR_NONE && FCGX_InitRequest(&loop->request, -1, 0) != 0)
        err = ERR_SYSTEM;
    if (err == ERR_NONE)
        err = serve_open(&loop->serve, program, settings, true);
    if (err == ERR_NONE)
        err = confine_enter(&loop->confine, program, settings);
    return err;
}

static int serve_fastcgi(const struct program *program)
{
    struct loop loop = {0};
    struct settings *settings = NULL;
    enum err err = settings_load(&settings, NULL, NULL);

    if (err == ERR_NONE)
        err = open_loop(&loop, program, settings);
    if (err == ERR_NONE)
        err = run(&loop);
    serve_close(loop.serve);
    confine_free(loop.confine);
    settings_free(settings);
    buffer_free(&loop.body);
    buffer_free(&loop.answer);
    return err == ERR_NONE ? 0 : 1;
}

int loop_main(const struct program *program, int argc, char **argv)
{
    log_program(program->name);
    if (argc > 1)
        return command_run(program, argc, argv, stdin, stdout);
    return serve_fastcgi(program);
}
