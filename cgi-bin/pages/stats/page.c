/*
 * page.c: who reads what, for the owner only: a client on this machine, or a user whom the web
 * server has authenticated. It shows what vhod collect has counted, up to the last minute: a public
 * program reads the tally and never writes it.
 *
 * Here the days are chosen, and those to compare with; pages/stats/names.c answers, and
 * pages/stats/view.c makes the charts.
 */
#include "base/clock.h"
#include "pages/pages.h"
#include "pages/probe_status.h"
#include "pages/stats/alerts.h"
#include "pages/stats/names.h"
#include "pages/stats/thing.h"
#include "pages/stats/view.h"
#include "tally/period.h"
#include "tally/witness.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_DEFAULT 28 /* four school weeks */
#define DAYS_MAX     36500

/* In the order of the route's parameters. */
enum param {
    PARAM_FROM,
    PARAM_TO,
    PARAM_PERIOD,
    PARAM_COMPARE,
    PARAM_TABLE,
    PARAM_SEPARATOR,
    PARAM_SORT,
    PARAM_OF
};

/* --- the CSV views --- */

static const struct page_table tables[] = {
    {"regions",
     {"regions",
      NULL,
      {{"iso", "iso"},
       {"name", "name"},
       {"views", "views"},
       {"departures", "departures"},
       {"before", "before"}}}},
    {"guides",
     {"guides",
      NULL,
      {{"id", "id"},
       {"name", "name"},
       {"views", "views"},
       {"cited", "cited"},
       {"before", "before"}}}},
    {"questions",
     {"questions",
      NULL,
      {{"number", "number"},
       {"name", "name"},
       {"views", "views"},
       {"cited", "cited"},
       {"before", "before"}}}},
    {"pages", {"pages", NULL, {{"path", "path"}, {"views", "views"}, {"before", "before"}}}},
    {"kinds", {"kinds", NULL, {{"kind", "kind"}, {"views", "views"}, {"before", "before"}}}},
    {"searches", {"searches.empty", NULL, {{"query", "query"}, {"count", "count"}}}},
    {"operators", {"searches.operators", NULL, {{"query", "query"}, {"count", "count"}}}},
    {"words",
     {"searches.words",
      NULL,
      {{"query", "query"}, {"count", "count"}, {"empty", "empty"}, {"chosen", "chosen"}}}},
    {"missing",
     {"missing", NULL, {{"path", "path"}, {"referrer", "referrer"}, {"count", "count"}}}},
    {"referrers", {"referrers", NULL, {{"host", "host"}, {"count", "count"}}}},
    {"links",
     {"links",
      NULL,
      {{"host", "host"},
       {"path", "path"},
       {"name", "name"},
       {"kind", "kind"},
       {"count", "count"}}}},
    {"embeds",
     {"embeds", NULL, {{"host", "host"}, {"id", "id"}, {"name", "name"}, {"count", "count"}}}},
    {"reports",
     {"reports",
      NULL,
      {{"path", "path"},
       {"name", "name"},
       {"choice", "choice"},
       {"count", "count"},
       {"before", "before"}}}},
    {"days",
     {"days",
      NULL,
      {{"date", "date"},
       {"to", "to"},
       {"people", "people"},
       {"before", "before"},
       {"page", "page"},
       {"region", "region"},
       {"departure", "departure"},
       {"guide", "guide"},
       {"question", "question"},
       {"cited", "cited"},
       {"search", "search"},
       {"missing", "missing"},
       {"embed", "embed"},
       {"check", "check"},
       {"report", "report"},
       {"robots", "robots"},
       {"dropped", "dropped"}}}},
    {"hours", {"hours", NULL, {{"hour", "hour"}, {"views", "views"}}}},
    {"addresses",
     {"probe.work",
      NULL,
      {{"address", "url"},
       {"finding", "finding"},
       {"cause", "cause"},
       {"status", "status"},
       {"at", "at"},
       {"since", "since"},
       {"to", "to"},
       {"certificate", "certificate"},
       {"views", "views"}}}},
    {NULL, {NULL, NULL, {{NULL, NULL}}}},
};

