/*
 * diff.c: vhod diff: what a publish would change for readers. Publishes into a folder of its own
 * and compares; the published snapshot is only read.
 */
#include "base/message.h"
#include "commands/commands.h"
#include "content/draft.h"
#include "content/outlook.h"
#include <stdio.h>
#include <stdlib.h>

enum err command_diff(const struct job *job)
{
    char *snapshot = settings_state_file(job->settings, "directory.db");
    struct draft *draft = NULL;
    size_t count = 0;
    enum err err =
        snapshot != NULL ? draft_make(&draft, job->data, snapshot, job->faults) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = outlook_say(snapshot, draft_snapshot(draft), stdout, &count);
    if (err == ERR_NONE && count == 0)
        puts(translated("a publish would change nothing for readers"));
    *job->differs = count > 0;
    draft_free(draft);
    free(snapshot);
    return err;
}
