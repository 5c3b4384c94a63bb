/*
 * mustache_lines.h: a template's source on its way to nodes: a position in it, and the lines around
 * it. For mustache_parse.c only.
 */
#ifndef VHOD_VIEW_MUSTACHE_LINES_H
#define VHOD_VIEW_MUSTACHE_LINES_H

#include "view/mustache_template.h"

#define NOT_BLANK SIZE_MAX /* the rest of a line holds something */

/* A stretch of the source. */
struct span {
    size_t at, len;
};

struct delimiter {
    const char *text;
    size_t len;
};

struct lines {
    struct mustache_template *template; /* gets the nodes */
    const char *text;                   /* its text */
    size_t len;
    size_t pos;
    bool line_start; /* pos is the beginning of a line */
    struct delimiter opener, closer;
    struct span dedent; /* blanks to take off each line: those of the argument's first */
    size_t capacity;    /* of template->nodes */
};

struct tag {
    char sigil; /* '#', '^', …; 0 for a plain name */
    struct span name;
    size_t at, end;  /* from the opening delimiter to after the closing one */
    bool fresh;      /* only blanks between the beginning of its line and it: */
    struct span pad; /* those blanks */
    size_t rest;     /* offset after its line if only blanks follow on it, else NOT_BLANK */
};

/* The offset of the next line if only blanks stand before it, else NOT_BLANK. The end of the text
 * counts as a line. */
size_t lines_after_blank_rest(const struct lines *l, size_t at);
bool lines_is_space(char c);
/* The stretch from..to without white space at its ends. */
struct span lines_trimmed(const struct lines *l, size_t from, size_t to);
bool lines_has_delimiter(const struct lines *l, size_t at, const struct delimiter *delimiter);

/* Appends a node; *index may be NULL. */
enum err lines_add_node(struct lines *l, enum mustache_kind kind, struct span text,
                        uint32_t *index);
/* Appends a text node for text within one line. */
enum err lines_add_text(struct lines *l, struct span text, bool starts_line);
/* Without the blanks that each line of the argument around it loses. */
struct span lines_dedented(const struct lines *l, struct span span);
void lines_set_indent(struct lines *l, uint32_t node, struct span indent);
/* Notes on a parameter how its last line ends, rest being the offset after that line. */
void lines_set_end(struct lines *l, uint32_t node, size_t rest);

/* Appends the text from the position to an offset. Blanks at the end that begin a line stay: the
 * tag that follows decides whether they are layout. */
enum err lines_take_text(struct lines *l, size_t to);

/* Does the tag have its line to itself? */
bool lines_is_alone(const struct tag *tag);
/* Three ways to go on after a tag: the rest of its line vanishes; it stays, and the blanks before
 * the tag are text; or whichever is_alone says. */
void lines_skip(struct lines *l, const struct tag *tag);
enum err lines_keep(struct lines *l, const struct tag *tag);
enum err lines_leave(struct lines *l, const struct tag *tag);
/* The blanks before the first thing on the lines from at on; fallback if that is a closing tag or
 * nothing comes. */
struct span lines_first_indent(const struct lines *l, size_t at, struct span fallback);

#endif
