/*
 * err.c: one English phrase for each error of err.h, for log lines. It does not log by itself and
 * knows nothing of what a visitor is shown.
 */
#include "base/err.h"
#include "base/message.h"
#include <stddef.h>

static const char *const texts[ERR__MAX] = {
    [ERR_NONE] = N_("no error"),
    [ERR_MEMORY] = N_("out of memory"),
    [ERR_SYSTEM] = N_("a system call failed"),
    [ERR_INVALID] = N_("the input breaks its format"),
    [ERR_LIMIT] = N_("the input is larger than accepted"),
    [ERR_NOT_FOUND] = N_("not found"),
    [ERR_GONE] = N_("taken out"),
    [ERR_BUSY] = N_("in use by somebody else, try later"),
    [ERR_DATABASE] = N_("the database failed"),
    [ERR_TEMPLATE] = N_("a template is broken"),
};

const char *err_text(enum err err)
{
    /* A cast error must not read past the table, and a new value without a text must not be NULL.
     */
    if ((int)err < 0 || err >= ERR__MAX || texts[err] == NULL)
        return translated(N_("unknown error"));
    return translated(texts[err]);
}
