/*
 * response.h: one HTTP response, complete in memory before a byte is sent. A failure anywhere
 * throws it away and an error page takes its place. Only web/loop.c sends one.
 */
#ifndef VHOD_WEB_RESPONSE_H
#define VHOD_WEB_RESPONSE_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/err.h"
#include "journal/event.h"
#include "web/request.h"
#include "web/status.h"

/* How long a response may be kept, and by whom. */
enum cache_rule {
    CACHE_PAGE,  /* public, no-cache: kept, and asked about each time; so a withdrawn address never
                    shows  from a cache, and each view reaches the journal. A max_age does not change
                    that: it  limits only how long the worker itself keeps the page */
    CACHE_SHORT, /* public, max-age=300: embeds and pictures on other people's pages */
    CACHE_PRIVATE, /* private, no-store: the owner's pages */
    CACHE_NEVER,   /* no-store: redirects of the day, errors */
    CACHE__MAX
};

struct response {
    enum status status;
    enum representation rep;
    struct buffer body;
    char *location; /* absolute path or http(s) address for 301 and 303, or NULL */
    char *allow;    /* methods for 405, or NULL */
    char *filename; /* under which a browser saves it (Content-Disposition), [a-z0-9.-]; or NULL */
    const char *media_type; /* in place of the representation's; static storage, or NULL */
    bool digest;            /* sent with its SHA-256 (RFC 9530, Repr-Digest) */
    enum cache_rule cache;
    bool negotiated;    /* chosen by Accept: Vary says so */
    bool problem;       /* application/problem+json in place of application/json */
    long max_age;       /* seconds; >= 0 overrides the rule's max-age; -1 = the rule's */
    struct event event; /* what the journal records when it is served; kind EVENT_NONE: nothing */
    bool personal;      /* shows the regions that the reader asked us to remember: no shared cache
                           may keep it */
    char *set_cookie;   /* value of Set-Cookie, or NULL */
    bool frames;        /* shows pages of this site in frames */
    bool embeddable;    /* may stand in a frame on the sites of [site] frame_ancestors */
    /* digest_base64 of the text inside the page's one <style> and one <script>, for its
     * Content-Security-Policy; "" if there is none */
    char style_hash[DIGEST_BASE64_SIZE];
    char script_hash[DIGEST_BASE64_SIZE];
};

/* As new: 200, HTML, empty, CACHE_NEVER (what forgets to say is not kept), nothing recorded. */
void response_init(struct response *response);
/* Releases everything; the response is as new. Accepts NULL. */
void response_free(struct response *response);
/* Moves everything from one to the other; from is as new after, and what to held is lost: free it
 * before. */
void response_move(struct response *to, struct response *from);
/* True if anybody may keep it: 200 or 301 under CACHE_PAGE or CACHE_SHORT. */
bool response_is_public(const struct response *response);

/* True for pages that show the regions of a reader's cookie: HTML under CACHE_PAGE that is not
 * embedded. */
bool response_is_personal_kind(const struct response *response);

/* Sets status and location (copied); ERR_INVALID (and nothing is set) if it holds control
 * characters or is neither an http(s) address nor a path starting with exactly one '/'. */
enum err response_redirect(struct response *response, enum status status, const char *location);

#endif
