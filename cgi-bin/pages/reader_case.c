/*
 * reader_case.c: which region, which day, and what articles say there. Contract in reader_case.h.
 */
#include "pages/reader_case.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/json.h"
#include "search/find.h"
#include <stdlib.h>
#include <string.h>

#define CHOICES_MAX 6

/* --- the case --- */

/* Keeps the answer from being shown after the day on which content changes by itself. */
static enum err limit_by_date(const struct page_call *call, struct page_answer *answer,
                              const char *day, int offset)
{
    const struct directory_value values[] = {{":today", day, 0}, {NULL, NULL, 0}};
    json_t *next = NULL;
    enum err err = directory_document(call->directory, "next_limit", values, &next);
    time_t until = (time_t)json_integer_value(json_object_get(next, "midnight")) - offset;

    if (err == ERR_NONE && json_is_integer(json_object_get(next, "midnight")) &&
        (answer->expires == 0 || until < answer->expires))
        answer->expires = until;
    json_decref(next);
    return err == ERR_NOT_FOUND ? ERR_NONE : err;
}

enum err case_read(const struct page_call *call, struct page_answer *answer, const char *region,
                   bool memory, struct reader_case *out)
{
    char now[21];
    int offset = 0;
    size_t len;
    enum err err = clock_offset(call->settings->site_timezone, clock_now(), &offset);

    memset(out, 0, sizeof *out);
    if (region == NULL && memory && call->rep == REP_HTML)
        region = call->request->remembered; /* a list: web/remember.h */
    len = region != NULL ? strcspn(region, ".") : 0;
    if (len < CASE_ISO_SIZE)
        memcpy(out->iso, region != NULL ? region : "", len);
    clock_format(clock_now() + offset, now);
    memcpy(out->day, now, CASE_DAY_SIZE - 1);
    return err == ERR_NONE ? limit_by_date(call, answer, out->day, offset) : err;
}

/* --- named in a query --- */

/* True if a found region is meant by its name, and not only begins like a word of the query; a
 * typing error is put right where nothing else may be meant. */
static bool is_named(const json_t *region, bool alone)
{
    const char *rule = json_text(region, "rule");

    if (strcmp(rule, "prefix") == 0 || (strcmp(rule, "typo") == 0 && !alone))
        return false;
    return !json_is_true(json_object_get(region, "partial"));
}

void case_take_named(struct reader_case *reader, const json_t *found)
{
    const json_t *regions = json_object_get(found, "regions");
    const json_t *first = json_array_get(regions, 0), *second = json_array_get(regions, 1);
    const char *iso = json_text(first, "iso");
    bool sure = json_number(found, "exact") == 1;
    bool best = second == NULL || json_number(second, "cost") > json_number(first, "cost");

    if ((sure || (best && is_named(first, second == NULL))) && *iso != '\0' &&
        strlen(iso) < CASE_ISO_SIZE)
        memcpy(reader->iso, iso, strlen(iso) + 1);
}

enum err case_add_region(const struct page_call *call, const struct reader_case *reader,
                         json_t *document)
{
    const struct directory_value values[] = {{":iso", reader->iso, 0}, {NULL, NULL, 0}};
    json_t *region = NULL;
    enum err err = directory_document(call->directory, "case", values, &region);

    if (err == ERR_NOT_FOUND) {
        region = json_null();
        err = ERR_NONE;
    }
    if (err == ERR_NONE && json_object_set_new(document, "region", region) != 0)
        err = ERR_MEMORY;
    return err;
}

/* --- choosing --- */

/* The region that is surely meant, or the only one that may be. Borrowed; NULL for none. */
static const char *only_region(const json_t *found)
{
    const json_t *regions = json_object_get(found, "regions");
    bool sure = json_number(found, "exact") == 1;

    if (!sure && json_array_size(regions) != 1)
        return NULL;
    return json_string_value(json_object_get(json_array_get(regions, 0), "iso"));
}

static enum err go_with_region(const struct page_call *call, struct page_answer *answer,
                               const char *iso)
{
    struct buffer location = BUFFER_INIT;

    buffer_puts(&location, call->request->path);
    buffer_puts(&location, "?region=");
    buffer_puts(&location, iso);
    answer->status = STATUS_SEE_OTHER;
    answer->location = buffer_take(&location);
    return answer->location != NULL ? ERR_NONE : ERR_MEMORY;
}

/* Adds "choice": what was typed, and the regions that may be meant. */
static enum err offer(struct page_answer *answer, const char *where, json_t *regions)
{
    json_t *choice;

