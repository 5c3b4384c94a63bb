/*
 * restore.c: vhod restore: a backup in the place of what a site has.
 */
#include "backup/restore.h"
#include "base/message.h"
#include "commands/commands.h"
#include <stdio.h>

static void say_notes(const struct job *job, const struct restore_summary *summary)
{
    if (summary->no_snapshot)
        puts(translated("note: its snapshot is of another version; run vhod publish"));
    if (summary->no_tally)
        puts(translated(
            "note: its counters are a file, and [tally] store is a database elsewhere; they were "
            "left out"));
    if (summary->settings_differ)
        printf(translated("note: its settings differ from the present ones, which stay; see "
                          "%s/vhod.ini.restored\n"),
               job->settings->path_state);
}

enum err command_restore(const struct job *job)
{
    struct restore_summary summary;
    enum err err = backup_restore(job->settings, job->data, job->words[0], &summary);

    if (err != ERR_NONE)
        return err == ERR_INVALID ? ERR_SYSTEM : err;
    printf(
        translated("restored: %ld files of %s; what was there is kept, with %s behind its names\n"),
        summary.files, summary.made, summary.aside);
    say_notes(job, &summary);
    return ERR_NONE;
}
