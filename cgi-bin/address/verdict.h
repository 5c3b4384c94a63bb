/*
 * verdict.h: is this address right? Judges whatever somebody pasted against the addresses of the
 * snapshot. Pure functions on a list; where the list comes from and what is said to the reader is
 * pages/address_check.c's matter.
 *
 * The rule above all others: an address is CHECK_CURRENT or CHECK_FEDERAL only if its host and port
 * are those of such an address of the list, nothing stands before an @, and it is the only one
 * in the text. All else is CHECK_FORMER, if the list says so, or CHECK_UNKNOWN. Nothing is opened.
 * Of a link that leads on (wrapped.h) the inner address is judged, by the same rule.
 */
#ifndef VHOD_ADDRESS_VERDICT_H
#define VHOD_ADDRESS_VERDICT_H

#include "address/look_alike.h"
#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* In this order they outdo each other: an address that is former here and current there is current.
 */
enum check_verdict { CHECK_CURRENT, CHECK_FEDERAL, CHECK_FORMER, CHECK_UNKNOWN };

/* "current", "federal", "former", "unknown". */
const char *check_word(enum check_verdict verdict);

/* An address of the list; all borrowed, and to outlive the list. */
struct check_known {
    const char *url;
    const char *region;         /* iso, or NULL for a federal one */
    enum check_verdict verdict; /* what an address is that is this one */
};

struct check_list;

/* Prepares a list for comparing. An address that cannot be read is logged and left out. */
enum err check_list_new(struct check_list **out, const struct check_known *known, size_t count);
void check_list_free(struct check_list *list);

/* What was found out. Indices are those of the array given to check_list_new. */
struct check_result {
    enum check_verdict verdict;
    struct buffer host; /* as people read it, with ":444" if a port is written; empty: none found */
    struct buffer ascii; /* the same in Punycode */
    struct buffer
        wrapped; /* the site whose link led to it ("vk.com"); empty: it was pasted itself */
    struct buffer
        domain;      /* of an unknown host: the registered name that it shares with a known one */
    size_t *matches; /* addresses of the list that this one is; the list's order */
    size_t match_count;
    bool insecure;       /* http: where the list has https: */
    bool has_user;       /* something stands before an @ */
    bool several;        /* more than one address in the text; nothing else is said about it */
    bool open_path;      /* the host is right; the path behind it leads to no region of its own */
    bool mixed;          /* of an unknown address: alphabets are mixed inside its name */
    enum look_alike why; /* of an unknown address: why it looks like the known address like */
    size_t like;
    bool like_shared; /* addresses of several regions have that host */
};

/* Judges a text of any bytes. ERR_MEMORY is the only error. The caller frees with check_result_free
 * in every case. */
enum err check_address(const struct check_list *list, const char *text, size_t len,
                       struct check_result *out);
void check_result_free(struct check_result *result);

#endif
