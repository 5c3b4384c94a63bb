/*
 * block.c: the list of blocked hosts. Contract in block.h.
 */
#include "probe/block.h"
#include "base/clock.h"
#include "base/idn.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sealed.h"
#include "base/url.h"
#include "base/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOST_MAX    253
#define COPY_SUFFIX ".good"

static const struct sealed_kind kind = {"vhod-blocks", 1, 4 * 1024 * 1024};

/* One blocked host in the forms that it is looked for. */
struct entry {
    const char *ascii;   /* of the document */
    struct buffer shown; /* in letters; the same as ascii for most */
};

struct blocks {
    json_t *document;
    struct entry *entries;
    size_t count;
};

/* --- reading --- */

static void forget_entries(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++)
        buffer_free(&blocks->entries[i].shown);
    free(blocks->entries);
    blocks->entries = NULL;
    blocks->count = 0;
}

static const char *bare(const char *host)
{
    return strncmp(host, "www.", 4) == 0 ? host + 4 : host;
}

/* Makes the entries of the document. */
static enum err make_entries(struct blocks *blocks)
{
    const json_t *list = json_object_get(blocks->document, "blocks");
    json_t *item;
    size_t i;
    bool failed = false;

    forget_entries(blocks);
    blocks->entries = calloc(json_array_size(list) + 1, sizeof *blocks->entries);
    if (blocks->entries == NULL)
        return ERR_MEMORY;
    json_array_foreach (list, i, item) {
        struct entry *entry = &blocks->entries[blocks->count++];

        entry->ascii = json_text(item, "host");
        if (idn_to_unicode(&entry->shown, bare(entry->ascii)) != ERR_NONE)
            buffer_puts(&entry->shown, bare(entry->ascii));
        failed = failed || buffer_failed(&entry->shown);
    }
    return failed ? ERR_MEMORY : ERR_NONE;
}

static bool is_list(const json_t *document, const char *key)
{
    const json_t *list = json_object_get(document, key);
    json_t *item;
    size_t i;

    if (!json_is_array(list))
        return false;
    json_array_foreach (list, i, item)
        if (*json_text(item, "host") == '\0')
            return false;
    return true;
}

static enum err read_document(json_t **out, const char *path)
{
    enum err err = sealed_read(path, &kind, out);

    if (err == ERR_NONE && (!is_list(*out, "blocks") || !is_list(*out, "log"))) {
        log_error("%s: no list of blocked hosts", path);
        json_decref(*out);
        *out = NULL;
        err = ERR_INVALID;
    }
    return err;
}

/* The file, or its copy while the file is damaged; an empty list if neither is there. */
static enum err read_either(json_t **out, const char *path)
{
    char *copy = NULL;
    enum err err = read_document(out, path), second;

    if (err != ERR_INVALID && err != ERR_NOT_FOUND)
        return err;
    if (asprintf(&copy, "%s" COPY_SUFFIX, path) < 0)
        return ERR_MEMORY;
    second = read_document(out, copy);
    if (second == ERR_NONE)
        log_warning("%s is used in the place of %s", copy, path);
    if (second == ERR_NOT_FOUND && err == ERR_NOT_FOUND) {
        *out = json_pack("{s:[], s:[]}", "blocks", "log");
        second = *out != NULL ? ERR_NONE : ERR_MEMORY;
    }
    free(copy);
    return second == ERR_NOT_FOUND ? err : second;
}

enum err blocks_load(struct blocks **out, const char *path)
{
    struct blocks *blocks = calloc(1, sizeof *blocks);
    enum err err;

    *out = NULL;
    if (blocks == NULL)
        return ERR_MEMORY;
    err = read_either(&blocks->document, path);
    if (err == ERR_NONE)
        err = make_entries(blocks);
    if (err != ERR_NONE) {
        blocks_free(blocks);
        return err;
    }
    *out = blocks;
    return ERR_NONE;
}

void blocks_free(struct blocks *blocks)
{
    if (blocks == NULL)
        return;
    forget_entries(blocks);
    json_decref(blocks->document);
    free(blocks);
}

/* --- asking --- */

bool blocks_are_empty(const struct blocks *blocks)
{
    return blocks == NULL || blocks->count == 0;
}

size_t blocks_count(const struct blocks *blocks)
{
    return blocks->count;
}

const json_t *blocks_document(const struct blocks *blocks)
{
    return blocks->document;
}

