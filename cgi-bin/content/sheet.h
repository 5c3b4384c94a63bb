/*
 * sheet.h: parts of the content as a table for a spreadsheet, and back: sign-in addresses,
 * contacts, places. Back means into memory: what a table would change, file by file, for whoever
 * decides whether it is put in place.
 */
#ifndef VHOD_CONTENT_SHEET_H
#define VHOD_CONTENT_SHEET_H

#include "base/buffer.h"
#include "base/err.h"
#include "content/fault.h"
#include <stdbool.h>
#include <stdio.h>

/* True if there is a table of this name: logins, contacts, places. */
bool sheet_is_known(const char *name);

/* Appends a table as CSV, made of the folder data. Faults are added, ERR_INVALID then. */
enum err sheet_export(struct buffer *out, const char *name, const char *data,
                      struct faults *faults);

/* Files as a table would have them. Zeroed: none. */
struct sheet_files {
    struct sheet_file {
        char *path; /* below data */
        struct buffer text;
    } * items;
    size_t count;
};

/* Reads csv (changed in place; from: its name, for faults) and puts the files that it changes into
 * *out, to be freed whatever happens; each change is a line on changes. A column that is missing
 * changes nothing, an empty cell takes a key out, a row that is missing takes nothing out. Faults
 * of the table itself are added, ERR_INVALID then. */
enum err sheet_import(struct sheet_files *out, const char *name, const char *data, char *csv,
                      const char *from, FILE *changes, struct faults *faults);
void sheet_files_free(struct sheet_files *files);

#endif
