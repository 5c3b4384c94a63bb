/*
 * day.h: days as content has them: text that sorts by time. For what asks how old something is.
 */
#ifndef VHOD_CONTENT_DAY_H
#define VHOD_CONTENT_DAY_H

#include "content/references.h"

#define DAY_SIZE 11 /* "2026-11-26" and the NUL */

/* The last day that a date may mean: of "2018" its 31 December. NULL gives "". */
void day_last(const char *date, char out[static DAY_SIZE]);
/* The day so many days from now, in UTC. */
void day_from_now(int days, char out[static DAY_SIZE]);
/* The day so many months before; one that its month has not (31 February) sorts as if it were
 * there. */
void day_months_before(const char *day, long months, char out[static DAY_SIZE]);
/* The newest date of sources, as written; NULL if none has one. */
const char *day_of_sources(const struct references *all, const struct words *sources);

#endif
