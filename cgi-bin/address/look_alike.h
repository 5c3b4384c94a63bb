/*
 * look_alike.h: is one host name made, or mistyped, to be taken for another? Compares two names by
 * rules, the surest first. It knows no list of hosts and judges nobody: a name that resembles a
 * known one may be honest all the same.
 */
#ifndef VHOD_ADDRESS_LOOK_ALIKE_H
#define VHOD_ADDRESS_LOOK_ALIKE_H

#include "address/host.h"

/* Why one name looks like another, the surest reason first. look_alike_compare() returns those from
 * LOOK_LETTERS to LOOK_TYPO; the rest are for whoever knows the whole address. */
enum look_alike {
    LOOK_USER,    /* the known host stands before an @, where names and passwords go */
    LOOK_PORT,    /* the known host, but another port */
    LOOK_LETTERS, /* letters of another alphabet that look the same */
    LOOK_WWW,     /* with or without www. */
    LOOK_PREFIX,  /* the known name is the beginning, or a part, of a foreign one */
    LOOK_HYPHEN,  /* hyphens or dots elsewhere, or the known name with a word */
    LOOK_DIGITS,  /* signs that the eye takes for one another: 0 and o, 1 and l, rn and m */
    LOOK_ENDING,  /* another ending: .ru, .info, .com.ru */
    LOOK_TYPO,    /* one letter off; in long names two */
    LOOK_PATH,    /* the known name stands behind a foreign host */
    LOOK_NONE
};

/* The word for it in documents ("letters"); NULL for LOOK_NONE. */
const char *look_alike_word(enum look_alike why);

/* Why asked looks like known; LOOK_NONE if it does not, or if they are the same. */
enum look_alike look_alike_compare(const struct host_forms *asked, const struct host_forms *known);

#endif
