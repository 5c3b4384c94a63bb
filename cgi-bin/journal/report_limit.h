/*
 * report_limit.h: one report per page and network within an hour, and not many of one network at
 * all, so that nobody turns reports against a portal by sending them again. Kept in memory that all
 * workers of a site on this machine share (shm_open), and only as keyed digests: nothing about a
 * person is stored, and nothing outlives the machine's memory.
 *
 * Whether a report is a report at all (choice, token) is form_token.h's; how many make a figure on
 * a page is pages/reader_report.h's.
 */
#ifndef VHOD_JOURNAL_REPORT_LIMIT_H
#define VHOD_JOURNAL_REPORT_LIMIT_H

#include "base/err.h"
#include <stdbool.h>
#include <time.h>

#define REPORT_LIMIT_MINUTES 60 /* so long a report counts against the next */
#define REPORT_LIMIT_NETWORK                                                                       \
    12 /* reports of one network within that time, whatever they are about */

struct report_limit;

/* Finds or makes the memory of a site, which its state folder names. Where that is refused, or the
 * memory under the name is not this user's alone, there is memory of this process alone, with a
 * warning: then each worker counts for itself. To be opened before a program is confined.
 * ERR_MEMORY and ERR_SYSTEM if there is none at all. */
enum err report_limit_open(struct report_limit **out, const char *state);
void report_limit_close(struct report_limit *limit);

/* True if this report may be counted, and then it has been noted. network: a range as text
 * (base/network.h); all that have none are one. */
bool report_limit_take(struct report_limit *limit, const char *network, const char *page,
                       time_t now);

#endif
