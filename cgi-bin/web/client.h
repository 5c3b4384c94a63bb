/*
 * client.h: judges who asks: a person, or a program, by the request's fields. The fields are not
 * kept. The patterns are data (data/clients.tsv, by way of the snapshot's document "clients").
 */
#ifndef VHOD_WEB_CLIENT_H
#define VHOD_WEB_CLIENT_H

#include "base/err.h"
#include "journal/client.h"
#include <jansson.h>
#include <stddef.h>

/* A list of patterns; zeroed = none. */
struct client_patterns {
    struct client_pattern {
        char *pattern; /* lower-case ASCII */
        enum client client;
    } * items;
    size_t count;
};
/* Adds one pattern (copied). ERR_INVALID: an empty one would match everybody. ERR_MEMORY. */
enum err client_patterns_add(struct client_patterns *patterns, const char *pattern,
                             enum client client);
/* Adds all of an array of {"pattern": "googlebot", "client": "robot"}. A row that says something
 * else is left out. ERR_MEMORY. */
enum err client_patterns_add_list(struct client_patterns *patterns, const json_t *list);
void client_patterns_free(struct client_patterns *patterns);

/* Judges by User-Agent and the purpose fields (any may be NULL). */
enum client client_judge(const struct client_patterns *patterns, const char *user_agent,
                         const char *sec_purpose, const char *purpose);

#endif
