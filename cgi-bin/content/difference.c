/*
 * difference.c: the Markdown library's comparison of two trees, made fit to be read. Contract:
 * difference.h. Its comparison dies of a failed allocation, so it is done apart.
 */
#include "content/difference.h"
#include "base/buffer.h"
#include "content/apart.h"
#include "content/markup.h"
#include "content/scratch.h"
#include <sys/queue.h>

#include <lowdown.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lays out everything of a file that a reader reads, as one text. */
static enum err lay_out(struct buffer *out, const char *source, bool question)
{
    struct head head = {0};
    const char *body = NULL;
    enum err err = scratch_head(&head, source, question, &body);

    if (err == ERR_NONE) {
        scratch_put_plain(out, head.values[HEAD_SHORT].text);
        scratch_put_plain(out, head.values[HEAD_AUDIENCE].text);
        scratch_put_plain(out, head.values[HEAD_NEEDS].text);
        err = scratch_put_body(out, body);
        buffer_puts(out, "\n\n");
        scratch_put_plain(out, head.values[HEAD_RESULT].text);
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
        *out = markdown_parse(&scratch.passage, &plain);
        err = scratch.passage.err != ERR_NONE ? scratch.passage.err
              : *out != NULL                  ? ERR_NONE
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
    struct passage passage = {.err = ERR_NONE};
    char *html = markdown_html(&passage, root);
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

/* What is compared. */
struct pair {
    const char *before, *after;
    bool question;
};

static enum err compare(struct article_difference *out, const struct pair *pair)
{
    struct lowdown_node *trees[2] = {NULL, NULL}, *both = NULL;
    size_t highest_id = 0;
    enum err err = past_tree(&trees[0], pair->before, pair->question);

    if (err == ERR_NONE)
        err = past_tree(&trees[1], pair->after, pair->question);
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

static bool same(const struct article_difference *a, const struct article_difference *b)
{
    bool both = a->html != NULL && b->html != NULL;

    return a->added == b->added && a->removed == b->removed &&
           (both ? strcmp(a->html, b->html) == 0 : a->html == b->html);
}

/* The result as text: words added and removed, whether there is HTML, and the HTML. It is made
 * twice: where the library does not die of a failed allocation, it leaves a hole that it does not
 * tell of, and not the same one again. */
static enum err compare_twice(void *context, struct buffer *result)
{
    const struct pair *pair = context;
    struct article_difference first = {.html = NULL}, second = {.html = NULL};
    enum err err = compare(&first, pair);

    if (err == ERR_NONE)
        err = compare(&second, pair);
    if (err == ERR_NONE && !same(&first, &second))
        err = ERR_MEMORY;
    buffer_printf(result, "%ld %ld %d\n%s", first.added, first.removed, first.html != NULL,
                  first.html != NULL ? first.html : "");
    article_difference_free(&first);
    article_difference_free(&second);
    return err;
}

enum err article_difference_make(struct article_difference *out, const char *before,
                                 const char *after, bool question)
{
    struct pair pair = {before, after, question};
    struct buffer result = BUFFER_INIT;
    enum err err = apart_run("comparing two texts", compare_twice, &pair, &result);
    int has_html = 0, used = 0;

    if (err == ERR_NONE && sscanf(buffer_text(&result), "%ld %ld %d%n", &out->added, &out->removed,
                                  &has_html, &used) < 3)
        err = ERR_SYSTEM;
    if (err == ERR_NONE && has_html) {
        out->html = strdup(buffer_text(&result) + used + 1);
        err = out->html != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&result);
    return err;
}

void article_difference_free(struct article_difference *difference)
{
    free(difference->html);
    *difference = (struct article_difference){.html = NULL};
}
