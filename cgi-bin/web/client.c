/*
 * client.c: tells people from programs by what a request says of itself: rules for those that have
 * a name, the shape that every browser's name has had for twenty years, and what browsers always
 * send.
 *
 * A judgement for counting, not a defence: who lies well is counted as what he says he is. Staff is
 * not judged here; web/request.c knows who is signed in.
 */
#include "web/client.h"
#include "base/ascii.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t lower_copy(char *out, size_t size, const char *text)
{
    size_t len = 0;

    for (; len + 1 < size && text[len] != '\0'; len++)
        out[len] = ascii_lower(text[len]);
    out[len] = '\0';
    return len;
}

/* --- shape --- */

/* How names of browsers begin, and which engine stands in them. "compatible" was MSIE's word; since
 * then only programs use it that are none. */
static const struct {
    const char *begins, *engine, *without;
} shapes[] = {
    {"mozilla/5.0 (", "applewebkit/", "mozilla/5.0 (compatible"},
    {"mozilla/5.0 (", "gecko/", "mozilla/5.0 (compatible"},
    {"mozilla/5.0 (", "trident/", "mozilla/5.0 (compatible; t"},
    {"mozilla/5.0 (compatible; msie ", "trident/", "mozilla/4"},
    {"mozilla/4.0 (compatible; msie ", "windows", "mozilla/5"},
    {"opera/9.", "presto/", "mozilla/"},
};

static bool has_shape(const char *agent)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strncmp(agent, shapes[i].begins, strlen(shapes[i].begins)) == 0 &&
            strncmp(agent, shapes[i].without, strlen(shapes[i].without)) != 0 &&
            strstr(agent, shapes[i].engine) != NULL)
            return true;
    return false;
}

/* --- behaviour --- */

/* Since which version a browser sends Sec-Fetch-Site with every request over TLS (MDN's tables of
 * compatibility, 2026-11; a few versions later, to be sure). The first row that fits is the
 * browser's; 0: it is not known. Safari names its version apart from itself. */
static const struct {
    const char *has, *version;
    long since;
} fetch_metadata[] = {
    {"; wv)", "", 0},      {"ucbrowser/", "", 0},        {"miuibrowser/", "", 0},
    {"qqbrowser/", "", 0}, {"presto/", "", 0},           {"trident/", "", 0},
    {"edge/", "", 0},      {"chrome/", "chrome/", 81},   {"crios/", "", 0},
    {"fxios/", "", 0},     {"firefox/", "firefox/", 91}, {"version/", "version/", 17},
};

static bool sends_metadata(const char *agent)
{
    for (size_t i = 0; i < sizeof fetch_metadata / sizeof *fetch_metadata; i++) {
        const char *version;

        if (strstr(agent, fetch_metadata[i].has) == NULL)
            continue;
        version = strstr(agent, fetch_metadata[i].version);
        return fetch_metadata[i].since > 0 && version != NULL &&
               strtol(version + strlen(fetch_metadata[i].version), NULL, 10) >=
                   fetch_metadata[i].since;
    }
    return false;
}

static bool is_empty(const char *field)
{
    return field == NULL || field[strspn(field, " \t")] == '\0';
}

/* Every browser says which languages its reader wants; none has a switch for saying nothing. */
static bool pretends(const struct client_signs *signs, const char *agent)
{
    return signs->whole &&
           (is_empty(signs->language) ||
            (signs->secure && is_empty(signs->fetch_site) && sends_metadata(agent)));
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

/* --- */

/* A person by a rule (a text browser, an old phone) is not asked for more. */
static enum client judge_name(const struct client_rules *rules, const char *agent, size_t len,
                              const struct client_signs *signs)
{
    const struct client_rule *rule = rules == NULL ? NULL : client_rules_find(rules, agent, len);

    if (rule != NULL)
        return rule->client;
    if (!has_shape(agent))
        return CLIENT_ROBOT;
    return pretends(signs, agent) ? CLIENT_PRETENDER : CLIENT_PERSON;
}

enum client client_judge(const struct client_rules *rules, const struct client_signs *signs)
{
    char agent[CLIENT_AGENT_MAX];
    enum client client;
    size_t len;

    /* Every browser names itself; what does not is a script. */
    if (is_empty(signs->user_agent))
        return CLIENT_ROBOT;
    len = lower_copy(agent, sizeof agent, signs->user_agent);
    client = judge_name(rules, agent, len, signs);
    if ((client == CLIENT_PERSON || client == CLIENT_PRETENDER) &&
        (fetches_ahead(signs->sec_purpose) || fetches_ahead(signs->purpose)))
        return CLIENT_PREFETCH;
    return client;
}
