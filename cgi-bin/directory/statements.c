/*
 * statements.c: splits queries.sql at its "-- name:" lines. Contract in statements.h.
 */
#include "directory/statements.h"
#include <string.h>

static const char marker[] = "-- name: ";

/* Finds the next marker at the beginning of a line, or NULL. */
static const char *next_marker(const char *from, const char *begin)
{
    const char *at = from;

    while ((at = strstr(at, marker)) != NULL) {
        if (at == begin || at[-1] == '\n')
            return at;
        at++;
    }
    return NULL;
}

static enum err take_name(struct statement *item, const char *at)
{
    const char *name = at + sizeof marker - 1;
    size_t len = strcspn(name, " \t\r\n");

    if (len == 0)
        return ERR_INVALID;
    if (len >= STATEMENT_NAME_MAX)
        return ERR_LIMIT;
    memcpy(item->name, name, len);
    item->name[len] = '\0';
    item->sql = name + strcspn(name, "\n");
    return ERR_NONE;
}

enum err statements_split(struct statements *out, const char *text)
{
    const char *at;

    memset(out, 0, sizeof *out);
    at = next_marker(text, text);
    out->script = text;
    out->script_len = at != NULL ? (size_t)(at - text) : strlen(text);
    while (at != NULL) {
        struct statement *item;
        enum err err;
        const char *next;

        if (out->count == STATEMENTS_MAX)
            return ERR_LIMIT;
        item = &out->items[out->count];
        err = take_name(item, at);
        if (err != ERR_NONE)
            return err;
        if (statements_find(out, item->name) != STATEMENTS_MAX)
            return ERR_INVALID;
        next = next_marker(item->sql, text);
        item->len = next != NULL ? (size_t)(next - item->sql) : strlen(item->sql);
        out->count++;
        at = next;
    }
    return ERR_NONE;
}

size_t statements_find(const struct statements *statements, const char *name)
{
    for (size_t i = 0; i < statements->count; i++) {
        if (strcmp(statements->items[i].name, name) == 0)
            return i;
    }
    return STATEMENTS_MAX;
}
