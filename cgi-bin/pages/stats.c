/*
 * stats.c: who reads what, for the owner only: a client on this machine, or a user whom the web
 * server has authenticated. Before it answers it folds what the journal holds, so the page is never
 * older than the request.
 */
#include "access/collect.h"
#include "access/tally.h"
#include "base/clock.h"
#include "base/log.h"
#include "pages/pages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_DEFAULT 28 /* four school weeks */
#define DAY_SECONDS  86400

static bool is_owner(const struct page_call *call)
{
    return call->request->user || (call->request->loopback && call->settings->stats_loopback);
}

/* The date, in the site's zone, so many days before today. */
static enum err date_before(const struct settings *settings, int days, char out[static 11])
{
    char text[21];
    int offset = 0;
    time_t now = clock_now();
    enum err err = clock_offset(settings->site_timezone, now, &offset);
    if (err != ERR_NONE)
        return err;
    clock_format(now + offset - (time_t)days * DAY_SECONDS, text);
    memcpy(out, text, 10);
    out[10] = '\0';
    return ERR_NONE;
}

/* Fills in the dates that were not given. */
static enum err choose_dates(const struct page_call *call, char from[static 11], char to[static 11])
{
    const char *given_from = call->values->value[0], *given_to = call->values->value[1];
    enum err err = date_before(call->settings, 0, to);
    if (err == ERR_NONE)
        err = date_before(call->settings, DAYS_DEFAULT - 1, from);
    if (given_from && strlen(given_from) == 10)
        memcpy(from, given_from, 11);
    if (given_to && strlen(given_to) == 10)
        memcpy(to, given_to, 11);
    return err;
}

/* Folds the journal. Somebody else folding at the moment is fine: the page then shows what is
 * committed. */
static enum err fold_journal(const struct settings *settings, const char *tally_path)
{
    char *folder = settings_state_file(settings, "journal");
    if (!folder)
        return ERR_MEMORY;
    enum err err =
        collect_run(folder, tally_path, settings->site_timezone, settings->journal_keep_days, NULL);
    free(folder);
    if (err == ERR_NONE || err == ERR_BUSY)
        return ERR_NONE;
    log_error("stats: collecting failed (%s); the page shows what was counted before",
              err_text(err));
    return err == ERR_MEMORY ? err : ERR_NONE;
}

static enum err read_tally(const struct settings *settings, const char *path, const char *from,
                           const char *to, json_t **out)
{
    struct tally *tally = NULL;
    const struct tally_question question = {from, to, NULL, ""};
    enum err err = tally_open(&tally, path, settings->site_timezone, false);
    if (err == ERR_NONE)
        err = tally_statistics(tally, &question, out);
    tally_close(tally);
    return err;
}

/* Gives each row the name that people know its id by; one that is gone from the snapshot keeps its
 * id. */
static enum err add_names(json_t *rows, const char *id_key, const json_t *names)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        char number[24];
        const json_t *id = json_object_get(row, id_key);
        const char *key = json_string_value(id);
        if (!key) {
            snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(id));
            key = number;
        }
        json_t *name = json_object_get(names, key);
        if (name ? json_object_set(row, "name", name)
                 : json_object_set_new(row, "name", json_string(key)))
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

static enum err name_rows(const struct page_call *call, json_t *document)
{
    static const struct {
        const char *rows, *id;
    } lists[] = {{"regions", "iso"}, {"guides", "id"}, {"questions", "number"}};
    json_t *names = NULL;
    enum err err = directory_document(call->directory, "names", NULL, &names);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && err == ERR_NONE; i++)
        err = add_names(json_object_get(document, lists[i].rows), lists[i].id,
                        json_object_get(names, lists[i].rows));
    json_decref(names);
    return err;
}

static enum err make_stats(const struct page_call *call, struct page_answer *answer)
{
    char from[11], to[11];
    if (!is_owner(call)) {
        answer->status = STATUS_FORBIDDEN;
        return ERR_NONE;
    }
    char *path = settings_tally_store(call->settings);
    if (!path)
        return ERR_MEMORY;
    enum err err = choose_dates(call, from, to);
    if (err == ERR_NONE && strcmp(from, to) > 0) {
        answer->status = STATUS_BAD_REQUEST;
        goto out;
    }
    if (err == ERR_NONE)
        err = fold_journal(call->settings, path);
    if (err == ERR_NONE)
        err = read_tally(call->settings, path, from, to, &answer->document);
    if (err == ERR_NONE)
        err = name_rows(call, answer->document);
out:
    free(path);
    return err;
}

static const struct csv_view stats_csv = {
    "regions",
    NULL,
    {{"iso", "iso"}, {"name", "name"}, {"views", "views"}, {"departures", "departures"}}};

const struct page page_stats = {
    .make = make_stats, .templates = {[REP_HTML] = "pages/stats"}, .csv = &stats_csv};
