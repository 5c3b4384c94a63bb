/*
 * err.c: one English phrase for each error of err.h, for log lines. It does not log by itself and
 * knows nothing of what a visitor is shown.
 */
#include "base/err.h"
#include <stddef.h>

static const char *const texts[ERR__MAX] = {
    [ERR_NONE] = "no error",
    [ERR_MEMORY] = "out of memory",
    [ERR_SYSTEM] = "a system call failed",
    [ERR_INVALID] = "the input breaks its format",
    [ERR_LIMIT] = "the input is larger than accepted",
    [ERR_NOT_FOUND] = "not found",
    [ERR_GONE] = "taken out",
    [ERR_BUSY] = "in use by somebody else, try later",
    [ERR_DATABASE] = "the database failed",
    [ERR_TEMPLATE] = "a template is broken",
};

const char *err_text(enum err err)
{
    /* A cast error must not read past the table, and a new value without a text must not be NULL.
     */
    if ((int)err < 0 || err >= ERR__MAX || texts[err] == NULL)
        return "unknown error";
    return texts[err];
}
