/*
 * sheet.c: vhod export and vhod import: sign-in addresses, contacts and places as a table for a
 * spreadsheet, and back. Nothing is written before the whole content, with the table's changes in
 * it, has passed the check that a publish makes; and then only if --write says so.
 */
#include "content/sheet.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "base/temporary.h"
#include "commands/commands.h"
#include "content/publish.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_MAX ((size_t)8 << 20) /* bytes */

bool command_export_fits(const struct job *job)
{
    return sheet_is_known(job->words[0]);
}

enum err command_export(const struct job *job)
{
    struct buffer table = BUFFER_INIT;
    enum err err = sheet_export(&table, job->words[0], job->data, job->faults);

    if (err == ERR_NONE)
        fwrite(table.data, 1, table.len, stdout);
    buffer_free(&table);
    return err;
}

/* --- the content as it would be --- */

static enum err copy_file(const char *from, const char *to)
{
    struct buffer bytes = BUFFER_INIT;
    enum err err = file_read(&bytes, from, TABLE_MAX);

    if (err == ERR_NONE)
        err = file_replace(to, bytes.data, bytes.len);
    buffer_free(&bytes);
    return err;
}

/* Copies what lies in a folder: files, and folders of files. */
static enum err copy_folder(const char *from, const char *to, int depth)
{
    struct file_names names = {NULL, 0};
    enum err err = file_make_folder(to);

    if (err == ERR_NONE)
        err = file_names(&names, from, "");
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *source = file_path(from, names.names[i], ""),
             *copy = file_path(to, names.names[i], "");

        err = source != NULL && copy != NULL ? copy_file(source, copy) : ERR_MEMORY;
        if (err == ERR_INVALID && depth > 0) /* no regular file */
            err = copy_folder(source, copy, depth - 1);
        free(source);
        free(copy);
    }
    file_names_free(&names);
    return err;
}

/* Puts the changed files below a folder. */
static enum err put_files(const struct sheet_files *files, const char *folder)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < files->count && err == ERR_NONE; i++) {
        char *path = file_path(folder, files->items[i].path, "");

        err = path != NULL ? file_replace(path, files->items[i].text.data, files->items[i].text.len)
                           : ERR_MEMORY;
        free(path);
    }
    return err;
}

/* Adds faults of a copy to those of the job, under the names that the files have. */
static void adopt(const struct job *job, const char *folder, struct faults *found)
{
    size_t len = strlen(folder);
    struct fault_view fault;

    for (size_t i = 0; faults_view(found, i, &fault); i++) {
        bool below = strncmp(fault.file, folder, len) == 0;
        char *path = NULL;

        if (fault.warning)
            continue;
        if (below && asprintf(&path, "%s%s", job->data, fault.file + len) < 0)
            path = NULL;
        faults_add(job->faults, path != NULL ? path : fault.file, fault.line, fault.section,
                   fault.key, "%s", fault.message);
        free(path);
    }
}

/* Checks a copy of the content that has the changes. */
static enum err check_copy(const struct job *job, const struct sheet_files *files)
{
    char *folder = temporary_make();
    char *snapshot = settings_state_file(job->settings, "directory.db");
    struct faults *found = NULL;
    enum err err = folder == NULL ? ERR_SYSTEM : faults_new(&found);

    if (err == ERR_NONE && snapshot == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = copy_folder(job->data, folder, 1);
    if (err == ERR_NONE)
        err = put_files(files, folder);
    if (err == ERR_NONE)
        err = content_check(folder, snapshot, found, NULL);
    if (found != NULL)
        adopt(job, folder, found);
    faults_free(found);
    free(snapshot);
    temporary_remove(folder);
    return err;
}

/* --- import --- */

enum err command_import(const struct job *job)
{
    struct sheet_files files = {NULL, 0};
    struct buffer table = BUFFER_INIT;
    char *told = NULL;
    size_t told_len = 0;
    FILE *changes = open_memstream(&told, &told_len);
    bool write = job->value[JOB_WRITE] != NULL;
    enum err err = changes != NULL ? file_read(&table, job->words[1], TABLE_MAX) : ERR_MEMORY;

    if (err == ERR_NOT_FOUND)
        log_error("%s: there is no such file", job->words[1]);
    if (err == ERR_NONE)
        buffer_putc(&table, '\0');
    if (err == ERR_NONE)
        err = buffer_failed(&table) ? ERR_MEMORY
                                    : sheet_import(&files, job->words[0], job->data, table.data,
                                                   job->words[1], changes, job->faults);
    if (changes != NULL && fclose(changes) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        fputs(told_len > 0 ? told : translated("nothing changes\n"), stdout);
    if (err == ERR_NONE && told_len > 0)
        err = check_copy(job, &files);
    if (err == ERR_NONE && told_len > 0 && write)
        err = put_files(&files, job->data);
    if (err == ERR_NONE && told_len > 0)
        puts(write ? translated("written; vhod publish shows it to readers")
                   : translated("not written: --write does"));
    sheet_files_free(&files);
    buffer_free(&table);
    free(told);
    return err;
}

bool command_import_fits(const struct job *job)
{
    return sheet_is_known(job->words[0]);
}
