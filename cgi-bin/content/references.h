/*
 * references.h: what entries of the content name by id and nothing else explains: sources.tsv
 * (where something is known from) and symptoms.tsv (what questions are grouped by, in parents'
 * words). And troubles.tsv, which names questions: what a parent complains of, and who answers it.
 *
 * Whether an id that an entry names is there, and whether each source is used, is consistency.c's
 * question.
 */
#ifndef VHOD_CONTENT_REFERENCES_H
#define VHOD_CONTENT_REFERENCES_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/fault.h"
#include "content/list.h"
#include <stddef.h>

/* A source. Two sources of one origin are not independent of each other: a fork, a copy, the same
 * survey, the same publisher. */
struct reference {
    const char *id, *title;
    const char *url, *date; /* or NULL */
    const char *origin;     /* the id itself where the file names none */
    char *storage;          /* behind the texts; internal */
    int line;
};

struct references {
    struct reference *items;
    size_t count;
};

struct symptom {
    const char *id, *title;
    char *storage;
    int line;
};

/* In the order of the page. */
struct symptoms {
    struct symptom *items;
    size_t count;
};

/* A complaint in a parent's words. Rows of the same words name several questions: the first that
 * concerns the reader's region answers. */
struct trouble {
    const char *words, *question, *icon; /* icon: of templates/icons */
    char *storage;
    int line;
};

/* In the order of the page. */
struct troubles {
    struct trouble *items;
    size_t count;
};

/* Each reads its file into *out (zeroed before; to be freed whatever happens). Faults are added;
 * ERR_INVALID then. */
enum err references_load(struct references *out, const char *path, struct faults *faults);
enum err symptoms_load(struct symptoms *out, const char *path, struct faults *faults);
enum err troubles_load(struct troubles *out, const char *path, struct faults *faults);
void references_free(struct references *references);
void symptoms_free(struct symptoms *symptoms);
void troubles_free(struct troubles *troubles);

/* NULL if there is none. */
const struct reference *references_find(const struct references *references, const char *id);
const struct symptom *symptoms_find(const struct symptoms *symptoms, const char *id);

/* How many of the sources are independent of each other: distinct origins. Unknown ids count
 * nothing. */
size_t references_origins(const struct references *references, const struct words *ids);
/* Appends their titles, in the order named, with "; " between. */
void references_titles(const struct references *references, const struct words *ids,
                       struct buffer *out);

#endif
