/*
 * filter.c: what stays of a list. Contract: filter.h.
 */
#include "pages/filter.h"
#include "search/find.h"
#include <string.h>

static bool has(const json_t *found, const char *key, const json_t *item)
{
    const json_t *other;
    size_t i;

    json_array_foreach (found, i, other) {
        if (json_equal(json_object_get(other, key), json_object_get(item, key)))
            return true;
    }
    return false;
}

/* The items of list that are among those found. NULL without memory. */
static json_t *keep(const json_t *list, const json_t *found, const char *key)
{
    json_t *item, *kept = json_array();
    size_t i;

    json_array_foreach (list, i, item) {
        if (has(found, key, item) && json_array_append(kept, item) != 0) {
            json_decref(kept);
            return NULL;
        }
    }
    return kept;
}

enum err filter_list(const struct page_call *call, const char *query, const char *list,
                     const char *key, json_t *document)
{
    const struct search_request request = {query, query != NULL ? strlen(query) : 0, false, NULL};
    json_t *found = NULL;
    enum err err;

    if (query == NULL || *query == '\0' || call->rep != REP_HTML)
        return ERR_NONE;
    err = directory_search(call->directory, &request, &found);
    if (err == ERR_NONE && (json_object_set_new(document, list,
                                                keep(json_object_get(document, list),
                                                     json_object_get(found, list), key)) != 0 ||
                            json_object_set_new(document, "query", json_string(query)) != 0))
        err = ERR_MEMORY;
    json_decref(found);
    return err;
}
