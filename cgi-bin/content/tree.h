/*
 * tree.h: the Markdown library kept on a short lead: a text as a tree, and a tree as HTML. The
 * library ends the program where memory runs out; here that is ERR_MEMORY.
 *
 * What may stand in a text, and how it reads as plain text, is markdown.c's question, which walks
 * the tree with the library's own functions.
 */
#ifndef VHOD_CONTENT_TREE_H
#define VHOD_CONTENT_TREE_H

#include "base/err.h"
#include <stddef.h>

struct cmark_node; /* of cmark.h */
struct tree;

/* Parses len bytes. The caller frees with tree_free; *out is NULL after an error (ERR_MEMORY). */
enum err tree_parse(struct tree **out, const char *text, size_t len);
/* Accepts NULL. Every node goes with it. */
void tree_free(struct tree *tree);

/* The document's node. It may be walked, and nodes taken out; whatever needs memory is done here.
 */
struct cmark_node *tree_root(const struct tree *tree);
/* HTML as CommonMark says, allocated. ERR_MEMORY. */
enum err tree_html(struct tree *tree, char **out);

#endif
