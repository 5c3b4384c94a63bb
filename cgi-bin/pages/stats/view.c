/*
 * view.c: from the statistics document to what its templates see. Contract in view.h.
 */
#include "pages/stats/view.h"
#include "base/json.h"
#include "view/chart.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREND_LEAST 10 /* below, a percentage says nothing */
#define TREND_TIMES 3  /* from so many times as much on, a percentage is hard to read */
#define HOURS       24
#define SHOWN       8   /* rows of a list that are not folded away */
#define FOLDED      300 /* and of those that are */

static int set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value);
}

/* --- trends --- */

enum err stats_add_trend(json_t *row)
{
    const char *count = json_object_get(row, "views") != NULL ? "views" : "count";
    json_int_t now = json_number(row, count), before = json_number(row, "before");
    json_int_t most = now > before ? now : before, apart = most - (now > before ? before : now);
    json_int_t percent = before > 0 ? (apart * 200 + before) / (2 * before) : 0;
    const char *trend = NULL;
    int failed;

    if (most < TREND_LEAST)
        trend = NULL;
    else if (before == 0)
        trend = "new";
    else if (now >= before * TREND_TIMES)
        trend = "times";
    else
        trend = percent == 0 ? "same" : now > before ? "up" : "down";
    failed = set(row, "trend", trend != NULL ? json_string(trend) : json_null()) |
             set(row, "percent", json_integer(percent)) |
             set(row, "times", json_integer(before > 0 ? (2 * now + before) / (2 * before) : 0));
    return failed ? ERR_MEMORY : ERR_NONE;
}

/* Copies of rows first to last, the last not among them; the document's own stay as they are. */
static json_t *copy_rows(const json_t *rows, size_t first, size_t last, bool trends)
{
    json_t *out = json_array();
    int failed = 0;

    for (size_t i = first; i < last && i < json_array_size(rows); i++) {
        json_t *row = json_copy(json_array_get(rows, i));

        if (trends && json_object_get(row, "before") != NULL)
            failed |= stats_add_trend(row) != ERR_NONE;
        failed |= json_array_append_new(out, row);
    }
    if (!failed)
        return out;
    json_decref(out);
    return NULL;
}

/* --- order --- */

struct sortable {
    json_t *row;
    const json_t *value;
    size_t at; /* keeps the sort stable */
};

/* Numbers from the largest down, texts from A on; what has no value comes last. */
static int compare(const void *left, const void *right)
{
    const struct sortable *a = left, *b = right;
    int order = 0;

    if (json_is_integer(a->value) && json_is_integer(b->value))
        order = (json_integer_value(a->value) < json_integer_value(b->value)) -
                (json_integer_value(a->value) > json_integer_value(b->value));
    else if (json_is_string(a->value) && json_is_string(b->value))
        order = strcmp(json_string_value(a->value), json_string_value(b->value));
    else
        order = (json_is_null(a->value) || a->value == NULL) -
                (json_is_null(b->value) || b->value == NULL);
    return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

/* The rows in the order of a field; NULL without memory. */
static json_t *sort_rows(const json_t *rows, const char *field)
{
    size_t count = json_array_size(rows);
    struct sortable *items = calloc(count + 1, sizeof *items);
    json_t *out = items != NULL ? json_array() : NULL;

    for (size_t i = 0; i < count && out != NULL; i++) {
        json_t *row = json_array_get(rows, i);

        items[i] = (struct sortable){row, json_object_get(row, field), i};
    }
    if (out != NULL)
        qsort(items, count, sizeof *items, compare);
    for (size_t i = 0; i < count && out != NULL; i++)
        if (json_array_append(out, items[i].row) != 0) {
            json_decref(out);
            out = NULL;
        }
    free(items);
    return out;
}

/* A copy of the document with the rows that were asked for in their order; the document's own stay
 * as they are, and so do the charts made of them. NULL without memory. */
static json_t *sort_document(const json_t *document)
{
    const json_t *sort = json_object_get(document, "sort");
    const char *rows = json_text(sort, "rows"), *field = json_text(sort, "field");
    const char *dot = strchr(rows, '.');
    json_t *copy = json_copy((json_t *)(uintptr_t)document);
    json_t *holder = copy, *inner = NULL;

    if (sort == NULL || copy == NULL)
        return copy;
    if (dot != NULL) {
        char name[40];

        snprintf(name, sizeof name, "%.*s", (int)(dot - rows), rows);
        inner = json_copy(json_object_get(document, name));
        holder = inner;
        if (inner == NULL || json_object_set(copy, name, inner) != 0) {
            json_decref(inner);
            json_decref(copy);
            return NULL;
        }
        rows = dot + 1;
    }
    if (json_object_set_new(holder, rows, sort_rows(json_object_get(holder, rows), field)) != 0) {
        json_decref(copy);
        copy = NULL;
    }
    json_decref(inner);
    return copy;
}

/* --- lists --- */

static int add_part(json_t *parts, const json_t *rows, size_t first, size_t last, bool trends)
{
    json_t *part;

    if (first >= json_array_size(rows))
        return 0;
    part =
        json_pack("{s:o, s:b}", "rows", copy_rows(rows, first, last, trends), "folded", first > 0);
    return json_array_append_new(parts, part);
}

static int add_parts(json_t *view, const char *list, const json_t *rows, bool trends)
{
    char name[40];
    size_t count = json_array_size(rows);
    json_t *parts = json_array();
    /* One or two rows behind a fold would cost more room than they take. */
    size_t shown = count <= SHOWN + 3 ? count : SHOWN;
    int failed = add_part(parts, rows, 0, shown, trends) |
                 add_part(parts, rows, shown, shown + FOLDED, trends);

    snprintf(name, sizeof name, "%s_parts", list);
    failed |= set(view, name, parts);
    snprintf(name, sizeof name, "%s_rest", list);
    return failed |
           set(view, name,
               json_integer(count > shown + FOLDED ? (json_int_t)(count - shown - FOLDED) : 0));
}

/* The same list in two forms would be decorated twice. */
static int add_lists(json_t *view, const json_t *document, bool trends)
{
    static const char *const lists[] = {"regions",   "guides", "questions", "pages",  "missing",
                                        "referrers", "links",  "embeds",    "reports"};
    json_t *searches = json_copy(json_object_get(document, "searches"));
    int failed = add_parts(view, "empty", json_object_get(searches, "empty"), trends) |
                 add_parts(view, "words", json_object_get(searches, "words"), trends) |
                 add_parts(view, "operators", json_object_get(searches, "operators"), trends);

    json_object_del(searches, "empty");
    json_object_del(searches, "words");
    json_object_del(searches, "operators");
    failed |= set(view, "searches", searches);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        failed |= add_parts(view, lists[i], json_object_get(document, lists[i]), trends);
        json_object_del(view, lists[i]);
    }
    return failed;
}

