/*
 * mustache_render.c: nodes and a view become text. Everything it needs while it runs lies on the C
 * stack: the context stack, the arguments of parents and the indentation are lists whose links are
 * locals of the functions that made them. Only the output buffer grows. Work is bounded by depth,
 * by output, and by steps, so that no template and no document can hold a worker.
 *
 * Arguments. A parent hands on what its own caller gave, and the outermost argument of a name wins,
 * so a page overrides a layout that overrides another. An argument's content is part of the
 * template that it stands in: blocks in it are that template's parameters, so only what was given
 * to that template fills them. That also keeps a block from containing itself.
 */
#include "base/log.h"
#include "view/mustache_set.h"
#include "view/value.h"
#include <string.h>

#define OUTPUT_MAX (4u << 20)
#define STEPS_MAX  (4u << 20) /* nodes visited; a large page takes some ten thousand */

struct context {
    const json_t *value;
    const struct context *outer;
};

struct indent {
    const char *text;
    size_t len;
    const struct indent *outer;
};

/* The blocks given to a parent. */
struct arguments {
    const struct mustache_template *template;
    uint32_t parent;
    const struct arguments *outer;
};

/* Where nodes are rendered. */
struct scope {
    const struct mustache_template *template;
    const struct context *context;
    const struct arguments *arguments;
    const struct indent *indent;
    unsigned depth;
};

struct render {
    const struct mustache *set;
    struct buffer *out;
    size_t start; /* length of out before */
    size_t steps;
    bool plain; /* nothing is escaped */
};

static enum err render_nodes(struct render *r, const struct scope *scope, uint32_t from,
                             uint32_t to);

static const char *source(const struct scope *scope, const struct mustache_node *node)
{
    return scope->template->text + node->at;
}

/* --- text --- */

static void add_indent(struct buffer *out, const struct indent *indent)
{
    if (indent == NULL)
        return;
    add_indent(out, indent->outer);
    buffer_add(out, indent->text, indent->len);
}

static enum err render_text(struct render *r, const struct scope *scope,
                            const struct mustache_node *node)
{
    if ((node->flags & MUSTACHE_LINE_START) != 0)
        add_indent(r->out, scope->indent);
    buffer_add(r->out, source(scope, node), node->len);
    return ERR_NONE;
}

/* --- names --- */

/* The nearest context that has the first part of the name decides; the other parts are looked for
 * in that only. */
static const json_t *find_value(const struct scope *scope, const char *name, size_t len)
{
    const char *dot = memchr(name, '.', len);
    size_t first = dot == NULL ? len : (size_t)(dot - name);
    const json_t *value = NULL;

    if (len == 1 && dot != NULL)
        return scope->context->value;
    for (const struct context *c = scope->context; c != NULL && value == NULL; c = c->outer)
        value = json_object_getn(c->value, name, first);
    if (value == NULL || dot == NULL)
        return value;
    return value_at(value, dot + 1, len - first - 1);
}

/* Arrays and objects write nothing: a template that names one means a part of it. */
static enum err render_variable(struct render *r, const struct scope *scope,
                                const struct mustache_node *node)
{
    char room[VALUE_ROOM];
    const char *text;
    size_t len;

    if (!value_text(find_value(scope, source(scope, node), node->len), room, &text, &len))
        return ERR_NONE;
    if (node->kind == MUSTACHE_RAW || r->plain)
        buffer_add(r->out, text, len);
    else
        buffer_add_html(r->out, text, len);
    return ERR_NONE;
}

/* --- sections --- */

static enum err render_inside(struct render *r, const struct scope *scope,
                              const struct mustache_node *node, const json_t *value)
{
    struct context context = {value, scope->context};
    struct scope inner = *scope;
    uint32_t first = (uint32_t)(node - scope->template->nodes) + 1;

    if (value != NULL)
        inner.context = &context;
    inner.depth++;
    r->steps++;
    return render_nodes(r, &inner, first, node->end);
}

static enum err render_section(struct render *r, const struct scope *scope,
                               const struct mustache_node *node)
{
    const json_t *value = find_value(scope, source(scope, node), node->len);
    enum err err = ERR_NONE;

    if (!value_is_true(value))
        return ERR_NONE;
    if (!json_is_array(value))
        return render_inside(r, scope, node, value);
    for (size_t i = 0; err == ERR_NONE && i < json_array_size(value); i++)
        err = render_inside(r, scope, node, json_array_get(value, i));
    return err;
}

static enum err render_inverted(struct render *r, const struct scope *scope,
                                const struct mustache_node *node)
{
    if (value_is_true(find_value(scope, source(scope, node), node->len)))
        return ERR_NONE;
    return render_inside(r, scope, node, NULL);
}

/* --- other templates --- */

/* A partial, or a parent with its arguments. Not alone on its line, it is written as it is, without
 * indentation. */
static enum err render_template(struct render *r, const struct scope *scope,
                                const struct mustache_node *node)
{
    struct indent indent = {scope->template->text + node->indent_at, node->indent_len,
                            scope->indent};
    struct arguments arguments = {scope->template, (uint32_t)(node - scope->template->nodes),
                                  scope->arguments};
    struct scope inner = *scope;

    inner.template = mustache_find(r->set, source(scope, node), node->len);
    if (inner.template == NULL)
        return ERR_NONE;
    inner.indent = (node->flags & MUSTACHE_ALONE) != 0 ? &indent : NULL;
    if (node->kind == MUSTACHE_PARENT)
        inner.arguments = &arguments;
    inner.depth++;
    return render_nodes(r, &inner, 0, inner.template->count);
}

