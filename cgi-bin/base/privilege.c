/*
 * privilege.c: contract in privilege.h.
 */
#include "base/privilege.h"
#include "base/log.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Groups first: without root's rights they cannot be set any more. */
static int become(const struct stat *folder)
{
    const struct passwd *user = getpwuid(folder->st_uid);
    gid_t group = user != NULL ? user->pw_gid : folder->st_gid;

    if (user != NULL ? initgroups(user->pw_name, group) : setgroups(1, &group))
        return -1;
    return setgid(group) != 0 || setuid(folder->st_uid) != 0 ? -1 : 0;
}

enum err privilege_become_owner(const char *folder)
{
    struct stat status;

    if (geteuid() != 0 || stat(folder, &status) != 0 || status.st_uid == 0)
        return ERR_NONE;
    if (become(&status) == 0)
        return ERR_NONE;
    log_error("cannot become the owner of %s: %s", folder, strerror(errno));
    return ERR_SYSTEM;
}
