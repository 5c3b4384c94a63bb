/*
 * reader_case.h: the reader's case: the region that a page is read for, and the day. Pages that
 * depend on it ask here, so that an address, a cookie and a query mean the same everywhere.
 *
 * It finds the region and what articles say to it; what a page shows of that is the page's.
 */
#ifndef VHOD_PAGES_READER_CASE_H
#define VHOD_PAGES_READER_CASE_H

#include "pages/page.h"

#define CASE_ISO_SIZE 8  /* "ru-alt" and its NUL, with room */
#define CASE_DAY_SIZE 11 /* "2026-11-26" and its NUL */

struct reader_case {
    char iso[CASE_ISO_SIZE]; /* "" where no region is known */
    char day[CASE_DAY_SIZE]; /* today in the site's time zone */
};

/* Fills the case. region: what the address says (a valid iso), or NULL; else, if memory, the first
 * region that the reader asked us to remember. memory: false for what others get too, an embed;
 * JSON and text have none either way, since their copies are not kept apart. answer->expires
 * becomes the midnight at which something else holds, if content is limited to dates that lie
 * ahead. */
enum err case_read(const struct page_call *call, struct page_answer *answer, const char *region,
                   bool memory, struct reader_case *out);

/* Takes the region that a search surely found (search/find.h) for that of the case: what somebody
 * names counts more than what we remember. No-op where it found none, or several as good. */
void case_take_named(struct reader_case *reader, const json_t *found);

/* Sets "region" of a document to the case's (statement "case"), or to null. */
enum err case_add_region(const struct page_call *call, const struct reader_case *reader,
                         json_t *document);

/* Resolves what a reader typed into the field for the region (where), on the page of that path. One
 * region surely meant: 303 there with "?region=iso". Else "choice": {where, regions: [at most six]}
 * is added to the document, and the page is shown with it. Nothing of it is recorded: the page was
 * counted when it was opened. *done: the answer is a redirect. */
enum err case_choose(const struct page_call *call, struct page_answer *answer, const char *where,
                     bool *done);

/* Adds to each item of a list of guides, questions or both, in place, what the article says in the
 * case: "applies" (null without a region), "limits" and "instead"; if said, also its short answer
 * there in place of "short", "aloud", phrases to say ([] for a guide), and "cite_url", its address
 * for that reader. Then moves those that do
 * not apply behind the others. list may be NULL. */
enum err case_judge(const struct page_call *call, const struct reader_case *reader, json_t *list,
                    bool said);

/* True if an item that was judged is known not to apply. */
bool case_is_elsewhere(const json_t *item);

#endif
