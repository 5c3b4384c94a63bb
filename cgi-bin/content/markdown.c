/*
 * markdown.c: a part of an article to HTML and plain text. Contract: markdown.h.
 *
 * The library reads CommonMark and nothing else: what every preview of it shows is what is
 * published. The tree is walked once: every kind of node is in one table that says whether it is
 * allowed and how it reads as plain text.
 */
#include "content/markdown.h"
#include "base/ascii.h"
#include "base/message.h"
#include "base/url.h"
#include "content/list.h"
#include "content/plain.h"
#include "content/rule.h"
#include "content/text.h"
#include "content/tree.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#define DEPTH_MAX 16 /* nesting of nodes */

static const char figure_scheme[] = "figure:";
static const char slot_scheme[] = "vhod:";

/* --- lines --- */

/* The line of the file where a node begins. */
static int line_of(const struct passage *passage, cmark_node *node)
{
    int line = cmark_node_get_start_line(node);

    return passage->line + (line > 0 ? line - 1 : 0);
}

/* What stands in the file from a node's first character on, to the end of its line or beyond. */
static const char *source_of(const struct passage *passage, cmark_node *node)
{
    struct text_line line = {.next = passage->text};
    int column = cmark_node_get_start_column(node);

    while (text_line(&line)) {
        if (line.number == cmark_node_get_start_line(node))
            return column > 0 && (size_t)column <= line.len ? line.text + column - 1 : line.text;
    }
    return "";
}

static void complain(struct passage *passage, cmark_node *node, const char *message)
{
    faults_add(passage->faults, passage->path, line_of(passage, node), NULL, NULL, "%s",
               translated(message));
}

static void complain_of_link(struct passage *passage, cmark_node *node, const char *target,
                             const char *message)
{
    faults_add(passage->faults, passage->path, line_of(passage, node), NULL, NULL, "link \"%s\" %s",
               target, translated(message));
}

/* --- links --- */

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
        return N_("must stand in a paragraph of its own, in a step or below a heading");
    if (strncmp(target, figure_scheme, sizeof figure_scheme - 1) == 0)
        return N_("is no link: write ![what to look for](figure:id)");
    if (target[0] == '/' && target[1] != '/')
        return NULL;
    return N_("must be https://…, mailto:…, tel:… or a path of this site like /q/7");
}

static void take_link(struct passage *passage, cmark_node *node, const char *target)
{
    const char *complaint = judge_target(target);
    struct article *article;
    struct article_link *grown;
    char *copy;

    if (complaint != NULL)
        complain_of_link(passage, node, target, complaint);
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
    grown[article->link_count++] = (struct article_link){copy, line_of(passage, node)};
}

/* --- plain text --- */

static void plain_children(struct passage *passage, struct buffer *out, cmark_node *node,
                           const char *gap);

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

static void plain_span(struct passage *passage, struct buffer *out, cmark_node *node)
{
    plain_children(passage, out, node, "\n");
}

/* The word around a place in a text. */
static const char *word_around(const char *text, const char *at, int *len)
{
    static const char ends[] = " \n,()";

    while (at > text && strchr(ends, at[-1]) == NULL)
        at--;
    *len = (int)strcspn(at, ends);
    return at;
}

/* An address that is no link: a reader on a phone cannot press it. */
static void warn_of_address(struct passage *passage, cmark_node *node)
{
    static const char *const signs[] = {"https://", "http://", "www.", "@"};
    const char *text = cmark_node_get_literal(node);

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        const char *at = strstr(text, signs[i]);
        int len;

        if (at == NULL || !ascii_is_lower(at[strlen(signs[i])]))
            continue;
        at = word_around(text, at, &len);
        faults_warn(passage->faults, passage->path, line_of(passage, node), NULL, NULL,
                    "an address in the text is no link: write <address> or [words](address): "
                    "%.*s",
                    len, at);
        return;
    }
}

