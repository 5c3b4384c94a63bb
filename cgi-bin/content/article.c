/*
 * article.c: Markdown to HTML and plain text, part by part. Contract: article.h.
 *
 * The file is cut at its "## " lines before the Markdown library sees it, and each part is parsed
 * on its own: so a step's HTML is whole by construction, and the line of a complaint is known. The
 * library's tree is walked once: every kind of node is in one table that says whether it is allowed
 * and how it reads as plain text. Its metadata, footnotes, smart punctuation and autolinks are off:
 * typography is in the text itself.
 */
#include "content/article.h"
#include "base/buffer.h"
#include "base/url.h"
#include "content/list.h"
#include "content/markup.h"
#include "content/rule.h"
#include "content/text.h"
#include <sys/queue.h>

#include <lowdown.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARTICLE_MAX (64 * 1024) /* bytes of a file: a long guide has 10 KiB */
#define DEPTH_MAX   16          /* nesting of blocks */

static const char figure_scheme[] = "figure:";
static const char slot_scheme[] = "vhod:";

/* A part of the file between two "## " lines, and what is being made of it. */
struct part {
    struct article *article;
    struct article_step *step; /* NULL for the text before the first step and for questions */
    const char *text;
    size_t len;
    int line; /* of its first line */
    const char *path;
    struct faults *faults;
    const char
        *cursor;  /* where the last link was found: lines are counted from the text, in order */
    enum err err; /* sticky: a system error on the way */
};

/* Lines of links. */

/* The line of a target: its next occurrence in the part. The tree has no positions, but nodes come
 * in order. */
static int locate(struct part *part, const char *target)
{
    const char *found = strstr(part->cursor, target);
    int line;

    if (found == NULL || found >= part->text + part->len)
        found = part->cursor;
    line = part->line;
    for (const char *c = part->text; c < found; c++)
        line += *c == '\n';
    part->cursor = found + (strncmp(found, target, strlen(target)) == 0 ? strlen(target) : 0);
    return line;
}

static void complain(struct part *part, int line, const char *target, const char *message)
{
    faults_add(part->faults, part->path, line, NULL, NULL, "link \"%s\" %s", target, message);
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
        return "must stand in a paragraph of its own, in a step of a guide";
    if (strncmp(target, figure_scheme, sizeof figure_scheme - 1) == 0)
        return "is no link: write ![what to look for](figure:id)";
    if (target[0] == '/' && target[1] != '/')
        return NULL;
    return "must be https://…, mailto:…, tel:… or a path of this site like /q/7";
}

static void take_link(struct part *part, const char *target)
{
    int line = locate(part, target);
    const char *complaint = judge_target(target);
    struct article *article;
    struct article_link *grown;
    char *copy;

    if (complaint != NULL)
        complain(part, line, target, complaint);
    if (complaint != NULL || target[0] != '/')
        return;
    article = part->article;
    grown = list_room(article->links, article->link_count, sizeof *grown);
    copy = strdup(target);
    if (grown != NULL)
        article->links = grown;
    if (grown == NULL || copy == NULL) {
        free(copy);
        part->err = ERR_MEMORY;
        return;
    }
    grown[article->link_count++] = (struct article_link){copy, line};
}

/* The library's strings have lengths and may be NULL; ours end with NUL. */
static char *copy_of(struct part *part, const struct lowdown_buf *text)
{
    char *copy = text->size > 0 ? strndup(text->data, text->size) : strdup("");

    if (copy == NULL)
        part->err = ERR_MEMORY;
    return copy;
}

/* Plain text. */

static void plain_children(struct part *part, struct buffer *out, const struct lowdown_node *node,
                           const char *gap);

/* Adds text with one prefix before its first line and another before the rest. */
static void add_prefixed(struct part *part, struct buffer *out, const struct buffer *text,
                         const char *first, const char *rest)
{
    struct text_line line = {.next = buffer_text(text)};

    if (buffer_failed(text))
        part->err = ERR_MEMORY;
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

static void plain_span(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    plain_children(part, out, node, "\n");
}

/* Line ends inside a paragraph are only where the author's editor wrapped. */
static void plain_text(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    const struct lowdown_buf *text = &node->rndr_normal_text.text;

    (void)part;
    for (size_t i = 0; i < text->size; i++)
        buffer_putc(out, text->data[i] == '\n' ? ' ' : text->data[i]);
}

static void plain_code(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    (void)part;
    buffer_add(out, node->rndr_codespan.text.data, node->rndr_codespan.text.size);
}

static void plain_break(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    (void)part;
    (void)node;
    buffer_putc(out, '\n');
}

static void plain_entity(struct part *part, struct buffer *out, const struct lowdown_node *node)
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
    faults_add(part->faults, part->path, locate(part, "&"), NULL, NULL,
               "entity \"%.*s\": write the character itself", (int)text->size, text->data);
}

