/*
 * thing.c: the statistics of one thing. Contract in thing.h.
 */
#include "pages/stats/thing.h"
#include "base/json.h"
#include "pages/share.h"
#include "pages/stats/names.h"
#include "tally/thing.h"
#include "view/chart.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The rows of a list whose field has the value. NULL without memory. */
static json_t *rows_of(const json_t *document, const char *list, const char *field,
                       const char *value)
{
    json_t *row, *rows = json_array();
    size_t i;

    json_array_foreach (json_object_get(document, list), i, row) {
        if (strcmp(json_text(row, field), value) == 0 && json_array_append(rows, row) != 0) {
            json_decref(rows);
            return NULL;
        }
    }
    return rows;
}

static enum err add_rows(const json_t *whole, const char *of, const char *path, json_t *document)
{
    static const struct {
        const char *list, *field;
        bool slash; /* the field's values begin with one */
    } lists[] = {{"links", "path", true}, {"embeds", "id", false}, {"reports", "path", false}};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (json_object_set_new(
                document, lists[i].list,
                rows_of(whole, lists[i].list, lists[i].field, lists[i].slash ? path : of)) != 0)
            return ERR_MEMORY;
    return ERR_NONE;
}

static enum err read_days(const struct page_call *call, const struct tally_thing *thing,
                          const struct tally_question *question, json_t **out)
{
    struct tally *tally = NULL;
    enum err err = stats_open(call->settings, &tally);

    if (err == ERR_NONE)
        err = tally_thing(tally, thing, question, out);
    tally_close(tally);
    return err;
}

/* Adds what is known of the thing without the tally, and of the days that were asked for. */
static enum err add_about(const json_t *names, const json_t *whole, const char *of,
                          const char *kind, json_t *document)
{
    static const char *const same[] = {"from", "to", "period", "compare", "unfinished", "asked"};
    json_t *name = stats_name(names, of);
    char path[160];

    if (name == NULL)
        return ERR_NOT_FOUND;
    snprintf(path, sizeof path, "/%.150s", of);
    if (json_object_set_new(document, "of", json_string(of)) != 0 ||
        json_object_set_new(document, "kind", json_string(kind)) != 0 ||
        json_object_set_new(document, "path", json_string(path)) != 0 ||
        json_object_set(document, "name", name) != 0)
        return ERR_MEMORY;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        if (json_object_set(document, same[i], json_object_get(whole, same[i])) != 0)
            return ERR_MEMORY;
    return add_rows(whole, of, path, document);
}

enum err stats_thing(const struct page_call *call, struct page_answer *answer, const char *of,
                     const struct tally_question *question)
{
    json_t *names = NULL, *document = NULL;
    struct tally_thing thing;
    char path[160];
    enum topic topic;
    enum err err;

    snprintf(path, sizeof path, "/%.150s", of);
    topic = topic_of(path, &thing.id);
    if (topic == TOPIC_NONE || strlen(of) > 150)
        return ERR_NOT_FOUND;
    thing.kind = topic_word(topic);
    err = directory_document(call->directory, "names", NULL, &names);
    if (err == ERR_NONE)
        err = read_days(call, &thing, question, &document);
    if (err == ERR_NONE)
        err = add_about(names, answer->document, of, thing.kind, document);
    if (err == ERR_NONE) {
        json_decref(answer->document);
        answer->document = json_incref(document);
        answer->shown = &page_stats_thing;
    }
    json_decref(document);
    json_decref(names);
    return err;
}

/* Adds the chart of its days. */
static enum err dress(const json_t *document, json_t **out)
{
    static const struct chart_fields views = {"views", NULL, "date"};
    const json_t *days = json_object_get(document, "days");
    json_t *chart = NULL;
    enum err err = chart_make(days, &views, &chart);

    *out = json_copy((json_t *)(uintptr_t)document); /* json_copy forgot to say const */
    if (err == ERR_NONE &&
        (*out == NULL || json_object_set_new(*out, "unit", json_string("day")) != 0 ||
         (json_array_size(days) > 1 && json_object_set(*out, "chart", chart) != 0)))
        err = ERR_MEMORY;
    json_decref(chart);
    return err;
}

const struct page page_stats_thing = {
    .templates = {[REP_HTML] = "pages/stats-thing"}, .dress = dress, .figures = true};
