/*
 * difference.h: where two names differ, letter by letter, to be shown and read aloud. Knows no
 * hosts and no rules.
 */
#ifndef VHOD_ADDRESS_DIFFERENCE_H
#define VHOD_ADDRESS_DIFFERENCE_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* A stretch of both names: the same in both, or what one has in place of the other's. */
struct difference_run {
    bool same;
    size_t asked, asked_len; /* bytes; a length of 0: it has nothing there */
    size_t known, known_len;
};

#define DIFFERENCE_NAME_MAX 253 /* letters of a name that are looked at */
#define DIFFERENCE_RUNS_MAX (2 * DIFFERENCE_NAME_MAX + 1)

/* Writes the runs that both names (UTF-8) are made of, in order: as few letters as can be stand in
 * runs that differ. Returns how many; runs has room for DIFFERENCE_RUNS_MAX. ERR_LIMIT if a name is
 * longer than DIFFERENCE_NAME_MAX, ERR_MEMORY. */
enum err difference_find(struct difference_run *runs, size_t *count, const char *asked,
                         const char *known);

#endif
