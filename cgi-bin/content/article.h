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

/* A step of a guide, a case of a question. */
struct article_part {
    char *title;
    int line;         /* of the title */
    struct head head; /* whom it is for, and what short answer they get */
    char *html;
    char *text;
    const char *raw; /* its Markdown, raw_len bytes of the article's source */
    size_t raw_len;
    int text_line;    /* of the first line of raw */
    char *figure;     /* id, or NULL */
    char *figure_alt; /* NULL with figure */
    int figure_line;
    char *slot; /* "address", "contacts" or NULL */
    int slot_line;
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
    const char *raw; /* what stands before the first part: raw_len bytes of source */
    size_t raw_len;
    int text_line; /* of the first line of raw */
    struct article_part *parts;
    size_t part_count;
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
