/*
 * privilege.h: root that need not be root. A command that writes the site's state works as the user
 * whom the state belongs to, so that what it makes can be read and written by the programs, and a
 * fault in it is not root's.
 */
#ifndef VHOD_BASE_PRIVILEGE_H
#define VHOD_BASE_PRIVILEGE_H

#include "base/err.h"

/* Becomes, for good, the owner of the folder, with the groups that this user has. Does nothing for
 * anybody but root, for a folder of root's, and for one that is not there. ERR_SYSTEM is logged. */
enum err privilege_become_owner(const char *folder);

#endif
