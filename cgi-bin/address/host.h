/*
 * host.h: a host name in the forms and parts that are compared. Knows no list of hosts and judges
 * nobody.
 */
#ifndef VHOD_ADDRESS_HOST_H
#define VHOD_ADDRESS_HOST_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_forms {
    struct buffer ascii;  /* lower case, Punycode */
    struct buffer shown;  /* Unicode */
    struct buffer latin;  /* shown, with letters replaced by the Latin ones that they look like */
    struct buffer plain;  /* latin, with signs made one that a hasty eye does not tell apart */
    struct buffer joined; /* latin without hyphens and dots */
    size_t start;         /* latin behind "www." */
    size_t domain;        /* where in latin the registered name begins; latin.len: there is none */
    size_t label;         /* length of its first label: "edu22" of "netschool.edu22.info" */
    uint64_t letters;     /* which ones latin has behind "www.": a bit each, some share one */
    bool mixed;           /* alphabets are mixed inside a label */
};

/* Makes the forms of a name (not NUL-terminated, without port; one dot may end it). ERR_INVALID if
 * it is none that could be opened. The caller frees with host_forms_free in every case. */
enum err host_forms_make(struct host_forms *out, const char *host, size_t len);
void host_forms_free(struct host_forms *forms);

/* The part of an ASCII name that somebody registered ("edu22.info" of "netschool.edu22.info",
 * "kchgov.gov.ru" of "sgo.kchgov.gov.ru"); "" for an address in digits or a single label. Points
 * into ascii. Public suffixes are those of libpsl and a short table beside it. */
const char *host_domain(const char *ascii);

/* True if the name is below a zone in which only the state can register (gov.ru). */
bool host_is_state(const char *ascii);

/* The name without "www." before it: both are of one owner. Points into it. */
const char *host_bare(const char *name);

#endif
