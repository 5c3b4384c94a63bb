/*
 * things.c: how often each thing was read: lists by region, guide, question, page, verdict
 * and report. Eight weeks at a time come from the table block, weeks from week, and what sticks out
 * from day, so a year costs little more than a month.
 */
#include "tally/parts.h"
#include "tally/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNTS_MAX 2

/* $1 to $2: first days of blocks or weeks, or days. What is only compared with is what stands first
 * in a list. */
#define SUMS(table)                                                                                \
    "SELECT kind, id, CAST(sum(views) AS BIGINT) FROM " table " WHERE " table                      \
    " BETWEEN $1 AND $2 AND client = 'person' AND kind IN ('region', 'guide', 'question', 'page'," \
    " 'check', 'report'"
#define NOW(table)                                                                                 \
    {                                                                                              \
        SUMS(table) ", 'departure', 'cited') GROUP BY kind, id", "ttn"                             \
    }
#define BEFORE(table)                                                                              \
    {                                                                                              \
        SUMS(table) ") GROUP BY kind, id", "ttn"                                                   \
    }

/* A period is read from the largest sums that fit in it, and what sticks out at both ends from the
 * next smaller ones. Each is a query of its own, because all of them as one cost SQLite twice the
 * time. */
static const struct grain {
    long days;
    long (*first)(long day); /* of those that a day is in */
    struct tally_query now, before;
} grains[] = {{PERIOD_BLOCK, period_block, NOW("block"), BEFORE("block")},
              {PERIOD_WEEK, period_monday, NOW("week"), BEFORE("week")},
              {1, NULL, NOW("day"), BEFORE("day")}};

/* --- the lists and what goes where --- */

enum list { REGIONS, GUIDES, QUESTIONS, PAGES, CHECKS, REPORTS, LIST__MAX };

static const struct {
    const char *field;
    const char *id; /* name of the field that tells rows apart */
    bool numbered;  /* which is a number */
    const char *counts[COUNTS_MAX + 1];
} lists[LIST__MAX] = {
    [REGIONS] = {"regions", "iso", false, {"views", "departures"}},
    [GUIDES] = {"guides", "id", false, {"views", "cited"}},
    [QUESTIONS] = {"questions", "number", true, {"views", "cited"}},
    [PAGES] = {"pages", "path", false, {"views"}},
    [CHECKS] = {"checks", "verdict", false, {"count"}},
    [REPORTS] = {"reports", "what", false, {"count"}},
};

/* A kind's row: its ids that begin with prefix, without it, are counted in that list. */
static const struct target {
    enum event_kind kind;
    const char *prefix;
    enum list list;
    int count;
} targets[] = {
    {EVENT_REGION, "", REGIONS, 0},     {EVENT_DEPARTURE, "", REGIONS, 1},
    {EVENT_GUIDE, "", GUIDES, 0},       {EVENT_CITED, "guide/", GUIDES, 1},
    {EVENT_QUESTION, "", QUESTIONS, 0}, {EVENT_CITED, "q/", QUESTIONS, 1},
    {EVENT_PAGE, "", PAGES, 0},         {EVENT_CHECK, "", CHECKS, 0},
    {EVENT_REPORT, "", REPORTS, 0},
};

/* Rows by id, for each list. */
struct shelf {
    json_t *rows[LIST__MAX];
    bool compared;
    bool before; /* what is read now are the days compared with */
};

static const struct target *find_target(const char *word, const char *id)
{
    enum event_kind kind = event_kind(word);

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (targets[i].kind == kind &&
            strncmp(id, targets[i].prefix, strlen(targets[i].prefix)) == 0)
            return &targets[i];
    return NULL;
}

/* --- rows --- */

/* What a report is about: "region/ru-alt fails" is a page and a choice. */
static int split_report(json_t *row, const char *what)
{
    const char *choice = strrchr(what, ' ');
    size_t len = choice == NULL ? strlen(what) : (size_t)(choice - what);
    bool region = strncmp(what, "region/", strlen("region/")) == 0;

    return json_object_set_new(row, "path", json_stringn(what, len)) |
           json_object_set_new(row, "choice", json_string(choice == NULL ? "" : choice + 1)) |
           json_object_set_new(row, "iso",
                               region
                                   ? json_stringn(what + strlen("region/"), len - strlen("region/"))
                                   : json_null());
}

static json_t *new_row(enum list list, const char *id, bool compared)
{
    json_t *row = json_object();
    int failed = row == NULL;

    if (list == REPORTS)
        failed |= split_report(row, id);
    else
        failed |= json_object_set_new(
            row, lists[list].id, lists[list].numbered ? json_integer(atol(id)) : json_string(id));
    for (int i = 0; lists[list].counts[i] != NULL; i++)
        failed |= json_object_set_new(row, lists[list].counts[i], json_integer(0));
    if (compared)
        failed |= json_object_set_new(row, "before", json_integer(0));
    if (!failed)
        return row;
    json_decref(row);
    return NULL;
}

