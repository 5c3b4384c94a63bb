/*
 * thing.h: the statistics of one region, guide or question: its days, who sends readers to it, who
 * shows it, what readers report of it. Whoever asks has chosen the days, and may see them.
 */
#ifndef VHOD_PAGES_STATS_THING_H
#define VHOD_PAGES_STATS_THING_H

#include "pages/page.h"
#include "tally/tally.h"

/* Replaces the document of stats_read (in answer->document) by that of one thing of it: {of, name,
 * kind, path, from, to, views, more, days (tally/thing.h), links, embeds, reports (rows of the
 * whole document that are about it)}, to be shown by page_stats_thing. of: "region/ru-alt",
 * "guide/epos-link", "q/7". ERR_NOT_FOUND for anything that the snapshot does not have; others as
 * of tally_thing. */
enum err stats_thing(const struct page_call *call, struct page_answer *answer, const char *of,
                     const struct tally_question *question);

extern const struct page page_stats_thing;

#endif
