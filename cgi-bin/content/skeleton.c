/*
 * skeleton.c: a sample, line by line. Contract: skeleton.h.
 */
#include "content/skeleton.h"
#include "base/message.h"
#include "content/source.h"
#include "content/text.h"
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define COMMENT_MAX    300

static const char *value_of(const struct skeleton_value *values, const char *key)
{
    for (; values->key != NULL; values++) {
        if (strcmp(values->key, key) == 0)
            return values->value;
    }
    return NULL;
}

/* Copies at most len bytes of a name. */
static void take_name(char out[static NAME_MAX_BYTES], const char *text, size_t len)
{
    snprintf(out, NAME_MAX_BYTES, "%.*s", (int)len, text);
}

/* One "key = value" line: up_to bytes of it stand before the value. */
static void put_key(struct buffer *out, const struct text_line *line, size_t up_to,
                    const char *value, bool required, const char *comment)
{
    if (value != NULL || required) {
        buffer_add(out, line->text, up_to);
        buffer_printf(out, "%s%s\n", value != NULL ? " " : "", value != NULL ? value : "");
    } else {
        buffer_printf(out, "%s %.*s\n", comment, (int)line->len, line->text);
    }
}

/* A comment: what the table says of the key below it stands there in the maintainer's language. */
static void put_comment(struct buffer *out, const struct text_line *line)
{
    char comment[COMMENT_MAX] = "";

    if (line->len > 2 && line->text[1] == ' ' && line->len - 2 < sizeof comment)
        snprintf(comment, sizeof comment, "%.*s", (int)line->len - 2, line->text + 2);
    if (*comment != '\0')
        buffer_printf(out, "%.2s%s\n", line->text, translated(comment));
    else
        buffer_printf(out, "%.*s\n", (int)line->len, line->text);
}

static void put_ini_key(struct buffer *out, const struct text_line *line, const char *section,
                        const struct skeleton_value *values)
{
    size_t up_to = strcspn(line->text, "=") + 1;
    char key[NAME_MAX_BYTES];

    take_name(key, line->text, strcspn(line->text, " ="));
    put_key(out, line, up_to, value_of(values, key), source_is_required(section, key), ";");
}

enum err skeleton_ini(struct buffer *out, const char *sample, const struct skeleton_value *values)
{
    struct text_line line = {.next = sample};
    char section[NAME_MAX_BYTES] = "";
    bool has_login = false, aside = false; /* in a section that need not be there */

    while (text_line(&line)) {
        if (*line.text == '[') {
            take_name(section, line.text + 1, strcspn(line.text, "]") - 1);
            aside =
                strchr(section, '.') != NULL && (strncmp(section, "login.", 6) != 0 || has_login);
            has_login = has_login || strncmp(section, "login.", 6) == 0;
        }
        if (*line.text == ';')
            put_comment(out, &line);
        else if (line.len == 0 || (*line.text == '[' && !aside))
            buffer_printf(out, "%.*s\n", (int)line.len, line.text);
        else if (aside)
            buffer_printf(out, "; %.*s\n", (int)line.len, line.text);
        else
            put_ini_key(out, &line, section, values);
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

enum err skeleton_article(struct buffer *out, const char *sample, enum head_owner owner,
                          const struct skeleton_value *values)
{
    struct text_line line = {.next = sample};

    while (text_line(&line) && line.len > 0) {
        size_t len = strcspn(line.text, ":");
        char key[NAME_MAX_BYTES];

        take_name(key, line.text, len);
        if (*line.text == '#')
            put_comment(out, &line);
        else
            put_key(out, &line, len + 1, value_of(values, key),
                    head_is_required(line.text, len, owner), "#");
    }
    if (line.next != NULL)
        buffer_printf(out, "\n%s", line.next);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
