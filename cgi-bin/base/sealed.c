/*
 * sealed.c: JSON files with a digest. Contract in sealed.h.
 */
#include "base/sealed.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/shortage.h"
#include <stdlib.h>
#include <string.h>

static const char tail[] = "}\n";

/* What stands before the body. */
static void write_head(struct buffer *out, const struct sealed_kind *kind, const char *digest)
{
    buffer_printf(out,
                  "{\"format\":\"%s\",\"version\":%d,\"sha256\":\"%s\",\"body\":", kind->format,
                  kind->version, digest);
}

enum err sealed_write(const char *path, const struct sealed_kind *kind, const json_t *body)
{
    struct buffer text = BUFFER_INIT;
    char *inner = json_dump(body, JSON_COMPACT | JSON_SORT_KEYS);
    char digest[DIGEST_HEX_SIZE];
    enum err err;

    if (inner == NULL)
        return ERR_MEMORY;
    digest_hex(inner, strlen(inner), digest);
    write_head(&text, kind, digest);
    buffer_puts(&text, inner);
    buffer_puts(&text, tail);
    err = buffer_failed(&text) ? ERR_MEMORY : file_replace(path, text.data, text.len);
    free(inner);
    buffer_free(&text);
    return err;
}

/* True if the text is head, body and tail with the body's own digest; *body and *len say where it
 * is. */
static bool is_whole(const struct buffer *text, const struct sealed_kind *kind, const char **body,
                     size_t *len)
{
    char digest[DIGEST_HEX_SIZE] = "";
    struct buffer head = BUFFER_INIT;
    bool whole;

    write_head(&head, kind, "0000000000000000000000000000000000000000000000000000000000000000");
    whole = !buffer_failed(&head) && text->len > head.len + strlen(tail) &&
            strcmp(text->data + text->len - strlen(tail), tail) == 0;
    if (whole) {
        *body = text->data + head.len;
        *len = text->len - head.len - strlen(tail);
        digest_hex(*body, *len, digest);
        buffer_clear(&head);
        write_head(&head, kind, digest);
        whole = !buffer_failed(&head) && memcmp(text->data, head.data, head.len) == 0;
    }
    buffer_free(&head);
    return whole;
}

enum err sealed_read(const char *path, const struct sealed_kind *kind, json_t **out)
{
    struct buffer text = BUFFER_INIT;
    const char *body = NULL;
    size_t len = 0;
    unsigned long before = shortage_count();
    enum err err = file_read(&text, path, kind->max);

    *out = NULL;
    if (err == ERR_NONE && !is_whole(&text, kind, &body, &len))
        err = ERR_INVALID;
    if (err == ERR_NONE) {
        *out = json_loadb(body, len, JSON_DECODE_ANY, NULL);
        err = *out != NULL ? ERR_NONE : ERR_INVALID;
    }
    if (shortage_count() != before) { /* nothing of this is known now */
        json_decref(*out);
        *out = NULL;
        err = ERR_MEMORY;
    }
    if (err == ERR_INVALID || err == ERR_LIMIT) {
        log_error("%s: damaged, or no %s of version %d; it is ignored", path, kind->format,
                  kind->version);
        err = ERR_INVALID;
    }
    buffer_free(&text);
    return err;
}
