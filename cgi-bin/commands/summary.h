/*
 * summary.h: one line about content that was read, for the commands that read it all. Neighbours:
 * content/publish.h counts.
 */
#ifndef VHOD_COMMANDS_SUMMARY_H
#define VHOD_COMMANDS_SUMMARY_H

#include "content/publish.h"

/* Prints «what: 83 regions, …» on standard output. */
void summary_say(const char *what, const struct publish_summary *summary);

#endif
