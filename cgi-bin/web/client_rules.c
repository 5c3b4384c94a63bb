/*
 * client_rules.c: rules in an automaton of Aho and Corasick: a trie of all texts, in which each
 * state knows where to go on when the next byte does not fit. Bytes that stand in no rule are one
 * class, so a state's row is short. What is found is a state's own texts and those of the shorter
 * ends of the same text (its chain of "shorter"); marks are looked at there.
 */
#include "web/client_rules.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>

#define STATES_MAX 60000 /* states are numbered in 16 bits */

struct client_automaton {
    unsigned char classes[256]; /* 0: in no rule */
    size_t width;               /* number of classes */
    size_t count;               /* states; 0 is the start */
    uint16_t *next;             /* width of them for each state */
    uint16_t *fall;             /* the state of the longest shorter end */
    uint16_t *shorter;          /* the nearest of those that ends a rule; 0 for none */
    int32_t *rule;              /* the first rule whose text ends here; -1 for none */
};

/* --- rules --- */

/* Takes the marks off; the rest is the text, from *pattern on. */
static size_t take_marks(struct client_rule *rule, const char **pattern)
{
    size_t len;

    rule->weak = **pattern == '~';
    *pattern += rule->weak;
    rule->begins = **pattern == '^';
    rule->word_start = **pattern == '|';
    *pattern += rule->begins || rule->word_start;
    len = strlen(*pattern);
    rule->word_end = len > 0 && (*pattern)[len - 1] == '|';
    return len - rule->word_end;
}

static void drop_automaton(struct client_rules *rules)
{
    struct client_automaton *automaton = rules->automaton;

    rules->automaton = NULL;
    if (automaton == NULL)
        return;
    free(automaton->next);
    free(automaton->fall);
    free(automaton->shorter);
    free(automaton->rule);
    free(automaton);
}

enum err client_rules_add(struct client_rules *rules, const char *pattern, enum client client)
{
    struct client_rule rule = {.client = client, .next = -1};
    struct client_rule *items;

    rule.len = take_marks(&rule, &pattern);
    if (rule.len == 0)
        return ERR_INVALID;
    items = realloc(rules->items, (rules->count + 1) * sizeof *items);
    if (items == NULL)
        return ERR_MEMORY;
    rules->items = items;
    rule.text = strndup(pattern, rule.len);
    if (rule.text == NULL)
        return ERR_MEMORY;
    for (char *c = rule.text; *c != '\0'; c++)
        *c = ascii_lower(*c);
    drop_automaton(rules);
    items[rules->count++] = rule;
    return ERR_NONE;
}

enum err client_rules_add_list(struct client_rules *rules, const json_t *list)
{
    const json_t *item;
    size_t i;

    json_array_foreach (list, i, item) {
        const char *pattern = json_string_value(json_object_get(item, "pattern"));
        const char *word = json_string_value(json_object_get(item, "client"));
        bool known = false;
        enum client client = word == NULL ? CLIENT_PERSON : client_from_word(word, &known);

        if (pattern != NULL && known && client_rules_add(rules, pattern, client) == ERR_MEMORY)
            return ERR_MEMORY;
    }
    return client_rules_compile(rules);
}

void client_rules_free(struct client_rules *rules)
{
    if (rules == NULL)
        return;
    drop_automaton(rules);
    for (size_t i = 0; i < rules->count; i++)
        free(rules->items[i].text);
    free(rules->items);
    *rules = (struct client_rules){NULL, 0, NULL};
}

/* --- the automaton --- */

/* Numbers the bytes that stand in rules. */
static void find_classes(struct client_automaton *automaton, const struct client_rules *rules)
{
    automaton->width = 1;
    for (size_t i = 0; i < rules->count; i++)
        for (const char *c = rules->items[i].text; *c != '\0'; c++)
            if (automaton->classes[(unsigned char)*c] == 0)
                automaton->classes[(unsigned char)*c] = (unsigned char)automaton->width++;
}

/* No more states than bytes, and the start. */
static enum err make_room(struct client_automaton *automaton, const struct client_rules *rules)
{
    size_t states = 1;

