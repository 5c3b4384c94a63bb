/*
 * mustache_parse.c: from a template's text to its nodes, in one pass from left to right. It decides
 * everything that can be decided without data: which lines a tag has to itself and which therefore
 * vanish, what indentation a partial or block gets, and what is wrong with a template. It reads no
 * files and knows no other template.
 *
 * Lines. A tag that writes nothing itself and stands alone on its line takes the line with it. The
 * specification's cases for inheritance go further: a whole element {{<p}}…{{/p}} that has its
 * lines to itself counts as alone, an argument's first line vanishes if nothing but blanks follows
 * its opening tag, and the indentation of an argument is taken off where it is written and put on
 * again where the parameter stands.
 */
#include "view/mustache_internal.h"
#include <stdlib.h>
#include <string.h>

#define NOT_BLANK     SIZE_MAX /* the rest of a line holds something */
#define NOT_FOUND     SIZE_MAX
#define ARGUMENTS_MAX 64 /* blocks in one parent; each is looked through for each parameter */
#define SHOWN_MAX     60 /* bytes of a name in a message */

/* A stretch of the source. */
struct span {
    size_t at, len;
};

struct delimiter {
    const char *text;
    size_t len;
};

/* An element whose closing tag has not come yet. */
struct open {
    uint32_t node;
    size_t tag;         /* offset of the opening tag */
    size_t content;     /* offset after it */
    bool fresh;         /* the opening tag began its line */
    bool broken;        /* the content begins on a line of its own */
    bool argument;      /* a block directly in a parent */
    uint32_t pad_node;  /* parent, if fresh: the text node of the blanks before it */
    struct span dedent; /* what is taken off the lines outside */
};

struct tag {
    char sigil; /* '#', '^', …; 0 for a plain name */
    struct span name;
    size_t at, end;  /* from the opening delimiter to after the closing one */
    bool fresh;      /* only blanks between the beginning of its line and it: */
    struct span pad; /* those blanks */
    size_t rest;     /* offset after its line if only blanks follow on it, else NOT_BLANK */
};

struct parser {
    struct mustache_template *template;
    const char *text;
    size_t len;
    size_t pos;
    bool line_start; /* pos is the beginning of a line */
    bool strict;
    struct delimiter opener, closer;
    struct span
        dedent; /* blanks to take off the front of each line: those of the argument's first */
    struct open stack[MUSTACHE_DEPTH_MAX];
    size_t depth;
    size_t capacity; /* of template->nodes */
    struct buffer *report;
};

/* --- the source
 * ------------------------------------------------------------------------------------------------
 */

static size_t after_blanks(const struct parser *p, size_t at)
{
    while (at < p->len && (p->text[at] == ' ' || p->text[at] == '\t'))
        at++;
    return at;
}

/* The offset of the next line if only blanks stand before it (the end of the text counts as one).
 */
