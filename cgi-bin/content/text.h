/*
 * text.h: a content file that is no INI file (Markdown, SVG, TSV) read whole, and refused if it is
 * not clean text: no regular file, too long, a BOM, invalid UTF-8, a control character, CR line
 * ends. And its lines.
 */
#ifndef VHOD_CONTENT_TEXT_H
#define VHOD_CONTENT_TEXT_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/fault.h"
#include <stdbool.h>
#include <stddef.h>

/* Reads path (at most max bytes) into out, which the caller frees. Tabs are faults unless they are
 * allowed. What is wrong with the file is added to faults and answered with ERR_INVALID; other
 * errors are the system's. */
enum err text_load(struct buffer *out, const char *path, size_t max, bool tabs,
                   struct faults *faults);

/* A line of a text, without its end. Start with {text, 0, 0}: the first text_line gives line 1. */
struct text_line {
    const char *next; /* where the following line begins, or NULL after the last */
    const char *text;
    size_t len;
    int number; /* from 1 */
};

/* Moves to the next line; false after the last. A newline at the very end makes no empty line. */
bool text_line(struct text_line *line);

#endif
