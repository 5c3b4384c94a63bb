/*
 * csv.c: cells in and out. Contract: csv.h.
 */
#include "content/csv.h"
#include <string.h>

static const char mark[] = "\xEF\xBB\xBF";

void csv_begin(struct csv *csv, char *text)
{
    size_t first;

    if (strncmp(text, mark, sizeof mark - 1) == 0)
        text += sizeof mark - 1;
    first = strcspn(text, ",;\t\r\n");
    *csv = (struct csv){.rest = text,
                        .separator = text[first] == ';' || text[first] == '\t' ? text[first] : ',',
                        .next_line = 1};
}

/* Takes a quoted cell, in place: *at is behind the opening quote, and then behind the closing one.
 */
static char *take_quoted(struct csv *csv, char **at)
{
    char *cell = *at, *to = *at, *from = *at;

    for (; *from != '\0' && !(*from == '"' && from[1] != '"'); from++) {
        csv->next_line += *from == '\n';
        from += *from == '"';
        *to++ = *from;
    }
    *at = from + (*from == '"');
    *to = '\0';
    return cell;
}

/* Takes one cell; false if it was the last of its row. */
static bool take_cell(struct csv *csv, char **cell)
{
    char stops[] = {csv->separator, '\r', '\n', '\0'};
    char *at = csv->rest, *end;
    bool more;

    if (*at == '"') {
        at++;
        *cell = take_quoted(csv, &at);
    } else {
        *cell = at;
    }
    end = at + strcspn(at, stops);
    more = *end == csv->separator;
    csv->rest = end + (*end != '\0');
    if (*end == '\r' && *csv->rest == '\n')
        csv->rest++;
    csv->next_line += !more;
    *end = '\0';
    return more;
}

bool csv_row(struct csv *csv)
{
    while (*csv->rest != '\0') {
        bool more = true, text = false;

        csv->count = 0;
        csv->line = csv->next_line;
        while (more) {
            char *cell;

            more = take_cell(csv, &cell);
            text = text || *cell != '\0';
            if (csv->count < CSV_COLUMNS_MAX)
                csv->cells[csv->count] = cell;
            csv->count++;
        }
        if (text)
            return true;
    }
    return false;
}

void csv_put(struct buffer *out, const char *text, bool first)
{
    if (!first)
        buffer_putc(out, ',');
    if (strpbrk(text, ",;\t\"\r\n") == NULL) {
        buffer_puts(out, text);
        return;
    }
    buffer_putc(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buffer_putc(out, '"');
        buffer_putc(out, *text);
    }
    buffer_putc(out, '"');
}

void csv_end(struct buffer *out)
{
    buffer_puts(out, "\r\n");
}
