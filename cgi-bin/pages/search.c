/*
 * search.c: one field, one answer: regions by exact name, code or postcode and by prefix; guides
 * and questions by their words. Exact beats close: a name typed in full is never lost among
 * suggestions. What was searched is recorded folded, with how much it found.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include "pages/pages.h"
#include <stdlib.h>
#include <string.h>

#define QUERY_MAX 80 /* bytes of a folded query that are looked up and recorded */

/* Cuts at a character's border. */
static void cut(struct buffer *text, size_t max)
{
    if (text->len <= max)
        return;
    while (max > 0 && ((unsigned char)text->data[max] & 0xC0) == 0x80)
        max--;
    buffer_cut(text, max);
}

/* The number that a query of digits only says, or 0. */
static long query_number(const char *folded)
{
    size_t len = strlen(folded);
    return len > 0 && len <= 4 && strspn(folded, "0123456789") == len ? strtol(folded, NULL, 10)
                                                                      : 0;
}

static enum err nothing(const char *query, json_t **out)
{
    *out = json_pack("{s:s, s:i, s:[], s:[], s:[]}", "query", query, "exact", 0, "regions",
                     "guides", "questions");
    return *out ? ERR_NONE : ERR_MEMORY;
}

static enum err find(const struct page_call *call, const char *query, const char *folded,
                     json_t **out)
{
    if (!*folded)
        return nothing(query, out);
    struct buffer end = BUFFER_INIT;
    buffer_puts(&end, folded);
    buffer_puts(&end, "\xF4\x8F\xBF\xBF"); /* U+10FFFF: past every continuation of the prefix */
    if (buffer_failed(&end))
        return ERR_MEMORY;
    const struct directory_value values[] = {{":query", query, 0},
                                             {":folded", folded, 0},
                                             {":folded_end", end.data, 0},
                                             {":number", NULL, query_number(folded)},
                                             {NULL, NULL, 0}};
    enum err err = directory_document(call->directory, "search", values, out);
    buffer_free(&end);
    return err;
}

static int count_results(const json_t *document)
{
    return (int)(json_array_size(json_object_get(document, "regions")) +
                 json_array_size(json_object_get(document, "guides")) +
                 json_array_size(json_object_get(document, "questions")));
}

/* The region to go to at once: the only exact one, unless a question has that number too. NULL
 * otherwise. */
static const char *only_region(const json_t *document, long number)
{
    if (json_integer_value(json_object_get(document, "exact")) != 1)
        return NULL;
    const json_t *question = json_array_get(json_object_get(document, "questions"), 0);
    if (number > 0 && json_integer_value(json_object_get(question, "number")) == number)
        return NULL;
    const json_t *region = json_array_get(json_object_get(document, "regions"), 0);
    return json_string_value(json_object_get(region, "iso"));
}

static enum err go_to_region(struct page_answer *answer, const char *iso)
{
    struct buffer path = BUFFER_INIT;
    buffer_puts(&path, "/region/");
    buffer_puts(&path, iso);
    answer->status = STATUS_SEE_OTHER;
    answer->location = buffer_take(&path);
    return answer->location ? ERR_NONE : ERR_MEMORY;
}

static enum err make_search(const struct page_call *call, struct page_answer *answer)
{
    const char *query = call->values->value[0] ? call->values->value[0] : "";
    struct buffer folded = BUFFER_INIT;
    enum err err = utf8_fold(&folded, query, strlen(query));
    if (err == ERR_NONE && buffer_failed(&folded))
        err = ERR_MEMORY;
    if (err != ERR_NONE)
        goto out;
    cut(&folded, QUERY_MAX);
    err = find(call, query, buffer_text(&folded), &answer->document);
    if (err != ERR_NONE)
        goto out;
    event_set(&answer->event, folded.len ? answer->event.kind : EVENT_NONE, buffer_text(&folded));
    answer->event.results = count_results(answer->document);
    const char *iso = only_region(answer->document, query_number(buffer_text(&folded)));
    if (iso && call->values->value[1])
        err = go_to_region(answer, iso);
out:
    buffer_free(&folded);
    return err;
}

const struct page page_search = {.make = make_search, .templates = {[REP_HTML] = "pages/search"}};