/* CommonMark has no tables: its previews show the signs. */
static void refuse_table(struct passage *passage, cmark_node *node)
{
    cmark_node *before = cmark_node_previous(node);

    if (*cmark_node_get_literal(node) == '|' &&
        (before == NULL || cmark_node_get_type(before) == CMARK_NODE_SOFTBREAK))
        complain(passage, node, N_("a line of a table, which is not used here: write a list"));
}

static void plain_text(struct passage *passage, struct buffer *out, cmark_node *node)
{
    refuse_table(passage, node);
    if (cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_LINK)
        warn_of_address(passage, node);
    buffer_puts(out, cmark_node_get_literal(node));
}

/* Code. */
static void plain_literal(struct passage *passage, struct buffer *out, cmark_node *node)
{
    (void)passage;
    buffer_puts(out, cmark_node_get_literal(node));
}

/* True if the text of a sibling touches the emphasis with a letter or a digit. Letters that are not
 * of ASCII have bytes above it, and so have signs like «: those are of two blocks. */
static bool touches_word(cmark_node *sibling, bool last)
{
    const char *text;
    unsigned char c;

    if (sibling == NULL || cmark_node_get_type(sibling) != CMARK_NODE_TEXT)
        return false;
    text = cmark_node_get_literal(sibling);
    if (*text == '\0')
        return false;
    if (!last)
        c = (unsigned char)*text;
    else
        c = (unsigned char)text[strlen(text) - 1];
    if (c < 128)
        return ascii_is_digit((char)c) || ascii_is_lower((char)c) || ascii_is_upper((char)c);
    if (!last)
        return c >= 0xD0 && c <= 0xD3; /* the lead bytes of Cyrillic */
    return strlen(text) > 1 && (unsigned char)text[strlen(text) - 2] >= 0xD0 &&
           (unsigned char)text[strlen(text) - 2] <= 0xD3;
}

/* «5*3*2» is a product to its author and emphasis to Markdown. */
static void plain_emphasis(struct passage *passage, struct buffer *out, cmark_node *node)
{
    if (touches_word(cmark_node_previous(node), true) || touches_word(cmark_node_next(node), false))
        complain(
            passage, node,
            N_("emphasis begins or ends inside of a word: write \\* for the sign itself, × for a "
               "product"));
    plain_children(passage, out, node, "\n");
}

/* A line end inside a paragraph is only where the author's editor wrapped. */
static void plain_wrap(struct passage *passage, struct buffer *out, cmark_node *node)
{
    cmark_node *next = cmark_node_next(node);
    const char *text = next != NULL && cmark_node_get_type(next) == CMARK_NODE_TEXT
                           ? cmark_node_get_literal(next)
                           : "";
    size_t digits = strspn(text, "0123456789");

    if (digits > 0 && digits < 4 && (text[digits] == '.' || text[digits] == ')') &&
        (text[digits + 1] == ' ' || text[digits + 1] == '\0'))
        complain(
            passage, next,
            N_("a number at the start of this line begins no list, for it stands directly below "
               "text: put an empty line before it, or wrap the line elsewhere"));
    buffer_putc(out, ' ');
}

static void plain_break(struct passage *passage, struct buffer *out, cmark_node *node)
{
    (void)passage;
    (void)node;
    buffer_putc(out, '\n');
}

/* True if the text of a link is its address. */
static bool is_bare(const char *text, const char *target)
{
    return strcmp(text, target) == 0 ||
           (strncmp(target, "mailto:", 7) == 0 && strcmp(text, target + 7) == 0);
}

/* "text (address)"; of an address that stands by itself, only that. */
static void plain_link(struct passage *passage, struct buffer *out, cmark_node *node)
{
    const char *target = cmark_node_get_url(node);
    struct buffer inner = BUFFER_INIT;

    plain_children(passage, &inner, node, "\n");
    buffer_add(out, inner.data, inner.len);
    if (buffer_failed(&inner))
        passage->err = ERR_MEMORY;
    else if (inner.len == 0)
        complain_of_link(passage, node, target, N_("has no text"));
    else if (!is_bare(buffer_text(&inner), target))
        buffer_printf(out, " (%s)", target);
    take_link(passage, node, target);
    buffer_free(&inner);
}