static size_t after_blank_rest(const struct parser *p, size_t at)
{
    at = after_blanks(p, at);
    if (at == p->len)
        return at;
    if (p->text[at] == '\r' && at + 1 < p->len)
        at++;
    return p->text[at] == '\n' ? at + 1 : NOT_BLANK;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span trimmed(const struct parser *p, size_t from, size_t to)
{
    while (from < to && is_space(p->text[from]))
        from++;
    while (from < to && is_space(p->text[to - 1]))
        to--;
    return (struct span){from, to - from};
}

static bool has_delimiter(const struct parser *p, size_t at, const struct delimiter *delimiter)
{
    return delimiter->len <= p->len - at &&
           memcmp(p->text + at, delimiter->text, delimiter->len) == 0;
}

/* Where the closing delimiter stands, or, if mark is not 0, that character right before it. */
static size_t find_closer(const struct parser *p, size_t from, char mark)
{
    const char *found;

    if (mark == 0) {
        found = memmem(p->text + from, p->len - from, p->closer.text, p->closer.len);
        return found == NULL ? NOT_FOUND : (size_t)(found - p->text);
    }
    while ((found = memchr(p->text + from, mark, p->len - from)) != NULL) {
        from = (size_t)(found - p->text) + 1;
        if (has_delimiter(p, from, &p->closer))
            return from - 1;
    }
    return NOT_FOUND;
}

/* --- nodes
 * -----------------------------------------------------------------------------------------------------
 */

/* Appends a node; *index may be NULL. */
static enum err add_node(struct parser *p, enum mustache_kind kind, struct span text,
                         uint32_t *index)
{
    struct mustache_template *t = p->template;
    struct mustache_node *nodes;

    if (t->count == p->capacity) {
        p->capacity = p->capacity == 0 ? 32 : p->capacity * 2;
        nodes = reallocarray(t->nodes, p->capacity, sizeof *nodes);
        if (nodes == NULL)
            return ERR_MEMORY;
        t->nodes = nodes;
    }
    t->nodes[t->count] = (struct mustache_node){.kind = (uint8_t)kind,
                                                .at = (uint32_t)text.at,
                                                .len = (uint32_t)text.len,
                                                .end = t->count + 1};
    if (index != NULL)
        *index = t->count;
    t->count++;
    return ERR_NONE;
}

/* Without the blanks that the argument around it loses on each line. */
static struct span dedented(const struct parser *p, struct span span)
{
    size_t n = 0;

    while (n < p->dedent.len && n < span.len && p->text[span.at + n] == p->text[p->dedent.at + n])
        n++;
    return (struct span){span.at + n, span.len - n};
}

/* Appends text within one line. An empty line gets no indentation: it would be blanks at a line's
 * end. */
static enum err add_text(struct parser *p, struct span text, bool starts_line)
{
    uint32_t node;
    enum err err;

    if (starts_line)
        text = dedented(p, text);
    if (text.len > 0 && (p->text[text.at] == '\n' || p->text[text.at] == '\r'))
        starts_line = false;
    if (text.len == 0 && !starts_line)
        return ERR_NONE;
    err = add_node(p, MUSTACHE_TEXT, text, &node);
    if (err == ERR_NONE && starts_line)
        p->template->nodes[node].flags = MUSTACHE_LINE_START;
    return err;
}

static void set_indent(struct parser *p, uint32_t node, struct span indent)
{
    p->template->nodes[node].indent_at = (uint32_t)indent.at;
    p->template->nodes[node].indent_len = (uint32_t)indent.len;
}

/* The last thing on a parameter's line went by: what does the line end with? */
static void set_line_end(struct parser *p, uint32_t node, size_t rest)
{
    if (rest == 0 || p->text[rest - 1] != '\n')
        return;
    p->template->nodes[node].flags |= MUSTACHE_ENDS_LINE;
    if (rest > 1 && p->text[rest - 2] == '\r')
        p->template->nodes[node].flags |= MUSTACHE_CRLF;
}

/* --- messages
 * --------------------------------------------------------------------------------------------------
 */

static int shown(struct span name)
{
    return (int)(name.len < SHOWN_MAX ? name.len : SHOWN_MAX);
}

static const char *opening_sigil(const struct mustache_node *node)
{
    static const char *const sigils[MUSTACHE__KINDS] = {[MUSTACHE_SECTION] = "#",
                                                        [MUSTACHE_INVERTED] = "^",
                                                        [MUSTACHE_PARENT] = "<",
                                                        [MUSTACHE_BLOCK] = "$"};

    return sigils[node->kind] == NULL ? "" : sigils[node->kind];
}

static const struct mustache_node *open_node(const struct parser *p)
{
    return &p->template->nodes[p->stack[p->depth - 1].node];
}

static bool in_parent(const struct parser *p)
{
    return p->depth > 0 && open_node(p)->kind == MUSTACHE_PARENT;
}

static struct span open_name(const struct parser *p)
{
    const struct mustache_node *node = open_node(p);

    return (struct span){node->at, node->len};
}

/* --- text
 * ------------------------------------------------------------------------------------------------------
 */

/* Text between the blocks of a parent is not shown anywhere; a strict set refuses what would be
 * lost. */
static enum err skip_text(struct parser *p, size_t to)
{
    struct span lost = trimmed(p, p->pos, to);

    p->pos = to;
    if (!p->strict || lost.len == 0)
        return ERR_NONE;
    return mustache_fault(p->template, lost.at, p->report,
                          "text directly in {{<%.*s}} is not shown; put it into a {{$block}}",
                          shown(open_name(p)), p->text + open_name(p).at);
}

/* Appends the text up to an offset, line by line. Blanks at the end that begin a line stay: the tag
 * that follows decides whether they are indentation. */
static enum err take_text(struct parser *p, size_t to)
{
    enum err err = ERR_NONE;

    if (in_parent(p))
        return skip_text(p, to);
    while (err == ERR_NONE && p->pos < to) {
        const char *newline = memchr(p->text + p->pos, '\n', to - p->pos);
        size_t end = newline == NULL ? to : (size_t)(newline - p->text) + 1;

        if (newline == NULL && p->line_start && after_blanks(p, p->pos) >= to)
            break;
        err = add_text(p, (struct span){p->pos, end - p->pos}, p->line_start);
        p->pos = end;
        p->line_start = newline != NULL;
    }
    return err;
}

/* --- tags: lines
 * -----------------------------------------------------------------------------------------------
 */

static bool is_alone(const struct tag *tag)
{
    return tag->fresh && tag->rest != NOT_BLANK;
}

static void skip_line(struct parser *p, const struct tag *tag)
{
    p->pos = tag->rest;
    p->line_start = true;
}

/* The tag shares its line with something: the blanks before it are text. */
static enum err keep_line(struct parser *p, const struct tag *tag)
{
    p->pos = tag->end;
    p->line_start = false;
    return tag->fresh ? add_text(p, tag->pad, true) : ERR_NONE;
}

/* For tags that write nothing: alone on its line, the line vanishes. */
static enum err leave_line(struct parser *p, const struct tag *tag)
{
    if (!is_alone(tag))
        return keep_line(p, tag);
    skip_line(p, tag);
    return ERR_NONE;
}

/* The blanks before the first thing on the lines from at on. If that is a closing tag, or nothing
 * comes, fallback. */
static struct span first_indent(const struct parser *p, size_t at, struct span fallback)
{
    size_t next;
    size_t begin;

    while ((next = after_blank_rest(p, at)) != NOT_BLANK) {
        if (next == p->len)
            return fallback;
        at = next;
    }
    begin = after_blanks(p, at);
    if (has_delimiter(p, begin, &p->opener) && begin + p->opener.len < p->len &&
        p->text[begin + p->opener.len] == '/')
        return fallback;
    return (struct span){at, begin - at};
}

/* --- tags: one function for each sigil
 * ------------------------------------------------------------------------- */

static enum err push(struct parser *p, uint32_t node, const struct tag *tag, struct open **open)
{
    if (p->depth == MUSTACHE_DEPTH_MAX)
        return mustache_fault(p->template, tag->at, p->report,
                              "nested deeper than %d levels; move the inner part to a partial",
                              MUSTACHE_DEPTH_MAX);
    *open = &p->stack[p->depth++];
    **open = (struct open){.node = node,
                           .tag = tag->at,
                           .content = tag->end,
                           .fresh = tag->fresh,
                           .dedent = p->dedent};
    return ERR_NONE;
}

/* {{x}} {{#a.b}}: no part between the dots may be empty; "." alone is the item itself. */
static enum err check_path(struct parser *p, const struct tag *tag)
{
    const char *name = p->text + tag->name.at;
    size_t len = tag->name.len;

    if (len == 1 && name[0] == '.')
        return ERR_NONE;
    if (name[0] != '.' && name[len - 1] != '.' && memmem(name, len, "..", 2) == NULL)
        return ERR_NONE;
    return mustache_fault(p->template, tag->at, p->report,
                          "the name %.*s has an empty part; dots stand between names",
                          shown(tag->name), name);
}

static enum err place_variable(struct parser *p, const struct tag *tag)
{
    bool raw = tag->sigil != 0;
    enum err err = check_path(p, tag);

    if (err != ERR_NONE)
        return err;
    if (raw && p->strict && !mustache_mark(p->text + tag->name.at, tag->name.len))
        return mustache_fault(p->template, tag->at, p->report,
                              "%.*s must not be written raw; only names html, svg, *_html and "
                              "*_svg hold markup: use {{%.*s}}",
                              shown(tag->name), p->text + tag->name.at, shown(tag->name),
                              p->text + tag->name.at);
    err = keep_line(p, tag);
    if (err != ERR_NONE)
        return err;
    return add_node(p, raw ? MUSTACHE_RAW : MUSTACHE_VARIABLE, tag->name, NULL);
}

static enum err place_section(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    enum err err = check_path(p, tag);

    if (err == ERR_NONE)
        err = leave_line(p, tag);
    if (err == ERR_NONE)
        err =
            add_node(p, tag->sigil == '#' ? MUSTACHE_SECTION : MUSTACHE_INVERTED, tag->name, &node);
    return err == ERR_NONE ? push(p, node, tag, &open) : err;
}

static enum err place_comment(struct parser *p, const struct tag *tag)
{
    return leave_line(p, tag);
}

static enum err place_partial(struct parser *p, const struct tag *tag)
{
    uint32_t node;
    enum err err = leave_line(p, tag);

    if (err == ERR_NONE)
        err = add_node(p, MUSTACHE_PARTIAL, tag->name, &node);
    if (err == ERR_NONE && is_alone(tag)) {
        p->template->nodes[node].flags = MUSTACHE_ALONE;
        set_indent(p, node, dedented(p, tag->pad));
    }
    return err;
}

/* Whether a parent is alone shows at its closing tag; until then the blanks before it are a text of
 * their own. */
static enum err place_parent(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    enum err err = keep_line(p, tag);

    if (err == ERR_NONE)
        err = add_node(p, MUSTACHE_PARENT, tag->name, &node);
    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err == ERR_NONE && tag->fresh) {
        open->pad_node = node - 1;
        set_indent(p, node, dedented(p, tag->pad));
    }
    return err;
}