    for (size_t i = 0; i < rules->count; i++)
        states += rules->items[i].len;
    if (states > STATES_MAX)
        return ERR_LIMIT;
    automaton->next = calloc(states * automaton->width, sizeof *automaton->next);
    automaton->fall = calloc(states, sizeof *automaton->fall);
    automaton->shorter = calloc(states, sizeof *automaton->shorter);
    automaton->rule = malloc(states * sizeof *automaton->rule);
    if (automaton->next == NULL || automaton->fall == NULL || automaton->shorter == NULL ||
        automaton->rule == NULL)
        return ERR_MEMORY;
    memset(automaton->rule, -1, states * sizeof *automaton->rule);
    automaton->count = 1;
    return ERR_NONE;
}

static void add_text(struct client_automaton *automaton, struct client_rules *rules, size_t index)
{
    struct client_rule *rule = &rules->items[index];
    size_t state = 0;

    for (const char *c = rule->text; *c != '\0'; c++) {
        uint16_t *next =
            &automaton->next[state * automaton->width + automaton->classes[(unsigned char)*c]];

        if (*next == 0)
            *next = (uint16_t)automaton->count++;
        state = *next;
    }
    rule->next = automaton->rule[state];
    automaton->rule[state] = (int32_t)index;
}

/* Gives one state its row: where a byte leads nowhere, it leads where it does from the longest
 * shorter end. Those are nearer to the start, and have their rows already. */
static size_t complete(struct client_automaton *automaton, size_t state, uint16_t *queue,
                       size_t end)
{
    uint16_t *row = &automaton->next[state * automaton->width];
    const uint16_t *other = &automaton->next[automaton->fall[state] * automaton->width];

    for (size_t c = 0; c < automaton->width; c++) {
        uint16_t next = row[c];

        if (next == 0) {
            row[c] = state == 0 ? 0 : other[c];
            continue;
        }
        automaton->fall[next] = state == 0 ? 0 : other[c];
        automaton->shorter[next] = automaton->rule[automaton->fall[next]] >= 0
                                       ? automaton->fall[next]
                                       : automaton->shorter[automaton->fall[next]];
        queue[end++] = next;
    }
    return end;
}

static enum err link_states(struct client_automaton *automaton)
{
    uint16_t *queue = malloc(automaton->count * sizeof *queue);
    size_t end = 1;

    if (queue == NULL)
        return ERR_MEMORY;
    queue[0] = 0;
    for (size_t at = 0; at < end; at++)
        end = complete(automaton, queue[at], queue, end);
    free(queue);
    return ERR_NONE;
}

enum err client_rules_compile(struct client_rules *rules)
{
    struct client_automaton *automaton;
    enum err err;

    if (rules->automaton != NULL || rules->count == 0)
        return ERR_NONE;
    automaton = calloc(1, sizeof *automaton);
    if (automaton == NULL)
        return ERR_MEMORY;
    rules->automaton = automaton;
    find_classes(automaton, rules);
    err = make_room(automaton, rules);
    for (size_t i = 0; i < rules->count && err == ERR_NONE; i++)
        add_text(automaton, rules, i);
    if (err == ERR_NONE)
        err = link_states(automaton);
    if (err != ERR_NONE)
        drop_automaton(rules);
    return err;
}

/* --- looking up --- */

static bool is_word(char c)
{
    return ascii_is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool marks_fit(const struct client_rule *rule, const char *agent, size_t len, size_t end)
{
    size_t start = end - rule->len;

    return (!rule->begins || start == 0) &&
           (!rule->word_start || start == 0 || !is_word(agent[start - 1])) &&
           (!rule->word_end || end == len || !is_word(agent[end]));
}

/* 3: says program, 2: says person, 1: weak. */
static int rank(const struct client_rule *rule)
{
    return rule->weak ? 1 : rule->client == CLIENT_PERSON ? 2 : 3;
}

static const struct client_rule *better(const struct client_rule *a, const struct client_rule *b)
{
    if (a == NULL || rank(b) != rank(a))
        return a == NULL || rank(b) > rank(a) ? b : a;
    return b->len > a->len ? b : a;
}

const struct client_rule *client_rules_find(const struct client_rules *rules, const char *agent,
                                            size_t len)
{
    const struct client_automaton *automaton = rules->automaton;
    const struct client_rule *found = NULL;
    size_t state = 0;

    if (automaton == NULL)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        state =
            automaton->next[state * automaton->width + automaton->classes[(unsigned char)agent[i]]];
        for (size_t end = state; end != 0; end = automaton->shorter[end])
            for (int32_t r = automaton->rule[end]; r >= 0; r = rules->items[r].next)
                if (marks_fit(&rules->items[r], agent, len, i + 1))
                    found = better(found, &rules->items[r]);
    }
    return found;
}
