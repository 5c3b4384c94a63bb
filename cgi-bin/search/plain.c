/*
 * plain.c: taking marks and addresses out of text. Contract: plain.h.
 */
#include "search/plain.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* Bytes of the marks that a line begins with: "> - ", "12. ", "## ". */
static size_t marks(const char *line)
{
    size_t len = 0;

    for (;;) {
        const char *at = line + len + strspn(line + len, " ");
        size_t sign = strspn(at, "#");

        if (sign == 0)
            sign = strchr(">-*", *at) != NULL && *at ? 1 : strspn(at, "0123456789");
        if (sign > 0 && at[0] >= '0' && at[0] <= '9')
            sign = at[sign] == '.' ? sign + 1 : 0;
        if (sign == 0 || at[sign] != ' ')
            return len;
        len = (size_t)(at - line) + sign + 1;
    }
}

/* Bytes of an address in brackets, with the space before it: " (https://host/)", " (/q/17)". 0: it
 * is none. */
static size_t address(const char *at)
{
    static const char *const beginnings[] = {"/",       "https://", "http://",
                                             "mailto:", "tel:",     "vhod:"};
    size_t open = *at == ' ', len;

    if (at[open] != '(')
        return 0;
    len = strcspn(at + open, " )\n");
    if (at[open + len] != ')')
        return 0;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (strncmp(at + open + 1, beginnings[i], strlen(beginnings[i])) == 0)
            return open + len + 1;
    return 0;
}

void search_plain(struct buffer *out, const char *text)
{
    size_t start = out->len, skip;

    for (bool first = true; *text; first = false) {
        if (first || *text == '\n') {
            text += strspn(text, "\n");
            text += marks(text);
            if (out->len > start && *text)
                buffer_putc(out, ' ');
        } else if ((skip = address(text)) > 0) {
            text += skip;
        } else {
            buffer_putc(out, *text++);
        }
    }
}

static void plain(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    struct buffer out = BUFFER_INIT;

    (void)count;
    search_plain(&out, text != NULL ? text : "");
    if (buffer_failed(&out))
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, buffer_text(&out), (int)out.len, SQLITE_TRANSIENT);
    buffer_free(&out);
}

enum err search_plain_register(sqlite3 *db)
{
    return sqlite3_create_function(db, "plain", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, plain,
                                   NULL, NULL) == SQLITE_OK
               ? ERR_NONE
               : ERR_MEMORY;
}
