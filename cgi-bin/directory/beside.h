/*
 * beside.h: the small files that lie beside a snapshot and hold at once, without a publish: the
 * hosts that are blocked (probe/block.h) and the notices (notice/notice.h). Each is looked at by
 * its mark and read when it is another one; a damaged one (logged) leaves what was read before.
 *
 * What follows from them is snapshot.c's and the pages' matter.
 */
#ifndef VHOD_DIRECTORY_BESIDE_H
#define VHOD_DIRECTORY_BESIDE_H

#include "base/err.h"
#include "directory/image.h"
#include "notice/notice.h"
#include "probe/block.h"
#include <stdbool.h>

/* One of the files. */
struct beside_file {
    char *path;
    struct file_mark mark; /* zeroed: there is no file */
};

struct beside {
    struct beside_file blocks_file, notices_file;
    struct blocks *blocks;   /* NULL: none were read yet */
    struct notices *notices; /* the same */
};

/* Names the files beside a snapshot; reads nothing. *out is zeroed before; beside_close frees it
 * whatever happens. ERR_MEMORY. */
enum err beside_open(struct beside *out, const char *snapshot);
void beside_close(struct beside *beside);

/* One stat(2) each; true if what holds is another one now. */
bool beside_read_blocks(struct beside *beside);
bool beside_read_notices(struct beside *beside);

#endif
