/*
 * style.h: the style sheet made small enough to travel inside each page: comments and needless
 * white space go, nothing else changes. Not a CSS parser: strings with comment marks in them are
 * the author's to avoid.
 */
#ifndef VHOD_VIEW_STYLE_H
#define VHOD_VIEW_STYLE_H

#include "base/buffer.h"

/* Appends css without comments, with each run of white space as one space, and none beside { } ; ,
 * (but for the one that is all the value of a custom property: "--x: ;"). A script comes through
 * whole too if all its statements end with a semicolon and its comments are of this kind. */
void style_compact(struct buffer *out, const char *css);

#endif
