/*
 * article_page.h: what the page of a guide shares with its embed: how it looks for a reader's
 * region.
 */
#ifndef VHOD_PAGES_ARTICLE_PAGE_H
#define VHOD_PAGES_ARTICLE_PAGE_H

#include "pages/page.h"

/* Adds "region" to a guide's document (answer->document), and leaves out the steps that are for
 * another way of signing in than that region's. A region that does not exist is as good as none
 * chosen: the guide still helps. answer->expires as of contacts_add_clock. */
enum err article_add_region(const struct page_call *call, struct page_answer *answer,
                            const char *id, const char *iso);

#endif
