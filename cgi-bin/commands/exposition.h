/*
 * exposition.h: what /metrics says: the figures of all programs of this machine, the snapshot, the
 * journal, the probe, in Prometheus' text format (version 0.0.4). Every family is a row of a table
 * in exposition.c. It holds no address, query or user agent: nothing of a reader gets into the
 * figures in the first place (web/figures.h).
 */
#ifndef VHOD_COMMANDS_EXPOSITION_H
#define VHOD_COMMANDS_EXPOSITION_H

#include "base/buffer.h"
#include "base/err.h"
#include "base/settings.h"
#include "directory/snapshot.h"

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Appends all of it. directory: open, or without a snapshot. What cannot be read (a program that
 * has not run yet, no probe so far) is left out. ERR_MEMORY. */
enum err exposition_write(struct buffer *out, const struct settings *settings,
                          struct directory *directory);

#endif
