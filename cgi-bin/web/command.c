/*
 * command.c: one request from the command line: for tests, for cron, and for finding out on a
 * server what a page answers without the web server in between. Same code as behind FastCGI from
 * serve_request on.
 */
#include "web/command.h"
#include "base/log.h"
#include "base/version.h"
#include "web/serve.h"
#include <stdlib.h>
#include <string.h>

/* METHOD TARGET NAME=VALUE … */
struct arguments {
    char **argv;
    int argc;
};

static const char *get_argument(void *context, const char *name)
{
    const struct arguments *arguments = context;
    size_t len = strlen(name);

    if (strcmp(name, "REQUEST_METHOD") == 0)
        return arguments->argv[0];
    if (strcmp(name, "REQUEST_URI") == 0)
        return arguments->argv[1];
    for (int i = 2; i < arguments->argc; i++)
        if (strncmp(arguments->argv[i], name, len) == 0 && arguments->argv[i][len] == '=')
            return arguments->argv[i] + len + 1;
    return NULL;
}

/* Reads a form to its end; one byte over the limit is enough for request_parse to refuse it. */
static enum err read_form(struct buffer *form, FILE *in)
{
    char *room = buffer_reserve(form, REQUEST_BODY_MAX + 1);

    if (room == NULL)
        return ERR_MEMORY;
    buffer_grew(form, fread(room, 1, REQUEST_BODY_MAX + 1, in));
    return ferror(in) ? ERR_SYSTEM : ERR_NONE;
}

static enum status answer(struct serve *serve, struct request_source *source, FILE *in, FILE *out)
{
    struct buffer form = BUFFER_INIT;
    struct buffer bytes = BUFFER_INIT;
    enum status status = STATUS_INTERNAL;

    if (strcmp(source->get(source->context, "REQUEST_METHOD"), "POST") == 0) {
        if (read_form(&form, in) != ERR_NONE) {
            log_error("standard input: cannot be read");
            goto out;
        }
        source->body = buffer_text(&form);
        source->body_len = form.len;
    }
    status = serve_request(serve, source, &bytes);
    if (fwrite(buffer_text(&bytes), 1, bytes.len, out) != bytes.len || fflush(out) != 0) {
        log_error("standard output: cannot be written");
        status = STATUS_INTERNAL;
    }
out:
    buffer_free(&form);
    buffer_free(&bytes);
    return status;
}

static int run_request(const struct program *program, int argc, char **argv, FILE *in, FILE *out)
{
    const char *journal = getenv("VHOD_JOURNAL");
    struct arguments arguments = {argv, argc};
    struct request_source source = {.get = get_argument, .context = &arguments};
    struct settings *settings = NULL;
    struct serve *serve = NULL;
    int status = 1;

    if (settings_load(&settings, NULL, NULL) == ERR_NONE &&
        serve_open(&serve, program, settings, journal != NULL && strcmp(journal, "1") == 0) ==
            ERR_NONE)
        status = status_code(answer(serve, &source, in, out)) >= 500;
    serve_close(serve);
    settings_free(settings);
    return status;
}

static int print_prefixes(const struct program *program, FILE *out)
{
    struct buffer prefixes = BUFFER_INIT;
    int status;

    route_prefixes(&prefixes, program->routes);
    buffer_putc(&prefixes, '\n');
    status = buffer_failed(&prefixes) || fputs(buffer_text(&prefixes), out) < 0 || fflush(out) != 0;
    buffer_free(&prefixes);
    return status;
}

static int print_version(const struct program *program, FILE *out)
{
    return fprintf(out, "%s.fcgi (vhod) " VHOD_VERSION "\n", program->name) < 0 || fflush(out) != 0;
}

static bool is_method(const char *word)
{
    return *word != '\0' && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(word);
}

static bool are_variables(char **words, int count)
{
    for (int i = 0; i < count; i++)
        if (words[i][0] == '=' || strchr(words[i], '=') == NULL)
            return false;
    return true;
}

int command_run(const struct program *program, int argc, char **argv, FILE *in, FILE *out)
{
    if (argc == 2 && strcmp(argv[1], "--prefixes") == 0)
        return print_prefixes(program, out);
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return print_version(program, out);
    if (argc >= 3 && is_method(argv[1]) && are_variables(argv + 3, argc - 3))
        return run_request(program, argc - 1, argv + 1, in, out);
    fprintf(stderr,
            "usage: %s                                  serve FastCGI on descriptor 0\n"
            "       %s --prefixes                       print the first segments of its addresses\n"
            "       %s --version                        print the version\n"
            "       %s METHOD TARGET [NAME=VALUE ...]   answer one request on standard output\n",
            argv[0], argv[0], argv[0], argv[0]);
    return 2;
}