static enum err find_row(struct shelf *shelf, enum list list, const char *id, json_t **row)
{
    *row = json_object_get(shelf->rows[list], id);
    if (*row != NULL)
        return ERR_NONE;
    *row = new_row(list, id, shelf->compared);
    return json_object_set_new(shelf->rows[list], id, *row) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Of the days compared with, only what stands first in a list is kept. */
static enum err add_sum(void *context, const struct tally_value *value)
{
    struct shelf *shelf = context;
    const struct target *target = find_target(value[0].text, value[1].text);
    json_t *row, *count;
    enum err err;

    if (target == NULL || (shelf->before && target->count > 0))
        return ERR_NONE;
    err = find_row(shelf, target->list, value[1].text + strlen(target->prefix), &row);
    if (err != ERR_NONE)
        return err;
    count =
        json_object_get(row, shelf->before ? "before" : lists[target->list].counts[target->count]);
    json_integer_set(count, json_integer_value(count) + value[2].number);
    return ERR_NONE;
}

static enum err read_grain(struct tally *tally, struct shelf *shelf, const struct grain *grain,
                           long from, long to)
{
    char first[PERIOD_DATE_SIZE], last[PERIOD_DATE_SIZE];
    const char *const parameters[] = {first, last, NULL};

    period_date(from, first);
    period_date(to, last);
    return tally_read(tally, shelf->before ? &grain->before : &grain->now, parameters, add_sum,
                      shelf);
}

/* Days from to to, from this grain down. */
static enum err read_things(struct tally *tally, struct shelf *shelf, const struct grain *grain,
                            long from, long to)
{
    long first, end;
    enum err err;

    if (from > to)
        return ERR_NONE;
    if (grain->first == NULL)
        return read_grain(tally, shelf, grain, from, to);
    first = grain->first(from + grain->days - 1);
    end = grain->first(to + 1); /* behind the last whole one */
    if (first >= end)
        return read_things(tally, shelf, grain + 1, from, to);
    err = read_grain(tally, shelf, grain, first, end - grain->days);
    if (err == ERR_NONE)
        err = read_things(tally, shelf, grain + 1, from, first - 1);
    return err == ERR_NONE ? read_things(tally, shelf, grain + 1, end, to) : err;
}

/* --- order --- */

static int compare_ids(const json_t *a, const json_t *b)
{
    json_int_t x = json_integer_value(a), y = json_integer_value(b);

    if (json_is_string(a))
        return strcmp(json_string_value(a), json_string_value(b));
    return (x > y) - (x < y);
}

/* Largest first; the same by the next count, and then by id. */
static int compare_rows(const void *left, const void *right, void *context)
{
    json_t *const *a = left, *const *b = right;
    enum list list = *(enum list *)context;
    int paths;

    for (int i = 0; lists[list].counts[i] != NULL; i++) {
        json_int_t x = json_integer_value(json_object_get(*a, lists[list].counts[i]));
        json_int_t y = json_integer_value(json_object_get(*b, lists[list].counts[i]));

        if (x != y)
            return x < y ? 1 : -1;
    }
    if (list != REPORTS)
        return compare_ids(json_object_get(*a, lists[list].id),
                           json_object_get(*b, lists[list].id));
    paths = compare_ids(json_object_get(*a, "path"), json_object_get(*b, "path"));
    return paths != 0 ? paths
                      : compare_ids(json_object_get(*a, "choice"), json_object_get(*b, "choice"));
}

/* The rows of a list as an array in their order; NULL without memory. */
static json_t *sorted(json_t *rows, enum list list)
{
    size_t count = json_object_size(rows), i = 0;
    json_t **order = calloc(count + 1, sizeof *order);
    json_t *array = json_array(), *row;
    const char *id;
    int failed = order == NULL || array == NULL;

    json_object_foreach (rows, id, row)
        if (!failed)
            order[i++] = row;
    if (!failed)
        qsort_r(order, count, sizeof *order, compare_rows, &list);
    for (i = 0; !failed && i < count; i++)
        failed |= json_array_append(array, order[i]);
    free(order);
    if (!failed)
        return array;
    json_decref(array);
    return NULL;
}

enum err tally_add_things(struct tally *tally, const struct tally_span *span, json_t *document)
{
    struct shelf shelf = {.compared = span->compared};
    enum err err = ERR_NONE;

    for (int list = 0; list < LIST__MAX; list++)
        if ((shelf.rows[list] = json_object()) == NULL)
            err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = read_things(tally, &shelf, grains, span->from, span->to);
    shelf.before = true;
    if (err == ERR_NONE && span->compared)
        err = read_things(tally, &shelf, grains, span->from - span->shift, span->to - span->shift);
    for (int list = 0; list < LIST__MAX; list++) {
        if (err == ERR_NONE && json_object_set_new(document, lists[list].field,
                                                   sorted(shelf.rows[list], (enum list)list)) != 0)
            err = ERR_MEMORY;
        json_decref(shelf.rows[list]);
    }
    return err;
}
