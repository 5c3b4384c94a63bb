/*
 * landlock.h: the calling process takes away its own rights over files, for ever and for all that
 * it opens from now on (landlock(7)). For sandbox.h only, which also tells the log. What is open
 * already stays open.
 */
#ifndef VHOD_BASE_LANDLOCK_H
#define VHOD_BASE_LANDLOCK_H

#include "base/err.h"
#include "base/sandbox_paths.h"

/* The version of the kernel's interface; 0: it has none, or it is switched off. */
int landlock_version(void);

/* Leaves the rights in sandbox, as far as a kernel of that version can tell them apart (it cannot
 * below: 3 truncation, 4 TCP, 6 signals), and sets the flag that keeps programs from gaining any by
 * exec. ERR_NOT_FOUND: a path that must be there is not; *missing names it, and nothing was taken
 * away. ERR_SYSTEM is logged. */
enum err landlock_enter(const struct sandbox *sandbox, int version, const char **missing);

#endif
