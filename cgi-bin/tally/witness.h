/*
 * witness.h: what the tally was when it was last written, kept beside it (STATE/tally.seen), so
 * that one that was emptied, replaced by an older copy or damaged is noticed and said before
 * counting goes on. A look at the whole of it is taken once a day: SQLite's own check, and whether
 * the four tables that count the same views (hour, day, week, block) agree.
 *
 * A damaged tally is not counted into: the journals wait. One that lost views is: what the journals
 * still hold is counted anew by itself, and the rest stays said, in the log once and in the
 * statistics for 60 days.
 */
#ifndef VHOD_TALLY_WITNESS_H
#define VHOD_TALLY_WITNESS_H

#include "base/err.h"
#include "tally/tally.h"
#include <jansson.h>
#include <time.h>

#define WITNESS_FILE "tally.seen" /* in the state folder */

/* Before anything is counted. ERR_DATABASE: the tally is damaged (logged, with what to do); nothing
 * may be counted into it. Other errors as of tally_read. */
enum err witness_look(const char *path, struct tally *tally, time_t now);
/* After all was committed: writes down what the tally is now. Errors as of tally_read and
 * sealed_write, logged: what was counted is counted, and the next run tries again. */
enum err witness_keep(const char *path, struct tally *tally, time_t now);

/* For the owner: {"since": UTC time when it was noticed, "had": views, "has": views then}, or null
 * if nothing was lost within 60 days. A file that is damaged or missing says nothing. The caller
 * owns *out. */
enum err witness_lost(const char *path, time_t now, json_t **out);

#endif
