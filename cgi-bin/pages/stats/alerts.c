/*
 * alerts.c: what is wrong or unusual now. Contract in alerts.h. It asks the probe, the readers'
 * reports, the tally and the figures of the programs, and judges by thresholds; it words nothing.
 */
#include "pages/stats/alerts.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/url.h"
#include "pages/pages.h"
#include "pages/probe_status.h"
#include "pages/routes.h"
#include "pages/stats/names.h"
#include "pages/templates.h"
#include "tally/growth.h"
#include "tally/period.h"
#include "tally/witness.h"
#include "view/decorate.h"
#include "web/figures.h"
#include "web/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREW_SHOWN 20 /* of each day; a week of floods is one trouble, not a hundred */

struct gathering {
    const struct page_call *call;
    struct page_answer *answer;
    long today;
    char day[PERIOD_DATE_SIZE], now[21];
    json_t *document;
};

/* --- items --- */

static const struct panel {
    const char *alert, *panel;
} panels[] = {{"failing", "failing"}, {"reported", "failing"}, {"unanswered", "unanswered"},
              {"grew", "grew"},       {"dropped", "site"},     {"lost", "site"},
              {"old", "site"}};

/* Adds an item, which it takes, to the list of all and to its panel's. updated: UTC time, or a day,
 * which stands for its beginning. */
static enum err add_item(struct gathering *gathering, const char *alert, const char *id,
                         const char *updated, json_t *item)
{
    json_t *document = gathering->document;
    struct buffer tail = BUFFER_INIT; /* a fragment of an address: queries have blanks */
    char when[32];
    size_t i = 0;
    int failed;

    snprintf(when, sizeof when, "%s%s", updated,
             strlen(updated) == PERIOD_DATE_SIZE - 1 ? "T00:00:00Z" : "");
    url_encode(&tail, id, strlen(id));
    while (strcmp(panels[i].alert, alert) != 0)
        i++;
    failed = json_object_set_new(item, "alert", json_string(alert)) |
             json_object_set_new(item, "id", json_sprintf("%s/%s", alert, buffer_text(&tail))) |
             json_object_set_new(item, "updated", json_string(when)) |
             json_array_append(json_object_get(document, "items"), item) |
             json_array_append(json_object_get(document, panels[i].panel), item);
    failed |= buffer_failed(&tail);
    buffer_free(&tail);
    json_decref(item);
    return failed ? ERR_MEMORY : ERR_NONE;
}

/* --- addresses --- */

static enum err add_failing(struct gathering *gathering)
{
    json_t *failing = NULL, *row;
    size_t i;
    enum err err = probe_failing(gathering->call, gathering->answer, &failing);

    json_array_foreach (failing, i, row) {
        const json_t *login = json_object_get(row, "login");
        const char *iso = json_text(json_object_get(row, "region"), "iso");
        const char *since = json_text(json_object_get(login, "probe"), "since");
        char id[400];

        snprintf(id, sizeof id, "%s/%.200s/%s", iso, json_text(login, "typed"), since);
        if (err == ERR_NONE)
            err = add_item(gathering, "failing", id, since, json_copy(row));
    }
    json_decref(failing);
    return err;
}

static enum err add_reported(struct gathering *gathering)
{
    json_t *document = NULL, *region;
    size_t i;
    enum err err = directory_document(gathering->call->directory, "regions", NULL, &document);

    json_array_foreach (json_object_get(document, "regions"), i, region) {
        const char *iso = json_text(region, "iso");
        long fails = err == ERR_NONE ? reports_failing(gathering->call->reports, iso) : 0;
        char id[32];

        if (fails == 0)
            continue;
        snprintf(id, sizeof id, "%s/%.13s", iso, gathering->now); /* once an hour */
        err = add_item(gathering, "reported", id, gathering->now,
                       json_pack("{s:s, s:O, s:O, s:I}", "iso", iso, "name",
                                 json_object_get(region, "short"), "url",
                                 json_object_get(region, "url"), "fails_count", (json_int_t)fails));
    }
    json_decref(document);
    return err;
}

/* --- what was counted --- */

static enum err add_unanswered(struct gathering *gathering, const json_t *statistics)
{
    const json_t *searches = json_object_get(statistics, "searches");
    json_t *row;
    size_t i;
    enum err err = ERR_NONE;

    json_array_foreach (json_object_get(searches, "empty"), i, row) {
        char id[600];

        if (err != ERR_NONE ||
            json_number(row, "count") < gathering->call->settings->alerts_unanswered_least)
            continue;
        snprintf(id, sizeof id, "%s/%.500s", gathering->day, json_text(row, "query"));
        err = add_item(gathering, "unanswered", id, gathering->day, json_copy(row));
    }
    return err;
}

/* What of the site's own views of today is lost, and the figures of the day that runs. */
static enum err add_today(struct gathering *gathering, const json_t *statistics)
{
    const json_t *searches = json_object_get(statistics, "searches");
    json_int_t dropped = json_number(statistics, "dropped");
    json_t *today = json_pack("{s:I, s:I, s:I}", "people", json_number(statistics, "people"),
                              "search_count", json_number(searches, "count"), "empty_count",
                              json_number(searches, "empty_count"));
    enum err err = today != NULL && json_object_set_new(gathering->document, "today", today) == 0
                       ? add_unanswered(gathering, statistics)
                       : ERR_MEMORY;

