/*
 * client.h: judges who asks: a person, or a program, by the request's fields. The fields are not
 * kept. The rules are data (client_rules.h); what a browser looks like is known here.
 */
#ifndef VHOD_WEB_CLIENT_H
#define VHOD_WEB_CLIENT_H

#include "base/err.h"
#include "journal/client.h"
#include "web/client_rules.h"

/* What a request says of itself; any field may be NULL or "". */
struct client_signs {
    const char *user_agent;
    const char *sec_purpose, *purpose; /* purpose: Purpose, X-Purpose or X-Moz */
    const char *language;              /* Accept-Language */
    const char *fetch_site;            /* Sec-Fetch-Site */
    bool whole;  /* the request is here with all its fields; false: a line of a log, which has few
                    of them, so that a missing one says nothing */
    bool secure; /* it came over TLS: browsers send Sec-Fetch-* nowhere else */
};

/* Judges by rules (NULL: none), shape and behaviour: no name, or one that no rule knows and that
 * has no browser's shape, is a robot's; a browser that fetches ahead is a prefetch; one that does
 * not send what its version always sends is a pretender; the rest are persons. */
enum client client_judge(const struct client_rules *rules, const struct client_signs *signs);

#endif
