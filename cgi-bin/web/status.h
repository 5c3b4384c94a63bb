/*
 * status.h: the one table of HTTP statuses that vhod answers with (RFC 9110). Nobody types a
 * number.
 */
#ifndef VHOD_WEB_STATUS_H
#define VHOD_WEB_STATUS_H

enum status {
    STATUS_OK,
    STATUS_NO_CONTENT,
    STATUS_MOVED,     /* 301: the canonical address, for ever */
    STATUS_SEE_OTHER, /* 303: the answer to this request is over there, today */
    STATUS_NOT_MODIFIED,
    STATUS_BAD_REQUEST,
    STATUS_FORBIDDEN,
    STATUS_NOT_FOUND,
    STATUS_METHOD_NOT_ALLOWED,
    STATUS_NOT_ACCEPTABLE,
    STATUS_GONE,
    STATUS_TOO_LARGE, /* 413 */
    STATUS_URI_TOO_LONG,
    STATUS_INTERNAL,
    STATUS_NOT_IMPLEMENTED, /* 501: a format that this address knows and does not make */
    STATUS_UNAVAILABLE,
    STATUS__MAX
};

int status_code(enum status status);           /* 404 */
const char *status_reason(enum status status); /* "Not Found", as the registry has it */

#endif
