/*
 * csv.c: the one writer of CSV. Every cell goes through add_cell(), which protects and quotes;
 * nothing else writes separators. Which columns there are is the caller's table; it knows no
 * document.
 */
#include "view/csv.h"
#include "base/ascii.h"
#include "base/log.h"
#include "view/value.h"
#include <string.h>

#define BOM "\xEF\xBB\xBF"

/* What a spreadsheet takes for the beginning of a formula; the last four are the full width forms.
 */
static const char *const formula_signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

/* What cells are separated by in each form. */
static const char separators[] = {
    [CSV_COMMA] = ',',
    [CSV_COMMA_BOM] = ',',
    [CSV_SEMICOLON] = ';',
};

/* A row, and the item of its nested array (NULL if it has none). */
struct line {
    enum csv_form form;
    const json_t *row;
    const json_t *item;
};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Some readers drop blanks before they look, and TAB or a line end alone is enough for others. */
static bool looks_like_formula(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && is_blank(text[at]))
        at++;
    if (at > 0 && text[0] != ' ')
        return true;
    for (size_t i = 0; i < sizeof formula_signs / sizeof *formula_signs; i++) {
        size_t sign_len = strlen(formula_signs[i]);

        if (len - at >= sign_len && memcmp(text + at, formula_signs[i], sign_len) == 0)
            return true;
    }
    return false;
}

static bool needs_quotes(const char *text, size_t len)
{
    if (len > 0 && (is_blank(text[0]) || is_blank(text[len - 1])))
        return true;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\0' || strchr("\",;\t\r\n", text[i]) != NULL)
            return true;
    }
    return false;
}

static void add_cell(struct buffer *out, const char *text, size_t len, bool is_text)
{
    bool quotes = needs_quotes(text, len);

    if (quotes)
        buffer_putc(out, '"');
    if (is_text && looks_like_formula(text, len))
        buffer_putc(out, '\'');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            buffer_putc(out, '"');
        buffer_putc(out, text[i]);
    }
    if (quotes)
        buffer_putc(out, '"');
}

/* A code that a spreadsheet would take for a number, and write without its zeros ("01"). */
static bool is_code(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && ascii_is_digit(text[at]))
        at++;
    return len > 0 && at == len;
}

/* A text of the document. In the form for spreadsheets a code is written as the one formula that
 * they all read as text: ="01". */
static void add_text(struct buffer *out, const char *text, size_t len, enum csv_form form)
{
    if (form != CSV_SEMICOLON || !is_code(text, len)) {
        add_cell(out, text, len, true);
        return;
    }
    buffer_puts(out, "\"=\"\"");
    buffer_add(out, text, len);
    buffer_puts(out, "\"\"\"");
}

/* A list within a cell: only of what fits in one. */
static enum err add_list(struct buffer *out, const json_t *list)
{
    struct buffer cell = BUFFER_INIT;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < json_array_size(list) && err == ERR_NONE; i++) {
        char room[VALUE_ROOM];
        const char *text;
        size_t len;

        if (!value_text(json_array_get(list, i), room, &text, &len))
            err = ERR_INVALID;
        if (i > 0)
            buffer_puts(&cell, ", ");
        buffer_add(&cell, text, len);
    }
    if (err == ERR_NONE && buffer_failed(&cell))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        add_cell(out, buffer_text(&cell), cell.len, true);
    buffer_free(&cell);
    return err;
}

static const json_t *find(const struct line *line, const char *path)
{
    if (strncmp(path, "./", 2) == 0)
        return value_at(line->item, path + 2, strlen(path + 2));
    return value_at(line->row, path, strlen(path));
}

static enum err add_column(struct buffer *out, const struct csv_column *column,
                           const struct line *line)
{
    const json_t *value = find(line, column->path);
    char room[VALUE_ROOM];
    const char *text;
    size_t len;
    enum err err = ERR_NONE;

    if (json_is_number(value) && value_text(value, room, &text, &len))
        add_cell(out, text, len, false);
    else if (value_text(value, room, &text, &len))
        add_text(out, text, len, line->form);
    else
        err = json_is_array(value) ? add_list(out, value) : ERR_INVALID;
    if (err == ERR_INVALID)
        log_error("csv column %s: %s holds an object; name a part of it", column->heading,
                  column->path);
    return err;
}

static enum err add_line(struct buffer *out, const struct csv_view *view, const struct line *line)
{
    const struct csv_column *column = view->columns;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < CSV_COLUMNS_MAX && column[i].heading != NULL && err == ERR_NONE; i++) {
        if (i > 0)
            buffer_putc(out, separators[line->form]);
        err = add_column(out, &column[i], line);
    }
    buffer_puts(out, "\r\n");
    return err;
}

static enum err add_row(struct buffer *out, const struct csv_view *view, enum csv_form form,
                        const json_t *row)
{
    const json_t *items =
        view->nested == NULL ? NULL : value_at(row, view->nested, strlen(view->nested));
    struct line line = {.form = form, .row = row};
    enum err err = ERR_NONE;

    if (json_array_size(items) == 0)
        return add_line(out, view, &line);
    for (size_t i = 0; i < json_array_size(items) && err == ERR_NONE; i++) {
        line.item = json_array_get(items, i);
        err = add_line(out, view, &line);
    }
    return err;
}

static void add_headings(struct buffer *out, const struct csv_view *view, enum csv_form form)
{
    for (size_t i = 0; i < CSV_COLUMNS_MAX && view->columns[i].heading != NULL; i++) {
        if (i > 0)
            buffer_putc(out, separators[form]);
        add_cell(out, view->columns[i].heading, strlen(view->columns[i].heading), true);
    }
    buffer_puts(out, "\r\n");
}

enum err csv_write(struct buffer *out, const struct csv_view *view, const json_t *document,
                   enum csv_form form)
{
    const json_t *rows = value_at(document, view->rows, strlen(view->rows));
    size_t before = out->len;
    enum err err = ERR_NONE;

    if (!json_is_array(rows)) {
        log_error("csv: the document has no array %s; mend the page's csv_view", view->rows);
        return ERR_INVALID;
    }
    if (form != CSV_COMMA)
        buffer_puts(out, BOM);
    add_headings(out, view, form);
    for (size_t i = 0; i < json_array_size(rows) && err == ERR_NONE; i++)
        err = add_row(out, view, form, json_array_get(rows, i));
    if (buffer_failed(out))
        return ERR_MEMORY;
    if (err != ERR_NONE)
        buffer_cut(out, before);
    return err;
}