static void plain_quote(struct passage *passage, struct buffer *out, cmark_node *node)
{
    struct buffer inner = BUFFER_INIT;

    plain_children(passage, &inner, node, "\n\n");
    add_prefixed(passage, out, &inner, "> ", "> ");
    buffer_free(&inner);
}

/* The number that an item of a numbered list has. */
static int number_of(cmark_node *item)
{
    int number = cmark_node_get_list_start(cmark_node_parent(item));

    while ((item = cmark_node_previous(item)) != NULL)
        number++;
    return number;
}

static void plain_item(struct passage *passage, struct buffer *out, cmark_node *node)
{
    struct buffer inner = BUFFER_INIT;
    char mark[32] = "- ";

    if (cmark_node_get_list_type(cmark_node_parent(node)) == CMARK_ORDERED_LIST)
        snprintf(mark, sizeof mark, "%d. ", number_of(node));
    plain_children(passage, &inner, node, "\n");
    add_prefixed(passage, out, &inner, mark, "   " + (mark[0] == '-'));
    buffer_free(&inner);
}

static void plain_fence(struct passage *passage, struct buffer *out, cmark_node *node)
{
    struct buffer inner = BUFFER_INIT;
    char first = *source_of(passage, node);

    if (first != '`' && first != '~')
        complain(passage, node,
                 N_("four blanks before a line make code of it: take them out, or put the code "
                    "between lines of ```"));
    plain_literal(passage, &inner, node);
    add_prefixed(passage, out, &inner, "    ", "    ");
    buffer_free(&inner);
}

static void plain_header(struct passage *passage, struct buffer *out, cmark_node *node)
{
    /* Level 2 begins a part and was cut off before. */
    if (cmark_node_get_heading_level(node) < 3)
        complain(
            passage, node,
            N_("a heading in this part is too high: use ### (a line of --- or === makes one of "
               "the line above it)"));
    plain_children(passage, out, node, "\n");
}

static void refuse_html(struct passage *passage, struct buffer *out, cmark_node *node)
{
    const char *html = cmark_node_get_literal(node);

    buffer_puts(out, html); /* so that the part is not called empty as well */
    faults_add(passage->faults, passage->path, line_of(passage, node), NULL, NULL,
               "raw HTML \"%.*s\": write Markdown instead",
               (int)(strcspn(html, "\n") < 40 ? strcspn(html, "\n") : 40), html);
}

static void refuse_image(struct passage *passage, struct buffer *out, cmark_node *node)
{
    (void)out;
    complain_of_link(
        passage, node, cmark_node_get_url(node),
        N_("is an image, which must be figure:id in a paragraph of its own, in a step or "
           "below a heading"));
}

static void refuse_rule(struct passage *passage, struct buffer *out, cmark_node *node)
{
    (void)out;
    complain(passage, node, N_("a line across the page is not used here: take it out"));
}

/* Every kind of node that may come up. What has no row is refused. */
static const struct kind {
    cmark_node_type type;
    void (*plain)(struct passage *passage, struct buffer *out, cmark_node *node);
    bool block;
} kinds[] = {
    {CMARK_NODE_PARAGRAPH, plain_span, true},     {CMARK_NODE_BLOCK_QUOTE, plain_quote, true},
    {CMARK_NODE_LIST, plain_span, true},          {CMARK_NODE_ITEM, plain_item, true},
    {CMARK_NODE_CODE_BLOCK, plain_fence, true},   {CMARK_NODE_HEADING, plain_header, true},
    {CMARK_NODE_HTML_BLOCK, refuse_html, true},   {CMARK_NODE_THEMATIC_BREAK, refuse_rule, true},
    {CMARK_NODE_HTML_INLINE, refuse_html, false}, {CMARK_NODE_IMAGE, refuse_image, false},
    {CMARK_NODE_LINK, plain_link, false},         {CMARK_NODE_CODE, plain_literal, false},
    {CMARK_NODE_EMPH, plain_emphasis, false},     {CMARK_NODE_STRONG, plain_emphasis, false},
    {CMARK_NODE_LINEBREAK, plain_break, false},   {CMARK_NODE_SOFTBREAK, plain_wrap, false},
    {CMARK_NODE_TEXT, plain_text, false},
};

