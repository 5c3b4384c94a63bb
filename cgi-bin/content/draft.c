/*
 * draft.c: publishing into a temporary folder. Contract: draft.h. It is the same publish: so what
 * it makes is what readers would get.
 */
#include "content/draft.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/temporary.h"
#include "content/publish.h"
#include <stdlib.h>
#include <string.h>

#define COPY_MAX ((size_t)1 << 30) /* bytes of an archive */

struct draft {
    char *data, *published; /* where the content and the published snapshot are */
    char *folder, *snapshot;
};

/* What a publish reads of the one before. */
static const char *const files[] = {"directory.db", "history.db"};

static enum err copy_file(const char *from_folder, const char *to_folder, const char *name)
{
    struct buffer bytes = BUFFER_INIT;
    char *from = file_path(from_folder, name, ""), *to = file_path(to_folder, name, "");
    enum err err = from != NULL && to != NULL ? file_read(&bytes, from, COPY_MAX) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = file_replace(to, bytes.data, bytes.len);
    else if (err == ERR_NOT_FOUND)
        err = ERR_NONE;
    buffer_free(&bytes);
    free(from);
    free(to);
    return err;
}

/* Publishes into a folder that holds copies of what was published. */
static enum err publish_into(const char *folder, const struct draft *draft, struct faults *faults)
{
    char *from = file_folder(draft->published), *snapshot = file_path(folder, files[0], "");
    enum err err = from != NULL && snapshot != NULL ? ERR_NONE : ERR_MEMORY;

    for (size_t i = 0; i < sizeof files / sizeof files[0] && err == ERR_NONE; i++)
        err = copy_file(from, folder, files[i]);
    if (err == ERR_NONE)
        err = content_publish(draft->data, snapshot, faults, NULL);
    free(from);
    free(snapshot);
    return err;
}

enum err draft_make(struct draft **out, const char *data, const char *snapshot,
                    struct faults *faults)
{
    struct draft *draft = calloc(1, sizeof *draft);
    enum err err = ERR_MEMORY;

    *out = NULL;
    if (draft == NULL)
        return err;
    draft->data = strdup(data);
    draft->published = strdup(snapshot);
    if (draft->data == NULL || draft->published == NULL)
        goto out;
    draft->folder = temporary_make();
    if (draft->folder == NULL) {
        err = ERR_SYSTEM;
        goto out;
    }
    draft->snapshot = file_path(draft->folder, files[0], "");
    if (draft->snapshot != NULL)
        err = publish_into(draft->folder, draft, faults);
out:
    if (err != ERR_NONE) {
        draft_free(draft);
        draft = NULL;
    }
    *out = draft;
    return err;
}

enum err draft_renew(struct draft *draft, struct faults *faults)
{
    char *fresh = temporary_make();
    enum err err = fresh != NULL ? publish_into(fresh, draft, faults) : ERR_SYSTEM;

    for (size_t i = 0; i < sizeof files / sizeof files[0] && err == ERR_NONE; i++)
        err = copy_file(fresh, draft->folder, files[i]);
    temporary_remove(fresh);
    return err;
}

void draft_free(struct draft *draft)
{
    if (draft == NULL)
        return;
    temporary_remove(draft->folder);
    free(draft->data);
    free(draft->published);
    free(draft->snapshot);
    free(draft);
}

const char *draft_folder(const struct draft *draft)
{
    return draft->folder;
}

const char *draft_snapshot(const struct draft *draft)
{
    return draft->snapshot;
}
