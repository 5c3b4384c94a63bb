/*
 * status.c: the table behind status.h. Reasons are those of the IANA registry (RFC 9110). It does
 * not decide which status an error gets: that is web/serve.c's table.
 */
#include "web/status.h"

static const struct {
    int code;
    const char *reason;
} statuses[STATUS__MAX] = {
    [STATUS_OK] = {200, "OK"},
    [STATUS_NO_CONTENT] = {204, "No Content"},
    [STATUS_MOVED] = {301, "Moved Permanently"},
    [STATUS_SEE_OTHER] = {303, "See Other"},
    [STATUS_NOT_MODIFIED] = {304, "Not Modified"},
    [STATUS_BAD_REQUEST] = {400, "Bad Request"},
    [STATUS_FORBIDDEN] = {403, "Forbidden"},
    [STATUS_NOT_FOUND] = {404, "Not Found"},
    [STATUS_METHOD_NOT_ALLOWED] = {405, "Method Not Allowed"},
    [STATUS_NOT_ACCEPTABLE] = {406, "Not Acceptable"},
    [STATUS_GONE] = {410, "Gone"},
    [STATUS_TOO_LARGE] = {413, "Content Too Large"},
    [STATUS_URI_TOO_LONG] = {414, "URI Too Long"},
    [STATUS_INTERNAL] = {500, "Internal Server Error"},
    [STATUS_NOT_IMPLEMENTED] = {501, "Not Implemented"},
    [STATUS_UNAVAILABLE] = {503, "Service Unavailable"},
};

/* A value from outside the table is a bug of the caller, and the reader sees an error, not a crash.
 */
static enum status known(enum status status)
{
    return (unsigned)status < STATUS__MAX ? status : STATUS_INTERNAL;
}

int status_code(enum status status)
{
    return statuses[known(status)].code;
}

const char *status_reason(enum status status)
{
    return statuses[known(status)].reason;
}
