/*
 * filter.h: the field that makes a long list shorter, without script: what a search for the same
 * words finds stays in the list, in the order of the list.
 */
#ifndef VHOD_PAGES_FILTER_H
#define VHOD_PAGES_FILTER_H

#include "pages/page.h"

/* Keeps of document[list] the items whose key a search (search/find.h) for query finds under the
 * same name, and sets document["query"]. Without a query, or for programs, which get what they
 * asked for: no-op. */
enum err filter_list(const struct page_call *call, const char *query, const char *list,
                     const char *key, json_t *document);

#endif
