/*
 * client.c: tells people from programs by what a request says of itself.
 *
 * A judgement for counting, not a defence: who lies is counted as what he says he is. Staff is not
 * judged here; web/request.c knows who is signed in.
 */
#include "web/client.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Longer User-Agents are judged by their beginning; those of people are under 300 bytes. */
#define USER_AGENT_MAX 1024

static void lower_copy(char *out, size_t size, const char *text)
{
    size_t len = 0;

    for (; len + 1 < size && text[len] != '\0'; len++)
        out[len] = ascii_lower(text[len]);
    out[len] = '\0';
}

enum err client_patterns_add(struct client_patterns *patterns, const char *pattern,
                             enum client client)
{
    size_t size = strlen(pattern) + 1;
    struct client_pattern *items;
    char *copy;

    if (size == 1) /* would match everybody */
        return ERR_INVALID;
    items = realloc(patterns->items, (patterns->count + 1) * sizeof *items);
    if (items == NULL)
        return ERR_MEMORY;
    patterns->items = items;
    copy = malloc(size);
    if (copy == NULL)
        return ERR_MEMORY;
    lower_copy(copy, size, pattern);
    items[patterns->count++] = (struct client_pattern){copy, client};
    return ERR_NONE;
}

enum err client_patterns_add_list(struct client_patterns *patterns, const json_t *list)
{
    const json_t *item;
    size_t i;

    json_array_foreach (list, i, item) {
        const char *pattern = json_string_value(json_object_get(item, "pattern"));
        const char *word = json_string_value(json_object_get(item, "client"));
        bool known = false;
        enum client client = word == NULL ? CLIENT_PERSON : client_from_word(word, &known);

        if (pattern != NULL && known &&
            client_patterns_add(patterns, pattern, client) == ERR_MEMORY)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

void client_patterns_free(struct client_patterns *patterns)
{
    if (patterns == NULL)
        return;
    for (size_t i = 0; i < patterns->count; i++)
        free(patterns->items[i].pattern);
    free(patterns->items);
    *patterns = (struct client_patterns){NULL, 0};
}

/* The longest pattern found decides, because it is the most exact one: "uptimerobot" is a monitor
 * although "bot" is a robot. The order of the list does not matter. */
static enum client by_pattern(const struct client_patterns *patterns, const char *user_agent)
{
    char text[USER_AGENT_MAX];
    enum client client = CLIENT_PERSON;
    size_t longest = 0;

    lower_copy(text, sizeof text, user_agent);
    for (size_t i = 0; i < patterns->count; i++) {
        size_t len = strlen(patterns->items[i].pattern);

        if (len > longest && strstr(text, patterns->items[i].pattern) != NULL) {
            longest = len;
            client = patterns->items[i].client;
        }
    }
    return client;
}

/* True if the field has the word as a token of its own: "prefetch;prerender", "prefetch, x=1". */
static bool has_token(const char *field, const char *token)
{
    static const char separators[] = " \t,;=\"";
    size_t len = strlen(token);

    while (*field != '\0') {
        size_t word = strcspn(field, separators);

        if (word == len && strncasecmp(field, token, len) == 0)
            return true;
        field += word;
        field += strspn(field, separators);
    }
    return false;
}

/* Sec-Purpose is the standard's (Fetch); Purpose and X-Moz are what came before, and "preview" is
 * Safari's picture of a page nobody has opened yet. */
static bool fetches_ahead(const char *field)
{
    return field != NULL && (has_token(field, "prefetch") || has_token(field, "prerender") ||
                             has_token(field, "preview"));
}

enum client client_judge(const struct client_patterns *patterns, const char *user_agent,
                         const char *sec_purpose, const char *purpose)
{
    enum client client = CLIENT_PERSON;

    /* Every browser names itself; what does not is a script. */
    if (user_agent == NULL || user_agent[strspn(user_agent, " \t")] == '\0')
        return CLIENT_ROBOT;
    if (patterns != NULL)
        client = by_pattern(patterns, user_agent);
    if (client == CLIENT_PERSON && (fetches_ahead(sec_purpose) || fetches_ahead(purpose)))
        client = CLIENT_PREFETCH;
    return client;
}