/* "text (address)". */
static void plain_link(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    char *target = copy_of(part, &node->rndr_link.link);
    size_t before;

    if (target == NULL)
        return;
    before = out->len;
    plain_children(part, out, node, "\n");
    if (out->len == before)
        complain(part, locate(part, target), target, "has no text");
    else
        buffer_printf(out, " (%s)", target);
    take_link(part, target);
    free(target);
}

static void plain_autolink(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    char *target = copy_of(part, &node->rndr_autolink.link);

    if (target == NULL)
        return;
    buffer_puts(out, target);
    if (node->rndr_autolink.type != HALINK_EMAIL)
        take_link(part, target);
    free(target);
}

static void plain_quote(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;

    plain_children(part, &inner, node, "\n\n");
    add_prefixed(part, out, &inner, "> ", "> ");
    buffer_free(&inner);
}

static void plain_item(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;
    char mark[32] = "- ";

    if (node->rndr_listitem.flags & HLIST_FL_ORDERED)
        snprintf(mark, sizeof mark, "%zu. ", node->rndr_listitem.num);
    plain_children(part, &inner, node, "\n");
    add_prefixed(part, out, &inner, mark, "   " + (mark[0] == '-'));
    buffer_free(&inner);
}

static void plain_fence(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    struct buffer inner = BUFFER_INIT;

    buffer_add(&inner, node->rndr_blockcode.text.data, node->rndr_blockcode.text.size);
    add_prefixed(part, out, &inner, "    ", "    ");
    buffer_free(&inner);
}

static void plain_header(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    /* The library counts levels from 0. In a guide, level 2 is a step and was cut off before. */
    size_t least = part->article->question ? 1 : 2;

    if (node->rndr_header.level < least)
        faults_add(part->faults, part->path, part->line, NULL, NULL,
                   "a heading in this part is too high: use %s", least == 1 ? "##" : "###");
    plain_children(part, out, node, "\n");
}

static void plain_cell(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    if (node->rndr_table_cell.col > 0)
        buffer_puts(out, " | ");
    plain_children(part, out, node, "\n");
}

static void refuse_html(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    const struct lowdown_buf *text =
        node->type == LOWDOWN_BLOCKHTML ? &node->rndr_blockhtml.text : &node->rndr_raw_html.text;
    char *html = copy_of(part, text);
    int line;

    if (html == NULL)
        return;
    line = locate(part, html);
    buffer_puts(out, html); /* so that the part is not called empty as well */
    html[strcspn(html, "\n")] = '\0';
    faults_add(part->faults, part->path, line, NULL, NULL,
               "raw HTML \"%.40s\": write Markdown instead", html);
    free(html);
}

static void refuse_image(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    char *target = copy_of(part, &node->rndr_image.link);

    (void)out;
    if (target == NULL)
        return;
    complain(
        part, locate(part, target), target,
        "is an image, which must be figure:id in a paragraph of its own, in a step of a guide");
    free(target);
}