/* --- charts --- */

/* The bucket that a date is in, or the number of buckets. */
static size_t bucket_of(const json_t *days, const char *date)
{
    size_t i = 0;

    while (i < json_array_size(days)) {
        const json_t *day = json_array_get(days, i);

        if (strcmp(date, json_string_value(json_object_get(day, "to"))) <= 0)
            break;
        i++;
    }
    return i;
}

/* True if a 1 September lies from the one date to the other; both are of one unit, at most a year.
 */
static bool has_september(const json_t *day)
{
    const char *from = json_string_value(json_object_get(day, "date"));
    const char *to = json_string_value(json_object_get(day, "to"));
    char september[] = "0000-09-01";
    bool same;

    memcpy(september, to, 4);
    same = strcmp(from, september) <= 0 && strcmp(september, to) <= 0;
    memcpy(september, from, 4);
    return same || (strcmp(from, september) <= 0 && strcmp(september, to) <= 0);
}

/* How many regions changed their address in each bucket; the caller gives an array of zeros. */
static int count_changes(const json_t *document, const json_t *days, json_t *counts)
{
    size_t i;
    const json_t *change;
    int failed = 0;

    json_array_foreach (json_object_get(document, "changes"), i, change) {
        size_t at = bucket_of(days, json_string_value(json_object_get(change, "date")));
        json_t *count = json_array_get(counts, at);

        failed |= json_integer_set(count, json_integer_value(count) + 1);
    }
    return failed;
}

/* Marks what explains a peak: 1 September, and days on which addresses changed. */
static int add_events(json_t *chart, const json_t *document, const json_t *days)
{
    json_t *events = json_array(), *counts = json_array();
    size_t count = json_array_size(days);
    int failed = 0;

    for (size_t i = 0; i <= count; i++)
        failed |= json_array_append_new(counts, json_integer(0));
    failed |= count_changes(document, days, counts);
    for (size_t i = 0; i < count; i++) {
        json_int_t changes = json_integer_value(json_array_get(counts, i));
        bool september = has_september(json_array_get(days, i));
        double middle = ((double)i + 0.5) * 100 / (double)count;

        if (changes == 0 && !september)
            continue;
        failed |= json_array_append_new(events, json_pack("{s:f, s:b, s:I, s:b}", "x",
                                                          (double)(long)(middle * 100) / 100.0,
                                                          "september", september, "change_count",
                                                          changes, "right", middle > 70));
    }
    json_decref(counts);
    return failed | set(chart, "events", events);
}

