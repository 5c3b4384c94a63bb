/*
 * table.c: lines of a table cut into cells. Contract: table.h.
 */
#include "content/table.h"
#include "base/buffer.h"
#include "base/message.h"
#include "content/text.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_MAX (1024 * 1024) /* bytes */

/* A spreadsheet puts cells in quotes that hold a comma, a quote or a line end: to us they are part
 * of the text. */
static bool is_quoted(char *const cells[], size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        if (*cells[i] == '"')
            return true;
    }
    return false;
}

/* Cuts a line in place; false if the number of cells is another. */
static bool cut(char *line, char *cells[static TABLE_COLUMNS_MAX], size_t columns)
{
    size_t count = 0;

    for (char *rest = line; rest != NULL;) {
        char *cell = strsep(&rest, "\t");

        if (count < columns)
            cells[count] = cell;
        count++;
    }
    return count == columns;
}

static void take_row(const struct table *table, void *out, const struct text_line *line,
                     const char *path, struct faults *faults, enum err *err)
{
    char *cells[TABLE_COLUMNS_MAX];
    char *copy = strndup(line->text, line->len);
    const char *complaint = NULL;

    if (copy == NULL) {
        *err = ERR_MEMORY;
        return;
    }
    if (!cut(copy, cells, table->columns))
        complaint = N_("must have the columns of the header line, with one tab between");
    else if (is_quoted(cells, table->columns))
        complaint =
            N_("a cell begins with a quote, as spreadsheets write it: take the quotes out, and "
               "write «» within a text");
    else
        complaint = table->take(out, cells, line->number, err);
    if (complaint != NULL)
        faults_add(faults, path, line->number, NULL, NULL, "%s", translated(complaint));
    free(copy);
}

enum err table_read(const struct table *table, void *out, const char *path, struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    size_t before = faults_count(faults);
    enum err err = text_load(&text, path, TABLE_MAX, true, faults);
    struct text_line line = {.next = buffer_text(&text)};

    if (err != ERR_NONE)
        goto out;
    if (!text_line(&line) || line.len != strlen(table->header) ||
        memcmp(line.text, table->header, line.len) != 0)
        faults_add(faults, path, 1, NULL, NULL,
                   "header line must hold the names of the columns as FORMAT.md has them");
    while (err == ERR_NONE && text_line(&line))
        take_row(table, out, &line, path, faults, &err);
    if (err == ERR_NONE && faults_count(faults) != before)
        err = ERR_INVALID;
out:
    buffer_free(&text);
    return err;
}

char *table_keep(char *const cells[], size_t count, const char *kept[])
{
    size_t size = 1;
    char *storage, *to;

    for (size_t i = 0; i < count; i++)
        size += strlen(cells[i]) + 1;
    storage = to = malloc(size);
    for (size_t i = 0; i < count && storage != NULL; i++) {
        kept[i] = *cells[i] ? to : NULL;
        to = stpcpy(to, cells[i]) + 1;
    }
    return storage;
}
