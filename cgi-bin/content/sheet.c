/*
 * sheet.c: tables out and in. Contract: sheet.h. Which columns there are, the tables of keys in
 * source.c say; files are changed by rewrite.c, and the rows of places here.
 */
#include "content/sheet.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/message.h"
#include "content/csv.h"
#include "content/list.h"
#include "content/rewrite.h"
#include "content/source.h"
#include "content/text.h"
#include <stdlib.h>
#include <string.h>

#define FILE_MAX      ((size_t)1 << 20)
#define PLACE_COLUMNS 6

static const char places_file[] = "places.tsv";

/* A table of sections of INI files. */
static const struct sheet {
    const char *name, *folder;
    const char *section; /* "login.": one row a section; "contact": one row a file */
    const char *ids[2];  /* the columns that say whose row it is */
} sheets[] = {
    {"logins", "regions", "login.", {"region", "id"}},
    {"contacts", "contacts", "contact", {"id", NULL}},
};

static const struct sheet *find_sheet(const char *name)
{
    for (size_t i = 0; i < sizeof sheets / sizeof sheets[0]; i++) {
        if (strcmp(sheets[i].name, name) == 0)
            return &sheets[i];
    }
    return NULL;
}

bool sheet_is_known(const char *name)
{
    return find_sheet(name) != NULL || strcmp(name, "places") == 0;
}

/* --- out --- */

static void export_section(struct buffer *out, const struct sheet *sheet, const char *file,
                           const struct ini *ini, const char *section)
{
    csv_put(out, file, true);
    if (sheet->ids[1] != NULL)
        csv_put(out, section + strlen(sheet->section), false);
    for (size_t k = 0; source_key(section, k) != NULL; k++) {
        const char *value = ini_get(ini, section, source_key(section, k));

        csv_put(out, value != NULL ? value : "", false);
    }
    csv_end(out);
}

static enum err export_file(struct buffer *out, const struct sheet *sheet, const char *data,
                            const char *name, struct faults *faults)
{
    struct ini_report report = faults_report(faults);
    struct ini *ini = NULL;
    char *folder = file_path(data, sheet->folder, "");
    char *path = folder != NULL ? file_path(folder, name, "") : NULL;
    char *id = strndup(name, strlen(name) - strlen(".ini"));
    enum err err = path != NULL && id != NULL ? ini_load(&ini, path, &report) : ERR_MEMORY;

    for (size_t n = 0; err == ERR_NONE && n < ini_section_count(ini); n++) {
        if (strncmp(ini_section(ini, n), sheet->section, strlen(sheet->section)) == 0)
            export_section(out, sheet, id, ini, ini_section(ini, n));
    }
    ini_free(ini);
    free(id);
    free(path);
    free(folder);
    return err;
}

static void export_head(struct buffer *out, const struct sheet *sheet)
{
    csv_put(out, sheet->ids[0], true);
    if (sheet->ids[1] != NULL)
        csv_put(out, sheet->ids[1], false);
    for (size_t k = 0; source_key(sheet->section, k) != NULL; k++)
        csv_put(out, source_key(sheet->section, k), false);
    csv_end(out);
}

static enum err export_places(struct buffer *out, const char *data, struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    char *path = file_path(data, places_file, "");
    enum err err = path != NULL ? text_load(&text, path, FILE_MAX, true, faults) : ERR_MEMORY;
    struct text_line line = {.next = buffer_text(&text)};

    while (err == ERR_NONE && text_line(&line)) {
        char *copy = strndup(line.text, line.len), *rest = copy;
        bool first = true;

        if (copy == NULL)
            err = ERR_MEMORY;
        while (rest != NULL) {
            csv_put(out, strsep(&rest, "\t"), first);
            first = false;
        }
        csv_end(out);
        free(copy);
    }
    buffer_free(&text);
    free(path);
    return err;
}

enum err sheet_export(struct buffer *out, const char *name, const char *data, struct faults *faults)
{
    const struct sheet *sheet = find_sheet(name);
    struct file_names names = {NULL, 0};
    char *folder;
    enum err err;

    if (sheet == NULL)
        return export_places(out, data, faults);
    folder = file_path(data, sheet->folder, "");
    err = folder != NULL ? file_names(&names, folder, ".ini") : ERR_MEMORY;
    if (err == ERR_NONE)
        export_head(out, sheet);
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++)
        err = export_file(out, sheet, data, names.names[i], faults);
    file_names_free(&names);
    free(folder);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}

/* --- in --- */

struct importer {
    struct sheet_files *files;
    const char *data, *from;
    struct csv csv;
    char *columns[CSV_COLUMNS_MAX]; /* copies of the first row */
    size_t column_count;
    FILE *changes;
    struct faults *faults;
    enum err err; /* sticky */
};

