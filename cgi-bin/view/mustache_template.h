/*
 * mustache_template.h: one compiled template: what the compiler (mustache_parse.c,
 * mustache_lines.c) leaves for the set that holds it (mustache.c) and for the renderer
 * (mustache_render.c). For these files only, which all stand on it.
 *
 * A compiled template is its source text and one flat array of nodes in source order. A node does
 * not own text, it points into the source by offset. A node with contents is followed by them; its
 * end is the index after the last of them, so that skipping is one assignment. For
 * "a{{#b}}c{{/b}}d":
 *
 *     0 TEXT a    1 SECTION b (end 3)    2 TEXT c    3 TEXT d
 *
 * Text is cut at line ends, because indentation (of a standalone partial, parent or block) goes in
 * front of each line: a TEXT with LINE_START is where it goes. A line that begins with a tag gets
 * an empty TEXT for that.
 */
#ifndef VHOD_VIEW_MUSTACHE_TEMPLATE_H
#define VHOD_VIEW_MUSTACHE_TEMPLATE_H

#include "base/buffer.h"
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUSTACHE_DEPTH_MAX 64 /* nesting, in a template and while rendering */
/* bytes of one template; offsets then fit in 32 bits with room */
#define MUSTACHE_TEXT_MAX (1 << 20)

enum mustache_kind {
    MUSTACHE_TEXT,     /* at, len: the text itself */
    MUSTACHE_VARIABLE, /* here and below at, len: the name */
    MUSTACHE_RAW,
    MUSTACHE_SECTION,
    MUSTACHE_INVERTED,
    MUSTACHE_PARTIAL,
    MUSTACHE_PARENT, /* contains BLOCK nodes only: its arguments */
    MUSTACHE_BLOCK,  /* in a PARENT an argument, elsewhere a parameter; contains the (default)
                        content */
    MUSTACHE__KINDS
};

enum mustache_flag {
    MUSTACHE_LINE_START = 1, /* TEXT: a line of the template begins here */
    MUSTACHE_ALONE = 2,      /* PARTIAL, PARENT: the only thing on its lines, so indent counts */
    MUSTACHE_OWN_LINES =
        4, /* BLOCK parameter: begins a line, so an argument is indented by indent */
    MUSTACHE_ENDS_LINE =
        8,             /* BLOCK parameter: its last line ends with it, so an argument's must too */
    MUSTACHE_CRLF = 16 /* with ENDS_LINE: by CR LF */
};

struct mustache_node {
    uint8_t kind;
    uint8_t flags;
    uint32_t at, len;
    uint32_t end;                   /* index after the contents; own index + 1 without contents */
    uint32_t indent_at, indent_len; /* blanks in the source */
};

struct mustache_template {
    char *name;
    char *file; /* for messages */
    char *text;
    size_t len;
    struct mustache_node *nodes;
    uint32_t count;
    bool own; /* it stands in the place of another of its name (mustache_add_others) */
};

/* A template with copies of name, file and text (len bytes), without nodes; NULL when memory runs
 * out. */
struct mustache_template *mustache_template_new(const char *name, const char *file,
                                                const char *text, size_t len);
void mustache_template_free(struct mustache_template *template);

/* The line, from 1, of an offset in a template's source. */
size_t mustache_line(const struct mustache_template *template, size_t at);
/* True if a value of this name (len bytes, dotted) may be written raw in a strict set: see above.
 */
bool mustache_mark(const char *name, size_t len);

/* Logs "file:line: message" as an error and appends it to report (may be NULL). Returns
 * ERR_TEMPLATE. */
enum err mustache_fault(const struct mustache_template *template, size_t at, struct buffer *report,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
