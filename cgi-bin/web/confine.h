/*
 * confine.h: what a public program may still do once it is ready, from the settings: read the state
 * folder, the templates and the time zones, append to the journal, and nothing else; only a program
 * that reads the tally gets at its folder, or, where the tally is a PostgreSQL database, may make
 * connections and read what that needs (/etc, certificates, the file of passwords). How the kernel
 * holds it: base/sandbox.h.
 */
#ifndef VHOD_WEB_CONFINE_H
#define VHOD_WEB_CONFINE_H

#include "base/settings.h"
#include "web/program.h"

struct confine;

/* Gives up the rights of this process; after everything was opened, and before the first request.
 * Nothing is given up where [sandbox] confine says no, which is told in the log. ERR_SYSTEM,
 * ERR_MEMORY: logged; the program must not serve. The caller frees with confine_free, which gives
 * no right back. */
enum err confine_enter(struct confine **out, const struct program *program,
                       const struct settings *settings);
void confine_free(struct confine *confine);

/* True if one of our folders was replaced, or the journal's was removed, so that only a process
 * started anew can get at it. False while there is no snapshot: such a process would have no page
 * to show, and this one may still have. Looks at most once a second. */
bool confine_is_outdated(struct confine *confine);

#endif
