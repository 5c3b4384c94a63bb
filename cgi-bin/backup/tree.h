/*
 * tree.h: a folder with everything below it, or one file.
 */
#ifndef VHOD_BACKUP_TREE_H
#define VHOD_BACKUP_TREE_H

#include "base/err.h"
#include <sys/types.h>

/* Removes it; fine if it is not there. Follows no symbolic link. ERR_SYSTEM is logged. */
enum err tree_remove(const char *path);
/* Gives it to that user and group; fine if it is not there. ERR_SYSTEM is logged. */
enum err tree_own(const char *path, uid_t user, gid_t group);

#endif