/* Too many, or one that was given before? */
static enum err check_argument(struct parser *p, const struct tag *tag)
{
    const struct mustache_node *nodes = p->template->nodes;
    size_t count = 0;

    for (uint32_t i = p->stack[p->depth - 1].node + 1; i < p->template->count; i = nodes[i].end) {
        if (nodes[i].len == tag->name.len &&
            memcmp(p->text + nodes[i].at, p->text + tag->name.at, tag->name.len) == 0)
            return mustache_fault(p->template, tag->at, p->report,
                                  "block %.*s is given twice; keep one of them", shown(tag->name),
                                  p->text + tag->name.at);
        if (++count == ARGUMENTS_MAX)
            return mustache_fault(p->template, tag->at, p->report,
                                  "more than %d blocks in one parent; join some of them",
                                  ARGUMENTS_MAX);
    }
    return ERR_NONE;
}

/* A block directly in a parent: its content replaces the parameter of that name. */
static enum err place_argument(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    enum err err = check_argument(p, tag);

    if (err == ERR_NONE)
        err = add_node(p, MUSTACHE_BLOCK, tag->name, &node);
    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err != ERR_NONE)
        return err;
    open->argument = true;
    open->broken = tag->rest != NOT_BLANK;
    p->dedent = (struct span){0, 0};
    if (open->broken)
        p->dedent = first_indent(p, tag->rest, p->dedent);
    p->pos = open->broken ? tag->rest : tag->end;
    p->line_start = true;
    return ERR_NONE;
}

