/*
 * week.c: the weekly report. The statistics are asked twice, once beside the week before and once
 * beside the year before; the rows of both answers are in the same order, since what they are
 * sorted by is the same week.
 */
#include "pages/stats/week.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/shortage.h"
#include "pages/stats/alerts.h"
#include "pages/stats/names.h"
#include "pages/stats/view.h"
#include "pages/templates.h"
#include "tally/period.h"
#include "view/decorate.h"
#include "view/mustache.h"
#include <stdlib.h>
#include <string.h>

#define WEEK 7

/* What is compared with, and the field of a row that holds it. */
static const char *const fields[] = {"week", "year"};
#define COMPARISONS (sizeof fields / sizeof fields[0])

/* The lists of the report and how many rows of each stand in it; a row without its first count does
 * not. */
static const struct list {
    const char *field;
    size_t rows;
    const char *count;
} lists[] = {{"kinds", 20, NULL},    {"regions", 10, "views"}, {"questions", 10, "views"},
             {"guides", 5, "views"}, {"reports", 10, "count"}, {"missing", 10, "count"},
             {"embeds", 5, "count"}, {"referrers", 5, "count"}};
#define EMPTY_ROWS 15
#define GREW_ROWS  10

/* --- rows --- */

/* {views, before, trend …} of a row beside one of the comparisons; NULL without memory. */
static json_t *comparison(const json_t *row, const char *count, const char *before)
{
    json_t *out = json_pack("{s:I, s:I}", "views", json_number(row, count), "before",
                            json_number(row, before));

    if (out != NULL && stats_add_trend(out) == ERR_NONE)
        return out;
    json_decref(out);
    return NULL;
}

/* Adds the first rows of a list, each with "week" and "year". */
static int add_rows(json_t *report, const struct list *list, json_t *const *documents)
{
    json_t *rows = json_array();
    const json_t *all = json_object_get(documents[0], list->field);
    int failed = rows == NULL;

    for (size_t i = 0; i < json_array_size(all) && i < list->rows; i++) {
        json_t *row = json_copy(json_array_get(all, i));
        bool none = list->count != NULL && json_number(row, list->count) == 0;
        bool compared = json_object_get(row, "before") != NULL;

        for (size_t c = 0; c < COMPARISONS && compared && !none; c++) {
            const json_t *other = json_array_get(json_object_get(documents[c], list->field), i);

            failed |= json_object_set_new(
                row, fields[c],
                comparison(other, list->count != NULL ? list->count : "views", "before"));
        }
        failed |= none ? 0 : json_array_append(rows, row);
        json_decref(row);
    }
    return failed | json_object_set_new(report, list->field, rows);
}

static int add_searches(json_t *report, const json_t *document)
{
    json_t *searches = json_copy(json_object_get(document, "searches"));
    const json_t *all = json_object_get(searches, "empty");
    json_t *rows = json_array();
    int failed = 0;

    for (size_t i = 0; i < json_array_size(all) && i < EMPTY_ROWS; i++)
        failed |= json_array_append(rows, json_array_get(all, i));
    failed |= json_object_set_new(searches, "empty", rows);
    return failed | json_object_set_new(report, "searches", searches);
}

/* All together, as a row, and whether there is a year before. */
static int add_total(json_t *report, json_t *const *documents)
{
    json_t *total = json_pack("{s:I}", "views", json_number(documents[0], "people"));
    int failed = 0;

    for (size_t c = 0; c < COMPARISONS; c++)
        failed |= json_object_set_new(total, fields[c],
                                      comparison(documents[c], "people", "people_before"));
    return failed | json_object_set_new(report, "total", total) |
           json_object_set_new(report, "year_known",
                               json_boolean(json_number(documents[1], "people_before") > 0)) |
           json_object_set_new(report, "week_known",
                               json_boolean(json_number(documents[0], "people_before") > 0));
}

/* Adds "grew": what was read far more than the week before, by the same thresholds as of a day. */
static int add_growth(json_t *report, const struct settings *settings, const json_t *document)
{
    static const char *const things[] = {"regions", "questions", "guides"};
    json_t *row, *grew = json_array();
    size_t at;
    int failed = grew == NULL;

    for (size_t i = 0; i < sizeof things / sizeof things[0]; i++)
        json_array_foreach (json_object_get(document, things[i]), at, row) {
            json_int_t views = json_number(row, "views"), before = json_number(row, "before");

            if (json_object_get(row, "before") != NULL && views >= settings->alerts_growth_least &&
                views >= before * settings->alerts_growth_times &&
                json_array_size(grew) < GREW_ROWS)
                failed |= json_array_append(grew, row);
        }
    return failed | json_object_set_new(report, "grew", grew);
}

