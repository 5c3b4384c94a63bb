/*
 * trial.c: a folder of links to the content's files, with the changed ones in their places.
 * Contract: trial.h.
 */
#include "content/trial.h"
#include "base/file.h"
#include "base/log.h"
#include "base/temporary.h"
#include "content/publish.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 2 /* folders in folders */

/* --- the folder --- */

static enum err link_file(const char *from, const char *to)
{
    if (symlink(from, to) == 0)
        return ERR_NONE;
    log_error("cannot make %s: %s", to, strerror(errno));
    return ERR_SYSTEM;
}

/* Links what lies in a folder: files, and folders of files. from is absolute. */
static enum err link_folder(const char *from, const char *to, int depth)
{
    struct file_names names = {NULL, 0};
    enum err err = file_make_folder(to);

    if (err == ERR_NONE)
        err = file_names(&names, from, "");
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *source = file_path(from, names.names[i], "");
        char *link = file_path(to, names.names[i], "");
        struct stat status;

        if (source == NULL || link == NULL)
            err = ERR_MEMORY;
        else if (depth > 0 && stat(source, &status) == 0 && S_ISDIR(status.st_mode))
            err = link_folder(source, link, depth - 1);
        else
            err = link_file(source, link);
        free(source);
        free(link);
    }
    file_names_free(&names);
    return err;
}

enum err trial_put(const char *folder, const struct trial_file *file)
{
    char *path = file_path(folder, file->path, "");
    char *parent = path != NULL ? file_folder(path) : NULL;
    enum err err = parent != NULL ? file_make_folder(parent) : ERR_MEMORY;

    if (err == ERR_NONE && file->text != NULL) {
        err = file_replace(path, file->text, file->len); /* also in the place of a link */
    } else if (err == ERR_NONE && unlink(path) != 0 && errno != ENOENT) {
        log_error("%s: cannot be removed: %s", path, strerror(errno));
        err = ERR_SYSTEM;
    }
    free(parent);
    free(path);
    return err;
}

/* The content with those files changed; *folder is for temporary_remove, NULL after an error. */
static enum err trial_folder(char **folder, const char *data, const struct trial_file *files,
                             size_t count)
{
    char *place = temporary_make(), *from = realpath(data, NULL);
    enum err err = place == NULL || from == NULL ? ERR_SYSTEM : link_folder(from, place, DEPTH_MAX);

    if (from == NULL)
        log_error("cannot open the folder %s: %s", data, strerror(errno));
    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = trial_put(place, &files[i]);
    free(from);
    if (err != ERR_NONE) {
        temporary_remove(place);
        place = NULL;
    }
    *folder = place;
    return err;
}

/* --- the check --- */

/* Adds faults of the folder to those of the caller, under the names that the files have. */
static enum err adopt(const char *data, const char *folder, struct faults *found,
                      struct faults *faults)
{
    size_t len = strlen(folder), before = faults_count(faults);
    struct fault_view fault;

    for (size_t i = 0; faults_view(found, i, &fault); i++) {
        bool below = strncmp(fault.file, folder, len) == 0;
        struct buffer path = BUFFER_INIT;

        if (fault.warning)
            continue;
        buffer_printf(&path, "%s%s", below ? data : "", below ? fault.file + len : fault.file);
        faults_add(faults, buffer_text(&path), fault.line, fault.section, fault.key, "%s",
                   fault.message);
        buffer_free(&path);
    }
    /* What found no memory was counted all the same. */
    return faults_count(faults) - before < faults_count(found) ? ERR_MEMORY : ERR_NONE;
}

enum err trial_check(const char *data, const char *snapshot, const struct trial_file *files,
                     size_t count, struct faults *faults)
{
    struct faults *found = NULL;
    char *folder = NULL;
    enum err err = faults_new(&found), told;

    if (err == ERR_NONE)
        err = trial_folder(&folder, data, files, count);
    if (err == ERR_NONE) {
        err = content_check(folder, snapshot, found, NULL);
        if (err == ERR_INVALID)
            err = ERR_NONE;
        told = adopt(data, folder, found, faults);
        err = err == ERR_NONE ? told : err;
    }
    temporary_remove(folder);
    faults_free(found);
    return err;
}
