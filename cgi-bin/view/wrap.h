/*
 * wrap.h: text broken into lines of so many characters, for pictures, where nobody breaks them for
 * us. It counts characters, not widths: the caller leaves room for wide ones.
 */
#ifndef VHOD_VIEW_WRAP_H
#define VHOD_VIEW_WRAP_H

#include "base/err.h"
#include <jansson.h>

/* Appends to lines (an array) at most max_lines objects {"text"} of at most width characters
 * (width >= 2) each. Broken at spaces; a longer word after one of / . - ? & = _ in it, or else
 * anywhere. What does not fit ends in "…". text is clean UTF-8. ERR_MEMORY. */
enum err wrap_lines(json_t *lines, const char *text, int width, int max_lines);

#endif
