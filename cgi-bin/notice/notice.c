/*
 * notice.c: the notices of the site. Contract in notice.h.
 */
#include "notice/notice.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sealed.h"
#include <stdlib.h>
#include <string.h>

static const struct sealed_kind kind = {"vhod-notices", 1, 1024 * 1024};

/* Levels, the worst first: the order in which notices are shown. */
static const char *const levels[] = {"danger", "warning", "info"};
#define LEVELS (sizeof levels / sizeof *levels)

/* One notice and what is asked of it at every page. */
struct entry {
    json_t *item; /* of the document */
    size_t level; /* index of levels */
    time_t from, until;
};

struct notices {
    json_t *document;
    struct entry *entries;
    size_t count;
};

/* --- reading --- */

/* LEVELS for a word that is none. */
static size_t level_of(const char *word)
{
    size_t level = 0;

    while (level < LEVELS && strcmp(levels[level], word) != 0)
        level++;
    return level;
}

static bool read_entry(struct entry *entry, json_t *item)
{
    entry->item = item;
    entry->level = level_of(json_text(item, "level"));
    return entry->level < LEVELS && *json_text(item, "text") != '\0' &&
           json_is_array(json_object_get(item, "regions")) &&
           json_is_array(json_object_get(item, "portals")) &&
           clock_parse(json_text(item, "from"), &entry->from) &&
           clock_parse(json_text(item, "until"), &entry->until);
}

static enum err make_entries(struct notices *notices, const char *path)
{
    json_t *list = json_object_get(notices->document, "notices"), *item;
    size_t i;

    notices->entries = calloc(json_array_size(list) + 1, sizeof *notices->entries);
    if (notices->entries == NULL)
        return ERR_MEMORY;
    json_array_foreach (list, i, item) {
        if (!read_entry(&notices->entries[notices->count], item)) {
            log_error("%s: notice %zu is not as notice/notice.h has it", path, i + 1);
            return ERR_INVALID;
        }
        notices->count++;
    }
    return ERR_NONE;
}

enum err notices_load(struct notices **out, const char *path)
{
    struct notices *notices = calloc(1, sizeof *notices);
    enum err err;

    *out = NULL;
    if (notices == NULL)
        return ERR_MEMORY;
    err = sealed_read(path, &kind, &notices->document);
    if (err == ERR_NONE)
        err = make_entries(notices, path);
    if (err != ERR_NONE && err != ERR_NOT_FOUND) {
        notices_free(notices);
        return err;
    }
    *out = notices;
    return ERR_NONE;
}

void notices_free(struct notices *notices)
{
    if (notices == NULL)
        return;
    free(notices->entries);
    json_decref(notices->document);
    free(notices);
}

size_t notices_count(const struct notices *notices)
{
    return notices->count;
}

enum err notices_save(const json_t *list, const char *path)
{
    json_t *copy = json_deep_copy(list);
    json_t *document = copy != NULL ? json_pack("{s:o}", "notices", copy) : NULL;
    enum err err = document != NULL ? sealed_write(path, &kind, document) : ERR_MEMORY;

    json_decref(document);
    return err;
}

/* --- asking --- */

static bool names(const json_t *list, const char *id)
{
    json_t *item;
    size_t i;

    json_array_foreach (list, i, item)
        if (strcmp(json_string_value(item), id) == 0)
            return true;
    return false;
}

static bool concerns(const struct entry *entry, const struct notice_reader *reader)
{
    const json_t *portals = json_object_get(entry->item, "portals");
    json_t *portal;
    size_t i;

    if (reader->all || json_is_true(json_object_get(entry->item, "everybody")) ||
        names(json_object_get(entry->item, "regions"), reader->iso))
        return true;
    json_array_foreach (reader->portals, i, portal)
        if (names(portals, json_string_value(portal)))
            return true;
    return false;
}

/* Makes *changes the sooner of itself and when, if that lies ahead. */
static void sooner(time_t *changes, time_t when, time_t now)
{
    if (when > now && (*changes == 0 || when < *changes))
        *changes = when;
}

static enum err append_copy(json_t *list, json_t *item)
{
    return json_array_append_new(list, json_deep_copy(item)) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err notices_at(const struct notices *notices, const struct notice_reader *reader, time_t now,
                    json_t **out, time_t *changes)
{
    enum err err;

    *changes = 0;
    *out = json_array();
    err = *out != NULL ? ERR_NONE : ERR_MEMORY;
    for (size_t level = 0; notices != NULL && level < LEVELS; level++)
        for (size_t i = 0; i < notices->count && err == ERR_NONE; i++) {
            const struct entry *entry = &notices->entries[i];

            if (entry->level != level || !concerns(entry, reader))
                continue;
            sooner(changes, entry->from, now);
            sooner(changes, entry->until, now);
            if (entry->from <= now && now < entry->until)
                err = append_copy(*out, entry->item);
        }
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}

/* The entry that ended last before limit and after since; NULL: there is none. Of those that ended
 * in one second the first of the file counts, the others after it. */
static const struct entry *last_over(const struct notices *notices, const struct entry *than,
                                     time_t since, time_t now)
{
    const struct entry *found = NULL;

    for (size_t i = 0; i < notices->count; i++) {
        const struct entry *entry = &notices->entries[i];
        bool later = than == NULL || entry->until < than->until ||
                     (entry->until == than->until && entry > than);

        if (later && entry->until > since && entry->until <= now &&
            (found == NULL || entry->until > found->until))
            found = entry;
    }
    return found;
}

enum err notices_over(const struct notices *notices, time_t since, time_t now, json_t **out)
{
    const struct entry *entry = NULL;
    enum err err;

    *out = json_array();
    err = *out != NULL ? ERR_NONE : ERR_MEMORY;
    while (notices != NULL && err == ERR_NONE &&
           (entry = last_over(notices, entry, since, now)) != NULL)
        err = append_copy(*out, entry->item);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}
