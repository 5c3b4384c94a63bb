/*
 * seccomp.h: the calling process takes away system calls from itself, for ever (seccomp(2)). The
 * only file that knows libseccomp is seccomp.c. For sandbox.h only.
 */
#ifndef VHOD_BASE_SECCOMP_H
#define VHOD_BASE_SECCOMP_H

#include "base/err.h"
#include "base/sandbox_paths.h"

/* Leaves the calls that sandbox.h tells of; where it connects also those that a client of a
 * database needs, where it listens those of an HTTP server. Everything else fails with EPERM.
 * ERR_NOT_FOUND: the kernel has no filters. ERR_SYSTEM, ERR_MEMORY: logged. */
enum err seccomp_enter(const struct sandbox *sandbox);

#endif
