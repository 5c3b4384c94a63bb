/*
 * mustache_parse.c: from a template's text to its nodes, in one pass from left to right. It decides
 * everything that can be decided without data: what a tag means and whether it stands where it may,
 * which lines vanish (with mustache_lines.c), what indentation a partial or block gets. It reads no
 * files and knows no other template.
 *
 * Lines. A tag that writes nothing itself and stands alone on its line takes the line with it. The
 * specification's cases for inheritance go further: a whole element {{<p}}…{{/p}} that has its
 * lines to itself counts as alone, an argument's first line vanishes if nothing but blanks follows
 * its opening tag, and the indentation of an argument is taken off where it is written and put on
 * again where the parameter stands.
 */
#include "view/mustache_parse.h"
#include "view/mustache_lines.h"
#include <string.h>

#define NOT_FOUND     SIZE_MAX
#define ARGUMENTS_MAX 64 /* blocks in one parent; each is looked through for each parameter */
#define SHOWN_MAX     60 /* bytes of a name in a message */

/* The two arguments of %.*s for a stretch of the source. */
#define SHOWN(p, span) shown(span), (p)->lines.text + (span).at

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

struct parser {
    struct lines lines;
    bool strict;
    struct open stack[MUSTACHE_DEPTH_MAX];
    size_t depth;
    struct buffer *report;
};

/* --- what is open --- */

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
    return &p->lines.template->nodes[p->stack[p->depth - 1].node];
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

/* Where the closing delimiter stands, or, if mark is not 0, that character right before it. */
static size_t find_closer(const struct parser *p, size_t from, char mark)
{
    const char *found;

    if (mark == 0) {
        found = memmem(p->lines.text + from, p->lines.len - from, p->lines.closer.text,
                       p->lines.closer.len);
        return found == NULL ? NOT_FOUND : (size_t)(found - p->lines.text);
    }
    while ((found = memchr(p->lines.text + from, mark, p->lines.len - from)) != NULL) {
        from = (size_t)(found - p->lines.text) + 1;
        if (lines_has_delimiter(&p->lines, from, &p->lines.closer))
            return from - 1;
    }
    return NOT_FOUND;
}

/* Text between the blocks of a parent is not shown anywhere; a strict set refuses what would be
 * lost. */
static enum err skip_text(struct parser *p, size_t to)
{
    struct span lost = lines_trimmed(&p->lines, p->lines.pos, to);

    p->lines.pos = to;
    if (!p->strict || lost.len == 0)
        return ERR_NONE;
    return mustache_fault(p->lines.template, lost.at, p->report,
                          "text directly in {{<%.*s}} is not shown; put it into a {{$block}}",
                          SHOWN(p, open_name(p)));
}

/* --- tags: one function for each sigil --- */

static enum err push(struct parser *p, uint32_t node, const struct tag *tag, struct open **open)
{
    if (p->depth == MUSTACHE_DEPTH_MAX) {
        (void)mustache_fault(p->lines.template, tag->at, p->report,
                             "nested deeper than %d levels; move the inner part to a partial",
                             MUSTACHE_DEPTH_MAX);
        return ERR_TEMPLATE;
    }
    *open = &p->stack[p->depth++];
    **open = (struct open){.node = node,
                           .tag = tag->at,
                           .content = tag->end,
                           .fresh = tag->fresh,
                           .dedent = p->lines.dedent};
    return ERR_NONE;
}

/* {{x}} {{#a.b}}: no part between the dots may be empty; "." alone is the item itself. */
static enum err check_path(struct parser *p, const struct tag *tag)
{
    const char *name = p->lines.text + tag->name.at;
    size_t len = tag->name.len;

    if (len == 1 && name[0] == '.')
        return ERR_NONE;
    if (name[0] != '.' && name[len - 1] != '.' && memmem(name, len, "..", 2) == NULL)
        return ERR_NONE;
    return mustache_fault(p->lines.template, tag->at, p->report,
                          "the name %.*s has an empty part; dots stand between names",
                          SHOWN(p, tag->name));
}

static enum err place_variable(struct parser *p, const struct tag *tag)
{
    bool raw = tag->sigil != 0;
    enum err err = check_path(p, tag);