static void complain(struct importer *importer, const char *message, const char *what)
{
    faults_add(importer->faults, importer->from, importer->csv.line, NULL, NULL, "%s \"%s\"",
               translated(message), what);
}

/* The cell of this row in a column; NULL if the table has no such column. */
static const char *cell_of(const struct importer *importer, const char *column)
{
    for (size_t i = 0; i < importer->column_count && i < importer->csv.count; i++) {
        if (strcmp(importer->columns[i], column) == 0)
            return importer->csv.cells[i];
    }
    return NULL;
}

/* The file as it is by now: read once, then as changed. NULL without one. */
static struct sheet_file *file_of(struct importer *importer, const char *path)
{
    struct sheet_files *files = importer->files;
    struct sheet_file *grown, *file;
    char *whole;

    for (size_t i = 0; i < files->count; i++) {
        if (strcmp(files->items[i].path, path) == 0)
            return &files->items[i];
    }
    grown = list_room(files->items, files->count, sizeof *grown);
    whole = file_path(importer->data, path, "");
    if (grown == NULL || whole == NULL) {
        importer->err = ERR_MEMORY;
        free(whole);
        return NULL;
    }
    files->items = grown;
    file = &grown[files->count];
    file->text = (struct buffer)BUFFER_INIT;
    importer->err = file_read(&file->text, whole, FILE_MAX);
    file->path = importer->err == ERR_NONE ? strdup(path) : NULL;
    free(whole);
    if (file->path == NULL) {
        buffer_free(&file->text);
        return NULL;
    }
    files->count++;
    return file;
}

/* The value of a key in the text of an INI file as it stands in the file, without its quotes.
 * Allocated; "" if it is not there. */
static char *value_in(const char *text, const char *section, const char *key)
{
    struct text_line line = {.next = text};
    size_t len = strlen(key), section_len = strlen(section);
    bool inside = false;

    while (text_line(&line)) {
        const char *value;
        size_t left;

        if (line.len > 0 && *line.text == '[')
            inside = strncmp(line.text + 1, section, section_len) == 0 &&
                     line.text[section_len + 1] == ']';
        if (!inside || line.len <= len || strncmp(line.text, key, len) != 0)
            continue;
        value = line.text + len + strspn(line.text + len, " ");
        if (*value != '=')
            continue;
        value++;
        value += strspn(value, " ");
        left = value < line.text + line.len ? (size_t)(line.text + line.len - value) : 0;
        while (left > 0 && value[left - 1] == ' ')
            left--;
        if (left >= 2 && *value == '"' && value[left - 1] == '"')
            return strndup(value + 1, left - 2);
        return strndup(value, left);
    }
    return strdup("");
}

static void set_key(struct importer *importer, struct sheet_file *file, const char *section,
                    const char *key, const char *value)
{
    char *old = value_in(buffer_text(&file->text), section, key);
    struct buffer changed = BUFFER_INIT;
    enum err err = old != NULL ? ERR_NONE : ERR_MEMORY;

    if (err == ERR_NONE && strcmp(old, value) != 0) {
        fprintf(importer->changes, "%s/%s: [%s] %s: %s → %s\n", importer->data, file->path, section,
                key, *old ? old : "(none)", *value ? value : "(none)");
        err = rewrite_ini(&changed, buffer_text(&file->text), section, key, value);
        if (err == ERR_NONE) {
            buffer_free(&file->text);
            file->text = changed;
            changed = (struct buffer)BUFFER_INIT;
        }
    }
    if (err == ERR_INVALID)
        complain(importer, N_("a line end or a quotation mark cannot stand in"), key);
    else if (err != ERR_NONE)
        importer->err = err;
    buffer_free(&changed);
    free(old);
}

static bool is_id(const char *text, const char *letters)
{
    return text != NULL && *text && strspn(text, letters) == strlen(text);
}

