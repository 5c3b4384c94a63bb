/*
 * announce.h: the notices of data/notices/ as the list that notice/notice.h keeps beside the
 * snapshot. Notices need no publish, and nothing else of the content has to be in order for one:
 * whether a region or a portal exists is asked of the folder alone.
 *
 * It does not say whom a notice is shown to, or when: notice/notice.h does.
 */
#ifndef VHOD_CONTENT_ANNOUNCE_H
#define VHOD_CONTENT_ANNOUNCE_H

#include "base/err.h"
#include "content/fault.h"
#include <jansson.h>

#define ANNOUNCE_FOLDER "notices"

/* Reads data/notices/, which need not be there. zone: the time zone of notices that name none.
 * Everything wrong is added to faults: ERR_INVALID then, and *out is NULL. Else *out is the list,
 * in the order of the files' names, and the caller's. */
enum err announce_read(const char *data, const char *zone, struct faults *faults, json_t **out);
/* announce_read, then the list in place of the site's (NOTICES_FILE in the state folder, named by
 * path). *count: how many there are. Errors of writing are logged. */
enum err announce_apply(const char *data, const char *zone, const char *path, struct faults *faults,
                        size_t *count);

#endif
