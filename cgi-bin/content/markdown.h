/*
 * markdown.h: one part of an article through the Markdown library: HTML and plain text, with its
 * figure, slot and links taken out into the article. Used by article.c (the parts of today), past.c
 * and difference.c (texts of the archive).
 *
 * It does not cut files into parts, and does not know whether what a link names is there.
 */
#ifndef VHOD_CONTENT_MARKDOWN_H
#define VHOD_CONTENT_MARKDOWN_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/article_parts.h"
#include "content/fault.h"
#include <stddef.h>

/* A part of the file between two "## " lines, and what is being made of it. */
struct passage {
    struct article *article;
    struct article_part *part; /* NULL for the text before the first heading */
    const char *text;
    size_t len;
    int line; /* of its first line */
    const char *path;
    struct faults *faults;
    size_t faults_before;  /* how many there were before this passage was looked at */
    struct buffer witness; /* what was read of it, with the pieces that left the text; internal */
    int depth;             /* of blocks, while the text is walked; internal */
    enum err err;          /* sticky: a system error on the way */
};

/* Reads a part, lifts figures and slots out of it, and makes its HTML and plain text, both
 * allocated; they are untouched after an error. */
enum err markdown_render(struct passage *passage, char **html, char **text);

#endif
