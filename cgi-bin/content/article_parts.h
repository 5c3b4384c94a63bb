/*
 * article_parts.h: a guide or a question in memory: what article.h reads and releases, and
 * markdown.h makes part by part.
 */
#ifndef VHOD_CONTENT_ARTICLE_PARTS_H
#define VHOD_CONTENT_ARTICLE_PARTS_H

#include "base/digest.h"
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
    bool page;   /* neither: a page of the owner's */
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

#endif
