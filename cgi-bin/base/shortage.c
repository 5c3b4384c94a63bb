/*
 * shortage.c: one number. Contract: shortage.h.
 */
#include "base/shortage.h"

static unsigned long count;

unsigned long shortage_count(void)
{
    return count;
}

void shortage_note(void)
{
    count++;
}

enum err shortage_since(unsigned long before, enum err err)
{
    return (err == ERR_NONE || err == ERR_NOT_FOUND) && count != before ? ERR_MEMORY : err;
}
