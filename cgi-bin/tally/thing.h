/*
 * thing.h: the course of one region, guide or question, day by day. What is true of all of them
 * together is tally_statistics'.
 */
#ifndef VHOD_TALLY_THING_H
#define VHOD_TALLY_THING_H

#include "tally/tally.h"

/* One of them, as the tally has it. */
struct tally_thing {
    const char *kind; /* "region", "guide" or "question" */
    const char *id;   /* "ru-alt", "epos-link", "7" */
};

/* Views by people on the question's days: {views, more, days:[{date, views, more}],
 * searches:[{query, count}]}, every day of them, oldest first; more: departures to the portal of a
 * region, or what an operator's links opened of a guide or question; searches: from which words it
 * was opened, those of at least three days, the first 100, most frequent first. Of the question
 * only the days count. ERR_INVALID: not such days, or over 800 of them; others and ownership as of
 * tally_statistics. */
enum err tally_thing(struct tally *tally, const struct tally_thing *thing,
                     const struct tally_question *question, json_t **out);

#endif
