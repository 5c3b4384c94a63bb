/*
 * limits.h: whom an article or a part of it is for, judged over the content in memory: limits that
 * no region can meet, a part that contradicts its article, a place for an address that nobody has.
 *
 * What a reader gets is decided by the view article_part_applies (directory/schema.sql); this must
 * say the same, and tests/unit/test_walk.c holds the two against each other.
 */
#ifndef VHOD_CONTENT_LIMITS_H
#define VHOD_CONTENT_LIMITS_H

#include "content/content.h"
#include "content/fault.h"
#include <stdbool.h>

/* What an article (part NULL) or a part of it is limited to where regions differ; a part inherits
 * what it does not say itself. */
struct limits {
    struct words portals, regions; /* empty: all */
    const char *via;               /* NULL: any */
};

/* ERR_MEMORY. The caller frees with limits_free, also after an error. */
enum err limits_make(struct limits *out, const struct article *article,
                     const struct article_part *part);
void limits_free(struct limits *limits);
/* True if it applies in the region. */
bool limits_apply(const struct limits *limits, const struct content *content,
                  const struct source_region *region);

/* Adds the faults of all articles. Broken files are passed over. ERR_MEMORY. */
enum err limits_check(const struct content *content, struct faults *faults);

#endif
