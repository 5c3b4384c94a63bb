/*
 * tree.c: calling the Markdown library. Contract: tree.h.
 *
 * Its allocator can neither be told whom it works for nor fail: so what works now is noted in a
 * static, and a failed allocation jumps out of the library, back to the function here that called
 * it. Nothing of a tree is released before all of it: so whatever a jump left half done is no leak.
 */
#include "content/tree.h"
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

/* One allocation, in the list of its tree. */
struct piece {
    struct piece *next;
    size_t size;
    max_align_t bytes[];
};

struct tree {
    struct piece *pieces;
    cmark_node *root;
    jmp_buf out_of_memory;
};

static struct tree *working; /* what the library is called for; NULL: it is not */

static void *take(size_t size)
{
    struct piece *piece = size < SIZE_MAX - sizeof *piece ? calloc(1, sizeof *piece + size) : NULL;

    if (piece == NULL)
        longjmp(working->out_of_memory, 1);
    piece->next = working->pieces;
    piece->size = size;
    working->pieces = piece;
    return piece->bytes;
}

static void *take_many(size_t count, size_t size)
{
    return take(size == 0 || count < SIZE_MAX / size ? count * size : SIZE_MAX);
}

static void *take_more(void *old, size_t size)
{
    void *grown = take(size);

    if (old != NULL) {
        const struct piece *piece =
            (const struct piece *)(const void *)((char *)old - offsetof(struct piece, bytes));

        memcpy(grown, old, piece->size < size ? piece->size : size);
    }
    return grown;
}

static void keep(void *memory)
{
    (void)memory;
}

static cmark_mem memory = {take_many, take_more, keep};

/* What is asked of the library. Called inside of guarded(). */
typedef void library_work(struct tree *tree, void *context);

/* Calls work; ERR_MEMORY if it did not come back by itself. */
static enum err guarded(struct tree *tree, library_work *work, void *context)
{
    bool jumped;

    working = tree;
    jumped = setjmp(tree->out_of_memory) != 0;
    if (!jumped)
        work(tree, context);
    working = NULL;
    return jumped ? ERR_MEMORY : ERR_NONE;
}

struct text {
    const char *start;
    size_t len;
};

static void parse(struct tree *tree, void *context)
{
    const struct text *text = context;
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &memory);

    cmark_parser_feed(parser, text->start, text->len);
    tree->root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
}

enum err tree_parse(struct tree **out, const char *text, size_t len)
{
    struct text whole = {text, len};
    struct tree *tree = calloc(1, sizeof *tree);
    enum err err = tree != NULL ? guarded(tree, parse, &whole) : ERR_MEMORY;

    if (err != ERR_NONE) {
        tree_free(tree);
        tree = NULL;
    }
    *out = tree;
    return err;
}

void tree_free(struct tree *tree)
{
    struct piece *piece = tree != NULL ? tree->pieces : NULL;

    while (piece != NULL) {
        struct piece *next = piece->next;

        free(piece);
        piece = next;
    }
    free(tree);
}

struct cmark_node *tree_root(const struct tree *tree)
{
    return tree->root;
}

static void render_html(struct tree *tree, void *context)
{
    *(char **)context = cmark_render_html(tree->root, CMARK_OPT_DEFAULT);
}

enum err tree_html(struct tree *tree, char **out)
{
    char *rendered = NULL;
    enum err err = guarded(tree, render_html, &rendered);

    if (err != ERR_NONE)
        return err;
    *out = strdup(rendered);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}
