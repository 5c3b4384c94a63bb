/*
 * mustache_lines.c: the half of the compiler that deals with lines: which blanks are text and which
 * are layout, which lines vanish, what indentation is, and the nodes made of text. What tags mean
 * is mustache_parse.c's business.
 */
#include "view/mustache_lines.h"
#include <stdlib.h>
#include <string.h>

/* --- the source --- */

static size_t after_blanks(const struct lines *l, size_t at)
{
    while (at < l->len && (l->text[at] == ' ' || l->text[at] == '\t'))
        at++;
    return at;
}

size_t lines_after_blank_rest(const struct lines *l, size_t at)
{
    at = after_blanks(l, at);
    if (at == l->len)
        return at;
    if (l->text[at] == '\r' && at + 1 < l->len)
        at++;
    return l->text[at] == '\n' ? at + 1 : NOT_BLANK;
}

bool lines_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span lines_trimmed(const struct lines *l, size_t from, size_t to)
{
    while (from < to && lines_is_space(l->text[from]))
        from++;
    while (from < to && lines_is_space(l->text[to - 1]))
        to--;
    return (struct span){from, to - from};
}

bool lines_has_delimiter(const struct lines *l, size_t at, const struct delimiter *delimiter)
{
    return delimiter->len <= l->len - at &&
           memcmp(l->text + at, delimiter->text, delimiter->len) == 0;
}

/* --- nodes --- */

enum err lines_add_node(struct lines *l, enum mustache_kind kind, struct span text, uint32_t *index)
{
    struct mustache_template *t = l->template;
    struct mustache_node *nodes;

    if (t->count == l->capacity) {
        l->capacity = l->capacity == 0 ? 32 : l->capacity * 2;
        nodes = reallocarray(t->nodes, l->capacity, sizeof *nodes);
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

struct span lines_dedented(const struct lines *l, struct span span)
{
    size_t n = 0;

    while (n < l->dedent.len && n < span.len && l->text[span.at + n] == l->text[l->dedent.at + n])
        n++;
    return (struct span){span.at + n, span.len - n};
}

/* An empty line gets no indentation: it would be blanks at a line's end. */
enum err lines_add_text(struct lines *l, struct span text, bool starts_line)
{
    uint32_t node;
    enum err err;

    if (starts_line)
        text = lines_dedented(l, text);
    if (text.len > 0 && (l->text[text.at] == '\n' || l->text[text.at] == '\r'))
        starts_line = false;
    if (text.len == 0 && !starts_line)
        return ERR_NONE;
    err = lines_add_node(l, MUSTACHE_TEXT, text, &node);
    if (err == ERR_NONE && starts_line)
        l->template->nodes[node].flags = MUSTACHE_LINE_START;
    return err;
}

void lines_set_indent(struct lines *l, uint32_t node, struct span indent)
{
    l->template->nodes[node].indent_at = (uint32_t)indent.at;
    l->template->nodes[node].indent_len = (uint32_t)indent.len;
}

void lines_set_end(struct lines *l, uint32_t node, size_t rest)
{
    if (rest == 0 || l->text[rest - 1] != '\n')
        return;
    l->template->nodes[node].flags |= MUSTACHE_ENDS_LINE;
    if (rest > 1 && l->text[rest - 2] == '\r')
        l->template->nodes[node].flags |= MUSTACHE_CRLF;
}

/* --- text --- */

enum err lines_take_text(struct lines *l, size_t to)
{
    enum err err = ERR_NONE;

    while (err == ERR_NONE && l->pos < to) {
        const char *newline = memchr(l->text + l->pos, '\n', to - l->pos);
        size_t end = newline == NULL ? to : (size_t)(newline - l->text) + 1;

        if (newline == NULL && l->line_start && after_blanks(l, l->pos) >= to)
            break;
        err = lines_add_text(l, (struct span){l->pos, end - l->pos}, l->line_start);
        l->pos = end;
        l->line_start = newline != NULL;
    }
    return err;
}

/* --- the lines of tags --- */

bool lines_is_alone(const struct tag *tag)
{
    return tag->fresh && tag->rest != NOT_BLANK;
}

void lines_skip(struct lines *l, const struct tag *tag)
{
    l->pos = tag->rest;
    l->line_start = true;
}

enum err lines_keep(struct lines *l, const struct tag *tag)
{
    l->pos = tag->end;
    l->line_start = false;
    return tag->fresh ? lines_add_text(l, tag->pad, true) : ERR_NONE;
}

enum err lines_leave(struct lines *l, const struct tag *tag)
{
    if (!lines_is_alone(tag))
        return lines_keep(l, tag);
    lines_skip(l, tag);
    return ERR_NONE;
}

struct span lines_first_indent(const struct lines *l, size_t at, struct span fallback)
{
    size_t next;
    size_t begin;

    while ((next = lines_after_blank_rest(l, at)) != NOT_BLANK) {
        if (next == l->len)
            return fallback;
        at = next;
    }
    begin = after_blanks(l, at);
    if (lines_has_delimiter(l, begin, &l->opener) && begin + l->opener.len < l->len &&
        l->text[begin + l->opener.len] == '/')
        return fallback;
    return (struct span){at, begin - at};
}