/* Every kind of node that may come up. What has no row is refused. */
static const struct kind {
    void (*plain)(struct part *part, struct buffer *out, const struct lowdown_node *node);
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

static void plain_node(struct part *part, struct buffer *out, const struct lowdown_node *node)
{
    const struct kind *kind = &kinds[node->type];

    if (kind->plain != NULL)
        kind->plain(part, out, node);
    else if (node->type != LOWDOWN_DOC_HEADER)
        faults_add(part->faults, part->path, part->line, NULL, NULL,
                   "this part has a kind of Markdown that is not used here (a rule, a footnote)");
}

/* Children one after another, with a gap (line ends) before and after each block. */
static void plain_children(struct part *part, struct buffer *out, const struct lowdown_node *node,
                           const char *gap)
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
        plain_node(part, out, child);
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
static char *after_scheme(struct part *part, const struct lowdown_buf *text, const char *scheme)
{
    size_t len = strlen(scheme);
    char *rest;

    if (text->size < len || memcmp(text->data, scheme, len) != 0)
        return NULL;
    rest = strndup(text->data + len, text->size - len);
    if (rest == NULL)
        part->err = ERR_MEMORY;
    return rest;
}

/* Takes a figure's paragraph into the step; false if this is none. */
static bool take_figure(struct part *part, const struct lowdown_node *image)
{
    struct article_step *step = part->step;
    char *id = after_scheme(part, &image->rndr_image.link, figure_scheme);
    int line;

    if (id == NULL)
        return false;
    line = locate(part, figure_scheme);
    if (rule_id(id) != NULL)
        faults_add(part->faults, part->path, line, NULL, NULL, "figure \"%s\" %s", id, rule_id(id));
    else if (image->rndr_image.alt.size == 0)
        faults_add(part->faults, part->path, line, NULL, NULL,
                   "figure \"%s\" needs a text that says what to look for", id);
    else if (step->figure != NULL)
        faults_add(part->faults, part->path, line, NULL, NULL,
                   "figure \"%s\" is a second one: a step has one figure", id);
    if (step->figure != NULL) {
        free(id);
        return true;
    }
    step->figure = id;
    step->figure_line = line;
    step->figure_alt = copy_of(part, &image->rndr_image.alt);
    return true;
}

/* What a link of our own scheme may name: a slot, or the way of signing in that the step is for. */
static const struct {
    const char *name;
    bool via;
} slot_names[] = {
    {"address", false}, {"contacts", false}, {"esia", true}, {"password", true}, {"both", true}};

/* Where in the step a name belongs; NULL for an unknown one. */
static char **slot_place(struct article_step *step, const char *name)
{
    for (size_t i = 0; i < sizeof slot_names / sizeof slot_names[0]; i++) {
        if (strcmp(slot_names[i].name, name) == 0)
            return slot_names[i].via ? &step->via : &step->slot;
    }
    return NULL;
}

static bool take_slot(struct part *part, const struct lowdown_node *link)
{
    char *name = after_scheme(part, &link->rndr_link.link, slot_scheme);
    int line;
    char **place;

    if (name == NULL)
        return false;
    line = locate(part, slot_scheme);
    place = slot_place(part->step, name);
    if (place == NULL)
        faults_add(
            part->faults, part->path, line, NULL, NULL,
            "slot \"%s\" is unknown: write vhod:address, vhod:contacts, or for whom the step is: "
            "vhod:esia, vhod:password, vhod:both",
            name);
    else if (*place != NULL)
        faults_add(part->faults, part->path, line, NULL, NULL,
                   "slot \"%s\" is a second one: a step has one slot", name);
    if (place == NULL) {
        free(name);
        return true;
    }
    free(*place);
    *place = name;
    return true;
}

/* True if the paragraph was a figure or a slot; it must then leave the text. */
static bool lift(struct part *part, const struct lowdown_node *paragraph)
{
    const struct lowdown_node *child = part->step != NULL ? only_child(paragraph) : NULL;

    if (child == NULL)
        return false;
    if (child->type == LOWDOWN_IMAGE)
        return take_figure(part, child);
    return child->type == LOWDOWN_LINK && take_slot(part, child);
}

/* Walks the top of the tree: lifts figures and slots out, adds the rest to text. */
static void walk(struct part *part, struct lowdown_node *root, struct buffer *text)
{
    struct lowdown_node *node = TAILQ_FIRST(&root->children);

    while (node != NULL) {
        struct lowdown_node *next = TAILQ_NEXT(node, entries);

        if (lift(part, node)) {
            TAILQ_REMOVE(&root->children, node, entries);
            lowdown_node_free(node);
        } else {
            if (text->len > 0 && kinds[node->type].block)
                buffer_puts(text, "\n\n");
            plain_node(part, text, node);
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

static char *render_html(struct part *part, const struct lowdown_node *root)
{
    char *html = NULL;
    struct lowdown_buf *out = lowdown_buf_new(1024);
    void *renderer = lowdown_html_new(&options);

    if (out != NULL && renderer != NULL && lowdown_html_rndr(out, renderer, root))
        html = strndup(out->size > 0 ? out->data : "", out->size);
    if (html == NULL)
        part->err = ERR_MEMORY;
    lowdown_html_free(renderer);
    lowdown_buf_free(out);
    return html;
}

/* Parses a part, lifts figures and slots out of its tree, and appends its plain text. NULL after an
 * error (part->err), and for a part that cannot be read, which is a fault. */
static struct lowdown_node *parse(struct part *part, struct buffer *text)
{
    struct lowdown_doc *doc = lowdown_doc_new(&options);
    struct lowdown_node *root = NULL;

    if (doc == NULL) {
        part->err = ERR_MEMORY;
        return NULL;
    }
    part->cursor = part->text;
    root = lowdown_doc_parse(doc, NULL, part->text, part->len, NULL);
    if (root != NULL)
        walk(part, root, text);
    else
        faults_add(part->faults, part->path, part->line, NULL, NULL,
                   "this part is nested too deeply to be read");
    lowdown_doc_free(doc);
    return root;
}

/* Renders a part; *html and *text are allocated. */
static enum err render(struct part *part, char **html, char **text)
{
    struct buffer plain = BUFFER_INIT;
    struct lowdown_node *root = parse(part, &plain);

    if (root != NULL) {
        *html = render_html(part, root);
        *text = buffer_take(&plain);
        if (*text == NULL)
            part->err = ERR_MEMORY;
    }
    buffer_free(&plain);
    lowdown_node_free(root);
    return part->err;
}

/* Cutting the file. */

/* True for a line that opens or closes a fenced block; *fence is its character while one is open.
 */
static void follow_fence(const struct text_line *line, char *fence)
{
    const char *c = line->text + strspn(line->text, " ");

    if (c - line->text > 3 || (*c != '`' && *c != '~') || c[1] != *c || c[2] != *c)
        return;
    if (*fence == 0)
        *fence = *c;
    else if (*fence == *c)
        *fence = 0;
}

/* Addresses defined apart ("[x]: https://…") would be lost between parts. */
static void refuse_definitions(const struct part *part)
{
    struct text_line line = {.next = part->text, .number = part->line - 1};

    while (line.next != NULL && line.next < part->text + part->len && text_line(&line)) {
        const char *bracket = line.text[0] == '[' ? memchr(line.text, ']', line.len) : NULL;

        if (bracket != NULL && bracket + 1 < line.text + line.len && bracket[1] == ':')
            faults_add(part->faults, part->path, line.number, NULL, NULL,
                       "addresses cannot be defined apart: write [text](address)");
    }
}

/* Adds a step with the title that stands in the line. */
static enum err add_step(struct article *article, const struct text_line *line,
                         struct faults *faults)
{
    struct article_step *grown = list_room(article->steps, article->step_count, sizeof *grown);
    struct article_step *step;
    const char *start;
    const char *complaint;

    if (grown == NULL)
        return ERR_MEMORY;
    article->steps = grown;
    step = &grown[article->step_count];
    start = line->text + 3;
    step->line = line->number;
    step->title = strndup(start, (size_t)(line->text + line->len - start));
    if (step->title == NULL)
        return ERR_MEMORY;
    article->step_count++;
    complaint = rule_plain(step->title);
    if (complaint != NULL)
        faults_add(faults, article->path, line->number, NULL, NULL, "title of the step %s",
                   complaint);
    return ERR_NONE;
}

/* Renders what lies between the last cut and end, into the last step or the article itself. */
static enum err finish_part(struct article *article, const char *start, const char *end, int line,
                            struct faults *faults)
{
    struct article_step *step =
        article->step_count ? &article->steps[article->step_count - 1] : NULL;
    struct part part = {.article = article,
                        .step = step,
                        .text = start,
                        .len = (size_t)(end - start),
                        .line = line,
                        .path = article->path,
                        .faults = faults};

    refuse_definitions(&part);
    return render(&part, step != NULL ? &step->html : &article->html,
                  step != NULL ? &step->text : &article->text);
}

/* Cuts the text from line on, and renders each part. */
static enum err read_body(struct article *article, struct text_line line, struct faults *faults)
{
    const char *start = line.next != NULL ? line.next : "";
    int start_line = line.number + 1;
    char fence = 0;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && text_line(&line)) {
        follow_fence(&line, &fence);
        if (article->question || fence || strncmp(line.text, "## ", 3) != 0)
            continue;
        err = finish_part(article, start, line.text, start_line, faults);
        if (err == ERR_NONE)
            err = add_step(article, &line, faults);
        start = line.next != NULL ? line.next : "";
        start_line = line.number + 1;
    }
    if (fence)
        faults_add(faults, article->path, 0, NULL, NULL, "a fenced block is not closed");
    if (err == ERR_NONE)
        err = finish_part(article, start, start + strlen(start), start_line, faults);
    return err;
}

static void check_body(const struct article *article, struct faults *faults)
{
    if (article->question && article->text != NULL && !*article->text)
        faults_add(faults, article->path, 0, NULL, NULL, "has no text after the metadata");
    if (!article->question && article->step_count == 0)
        faults_add(faults, article->path, 0, NULL, NULL,
                   "has no step: a line \"## Title\" begins one");
    for (size_t i = 0; i < article->step_count; i++) {
        const struct article_step *step = &article->steps[i];

        if (step->text != NULL && !*step->text)
            faults_add(faults, article->path, step->line, NULL, NULL, "step has no text");
    }
}

/* File names. */

/* "17-age-to-sign-in" gives q/17. */
static enum err take_number(struct article *article, const char *name, struct faults *faults)
{
    size_t digits = strspn(name, "0123456789");

    if (digits < 2 || digits > 4 || name[digits] != '-' || rule_id(name) != NULL) {
        faults_add(faults, article->path, 0, NULL, NULL,
                   "file name must be the number in two digits and words, like 07-words.md");
        return ERR_INVALID;
    }
    article->number = atol(name);
    return asprintf(&article->id, "q/%ld", article->number) < 0 ? ERR_MEMORY : ERR_NONE;
}

static enum err take_name(struct article *article, const char *name, struct faults *faults)
{
    if (article->question)
        return take_number(article, name, faults);
    if (rule_id(name) != NULL) {
        faults_add(faults, article->path, 0, NULL, NULL, "file name %s", rule_id(name));
        return ERR_INVALID;
    }
    article->id = strdup(name);
    return article->id != NULL ? ERR_NONE : ERR_MEMORY;
}

static void check_number(const struct article *article, struct faults *faults)
{
    const struct head_value *number = &article->head.values[HEAD_NUMBER];

    if (article->id != NULL && number->text != NULL && rule_number(number->text) == NULL &&
        atol(number->text) != article->number)
        faults_add(faults, article->path, number->line, NULL, "number",
                   "must be %ld, as the file's name says", article->number);
}

enum err article_load(struct article *out, const char *path, const char *name, bool question,
                      struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    size_t before = faults_count(faults);
    enum err err;
    struct text_line line;

    out->question = question;
    out->path = strdup(path);
    err = out->path != NULL ? take_name(out, name, faults) : ERR_MEMORY;
    if (err == ERR_NONE || err == ERR_INVALID)
        err = text_load(&text, path, ARTICLE_MAX, false, faults);
    if (err != ERR_NONE)
        goto out;
    digest_hex(text.data, text.len, out->digest);
    out->source = strdup(buffer_text(&text));
    if (out->source == NULL)
        err = ERR_MEMORY;
    line = (struct text_line){.next = buffer_text(&text)};
    if (err != ERR_NONE)
        goto out;
    err = head_read(&out->head, &line, question, path, faults);
    if (err == ERR_NONE)
        err = read_body(out, line, faults);
    if (err != ERR_NONE)
        goto out;
    check_number(out, faults);
    check_body(out, faults);
    if (faults_count(faults) != before)
        err = ERR_INVALID;
out:
    out->broken = err != ERR_NONE;
    buffer_free(&text);
    return err;
}

void article_free(struct article *article)
{
    for (size_t i = 0; i < article->step_count; i++) {
        struct article_step *step = &article->steps[i];

        free(step->title);
        free(step->html);
        free(step->text);
        free(step->figure);
        free(step->figure_alt);
        free(step->slot);
        free(step->via);
    }
    for (size_t i = 0; i < article->link_count; i++)
        free(article->links[i].target);
    free(article->steps);
    free(article->links);
    free(article->path);
    free(article->id);
    free(article->html);
    free(article->text);
    free(article->source);
    head_free(&article->head);
    *article = (struct article){0};
}

/* Texts that were published once. */

/* Everything that reading a text needs, and that nobody wants when the text is an old one: its
 * faults, links, figure and slot. */
struct scratch {
    struct article article;
    struct article_step step;
    struct faults *faults;
    struct part part;
};

static enum err scratch_make(struct scratch *scratch, const char *text, bool question)
{
    enum err err;

    scratch->article.question = question;
    scratch->part = (struct part){.article = &scratch->article,
                                  .step = &scratch->step,
                                  .text = text,
                                  .len = strlen(text),
                                  .line = 1,
                                  .path = ""};
    err = faults_new(&scratch->faults);
    scratch->part.faults = scratch->faults;
    return err;
}

static void scratch_free(struct scratch *scratch)
{
    free(scratch->step.figure);
    free(scratch->step.figure_alt);
    free(scratch->step.slot);
    free(scratch->step.via);
    faults_free(scratch->faults);
    article_free(&scratch->article);
}

/* Reads the metadata; *body is what follows it, in source. */
static enum err past_head(struct head *head, const char *source, bool question, const char **body)
{
    struct faults *faults = NULL;
    struct text_line line = {.next = source};
    enum err err = faults_new(&faults);

    if (err == ERR_NONE)
        err = head_read(head, &line, question, "", faults);
    *body = line.next != NULL ? line.next : "";
    faults_free(faults);
    return err;
}

enum err article_past_load(struct article_past *out, const char *source, bool question)
{
    struct scratch scratch = {.faults = NULL};
    const char *body = NULL;
    enum err err = past_head(&out->head, source, question, &body);

    if (err == ERR_NONE)
        err = scratch_make(&scratch, body, question);
    if (err == ERR_NONE)
        err = render(&scratch.part, &out->html, &out->text);
    if (err == ERR_NONE && out->html == NULL)
        err = ERR_INVALID;
    if (err == ERR_NONE && !markup_is_safe(out->html))
        out->html[0] = '\0';
    scratch_free(&scratch);
    return err;
}

void article_past_free(struct article_past *past)
{
    head_free(&past->head);
    free(past->html);
    free(past->text);
    *past = (struct article_past){.html = NULL};
}

/* Differences. */

/* Appends a plain text as a paragraph of Markdown that means nothing but this text. */
static void add_literally(struct buffer *out, const char *text)
{
    if (text == NULL)
        return;
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_{}[]()#+-.!:|&<>^~=\"$", *c) != NULL)
            buffer_putc(out, '\\');
        buffer_putc(out, *c);
    }
    buffer_puts(out, "\n\n");
}

/* Lays out everything of a file that a reader reads, as one text. */
static enum err lay_out(struct buffer *out, const char *source, bool question)
{
    struct head head = {0};
    const char *body = NULL;
    enum err err = past_head(&head, source, question, &body);

    if (err == ERR_NONE) {
        add_literally(out, head.values[HEAD_SHORT].text);
        add_literally(out, head.values[HEAD_AUDIENCE].text);
        add_literally(out, head.values[HEAD_NEEDS].text);
        buffer_puts(out, body);
        buffer_puts(out, "\n\n");
        add_literally(out, head.values[HEAD_RESULT].text);
    }
    head_free(&head);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}

/* The tree of a whole file as it is compared. */
static enum err past_tree(struct lowdown_node **out, const char *source, bool question)
{
    struct scratch scratch = {.faults = NULL};
    struct buffer laid_out = BUFFER_INIT, plain = BUFFER_INIT;
    enum err err = lay_out(&laid_out, source, question);

    if (err == ERR_NONE)
        err = scratch_make(&scratch, buffer_text(&laid_out), question);
    if (err == ERR_NONE) {
        *out = parse(&scratch.part, &plain);
        err = scratch.part.err != ERR_NONE ? scratch.part.err
              : *out != NULL               ? ERR_NONE
                                           : ERR_INVALID;
    }
    buffer_free(&plain);
    buffer_free(&laid_out);
    scratch_free(&scratch);
    return err;
}

/* <ins> and <del> may stand around a list and inside of its items, but not between the two; the
 * same with the rows and cells of a table. There the mark moves to what is inside. */
static void settle(struct lowdown_node *node, enum lowdown_chng mark)
{
    static const bool frame[LOWDOWN__MAX] = {
        [LOWDOWN_LISTITEM] = true,  [LOWDOWN_TABLE_HEADER] = true, [LOWDOWN_TABLE_BODY] = true,
        [LOWDOWN_TABLE_ROW] = true, [LOWDOWN_TABLE_CELL] = true,
    };
    struct lowdown_node *child;

    if (mark != LOWDOWN_CHNG_NONE)
        node->chng = mark;
    mark = LOWDOWN_CHNG_NONE;
    if (frame[node->type]) {
        mark = node->chng;
        node->chng = LOWDOWN_CHNG_NONE;
    }
    TAILQ_FOREACH (child, &node->children, entries)
        settle(child, mark);
}

static long words_in(const struct lowdown_buf *text)
{
    long count = 0;
    bool inside = false;

    for (size_t i = 0; i < text->size; i++) {
        bool blank = text->data[i] == ' ' || text->data[i] == '\n';

        count += !blank && !inside;
        inside = !blank;
    }
    return count;
}

/* Adds the words below a node to what was added or removed. */
static void count_words(struct article_difference *out, const struct lowdown_node *node,
                        enum lowdown_chng mark)
{
    const struct lowdown_node *child;
    long words = 0;

    if (node->chng != LOWDOWN_CHNG_NONE)
        mark = node->chng;
    if (node->type == LOWDOWN_NORMAL_TEXT)
        words = words_in(&node->rndr_normal_text.text);
    else if (node->type == LOWDOWN_CODESPAN)
        words = words_in(&node->rndr_codespan.text);
    if (mark == LOWDOWN_CHNG_INSERT)
        out->added += words;
    else if (mark == LOWDOWN_CHNG_DELETE)
        out->removed += words;
    TAILQ_FOREACH (child, &node->children, entries)
        count_words(out, child, mark);
}

/* The length of what closes and opens the same mark again with only blanks between them, or 0; the
 * blanks are then *blanks. */
static size_t pause_at(const char *html, const char *end, const char *start, struct buffer *blanks)
{
    size_t end_len = strlen(end);
    size_t len;

    if (strncmp(html, end, end_len) != 0)
        return 0;
    len = strspn(html + end_len, " \n");
    if (strncmp(html + end_len + len, start, strlen(start)) != 0)
        return 0;
    buffer_add(blanks, html + end_len, len);
    return end_len + len + strlen(start);
}

/* The library marks each word; read aloud, that would be a word about each word. */
static char *join_marks(const char *html)
{
    struct buffer out = BUFFER_INIT;

    while (*html) {
        size_t len = pause_at(html, "</ins>", "<ins>", &out);

        if (len == 0)
            len = pause_at(html, "</del>", "<del>", &out);
        if (len == 0)
            buffer_putc(&out, *html++);
        html += len;
    }
    return buffer_take(&out);
}

/* Renders a compared tree; html stays NULL if it is not safe to send. */
static enum err render_difference(struct article_difference *out, const struct lowdown_node *root)
{
    struct part part = {.err = ERR_NONE};
    char *html = render_html(&part, root);
    char *joined = html != NULL ? join_marks(html) : NULL;

    free(html);
    if (joined == NULL)
        return ERR_MEMORY;
    if (markup_is_safe(joined))
        out->html = joined;
    else
        free(joined);
    return ERR_NONE;
}

enum err article_difference_make(struct article_difference *out, const char *before,
                                 const char *after, bool question)
{
    struct lowdown_node *trees[2] = {NULL, NULL}, *both = NULL;
    size_t highest_id = 0;
    enum err err = past_tree(&trees[0], before, question);

    if (err == ERR_NONE)
        err = past_tree(&trees[1], after, question);
    if (err != ERR_NONE)
        goto out;
    both = lowdown_diff(trees[0], trees[1], &highest_id);
    if (both == NULL) {
        err = ERR_MEMORY;
        goto out;
    }
    count_words(out, both, LOWDOWN_CHNG_NONE);
    settle(both, LOWDOWN_CHNG_NONE);
    err = render_difference(out, both);
out:
    lowdown_node_free(both);
    lowdown_node_free(trees[0]);
    lowdown_node_free(trees[1]);
    return err;
}

void article_difference_free(struct article_difference *difference)
{
    free(difference->html);
    *difference = (struct article_difference){.html = NULL};
}