static const struct kind *kind_of(cmark_node *node)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].type == cmark_node_get_type(node))
            return &kinds[i];
    }
    return NULL;
}

static void plain_node(struct passage *passage, struct buffer *out, cmark_node *node)
{
    const struct kind *kind = kind_of(node);

    if (kind == NULL)
        complain(passage, node, N_("this kind of Markdown is not used here"));
    else if (passage->depth == DEPTH_MAX)
        complain(passage, node, N_("this part is nested too deeply to be read"));
    else {
        passage->depth++;
        kind->plain(passage, out, node);
        passage->depth--;
    }
}

/* Children one after another, with a gap (line ends) before and after each block. */
static void plain_children(struct passage *passage, struct buffer *out, cmark_node *node,
                           const char *gap)
{
    bool after_block = false;
    size_t start = out->len;

    for (cmark_node *child = cmark_node_first_child(node); child != NULL;
         child = cmark_node_next(child)) {
        const struct kind *kind = kind_of(child);
        bool block = kind != NULL && kind->block;

        if (out->len > start && (block || after_block)) {
            while (out->len > start && out->data[out->len - 1] == ' ')
                buffer_cut(out, out->len - 1);
            buffer_puts(out, gap);
        }
        plain_node(passage, out, child);
        after_block = block;
    }
}

/* --- figures and slots --- */

/* The only child of a paragraph, or NULL. */
static cmark_node *only_child(cmark_node *paragraph)
{
    cmark_node *first = cmark_node_first_child(paragraph);

    return cmark_node_get_type(paragraph) == CMARK_NODE_PARAGRAPH && first != NULL &&
                   cmark_node_next(first) == NULL
               ? first
               : NULL;
}

/* What follows the scheme if the target begins with it, else NULL. */
static const char *after_scheme(cmark_node *node, const char *scheme)
{
    const char *target = cmark_node_get_url(node);
    size_t len = strlen(scheme);

    return strncmp(target, scheme, len) == 0 ? target + len : NULL;
}

static char *copy_of(struct passage *passage, const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        passage->err = ERR_MEMORY;
    return copy;
}

/* The plain text of an image's description; allocated. */
static char *description_of(struct passage *passage, cmark_node *image)
{
    struct buffer text = BUFFER_INIT;
    char *description;

    plain_children(passage, &text, image, " ");
    description = buffer_take(&text);
    if (description == NULL)
        passage->err = ERR_MEMORY;
    return description;
}

/* Takes a figure's paragraph into the step; false if this is none. */
static bool take_figure(struct passage *passage, cmark_node *image)
{
    struct article_part *part = passage->part;
    const char *id = after_scheme(image, figure_scheme);
    char *alt = id != NULL ? description_of(passage, image) : NULL;
    const char *complaint = NULL;

    if (id == NULL || alt == NULL)
        return id != NULL;
    if (rule_id(id) != NULL)
        complaint = rule_id(id);
    else if (*alt == '\0')
        complaint = N_("needs a text that says what to look for");
    else if (part->figure != NULL)
        complaint = N_("is a second one: a step has one figure");
    if (complaint != NULL)
        faults_add(passage->faults, passage->path, line_of(passage, image), NULL, NULL,
                   "figure \"%s\" %s", id, translated(complaint));
    if (part->figure != NULL) {
        free(alt);
        return true;
    }
    part->figure = copy_of(passage, id);
    part->figure_line = line_of(passage, image);
    part->figure_alt = alt;
    return true;
}