    if (err == ERR_NONE && dropped > 0)
        err = add_item(gathering, "dropped", gathering->day, gathering->day,
                       json_pack("{s:I, s:s}", "dropped", dropped, "date", gathering->day));
    return err;
}

/* The address and the name of what grew; kind and id as the tally has them. */
static enum err name_growth(const json_t *names, json_t *row)
{
    const char *kind = json_text(row, "kind"), *id = json_text(row, "id");
    bool cited = strcmp(kind, "cited") == 0;
    char path[300];
    json_t *name;

    if (cited)
        snprintf(path, sizeof path, "/%.280s", id);
    else
        snprintf(path, sizeof path, "/%s/%.280s", strcmp(kind, "question") == 0 ? "q" : kind, id);
    name = stats_name(names, path + 1);
    if (json_object_set_new(row, "path", json_string(path)) != 0 ||
        json_object_set(row, "name", name != NULL ? name : json_object_get(row, "path")) != 0)
        return ERR_MEMORY;
    return ERR_NONE;
}

static enum err add_growth_of(struct gathering *gathering, struct tally *tally, long day,
                              const json_t *names)
{
    const struct settings *settings = gathering->call->settings;
    const struct growth_limits limits = {settings->alerts_growth_times,
                                         settings->alerts_growth_least};
    char date[PERIOD_DATE_SIZE], id[400];
    json_t *rows = NULL, *row;
    size_t i;
    enum err err = tally_growth(tally, day, &limits, &rows);

    period_date(day, date);
    json_array_foreach (rows, i, row) {
        json_int_t usual = json_number(row, "usual"), views = json_number(row, "views");

        if (err != ERR_NONE || i >= GREW_SHOWN)
            break;
        err = name_growth(names, row);
        if (err == ERR_NONE &&
            (json_object_set_new(row, "date", json_string(date)) != 0 ||
             json_object_set_new(row, "times",
                                 json_integer(usual > 0 ? (2 * views + usual) / (2 * usual) : 0)) !=
                 0))
            err = ERR_MEMORY;
        snprintf(id, sizeof id, "%s%.300s", date, json_text(row, "path"));
        if (err == ERR_NONE)
            err = add_item(gathering, "grew", id, date, json_incref(row));
    }
    json_decref(rows);
    return err;
}

/* Of the day that runs, and of the last whole one: a flood of the evening is news in the morning.
 */
static enum err add_growth(struct gathering *gathering, struct tally *tally)
{
    json_t *names = NULL;
    enum err err = directory_document(gathering->call->directory, "names", NULL, &names);

    if (err == ERR_NONE)
        err = add_growth_of(gathering, tally, gathering->today, names);
    if (err == ERR_NONE)
        err = add_growth_of(gathering, tally, gathering->today - 1, names);
    json_decref(names);
    return err;
}

/* Nothing was counted yet, or the counters are away: then nothing is said of them, and the rest all
 * the same. */
static enum err add_counted(struct gathering *gathering)
{
    const struct settings *settings = gathering->call->settings;
    const struct tally_question question = {gathering->day, gathering->day, NULL,
                                            settings->site_host};
    struct tally *tally = NULL;
    json_t *statistics = NULL;
    enum err err = stats_open(settings, &tally);

    if (err == ERR_NONE)
        err = tally_statistics(tally, &question, &statistics);
    if (err == ERR_NONE)
        err = add_today(gathering, statistics);
    if (err == ERR_NONE)
        err = add_growth(gathering, tally);
    json_decref(statistics);
    tally_close(tally);
    return err == ERR_BUSY ? ERR_NONE : err;
}

static enum err add_lost(struct gathering *gathering)
{
    char *path = settings_state_file(gathering->call->settings, WITNESS_FILE);
    json_t *lost = NULL;
    enum err err = path == NULL ? ERR_MEMORY : witness_lost(path, clock_now(), &lost);
    const char *since = json_text(lost, "since");

    if (err == ERR_NONE && json_is_object(lost))
        err = add_item(gathering, "lost", since, since, json_copy(lost));
    json_decref(lost);
    free(path);
    return err;
}

/* --- the site itself --- */

static enum err add_snapshot(struct gathering *gathering)
{
    long most = gathering->call->settings->alerts_snapshot_days, days;
    json_t *health = NULL;
    enum err err = directory_document(gathering->call->directory, "health", NULL, &health);
    const char *published = json_text(health, "published");
    char day[PERIOD_DATE_SIZE];

    if (err == ERR_NONE && strlen(published) >= PERIOD_DATE_SIZE - 1) {
        snprintf(day, sizeof day, "%.10s", published);
        days = gathering->today - period_day(day);
        if (json_object_set_new(gathering->document, "snapshot",
                                json_pack("{s:s, s:I}", "published", published, "days_count",
                                          (json_int_t)days)) != 0)
            err = ERR_MEMORY;
        if (err == ERR_NONE && most > 0 && days >= most)
            err = add_item(
                gathering, "old", published, gathering->day,
                json_pack("{s:s, s:I}", "published", published, "days_count", (json_int_t)days));
    }
    json_decref(health);
    return err;
}

