/*
 * collect.c: vhod collect: folds the journal, or the log of a cache in front, into the counters.
 */
#include "tally/collect.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "pages/replay.h"
#include "tally/collect_log.h"
#include "tally/explain_log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say_kind(void *context, long lines, const char *kind)
{
    (void)context;
    printf("%8ld  %s\n", lines, kind);
}

static enum err run_log(const struct job *job, const struct collect_log_job *log)
{
    struct collect_log_result result = {0};
    enum err err;

    if (job->value[JOB_EXPLAIN] != NULL)
        return explain_log(log, say_kind, NULL);
    err = collect_log_run(log, &result);
    /* What was counted before a fault stays counted. */
    if (err == ERR_NONE || result.lines > 0)
        printf(translated("collected: %ld records, %ld dropped, %ld noise, of %ld lines\n"),
               result.records, result.dropped, result.noise, result.lines);
    return err;
}

/* Says which formats there are, or what is wrong with the mapping. */
static void say_format(const char *format, const char *wrong)
{
    struct buffer words = BUFFER_INIT;

    access_format_words(&words);
    if (wrong != NULL)
        log_error("[journal] log_fields: %s", translated(wrong));
    else
        log_error("collect: there is no format \"%s\"; there are %s", format, buffer_text(&words));
    buffer_free(&words);
}

/* The log of a server or a cache in front, by the same rules as our own journal. */
static enum err collect_access_log(const struct job *job)
{
    struct access_reader reader;
    struct collect_log_job log = {.path = job->value[JOB_ACCESS_LOG],
                                  .timezone = job->settings->site_timezone,
                                  .reader = &reader,
                                  .bad_percent = job->settings->journal_log_bad_percent,
                                  .judge = replay_judge};
    struct replay *replay = NULL;
    char *tally = settings_tally_store(job->settings);
    const char *wrong;
    enum err err = access_reader_open(&reader, job->value[JOB_FORMAT],
                                      job->settings->journal_log_fields, &wrong);

    if (err == ERR_NOT_FOUND || err == ERR_INVALID)
        say_format(job->value[JOB_FORMAT], wrong);
    if (err == ERR_NONE)
        err = tally != NULL ? replay_open(&replay, job->settings) : ERR_MEMORY;
    log.store = tally;
    log.context = replay;
    if (err == ERR_NONE)
        err = run_log(job, &log);
    replay_close(replay);
    access_reader_close(&reader);
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
        printf(translated("collected: %ld records, %ld dropped, %ld files, %ld deleted\n"),
               result.records, result.dropped, result.files, result.deleted);
    return err;
}

bool command_collect_fits(const struct job *job)
{
    const char *format = job->value[JOB_FORMAT];

    if (job->value[JOB_ACCESS_LOG] == NULL)
        return format == NULL && job->value[JOB_EXPLAIN] == NULL;
    return format != NULL && job->value[JOB_REBUILD] == NULL;
}