static bool take_slot(struct passage *passage, cmark_node *link)
{
    const char *name = after_scheme(link, slot_scheme);
    struct article_part *part = passage->part;
    int line = line_of(passage, link);

    if (name == NULL)
        return false;
    if (strcmp(name, "address") != 0 && strcmp(name, "contacts") != 0)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "slot \"%s\" is unknown: write vhod:address or vhod:contacts (for whom a part "
                   "is, is said below its heading: via: esia)",
                   name);
    else if (part->slot != NULL)
        faults_add(passage->faults, passage->path, line, NULL, NULL,
                   "slot \"%s\" is a second one: a step has one slot", name);
    free(part->slot);
    part->slot = copy_of(passage, name);
    part->slot_line = line;
    return true;
}

/* True if the paragraph was a figure or a slot; it must then leave the text. What leaves it is kept
 * in the witness. */
static bool lift(struct passage *passage, cmark_node *paragraph)
{
    cmark_node *child = passage->part != NULL ? only_child(paragraph) : NULL;
    cmark_node_type type = child != NULL ? cmark_node_get_type(child) : CMARK_NODE_NONE;

    if (!(type == CMARK_NODE_IMAGE && take_figure(passage, child)) &&
        !(type == CMARK_NODE_LINK && take_slot(passage, child)))
        return false;
    plain_children(passage, &passage->witness, child, "\n");
    buffer_puts(&passage->witness, cmark_node_get_url(child));
    return true;
}

/* Walks the top of the tree: lifts figures and slots out, adds the rest to text. */
static void walk(struct passage *passage, cmark_node *root, struct buffer *text)
{
    cmark_node *node = cmark_node_first_child(root);

    while (node != NULL) {
        cmark_node *next = cmark_node_next(node);
        size_t before = text->len;

        if (lift(passage, node)) {
            cmark_node_unlink(node); /* it is freed with its tree */
        } else {
            if (text->len > 0)
                buffer_puts(text, "\n\n");
            plain_node(passage, text, node);
            buffer_add(&passage->witness, buffer_text(text) + before, text->len - before);
        }
        node = next;
    }
}

/* --- everything --- */

/* An entity that is no sign of Markdown's own: the character itself says the same, and can be
 * searched for. */
static void check_entities(struct passage *passage)
{
    struct text_line line = {.next = passage->text};
    const char *end = passage->text + passage->len;

    while (line.next != NULL && line.next < end && text_line(&line)) {
        for (const char *c = line.text; (c = memchr(c, '&', (size_t)(line.text + line.len - c)));) {
            size_t len = 1 + strspn(c + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789#");

            if (len > 1 && c[len] == ';' && !plain_is_entity(c))
                faults_add(passage->faults, passage->path, passage->line + line.number - 1, NULL,
                           NULL, "entity \"%.*s\": write the character itself", (int)len + 1, c);
            c += len;
        }
    }
}

/* A part must be read whole: what the tree says is what the file says. */
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
                   "links, no language of code): \"%.60s\"",
                   buffer_text(&read));
    buffer_free(&written);
    buffer_free(&read);
}

/* The tree, without figures and slots; its plain text is appended. NULL after an error
 * (passage->err). */
static struct tree *parse(struct passage *passage, struct buffer *text)
{
    struct tree *tree = NULL;

    check_entities(passage);
    passage->err = tree_parse(&tree, passage->text, passage->len);
    if (passage->err == ERR_NONE)
        walk(passage, tree_root(tree), text);
    if (passage->err == ERR_NONE && faults_count(passage->faults) == passage->faults_before)
        check_whole(passage);
    buffer_free(&passage->witness);
    if (passage->err == ERR_NONE)
        return tree;
    tree_free(tree);
    return NULL;
}

enum err markdown_render(struct passage *passage, char **html, char **text)
{
    struct buffer plain = BUFFER_INIT;
    struct tree *tree = parse(passage, &plain);

    if (tree != NULL)
        passage->err = tree_html(tree, html);
    if (passage->err == ERR_NONE) {
        *text = buffer_take(&plain);
        if (*text == NULL)
            passage->err = ERR_MEMORY;
    }
    buffer_free(&plain);
    tree_free(tree);
    return passage->err;
}
