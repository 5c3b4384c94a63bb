/*
 * beside.c: the files that lie beside a snapshot. Contract in beside.h.
 */
#include "directory/beside.h"
#include "base/file.h"
#include "base/log.h"
#include <stdlib.h>
#include <string.h>

enum err beside_open(struct beside *out, const char *snapshot)
{
    char *folder = file_folder(snapshot);

    if (folder == NULL)
        return ERR_MEMORY;
    out->blocks_file.path = file_path(folder, BLOCKS_FILE, NULL);
    out->notices_file.path = file_path(folder, NOTICES_FILE, NULL);
    free(folder);
    return out->blocks_file.path != NULL && out->notices_file.path != NULL ? ERR_NONE : ERR_MEMORY;
}

void beside_close(struct beside *beside)
{
    blocks_free(beside->blocks);
    notices_free(beside->notices);
    free(beside->blocks_file.path);
    free(beside->notices_file.path);
}

/* True if the file is another one than when it was asked last, or nothing was read yet. */
static bool is_another(struct beside_file *file, bool read)
{
    struct file_mark mark;

    if (file_mark_read(&mark, file->path) != ERR_NONE)
        memset(&mark, 0, sizeof mark);
    if (read && file_mark_same(&mark, &file->mark))
        return false;
    file->mark = mark;
    return true;
}

bool beside_read_blocks(struct beside *beside)
{
    struct blocks *fresh = NULL;

    if (!is_another(&beside->blocks_file, beside->blocks != NULL) ||
        blocks_load(&fresh, beside->blocks_file.path) != ERR_NONE)
        return false;
    if (beside->blocks != NULL || !blocks_are_empty(fresh))
        log_info("%zu hosts are blocked now", blocks_count(fresh));
    blocks_free(beside->blocks);
    beside->blocks = fresh;
    return true;
}

bool beside_read_notices(struct beside *beside)
{
    struct notices *fresh = NULL;

    if (!is_another(&beside->notices_file, beside->notices != NULL) ||
        notices_load(&fresh, beside->notices_file.path) != ERR_NONE)
        return false;
    if (beside->notices != NULL || notices_count(fresh) > 0)
        log_info("%zu notices are known now", notices_count(fresh));
    notices_free(beside->notices);
    beside->notices = fresh;
    return true;
}
