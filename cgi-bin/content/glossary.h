/*
 * glossary.h: glossary.tsv: the one word that texts use for a thing, and the forms that they must
 * not use instead.
 */
#ifndef VHOD_CONTENT_GLOSSARY_H
#define VHOD_CONTENT_GLOSSARY_H

#include "base/err.h"
#include "content/fault.h"
#include <stdbool.h>
#include <stddef.h>

struct glossary_term {
    const char *term, *meaning;
    char **avoid; /* forms in lower case */
    size_t avoid_count;
    char *storage; /* behind the texts; internal */
    int line;
};

struct glossary {
    struct glossary_term *items;
    size_t count;
};

/* Reads the file into *out (zeroed before; to be freed whatever happens). Faults are added;
 * ERR_INVALID then. */
enum err glossary_load(struct glossary *out, const char *path, struct faults *faults);
void glossary_free(struct glossary *glossary);

#endif
