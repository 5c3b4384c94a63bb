/*
 * cut.h: where the parts of an article's text begin and end: at its "## " lines, those inside of
 * fenced blocks left alone. Directly below such a line may stand lines "key: value" (head.h) that
 * are said of this part alone.
 *
 * It only points into the text: what a part is made into is article.c's question, and what of it an
 * old text still shows is scratch.c's.
 */
#ifndef VHOD_CONTENT_CUT_H
#define VHOD_CONTENT_CUT_H

#include "content/text.h"
#include <stdbool.h>
#include <stddef.h>

/* Where the cutter stands. Start with cut_begin. */
struct cut {
    const char *title; /* of the heading; NULL for the text before the first one */
    size_t title_len;
    int title_line;
    struct text_line head; /* before the first line of its metadata */
    const char *head_end;  /* behind the last one; NULL: it has none */
    const char *text;      /* what follows, up to the next heading */
    size_t len;
    int line; /* of its first line */
    /* internal */
    struct text_line next; /* at the heading that ends this part, or at the end */
    bool at_heading, begun;
    char fence; /* the character of the fenced block that is open, or 0 */
};

/* Puts the cutter before the text that follows line. */
void cut_begin(struct cut *cut, struct text_line line);
/* Moves to the next part, the text before the first heading being one too (it may be empty); false
 * at the end. */
bool cut_next(struct cut *cut);
/* After the last part: true if a fenced block was not closed. */
bool cut_is_open(const struct cut *cut);

/* True if the line looks like metadata: "word: value". */
bool cut_is_key(const struct text_line *line);

#endif