/* True if host is the entry's, below it, or the same without www. */
static bool is_below(const char *host, const char *entry)
{
    size_t host_len = strlen(host), len = strlen(entry);

    if (strcmp(host, entry) == 0 || strcmp(host, bare(entry)) == 0)
        return true;
    return host_len > len && host[host_len - len - 1] == '.' &&
           strcmp(host + host_len - len, entry) == 0;
}

/* The host in lower-case Punycode, without a dot at its end; false if it is none. */
static bool normalize(struct buffer *out, const char *host, size_t len)
{
    char name[HOST_MAX * 4 + 1];

    while (len > 0 && host[len - 1] == '.')
        len--;
    if (len == 0 || len >= sizeof name || !utf8_clean(host, len))
        return false;
    memcpy(name, host, len);
    name[len] = '\0';
    return idn_to_ascii(out, name) == ERR_NONE && out->len > 0;
}

const char *blocks_since(const struct blocks *blocks, const char *host, size_t len)
{
    const json_t *list = blocks != NULL ? json_object_get(blocks->document, "blocks") : NULL;
    struct buffer ascii = BUFFER_INIT;
    const char *since = NULL;

    if (!blocks_are_empty(blocks) && normalize(&ascii, host, len))
        for (size_t i = 0; i < blocks->count && since == NULL; i++)
            if (is_below(buffer_text(&ascii), blocks->entries[i].ascii))
                since = json_text(json_array_get(list, i), "since");
    buffer_free(&ascii);
    return since;
}

bool blocks_may_be_in(const struct blocks *blocks, const char *text)
{
    for (size_t i = 0; blocks != NULL && i < blocks->count; i++)
        if (strcasestr(text, bare(blocks->entries[i].ascii)) != NULL ||
            strcasestr(text, buffer_text(&blocks->entries[i].shown)) != NULL)
            return true;
    return false;
}

/* --- changing --- */

enum err blocks_host(struct buffer *out, const char *text)
{
    struct url url;
    const char *host = text;
    size_t len = strlen(text);

    if (url_parse(&url, text) == ERR_NONE) {
        host = url.host;
        len = url.host_len;
    }
    if (!normalize(out, host, len) || strpbrk(buffer_text(out), "/:@? #*") != NULL ||
        strchr(buffer_text(out), '.') == NULL)
        return ERR_INVALID;
    return ERR_NONE;
}

static size_t find(const struct blocks *blocks, const char *host)
{
    size_t i = 0;

    while (i < blocks->count && strcmp(blocks->entries[i].ascii, host) != 0)
        i++;
    return i;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? json_string(text) : json_null();
}

static enum err note(struct blocks *blocks, const char *action, const char *host, const char *by,
                     const char *why, const char *at)
{
    json_t *log = json_object_get(blocks->document, "log");
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:o}", "at", at, "action", action, "host", host,
                             "by", by, "why", text_or_null(why));

    while (json_array_size(log) >= BLOCKS_LOG_MAX)
        json_array_remove(log, 0);
    return line != NULL && json_array_append_new(log, line) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err blocks_add(struct blocks *blocks, const char *host, const char *by, const char *why,
                    time_t now)
{
    json_t *list = json_object_get(blocks->document, "blocks"), *item;
    char at[21];

    if (find(blocks, host) < blocks->count)
        return ERR_BUSY;
    clock_format(now, at);
    item = json_pack("{s:s, s:s, s:s, s:o}", "host", host, "since", at, "by", by, "why",
                     text_or_null(why));
    if (item == NULL || json_array_append_new(list, item) != 0 ||
        note(blocks, "block", host, by, why, at) != ERR_NONE)
        return ERR_MEMORY;
    return make_entries(blocks);
}

enum err blocks_remove(struct blocks *blocks, const char *host, const char *by, const char *why,
                       time_t now)
{
    size_t at = find(blocks, host);
    char time[21];

    if (at == blocks->count)
        return ERR_NOT_FOUND;
    clock_format(now, time);
    json_array_remove(json_object_get(blocks->document, "blocks"), at);
    if (note(blocks, "unblock", host, by, why, time) != ERR_NONE)
        return ERR_MEMORY;
    return make_entries(blocks);
}

enum err blocks_save(const struct blocks *blocks, const char *path)
{
    char *copy = NULL;
    enum err err = ERR_NONE;

    if (asprintf(&copy, "%s" COPY_SUFFIX, path) < 0)
        return ERR_MEMORY;
    /* The one that counts comes last: while it is as it was, so is everything. */
    err = sealed_write(copy, &kind, blocks->document);
    if (err == ERR_NONE)
        err = sealed_write(path, &kind, blocks->document);
    free(copy);
    return err;
}
