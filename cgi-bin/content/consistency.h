/*
 * consistency.h: what the files of data/ say together: ids that lead somewhere, claims that only
 * one may make, addresses that contradict each other, links, and what was published before and must
 * not vanish.
 */
#ifndef VHOD_CONTENT_CONSISTENCY_H
#define VHOD_CONTENT_CONSISTENCY_H

#include "content/content.h"
#include "content/fault.h"
#include "content/published.h"

/* Adds every fault between files. Entries that are broken by themselves are passed over. */
enum err check_content(const struct content *content, const char *data,
                       const struct published *published, struct faults *faults);

#endif