/* A parameter. Where its opening tag has a line to itself, its default content says how far an
 * argument is indented; where content follows on the line, the blanks before the tag do, and they
 * belong to that content. */
static enum err place_parameter(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    struct span indent = tag->pad;
    enum err err = add_node(p, MUSTACHE_BLOCK, tag->name, &node);

    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err != ERR_NONE)
        return err;
    if (tag->fresh)
        p->template->nodes[node].flags = MUSTACHE_OWN_LINES;
    if (is_alone(tag))
        indent = first_indent(p, tag->rest, indent);
    set_indent(p, node, dedented(p, indent));
    return leave_line(p, tag);
}

static enum err place_block(struct parser *p, const struct tag *tag)
{
    return in_parent(p) ? place_argument(p, tag) : place_parameter(p, tag);
}

/* --- closing tags
 * ---------------------------------------------------------------------------------------------- */

static enum err close_parent(struct parser *p, const struct tag *tag, const struct open *open)
{
    struct mustache_node *node = &p->template->nodes[open->node];

    if (!open->fresh || tag->rest == NOT_BLANK) {
        p->pos = tag->end;
        p->line_start = false;
        return ERR_NONE;
    }
    node->flags |= MUSTACHE_ALONE;
    p->template->nodes[open->pad_node].len = 0;
    p->template->nodes[open->pad_node].flags = 0;
    skip_line(p, tag);
    return ERR_NONE;
}

