/*
 * article.h: a guide or a question from its Markdown file: metadata, the text before the first
 * heading, and parts (steps of a guide, cases of a question), each as HTML and as plain text; with
 * whom they are for, and the figures, slots and links in them.
 *
 * The HTML holds only what Markdown makes: raw HTML is a fault, and so is a link that is not
 * https:, mailto:, tel: or an absolute path of the site. Whether paths and figures exist is
 * consistency.c's question.
 */
#ifndef VHOD_CONTENT_ARTICLE_H
#define VHOD_CONTENT_ARTICLE_H

#include "base/err.h"
#include "content/article_parts.h"
#include "content/fault.h"
#include <stdbool.h>
#include <stddef.h>

/* Reads one file into *out (zeroed before; to be freed whatever happens). name is the file's name
 * without its suffix: "epos-link", "17-age". Faults are added; ERR_INVALID then, and out->broken is
 * set. */
enum err article_load(struct article *out, const char *path, const char *name, bool question,
                      struct faults *faults);
/* The same for a page of the owner's (data/pages): a title, a place in the foot, and text with
 * sections; no figures, and for everybody. */
enum err article_load_page(struct article *out, const char *path, const char *name,
                           struct faults *faults);
void article_free(struct article *article);

#endif
