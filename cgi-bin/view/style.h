/*
 * style.h: the style sheet made small enough to travel inside each page: comments and needless white space go, nothing
 * else changes. Not a CSS parser: strings with comment marks in them are the author's to avoid.
 */
#ifndef VHOD_VIEW_STYLE_H
#define VHOD_VIEW_STYLE_H

#include "base/buffer.h"

/* Appends css without comments, with each run of white space as one space, and none beside { } ; , */
void style_compact(struct buffer *out, const char *css);

#endif
