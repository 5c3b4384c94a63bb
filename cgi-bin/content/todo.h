/*
 * todo.h: what the content lacks, though nothing in it is wrong: regions without a contact of their
 * own, addresses that one source alone tells, statements that were last held against anything more
 * than a year ago. For the owner; how often each is read, the command asks the tally.
 */
#ifndef VHOD_CONTENT_TODO_H
#define VHOD_CONTENT_TODO_H

#include "base/err.h"
#include "content/content.h"
#include <stddef.h>

enum todo_kind { TODO_CONTACT, TODO_SOURCE, TODO_OLD, TODO__MAX };

struct todo_item {
    enum todo_kind kind;
    const char *subject; /* whose visits count: region's iso, "q/17", a guide's id; NULL: nobody's.
                            Borrowed from the content */
    char *what;          /* one line that says where and what */
};

struct todo {
    struct todo_item *items;
    size_t count;
};

/* Adds everything to *out (zeroed before; to be freed whatever happens), in the order of the
 * content, which has no faults. year_ago: a day, "2025-11-26". ERR_MEMORY. */
enum err todo_find(struct todo *out, const struct content *content, const char *year_ago);
void todo_free(struct todo *todo);

#endif
