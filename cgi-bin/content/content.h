/*
 * content.h: all of data/ in memory: every file read and judged by itself. What the files say
 * together is consistency.h's question.
 */
#ifndef VHOD_CONTENT_CONTENT_H
#define VHOD_CONTENT_CONTENT_H

#include "base/err.h"
#include "content/article.h"
#include "content/fault.h"
#include "content/figure.h"
#include "content/glossary.h"
#include "content/places.h"
#include "content/references.h"
#include "content/source.h"
#include <stddef.h>

/* Each array in the order of its file names. A file with faults has an entry with its id, marked
 * broken, so that others that refer to it are not blamed; one whose name is no id has none. */
struct content {
    struct source_region *regions;
    size_t region_count;
    struct source_portal *portals;
    size_t portal_count;
    struct source_contact *contacts;
    size_t contact_count;
    struct article *articles; /* guides, then questions */
    size_t article_count;
    struct article *pages; /* of the owner's own */
    size_t page_count;
    struct figure *figures;
    size_t figure_count;
    struct figure logo; /* of the owner's; svg NULL: none */
    struct places places;
    struct client_rows clients;
    struct holidays holidays;
    struct synonyms synonyms;
    struct references sources;
    struct symptoms symptoms;
    struct troubles troubles;
    struct glossary glossary;
};

/* Reads the folder data into *out (zeroed before; to be freed whatever happens). Everything wrong
 * is added to faults, and still answered with ERR_NONE; an error means that reading itself failed.
 */
enum err content_read(struct content *out, const char *data, struct faults *faults);
void content_free(struct content *content);

/* Look-ups by id; NULL if there is none. */
const struct source_region *content_region(const struct content *content, const char *iso);
const struct source_portal *content_portal(const struct content *content, const char *id);
const struct source_contact *content_contact(const struct content *content, const char *id);
const struct article *content_article(const struct content *content, const char *id);
const struct figure *content_figure(const struct content *content, const char *id);

#endif
