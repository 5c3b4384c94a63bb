/*
 * json.c: counts the allocations that jansson (2.14) had to do without. Contract: json.h.
 */
#include "base/json.h"
#include <stdlib.h>

static unsigned long shortages;

static void *take_memory(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        shortages++;
    return memory;
}

/* Before main(), because whatever jansson has allocated must be freed by the same functions. */
__attribute__((constructor)) static void watch_jansson(void)
{
    json_set_alloc_funcs(take_memory, free);
}

unsigned long json_shortages(void)
{
    return shortages;
}
