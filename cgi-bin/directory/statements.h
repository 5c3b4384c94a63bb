/*
 * statements.h: a file like queries.sql taken apart: what stands before the first name, and the
 * named statements. Knows the comment convention "-- name: x" and nothing of SQLite.
 */
#ifndef VHOD_DIRECTORY_STATEMENTS_H
#define VHOD_DIRECTORY_STATEMENTS_H

#include "base/err.h"
#include <stddef.h>

#define STATEMENTS_MAX     40
#define STATEMENT_NAME_MAX 32

/* Pieces of a text; sql pointers are into that text and are not NUL-terminated. */
struct statements {
    const char *script; /* what stands before the first name */
    size_t script_len;
    struct statement {
        char name[STATEMENT_NAME_MAX];
        const char *sql;
        size_t len;
    } items[STATEMENTS_MAX];
    size_t count;
};

/* Splits text, which must outlive *out. ERR_LIMIT for more than STATEMENTS_MAX or a name too long;
 * ERR_INVALID for a doubled or empty name. */
enum err statements_split(struct statements *out, const char *text);
/* Index of a name; STATEMENTS_MAX if there is none. */
size_t statements_find(const struct statements *statements, const char *name);

#endif
