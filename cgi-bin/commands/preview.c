/*
 * preview.c: vhod preview: the site as a publish would make it, served on loopback for the one who
 * edits. What was edited meanwhile is there at the next page; while it has faults, they are said
 * and the pages stay.
 *
 * This is no web server: GET and HEAD, one answer a connection, each in a process of its own. Every
 * page says that it is a preview (templates/parts/layout.mustache, [site] preview), every answer
 * does in its header, and nothing is counted: the journal is not opened.
 */
#include "base/ascii.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "content/draft.h"
#include "pages/replay.h"
#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define REQUEST_MAX   16384 /* bytes of a request's head */
#define FILE_MAX      ((size_t)1 << 20)
#define WAIT_SECONDS  5 /* for a request on a connection */
#define FOLDERS_OPEN  16
#define FORM_PORT_MAX 65535

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

/* --- has the content changed? --- */

/* The newest change of any file, and how many there are: nftw() has no context. */
static struct {
    struct timespec newest;
    long files;
} seen;

static int look_at(const char *path, const struct stat *status, int type, struct FTW *where)
{
    const struct timespec *changed = &status->st_mtim;

    (void)path;
    (void)type;
    (void)where;
    seen.files++;
    if (changed->tv_sec > seen.newest.tv_sec ||
        (changed->tv_sec == seen.newest.tv_sec && changed->tv_nsec > seen.newest.tv_nsec))
        seen.newest = *changed;
    return 0;
}

/* What changes when a file of the folder does. */
static struct timespec mark_of(const char *folder, long *files)
{
    memset(&seen, 0, sizeof seen);
    nftw(folder, look_at, FOLDERS_OPEN, FTW_PHYS);
    *files = seen.files;
    return seen.newest;
}

/* --- a request --- */

struct call {
    char head[REQUEST_MAX + 1];
    char *method, *target, *host, *accept;
};

/* Reads up to the empty line; false if none comes. */
static bool read_head(struct call *call, int fd)
{
    size_t len = 0;

    while (len < REQUEST_MAX) {
        ssize_t got = read(fd, call->head + len, REQUEST_MAX - len);

        if (got <= 0)
            return false;
        len += (size_t)got;
        call->head[len] = '\0';
        if (strstr(call->head, "\r\n\r\n") != NULL)
            return true;
    }
    return false;
}

/* The value of a header's field, cut out of its line; NULL if it is not there. */
static char *field(char *lines, const char *name)
{
    for (char *line = strstr(lines, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, strlen(name)) == 0 && line[2 + strlen(name)] == ':') {
            char *value = line + 2 + strlen(name) + 1;

            return strndup(value + strspn(value, " "), strcspn(value, "\r") - strspn(value, " "));
        }
    }
    return NULL;
}

static bool parse(struct call *call)
{
    char *rest = call->head;

    call->host = field(call->head, "Host");
    call->accept = field(call->head, "Accept");
    call->method = strsep(&rest, " ");
    call->target = strsep(&rest, " ");
    return call->target != NULL && *call->target == '/';
}

static const char *get_variable(void *context, const char *name)
{
    const struct call *call = context;
    const struct {
        const char *name, *value;
    } variables[] = {{"REQUEST_METHOD", call->method}, {"REQUEST_URI", call->target},
                     {"HTTP_HOST", call->host},        {"HTTP_ACCEPT", call->accept},
                     {"REMOTE_ADDR", "127.0.0.1"},     {"HTTP_USER_AGENT", "vhod preview"}};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (strcmp(variables[i].name, name) == 0)
            return variables[i].value;
    }
    return NULL;
}

/* --- an answer --- */

static void send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t sent = write(fd, data, len);

        if (sent <= 0)
            return; /* the reader has gone */
        data += sent;
        len -= (size_t)sent;
    }
}

/* What the web server sends as it is: a file beside the templates. False if there is no such. */
static bool answer_file(int fd, const struct settings *settings, const char *target)
{
    static const char *const types[][2] = {
        {".js", "text/javascript"}, {".svg", "image/svg+xml"}, {".png", "image/png"}};
    const char *type = NULL;
    struct buffer bytes = BUFFER_INIT, head = BUFFER_INIT;
    char *path = NULL;
    bool found;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (ascii_ends_with(target, strlen(target), types[i][0]))
            type = types[i][1];
    }
    if (type == NULL ||
        strspn(target + 1, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(target + 1) ||
        asprintf(&path, "%s/../htdocs%s", settings->path_templates, target) < 0)
        return false;
    found = file_read(&bytes, path, FILE_MAX) == ERR_NONE;
    if (found) {
        buffer_printf(&head, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n",
                      type);
        send_all(fd, head.data, head.len);
        send_all(fd, bytes.data, bytes.len);
    }
    buffer_free(&head);
    buffer_free(&bytes);
    free(path);
    return found;
}

