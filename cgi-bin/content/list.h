/*
 * list.h: lists with commas as they stand in content files, and growing arrays. The only splitter
 * of lists.
 */
#ifndef VHOD_CONTENT_LIST_H
#define VHOD_CONTENT_LIST_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* A part of a list, trimmed of spaces; not NUL-terminated, points into the list's text. */
struct list_part {
    const char *text;
    size_t len;
};

/* Cuts the next part off *rest; false when the list is at its end (*rest is then NULL). */
bool list_next(const char **rest, struct list_part *part);

/* The parts of a list as strings. Zeroed = empty. */
struct words {
    char **items; /* NUL-terminated; all in one allocation that list_free releases */
    size_t count;
};

/* Splits text; NULL or "" is an empty list, "a,,b" has an empty part in the middle. ERR_MEMORY. The
 * caller releases with list_free. */
enum err list_split(struct words *out, const char *text);
bool list_have(const struct words *words, const char *word);
void list_free(struct words *words);

/* Room for one more item after count items of a growing array: the array, perhaps moved, with that
 * item zeroed. NULL when memory runs out: the array is then as before. The capacity is not kept: it
 * is the next power of two. */
void *list_room(void *items, size_t count, size_t size);

#endif
