/*
 * manifest.c: contract in manifest.h.
 *
 *     vhod backup 1
 *     made 2026-11-26T01:55:00Z
 *     program 1.0.0
 *     3f…e1 2183168 state/directory.db
 *     end 7a…09
 */
#include "backup/manifest.h"
#include <inttypes.h>
#include <string.h>

static const char first_line[] = "vhod backup 1\n";
static const char made_word[] = "made ";

bool manifest_is_name(const char *name)
{
    const unsigned char *at = (const unsigned char *)name;

    for (bool begins = true; *at != '\0'; at++) {
        if (*at < 0x20 || *at == 0x7f || (begins && (*at == '.' || *at == '/')))
            return false;
        begins = *at == '/';
    }
    return *name != '\0' && at[-1] != '/';
}

void manifest_begin(struct manifest *manifest, const char *made, const char *program)
{
    buffer_printf(&manifest->head, "%s%s%s\nprogram %s\n", first_line, made_word, made, program);
}

void manifest_add(struct manifest *manifest, const char *name, int64_t bytes, const char *digest)
{
    buffer_printf(&manifest->lines, "%s %" PRId64 " %s\n", digest, bytes, name);
    manifest->files++;
    manifest->bytes += bytes;
}

static void add_end(struct buffer *text)
{
    char digest[DIGEST_HEX_SIZE];

    digest_hex(buffer_text(text), text->len, digest);
    buffer_printf(text, "end %s\n", digest);
}

enum err manifest_write(const struct manifest *manifest, struct buffer *out)
{
    struct buffer text = BUFFER_INIT;
    bool failed = buffer_failed(&manifest->head) || buffer_failed(&manifest->lines);

    buffer_add(&text, manifest->head.data, manifest->head.len);
    buffer_add(&text, manifest->lines.data, manifest->lines.len);
    add_end(&text);
    buffer_add(out, text.data, text.len);
    failed = failed || buffer_failed(&text) || buffer_failed(out);
    buffer_free(&text);
    return failed ? ERR_MEMORY : ERR_NONE;
}

void manifest_free(struct manifest *manifest)
{
    buffer_free(&manifest->head);
    buffer_free(&manifest->lines);
}

/* The three lines of the head: behind the third, or NULL; what follows "made " goes to made. */
static const char *skip_head(const char *text, char made[static 21])
{
    const char *line = text + strlen(first_line), *end;

    if (strncmp(text, first_line, strlen(first_line)) != 0 ||
        strncmp(line, made_word, strlen(made_word)) != 0)
        return NULL;
    line += strlen(made_word);
    end = strchr(line, '\n');
    if (end == NULL || end - line != 20)
        return NULL;
    memcpy(made, line, 20);
    made[20] = '\0';
    end = strchr(end + 1, '\n');
    return end != NULL ? end + 1 : NULL;
}

enum err manifest_compare(const struct manifest *manifest, const struct buffer *text,
                          char made[static 21])
{
    struct buffer own = BUFFER_INIT;
    const char *lines;
    enum err err = ERR_INVALID;

    made[0] = '\0';
    lines = strlen(buffer_text(text)) == text->len ? skip_head(buffer_text(text), made) : NULL;
    if (lines != NULL) {
        buffer_add(&own, buffer_text(text), (size_t)(lines - buffer_text(text)));
        buffer_add(&own, manifest->lines.data, manifest->lines.len);
        add_end(&own);
        err = buffer_failed(&own) || buffer_failed(&manifest->lines) ? ERR_MEMORY
              : strcmp(buffer_text(&own), buffer_text(text)) == 0    ? ERR_NONE
                                                                     : ERR_INVALID;
    }
    if (err != ERR_NONE)
        made[0] = '\0';
    buffer_free(&own);
    return err;
}
