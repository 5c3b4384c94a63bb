/*
 * list.c: splitting lists with commas and growing arrays. Contract: list.h.
 */
#include "content/list.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool list_next(const char **rest, struct list_part *part)
{
    const char *start = *rest;
    const char *comma;
    const char *end;

    if (start == NULL)
        return false;
    comma = strchr(start, ',');
    end = comma != NULL ? comma : start + strlen(start);
    *rest = comma != NULL ? comma + 1 : NULL;
    while (start < end && *start == ' ')
        start++;
    while (end > start && end[-1] == ' ')
        end--;
    *part = (struct list_part){start, (size_t)(end - start)};
    return true;
}

enum err list_split(struct words *out, const char *text)
{
    size_t count = 1;
    size_t pointers;
    char *to;
    const char *rest;
    struct list_part part;

    *out = (struct words){NULL, 0};
    if (text == NULL || !*text)
        return ERR_NONE;
    for (const char *c = text; *c; c++)
        count += *c == ',';
    pointers = count * sizeof(char *);
    out->items = malloc(pointers + strlen(text) + 1);
    if (out->items == NULL)
        return ERR_MEMORY;
    to = (char *)out->items + pointers;
    rest = text;
    while (list_next(&rest, &part)) {
        out->items[out->count++] = to;
        memcpy(to, part.text, part.len);
        to += part.len;
        *to++ = '\0';
    }
    return ERR_NONE;
}

bool list_have(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0)
            return true;
    }
    return false;
}

void list_free(struct words *words)
{
    free(words->items);
    *words = (struct words){NULL, 0};
}

void *list_room(void *items, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) {
        size_t room = count ? count * 2 : 1;

        if (room > SIZE_MAX / size)
            return NULL;
        items = realloc(items, room * size);
        if (items == NULL)
            return NULL;
    }
    memset((char *)items + count * size, 0, size);
    return items;
}
