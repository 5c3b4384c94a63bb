/*
 * figures.h: what the workers of one program have done, counted together, for /health and /metrics:
 * a table in memory that all of them share. It is a file of the folder that [metrics] folder names,
 * one for each program, mapped before the sandbox is entered, so that nothing needs to be opened
 * afterwards. Each figure is one atomic addition: exact with any number of workers; one that is
 * killed takes nothing with it and leaves nothing half done, and the one after it goes on with the
 * same table.
 *
 * It counts requests, not readers: who is a person, and what was read, is the journal's matter
 * (journal/journal.h), and nothing of a request but its route, status and time is here.
 *
 * A file of another layout (another version's, foreign, damaged in its head) is replaced by a new
 * one, whose figures begin at zero. Where no file can be had, the worker counts by itself, and says
 * so in the log once: pages do not depend on it. Who makes the file shorter under running workers
 * ends them (SIGBUS); nothing of ours does.
 */
#ifndef VHOD_WEB_FIGURES_H
#define VHOD_WEB_FIGURES_H

#include "base/err.h"
#include "journal/event.h"
#include "web/route.h"
#include "web/status.h"
#include <stdint.h>

#define FIGURES_ROUTES_MAX 48
#define FIGURES_NO_ROUTE   FIGURES_ROUTES_MAX /* what fits no route: 404, 301, 400 */
#define FIGURES_LIMITS     14

/* Upper limits of the classes of time, in microseconds, ascending. */
extern const uint64_t figures_limits[FIGURES_LIMITS];

/* The figures at one moment. */
struct figures_counts {
    uint64_t since; /* UTC second at which the table was made: all counts are from then on */
    uint64_t requests[FIGURES_ROUTES_MAX + 1][STATUS__MAX]; /* by row of the program's routes */
    uint64_t times[FIGURES_LIMITS + 1]; /* requests by class of time; the last: longer than all */
    uint64_t microseconds;              /* all requests together */
    uint64_t kept, made; /* pages that came from the worker's cache; that had to be made */
    uint64_t written[EVENT__MAX][CLIENT__MAX]; /* lines of the journal */
    uint64_t lost;                             /* views that could not be written down */
    uint64_t written_ms, lost_ms; /* UTC milliseconds of the last of each; 0: none yet */
};

struct figures;

/* Opens a program's table in the folder, which is made. routes ends with a NULL pattern, and is
 * borrowed. folder NULL: the worker counts by itself. ERR_MEMORY. */
enum err figures_open(struct figures **out, const char *folder, const char *program,
                      const struct route *routes);
void figures_close(struct figures *figures);

/* A request was answered. row: of the routes, or FIGURES_NO_ROUTE. */
void figures_count_request(struct figures *figures, size_t row, enum status status,
                           uint64_t microseconds);
void figures_count_page(struct figures *figures, bool kept);
void figures_count_written(struct figures *figures, enum event_kind kind, enum client client);
void figures_count_lost(struct figures *figures);

/* Reads the table of a program, which may be running or not. ERR_NOT_FOUND: there is none;
 * ERR_INVALID: one of another layout, which counts as none; ERR_SYSTEM: there is one, and what it
 * holds cannot be known. out is zeroed then. */
enum err figures_read(struct figures_counts *out, const char *folder, const char *program,
                      const struct route *routes);
/* Adds up what matters over several programs: lost, and the latest of each time; the earliest
 * since. */
void figures_add_journal(struct figures_counts *sum, const struct figures_counts *counts);
/* True if the last view that was to be written down was lost. */
bool figures_are_losing(const struct figures_counts *counts);

#endif
