/*
 * rewrite.c: lines copied, but for one, or for one section. Contract: rewrite.h.
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

/* --- a section less --- */

/* Whether a line belongs to the header below it: it stands directly above it, in one piece of
 * comments. at: the line's text; its end is that of the text or a line end. */
static bool leads_to_header(const char *at)
{
    while (*at == ';' || *at == '#') {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return *at == '[';
}

enum err rewrite_without(struct buffer *out, const char *text, const char *section)
{
    struct text_line line = {.next = text};
    bool inside = false;

    while (text_line(&line)) {
        bool comment = line.len > 0 && (*line.text == ';' || *line.text == '#');

        if (line.len > 0 && *line.text == '[')
            inside = is_header(&line, section);
        else if (inside && comment && leads_to_header(line.text))
            inside = false;
        if (inside)
            continue;
        buffer_add(out, line.text, line.len);
        buffer_puts(out, line.next != NULL ? "\n" : "");
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

/* --- articles --- */

/* Whether a line of metadata has that key. */
static bool is_key(const struct text_line *line, const char *key)
{
    size_t len = strlen(key);

    return line->len > len && strncmp(line->text, key, len) == 0 && line->text[len] == ':';
}

static void put_head(struct buffer *out, const char *key, const char *value)
{
    if (*value != '\0')
        buffer_printf(out, "%s: %s\n", key, value);
}

enum err rewrite_head(struct buffer *out, const char *text, const char *key, const char *value)
{
    struct text_line line = {.next = text};
    const char *body = text;
    bool done = false;

    if (strpbrk(value, "\r\n") != NULL)
        return ERR_INVALID;
    while (text_line(&line) && line.len > 0) {
        body = line.text + line.len;
        body += *body == '\n';
        if (is_key(&line, key)) {
            if (!done)
                put_head(out, key, value);
            done = true;
        } else {
            buffer_add(out, line.text, line.len);
            buffer_putc(out, '\n');
        }
    }
    if (!done)
        put_head(out, key, value);
    buffer_puts(out, body);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

const char *rewrite_body_of(const char *text)
{
    struct text_line line = {.next = text};
    const char *body = text;

    while (text_line(&line)) {
        body = line.text + line.len;
        body += *body == '\n';
        if (line.len == 0)
            break;
    }
    return body;
}

enum err rewrite_body(struct buffer *out, const char *text, const char *body)
{
    const char *old = rewrite_body_of(text);
    size_t head = (size_t)(old - text), before = out->len;

    buffer_add(out, text, head);
    if (head > 0 && (head < 2 || strncmp(old - 2, "\n\n", 2) != 0))
        buffer_puts(out, old[-1] == '\n' ? "\n" : "\n\n");
    for (const char *c = body; *c != '\0'; c++) {
        if (*c != '\r' || c[1] != '\n')
            buffer_putc(out, *c);
    }
    if (out->len > before && !buffer_failed(out) && out->data[out->len - 1] != '\n')
        buffer_putc(out, '\n');
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
