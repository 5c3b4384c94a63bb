/*
 * client.h: who reads: a person, or a program. Judged from the request's fields; the fields are not
 * kept.
 */
#ifndef VHOD_JOURNAL_CLIENT_H
#define VHOD_JOURNAL_CLIENT_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

enum client {
    CLIENT_PERSON,
    CLIENT_ROBOT,    /* a known pattern in the User-Agent, or none sent */
    CLIENT_PREFETCH, /* the browser fetches ahead: Sec-Purpose, Purpose, X-Moz */
    CLIENT_MONITOR,
    CLIENT_STAFF,
    CLIENT__MAX
};

const char *client_word(enum client client); /* "person" … as in the journal */
enum client client_from_word(const char *word, bool *known);

/* A list of patterns (data/clients.tsv, by way of the snapshot). */
struct client_patterns {
    struct client_pattern {
        char *pattern; /* lower-case ASCII */
        enum client client;
    } * items;
    size_t count;
};
/* Adds one pattern (copied). */
enum err client_patterns_add(struct client_patterns *patterns, const char *pattern,
                             enum client client);
void client_patterns_free(struct client_patterns *patterns);

/* Judges by User-Agent and the purpose fields (any may be NULL). */
enum client client_judge(const struct client_patterns *patterns, const char *user_agent,
                         const char *sec_purpose, const char *purpose);

#endif
