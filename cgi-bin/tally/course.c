/*
 * course.c: what was counted without ids, and its course over time: by day, and for longer
 * periods by week, month or year, so that a list of days never grows over some two hundred rows.
 */
#include "tally/parts.h"
#include "tally/period.h"

#include <stdlib.h>
#include <string.h>

/* What one row of days is, by the number of days asked for. */
static const struct unit {
    const char *word;
    long days_max;
    long (*first)(long day); /* first day of the unit that a day is in */
} units[] = {
    {"day", 62, NULL},
    {"week", 1200, period_monday},
    {"month", 6000, period_month},
    {"year", 4000000, period_september},
};

static const struct tally_query totals = {
    "SELECT day, client, kind, views FROM total WHERE day BETWEEN $1 AND $2", "tttn"};
static const struct tally_query dropped = {
    "SELECT day, count FROM dropped WHERE day BETWEEN $1 AND $2", "tn"};

/* One row of days. */
struct bucket {
    long first, last;
    int64_t kinds[EVENT__MAX]; /* of people, as people */
    int64_t people, robots, before, dropped;
};

struct course {
    const struct tally_span *span;
    const struct unit *unit;
    struct bucket *buckets;
    size_t count;
    size_t *place; /* bucket of each day from span->from on */
    int64_t kinds[EVENT__MAX], kinds_before[EVENT__MAX], clients[CLIENT__MAX];
    int64_t people_before, dropped;
    long shift; /* of the days that are read now */
};

static enum err make_buckets(struct course *course, const struct tally_span *span)
{
    size_t days = (size_t)(span->to - span->from + 1);
    const struct unit *unit = units;

    while ((long)days > unit->days_max)
        unit++;
    course->unit = unit;
    course->buckets = calloc(days, sizeof *course->buckets); /* one each at most */
    course->place = calloc(days, sizeof *course->place);
    if (course->buckets == NULL || course->place == NULL)
        return ERR_MEMORY;
    for (long day = span->from; day <= span->to; day++) {
        long first = unit->first == NULL ? day : unit->first(day);

        if (course->count == 0 || first == day)
            course->buckets[course->count++].first = day;
        course->buckets[course->count - 1].last = day;
        course->place[day - span->from] = course->count - 1;
    }
    return ERR_NONE;
}

/* --- reading --- */

static struct bucket *bucket_of(const struct course *course, const char *date)
{
    return &course->buckets[course->place[period_day(date) + course->shift - course->span->from]];
}

static enum err add_total(void *context, const struct tally_value *row)
{
    struct course *course = context;
    struct bucket *bucket = bucket_of(course, row[0].text);
    enum event_kind kind = event_kind(row[2].text);
    bool known;
    enum client client = client_from_word(row[1].text, &known);

    if (!known)
        return ERR_NONE;
    course->clients[client] += row[3].number;
    if (client_is_robot(client))
        bucket->robots += row[3].number;
    if (client != CLIENT_PERSON)
        return ERR_NONE;
    bucket->people += row[3].number;
    bucket->kinds[kind] += row[3].number;
    course->kinds[kind] += row[3].number;
    return ERR_NONE;
}

static enum err add_before(void *context, const struct tally_value *row)
{
    struct course *course = context;

    if (strcmp(row[1].text, client_word(CLIENT_PERSON)) != 0)
        return ERR_NONE;
    bucket_of(course, row[0].text)->before += row[3].number;
    course->kinds_before[event_kind(row[2].text)] += row[3].number;
    course->people_before += row[3].number;
    return ERR_NONE;
}

static enum err add_dropped(void *context, const struct tally_value *row)
{
    struct course *course = context;

    bucket_of(course, row[0].text)->dropped += row[1].number;
    course->dropped += row[1].number;
    return ERR_NONE;
}

static enum err read_days(struct tally *tally, struct course *course,
                          const struct tally_query *query, long shift, tally_row *each)
{
    char from[PERIOD_DATE_SIZE], to[PERIOD_DATE_SIZE];
    const char *const parameters[] = {from, to, NULL};

    course->shift = shift;
    period_date(course->span->from - shift, from);
    period_date(course->span->to - shift, to);
    return tally_read(tally, query, parameters, each, course);
}

/* --- the document --- */

static int set_number(json_t *object, const char *name, int64_t number)
{
    return json_object_set_new(object, name, json_integer(number));
}

static int set_date(json_t *object, const char *name, long day)
{
    char date[PERIOD_DATE_SIZE];

    period_date(day, date);
    return json_object_set_new(object, name, json_string(date));
}

static json_t *day_row(const struct bucket *bucket, bool compared)
{
    json_t *row = json_object();
    int failed = set_date(row, "date", bucket->first) | set_date(row, "to", bucket->last) |
                 set_number(row, "people", bucket->people);

    if (compared)
        failed |= set_number(row, "before", bucket->before);
    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++)
        failed |= set_number(row, event_word((enum event_kind)kind), bucket->kinds[kind]);
    failed |= set_number(row, "robots", bucket->robots);
    failed |= set_number(row, "dropped", bucket->dropped);
    if (!failed)
        return row;
    json_decref(row);
    return NULL;
}

static int add_days(const struct course *course, json_t *document)
{
    json_t *days = json_array();
    int failed = json_object_set_new(document, "unit", json_string(course->unit->word));

    for (size_t i = 0; i < course->count; i++)
        failed |= json_array_append_new(days, day_row(&course->buckets[i], course->span->compared));
    return failed | json_object_set_new(document, "days", days);
}

/* Every kind, in the order of event.h. */
static int add_kinds(const struct course *course, json_t *document)
{
    json_t *kinds = json_array();
    int failed = 0;

    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++) {
        json_t *row = json_pack("{s:s, s:I}", "kind", event_word((enum event_kind)kind), "views",
                                (json_int_t)course->kinds[kind]);

        if (course->span->compared)
            failed |= set_number(row, "before", course->kinds_before[kind]);
        failed |= json_array_append_new(kinds, row);
    }
    return failed | json_object_set_new(document, "kinds", kinds);
}

static int add_clients(const struct course *course, json_t *document)
{
    json_t *clients = json_object();
    int64_t robots = 0;
    int failed = 0;

    for (int client = 0; client < CLIENT__MAX; client++) {
        failed |= set_number(clients, client_word((enum client)client), course->clients[client]);
        if (client_is_robot((enum client)client))
            robots += course->clients[client];
    }
    failed |= json_object_set_new(document, "clients", clients);
    failed |= set_number(document, "robots", robots);
    return failed | set_number(document, "people", course->clients[CLIENT_PERSON]);
}

enum err tally_add_course(struct tally *tally, const struct tally_span *span, json_t *document)
{
    struct course course = {.span = span};
    int failed = 0;
    enum err err = make_buckets(&course, span);

    if (err == ERR_NONE)
        err = read_days(tally, &course, &totals, 0, add_total);
    if (err == ERR_NONE && span->compared)
        err = read_days(tally, &course, &totals, span->shift, add_before);
    if (err == ERR_NONE)
        err = read_days(tally, &course, &dropped, 0, add_dropped);
    if (err == ERR_NONE)
        failed = add_clients(&course, document) | add_kinds(&course, document) |
                 add_days(&course, document) | set_number(document, "dropped", course.dropped);
    if (err == ERR_NONE && span->compared)
        failed |= set_number(document, "people_before", course.people_before);
    free(course.buckets);
    free(course.place);
    return err == ERR_NONE && failed ? ERR_MEMORY : err;
}
