/*
 * seccomp.h: the calling process takes away system calls from itself, for ever (seccomp(2)). The
 * only file that knows libseccomp is seccomp.c. For sandbox.h only.
 */
#ifndef VHOD_BASE_SECCOMP_H
#define VHOD_BASE_SECCOMP_H

#include "base/err.h"
#include <stdbool.h>

/* Leaves the calls that sandbox.h tells of; with connects also those that a client of a database
 * needs. Everything else fails with EPERM. ERR_NOT_FOUND: the kernel has no filters. ERR_SYSTEM,
 * ERR_MEMORY: logged. */
enum err seccomp_enter(bool connects);

#endif