static int add_chart(json_t *view, const char *name, const json_t *rows,
                     const struct chart_fields *fields)
{
    json_t *chart = NULL;

    if (json_array_size(rows) < 2) /* one bar is no course */
        return 0;
    return chart_make(rows, fields, &chart) != ERR_NONE || set(view, name, chart);
}

/* All hours of the day, those without views as 0. */
static json_t *every_hour(const json_t *hours)
{
    json_t *out = json_array();
    size_t at = 0;

    for (int hour = 0; hour < HOURS; hour++) {
        const json_t *row = json_array_get(hours, at);
        char name[16];
        bool here;

        snprintf(name, sizeof name, "%02d", hour);
        here = row != NULL && strcmp(json_string_value(json_object_get(row, "hour")), name) == 0;
        json_array_append_new(out, json_pack("{s:s, s:I}", "hour", name, "views",
                                             here ? json_number(row, "views") : (json_int_t)0));
        at += here;
    }
    return out;
}

static int add_charts(json_t *view, const json_t *document, bool compared)
{
    const struct chart_fields people = {"people", compared ? "before" : NULL, "date"};
    static const struct chart_fields robots = {"robots", NULL, "date"};
    static const struct chart_fields by_hour = {"views", NULL, "hour"};
    const json_t *days = json_object_get(document, "days");
    const json_t *hours = json_object_get(document, "hours");
    int failed = add_chart(view, "chart", days, &people);

    if (!failed && json_object_get(view, "chart") != NULL)
        failed = add_events(json_object_get(view, "chart"), document, days);
    if (json_number(document, "robots") > 0)
        failed |= add_chart(view, "robots_chart", days, &robots);
    if (json_array_size(hours) > 0) {
        json_t *rows = every_hour(hours);

        failed |= add_chart(view, "hours_chart", rows, &by_hour) | set(view, "hours", rows);
    }
    return failed;
}

/* --- the whole --- */

/* How many of the answers were found alone, and how many an operator gave. */
static json_t *answers(const json_t *document)
{
    json_int_t views = 0, cited = 0;
    size_t i;
    const json_t *row;
    json_int_t all;

    json_array_foreach (json_object_get(document, "kinds"), i, row) {
        const char *kind = json_string_value(json_object_get(row, "kind"));

        if (strcmp(kind, "guide") == 0 || strcmp(kind, "question") == 0)
            views += json_number(row, "views");
        if (strcmp(kind, "cited") == 0)
            cited += json_number(row, "views");
    }
    all = views + cited;
    return json_pack("{s:I, s:I, s:I}", "views", views, "cited", cited, "percent",
                     all > 0 ? (cited * 200 + all) / (2 * all) : (json_int_t)0);
}

/* All kinds together, as a row like theirs. */
static json_t *total(const json_t *document, bool compared, bool trends)
{
    json_t *row = json_object();
    int failed = json_object_set(row, "views", json_object_get(document, "people"));

    if (compared)
        failed |= json_object_set(row, "before", json_object_get(document, "people_before"));
    if (trends)
        failed |= stats_add_trend(row) != ERR_NONE;
    if (!failed)
        return row;
    json_decref(row);
    return NULL;
}

/* Sets the flags; true if there is a difference worth working out. */
static bool add_flags(json_t *view, const json_t *document, int *failed)
{
    const char *from = json_string_value(json_object_get(document, "from"));
    bool single = strcmp(from, json_string_value(json_object_get(document, "to"))) == 0;
    bool asked = json_is_object(json_object_get(document, "before"));
    bool compared = asked && json_number(document, "people_before") > 0;
    bool too_early = compared && json_is_true(json_object_get(document, "unfinished"));

    *failed |= set(view, "single", json_boolean(single)) |
               set(view, "compared", json_boolean(compared)) |
               set(view, "nothing_before", json_boolean(asked && !compared)) |
               set(view, "too_early", json_boolean(too_early));
    return compared && !too_early;
}

enum err stats_dress(const json_t *document, json_t **out)
{
    json_t *sorted = sort_document(document);
    json_t *view = json_copy(sorted); /* only counts references */
    const json_t *kinds = json_object_get(sorted, "kinds");
    int failed = 0;
    bool trends = add_flags(view, document, &failed);
    bool compared = json_is_true(json_object_get(view, "compared"));

    failed |= set(view, "kinds", copy_rows(kinds, 0, json_array_size(kinds), trends)) |
              set(view, "total", total(document, compared, trends)) |
              set(view, "answers", answers(document)) | add_lists(view, sorted, trends) |
              add_charts(view, document, compared);
    json_decref(sorted);
    *out = NULL;
    if (failed) {
        json_decref(view);
        return ERR_MEMORY;
    }
    *out = view;
    return ERR_NONE;
}