static bool is_table(const char *name)
{
    for (const struct page_table *table = tables; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return true;
    return false;
}

/* --- in which order --- */

/* Adds "sort": {"rows", "field", TABLE: {COLUMN: true}} for "TABLE.COLUMN"; false if there is no
 * such table or column. The rows themselves are put in order by the view. */
static bool add_sort(const char *sort, json_t *document, enum err *err)
{
    size_t len = strcspn(sort, ".");
    const struct page_table *table = tables;
    const struct csv_column *column;

    while (table->name != NULL &&
           (strncmp(table->name, sort, len) != 0 || table->name[len] != '\0'))
        table++;
    if (table->name == NULL || sort[len] == '\0')
        return false;
    column = table->view.columns;
    while (column->path != NULL && strcmp(column->path, sort + len + 1) != 0)
        column++;
    if (column->path == NULL)
        return false;
    if (json_object_set_new(document, "sort",
                            json_pack("{s:s, s:s, s:{s:b}}", "rows", table->view.rows, "field",
                                      column->path, table->name, column->path, true)) != 0)
        *err = ERR_MEMORY;
    return true;
}

/* --- which days --- */

/* What is asked for, in days. */
struct wish {
    const char *period;  /* of periods, or "chosen" */
    const char *compare; /* of comparisons */
    long today, from, to;
    bool compared;
    long before; /* first of the days to compare with, if compared */
};

static long last_days(long last, long days)
{
    return last - days + 1;
}

static long school_year(long last, long days)
{
    (void)days;
    return period_september(last);
}

/* Whole days, but for the one that runs: half a day beside whole ones would look like a fall. */
static const struct period {
    const char *word; /* of the parameter */
    long (*first)(long last, long days);
    long days;
    bool running; /* it is today */
} periods[] = {{"28", last_days, DAYS_DEFAULT, false},
               {"7", last_days, 7, false},
               {"today", last_days, 1, true},
               {"year", school_year, 0, false}};

static const char *const comparisons[] = {"year", "before", "none"};

/* A number of days in one of the words; false if it is none. The first is that without a word. */
static bool choose_period(const char *word, struct wish *wish)
{
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        if (word != NULL && strcmp(word, periods[i].word) != 0)
            continue;
        wish->period = periods[i].word;
        wish->to = periods[i].running ? wish->today : wish->today - 1;
        wish->from = periods[i].first(wish->to, periods[i].days);
        return true;
    }
    return false;
}

static bool is_day(const char *text)
{
    return text != NULL && strlen(text) == PERIOD_DATE_SIZE - 1;
}

/* Dates win over a period: with one of them alone the other is the last whole day, or four weeks
 * away. */
static bool choose_days(const struct route_values *values, struct wish *wish)
{
    const char *from = values->value[PARAM_FROM], *to = values->value[PARAM_TO];

    if (from == NULL && to == NULL)
        return choose_period(values->value[PARAM_PERIOD], wish);
    if ((from != NULL && !is_day(from)) || (to != NULL && !is_day(to)))
        return false;
    wish->period = "chosen";
    wish->to = to != NULL                                        ? period_day(to)
               : from != NULL && period_day(from) >= wish->today ? wish->today
                                                                 : wish->today - 1;
    wish->from = from != NULL ? period_day(from) : last_days(wish->to, DAYS_DEFAULT);
    return wish->from <= wish->to && wish->to - wish->from < DAYS_MAX;
}

/* The days to compare with are as many, and lie as far back as the last of them. */
static bool choose_comparison(const char *word, struct wish *wish)
{
    size_t i = 0;

    while (word != NULL && i < sizeof comparisons / sizeof comparisons[0] &&
           strcmp(word, comparisons[i]) != 0)
        i++;
    if (i == sizeof comparisons / sizeof comparisons[0])
        return false;
    wish->compare = comparisons[i];
    wish->compared = strcmp(wish->compare, "none") != 0;
    wish->before = strcmp(wish->compare, "year") == 0 ? wish->from - period_school_shift(wish->to)
                                                      : wish->from - (wish->to - wish->from + 1);
    return true;
}

/* --- the document --- */

static json_t *days_json(long from, long to)
{
    char first[PERIOD_DATE_SIZE], last[PERIOD_DATE_SIZE];

    period_date(from, first);
    period_date(to, last);
    return json_pack("{s:s, s:s}", "from", first, "to", last);
}

/* The same days and comparison as the query of an address: a period where one was chosen, so that
 * a link that is kept moves with the days. */
static json_t *asked_json(const struct wish *wish)
{
    char from[PERIOD_DATE_SIZE], to[PERIOD_DATE_SIZE];

    if (strcmp(wish->period, "chosen") != 0)
        return json_sprintf("period=%s&compare=%s", wish->period, wish->compare);
    period_date(wish->from, from);
    period_date(wish->to, to);
    return json_sprintf("from=%s&to=%s&compare=%s", from, to, wish->compare);
}

