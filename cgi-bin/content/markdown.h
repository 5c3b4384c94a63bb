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

struct lowdown_node; /* of lowdown.h */

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
    const char *cursor;    /* where the last link was found: they come in the order of the text */
    enum err err;          /* sticky: a system error on the way */
};

/* Parses a part, lifts figures and slots out of its tree, and appends its plain text. NULL after an
 * error (part->err), and for a part that cannot be read, which is a fault. The caller frees with
 * lowdown_node_free. */
struct lowdown_node *markdown_parse(struct passage *passage, struct buffer *text);
/* The HTML of a tree, allocated; NULL after an error (part->err). */
char *markdown_html(struct passage *passage, const struct lowdown_node *root);
/* Both at once; *html and *text are allocated, and untouched if the part cannot be read. */
enum err markdown_render(struct passage *passage, char **html, char **text);

#endif
