/*
 * sandbox.h: least privilege: a program that has opened what it needs gives up the right to do
 * anything else, by two mechanisms of the kernel that know nothing of each other: Landlock
 * (landlock.h) holds which files can be reached, seccomp (seccomp.h) which system calls exist. Both
 * hold until the process ends, also for code that an attacker would bring.
 *
 * Afterwards the process can: read and append where the paths say so, take connections from
 * descriptor 0, talk on what it took, ask time and memory. It cannot: start a program, make a
 * process, a socket, a mapping that is executable, change, remove or truncate any file, drop
 * O_APPEND, send signals, trace, mount.
 *
 * web/confine.c knows which program needs what. Nothing here knows programs or settings.
 */
#ifndef VHOD_BASE_SANDBOX_H
#define VHOD_BASE_SANDBOX_H

#include "base/err.h"
#include "base/sandbox_paths.h"
#include <stdbool.h>

/* Adds a path. It is looked up when the sandbox is entered: a folder that is replaced afterwards by
 * another of its name is out of reach, what is replaced within it is not. */
void sandbox_allow(struct sandbox *sandbox, const char *path, unsigned rights);

/* Enters it. A kernel that lacks one of the two, or a path that is not there (then Landlock is left
 * out), is told in the log, once, and is no error: the other mechanism holds alone. ERR_SYSTEM or
 * ERR_MEMORY (logged): it could not be entered for another reason, and the process should end.
 *
 * Builds under AddressSanitizer, or with VHOD_UNCONFINED defined (for coverage, whose figures are
 * written at exit), enter nothing: what the compiler adds needs more than the program. */
enum err sandbox_enter(struct sandbox *sandbox);

/* True if something else stands now under one of the names than when the sandbox was entered, or
 * nothing, or something where nothing was: only a new process can get at it. */
bool sandbox_is_outdated(const struct sandbox *sandbox);

/* True if this build can be confined at all. */
bool sandbox_is_built_in(void);

#endif