/* Blanks before the closing tag on a line of its own are layout; {{$gap}} {{/gap}} is a blank
 * meant. */
static enum err close_argument(struct parser *p, const struct tag *tag, const struct open *open)
{
    bool meant = tag->fresh && tag->pad.len > 0 && !open->broken && tag->pad.at == open->content;
    enum err err = meant ? add_text(p, tag->pad, true) : ERR_NONE;

    p->pos = tag->end;
    p->line_start = false;
    return err;
}

static enum err close_parameter(struct parser *p, const struct tag *tag, const struct open *open)
{
    bool own_lines = (p->template->nodes[open->node].flags & MUSTACHE_OWN_LINES) != 0;
    enum err err = ERR_NONE;

    if (tag->rest == NOT_BLANK || (!own_lines && !tag->fresh))
        return keep_line(p, tag);
    if (own_lines)
        set_line_end(p, open->node, tag->rest);
    /* The end of a line shared with the content is the default content's; an argument brings its
     * own. */
    if (!tag->fresh)
        err = add_text(p, (struct span){tag->end, tag->rest - tag->end}, false);
    skip_line(p, tag);
    return err;
}

static enum err close_element(struct parser *p, const struct tag *tag)
{
    const struct open *open = &p->stack[--p->depth];

    switch (p->template->nodes[open->node].kind) {
    case MUSTACHE_PARENT:
        return close_parent(p, tag, open);
    case MUSTACHE_BLOCK:
        return open->argument ? close_argument(p, tag, open) : close_parameter(p, tag, open);
    default:
        return leave_line(p, tag);
    }
}

static enum err place_close(struct parser *p, const struct tag *tag)
{
    const char *name = p->text + tag->name.at;
    const struct open *open;
    enum err err;

    if (p->depth == 0)
        return mustache_fault(p->template, tag->at, p->report,
                              "{{/%.*s}} closes nothing; remove it or open it before",
                              shown(tag->name), name);
    open = &p->stack[p->depth - 1];
    if (open_name(p).len != tag->name.len ||
        memcmp(p->text + open_name(p).at, name, tag->name.len) != 0)
        return mustache_fault(p->template, tag->at, p->report,
                              "{{/%.*s}} stands where {{%s%.*s}} of line %zu must be closed first",
                              shown(tag->name), name, opening_sigil(open_node(p)),
                              shown(open_name(p)), p->text + open_name(p).at,
                              mustache_line(p->template, open->tag));
    err = close_element(p, tag);
    p->template->nodes[open->node].end = p->template->count;
    p->dedent = open->dedent;
    return err;
}

/* --- delimiters
 * ------------------------------------------------------------------------------------------------
 */

static bool is_delimiter(const char *text, size_t len)
{
    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (is_space(text[i]) || text[i] == '=' || text[i] == '\0')
            return false;
    }
    return true;
}

/* {{=<% %>=}}: two words; the spans point into the template's text, which stays. */
static enum err place_delimiters(struct parser *p, const struct tag *tag)
{
    const char *text = p->text + tag->name.at;
    size_t len = tag->name.len;
    size_t first = 0;
    size_t second;

    while (first < len && !is_space(text[first]))
        first++;
    second = first;
    while (second < len && is_space(text[second]))
        second++;
    if (!is_delimiter(text, first) || !is_delimiter(text + second, len - second))
        return mustache_fault(p->template, tag->at, p->report,
                              "bad delimiters; write two of them without = in them: {{=<%% %%>=}}");
    p->opener = (struct delimiter){text, first};
    p->closer = (struct delimiter){text + second, len - second};
    return leave_line(p, tag);
}

/* --- the pass
 * --------------------------------------------------------------------------------------------------
 */

