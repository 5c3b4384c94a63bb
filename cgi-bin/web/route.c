/*
 * route.c: finds the page for an address and checks what the address carries. A page that runs has
 * its method, its parameters and its representation right; it checks none of that again.
 *
 * Tables have a few dozen rows, and a pattern differs from a path mostly in its first bytes, so
 * they are walked from the top.
 */
#include "web/route.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX  256
#define PASTE_MAX 2048
#define SLUG_MAX  64

/* --- kinds of value --- */

/* ISO 3166-2 in lower case: two letters, a hyphen, one to three letters or digits. */
static bool is_region(const char *value)
{
    size_t len = strlen(value);

    if (len < 4 || len > 6 || !ascii_is_lower(value[0]) || !ascii_is_lower(value[1]) ||
        value[2] != '-')
        return false;
    for (size_t i = 3; i < len; i++)
        if (!ascii_is_lower(value[i]) && !ascii_is_digit(value[i]))
            return false;
    return true;
}

static bool is_slug(const char *value)
{
    size_t len = strlen(value);

    return len >= 1 && len <= SLUG_MAX &&
           strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static bool is_number(const char *value)
{
    size_t len = strlen(value);

    return len >= 1 && len <= 4 && value[0] != '0' && strspn(value, "0123456789") == len;
}

static bool is_code(const char *value)
{
    size_t len = strlen(value);

    return len >= 1 && len <= 3 && strspn(value, "0123456789") == len;
}

static bool is_text(const char *value)
{
    size_t len = strlen(value);

    return len <= TEXT_MAX && utf8_clean(value, len);
}

static bool is_paste(const char *value)
{
    size_t len = strlen(value);

    return len <= PASTE_MAX && utf8_clean(value, len);
}

static bool is_date(const char *value)
{
    return strlen(value) == strlen("2026-11-21") && clock_is_date(value);
}

static bool is_anything(const char *value)
{
    (void)value;
    return true;
}

static const struct {
    bool (*check)(const char *value);
    bool empty; /* an empty value is one */
} kinds[] = {
    [PARAM_NONE] = {NULL, false},     [PARAM_REGION] = {is_region, false},
    [PARAM_SLUG] = {is_slug, false},  [PARAM_NUMBER] = {is_number, false},
    [PARAM_CODE] = {is_code, false},  [PARAM_TEXT] = {is_text, true},
    [PARAM_DATE] = {is_date, false},  [PARAM_FLAG] = {is_anything, true},
    [PARAM_PASTE] = {is_paste, true}, [PARAM_WORD] = {is_slug, false},
};

bool route_value_is(enum param_kind kind, const char *value)
{
    return (unsigned)kind < sizeof kinds / sizeof kinds[0] && kinds[kind].check != NULL &&
           kinds[kind].check(value);
}

/* --- path --- */

static size_t param_index(const struct route *route, const char *name, size_t len)
{
    size_t i = 0;

    while (i < ROUTE_PARAMS_MAX &&
           (route->params[i].name == NULL || strncmp(route->params[i].name, name, len) != 0 ||
            route->params[i].name[len] != '\0'))
        i++;
    return i;
}

/* Takes a path segment as the value of "{name}", and ends it with a NUL. */
static bool take_segment(const struct route *route, const char *pattern, size_t pattern_len,
                         char *segment, size_t len, struct route_values *values)
{
    size_t index = param_index(route, pattern + 1, pattern_len - 2);

    if (index == ROUTE_PARAMS_MAX)
        return false;
    segment[len] = '\0';
    values->value[index] = segment;
    return len > 0 && route_value_is(route->params[index].kind, segment);
}

/* Matches path against the route's pattern. Path is cut up into its segments on the way, so that
 * values can stay where they are; hence "last" is asked before the cut. */
static bool match_path(const struct route *route, char *path, struct route_values *values)
{
    const char *pattern = route->pattern + 1;

    for (path++;;) {
        size_t pattern_len = strcspn(pattern, "/");
        size_t len = strcspn(path, "/");
        bool last = path[len] == '\0';

        if (last != (pattern[pattern_len] == '\0'))
            return false;
        if (*pattern == '{') {
            if (!take_segment(route, pattern, pattern_len, path, len, values))
                return false;
        } else if (len != pattern_len || strncmp(path, pattern, len) != 0) {
            return false;
        }
        if (last)
            return true;
        pattern += pattern_len + 1;
        path += len + 1;
    }
}

/* --- representation --- */

/* The representation liked best among those offered; the first if none is liked. */
static enum representation negotiate(const struct request *request, unsigned reps)
{
    enum representation best = REP__MAX;
    double quality = -1;

    for (int rep = 0; rep < REP__MAX; rep++)
        if ((reps & REP_BIT(rep)) && request->accept[rep] > quality) {
            best = (enum representation)rep;
            quality = request->accept[rep];
        }
    return best;
}

static bool choose_representation(const struct route *route, const struct request *request,
                                  struct route_match *out)
{
    if (request->extension != REP__MAX) {
        out->rep = request->extension;
        return (route->reps & REP_BIT(request->extension)) != 0;
    }
    out->rep = negotiate(request, route->reps);
    out->negotiated = (route->reps & (route->reps - 1)) != 0;
    return out->rep != REP__MAX;
}

/* --- query --- */

/* True if words has value among its words. */
static bool has_word(const char *words, const char *value)
{
    size_t len = strlen(value);

    while (*words != '\0') {
        size_t word = strcspn(words, " ");

        if (word == len && strncmp(words, value, len) == 0)
            return true;
        words += word + strspn(words + word, " ");
    }
    return false;
}

static bool value_fits(const struct route_param *param, const char *value)
{
    return route_value_is(param->kind, value) &&
           (param->kind != PARAM_WORD || has_word(param->words, value));
}

/* Takes the query parameter for params[i], if it is not one of the path. False if it is bad. */
static bool take_param(const struct route *route, size_t i, const struct request *request,
                       struct route_match *out)
{
    const struct route_param *param = &route->params[i];

    for (size_t n = 0; n < request->param_count; n++) {
        const struct request_param *given = &request->params[n];

        if (strcmp(given->name, param->name) != 0)
            continue;
        if (param->kind == PARAM_FLAG) {
            out->values.value[i] = "1";
            out->flagged = true;
            return true;
        }
        if (given->value == NULL)
            return false;
        if (*given->value == '\0' && !kinds[param->kind].empty)
            break;
        if (value_fits(param, given->value))
            out->values.value[i] = given->value;
        return out->values.value[i] != NULL;
    }
    return !param->required;
}

static bool take_params(const struct route *route, const struct request *request,
                        struct route_match *out)
{
    for (size_t i = 0; i < ROUTE_PARAMS_MAX; i++)
        if (route->params[i].name != NULL && out->values.value[i] == NULL &&
            !take_param(route, i, request, out) && (!route->lenient || route->params[i].required)) {
            out->refused = &route->params[i];
            return false;
        }
    return true;
}

/* --- the whole --- */

static bool allows(unsigned methods, enum method method)
{
    return (methods & (1u << (method == METHOD_HEAD ? METHOD_GET : method))) != 0;
}

/* Value of Allow for a set of methods. */
static const char *allow_text(unsigned methods)
{
    bool get = allows(methods, METHOD_GET);
    bool post = allows(methods, METHOD_POST);

    if (get && post)
        return "GET, HEAD, POST";
    return post ? "POST" : "GET, HEAD";
}

/* A pattern with a dot in it names its extension itself. */
static bool names_extension(const struct route *route)
{
    return strchr(route->pattern, '.') != NULL;
}

/* The path as the pattern wants it, in storage of its own; NULL when memory runs out. */
static char *copy_path(const struct route *route, const struct request *request)
{
    const char *extension = "";
    size_t len = strlen(request->path);
    char *copy;

    if (request->extension != REP__MAX && names_extension(route))
        extension = representation_extension(request->extension);
    copy = malloc(len + 1 + strlen(extension) + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, request->path, len + 1);
    if (*extension != '\0') {
        copy[len] = '.';
        memcpy(copy + len + 1, extension, strlen(extension) + 1);
    }
    return copy;
}

/* Most rows differ from the path in their literal beginning: those cost no copy. */
static bool may_match(const struct route *route, const char *path)
{
    size_t literal = strcspn(route->pattern, "{.");

    return strncmp(route->pattern, path, literal) == 0;
}

/* Tries one row: STATUS_OK, 404 to go on with the next, or what is wrong. */
static enum status try_route(const struct route *route, const struct request *request,
                             struct route_match *out, unsigned *methods)
{
    if (!may_match(route, request->path))
        return STATUS_NOT_FOUND;
    out->route = route;
    out->path_values = copy_path(route, request);
    if (out->path_values == NULL)
        return STATUS_INTERNAL;
    if (*request->path != '/' || !match_path(route, out->path_values, &out->values) ||
        !choose_representation(route, request, out))
        return STATUS_NOT_FOUND;
    if (!allows(route->methods, request->method)) {
        *methods |= route->methods;
        return STATUS_NOT_FOUND;
    }
    return take_params(route, request, out) ? STATUS_OK : STATUS_BAD_REQUEST;
}

enum status route_match(const struct route *routes, const struct request *request,
                        struct route_match *out, const char **allow)
{
    unsigned methods = 0;
    enum status status = STATUS_NOT_FOUND;

    memset(out, 0, sizeof *out);
    for (const struct route *route = routes; route->pattern != NULL; route++) {
        const struct route_param *refused;
        enum representation rep;

        status = try_route(route, request, out, &methods);
        if (status == STATUS_OK)
            return status;
        refused = out->refused;
        rep = out->rep;
        route_match_free(out);
        out->refused = refused;
        out->rep = rep;
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    if (methods == 0)
        return STATUS_NOT_FOUND;
    *allow = allow_text(methods);
    return STATUS_METHOD_NOT_ALLOWED;
}

void route_match_free(struct route_match *match)
{
    if (match == NULL)
        return;
    free(match->path_values);
    memset(match, 0, sizeof *match);
}

/* First segment of a pattern without extension; its length is 0 for "/" and "/{code}". */
static size_t prefix_length(const struct route *route)
{
    return strcspn(route->pattern + 1, "/.{");
}

void route_prefixes(struct buffer *out, const struct route *routes)
{
    bool any = false;

    for (const struct route *route = routes; route->pattern != NULL; route++) {
        size_t len = prefix_length(route);
        bool seen = len == 0;

        for (const struct route *before = routes; before < route && !seen; before++)
            seen = prefix_length(before) == len &&
                   strncmp(before->pattern + 1, route->pattern + 1, len) == 0;
        if (seen)
            continue;
        if (any)
            buffer_putc(out, '|');
        buffer_add(out, route->pattern + 1, len);
        any = true;
    }
}
