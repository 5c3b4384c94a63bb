/*
 * markdown.c: a part of an article to HTML and plain text. Contract: markdown.h.
 *
 * The library's tree is walked once: every kind of node is in one table that says whether it is
 * allowed and how it reads as plain text. Its metadata, footnotes, smart punctuation and autolinks
 * are off: typography is in the text itself.
 */
#include "content/markdown.h"
#include "base/url.h"
#include "content/list.h"
#include "content/plain.h"
#include "content/rule.h"
#include "content/text.h"
#include <sys/queue.h>

#include <lowdown.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* nesting of blocks */

static const char figure_scheme[] = "figure:";
static const char slot_scheme[] = "vhod:";

/* Lines of links. */

/* The line of a target: its next occurrence in the part. The tree has no positions, but nodes come
 * in order. */
static int locate(struct passage *passage, const char *target)
{
    const char *found = strstr(passage->cursor, target);
    int line;

    if (found == NULL || found >= passage->text + passage->len)
        found = passage->cursor;
    line = passage->line;
    for (const char *c = passage->text; c < found; c++)
        line += *c == '\n';
    passage->cursor = found + (strncmp(found, target, strlen(target)) == 0 ? strlen(target) : 0);
    return line;
}

static void complain(struct passage *passage, int line, const char *target, const char *message)
{
    faults_add(passage->faults, passage->path, line, NULL, NULL, "link \"%s\" %s", target, message);
}

/* NULL if a reader may be sent there. */
static const char *judge_target(const char *target)
{
    if (strncmp(target, "https:", 6) == 0)
        return rule_https(target);
    if (strncmp(target, "mailto:", 7) == 0)
        return rule_email(target + 7);
    if (strncmp(target, "tel:", 4) == 0)
        return rule_phone(target + 4);
    if (strncmp(target, slot_scheme, sizeof slot_scheme - 1) == 0)
        return "must stand in a paragraph of its own, in a step or below a heading";
    if (strncmp(target, figure_scheme, sizeof figure_scheme - 1) == 0)
        return "is no link: write ![what to look for](figure:id)";
    if (target[0] == '/' && target[1] != '/')
        return NULL;
    return "must be https://…, mailto:…, tel:… or a path of this site like /q/7";
}

static void take_link(struct passage *passage, const char *target)
{
    int line = locate(passage, target);
    const char *complaint = judge_target(target);
    struct article *article;
    struct article_link *grown;
    char *copy;

    if (complaint != NULL)
        complain(passage, line, target, complaint);
    if (complaint != NULL || target[0] != '/')
        return;
    article = passage->article;
    grown = list_room(article->links, article->link_count, sizeof *grown);
    copy = strdup(target);
    if (grown != NULL)
        article->links = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        passage->err = ERR_MEMORY;
        return;
    }
    grown[article->link_count++] = (struct article_link){copy, line};
}

/* The library's strings have lengths and may be NULL; ours end with NUL. */
static char *copy_of(struct passage *passage, const struct lowdown_buf *text)
{
    char *copy = text->size > 0 ? strndup(text->data, text->size) : strdup("");

    if (copy == NULL)
        passage->err = ERR_MEMORY;
    return copy;
}

/* Plain text. */

static void plain_children(struct passage *passage, struct buffer *out,
                           const struct lowdown_node *node, const char *gap);

/* Adds text with one prefix before its first line and another before the rest. */
static void add_prefixed(struct passage *passage, struct buffer *out, const struct buffer *text,
                         const char *first, const char *rest)
{
    struct text_line line = {.next = buffer_text(text)};

    if (buffer_failed(text))
        passage->err = ERR_MEMORY;
    while (text_line(&line)) {
        const char *prefix;

        if (line.number > 1)
            buffer_putc(out, '\n');
        while (line.len > 0 && line.text[line.len - 1] == ' ')
            line.len--;
        prefix = line.number == 1 ? first : rest;
        buffer_add(out, prefix, line.len > 0 ? strlen(prefix) : strcspn(prefix, " "));
        buffer_add(out, line.text, line.len);
    }
}

