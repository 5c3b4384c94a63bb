/*
 * thing.c: one thing's days. Contract in thing.h.
 */
#include "tally/thing.h"
#include "base/clock.h"
#include "base/json.h"
#include "tally/period.h"
#include "tally/read.h"
#include <stdio.h>
#include <string.h>

#define DAYS_MAX 800

/* $3 and $4: kind and id; $5 and $6: of what else is told of it. */
static const struct tally_query days = {
    "SELECT day, CASE kind WHEN $5 THEN 1 ELSE 0 END, CAST(sum(views) AS BIGINT) FROM day"
    " WHERE day BETWEEN $1 AND $2 AND client = 'person'"
    " AND ((kind = $3 AND id = $4) OR (kind = $5 AND id = $6)) GROUP BY 1, 2",
    "tnn"};

/* Words of three days and more: what was written once might be somebody's name. */
static const struct tally_query searches = {
    "SELECT query, CAST(sum(count) AS BIGINT) FROM chosen"
    " WHERE day BETWEEN $1 AND $2 AND client = 'person' AND kind = $3 AND id = $4"
    " GROUP BY query HAVING count(DISTINCT day) >= 3 ORDER BY 2 DESC, 1 LIMIT 100",
    "tn"};

struct course {
    long from;
    json_t *document;
};

static int add_to(json_t *object, const char *field, int64_t number)
{
    return json_object_set_new(object, field,
                               json_integer(json_number(object, field) + (json_int_t)number));
}

static enum err add_count(void *context, const struct tally_value *row)
{
    struct course *course = context;
    const char *field = row[1].number != 0 ? "more" : "views";
    json_t *rows = json_object_get(course->document, "days");
    json_t *day = json_array_get(rows, (size_t)(period_day(row[0].text) - course->from));

    return add_to(day, field, row[2].number) == 0 &&
                   add_to(course->document, field, row[2].number) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

static enum err add_search(void *context, const struct tally_value *row)
{
    struct course *course = context;
    json_t *search =
        json_pack("{s:s, s:I}", "query", row[0].text, "count", (json_int_t)row[1].number);

    return json_array_append_new(json_object_get(course->document, "searches"), search) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

/* All days, at nothing. */
static json_t *empty_course(long from, long to)
{
    json_t *document =
        json_pack("{s:i, s:i, s:[], s:[]}", "views", 0, "more", 0, "days", "searches");

    for (long day = from; day <= to && document != NULL; day++) {
        char date[PERIOD_DATE_SIZE];

        period_date(day, date);
        if (json_array_append_new(
                json_object_get(document, "days"),
                json_pack("{s:s, s:i, s:i}", "date", date, "views", 0, "more", 0)) != 0) {
            json_decref(document);
            document = NULL;
        }
    }
    return document;
}

/* What else is told of it: the portal of a region, an operator's links to the others. */
static bool second_of(const struct tally_thing *thing, const char **kind, char *id, size_t size)
{
    bool question = strcmp(thing->kind, "question") == 0;
    int written;

    *kind = strcmp(thing->kind, "region") == 0 ? "departure" : "cited";
    if (strcmp(thing->kind, "region") == 0)
        written = snprintf(id, size, "%s", thing->id);
    else
        written = snprintf(id, size, "%s/%s", question ? "q" : "guide", thing->id);
    return written >= 0 && (size_t)written < size;
}

enum err tally_thing(struct tally *tally, const struct tally_thing *thing,
                     const struct tally_question *question, json_t **out)
{
    char second[256];
    const char *parameters[] = {question->from, question->to, thing->kind, thing->id,
                                NULL,           second,       NULL};
    struct course course;
    enum err err;
    long to;

    *out = NULL;
    if (!clock_is_date(question->from) || !clock_is_date(question->to) ||
        !second_of(thing, &parameters[4], second, sizeof second))
        return ERR_INVALID;
    course.from = period_day(question->from);
    to = period_day(question->to);
    if (to < course.from || to - course.from >= DAYS_MAX)
        return ERR_INVALID;
    course.document = empty_course(course.from, to);
    if (course.document == NULL)
        return ERR_MEMORY;
    err = tally_read_begin(tally);
    if (err == ERR_NONE)
        err = tally_read(tally, &days, parameters, add_count, &course);
    if (err == ERR_NONE)
        err = tally_read(tally, &searches, parameters, add_search, &course);
    tally_read_end(tally);
    if (err != ERR_NONE)
        json_decref(course.document);
    else
        *out = course.document;
    return err;
}
