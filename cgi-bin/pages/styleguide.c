/*
 * styleguide.c: every component of the site on one page, made of rows of the published directory by
 * the same partials as the pages themselves, so that it cannot drift from them. For who works on
 * the site: no page links to it.
 */
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
    return err;
}

const struct page page_styleguide = {
    .make = make_styleguide, .templates = {[REP_HTML] = "pages/styleguide"}, .figures = true};