static void plain_span(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    plain_children(passage, out, node, "\n");
}

/* Line ends inside a paragraph are only where the author's editor wrapped. */
static void plain_text(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    const struct lowdown_buf *text = &node->rndr_normal_text.text;

    (void)passage;
    for (size_t i = 0; i < text->size; i++)
        buffer_putc(out, text->data[i] == '\n' ? ' ' : text->data[i]);
}

static void plain_code(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    (void)passage;
    buffer_add(out, node->rndr_codespan.text.data, node->rndr_codespan.text.size);
}

static void plain_break(struct passage *passage, struct buffer *out,
                        const struct lowdown_node *node)
{
    (void)passage;
    (void)node;
    buffer_putc(out, '\n');
}

static void plain_entity(struct passage *passage, struct buffer *out,
                         const struct lowdown_node *node)
{
    static const char *const known[][2] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", "\xC2\xA0"}};
    const struct lowdown_buf *text = &node->rndr_entity.text;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i][0]) == text->size && memcmp(known[i][0], text->data, text->size) == 0) {
            buffer_puts(out, known[i][1]);
            return;
        }
    }
    faults_add(passage->faults, passage->path, locate(passage, "&"), NULL, NULL,
               "entity \"%.*s\": write the character itself", (int)text->size, text->data);
}

/* "text (address)". */
static void plain_link(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    char *target = copy_of(passage, &node->rndr_link.link);
    size_t before;

    if (target == NULL)
        return;
    before = out->len;
    plain_children(passage, out, node, "\n");
    if (out->len == before)
        complain(passage, locate(passage, target), target, "has no text");
    else
        buffer_printf(out, " (%s)", target);
    take_link(passage, target);
    free(target);
}

static void plain_autolink(struct passage *passage, struct buffer *out,
                           const struct lowdown_node *node)
{
    char *target = copy_of(passage, &node->rndr_autolink.link);

    if (target == NULL)
        return;
    buffer_puts(out, target);
    if (node->rndr_autolink.type != HALINK_EMAIL)
        take_link(passage, target);
    free(target);
}

static void plain_quote(struct passage *passage, struct buffer *out,
                        const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;

    plain_children(passage, &inner, node, "\n\n");
    add_prefixed(passage, out, &inner, "> ", "> ");
    buffer_free(&inner);
}

static void plain_item(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;
    char mark[32] = "- ";

    if (node->rndr_listitem.flags & HLIST_FL_ORDERED)
        snprintf(mark, sizeof mark, "%zu. ", node->rndr_listitem.num);
    plain_children(passage, &inner, node, "\n");
    add_prefixed(passage, out, &inner, mark, "   " + (mark[0] == '-'));
    buffer_free(&inner);
}

static void plain_fence(struct passage *passage, struct buffer *out,
                        const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;

    buffer_add(&inner, node->rndr_blockcode.text.data, node->rndr_blockcode.text.size);
    add_prefixed(passage, out, &inner, "    ", "    ");
    buffer_free(&inner);
}

static void plain_header(struct passage *passage, struct buffer *out,
                         const struct lowdown_node *node)
{
    /* The library counts levels from 0. Level 2 begins a part and was cut off before. */
    if (node->rndr_header.level < 2)
        faults_add(passage->faults, passage->path, passage->line, NULL, NULL,
                   "a heading in this part is too high: use ###");
    plain_children(passage, out, node, "\n");
}

static void plain_cell(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    if (node->rndr_table_cell.col > 0)
        buffer_puts(out, " | ");
    plain_children(passage, out, node, "\n");
}

static void refuse_html(struct passage *passage, struct buffer *out,
                        const struct lowdown_node *node)
{
    const struct lowdown_buf *text =
        node->type == LOWDOWN_BLOCKHTML ? &node->rndr_blockhtml.text : &node->rndr_raw_html.text;
    char *html = copy_of(passage, text);
    int line;

    if (html == NULL)
        return;
    line = locate(passage, html);
    buffer_puts(out, html); /* so that the part is not called empty as well */
    html[strcspn(html, "\n")] = '\0';
    faults_add(passage->faults, passage->path, line, NULL, NULL,
               "raw HTML \"%.40s\": write Markdown instead", html);
    free(html);
}

