/*
 * mustache_set.h: a set of templates (mustache.c) as the renderer (mustache_render.c) sees it. For
 * these two only.
 */
#ifndef VHOD_VIEW_MUSTACHE_SET_H
#define VHOD_VIEW_MUSTACHE_SET_H

#include "view/mustache.h"
#include "view/mustache_template.h"

struct mustache {
    bool strict;
    struct mustache_template **templates; /* sorted by name */
    size_t count;
};

/* NULL if there is none. */
const struct mustache_template *mustache_find(const struct mustache *set, const char *name,
                                              size_t len);

#endif