    if (err != ERR_NONE)
        return err;
    if (raw && p->strict && !mustache_mark(p->lines.text + tag->name.at, tag->name.len))
        return mustache_fault(p->lines.template, tag->at, p->report,
                              "%.*s must not be written raw; only names html, svg, *_html and "
                              "*_svg hold markup: use {{%.*s}}",
                              SHOWN(p, tag->name), SHOWN(p, tag->name));
    err = lines_keep(&p->lines, tag);
    if (err != ERR_NONE)
        return err;
    return lines_add_node(&p->lines, raw ? MUSTACHE_RAW : MUSTACHE_VARIABLE, tag->name, NULL);
}

static enum err place_section(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    enum err err = check_path(p, tag);

    if (err == ERR_NONE)
        err = lines_leave(&p->lines, tag);
    if (err == ERR_NONE)
        err = lines_add_node(&p->lines, tag->sigil == '#' ? MUSTACHE_SECTION : MUSTACHE_INVERTED,
                             tag->name, &node);
    return err == ERR_NONE ? push(p, node, tag, &open) : err;
}

static enum err place_comment(struct parser *p, const struct tag *tag)
{
    return lines_leave(&p->lines, tag);
}

static enum err place_partial(struct parser *p, const struct tag *tag)
{
    uint32_t node;
    enum err err = lines_leave(&p->lines, tag);

    if (err == ERR_NONE)
        err = lines_add_node(&p->lines, MUSTACHE_PARTIAL, tag->name, &node);
    if (err == ERR_NONE && lines_is_alone(tag)) {
        p->lines.template->nodes[node].flags = MUSTACHE_ALONE;
        lines_set_indent(&p->lines, node, lines_dedented(&p->lines, tag->pad));
    }
    return err;
}

/* Whether a parent is alone shows at its closing tag; until then the blanks before it are a text of
 * their own. */
static enum err place_parent(struct parser *p, const struct tag *tag)
{
    struct open *open;
    uint32_t node;
    enum err err = lines_keep(&p->lines, tag);

    if (err == ERR_NONE)
        err = lines_add_node(&p->lines, MUSTACHE_PARENT, tag->name, &node);
    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err == ERR_NONE && tag->fresh) {
        open->pad_node = node - 1;
        lines_set_indent(&p->lines, node, lines_dedented(&p->lines, tag->pad));
    }
    return err;
}

/* Too many, or one that was given before? */
static enum err check_argument(struct parser *p, const struct tag *tag)
{
    const struct mustache_node *nodes = p->lines.template->nodes;
    size_t count = 0;

    for (uint32_t i = p->stack[p->depth - 1].node + 1; i < p->lines.template->count;
         i = nodes[i].end) {
        if (nodes[i].len == tag->name.len &&
            memcmp(p->lines.text + nodes[i].at, p->lines.text + tag->name.at, tag->name.len) == 0)
            return mustache_fault(p->lines.template, tag->at, p->report,
                                  "block %.*s is given twice; keep one of them",
                                  SHOWN(p, tag->name));
        if (++count == ARGUMENTS_MAX)
            return mustache_fault(p->lines.template, tag->at, p->report,
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
        err = lines_add_node(&p->lines, MUSTACHE_BLOCK, tag->name, &node);
    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err != ERR_NONE)
        return err;
    open->argument = true;
    open->broken = tag->rest != NOT_BLANK;
    p->lines.dedent = (struct span){0, 0};
    if (open->broken)
        p->lines.dedent = lines_first_indent(&p->lines, tag->rest, p->lines.dedent);
    p->lines.pos = open->broken ? tag->rest : tag->end;
    p->lines.line_start = true;
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
    enum err err = lines_add_node(&p->lines, MUSTACHE_BLOCK, tag->name, &node);

    if (err == ERR_NONE)
        err = push(p, node, tag, &open);
    if (err != ERR_NONE)
        return err;
    if (tag->fresh)
        p->lines.template->nodes[node].flags = MUSTACHE_OWN_LINES;
    if (lines_is_alone(tag))
        indent = lines_first_indent(&p->lines, tag->rest, indent);
    lines_set_indent(&p->lines, node, lines_dedented(&p->lines, indent));
    return lines_leave(&p->lines, tag);
}

static enum err place_block(struct parser *p, const struct tag *tag)
{
    return in_parent(p) ? place_argument(p, tag) : place_parameter(p, tag);
}

/* --- closing tags --- */

static enum err close_parent(struct parser *p, const struct tag *tag, const struct open *open)
{
    struct mustache_node *node = &p->lines.template->nodes[open->node];