static void refuse_image(struct passage *passage, struct buffer *out,
                         const struct lowdown_node *node)
{
    char *target = copy_of(passage, &node->rndr_image.link);

    (void)out;
    if (target == NULL)
        return;
    complain(passage, locate(passage, target), target,
             "is an image, which must be figure:id in a paragraph of its own, in a step or below a "
             "heading");
    free(target);
}

/* Every kind of node that may come up. What has no row is refused. */
static const struct kind {
    void (*plain)(struct passage *passage, struct buffer *out, const struct lowdown_node *node);
    bool block;
} kinds[LOWDOWN__MAX] = {
    [LOWDOWN_PARAGRAPH] = {plain_span, true},
    [LOWDOWN_BLOCKQUOTE] = {plain_quote, true},
    [LOWDOWN_LIST] = {plain_span, true},
    [LOWDOWN_LISTITEM] = {plain_item, true},
    [LOWDOWN_BLOCKCODE] = {plain_fence, true},
    [LOWDOWN_HEADER] = {plain_header, true},
    [LOWDOWN_TABLE_BLOCK] = {plain_span, true},
    [LOWDOWN_TABLE_HEADER] = {plain_span, true},
    [LOWDOWN_TABLE_BODY] = {plain_span, true},
    [LOWDOWN_TABLE_ROW] = {plain_span, true},
    [LOWDOWN_TABLE_CELL] = {plain_cell, false},
    [LOWDOWN_BLOCKHTML] = {refuse_html, true},
    [LOWDOWN_RAW_HTML] = {refuse_html, false},
    [LOWDOWN_IMAGE] = {refuse_image, false},
    [LOWDOWN_LINK] = {plain_link, false},
    [LOWDOWN_LINK_AUTO] = {plain_autolink, false},
    [LOWDOWN_CODESPAN] = {plain_code, false},
    [LOWDOWN_EMPHASIS] = {plain_span, false},
    [LOWDOWN_DOUBLE_EMPHASIS] = {plain_span, false},
    [LOWDOWN_TRIPLE_EMPHASIS] = {plain_span, false},
    [LOWDOWN_LINEBREAK] = {plain_break, false},
    [LOWDOWN_ENTITY] = {plain_entity, false},
    [LOWDOWN_NORMAL_TEXT] = {plain_text, false},
};

static void plain_node(struct passage *passage, struct buffer *out, const struct lowdown_node *node)
{
    const struct kind *kind = &kinds[node->type];

    if (kind->plain != NULL)
        kind->plain(passage, out, node);
    else if (node->type != LOWDOWN_DOC_HEADER)
        faults_add(passage->faults, passage->path, passage->line, NULL, NULL,
                   "this part has a kind of Markdown that is not used here (a rule, a footnote)");
}

/* Children one after another, with a gap (line ends) before and after each block. */
static void plain_children(struct passage *passage, struct buffer *out,
                           const struct lowdown_node *node, const char *gap)
{
    const struct lowdown_node *child;
    bool after_block = false;
    size_t start = out->len;

    TAILQ_FOREACH (child, &node->children, entries) {
        bool block = kinds[child->type].block;

        if (out->len > start && (block || after_block)) {
            while (out->len > start && out->data[out->len - 1] == ' ')
                buffer_cut(out, out->len - 1);
            buffer_puts(out, gap);
        }
        plain_node(passage, out, child);
        after_block = block;
    }
}

/* Figures and slots. */

/* The only child of a paragraph, or NULL. */
static struct lowdown_node *only_child(const struct lowdown_node *paragraph)
{
    struct lowdown_node *first = TAILQ_FIRST(&paragraph->children);

    return paragraph->type == LOWDOWN_PARAGRAPH && first != NULL && !TAILQ_NEXT(first, entries)
               ? first
               : NULL;
}