/* Answers of one program that were errors of its own. */
static uint64_t count_errors(const struct figures_counts *counts)
{
    uint64_t count = 0;

    for (size_t row = 0; row <= FIGURES_ROUTES_MAX; row++)
        for (int status = 0; status < STATUS__MAX; status++)
            if (status_code((enum status)status) >= 500 && status != STATUS_NOT_IMPLEMENTED)
                count += counts->requests[row][status];
    return count;
}

/* Adds "errors" of all programs since their figures begin; null if none of them has any. */
static enum err add_errors(struct gathering *gathering)
{
    char *folder = settings_metrics_folder(gathering->call->settings), since[21] = "";
    uint64_t first = 0, errors = 0;
    enum err err = folder != NULL ? ERR_NONE : ERR_MEMORY;

    for (const struct routes_program *p = routes_programs; p->name != NULL && err == ERR_NONE;
         p++) {
        struct figures_counts counts;

        err = figures_read(&counts, folder, p->name, p->routes);
        if (err == ERR_NONE) {
            first = first == 0 || counts.since < first ? counts.since : first;
            errors += count_errors(&counts);
        }
        if (err != ERR_MEMORY)
            err = ERR_NONE;
    }
    free(folder);
    clock_format((time_t)first, since);
    if (err == ERR_NONE &&
        json_object_set_new(
            gathering->document, "errors",
            first > 0 ? json_pack("{s:I, s:s}", "error_count", (json_int_t)errors, "since", since)
                      : json_null()) != 0)
        err = ERR_MEMORY;
    return err;
}

/* --- the whole --- */

enum err alerts_read(const struct page_call *call, struct page_answer *answer, json_t **out)
{
    static enum err (*const steps[])(struct gathering *) = {add_failing, add_reported, add_counted,
                                                            add_lost,    add_snapshot, add_errors};
    struct gathering gathering = {.call = call, .answer = answer};
    enum err err = stats_today(call->settings, &gathering.today);

    *out = NULL;
    if (err != ERR_NONE)
        return err;
    period_date(gathering.today, gathering.day);
    clock_format(clock_now(), gathering.now);
    gathering.document =
        json_pack("{s:s, s:s, s:n, s:[], s:[], s:[], s:[], s:[]}", "at", gathering.now, "day",
                  gathering.day, "today", "items", "failing", "unanswered", "grew", "site");
    if (gathering.document == NULL ||
        json_object_set_new(gathering.document, "probed", json_boolean(probe_is_known(call))) != 0)
        err = ERR_MEMORY;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && err == ERR_NONE; i++)
        err = steps[i](&gathering);
    if (err != ERR_NONE)
        json_decref(gathering.document);
    else
        *out = gathering.document;
    return err;
}

static enum err make_now(const struct page_call *call, struct page_answer *answer)
{
    if (!stats_is_owner(call)) {
        answer->status = STATUS_FORBIDDEN;
        return ERR_NONE;
    }
    return alerts_read(call, answer, &answer->document);
}

const struct page page_now = {
    .make = make_now, .templates = {[REP_HTML] = "pages/now"}, .figures = true};
const struct page page_alerts = {.make = make_now, .templates = {[REP_ATOM] = "machines/alerts"}};

/* --- by mail --- */

static enum err render_mail(const struct settings *settings, const json_t *document,
                            struct buffer *out)
{
    struct mustache *templates = NULL;
    json_t *view = NULL;
    enum err err = templates_load(settings, &templates);

    if (err == ERR_NONE)
        err = decorate_document(document, settings->site_url, &view);
    if (err == ERR_NONE &&
        (json_object_set_new(view, "site_name", json_string(settings->site_name)) != 0 ||
         json_object_set_new(view, "site_url", json_string(settings->site_url)) != 0))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = mustache_render_text(templates, "text/alerts", view, out);
    json_decref(view);
    mustache_free(templates);
    return err;
}

enum err alerts_read_for(const struct settings *settings, struct directory *directory, json_t **out)
{
    struct reports reports = {.have_key = false};
    struct page_answer answer = {.status = STATUS_OK};
    const struct page_call call = {
        .settings = settings, .directory = directory, .reports = &reports};
    enum err err = reports_open(&reports, settings);

    *out = NULL;
    if (err == ERR_NONE)
        err = alerts_read(&call, &answer, out);
    reports_close(&reports);
    return err;
}

enum err alerts_mail(const struct settings *settings, struct buffer *out)
{
    struct directory *directory = NULL;
    json_t *document = NULL;
    enum err err = stats_open_directory(settings, &directory);

    if (err == ERR_NONE)
        err = stats_collect(settings);
    if (err == ERR_NONE)
        err = alerts_read_for(settings, directory, &document);
    if (err == ERR_NONE && json_array_size(json_object_get(document, "items")) > 0)
        err = render_mail(settings, document, out);
    json_decref(document);
    directory_close(directory);
    return err;
}
