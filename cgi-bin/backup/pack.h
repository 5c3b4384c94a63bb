/*
 * pack.h: a backup as one file: a tar archive (pax) under gzip, which every tar can open, its
 * manifest last. The only file that knows libarchive is pack.c. What lies in a backup, save.h and
 * restore.h say.
 */
#ifndef VHOD_BACKUP_PACK_H
#define VHOD_BACKUP_PACK_H

#include "backup/manifest.h"
#include "base/err.h"
#include <stdint.h>
#include <sys/types.h>

/* The folder in which everything lies. */
#define PACK_FOLDER "vhod-backup/"

struct pack;

/* Begins to write to fd, which stays the caller's. made: now, UTC. */
enum err pack_open(struct pack **out, int fd, const char *made);
/* Adds the first size bytes of the file that is open as from. name: manifest_is_name. ERR_INVALID:
 * not such a name, or the file became shorter; ERR_SYSTEM; both logged. */
enum err pack_add(struct pack *pack, const char *name, int from, int64_t size, mode_t mode);
/* Adds the manifest and ends the file. What is in fd is a backup only if this says ERR_NONE. */
enum err pack_finish(struct pack *pack, const struct manifest **manifest);
/* Accepts NULL. */
void pack_free(struct pack *pack);

/* Says where a file is to be put: an allocated path whose folder is there, or NULL for a name that
 * has no place, which ends the reading. */
typedef char *pack_place(void *context, const char *name);

/* Unpacks all of fd. ERR_INVALID (logged): it is no backup, or damaged, or holds what no backup
 * holds; what was unpacked by then lies there, and the caller removes it. made: as in
 * manifest_compare; files: how many. */
enum err pack_read(int fd, pack_place *place, void *context, char made[static 21], long *files);

#endif