/* What follows the scheme if the text begins with it, else NULL. Allocated. */
static char *after_scheme(struct passage *passage, const struct lowdown_buf *text,
                          const char *scheme)
{
    size_t len = strlen(scheme);
    char *rest;

    if (text->size < len || memcmp(text->data, scheme, len) != 0)
        return NULL;
    rest = strndup(text->data + len, text->size - len);
    if (rest == NULL)
        passage->err = ERR_MEMORY;
    return rest;
}

/* Takes a figure's paragraph into the step; false if this is none. */
static bool take_figure(struct passage *passage, const struct lowdown_node *image)
{
    struct article_part *part = passage->part;
    char *id = after_scheme(passage, &image->rndr_image.link, figure_scheme);
    int line;

    if (id == NULL)
        return false;
    line = locate(passage, figure_scheme);
    if (rule_id(id) != NULL)
        faults_add(passage->faults, passage->path, line, NULL, NULL, "figure \"%s\" %s", id,
                   rule_id(id));
    else if (image->rndr_image.alt.size == 0)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "figure \"%s\" needs a text that says what to look for", id);
    else if (part->figure != NULL)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "figure \"%s\" is a second one: a step has one figure", id);
    if (part->figure != NULL) {
        free(id);
        return true;
    }
    part->figure = id;
    part->figure_line = line;
    part->figure_alt = copy_of(passage, &image->rndr_image.alt);
    return true;
}

static bool take_slot(struct passage *passage, const struct lowdown_node *link)
{
    char *name = after_scheme(passage, &link->rndr_link.link, slot_scheme);
    struct article_part *part = passage->part;
    int line;

    if (name == NULL)
        return false;
    line = locate(passage, slot_scheme);
    if (strcmp(name, "address") != 0 && strcmp(name, "contacts") != 0)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "slot \"%s\" is unknown: write vhod:address or vhod:contacts (for whom a part "
                   "is, is said below its heading: via: esia)",
                   name);
    else if (part->slot != NULL)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "slot \"%s\" is a second one: a step has one slot", name);
    free(part->slot);
    part->slot = name;
    part->slot_line = line;
    return true;
}

/* Keeps what is about to leave the text: a figure's text and id, a slot's link. */
static void witness_lifted(struct passage *passage, const struct lowdown_node *child)
{
    const struct lowdown_buf *target = &child->rndr_link.link;

    if (child->type == LOWDOWN_IMAGE) {
        target = &child->rndr_image.link;
        buffer_add(&passage->witness, child->rndr_image.alt.data, child->rndr_image.alt.size);
    } else {
        plain_children(passage, &passage->witness, child, "\n");
    }
    buffer_add(&passage->witness, target->data, target->size);
}

/* True if the paragraph was a figure or a slot; it must then leave the text. */
static bool lift(struct passage *passage, const struct lowdown_node *paragraph)
{
    const struct lowdown_node *child = passage->part != NULL ? only_child(paragraph) : NULL;
    bool lifted = child != NULL && ((child->type == LOWDOWN_IMAGE && take_figure(passage, child)) ||
                                    (child->type == LOWDOWN_LINK && take_slot(passage, child)));

    if (lifted)
        witness_lifted(passage, child);
    return lifted;
}

/* Walks the top of the tree: lifts figures and slots out, adds the rest to text. */
static void walk(struct passage *passage, struct lowdown_node *root, struct buffer *text)
{
    struct lowdown_node *node = TAILQ_FIRST(&root->children);

    while (node != NULL) {
        struct lowdown_node *next = TAILQ_NEXT(node, entries);
        size_t before = text->len;

        if (lift(passage, node)) {
            TAILQ_REMOVE(&root->children, node, entries);
            lowdown_node_free(node);
        } else {
            if (text->len > 0 && kinds[node->type].block)
                buffer_puts(text, "\n\n");
            plain_node(passage, text, node);
            buffer_add(&passage->witness, buffer_text(text) + before, text->len - before);
        }
        node = next;
    }
}

/* Rendering. */

