/*
 * publish.c: vhod publish: checks the content, then replaces the published snapshot.
 */
#include "commands/commands.h"
#include "commands/summary.h"
#include <stdlib.h>

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
    free(snapshot);
    return err;
}
