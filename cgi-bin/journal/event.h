/*
 * event.h: what the journal records: the one table of event kinds, and one event.
 * No address, cookie or user agent of a reader is part of an event, so none can be written.
 */
#ifndef VHOD_JOURNAL_EVENT_H
#define VHOD_JOURNAL_EVENT_H

#include "journal/client.h"
#include <stdbool.h>
#include <time.h>

enum event_kind {
    EVENT_NONE,      /* not recorded */
    EVENT_PAGE,      /* a page that is no single thing: id is its path ("/", "/regions") */
    EVENT_REGION,    /* a region's page: id is its iso */
    EVENT_DEPARTURE, /* a click through to a portal: id is the iso */
    EVENT_GUIDE,     /* id is the guide's id */
    EVENT_QUESTION,  /* id is the number */
    EVENT_CITED,     /* a question or guide opened through an operator's ?cited link: id as there,
                        "q/17" */
    EVENT_SEARCH,    /* id is the query, folded and masked; results says how many */
    EVENT_MISSING,   /* 404 or 410: id is the path */
    EVENT_EMBED,     /* id is what is embedded: "region/ru-alt" */
    EVENT_CHECK,     /* id is the verdict */
    EVENT_REPORT,    /* id is the page and the choice */
    EVENT__MAX
};

#define EVENT_ID_MAX 160 /* bytes; longer ids are cut at a character's border */

struct event {
    enum event_kind kind;
    char id[EVENT_ID_MAX + 1];
    int results; /* searches: number of results; else -1 */
};

/* A record as it stands in the journal: an event and who caused it, as far as that is recorded. */
struct record {
    time_t when; /* UTC seconds */
    struct event event;
    char referrer[254]; /* host, or "" */
    enum client client;
    char language[4]; /* primary tag, or "" */
    /* Of a region, guide, question or departure: the words of the search on this site from which
     * it was opened, as EVENT_SEARCH has them; or "". */
    char searched[EVENT_ID_MAX + 1];
};

/* The word for a kind in the journal and the tally ("region"); NULL for EVENT_NONE. */
const char *event_word(enum event_kind kind);
/* The kind for a word; EVENT_NONE if unknown. */
enum event_kind event_kind(const char *word);
/* True for kinds whose ids are free text from outside (searches, missing paths): the tally bounds
 * them. */
bool event_is_open(enum event_kind kind);
/* True for kinds that are answers to a search. */
bool event_is_answer(enum event_kind kind);
/* Sets kind and id (cut to EVENT_ID_MAX, control characters replaced); results becomes -1. */
void event_set(struct event *event, enum event_kind kind, const char *id);

#endif
