/*
 * article_page.h: what the page of a guide or a question shares with its embed: the document, as
 * one reader sees it.
 */
#ifndef VHOD_PAGES_ARTICLE_PAGE_H
#define VHOD_PAGES_ARTICLE_PAGE_H

#include "pages/page.h"
#include "pages/reader_case.h"

/* The document of an article (statement "article") in answer->document, with "region" (statement
 * "article_region") where the case has one that exists: a region that does not exist is as good as
 * none, the article still helps. A case without a region becomes that of the only region that the
 * article is about, if it is one and the page is for people. kind: "guide" or "question"; id as in
 * the snapshot: "epos-link", "q/17". One that is retired becomes status 410, with its document kept
 * for the error page. ERR_NOT_FOUND. */
enum err article_page_load(const struct page_call *call, struct page_answer *answer,
                           const char *kind, const char *id, struct reader_case *reader);

#endif
