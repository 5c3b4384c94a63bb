/*
 * check.c: vhod check: reads all content, says everything that is wrong with it, and names the
 * sites that use what is about to be retired, and on demand what it lacks. Changes nothing.
 */
#include "base/civil.h"
#include "base/clock.h"
#include "base/message.h"
#include "commands/commands.h"
#include "commands/summary.h"
#include "commands/todo.h"
#include "tally/tally.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far back vhod check looks for sites that use an article: a school term. */
#define USED_DAYS 90

/* Whoever uses one article that is about to be retired; a note, not a fault. */
static enum err say_users(struct tally *tally, const char *article,
                          const struct tally_question *question)
{
    const char *shown = strncmp(article, "q/", 2) == 0 ? "" : "guide/";
    json_t *users = NULL, *user;
    size_t i;
    enum err err = tally != NULL ? tally_users(tally, article, question, &users) : ERR_NONE;

    if (err != ERR_NONE)
        return err;
    printf(translated("note: %s%s is about to be retired; %s the last %d days%s\n"), shown, article,
           json_array_size(users) > 0 ? translated("sites that used it in")
                                      : translated("no site was seen using it in"),
           USED_DAYS, json_array_size(users) > 0 ? ":" : "");
    json_array_foreach (users, i, user)
        printf(translated("note:   %s (%s, %lld times)\n"),
               json_string_value(json_object_get(user, "host")),
               json_is_true(json_object_get(user, "framed"))
                   ? translated("shows it in a frame or picture")
                   : translated("links to it"),
               (long long)json_integer_value(json_object_get(user, "count")));
    json_decref(users);
    return ERR_NONE;
}

/* Names the sites that use what this content retires. */
static enum err say_retiring(const struct settings *settings, const struct words *retiring)
{
    struct tally *tally = NULL;
    char from[21], to[21];
    char *path;
    enum err err;
    struct tally_question question;

    if (retiring->count == 0)
        return ERR_NONE;
    path = settings_tally_store(settings);
    err = path != NULL ? tally_open(&tally, path, settings->site_timezone, false) : ERR_MEMORY;
    if (err == ERR_NOT_FOUND) /* nothing was counted yet */
        err = ERR_NONE;
    clock_format(clock_now() - (time_t)USED_DAYS * DAY_SECONDS, from);
    clock_format(clock_now() + DAY_SECONDS, to); /* it may be tomorrow in the site's time zone */
    from[10] = to[10] = '\0';
    question = (struct tally_question){from, to, NULL, settings->site_host};
    for (size_t i = 0; i < retiring->count && err == ERR_NONE; i++)
        err = say_users(tally, retiring->items[i], &question);
    tally_close(tally);
    free(path);
    return err;
}

void check_say_json(struct faults *faults)
{
    json_t *list = json_array();
    struct fault_view fault;

    for (size_t i = 0; faults_view(faults, i, &fault); i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:i, s:s?, s:s?, s:s, s:s?}", "severity",
                                        fault.warning ? "warning" : "fault", "file", fault.file,
                                        "line", fault.line, "section", fault.section, "key",
                                        fault.key, "message", fault.message, "add", fault.lines));
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

/* What a person is told of content without faults. */
static enum err say(const struct job *job, const struct publish_summary *summary)
{
    size_t warnings = faults_warnings(job->faults);
    enum err err;

    if (warnings > 0)
        printf(translated("warnings: %zu\n"), warnings);
    summary_say("fine", summary);
    err = say_retiring(job->settings, &summary->retiring);
    return err == ERR_NONE && job->value[JOB_TODO] != NULL ? todo_say(job) : err;
}

enum err command_check(const struct job *job)
{
    struct publish_summary summary = {0};
    const struct settings *settings = job->settings;
    char *snapshot = settings != NULL ? settings_state_file(settings, "directory.db") : NULL;
    bool json = job->value[JOB_JSON] != NULL;
    enum err err;

    if (settings != NULL && snapshot == NULL)
        return ERR_MEMORY;
    err =
        content_advise(job->data, snapshot, settings != NULL ? settings->content_confirm_months : 0,
                       job->faults, &summary);
    if (settings != NULL && *settings->site_contact == '\0')
        faults_warn(job->faults, settings->file, 0, "site", "contact",
                    "is empty: readers find nobody to tell of a mistake");
    if (err == ERR_NONE && faults_untold(job->faults))
        err = ERR_MEMORY;
    if (!json)
        faults_print_warnings(job->faults, stdout);
    if (err == ERR_NONE && settings != NULL && !json)
        err = say(job, &summary);
    publish_summary_free(&summary);
    free(snapshot);
    return err;
}

bool command_check_fits(const struct job *job)
{
    return job->value[JOB_JSON] == NULL || job->value[JOB_TODO] == NULL;
}