    while (json_array_size(regions) > CHOICES_MAX)
        json_array_remove(regions, json_array_size(regions) - 1);
    choice = json_pack("{s:s, s:O}", "where", where, "regions", regions);
    return choice != NULL && json_object_set_new(answer->document, "choice", choice) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

enum err case_choose(const struct page_call *call, struct page_answer *answer, const char *where,
                     bool *done)
{
    const struct search_request request = {where, strlen(where), false, NULL};
    json_t *found = NULL;
    enum err err = directory_search(call->directory, &request, &found);
    const char *iso = err == ERR_NONE ? only_region(found) : NULL;

    *done = iso != NULL;
    answer->event.kind = EVENT_NONE;
    if (iso != NULL)
        err = go_with_region(call, answer, iso);
    else if (err == ERR_NONE)
        err = offer(answer, where, json_object_get(found, "regions"));
    json_decref(found);
    return err;
}

/* --- judging --- */

/* An article's id, from an item of a list: "q/17", "epos-link". Allocated. */
static char *id_of(const json_t *item)
{
    struct buffer id = BUFFER_INIT;
    const char *guide = json_string_value(json_object_get(item, "id"));

    if (guide != NULL)
        buffer_puts(&id, guide);
    else
        buffer_printf(&id, "q/%d", (int)json_integer_value(json_object_get(item, "number")));
    return buffer_take(&id);
}

/* The statement's answer for all items of a list, an object by id. */
static enum err ask(const struct page_call *call, const struct reader_case *reader,
                    const json_t *list, json_t **out)
{
    json_t *item, *ids = json_array();
    char *text = NULL;
    enum err err = ids != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (list, i, item) {
        char *id = id_of(item);

        if (id == NULL || json_array_append_new(ids, json_string(id)) != 0)
            err = ERR_MEMORY;
        free(id);
    }
    if (err == ERR_NONE && (text = json_dump(ids, 0)) == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE) {
        const struct directory_value values[] = {{":ids", text, 0},
                                                 {":iso", reader->iso, 0},
                                                 {":today", reader->day, 0},
                                                 {NULL, NULL, 0}};

        err = directory_document(call->directory, "cases", values, out);
    }
    free(text);
    json_decref(ids);
    return err;
}

/* Copies fields of what the statement says into the item; the list of names ends with NULL. */
static enum err take(json_t *item, const json_t *own, const char *const *fields)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; fields[i] != NULL && err == ERR_NONE; i++)
        if (json_object_set(item, fields[i], json_object_get(own, fields[i])) != 0)
            err = ERR_MEMORY;
    return err;
}

static enum err judge_item(json_t *item, const json_t *cases, bool said)
{
    static const char *const judged[] = {"applies", "limits", "instead", NULL};
    static const char *const words[] = {"short", "aloud", "cite_url", NULL};
    char *id = id_of(item);
    const json_t *own = id != NULL ? json_object_get(cases, id) : NULL;
    enum err err = id != NULL ? ERR_NONE : ERR_MEMORY;

    if (own != NULL)
        err = take(item, own, judged);
    if (own != NULL && err == ERR_NONE && said)
        err = take(item, own, words);
    free(id);
    return err;
}

bool case_is_elsewhere(const json_t *item)
{
    return json_is_false(json_object_get(item, "applies"));
}

/* Moves what does not apply behind the rest; else the order stays. */
static enum err put_behind(json_t *list)
{
    json_t *item, *sorted = json_array();
    enum err err = sorted != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    for (int elsewhere = 0; elsewhere < 2; elsewhere++) {
        json_array_foreach (list, i, item) {
            if (err == ERR_NONE && case_is_elsewhere(item) == (elsewhere == 1) &&
                json_array_append(sorted, item) != 0)
                err = ERR_MEMORY;
        }
    }
    if (err == ERR_NONE && (json_array_clear(list) != 0 || json_array_extend(list, sorted) != 0))
        err = ERR_MEMORY;
    json_decref(sorted);
    return err;
}

enum err case_judge(const struct page_call *call, const struct reader_case *reader, json_t *list,
                    bool said)
{
    json_t *item, *cases = NULL;
    size_t i;
    enum err err;

    if (json_array_size(list) == 0)
        return ERR_NONE;
    err = ask(call, reader, list, &cases);
    json_array_foreach (list, i, item) {
        if (err == ERR_NONE)
            err = judge_item(item, cases, said);
    }
    if (err == ERR_NONE)
        err = put_behind(list);
    json_decref(cases);
    return err;
}
