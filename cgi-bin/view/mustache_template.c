/*
 * mustache_template.c: one template and what is said of it. Contract in mustache_template.h.
 */
#include "view/mustache_template.h"
#include "base/ascii.h"
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mustache_template_free(struct mustache_template *template)
{
    if (template == NULL)
        return;
    free(template->name);
    free(template->file);
    free(template->text);
    free(template->nodes);
    free(template);
}

struct mustache_template *mustache_template_new(const char *name, const char *file,
                                                const char *text, size_t len)
{
    struct mustache_template *template = calloc(1, sizeof *template);

    if (template == NULL)
        return NULL;
    template->name = strdup(name);
    template->file = strdup(file);
    template->text = malloc(len + 1);
    template->len = len;
    if (template->name == NULL || template->file == NULL || template->text == NULL) {
        mustache_template_free(template);
        return NULL;
    }
    memcpy(template->text, text, len);
    template->text[len] = '\0';
    return template;
}

size_t mustache_line(const struct mustache_template *template, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at && i < template->len; i++)
        line += template->text[i] == '\n';
    return line;
}

enum err mustache_fault(const struct mustache_template *template, size_t at, struct buffer *report,
                        const char *format, ...)
{
    char message[400];
    size_t line = mustache_line(template, at);
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(message, sizeof message, format, arguments) < 0)
        message[0] = '\0';
    va_end(arguments);
    log_error("%s:%zu: %s", template->file, line, message);
    if (report != NULL)
        buffer_printf(report, "%s:%zu: %s\n", template->file, line, message);
    return ERR_TEMPLATE;
}

bool mustache_mark(const char *name, size_t len)
{
    const char *dot = memrchr(name, '.', len);

    if (dot != NULL) {
        len -= (size_t)(dot + 1 - name);
        name = dot + 1;
    }
    return (len == 4 && ascii_ends_with(name, len, "html")) ||
           (len == 3 && ascii_ends_with(name, len, "svg")) || ascii_ends_with(name, len, "_html") ||
           ascii_ends_with(name, len, "_svg");
}
