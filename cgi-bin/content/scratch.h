/*
 * scratch.h: a place to read an old text in, for past.c and difference.c: rules of today that it
 * breaks are no faults, and what they would be told about is thrown away.
 */
#ifndef VHOD_CONTENT_SCRATCH_H
#define VHOD_CONTENT_SCRATCH_H

#include "base/err.h"
#include "content/head.h"
#include "content/markdown.h"
#include <stdbool.h>

/* Everything that reading a text needs, and that nobody wants when the text is an old one: its
 * faults, links, figure and slot. */
struct scratch {
    struct article article;
    struct article_part part;
    struct faults *faults;
    struct passage passage;
};

/* Makes *scratch (zeroed before) read text, which must outlive it. ERR_MEMORY. */
enum err scratch_make(struct scratch *scratch, const char *text, bool question);
void scratch_free(struct scratch *scratch);

/* Reads the metadata of a whole file into *head (to be freed); *body is what follows it, in source.
 * ERR_MEMORY. */
enum err scratch_head(struct head *head, const char *source, bool question, const char **body);

/* Appends a plain text as a paragraph of Markdown that means nothing but this text; nothing for
 * NULL. */
void scratch_put_plain(struct buffer *out, const char *text);
/* Appends the body of a file as one Markdown text: whom a part is for is left out, its short answer
 * is a paragraph below its heading. ERR_MEMORY. */
enum err scratch_put_body(struct buffer *out, const char *body);

#endif
