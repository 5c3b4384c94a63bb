/*
 * article.h: a guide or a question from its Markdown file: metadata, the text before the first step
 * or of the whole question, and steps, each as HTML and as plain text; with the figures, slots and
 * links in them.
 *
 * The HTML holds only what Markdown makes: raw HTML is a fault, and so is a link that is not
 * https:, mailto:, tel: or an absolute path of the site. Whether paths and figures exist is
 * consistency.c's question.
 */
#ifndef VHOD_CONTENT_ARTICLE_H
#define VHOD_CONTENT_ARTICLE_H

#include "base/digest.h"
#include "base/err.h"
#include "content/fault.h"
#include "content/head.h"
#include <stdbool.h>
#include <stddef.h>

/* A link to an absolute path of the site. */
struct article_link {
    char *target; /* "/q/7" */
    int line;
};

struct article_step {
    char *title;
    int line; /* of the title */
    char *html;
    char *text;
    char *figure;     /* id, or NULL */
    char *figure_alt; /* NULL with figure */
    int figure_line;
    char *slot; /* "address", "contacts" or NULL */
    char *
        via; /* "esia", "password", "both": the step is only for regions that sign in so; or NULL */
};

struct article {
    char *path;
    char *id; /* "epos-link", "q/17"; NULL if the file's name is at fault */
    bool question;
    bool broken; /* the file has faults: only path, id and question may be used */
    long number; /* of a question, from the file's name; else 0 */
    struct head head;
    char *html;
    char *text;
    struct article_step *steps;
    size_t step_count;
    struct article_link *links;
    size_t link_count;
    char *source;                 /* the file's text, whole */
    char digest[DIGEST_HEX_SIZE]; /* of source */
};

/* Reads one file into *out (zeroed before; to be freed whatever happens). name is the file's name
 * without its suffix: "epos-link", "17-age". Faults are added; ERR_INVALID then, and out->broken is
 * set. */
enum err article_load(struct article *out, const char *path, const char *name, bool question,
                      struct faults *faults);
void article_free(struct article *article);

#endif
