/*
 * look_alike.h: is one host name made, or mistyped, to be taken for another? Compares two names by
 * rules, the surest first. It knows no list of hosts and judges nobody: a name that resembles a
 * known one may be honest all the same.
 */
#ifndef VHOD_ADDRESS_LOOK_ALIKE_H
#define VHOD_ADDRESS_LOOK_ALIKE_H

#include "base/buffer.h"
#include "base/err.h"

/* Why one name looks like another, the surest reason first. look_alike_compare() returns those from
 * LOOK_LETTERS to LOOK_TYPO; the rest are for whoever knows the whole address. */
enum look_alike {
    LOOK_USER,    /* the known host stands before an @, where names and passwords go */
    LOOK_PORT,    /* the known host, but another port */
    LOOK_LETTERS, /* letters of another alphabet that look the same */
    LOOK_WWW,     /* with or without www. */
    LOOK_PREFIX,  /* the known name is the beginning, or a part, of a foreign one */
    LOOK_HYPHEN,  /* hyphens or dots elsewhere, or the known name with a hyphen and a word */
    LOOK_DIGITS,  /* digits for letters: 0 and o, 1 and l */
    LOOK_ENDING,  /* another ending: .ru, .info */
    LOOK_TYPO,    /* one letter off; in long names two */
    LOOK_PATH,    /* the known name stands behind a foreign host */
    LOOK_NONE
};

/* The word for it in documents ("letters"); NULL for LOOK_NONE. */
const char *look_alike_word(enum look_alike why);

/* A host name in the forms that are compared. */
struct host_forms {
    struct buffer ascii;  /* lower case, Punycode */
    struct buffer shown;  /* Unicode */
    struct buffer latin;  /* shown, with letters replaced by the Latin ones that they look like */
    struct buffer plain;  /* latin, digits too */
    struct buffer joined; /* latin without hyphens and dots */
};

/* Makes the forms of a name (not NUL-terminated, without port; one dot may end it). ERR_INVALID if
 * it is none that could be opened. The caller frees with host_forms_free in every case. */
enum err host_forms_make(struct host_forms *out, const char *host, size_t len);
void host_forms_free(struct host_forms *forms);

/* The part of an ASCII name that somebody registered ("edu22.info" of "netschool.edu22.info",
 * "kchgov.gov.ru" of "sgo.kchgov.gov.ru"); "" for an address in digits or a single label. Points
 * into ascii. Public suffixes are those of libpsl and a short table beside it. */
const char *host_domain(const char *ascii);

/* Why asked looks like known; LOOK_NONE if it does not, or if they are the same. */
enum look_alike look_alike_compare(const struct host_forms *asked, const struct host_forms *known);

#endif
