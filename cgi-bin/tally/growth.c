/*
 * growth.c: one day against its like. Contract in growth.h.
 */
#include "tally/growth.h"
#include "tally/period.h"
#include "tally/read.h"

#define WEEK   7
#define KINDS  " AND client = 'person' AND kind IN ('region', 'guide', 'question', 'cited')"
#define BEFORE "IN ($2, $3, $4, $5)"

static const struct tally_query weeks = {
    "SELECT count(DISTINCT day) FROM day WHERE day " BEFORE KINDS, "n"};
static const struct tally_query views = {
    "WITH today AS (SELECT kind, id, sum(views) AS n FROM day WHERE day = $1" KINDS
    " GROUP BY kind, id),"
    " past AS (SELECT kind, id, sum(views) AS n FROM day WHERE day " BEFORE KINDS
    " GROUP BY kind, id)"
    " SELECT today.kind, today.id, CAST(today.n AS BIGINT), CAST(coalesce(past.n, 0) AS BIGINT)"
    " FROM today LEFT JOIN past ON past.kind = today.kind AND past.id = today.id"
    " ORDER BY 3 DESC, 1, 2",
    "ttnn"};

struct reading {
    const struct growth_limits *limits;
    int64_t weeks; /* that have views */
    json_t *rows;
};

static enum err take_weeks(void *context, const struct tally_value *row)
{
    struct reading *reading = context;

    reading->weeks = row[0].number;
    return ERR_NONE;
}

static enum err take_row(void *context, const struct tally_value *row)
{
    struct reading *reading = context;
    int64_t now = row[2].number, past = row[3].number;
    json_t *object;

    if (now < reading->limits->least || now * reading->weeks < reading->limits->times * past)
        return ERR_NONE;
    object = json_pack("{s:s, s:s, s:I, s:I}", "kind", row[0].text, "id", row[1].text, "views",
                       (json_int_t)now, "usual",
                       (json_int_t)((2 * past + reading->weeks) / (2 * reading->weeks)));
    return json_array_append_new(reading->rows, object) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err tally_growth(struct tally *tally, long day, const struct growth_limits *limits,
                      json_t **out)
{
    char days[GROWTH_WEEKS + 1][PERIOD_DATE_SIZE];
    const char *parameters[] = {days[0], days[1], days[2], days[3], days[4], NULL};
    struct reading reading = {limits, 0, json_array()};
    enum err err = reading.rows != NULL ? ERR_NONE : ERR_MEMORY;

    *out = NULL;
    for (int week = 0; week <= GROWTH_WEEKS; week++)
        period_date(day - (long)week * WEEK, days[week]);
    if (err == ERR_NONE)
        err = tally_read_begin(tally);
    if (err == ERR_NONE)
        err = tally_read(tally, &weeks, parameters, take_weeks, &reading);
    if (err == ERR_NONE && reading.weeks >= GROWTH_WEEKS_LEAST)
        err = tally_read(tally, &views, parameters, take_row, &reading);
    tally_read_end(tally);
    if (err != ERR_NONE)
        json_decref(reading.rows);
    else
        *out = reading.rows;
    return err;
}