    if (!open->fresh || tag->rest == NOT_BLANK) {
        p->lines.pos = tag->end;
        p->lines.line_start = false;
        return ERR_NONE;
    }
    node->flags |= MUSTACHE_ALONE;
    p->lines.template->nodes[open->pad_node].len = 0;
    p->lines.template->nodes[open->pad_node].flags = 0;
    lines_skip(&p->lines, tag);
    return ERR_NONE;
}

/* Blanks before the closing tag on a line of its own are layout; {{$gap}} {{/gap}} is a blank
 * meant. */
static enum err close_argument(struct parser *p, const struct tag *tag, const struct open *open)
{
    bool meant = tag->fresh && tag->pad.len > 0 && !open->broken && tag->pad.at == open->content;
    enum err err = meant ? lines_add_text(&p->lines, tag->pad, true) : ERR_NONE;

    p->lines.pos = tag->end;
    p->lines.line_start = false;
    return err;
}

static enum err close_parameter(struct parser *p, const struct tag *tag, const struct open *open)
{
    bool own_lines = (p->lines.template->nodes[open->node].flags & MUSTACHE_OWN_LINES) != 0;
    enum err err = ERR_NONE;

    if (tag->rest == NOT_BLANK || (!own_lines && !tag->fresh))
        return lines_keep(&p->lines, tag);
    if (own_lines)
        lines_set_end(&p->lines, open->node, tag->rest);
    /* The end of a line shared with the content is the default content's; an argument brings its
     * own. */
    if (!tag->fresh)
        err = lines_add_text(&p->lines, (struct span){tag->end, tag->rest - tag->end}, false);
    lines_skip(&p->lines, tag);
    return err;
}

static enum err close_element(struct parser *p, const struct tag *tag)
{
    const struct open *open = &p->stack[--p->depth];

    switch (p->lines.template->nodes[open->node].kind) {
    case MUSTACHE_PARENT:
        return close_parent(p, tag, open);
    case MUSTACHE_BLOCK:
        return open->argument ? close_argument(p, tag, open) : close_parameter(p, tag, open);
    default:
        return lines_leave(&p->lines, tag);
    }
}

static enum err place_close(struct parser *p, const struct tag *tag)
{
    const char *name = p->lines.text + tag->name.at;
    const struct open *open;
    enum err err;

    if (p->depth == 0)
        return mustache_fault(p->lines.template, tag->at, p->report,
                              "{{/%.*s}} closes nothing; remove it or open it before",
                              SHOWN(p, tag->name));
    open = &p->stack[p->depth - 1];
    if (open_name(p).len != tag->name.len ||
        memcmp(p->lines.text + open_name(p).at, name, tag->name.len) != 0)
        return mustache_fault(p->lines.template, tag->at, p->report,
                              "{{/%.*s}} stands where {{%s%.*s}} of line %zu must be closed first",
                              SHOWN(p, tag->name), opening_sigil(open_node(p)),
                              SHOWN(p, open_name(p)), mustache_line(p->lines.template, open->tag));
    err = close_element(p, tag);
    p->lines.template->nodes[open->node].end = p->lines.template->count;
    p->lines.dedent = open->dedent;
    return err;
}

/* --- delimiters --- */

static bool is_delimiter(const char *text, size_t len)
{
    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (lines_is_space(text[i]) || text[i] == '=' || text[i] == '\0')
            return false;
    }
    return true;
}

/* {{=<% %>=}}: two words; the spans point into the template's text, which stays. */
static enum err place_delimiters(struct parser *p, const struct tag *tag)
{
    const char *text = p->lines.text + tag->name.at;
    size_t len = tag->name.len;
    size_t first = 0;
    size_t second;