/* "Status: 200 OK" of CGI becomes the first line of HTTP. */
static void answer_page(int fd, struct replay *replay, struct call *call)
{
    struct request_source source = {.get = get_variable, .context = call};
    struct buffer bytes = BUFFER_INIT, head = BUFFER_INIT;
    const char *status = "Status: ";
    size_t skip;

    replay_answer(replay, &source, &bytes);
    skip = strncmp(buffer_text(&bytes), status, strlen(status)) == 0 ? strlen(status) : 0;
    buffer_printf(&head, "HTTP/1.1 %.*s\r\nConnection: close\r\nX-Vhod-Preview: yes\r\n",
                  (int)strcspn(buffer_text(&bytes) + skip, "\r\n"), buffer_text(&bytes) + skip);
    skip += strcspn(buffer_text(&bytes) + skip, "\n");
    skip += skip < bytes.len;
    send_all(fd, head.data, head.len);
    send_all(fd, buffer_text(&bytes) + skip, bytes.len - skip);
    buffer_free(&head);
    buffer_free(&bytes);
}

static void answer(int fd, const struct settings *settings, struct replay *replay)
{
    static const char refused[] = "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\n"
                                  "Content-Length: 0\r\nConnection: close\r\n\r\n";
    struct call *call = calloc(1, sizeof *call);

    if (call == NULL || !read_head(call, fd) || !parse(call))
        goto out;
    if (strcmp(call->method, "GET") != 0 && strcmp(call->method, "HEAD") != 0)
        send_all(fd, refused, sizeof refused - 1);
    else if (!answer_file(fd, settings, call->target))
        answer_page(fd, replay, call);
out:
    if (call != NULL) {
        free(call->host);
        free(call->accept);
    }
    free(call);
}

/* --- serving --- */

/* Binds 127.0.0.1:port; port 0: any that is free. The one bound is put into *port. -1: logged. */
static int open_socket(long *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)*port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 16) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
        *port = ntohs(address.sin_port);
        return fd;
    }
    log_error("127.0.0.1:%ld: %s", *port, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

struct preview {
    const struct job *job;
    struct draft *draft;
    struct settings *settings; /* those of the job, with the draft for its state */
    struct replay *replay;
    struct timespec changed;
    long files;
};

/* Makes the draft anew where the content has changed. Its faults are said and forgotten. */
static void follow(struct preview *preview)
{
    long files;
    struct timespec changed = mark_of(preview->job->data, &files);
    struct faults *faults = NULL;

    if (files == preview->files && changed.tv_sec == preview->changed.tv_sec &&
        changed.tv_nsec == preview->changed.tv_nsec)
        return;
    preview->files = files;
    preview->changed = changed;
    if (faults_new(&faults) != ERR_NONE)
        return;
    if (draft_renew(preview->draft, faults) == ERR_NONE)
        puts(translated("the content has changed, and so has the preview"));
    else
        puts(translated("the content has changed, but the preview has not: vhod check says why"));
    fflush(stdout);
    faults_print(faults, stderr);
    faults_free(faults);
}

static void serve_one(struct preview *preview, int listening)
{
    struct timeval wait = {WAIT_SECONDS, 0};
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    pid_t child;

    if (fd < 0)
        return;
    follow(preview);
    child = fork();
    if (child == 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
        answer(fd, preview->settings, preview->replay);
        close(fd);
        _exit(0);
    }
    if (child < 0)
        log_error("no process for a connection: %s", strerror(errno));
    close(fd);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = stop};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGCHLD, &action, NULL); /* nobody waits for them */
    sigaction(SIGPIPE, &action, NULL);
}

/* The settings of the job, but for what makes the preview a site of its own. */
static enum err open_site(struct preview *preview, long port)
{
    char url[32];
    enum err err = ERR_NONE;

    snprintf(url, sizeof url, "http://127.0.0.1:%ld", port);
    if (setenv("VHOD_SITE_URL", url, 1) != 0 || setenv("VHOD_SITE_PREVIEW", "yes", 1) != 0 ||
        setenv("VHOD_PATH_STATE", draft_folder(preview->draft), 1) != 0)
        return ERR_MEMORY;
    err = job_load_settings(&preview->settings, preview->job);
    if (err == ERR_NONE && preview->settings == NULL)
        err = ERR_INVALID;
    return err == ERR_NONE ? replay_open(&preview->replay, preview->settings) : err;
}

enum err command_preview(const struct job *job)
{
    struct preview preview = {.job = job};
    char *snapshot = settings_state_file(job->settings, "directory.db");
    long port = 0;
    int fd = -1;
    enum err err = ERR_MEMORY;

    if (snapshot == NULL)
        return err;
    ini_parse_int(job->words[0], 0, FORM_PORT_MAX, &port);
    preview.changed = mark_of(job->data, &preview.files);
    err = draft_make(&preview.draft, job->data, snapshot, job->faults);
    if (err == ERR_NONE && (fd = open_socket(&port)) < 0)
        err = ERR_SYSTEM;
    if (err == ERR_NONE)
        err = open_site(&preview, port);
    if (err == ERR_NONE) {
        catch_signals();
        printf(translated("preview on http://127.0.0.1:%ld/ (Ctrl-C ends it)\n"), port);
        fflush(stdout);
    }
    while (err == ERR_NONE && !stopped)
        serve_one(&preview, fd);
    if (fd >= 0)
        close(fd);
    replay_close(preview.replay);
    settings_free(preview.settings);
    draft_free(preview.draft);
    free(snapshot);
    return err;
}

bool command_preview_fits(const struct job *job)
{
    long port;

    return ini_parse_int(job->words[0], 0, FORM_PORT_MAX, &port);
}
