/*
 * client.h: who reads: a person, or a program; as the journal and the tally tell them apart. How a
 * request is judged is web/client.h's.
 */
#ifndef VHOD_JOURNAL_CLIENT_H
#define VHOD_JOURNAL_CLIENT_H

#include <stdbool.h>

enum client {
    CLIENT_PERSON,
    CLIENT_ROBOT,    /* a known pattern in the User-Agent, or none sent */
    CLIENT_PREFETCH, /* the browser fetches ahead: Sec-Purpose, Purpose, X-Moz */
    CLIENT_MONITOR,
    CLIENT_STAFF,
    CLIENT__MAX
};

const char *client_word(enum client client); /* "person" … as in the journal */
/* The other way round; *known is false, and a person returned, for a word that is none. */
enum client client_from_word(const char *word, bool *known);

#endif
