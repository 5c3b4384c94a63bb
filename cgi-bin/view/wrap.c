/*
 * wrap.c: breaking text into lines. Contract in wrap.h.
 */
#include "view/wrap.h"
#include "base/buffer.h"
#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "…"

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* Bytes of the first count characters, or of all there are. */
static size_t bytes_of(const char *text, int count)
{
    const char *at = text;

    while (*at && count-- > 0) {
        at++;
        while (!starts_character(*at))
            at++;
    }
    return (size_t)(at - text);
}

/* Where to break text so that at most width characters come before: the last space, or the last
 * place in a long word where a break hurts least, or the width itself. */
static size_t find_break(const char *text, int width)
{
    size_t fit = bytes_of(text, width);

    if (text[fit] == '\0' || text[fit] == ' ')
        return fit;
    for (size_t at = fit; at > 0; at--)
        if (text[at] == ' ')
            return at;
    for (size_t at = fit; at > 1; at--)
        if (strchr("/.-?&=_", text[at - 1]) != NULL)
            return at;
    return fit;
}

static enum err add_line(json_t *lines, const char *text, size_t len, bool cut)
{
    struct buffer line = BUFFER_INIT;
    json_t *item;

    while (len > 0 && text[len - 1] == ' ')
        len--;
    buffer_add(&line, text, len);
    if (cut)
        buffer_puts(&line, ELLIPSIS);
    item = buffer_failed(&line) ? NULL : json_pack("{s:s}", "text", buffer_text(&line));
    buffer_free(&line);
    return item != NULL && json_array_append_new(lines, item) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err wrap_lines(json_t *lines, const char *text, int width, int max_lines)
{
    enum err err = ERR_NONE;

    text += strspn(text, " ");
    for (int line = 1; *text && line <= max_lines && err == ERR_NONE; line++) {
        size_t len = find_break(text, width);
        bool cut = line == max_lines && text[len + strspn(text + len, " ")] != '\0';

        if (cut)
            len = find_break(text, width - 1); /* room for the ellipsis */
        err = add_line(lines, text, len, cut);
        text += len;
        text += strspn(text, " ");
    }
    return err;
}
