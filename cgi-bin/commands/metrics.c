/*
 * metrics.c: vhod metrics: the figures of all programs on standard output, or over HTTP for a
 * Prometheus server. It answers on the socket it was given, and on no other: the web server that
 * readers reach knows nothing of it. Like the public programs it gives up what it does not need
 * before the first request: it reads state and figures, and writes nothing.
 */
#include "base/log.h"
#include "base/sandbox.h"
#include "commands/answer.h"
#include "commands/commands.h"
#include "commands/exposition.h"
#include <stdio.h>
#include <stdlib.h>

struct metrics {
    const struct settings *settings;
    struct directory *directory;
    struct sandbox sandbox;
    char *folder; /* of the figures */
};

static enum err write_all(void *context, struct buffer *out)
{
    struct metrics *metrics = context;
    enum err err = directory_refresh(metrics->directory, NULL);

    /* Without a snapshot there is still much to say. */
    err = err == ERR_MEMORY ? err : exposition_write(out, metrics->settings, metrics->directory);
    if (err != ERR_NONE)
        log_error("metrics: %s", err_text(err));
    return err;
}

static enum err confine(void *context)
{
    struct metrics *metrics = context;

    if (!metrics->settings->sandbox_confine)
        return ERR_NONE;
    metrics->sandbox.listens = true;
    sandbox_allow(&metrics->sandbox, metrics->settings->path_state, SANDBOX_READ);
    sandbox_allow(&metrics->sandbox, metrics->folder, SANDBOX_READ | SANDBOX_OPTIONAL);
    return sandbox_enter(&metrics->sandbox);
}

static enum err open_all(struct metrics *metrics)
{
    char *path = settings_state_file(metrics->settings, "directory.db");
    enum err err = ERR_MEMORY;

    metrics->folder = settings_metrics_folder(metrics->settings);
    if (path != NULL && metrics->folder != NULL)
        err = directory_open(&metrics->directory, path, metrics->settings->site_url);
    free(path);
    return metrics->directory != NULL ? ERR_NONE : err;
}

static enum err print_all(struct metrics *metrics)
{
    struct buffer text = BUFFER_INIT;
    enum err err = write_all(metrics, &text);

    if (err == ERR_NONE && fwrite(buffer_text(&text), 1, text.len, stdout) != text.len)
        err = ERR_SYSTEM;
    buffer_free(&text);
    return err;
}

enum err command_metrics(const struct job *job)
{
    struct metrics metrics = {.settings = job->settings};
    const struct answer answer = {"/metrics", EXPOSITION_TYPE, write_all, confine, &metrics};
    enum err err = open_all(&metrics);

    if (err == ERR_NONE)
        err = job->value[JOB_LISTEN] != NULL ? answer_run(&answer) : print_all(&metrics);
    directory_close(metrics.directory);
    free(metrics.folder);
    return err;
}