static const struct lowdown_opts options = {
    .type = LOWDOWN_HTML,
    .maxdepth = DEPTH_MAX,
    .feat = LOWDOWN_TABLES | LOWDOWN_FENCED | LOWDOWN_COMMONMARK | LOWDOWN_NOCODEIND,
    .oflags = LOWDOWN_HTML_ESCAPE, /* a second lock: raw HTML is a fault already */
};

/* Takes empty lines out, but for those of code: the library's releases differ in them, and the same
 * content is to be the same on every machine. */
static void tidy(char *html)
{
    bool code = false;
    char *to = html;

    while (*html == '\n')
        html++;
    for (; *html; html++) {
        if (strncmp(html, "<pre", 4) == 0 || strncmp(html, "</pre", 5) == 0)
            code = html[1] == 'p';
        if (code || *html != '\n' || to[-1] != '\n')
            *to++ = *html;
    }
    *to = '\0';
}

/* The library's renderer, once; NULL without memory. */
static char *render_once(const struct lowdown_node *root)
{
    char *html = NULL;
    struct lowdown_buf *out = lowdown_buf_new(1024);
    void *renderer = lowdown_html_new(&options);

    if (out != NULL && renderer != NULL && lowdown_html_rndr(out, renderer, root))
        html = strndup(out->size > 0 ? out->data : "", out->size);
    if (html != NULL)
        tidy(html);
    lowdown_html_free(renderer);
    lowdown_buf_free(out);
    return html;
}

/* Twice: where an allocation fails inside of it, the renderer may leave something out and say
 * nothing. */
char *markdown_html(struct passage *passage, const struct lowdown_node *root)
{
    char *html = render_once(root);
    char *again = html != NULL ? render_once(root) : NULL;

    if (html == NULL || again == NULL || strcmp(html, again) != 0) {
        passage->err = ERR_MEMORY;
        free(html);
        html = NULL;
    }
    free(again);
    return html;
}

/* A part must be read whole: what the library's tree says is what the file says. A failed
 * allocation inside of it would leave a hole that nobody hears of. */
static void check_whole(struct passage *passage)
{
    struct buffer written = BUFFER_INIT, read = BUFFER_INIT;

    plain_of_markdown(&written, passage->text, passage->len);
    plain_of_text(&read, buffer_text(&passage->witness), passage->witness.len);
    if (buffer_failed(&passage->witness) || buffer_failed(&written) || buffer_failed(&read))
        passage->err = ERR_MEMORY;
    else if (strcmp(buffer_text(&written), buffer_text(&read)) != 0)
        faults_add(passage->faults, passage->path, passage->line, NULL, NULL,
                   "this part is not read as it is written (number lists 1, 2, 3; no titles of "
                   "links, no language of code), or memory ran out: \"%.60s\"",
                   buffer_text(&read));
    buffer_free(&written);
    buffer_free(&read);
}

struct lowdown_node *markdown_parse(struct passage *passage, struct buffer *text)
{
    struct lowdown_doc *doc = lowdown_doc_new(&options);
    struct lowdown_node *root = NULL;

    if (doc == NULL) {
        passage->err = ERR_MEMORY;
        return NULL;
    }
    passage->cursor = passage->text;
    root = lowdown_doc_parse(doc, NULL, passage->text, passage->len, NULL);
    if (root != NULL)
        walk(passage, root, text);
    else
        faults_add(passage->faults, passage->path, passage->line, NULL, NULL,
                   "this part is nested too deeply to be read, or memory ran out");
    if (root != NULL && faults_count(passage->faults) == passage->faults_before)
        check_whole(passage);
    buffer_free(&passage->witness);
    lowdown_doc_free(doc);
    return root;
}

enum err markdown_render(struct passage *passage, char **html, char **text)
{
    struct buffer plain = BUFFER_INIT;
    struct lowdown_node *root = markdown_parse(passage, &plain);

    if (root != NULL) {
        *html = markdown_html(passage, root);
        *text = buffer_take(&plain);
        if (*text == NULL)
            passage->err = ERR_MEMORY;
    }
    buffer_free(&plain);
    lowdown_node_free(root);
    return passage->err;
}
