/*
 * publish.c: vhod publish: checks the content, then replaces the published snapshot.
 */
#include "commands/commands.h"
#include "commands/summary.h"
#include "content/announce.h"
#include "journal/form_token.h"
#include "notice/notice.h"
#include <stdlib.h>

/* The secret of the forms, if it is not there yet: programs that may not write in the state folder
 * (a unit of systemd) cannot make it. */
static enum err make_key(const struct settings *settings)
{
    struct report_key key;
    char *path = settings_state_file(settings, "report.key");
    enum err err = path != NULL ? report_key_load(&key, path) : ERR_MEMORY;

    free(path);
    return err == ERR_INVALID ? ERR_SYSTEM : err;
}

static enum err apply_notices(const struct job *job)
{
    char *path = settings_state_file(job->settings, NOTICES_FILE);
    size_t count;
    enum err err = path != NULL ? announce_apply(job->data, job->settings->site_timezone, path,
                                                 job->faults, &count)
                                : ERR_MEMORY;

    free(path);
    return err;
}

enum err command_publish(const struct job *job)
{
    struct publish_summary summary = {0};
    char *snapshot = settings_state_file(job->settings, "directory.db");
    enum err err;

    if (snapshot == NULL)
        return ERR_MEMORY;
    err = content_publish(job->data, snapshot, job->faults, &summary);
    if (err == ERR_NONE)
        summary_say(summary.changed ? "published" : "unchanged", &summary);
    if (err == ERR_NONE)
        err = apply_notices(job);
    if (err == ERR_NONE)
        err = make_key(job->settings);
    free(snapshot);
    return err;
}
