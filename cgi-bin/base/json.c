/*
 * json.c: contract in json.h; and the memory that jansson gets.
 *
 * jansson 2.14 goes on where its own string buffer cannot grow: the parser then leaves out a
 * character, counts on it all the same, and writes behind its memory or ends the process by an
 * assertion. Such a buffer grows to powers of two. So these are given from a reserve where there is
 * no memory, and everything else is refused, which jansson notices, and gives up the document. That
 * there was a shortage is counted either way.
 */
#include "base/json.h"
#include "base/shortage.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LEAST   32        /* bytes that a string buffer grows to first */
#define RESERVE (1 << 20) /* more than the longest text of a document, in all its sizes */

static struct {
    _Alignas(max_align_t) unsigned char bytes[RESERVE];
    size_t used;
    size_t given; /* pieces that are not back yet */
} reserve;

static void *take_reserve(size_t size)
{
    void *memory = reserve.bytes + reserve.used;

    if (size < LEAST || (size & (size - 1)) != 0 || size > RESERVE - reserve.used)
        return NULL;
    reserve.used += size;
    reserve.given++;
    return memory;
}

static void *take_memory(size_t size)
{
    void *memory = malloc(size);

    if (memory != NULL)
        return memory;
    shortage_note();
    return take_reserve(size);
}

static bool is_reserve(const void *memory)
{
    uintptr_t at = (uintptr_t)memory, begin = (uintptr_t)reserve.bytes;

    return at >= begin && at - begin < RESERVE;
}

static void give_back(void *memory)
{
    if (!is_reserve(memory)) {
        free(memory);
        return;
    }
    if (--reserve.given == 0)
        reserve.used = 0;
}

/* Before main(), because whatever jansson has allocated must be freed by the same functions. */
__attribute__((constructor)) static void watch_jansson(void)
{
    json_set_alloc_funcs(take_memory, give_back);
}

char *json_dump(const json_t *document, size_t flags)
{
    unsigned long before = shortage_count();
    char *text = json_dumps(document, flags);

    if (text != NULL && shortage_count() != before) {
        give_back(text);
        text = NULL;
    }
    return text;
}

const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

json_int_t json_number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}
