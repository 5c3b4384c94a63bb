/*
 * statistics.c: the statistics document, read from the tally at one moment, so that all its
 * numbers agree. It only reads; counting is fold.c's. Which engine answers is not known here
 * (read.h), and what a page shows of it, and who may see it, is the page's.
 */
#include "tally/tally.h"

#include "base/clock.h"
#include "tally/parts.h"
#include "tally/period.h"

#include <stdio.h>
#include <string.h>

#define HOURS_DAYS_MAX 7     /* hours are read row by row: for a few days only */
#define DAYS_MAX       36600 /* over a hundred years is no period but a mistake */

#define DAYS   " WHERE day BETWEEN $1 AND $2"
#define PEOPLE DAYS " AND client = 'person'"

/* Lists of objects that are in the tally as they are in the document. $1 and $2 are the days, $3
 * the site's own host. */
static const struct list {
    const char *field;
    struct tally_query query;
    const char *columns[5];
} lists[] = {
    {"missing",
     {"SELECT path, referrer, CAST(sum(count) AS BIGINT) FROM missing" PEOPLE
      " GROUP BY path, referrer ORDER BY 3 DESC, 1, 2 LIMIT 1000",
      "ttn"},
     {"path", "referrer", "count"}},
    {"languages",
     {"SELECT language, CAST(sum(views) AS BIGINT) FROM language" PEOPLE
      " GROUP BY language ORDER BY 2 DESC, 1",
      "tn"},
     {"language", "count"}},
};

static const struct list empty_searches = {
    "empty",
    {"SELECT query, CAST(sum(count) AS BIGINT) FROM search" PEOPLE " AND empty = 1"
     " GROUP BY query ORDER BY 2 DESC, 1 LIMIT 1000",
     "tn"},
    {"query", "count"}};
/* The same of the staff: operators who found nothing, or said that it was no answer. */
static const struct list operator_searches = {
    "operators",
    {"SELECT query, CAST(sum(count) AS BIGINT) FROM search" DAYS
     " AND client = 'staff' AND empty = 1 GROUP BY query ORDER BY 2 DESC, 1 LIMIT 1000",
     "tn"},
    {"query", "count"}};
/* Words that were searched for on at least three of the days: what was written once might be
 * somebody's name. Found or not, and how often an answer was opened from them. */
static const struct list searched_words = {
    "words",
    {"WITH asked AS (SELECT query, sum(count) AS n, sum(CASE empty WHEN 1 THEN count ELSE 0 END)"
     " AS none FROM search" PEOPLE " AND query <> '…'"
     " GROUP BY query HAVING count(DISTINCT day) >= 3),"
     " opened AS (SELECT query, sum(count) AS n FROM chosen" PEOPLE " GROUP BY query)"
     " SELECT asked.query, CAST(asked.n AS BIGINT), CAST(asked.none AS BIGINT),"
     " CAST(coalesce(opened.n, 0) AS BIGINT)"
     " FROM asked LEFT JOIN opened ON opened.query = asked.query"
     " ORDER BY 2 DESC, 1 LIMIT 1000",
     "tnnn"},
    {"query", "count", "empty", "chosen"}};
static const struct tally_query search_counts = {
    "SELECT empty, CAST(sum(count) AS BIGINT) FROM search" PEOPLE " GROUP BY empty", "nn"};
static const struct list hours = {
    "hours",
    {"SELECT substr(hour, 12, 2), CAST(sum(views) AS BIGINT) FROM hour"
     " WHERE hour BETWEEN $1 AND $2 AND client = 'person' GROUP BY 1 ORDER BY 1",
     "tn"},
    {"hour", "views"}};

/* Who links to us and who shows us in a frame, from one pass over the largest table: the first
 * column tells the list. $3 is the site's own host. */
static const struct tally_query referrers = {
    "WITH link AS MATERIALIZED (SELECT host, kind, id, CAST(sum(views) AS BIGINT) AS views"
    " FROM referrer" PEOPLE " AND host <> $3 GROUP BY host, kind, id)"
    " SELECT * FROM (SELECT 0, host, '', '', CAST(sum(views) AS BIGINT) FROM link"
    " GROUP BY host ORDER BY 5 DESC, 2 LIMIT 1000) AS hosts"
    " UNION ALL SELECT * FROM (SELECT 1, host, kind, id, views FROM link WHERE kind <> 'embed'"
    " ORDER BY 5 DESC, 2, 3, 4 LIMIT 1000) AS links"
    " UNION ALL SELECT * FROM (SELECT 2, host, kind, id, views FROM link WHERE kind = 'embed'"
    " ORDER BY 5 DESC, 2, 4 LIMIT 1000) AS embeds",
    "ntttn"};
static const char *const referrer_lists[] = {"referrers", "links", "embeds"};

/* What the parts of the document are made with. */
struct job {
    struct tally *tally;
    const char *parameters[4];
    json_t *document;
};

/* --- lists --- */

struct gathered {
    const struct list *list;
    json_t *rows;
};

static enum err add_row(void *context, const struct tally_value *value)
{
    struct gathered *gathered = context;
    json_t *row = json_object();
    int failed = row == NULL;

    for (int i = 0; gathered->list->columns[i] != NULL; i++)
        failed |= json_object_set_new(row, gathered->list->columns[i],
                                      value[i].text != NULL ? json_string(value[i].text)
                                                            : json_integer(value[i].number));
    failed |= json_array_append_new(gathered->rows, row);
    return failed ? ERR_MEMORY : ERR_NONE;
}

