/*
 * styleguide.c: every component of the site on one page, made of rows of the published directory by
 * the same partials as the pages themselves, so that it cannot drift from them. For who works on
 * the site: no page links to it.
 */
#include "pages/address_check.h"
#include "pages/contacts.h"
#include "pages/pages.h"
#include "view/chart.h"
#include "view/tiles.h"

/* The map of all regions, shaded by how many sign-in addresses each has. */
static enum err add_map(const struct page_call *call, json_t *document)
{
    json_t *map = NULL;
    enum err err = directory_document(call->directory, "tiles", NULL, &map);

    if (err == ERR_NONE)
        err = tiles_fill(map, json_object_get(document, "counts"));
    if (err == ERR_NONE && json_object_set(document, "map", map) != 0)
        err = ERR_MEMORY;
    json_decref(map);
    return err;
}

static enum err add_chart(json_t *document)
{
    static const struct chart_fields fields = {.value = "value", .label = "date"};
    json_t *chart = NULL;
    enum err err = chart_make(json_object_get(document, "years"), &fields, &chart);

    if (err == ERR_NONE && json_object_set(document, "chart", chart) != 0)
        err = ERR_MEMORY;
    json_decref(chart);
    return err;
}

/* What is seen only on a bad day: an address in each standing, one that was taken out, a forgery.
 * Times are those of the snapshot. */
static enum err add_bad_days(const struct page_call *call, json_t *document)
{
    static const char *const standings[][2] = {{"works", "opened"},
                                               {"unclear", "refused"},
                                               {"suspicious", "owner"},
                                               {"failing", "silent"}};
    json_t *states = json_array(), *published = json_object_get(document, "published");
    json_t *check = NULL;
    enum err err = address_check_document(call, "https://www.gosusluqi.ru", &check);

    for (size_t i = 0; i < sizeof standings / sizeof standings[0] && err == ERR_NONE; i++) {
        json_t *probe = json_pack(
            "{s:s, s:s, s:O, s:O, s:s, s:s, s:s, s:s, s:s}", "standing", standings[i][0], "finding",
            standings[i][1], "at", published, "since", published, "at_time", "10:05", "at_day",
            "today", "since_time", "9:40", "since_day", "today", "to", "other.example");

        if (json_array_append_new(states, json_pack("{s:o}", "probe", probe)) != 0)
            err = ERR_MEMORY;
    }
    if (err == ERR_NONE &&
        json_object_set_new(document, "bad_days",
                            json_pack("{s:O, s:{s:O}, s:O}", "states", states, "blocked", "since",
                                      published, "look_alike",
                                      json_object_get(check, "look_alike"))) != 0)
        err = ERR_MEMORY;
    json_decref(check);
    json_decref(states);
    return err;
}

static enum err make_styleguide(const struct page_call *call, struct page_answer *answer)
{
    enum err err = directory_document(call->directory, "styleguide", NULL, &answer->document);

    if (err == ERR_NONE)
        err = contacts_add_clock(call, json_object_get(answer->document, "contacts"),
                                 json_string_value(json_object_get(answer->document, "timezone")),
                                 answer);
    if (err == ERR_NONE)
        err = add_map(call, answer->document);
    if (err == ERR_NONE)
        err = add_chart(answer->document);
    if (err == ERR_NONE)
        err = add_bad_days(call, answer->document);
    return err;
}

const struct page page_styleguide = {
    .make = make_styleguide, .templates = {[REP_HTML] = "pages/styleguide"}, .figures = true};
