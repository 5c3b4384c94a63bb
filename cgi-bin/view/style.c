/*
 * style.c: makes the style sheet compact. Contract in style.h.
 */
#include "view/style.h"
#include <stdbool.h>
#include <string.h>

static const char *skip_blank(const char *at)
{
    for (;;) {
        const char *end;

        at += strspn(at, " \t\r\n");
        if (strncmp(at, "/*", 2) != 0)
            return at;
        end = strstr(at + 2, "*/");
        if (end == NULL)
            return at + strlen(at);
        at = end + 2;
    }
}

void style_compact(struct buffer *out, const char *css)
{
    static const char tight[] = "{};,";
    char last = ';'; /* as after a rule: no space at the beginning */
    const char *at = skip_blank(css);

    while (*at) {
        const char *next = skip_blank(at);

        if (next != at) {
            /* An empty custom property keeps its blank: browsers before 2021 need one. */
            bool empty = last == ':' && *next == ';';

            if (*next && strchr(tight, last) == NULL && (empty || strchr(tight, *next) == NULL))
                buffer_putc(out, ' ');
            last = ' ';
            at = next;
            continue;
        }
        buffer_putc(out, *at);
        last = *at++;
        if (strchr(tight, last) != NULL)
            at = skip_blank(at);
    }
}