    while (first < len && !lines_is_space(text[first]))
        first++;
    second = first;
    while (second < len && lines_is_space(text[second]))
        second++;
    if (!is_delimiter(text, first) || !is_delimiter(text + second, len - second))
        return mustache_fault(p->lines.template, tag->at, p->report,
                              "bad delimiters; write two of them without = in them: {{=<%% %%>=}}");
    p->lines.opener = (struct delimiter){text, first};
    p->lines.closer = (struct delimiter){text + second, len - second};
    return lines_leave(&p->lines, tag);
}

/* --- the pass --- */

static enum err take_text(struct parser *p, size_t to)
{
    return in_parent(p) ? skip_text(p, to) : lines_take_text(&p->lines, to);
}

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

    while (s->sigil != 0 && (at >= p->lines.len || s->sigil != p->lines.text[at]))
        s++;
    return s;
}

static enum err check_tag(const struct parser *p, const struct sigil *sigil, const struct tag *tag)
{
    const char *name = p->lines.text + tag->name.at;

    if (sigil->named && tag->name.len == 0)
        return mustache_fault(p->lines.template, tag->at, p->report, "a tag without a name");
    for (size_t i = 0; sigil->named && i < tag->name.len; i++) {
        if (lines_is_space(name[i]) || name[i] == '\0')
            return mustache_fault(p->lines.template, tag->at, p->report,
                                  "a name holds no blanks: \"%.*s\"; is a tag not closed?",
                                  SHOWN(p, tag->name));
    }
    if (!sigil->in_parent && in_parent(p))
        return mustache_fault(
            p->lines.template, tag->at, p->report,
            "{{%.*s}} directly in {{<%.*s}} is not shown; put it into a {{$block}}",
            SHOWN(p, tag->name), SHOWN(p, open_name(p)));
    return ERR_NONE;
}

/* Reads the tag at an offset; the text before it was taken, but for the blanks of its line. */
static enum err take_tag(struct parser *p, size_t at)
{
    size_t name = at + p->lines.opener.len;
    const struct sigil *sigil = find_sigil(p, name);
    struct tag tag = {.sigil = sigil->sigil, .at = at};
    size_t end;
    enum err err;

    if (sigil->sigil != 0)
        name++;
    end = find_closer(p, name, sigil->mark);
    if (end == NOT_FOUND)
        return mustache_fault(p->lines.template, at, p->report,
                              "a tag begins here and is never closed");
    tag.name = lines_trimmed(&p->lines, name, end);
    tag.end = end + (sigil->mark != 0) + p->lines.closer.len;
    tag.fresh = p->lines.line_start && !in_parent(p);
    tag.pad = (struct span){p->lines.pos, tag.fresh ? at - p->lines.pos : 0};
    tag.rest = lines_after_blank_rest(&p->lines, tag.end);
    err = check_tag(p, sigil, &tag);
    return err == ERR_NONE ? sigil->place(p, &tag) : err;
}

static enum err finish(struct parser *p)
{
    enum err err = take_text(p, p->lines.len);

    if (err == ERR_NONE && p->depth > 0)
        return mustache_fault(p->lines.template, p->stack[p->depth - 1].tag, p->report,
                              "{{%s%.*s}} is never closed", opening_sigil(open_node(p)),
                              SHOWN(p, open_name(p)));
    if (err == ERR_NONE && p->lines.pos < p->lines.len)
        err = lines_add_text(&p->lines, (struct span){p->lines.pos, p->lines.len - p->lines.pos},
                             true);
    return err;
}

enum err mustache_parse(struct mustache_template *template, bool strict, struct buffer *report)
{
    struct parser p = {.lines = {.template = template,
                                 .text = template->text,
                                 .len = template->len,
                                 .line_start = true,
                                 .opener = {"{{", 2},
                                 .closer = {"}}", 2}},
                       .strict = strict,
                       .report = report};
    const struct lines *l = &p.lines;
    enum err err = ERR_NONE;

    while (err == ERR_NONE) {
        const char *found =
            memmem(l->text + l->pos, l->len - l->pos, l->opener.text, l->opener.len);

        if (found == NULL)
            return finish(&p);
        err = take_text(&p, (size_t)(found - l->text));
        if (err == ERR_NONE)
            err = take_tag(&p, (size_t)(found - l->text));
    }
    return err;
}