static const struct mustache_node *given(const struct arguments *arguments, const char *name,
                                         size_t len)
{
    const struct mustache_template *t = arguments->template;

    for (uint32_t i = arguments->parent + 1; i < t->nodes[arguments->parent].end;
         i = t->nodes[i].end) {
        if (t->nodes[i].len == len && memcmp(t->text + t->nodes[i].at, name, len) == 0)
            return &t->nodes[i];
    }
    return NULL;
}

/* The outermost argument of that name; *from is the list that gave it. */
static const struct mustache_node *find_argument(const struct arguments *arguments,
                                                 const char *name, size_t len,
                                                 const struct arguments **from)
{
    const struct mustache_node *found = NULL;

    for (; arguments != NULL; arguments = arguments->outer) {
        const struct mustache_node *node = given(arguments, name, len);

        if (node != NULL) {
            found = node;
            *from = arguments;
        }
    }
    return found;
}

/* The parameter's line ends with it; so must what was put there, unless that is nothing. */
static void end_line(struct render *r, const struct mustache_node *parameter, size_t before)
{
    const struct buffer *out = r->out;

    if ((parameter->flags & MUSTACHE_ENDS_LINE) == 0 || out->len <= before ||
        out->data[out->len - 1] == '\n')
        return;
    buffer_puts(r->out, (parameter->flags & MUSTACHE_CRLF) != 0 ? "\r\n" : "\n");
}

static enum err render_block(struct render *r, const struct scope *scope,
                             const struct mustache_node *node)
{
    struct indent indent = {scope->template->text + node->indent_at, node->indent_len,
                            scope->indent};
    const struct arguments *from = NULL;
    const struct mustache_node *argument =
        find_argument(scope->arguments, source(scope, node), node->len, &from);
    struct scope inner = *scope;
    size_t before = r->out->len;
    enum err err;

    if (argument == NULL)
        return render_inside(r, scope, node, NULL);
    inner.template = from->template;
    inner.arguments = from->outer;
    inner.indent = (node->flags & MUSTACHE_OWN_LINES) != 0 ? &indent : NULL;
    err = render_inside(r, &inner, argument, NULL);
    end_line(r, node, before);
    return err;
}

/* --- the walk --- */

static enum err (*const renderers[MUSTACHE__KINDS])(struct render *, const struct scope *,
                                                    const struct mustache_node *) = {
    [MUSTACHE_TEXT] = render_text,         [MUSTACHE_VARIABLE] = render_variable,
    [MUSTACHE_RAW] = render_variable,      [MUSTACHE_SECTION] = render_section,
    [MUSTACHE_INVERTED] = render_inverted, [MUSTACHE_PARTIAL] = render_template,
    [MUSTACHE_PARENT] = render_template,   [MUSTACHE_BLOCK] = render_block,
};

/* Looked at before each node. The node and its template are known here only, so this is where it is
 * logged. */
static enum err check_bounds(struct render *r, const struct scope *scope,
                             const struct mustache_node *node)
{
    const char *message;

    if (scope->depth > MUSTACHE_DEPTH_MAX)
        message = "nested too deep; does a partial include itself without end?";
    else if (r->out->len - r->start > OUTPUT_MAX)
        message = "the page grows over 4 MiB; show less at once";
    else if (++r->steps > STEPS_MAX)
        message = "too much is repeated; look for sections in sections over long lists";
    else
        return ERR_NONE;
    log_error("%s:%zu: %s", scope->template->file, mustache_line(scope->template, node->at),
              message);
    return ERR_LIMIT;
}

static enum err render_nodes(struct render *r, const struct scope *scope, uint32_t from,
                             uint32_t to)
{
    const struct mustache_node *nodes = scope->template->nodes;
    enum err err = ERR_NONE;

    for (uint32_t i = from; err == ERR_NONE && i < to; i = nodes[i].end) {
        err = check_bounds(r, scope, &nodes[i]);
        if (err == ERR_NONE)
            err = renderers[nodes[i].kind](r, scope, &nodes[i]);
    }
    return err;
}

static enum err render(const struct mustache *set, const char *name, const json_t *view, bool plain,
                       struct buffer *out)
{
    struct context context = {view, NULL};
    struct scope scope = {.template = mustache_find(set, name, strlen(name)), .context = &context};
    struct render r = {.set = set, .out = out, .start = out->len, .plain = plain};
    enum err err;

    if (scope.template == NULL) {
        log_error("no template is named %s", name);
        return ERR_NOT_FOUND;
    }
    err = render_nodes(&r, &scope, 0, scope.template->count);
    if (buffer_failed(out))
        return ERR_MEMORY;
    if (err == ERR_NONE && out->len - r.start > OUTPUT_MAX) {
        log_error("%s: the page is over 4 MiB; show less at once", scope.template->file);
        err = ERR_LIMIT;
    }
    if (err != ERR_NONE)
        buffer_cut(out, r.start);
    return err;
}

enum err mustache_render(const struct mustache *set, const char *name, const json_t *view,
                         struct buffer *out)
{
    return render(set, name, view, false, out);
}

enum err mustache_render_text(const struct mustache *set, const char *name, const json_t *view,
                              struct buffer *out)
{
    return render(set, name, view, true, out);
}
