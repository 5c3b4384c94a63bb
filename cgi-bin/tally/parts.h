/*
 * parts.h: the two larger parts of the statistics document, made by files of their own. Only
 * statistics.c calls them; others ask for the whole (tally.h).
 */
#ifndef VHOD_TALLY_PARTS_H
#define VHOD_TALLY_PARTS_H

#include "tally/read.h"

/* The days asked for, as numbers (period.h). */
struct tally_span {
    long from, to;
    long shift;    /* the days compared with lie so many days before */
    bool compared; /* false: there is nothing to compare with, and shift means nothing */
};

/* Adds the lists by id: regions, guides, questions, pages, checks, reports. */
enum err tally_add_things(struct tally *tally, const struct tally_span *span, json_t *document);
/* Adds what is counted without ids: people, people_before, kinds, clients, robots, dropped, and
 * their course over time: unit, days. */
enum err tally_add_course(struct tally *tally, const struct tally_span *span, json_t *document);

#endif