static const struct sigil {
    char sigil;
    char mark;      /* stands before the closing delimiter */
    bool named;     /* must have a name */
    bool in_parent; /* may stand directly in a parent */
    enum err (*place)(struct parser *p, const struct tag *tag);
} sigils[] = {
    {'!', 0, false, true, place_comment},    {'=', '=', false, true, place_delimiters},
    {'#', 0, true, false, place_section},    {'^', 0, true, false, place_section},
    {'/', 0, true, true, place_close},       {'>', 0, true, false, place_partial},
    {'<', 0, true, false, place_parent},     {'$', 0, true, true, place_block},
    {'{', '}', true, false, place_variable}, {'&', 0, true, false, place_variable},
    {0, 0, true, false, place_variable}, /* the last row: any other character begins a name */
};

static const struct sigil *find_sigil(const struct parser *p, size_t at)
{
    const struct sigil *s = sigils;

    while (s->sigil != 0 && (at >= p->len || s->sigil != p->text[at]))
        s++;
    return s;
}

static enum err check_tag(const struct parser *p, const struct sigil *sigil, const struct tag *tag)
{
    const char *name = p->text + tag->name.at;

    if (sigil->named && tag->name.len == 0)
        return mustache_fault(p->template, tag->at, p->report, "a tag without a name");
    for (size_t i = 0; sigil->named && i < tag->name.len; i++) {
        if (is_space(name[i]) || name[i] == '\0')
            return mustache_fault(p->template, tag->at, p->report,
                                  "a name holds no blanks: \"%.*s\"; is a tag not closed?",
                                  shown(tag->name), name);
    }
    if (!sigil->in_parent && in_parent(p))
        return mustache_fault(
            p->template, tag->at, p->report,
            "{{%.*s}} directly in {{<%.*s}} is not shown; put it into a {{$block}}",
            shown(tag->name), name, shown(open_name(p)), p->text + open_name(p).at);
    return ERR_NONE;
}

/* Reads the tag at an offset; the text before it was taken, but for the blanks of its line. */
static enum err take_tag(struct parser *p, size_t at)
{
    size_t name = at + p->opener.len;
    const struct sigil *sigil = find_sigil(p, name);
    struct tag tag = {.sigil = sigil->sigil, .at = at};
    size_t end;
    enum err err;

    if (sigil->sigil != 0)
        name++;
    end = find_closer(p, name, sigil->mark);
    if (end == NOT_FOUND)
        return mustache_fault(p->template, at, p->report, "a tag begins here and is never closed");
    tag.name = trimmed(p, name, end);
    tag.end = end + (sigil->mark != 0) + p->closer.len;
    tag.fresh = p->line_start && !in_parent(p);
    tag.pad = (struct span){p->pos, tag.fresh ? at - p->pos : 0};
    tag.rest = after_blank_rest(p, tag.end);
    err = check_tag(p, sigil, &tag);
    return err == ERR_NONE ? sigil->place(p, &tag) : err;
}

static enum err finish(struct parser *p)
{
    enum err err = take_text(p, p->len);

    if (err == ERR_NONE && p->depth > 0)
        return mustache_fault(p->template, p->stack[p->depth - 1].tag, p->report,
                              "{{%s%.*s}} is never closed", opening_sigil(open_node(p)),
                              shown(open_name(p)), p->text + open_name(p).at);
    if (err == ERR_NONE && p->pos < p->len)
        err = add_text(p, (struct span){p->pos, p->len - p->pos}, true);
    return err;
}

enum err mustache_parse(struct mustache_template *template, bool strict, struct buffer *report)
{
    struct parser p = {.template = template,
                       .text = template->text,
                       .len = template->len,
                       .line_start = true,
                       .strict = strict,
                       .opener = {"{{", 2},
                       .closer = {"}}", 2},
                       .report = report};
    enum err err = ERR_NONE;

    while (err == ERR_NONE) {
        const char *found = memmem(p.text + p.pos, p.len - p.pos, p.opener.text, p.opener.len);

        if (found == NULL)
            return finish(&p);
        err = take_text(&p, (size_t)(found - p.text));
        if (err == ERR_NONE)
            err = take_tag(&p, (size_t)(found - p.text));
    }
    return err;
}
