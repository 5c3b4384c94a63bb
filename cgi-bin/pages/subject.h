/*
 * subject.h: which region, guide or question an address of this site is about, as far as it can be
 * placed on other people's pages: for oEmbed and for the page that builds what schools place.
 *
 * It reads what people paste: with or without the host, in capitals, with a slash or the full stop
 * of a sentence at its end, short forms ("/22", "/go/ru-alt"), zeros in front of a number, the
 * address of a frame, a picture or a code. It repairs nothing else; that is web/mistyped.h's.
 */
#ifndef VHOD_PAGES_SUBJECT_H
#define VHOD_PAGES_SUBJECT_H

#include "pages/page.h"

#define SUBJECT_PATH_SIZE 128

struct subject {
    enum topic topic;
    char path[SUBJECT_PATH_SIZE]; /* "/guide/epos-link": canonical */
    const char *id;               /* into path: "ru-alt", "epos-link", "q/17" */
    char region[8];               /* that an article's address names, or "" */
};

/* Fills *out from an absolute address (http or https, any case) or a path of this site.
 * ERR_NOT_FOUND if it is somebody else's or nothing that can be placed; whether the region, guide
 * or question exists is subject_document's. *out may not be copied: id points into it. */
enum err subject_find(const struct page_call *call, const char *text, struct subject *out);

/* The document of what the subject is about (statement "region" or "article"), an article with
 * "region": {iso} where its address names one. ERR_NOT_FOUND; the caller owns *out. */
enum err subject_document(const struct page_call *call, const struct subject *subject,
                          json_t **out);

#endif