static void take_row(struct importer *importer, const struct sheet *sheet)
{
    const char *name = cell_of(importer, sheet->ids[0]);
    const char *id = sheet->ids[1] != NULL ? cell_of(importer, sheet->ids[1]) : "-";
    char path[128], section[128];
    struct sheet_file *file;

    if (!is_id(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") ||
        !is_id(id, "abcdefghijklmnopqrstuvwxyz0123456789-") || strlen(name) + strlen(id) > 64) {
        complain(importer, N_("a row must say whose it is, in the column"), sheet->ids[0]);
        return;
    }
    snprintf(path, sizeof path, "%s/%s.ini", sheet->folder, name);
    snprintf(section, sizeof section, "%s%s", sheet->section, sheet->ids[1] != NULL ? id : "");
    file = file_of(importer, path);
    if (importer->err == ERR_NOT_FOUND) {
        importer->err = ERR_NONE;
        complain(importer, N_("there is no file"), path);
    }
    for (size_t k = 0; file != NULL && source_key(section, k) != NULL; k++) {
        const char *value = cell_of(importer, source_key(section, k));

        if (value != NULL && importer->err == ERR_NONE)
            set_key(importer, file, section, source_key(section, k), value);
    }
}

/* --- places --- */

/* The row as a line of the file; false if it lacks a column. */
static bool place_line(const struct importer *importer, struct buffer *out)
{
    static const char *const columns[PLACE_COLUMNS] = {"name",     "region",    "population",
                                                       "latitude", "longitude", "aliases"};

    for (size_t i = 0; i < PLACE_COLUMNS; i++) {
        const char *cell = cell_of(importer, columns[i]);

        if (cell == NULL || strpbrk(cell, "\t\r\n") != NULL)
            return false;
        buffer_printf(out, "%s%s", i > 0 ? "\t" : "", cell);
    }
    return true;
}

/* Puts a line in the place of the one with the same name and region, or at the end. */
static void put_place(struct importer *importer, struct sheet_file *file, const char *row)
{
    size_t key = strcspn(row, "\t");
    struct text_line line = {.next = buffer_text(&file->text)};
    struct buffer changed = BUFFER_INIT;
    bool found = false, same = false;

    key += 1 + strcspn(row + key + 1, "\t") + 1;
    while (text_line(&line)) {
        bool here = line.len > key && strncmp(line.text, row, key) == 0;

        same = same || (here && line.len == strlen(row) && strncmp(line.text, row, line.len) == 0);
        if (here && !same)
            fprintf(importer->changes, "%s/%s:%d: %.*s → %s\n", importer->data, file->path,
                    line.number, (int)line.len, line.text, row);
        found = found || here;
        buffer_printf(&changed, "%.*s\n", here ? (int)strlen(row) : (int)line.len,
                      here ? row : line.text);
    }
    if (!found) {
        fprintf(importer->changes, "%s/%s: new: %s\n", importer->data, file->path, row);
        buffer_printf(&changed, "%s\n", row);
    }
    if (!same) {
        buffer_free(&file->text);
        file->text = changed;
    } else {
        buffer_free(&changed);
    }
}

static void take_place(struct importer *importer)
{
    struct sheet_file *file = file_of(importer, places_file);
    struct buffer row = BUFFER_INIT;

    if (file != NULL && place_line(importer, &row))
        put_place(importer, file, buffer_text(&row));
    else if (file != NULL)
        complain(importer, N_("a row needs every column of, in one line,"), places_file);
    buffer_free(&row);
}

/* --- all of it --- */

static bool is_column(const struct sheet *sheet, const char *name)
{
    bool known = sheet == NULL || strcmp(name, sheet->ids[0]) == 0 ||
                 (sheet->ids[1] != NULL && strcmp(name, sheet->ids[1]) == 0);

    for (size_t k = 0; !known && source_key(sheet->section, k) != NULL; k++)
        known = strcmp(source_key(sheet->section, k), name) == 0;
    return known;
}

static void take_columns(struct importer *importer, const struct sheet *sheet)
{
    if (!csv_row(&importer->csv) || importer->csv.count > CSV_COLUMNS_MAX) {
        complain(importer, N_("the first row must be the columns' names in"), importer->from);
        return;
    }
    for (size_t i = 0; i < importer->csv.count && importer->err == ERR_NONE; i++) {
        importer->columns[i] = strdup(importer->csv.cells[i]);
        if (importer->columns[i] == NULL)
            importer->err = ERR_MEMORY;
        else
            importer->column_count++;
        if (!is_column(sheet, importer->csv.cells[i]))
            complain(importer, N_("no such column:"), importer->csv.cells[i]);
    }
}

enum err sheet_import(struct sheet_files *out, const char *name, const char *data, char *csv,
                      const char *from, FILE *changes, struct faults *faults)
{
    const struct sheet *sheet = find_sheet(name);
    struct importer importer = {
        .files = out, .data = data, .from = from, .changes = changes, .faults = faults};
    size_t before = faults_count(faults);

    csv_begin(&importer.csv, csv);
    take_columns(&importer, sheet);
    while (importer.err == ERR_NONE && faults_count(faults) == before && csv_row(&importer.csv)) {
        if (importer.csv.count != importer.column_count)
            complain(&importer, N_("a row has more or fewer cells than the first one of"), from);
        else if (sheet != NULL)
            take_row(&importer, sheet);
        else if (strcmp(importer.csv.cells[0], "name") != 0)
            take_place(&importer);
    }
    for (size_t i = 0; i < sizeof importer.columns / sizeof importer.columns[0]; i++)
        free(importer.columns[i]);
    if (importer.err == ERR_NONE && faults_count(faults) != before)
        importer.err = ERR_INVALID;
    return importer.err;
}

void sheet_files_free(struct sheet_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->items[i].path);
        buffer_free(&files->items[i].text);
    }
    free(files->items);
    *files = (struct sheet_files){NULL, 0};
}
