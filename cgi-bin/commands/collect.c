/*
 * collect.c: vhod collect: folds the journal, or the log of a cache in front, into the counters.
 */
#include "tally/collect.h"
#include "base/clock.h"
#include "base/log.h"
#include "commands/commands.h"
#include "pages/replay.h"
#include "tally/collect_log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The log of a cache in front, by the same rules as our own journal. */
static enum err collect_access_log(const struct job *job)
{
    struct collect_log_result result = {0};
    struct replay *replay = NULL;
    char *tally = settings_tally_store(job->settings);
    enum err err = tally != NULL ? replay_open(&replay, job->settings) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = collect_log_run(job->value[JOB_ACCESS_LOG], tally, job->settings->site_timezone,
                              replay_judge, replay, &result);
    if (err == ERR_NONE)
        printf("collected: %ld records, %ld dropped, of %ld lines\n", result.records,
               result.dropped, result.lines);
    replay_close(replay);
    free(tally);
    return err;
}

/* Folds the whole journal into a new file, for comparison: nothing is deleted for it, and no report
 * is told once more. */
static enum err rebuild(const struct job *job, struct collect_result *result)
{
    char *journal;
    enum err err;

    if (access(job->value[JOB_REBUILD], F_OK) == 0) {
        log_error("collect: %s is there already; --rebuild takes the name of a new file",
                  job->value[JOB_REBUILD]);
        return ERR_INVALID;
    }
    journal = settings_state_file(job->settings, "journal");
    err = journal == NULL
              ? ERR_MEMORY
              : collect_run(&(struct collect_job){.journal = journal,
                                                  .store = job->value[JOB_REBUILD],
                                                  .timezone = job->settings->site_timezone},
                            result);
    free(journal);
    return err;
}

enum err command_collect(const struct job *job)
{
    struct collect_result result = {0};
    enum err err;

    if (job->value[JOB_ACCESS_LOG] != NULL)
        return collect_access_log(job);
    err = job->value[JOB_REBUILD] != NULL ? rebuild(job, &result)
                                          : collect_site(job->settings, &result);
    if (err == ERR_NONE)
        printf("collected: %ld records, %ld dropped, %ld files, %ld deleted\n", result.records,
               result.dropped, result.files, result.deleted);
    return err;
}

bool command_collect_fits(const struct job *job)
{
    const char *format = job->value[JOB_FORMAT];

    /* There is one form of a log; its name is asked for, so that others can come beside it. */
    if (job->value[JOB_ACCESS_LOG] == NULL)
        return format == NULL;
    return format != NULL && strcmp(format, "combined") == 0 && job->value[JOB_REBUILD] == NULL;
}
