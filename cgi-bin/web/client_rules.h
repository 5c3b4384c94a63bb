/*
 * client_rules.h: the rules by which a User-Agent is somebody's (data/clients.tsv, by way of the
 * snapshot's document "clients"), made into one automaton: looking an agent up costs its length,
 * however many rules there are.
 *
 * A pattern is lower-case ASCII that is found anywhere in the agent in lower case. Marks of its
 * own:
 *
 *     ^ in front   the agent begins with it
 *     | in front   no letter or digit stands before it
 *     | behind     no letter or digit stands behind it
 *     ~ in front of all   a weak rule: it decides only where no other does
 */
#ifndef VHOD_WEB_CLIENT_RULES_H
#define VHOD_WEB_CLIENT_RULES_H

#include "base/err.h"
#include "journal/client.h"
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* Longer User-Agents are judged by their beginning; those of people are under 300 bytes. */
#define CLIENT_AGENT_MAX 1024

/* A list of rules; zeroed = none. */
struct client_rules {
    struct client_rule {
        char *text; /* without its marks */
        size_t len;
        enum client client;
        bool weak, begins, word_start, word_end;
        int32_t next; /* another rule of the same text; -1 for none */
    } * items;
    size_t count;
    struct client_automaton *automaton; /* NULL until the first use after a rule was added */
};

/* Adds one rule (copied). ERR_INVALID: nothing but marks, which would match everybody. ERR_MEMORY.
 */
enum err client_rules_add(struct client_rules *rules, const char *pattern, enum client client);
/* Adds all of an array of {"pattern": "googlebot", "client": "robot"} and compiles them. A row that
 * says something else is left out. ERR_MEMORY. */
enum err client_rules_add_list(struct client_rules *rules, const json_t *list);
/* Makes the automaton; nothing is found before. ERR_MEMORY; ERR_LIMIT: more than 60,000 different
 * beginnings. */
enum err client_rules_compile(struct client_rules *rules);
void client_rules_free(struct client_rules *rules);

/* The rule that decides over an agent in lower case (len bytes): the longest that says it is a
 * program; or else one that says it is a person; or else the longest weak one; NULL for none. */
const struct client_rule *client_rules_find(const struct client_rules *rules, const char *agent,
                                            size_t len);

#endif