static json_t *make_report(const struct settings *settings, long to, bool unfinished,
                           json_t *const *documents, const json_t *now)
{
    static const char *const same[] = {"from", "to", "robots", "dropped"};
    json_t *report =
        json_pack("{s:s, s:s, s:i, s:b}", "name", settings->site_name, "url", settings->site_url,
                  "school_week", period_school_week(to), "unfinished", unfinished);
    int failed = add_total(report, documents) | add_searches(report, documents[0]) |
                 json_object_set(report, "failing", json_object_get(now, "failing")) |
                 json_object_set(report, "probed", json_object_get(now, "probed"));

    if (json_number(documents[0], "people_before") > 0)
        failed |= add_growth(report, settings, documents[0]);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        failed |= json_object_set(report, same[i], json_object_get(documents[0], same[i]));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        failed |= add_rows(report, &lists[i], documents);
    if (!failed)
        return report;
    json_decref(report);
    return NULL;
}

/* --- asking --- */

/* The week's Monday and its last day, which is today at the latest. */
static enum err choose_week(const struct settings *settings, const char *date, long *from, long *to,
                            bool *unfinished)
{
    long today, day;
    enum err err = stats_today(settings, &today);

    if (err != ERR_NONE)
        return err;
    if (date != NULL && (strlen(date) != PERIOD_DATE_SIZE - 1 || !clock_is_date(date)))
        return ERR_INVALID;
    day = date != NULL ? period_day(date) : today - WEEK;
    if (day > today)
        return ERR_INVALID;
    *from = period_monday(day);
    *to = *from + WEEK - 1;
    *unfinished = *to >= today;
    if (*to >= today) /* whole days, as far as there are any */
        *to = today > *from ? today - 1 : today;
    return ERR_NONE;
}

static enum err read_week(const struct settings *settings, struct directory *directory, long from,
                          long to, json_t **documents)
{
    const long shifts[COMPARISONS] = {WEEK, period_school_shift(to)};
    char first[PERIOD_DATE_SIZE], last[PERIOD_DATE_SIZE], before[PERIOD_DATE_SIZE];
    const struct tally_question question = {first, last, before, ""};
    enum err err = ERR_NONE;

    period_date(from, first);
    period_date(to, last);
    for (size_t c = 0; c < COMPARISONS && err == ERR_NONE; c++) {
        period_date(from - shifts[c], before);
        err = stats_read(settings, directory, &question, &documents[c]);
    }
    return err;
}

static enum err read_documents(const struct settings *settings, long from, long to,
                               json_t **documents, json_t **now)
{
    struct directory *directory = NULL;
    enum err err = stats_open_directory(settings, &directory);

    if (err == ERR_NONE)
        err = stats_collect(settings);
    if (err == ERR_NONE)
        err = read_week(settings, directory, from, to, documents);
    if (err == ERR_NONE)
        err = alerts_read_for(settings, directory, now);
    directory_close(directory);
    return err;
}

static enum err render(const struct settings *settings, const json_t *report, struct buffer *out)
{
    struct mustache *templates = NULL;
    json_t *view = NULL;
    enum err err = templates_load(settings, &templates);

    if (err == ERR_NONE)
        err = decorate_document(report, settings->site_url, &view);
    if (err == ERR_NONE)
        err = mustache_render_text(templates, "text/report", view, out);
    json_decref(view);
    mustache_free(templates);
    return err;
}

enum err stats_week_report(const struct settings *settings, const char *date, struct buffer *out)
{
    json_t *documents[COMPARISONS] = {NULL}, *report = NULL, *now = NULL;
    long from, to;
    bool unfinished;
    unsigned long before = shortage_count();
    enum err err = choose_week(settings, date, &from, &to, &unfinished);

    if (err == ERR_NONE)
        err = read_documents(settings, from, to, documents, &now);
    if (err == ERR_NONE) {
        report = make_report(settings, to, unfinished, documents, now);
        err = report != NULL ? render(settings, report, out) : ERR_MEMORY;
    }
    for (size_t c = 0; c < COMPARISONS; c++)
        json_decref(documents[c]);
    json_decref(report);
    json_decref(now);
    return shortage_since(before, err);
}
