/*
 * route.h: a program's table of addresses. A route states what it needs (methods, parameters,
 * representations, cache rule); web/ checks all of that once, before a page function runs.
 */
#ifndef VHOD_WEB_ROUTE_H
#define VHOD_WEB_ROUTE_H

#include "web/request.h"
#include "web/response.h"

/* Kinds of parameter; the validators are a table in route.c. */
enum param_kind {
    PARAM_NONE,
    PARAM_REGION, /* ru-alt */
    PARAM_SLUG,   /* epos-link: [a-z0-9-], at most 64 */
    PARAM_NUMBER, /* 1 to 9999, no leading zero */
    PARAM_CODE,   /* plate code: 1 to 3 digits */
    PARAM_TEXT,   /* any clean text, at most 256 bytes */
    PARAM_DATE,   /* 2026-11-21 */
    PARAM_PASTE,  /* any clean text, at most 2048 bytes: what somebody pasted */
    PARAM_FLAG,   /* present or not; the value is ignored (NULL or "1" for the page) */
    PARAM_WORD    /* one of a list of words */
};

#define ROUTE_PARAMS_MAX 10

struct route_param {
    const char *name; /* of "{name}" in the pattern, or of a query parameter */
    enum param_kind kind;
    bool required;
    const char *words; /* of a PARAM_WORD: "light dark", one blank between */
};

/* The values a page gets, in the order of the route's params; NULL where not given. A parameter
 * sent empty is as if not given, but for PARAM_TEXT, PARAM_PASTE and PARAM_FLAG: forms send their
 * empty fields too. */
struct route_values {
    const char *value[ROUTE_PARAMS_MAX];
};

struct route {
    const char *pattern; /* "/region/{iso}": literal segments and whole-segment parameters. A last
                            segment with a dot ("/robots.txt") matches with that extension only */
    unsigned methods;    /* bits 1u << METHOD_…; HEAD comes with GET */
    unsigned reps;       /* REP_BIT()s offered; the first in enum order is the default */
    enum cache_rule cache;
    enum event_kind event; /* recorded when the page answers 200, 204 or 303; the id is the path
                              unless the page sets another */
    struct route_param params[ROUTE_PARAMS_MAX];
    const void *page; /* the upper floor's: pages/page.h struct page */
    enum event_kind
        flagged;  /* recorded instead of event, with the path ("q/17") as id, when a PARAM_FLAG
                     parameter is given; EVENT_NONE: the event stands. Decided for each request,
                     because a page kept in the cache is one for both */
    bool lenient; /* for other people's pages: a bad parameter of the query is as if not given */
};

/* What matching came to. */
struct route_match {
    const struct route *route;
    struct route_values values;
    char *path_values; /* storage behind values; freed by route_match_free */
    enum representation rep;
    bool
        negotiated; /* rep came from Accept, not from the extension, and the route offers several */
    bool flagged;   /* a PARAM_FLAG parameter is given */
    const struct route_param *refused; /* of the 400: which parameter was bad, or NULL */
};

/* True if a value is of that kind: the table of validators, also for pages that take values from
 * elsewhere. */
bool route_value_is(enum param_kind kind, const char *value);

/* Finds the route for a request in a table that ends with a NULL pattern; the first that fits.
 * Values other than those of the path are borrowed from the request. STATUS_OK and *out filled;
 * else the status to answer: 404 (no such address, or an extension it does not offer, or a value
 * that is not of its kind), 400 (a query parameter is bad, and
 * out->refused says which, out->rep how to answer; unknown ones are ignored), 405 (*allow
 * is set, static storage), 500 (memory ran out); 406 is never used: the first representation
 * offered is sent when nothing fits. *out may be freed in every case. */
enum status route_match(const struct route *routes, const struct request *request,
                        struct route_match *out, const char **allow);
void route_match_free(struct route_match *match);

/* Appends the first segments of a table's addresses as one alternation for a web server's location
 * pattern
 * ("guides|guide|questions|q"), each once, without an extension; "/" and bare parameters are left
 * out. */
void route_prefixes(struct buffer *out, const struct route *routes);

#endif
