/*
 * json.c: contract in json.h.
 */
#include "base/json.h"
#include "base/shortage.h"
#include <stdlib.h>

static void *take_memory(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        shortage_note();
    return memory;
}

/* Before main(), because whatever jansson has allocated must be freed by the same functions. */
__attribute__((constructor)) static void watch_jansson(void)
{
    json_set_alloc_funcs(take_memory, free);
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
