/*
 * find.h: one field, one answer. What somebody typed becomes regions, guides and questions, with
 * what matched and by which rule. Any bytes are a query; none is an error.
 *
 * This is the inside of directory_search (snapshot.h): the object lives and dies with one open
 * snapshot.
 */
#ifndef VHOD_SEARCH_FIND_H
#define VHOD_SEARCH_FIND_H

#include "base/buffer.h"
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct sqlite3;
struct search;

/* What is asked. */
struct search_request {
    const char *text; /* as it came: any bytes, len of them */
    size_t len;
    bool verbatim;        /* only what was typed: no typing errors, no other layout */
    struct buffer *trace; /* NULL, or where each step is explained, for the maintainer */
};

/* db: an open snapshot with the functions and views of snapshot.c. Registers the tokenizer and
 * reads the index. */
enum err search_open(struct search **out, struct sqlite3 *db);
void search_close(struct search *search);

/* clang-format off */
/* The answer, owned by the caller:
 *   query      what was typed, as valid UTF-8
 *   corrected  null, or {text, rule}: what was searched instead, and found (rule: layout, typo)
 *   exact      number of regions that the whole query surely means: one may be opened at once
 *   regions    [{iso, code, name, short, url, district, matched, kind, rule, place, exact, partial,
 *              cost}]; the surest first
 *   guides     [{id, title, url, short, …, snippet_html}]
 *   questions  [{number, title, url, short, …, snippet_html}]; one that was asked for by its number
 *              first
 *   number     the question's number that was asked for, or null
 *   first      what the reader wants first: "questions" (which stands for guides too) of a query
 *              that reads as a problem, else "regions"
 *   uncovered  null, or {name}: a place was named that the directory does not cover, and none that
 *              it does
 * Only snippet_html is HTML: escaped text with <mark>. */
/* clang-format on */
enum err search_find(struct search *search, const struct search_request *request, json_t **out);

#endif
