/*
 * sheet.c: vhod export and vhod import: sign-in addresses, contacts and places as a table for a
 * spreadsheet, and back. Nothing is written before the whole content, with the table's changes in
 * it, has passed the check that a publish makes; and then only if --write says so.
 */
#include "content/sheet.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "content/trial.h"
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

/* Checks the content as it would be. */
static enum err check_changed(const struct job *job, const struct sheet_files *files)
{
    struct trial_file *changed = calloc(files->count + 1, sizeof *changed);
    char *snapshot = settings_state_file(job->settings, "directory.db");
    size_t before = faults_count(job->faults);
    enum err err = changed != NULL && snapshot != NULL ? ERR_NONE : ERR_MEMORY;

    for (size_t i = 0; i < files->count && err == ERR_NONE; i++)
        changed[i] = (struct trial_file){files->items[i].path, buffer_text(&files->items[i].text),
                                         files->items[i].text.len};
    if (err == ERR_NONE)
        err = trial_check(job->data, snapshot, changed, files->count, job->faults);
    if (err == ERR_NONE && faults_count(job->faults) > before)
        err = ERR_INVALID;
    free(snapshot);
    free(changed);
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
        err = check_changed(job, &files);
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
