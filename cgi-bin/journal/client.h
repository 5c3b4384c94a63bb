/*
 * client.h: who reads: a person, or a program; as the journal and the tally tell them apart. How a
 * request is judged is web/client.h's.
 */
#ifndef VHOD_JOURNAL_CLIENT_H
#define VHOD_JOURNAL_CLIENT_H

#include <stdbool.h>

enum client {
    CLIENT_PERSON,
    CLIENT_ROBOT,    /* search, advertising, scanners; and whatever has no browser's shape */
    CLIENT_PREFETCH, /* the browser fetches ahead: Sec-Purpose, Purpose, X-Purpose, X-Moz */
    CLIENT_MONITOR,
    CLIENT_STAFF,
    CLIENT_FEED,    /* feed readers */
    CLIENT_PREVIEW, /* pictures of links in messengers and networks */
    CLIENT_LIBRARY, /* HTTP libraries, command lines, browsers driven by programs */
    CLIENT_BUILDER, /* site builders that fetch what their pages embed */
    CLIENT_ARCHIVE,
    CLIENT_AI,
    CLIENT_PRETENDER, /* says that it is a browser, and does not behave like that one */
    CLIENT__MAX
};

const char *client_word(enum client client); /* "person" … as in the journal */
/* The other way round; *known is false, and a person returned, for a word that is none. */
enum client client_from_word(const char *word, bool *known);
/* True for the programs that statistics add up as robots: all but those that fetch ahead, look
 * whether the site works, or may be people after all. */
bool client_is_robot(enum client client);

#endif
