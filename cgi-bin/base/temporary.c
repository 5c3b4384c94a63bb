/*
 * temporary.c: mkdtemp, and nftw back. Contract: temporary.h.
 */
#include "base/temporary.h"
#include "base/file.h"
#include "base/log.h"
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDERS_OPEN 8

char *temporary_make(void)
{
    const char *above = getenv("TMPDIR");
    char *folder = file_path(above != NULL && *above ? above : "/tmp", "vhod-draft-XXXXXX", "");

    if (folder != NULL && mkdtemp(folder) == NULL) {
        log_error("%s: no folder can be made: %s", folder, strerror(errno));
        free(folder);
        folder = NULL;
    }
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void temporary_remove(char *folder)
{
    if (folder != NULL && nftw(folder, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) != 0)
        log_warning("%s: cannot be removed: %s", folder, strerror(errno));
    free(folder);
}
