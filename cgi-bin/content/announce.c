/*
 * announce.c: notices from files to the list of the site. Contract in announce.h.
 */
#include "content/announce.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/message.h"
#include "content/source.h"
#include "notice/notice.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".ini"

/* What one reading works with. */
struct reading {
    const char *data, *zone;
    struct faults *faults;
    json_t *list;
};

/* --- one notice --- */

static void at_key(const struct reading *reading, const struct source_notice *notice,
                   const char *key, const char *message, const char *what)
{
    faults_add(reading->faults, ini_path(notice->ini), ini_line(notice->ini, "notice", key),
               "notice", key, "%s \"%s\"", translated(message), what);
}

/* The file of an id: regions/RU-ALT.ini, portals/netschool.ini. */
static enum err file_of(const struct reading *reading, const char *folder, const char *id,
                        bool upper, bool *there)
{
    char *name = strdup(id);
    char *path = NULL, *inside = NULL;

    for (char *c = name; upper && c != NULL && *c != '\0'; c++)
        *c = ascii_upper(*c);
    inside = file_path(reading->data, folder, NULL);
    if (name != NULL && inside != NULL)
        path = file_path(inside, name, SUFFIX);
    *there = path != NULL && access(path, F_OK) == 0;
    free(inside);
    free(name);
    if (path == NULL)
        return ERR_MEMORY;
    free(path);
    return ERR_NONE;
}

static enum err check_ids(const struct reading *reading, const struct source_notice *notice,
                          const char *folder, const struct words *ids, bool upper)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < ids->count && err == ERR_NONE; i++) {
        bool there = false;

        err = file_of(reading, folder, ids->items[i], upper, &there);
        if (err == ERR_NONE && !there)
            at_key(reading, notice, folder, N_("no such file in that folder:"), ids->items[i]);
    }
    return err;
}

/* A time of the notice, "" or a text that rule_moment has seen, as an instant. */
static enum err moment(const struct reading *reading, const struct source_notice *notice,
                       const char *key, const char *text, time_t *out)
{
    const char *zone = notice->timezone != NULL ? notice->timezone : reading->zone;
    enum err err = text != NULL ? clock_local(text, zone, out) : ERR_NONE;

    if (err != ERR_INVALID)
        return err;
    at_key(reading, notice, key, N_("clocks never show this time there:"), text);
    return ERR_NONE;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *ids_of(const struct words *words)
{
    json_t *list = json_array();

    for (size_t i = 0; i < words->count && list != NULL; i++)
        if (json_array_append_new(list, json_string(words->items[i])) != 0) {
            json_decref(list);
            list = NULL;
        }
    return list;
}

static enum err add(const struct reading *reading, const struct source_notice *notice, time_t from,
                    time_t until)
{
    char begin[21], end[21];
    json_t *item;

    clock_format(from, begin);
    clock_format(until, end);
    item = json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:s, s:s}", "id", notice->id,
                     "level", notice->level, "text", notice->text, "more",
                     text_or_null(notice->more), "url", text_or_null(notice->url), "everybody",
                     notice->regions.count == 0 && notice->portals.count == 0, "regions",
                     ids_of(&notice->regions), "portals", ids_of(&notice->portals), "from", begin,
                     "until", end);
    return item != NULL && json_array_append_new(reading->list, item) == 0 ? ERR_NONE : ERR_MEMORY;
}

static enum err take(const struct reading *reading, const struct source_notice *notice)
{
    time_t from = 0, until = 0;
    enum err err = check_ids(reading, notice, "regions", &notice->regions, true);

    if (err == ERR_NONE)
        err = check_ids(reading, notice, "portals", &notice->portals, false);
    if (err == ERR_NONE)
        err = moment(reading, notice, "from", notice->from, &from);
    if (err == ERR_NONE)
        err = moment(reading, notice, "until", notice->until, &until);
    if (err == ERR_NONE && until <= from)
        at_key(reading, notice, "until", N_("must be later than from:"), notice->until);
    return err == ERR_NONE ? add(reading, notice, from, until) : err;
}

/* --- all of them --- */

static enum err read_file(const struct reading *reading, const char *folder, const char *name)
{
    struct source_notice notice = {.id = NULL};
    size_t len = strlen(name), suffix = strlen(SUFFIX);
    char *path = file_path(folder, name, "");
    char *stem = NULL;
    enum err err = path != NULL ? ERR_NONE : ERR_MEMORY;

    if (path != NULL && (len <= suffix || strcmp(name + len - suffix, SUFFIX) != 0)) {
        faults_add(reading->faults, path, 0, NULL, NULL, "is no notice: files here end in %s",
                   SUFFIX);
    } else if (path != NULL) {
        stem = strndup(name, len - suffix);
        err = stem != NULL ? source_notice_load(&notice, path, stem, reading->faults) : ERR_MEMORY;
        if (err == ERR_NONE)
            err = take(reading, &notice);
        source_notice_free(&notice);
    }
    free(stem);
    free(path);
    return err == ERR_INVALID ? ERR_NONE : err; /* its faults are told */
}

enum err announce_read(const char *data, const char *zone, struct faults *faults, json_t **out)
{
    const struct reading reading = {data, zone, faults, json_array()};
    struct file_names names = {NULL, 0};
    size_t before = faults_count(faults);
    char *folder = file_path(data, ANNOUNCE_FOLDER, NULL);
    enum err err =
        folder != NULL && reading.list != NULL ? file_names(&names, folder, "") : ERR_MEMORY;

    if (err == ERR_NOT_FOUND) /* a site without notices */
        err = ERR_NONE;
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++)
        err = read_file(&reading, folder, names.names[i]);
    file_names_free(&names);
    free(folder);
    if (err == ERR_NONE && faults_count(faults) != before)
        err = ERR_INVALID;
    *out = err == ERR_NONE ? reading.list : NULL;
    if (err != ERR_NONE)
        json_decref(reading.list);
    return err;
}

enum err announce_apply(const char *data, const char *zone, const char *path, struct faults *faults,
                        size_t *count)
{
    json_t *list = NULL;
    enum err err = announce_read(data, zone, faults, &list);

    *count = json_array_size(list);
    if (err == ERR_NONE)
        err = notices_save(list, path);
    json_decref(list);
    return err;
}
