/*
 * todo.c: what the content lacks, sorted by visits. Contract: todo.h.
 */
#include "commands/todo.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/message.h"
#include "content/todo.h"
#include "tally/tally.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR_DAYS 365

/* A thing to do, and how often its subject was read in a year. */
struct counted {
    const struct todo_item *item;
    json_int_t visits;
};

/* --- visits --- */

/* The statistics of a year; NULL where nothing was counted yet. */
static enum err read_year(const struct settings *settings, json_t **out)
{
    struct tally *tally = NULL;
    char *path = settings_tally_store(settings);
    char from[21], to[21];
    struct tally_question question = {from, to, NULL, settings->site_host};
    enum err err =
        path != NULL ? tally_open(&tally, path, settings->site_timezone, false) : ERR_MEMORY;

    clock_format(clock_now() - (time_t)YEAR_DAYS * DAY_SECONDS, from);
    clock_format(clock_now() + DAY_SECONDS, to); /* it may be tomorrow in the site's time zone */
    from[10] = to[10] = '\0';
    if (err == ERR_NONE)
        err = tally_statistics(tally, &question, out);
    tally_close(tally);
    free(path);
    return err == ERR_NOT_FOUND ? ERR_NONE : err;
}

/* The views of the row of a list whose field is id. */
static json_int_t views_of(const json_t *statistics, const char *list, const char *field,
                           const char *id)
{
    const json_t *row;
    size_t i;

    json_array_foreach (json_object_get(statistics, list), i, row) {
        const json_t *value = json_object_get(row, field);
        bool same = json_is_integer(value) ? json_integer_value(value) == atol(id)
                                           : json_string_value(value) != NULL &&
                                                 strcmp(json_string_value(value), id) == 0;

        if (same)
            return json_integer_value(json_object_get(row, "views"));
    }
    return 0;
}

static json_int_t visits_of(const json_t *statistics, const char *subject)
{
    if (statistics == NULL || subject == NULL)
        return 0;
    if (strncmp(subject, "q/", 2) == 0)
        return views_of(statistics, "questions", "number", subject + 2);
    return views_of(statistics, "regions", "iso", subject) +
           views_of(statistics, "guides", "id", subject);
}

/* --- the list --- */

/* The most read first, then as they were found. */
static int compare(const void *left, const void *right)
{
    const struct counted *a = left, *b = right;

    if (a->visits != b->visits)
        return a->visits > b->visits ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

static void say_kind(const struct counted *counted, size_t count, enum todo_kind kind)
{
    static const char *const titles[TODO__MAX] = {
        [TODO_CONTACT] = N_("regions without a contact of their own"),
        [TODO_SOURCE] = N_("addresses known from one source"),
        [TODO_OLD] = N_("statements older than a year, or without a date")};
    size_t of_kind = 0;

    for (size_t i = 0; i < count; i++)
        of_kind += counted[i].item->kind == kind;
    printf("%s: %zu\n", translated(titles[kind]), of_kind);
    for (size_t i = 0; i < count; i++) {
        if (counted[i].item->kind == kind)
            printf("%8lld  %s\n", (long long)counted[i].visits, counted[i].item->what);
    }
}

static enum err say(const struct todo *todo, const json_t *statistics)
{
    struct counted *counted = calloc(todo->count + 1, sizeof *counted);

    if (counted == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < todo->count; i++)
        counted[i] =
            (struct counted){&todo->items[i], visits_of(statistics, todo->items[i].subject)};
    qsort(counted, todo->count, sizeof *counted, compare);
    printf(translated("to do, the most read first (%s):\n"),
           statistics != NULL ? translated("visits of a year")
                              : translated("nothing was counted yet"));
    for (enum todo_kind kind = 0; kind < TODO__MAX; kind++)
        say_kind(counted, todo->count, kind);
    free(counted);
    return ERR_NONE;
}

enum err todo_say(const struct job *job)
{
    struct content content = {.regions = NULL};
    struct todo todo = {NULL, 0};
    json_t *statistics = NULL;
    char year_ago[21];
    enum err err = content_read(&content, job->data, job->faults);

    clock_format(clock_now() - (time_t)YEAR_DAYS * DAY_SECONDS, year_ago);
    year_ago[10] = '\0';
    if (err == ERR_NONE)
        err = todo_find(&todo, &content, year_ago);
    if (err == ERR_NONE)
        err = read_year(job->settings, &statistics);
    if (err == ERR_NONE)
        err = say(&todo, statistics);
    json_decref(statistics);
    todo_free(&todo);
    content_free(&content);
    return err;
}
