/*
 * rewrite.c: lines copied, but for one. Contract: rewrite.h.
 */
#include "content/rewrite.h"
#include "content/text.h"
#include <stdbool.h>
#include <string.h>

/* Where what is looked for stands in the file; numbers of lines, 0: nowhere. */
struct found {
    int section;  /* its header */
    int key;      /* the key's line */
    int last;     /* the last line of the section that is no comment and not empty */
    size_t up_to; /* bytes before a value in the section's lines: how the author laid them out */
    size_t lead;  /* bytes of the key's own line before its value */
};

static bool is_header(const struct text_line *line, const char *section)
{
    size_t len = strlen(section);

    return line->len >= len + 2 && line->text[0] == '[' &&
           strncmp(line->text + 1, section, len) == 0 && line->text[len + 1] == ']';
}

/* The length of a line up to its value: "key   = ". 0 if it is none. */
static size_t lead_of(const struct text_line *line)
{
    const char *equals =
        *line->text == ';' || *line->text == '#' ? NULL : memchr(line->text, '=', line->len);
    size_t lead = equals != NULL ? (size_t)(equals - line->text) + 1 : 0;

    while (lead > 0 && lead < line->len && line->text[lead] == ' ')
        lead++;
    return lead;
}

static struct found look_for(const char *text, const char *section, const char *key)
{
    struct text_line line = {.next = text};
    struct found found = {0};
    size_t len = strlen(key);
    bool inside = false;

    while (text_line(&line)) {
        size_t lead = lead_of(&line);

        if (line.len > 0 && *line.text == '[')
            inside = is_header(&line, section);
        if (!inside || line.len == 0 || *line.text == ';' || *line.text == '#')
            continue;
        if (*line.text == '[')
            found.section = line.number;
        else if (lead > 0 && found.up_to == 0)
            found.up_to = lead;
        if (lead > len && strncmp(line.text, key, len) == 0 &&
            strchr(" =", line.text[len]) != NULL) {
            found.key = line.number;
            found.lead = lead;
        }
        found.last = line.number;
    }
    return found;
}

/* ";" and "#" begin a comment outside of quotes. */
static void put_value(struct buffer *out, const char *value)
{
    bool quotes = strpbrk(value, ";#") != NULL;

    buffer_printf(out, "%s%s%s\n", quotes ? "\"" : "", value, quotes ? "\"" : "");
}

static void put_line(struct buffer *out, const char *key, size_t up_to, const char *value)
{
    int width = up_to > 2 ? (int)up_to - 2 : 0;

    buffer_printf(out, "%-*s= ", width > (int)strlen(key) ? width : (int)strlen(key) + 1, key);
    put_value(out, value);
}

enum err rewrite_ini(struct buffer *out, const char *text, const char *section, const char *key,
                     const char *value)
{
    struct found found = look_for(text, section, key);
    struct text_line line = {.next = text};

    if (strpbrk(value, "\r\n\"") != NULL)
        return ERR_INVALID;
    while (text_line(&line)) {
        if (line.number != found.key) {
            buffer_add(out, line.text, line.len);
            if (line.next != NULL || found.last == line.number)
                buffer_putc(out, '\n');
        } else if (*value) {
            buffer_add(out, line.text, found.lead);
            put_value(out, value);
        }
        if (found.key == 0 && line.number == found.last && *value)
            put_line(out, key, found.up_to, value);
    }
    if (found.section == 0 && *value) {
        buffer_printf(out, "\n[%s]\n", section);
        put_line(out, key, 0, value);
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
