/*
 * skeleton.h: a new content file from a sample: the keys that must be there stand empty, the others
 * are comments, and so are sections that need not be there. It passes check once it is filled.
 *
 * The samples are files, templates/new/, which FORMAT.md shows; which key must be there is known to
 * the tables of source.c and head.c.
 */
#ifndef VHOD_CONTENT_SKELETON_H
#define VHOD_CONTENT_SKELETON_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/head.h"

/* A key that is known already, with its value; a list ends with a NULL key. */
struct skeleton_value {
    const char *key, *value;
};

/* Appends the skeleton of an INI file, or of a guide or question. ERR_MEMORY. */
enum err skeleton_ini(struct buffer *out, const char *sample, const struct skeleton_value *values);
enum err skeleton_article(struct buffer *out, const char *sample, enum head_owner owner,
                          const struct skeleton_value *values);

#endif