/* What was asked for, and where in the school year that is. */
static enum err add_wish(const struct wish *wish, const char *timezone, json_t *document)
{
    long september = period_september(wish->today);
    json_t *school = json_pack("{s:i, s:i, s:o}", "first_week", period_school_week(wish->from),
                               "last_week", period_school_week(wish->to), "year_before",
                               days_json(period_september(september - 1), september - 1));
    int failed =
        json_object_set_new(document, "asked", asked_json(wish)) |
        json_object_set_new(document, "period", json_string(wish->period)) |
        json_object_set_new(document, "compare", json_string(wish->compare)) |
        json_object_set_new(document, "unfinished", json_boolean(wish->to >= wish->today)) |
        json_object_set_new(document, "timezone", json_string(timezone)) |
        json_object_set_new(document, "school", school);

    return failed ? ERR_MEMORY : ERR_NONE;
}

/* What of the addresses wants a look; the most visited first. */
static enum err add_probe(const struct page_call *call, json_t *document)
{
    json_t *probe = NULL;
    enum err err = probe_work(call, json_object_get(document, "regions"), &probe);

    if (err == ERR_NONE && json_object_set(document, "probe", probe) != 0)
        err = ERR_MEMORY;
    json_decref(probe);
    return err;
}

/* Whether the counters themselves were lost. */
static enum err add_lost(const struct page_call *call, json_t *document)
{
    char *path = settings_state_file(call->settings, WITNESS_FILE);
    json_t *lost = NULL;
    enum err err = path == NULL ? ERR_MEMORY : witness_lost(path, clock_now(), &lost);

    if (err == ERR_NONE && json_object_set(document, "lost", lost) != 0)
        err = ERR_MEMORY;
    json_decref(lost);
    free(path);
    return err;
}

/* The days that were chosen, as the tally asks for them; with storage behind it. */
struct asked {
    char from[PERIOD_DATE_SIZE], to[PERIOD_DATE_SIZE], before[PERIOD_DATE_SIZE];
    struct tally_question question;
};

static void ask(const struct wish *wish, struct asked *out)
{
    period_date(wish->from, out->from);
    period_date(wish->to, out->to);
    period_date(wish->before, out->before);
    out->question =
        (struct tally_question){out->from, out->to, wish->compared ? out->before : NULL, ""};
}

static enum err read_document(const struct page_call *call, const struct wish *wish,
                              const struct asked *asked, json_t **out)
{
    enum err err = stats_read(call->settings, call->directory, &asked->question, out);

    if (err == ERR_NONE)
        err = add_probe(call, *out);
    if (err == ERR_NONE)
        err = add_lost(call, *out);
    return err == ERR_NONE ? add_wish(wish, call->settings->site_timezone, *out) : err;
}

/* Adds "now": what is wrong or unusual, and the day that runs. */
static enum err add_now(const struct page_call *call, struct page_answer *answer)
{
    json_t *now = NULL;
    enum err err = alerts_read(call, answer, &now);

    if (err == ERR_NONE && json_object_set(answer->document, "now", now) != 0)
        err = ERR_MEMORY;
    json_decref(now);
    return err;
}

/* What only the page for people has: what is wrong now, and the order of the tables. False: there
 * is no such order. */
static bool add_view(const struct page_call *call, struct page_answer *answer, enum err *err)
{
    const char *sort = call->values->value[PARAM_SORT];

    if (call->rep != REP_HTML)
        return true;
    *err = add_now(call, answer);
    return sort == NULL || *sort == '\0' || add_sort(sort, answer->document, err);
}

/* True if what was asked for can be. */
static bool choose(const struct page_call *call, struct wish *wish)
{
    const char *table = call->values->value[PARAM_TABLE];

    return choose_days(call->values, wish) &&
           choose_comparison(call->values->value[PARAM_COMPARE], wish) &&
           (table == NULL || is_table(table));
}

static enum err make_stats(const struct page_call *call, struct page_answer *answer)
{
    const char *of = call->values->value[PARAM_OF];
    struct wish wish = {.compared = false};
    struct asked asked;
    enum err err = ERR_NONE;

    if (!stats_is_owner(call)) {
        answer->status = STATUS_FORBIDDEN;
        return ERR_NONE;
    }
    err = stats_today(call->settings, &wish.today);
    if (err != ERR_NONE)
        return err;
    if (!choose(call, &wish)) {
        answer->status = STATUS_BAD_REQUEST;
        return ERR_NONE;
    }
    ask(&wish, &asked);
    err = read_document(call, &wish, &asked, &answer->document);
    if (err == ERR_NONE && of != NULL && *of != '\0')
        err = stats_thing(call, answer, of, &asked.question);
    else if (err == ERR_NONE && !add_view(call, answer, &err)) {
        json_decref(answer->document);
        answer->document = NULL;
        answer->status = STATUS_BAD_REQUEST;
    }
    return err;
}

const struct page page_stats = {.make = make_stats,
                                .templates = {[REP_HTML] = "pages/stats"},
                                .tables = tables,
                                .figures = true,
                                .dress = stats_dress};