/* Adds all rows to an object of the document under the list's name. */
static enum err add_list(const struct job *job, const struct list *list,
                         const char *const *parameters, json_t *object)
{
    struct gathered gathered = {list, json_array()};
    enum err err = gathered.rows == NULL ? ERR_MEMORY : ERR_NONE;

    if (err == ERR_NONE)
        err = tally_read(job->tally, &list->query, parameters, add_row, &gathered);
    if (err == ERR_NONE && json_object_set(object, list->field, gathered.rows) != 0)
        err = ERR_MEMORY;
    json_decref(gathered.rows);
    return err;
}

static enum err add_lists(const struct job *job)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < sizeof lists / sizeof *lists && err == ERR_NONE; i++)
        err = add_list(job, &lists[i], job->parameters, job->document);
    return err;
}

static enum err add_referrer(void *context, const struct tally_value *row)
{
    json_t *const *arrays = context;
    bool linked = row[0].number > 0, link = row[0].number == 1;
    json_t *object =
        json_pack("{s:s, s:s*, s:s*, s:I}", "host", row[1].text, "kind", link ? row[2].text : NULL,
                  "id", linked ? row[3].text : NULL, "count", (json_int_t)row[4].number);

    return json_array_append_new(arrays[row[0].number], object) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Rows keep the order of their list, however an engine puts the lists together. */
static enum err add_referrers(const struct job *job)
{
    json_t *arrays[] = {json_array(), json_array(), json_array()};
    enum err err = tally_read(job->tally, &referrers, job->parameters, add_referrer, arrays);

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (json_object_set_new(job->document, referrer_lists[i], arrays[i]) != 0 &&
            err == ERR_NONE)
            err = ERR_MEMORY;
    return err;
}

/* --- the rest --- */

static enum err add_search_count(void *context, const struct tally_value *row)
{
    int64_t *counts = context;

    counts[row[0].number != 0] += row[1].number;
    return ERR_NONE;
}

static enum err add_searches(const struct job *job)
{
    int64_t counts[2] = {0, 0}; /* of searches with results, and without */
    json_t *searches = json_object();
    enum err err =
        tally_read(job->tally, &search_counts, job->parameters, add_search_count, counts);

    if (err == ERR_NONE &&
        (json_object_set_new(searches, "count", json_integer(counts[0] + counts[1])) != 0 ||
         json_object_set_new(searches, "empty_count", json_integer(counts[1])) != 0))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_list(job, &empty_searches, job->parameters, searches);
    if (err == ERR_NONE)
        err = add_list(job, &searched_words, job->parameters, searches);
    if (err == ERR_NONE)
        err = add_list(job, &operator_searches, job->parameters, searches);
    if (err == ERR_NONE && json_object_set(job->document, "searches", searches) != 0)
        err = ERR_MEMORY;
    json_decref(searches);
    return err;
}

/* Hours of a few days; of more, none: that nothing was counted cannot be meant then. */
static enum err add_hours(const struct job *job, const struct tally_span *span)
{
    char from[16], to[16];
    const char *const parameters[] = {from, to, NULL};

    if (span->to - span->from >= HOURS_DAYS_MAX)
        return json_object_set_new(job->document, "hours", json_array()) == 0 ? ERR_NONE
                                                                              : ERR_MEMORY;
    snprintf(from, sizeof from, "%.10sT00", job->parameters[0]);
    snprintf(to, sizeof to, "%.10sT23", job->parameters[1]);
    return add_list(job, &hours, parameters, job->document);
}

static enum err fill(const struct job *job, const struct tally_span *span)
{
    enum err err = tally_add_things(job->tally, span, job->document);

    if (err == ERR_NONE)
        err = add_searches(job);
    if (err == ERR_NONE)
        err = add_lists(job);
    if (err == ERR_NONE)
        err = add_referrers(job);
    if (err == ERR_NONE)
        err = tally_add_course(job->tally, span, job->document);
    return err == ERR_NONE ? add_hours(job, span) : err;
}

/* --- the question --- */

static bool is_day(const char *text)
{
    return strlen(text) == PERIOD_DATE_SIZE - 1 && clock_is_date(text);
}

static enum err take_span(const struct tally_question *question, struct tally_span *span)
{
    if (!is_day(question->from) || !is_day(question->to) ||
        (question->before != NULL && !is_day(question->before)))
        return ERR_INVALID;
    span->from = period_day(question->from);
    span->to = period_day(question->to);
    span->compared = question->before != NULL;
    span->shift = span->compared ? span->from - period_day(question->before) : 0;
    return span->from <= span->to && span->to - span->from < DAYS_MAX && span->shift >= 0
               ? ERR_NONE
               : ERR_INVALID;
}

/* The days, and those compared with: {from, to} or null. */
static json_t *start_document(const struct tally_question *question, const struct tally_span *span)
{
    char last[PERIOD_DATE_SIZE];
    json_t *before = json_null();

    period_date(span->to - span->shift, last);
    if (span->compared)
        before = json_pack("{s:s, s:s}", "from", question->before, "to", last);
    return json_pack("{s:s, s:s, s:o}", "from", question->from, "to", question->to, "before",
                     before);
}

enum err tally_statistics(struct tally *tally, const struct tally_question *question, json_t **out)
{
    struct tally_span span;
    struct job job = {tally, {question->from, question->to, question->own_host, NULL}, NULL};
    enum err err = take_span(question, &span);

    *out = NULL;
    if (err != ERR_NONE)
        return err;
    job.document = start_document(question, &span);
    if (job.document == NULL)
        return ERR_MEMORY;
    err = tally_read_begin(tally);
    if (err == ERR_NONE)
        err = fill(&job, &span);
    tally_read_end(tally);
    if (err != ERR_NONE)
        json_decref(job.document);
    else
        *out = job.document;
    return err;
}
