/*
 * text.c: reading and judging text files. Contract: text.h. The bytes are looked at line by line,
 * so that every complaint has its line.
 */
#include "content/text.h"
#include "base/file.h"
#include "base/message.h"
#include "base/utf8.h"
#include <string.h>

bool text_line(struct text_line *line)
{
    const char *end;

    if (line->next == NULL || !*line->next)
        return false;
    end = strchrnul(line->next, '\n');
    line->text = line->next;
    line->len = (size_t)(end - line->text);
    line->next = *end ? end + 1 : NULL;
    line->number++;
    return true;
}

/* What is wrong with one line, or NULL. */
static const char *judge(const struct text_line *line, bool tabs)
{
    const char *rest;
    const char *end;

    if (!utf8_valid(line->text, line->len))
        return N_("is not valid UTF-8: save the file as UTF-8");
    if (line->len > 0 && line->text[line->len - 1] == '\r')
        return N_("ends with CR: save the file with LF line ends");
    rest = line->text;
    end = rest + line->len;
    while (tabs && rest < end) {
        const char *tab = memchr(rest, '\t', (size_t)(end - rest));

        if (!utf8_clean(rest, (size_t)((tab != NULL ? tab : end) - rest)))
            return N_("has a control character or a BOM: take it out");
        rest = tab != NULL ? tab + 1 : end;
    }
    if (!tabs && memchr(rest, '\t', line->len) != NULL)
        return N_("has a tab: use spaces");
    return utf8_clean(rest, (size_t)(end - rest))
               ? NULL
               : N_("has a control character or a BOM: take it out");
}

static enum err judge_all(const struct buffer *text, const char *path, bool tabs,
                          struct faults *faults)
{
    struct text_line line = {.next = buffer_text(text)};
    size_t before = faults_count(faults);

    if (strlen(buffer_text(text)) != text->len)
        faults_add(faults, path, 0, NULL, NULL, "holds a NUL byte: this is no text file");
    if (text->len == 0)
        faults_add(faults, path, 0, NULL, NULL, "is empty: write it or take it out");
    while (text_line(&line)) {
        const char *complaint = judge(&line, tabs);

        if (complaint != NULL)
            faults_add(faults, path, line.number, NULL, NULL, "%s", translated(complaint));
    }
    return faults_count(faults) == before ? ERR_NONE : ERR_INVALID;
}

enum err text_load(struct buffer *out, const char *path, size_t max, bool tabs,
                   struct faults *faults)
{
    enum err err = file_read(out, path, max);

    switch (err) {
    case ERR_NONE:
        return judge_all(out, path, tabs, faults);
    case ERR_INVALID:
        faults_add(faults, path, 0, NULL, NULL, "is no regular file");
        return ERR_INVALID;
    case ERR_LIMIT:
        faults_add(faults, path, 0, NULL, NULL, "is longer than %zu bytes", max);
        return ERR_INVALID;
    case ERR_NOT_FOUND:
        faults_add(faults, path, 0, NULL, NULL, "is missing");
        return ERR_INVALID;
    default:
        return err;
    }
}
