/*
 * figure.h: may a drawing be set into a page as it is? It must be one small <svg> element of known
 * elements and attributes, strictly well-formed, that loads nothing, runs nothing and refers only
 * to itself.
 *
 * It does not judge how the drawing looks.
 */
#ifndef VHOD_CONTENT_FIGURE_H
#define VHOD_CONTENT_FIGURE_H

#include "base/err.h"
#include "content/fault.h"
#include <stdbool.h>

#define FIGURE_MAX 3072 /* bytes: several stand in one page */

struct figure {
    char *path;
    char *id;  /* NULL if the file's name is at fault */
    char *svg; /* without white space at its ends */
    bool broken;
};

/* Reads and judges one file into *out (zeroed before; to be freed whatever happens). name is the
 * file's name without suffix. Faults are added; ERR_INVALID then, and out->broken is set. */
enum err figure_load(struct figure *out, const char *path, const char *name, struct faults *faults);
void figure_free(struct figure *figure);

/* Judges a drawing; the first fault that breaks its structure ends the scan. Returns the number of
 * faults. */
size_t figure_check(const char *svg, const char *path, struct faults *faults);

#endif
