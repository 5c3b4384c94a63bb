/*
 * names.c: the tally's numbers with the snapshot's names. Contract in names.h.
 */
#include "pages/stats/names.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/log.h"
#include "tally/collect.h"
#include "tally/period.h"
#include "view/tiles.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err stats_collect(const struct settings *settings)
{
    enum err err = collect_site(settings, NULL);

    if (err != ERR_NONE && err != ERR_BUSY)
        log_error("statistics: collecting failed (%s); they show what was counted before",
                  err_text(err));
    return err == ERR_MEMORY ? err : ERR_NONE;
}

bool stats_is_owner(const struct page_call *call)
{
    return call->request->user != NULL ||
           (call->request->loopback && call->settings->stats_loopback);
}

enum err stats_today(const struct settings *settings, long *day)
{
    time_t now = clock_now();
    int offset = 0;
    enum err err = clock_offset(settings->site_timezone, now, &offset);

    now += offset;
    *day = (long)((now - ((now % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS)) / DAY_SECONDS);
    return err;
}

/* --- names --- */

/* What stands in front of an id in an address, and where the id's names are. */
static const struct place {
    const char *kind; /* of event.c */
    const char *prefix;
    const char *names;
} places[] = {
    {"region", "region/", "regions"},
    {"guide", "guide/", "guides"},
    {"question", "q/", "questions"},
    {"departure", "go/", "regions"},
};
#define PLACES (sizeof places / sizeof *places)

json_t *stats_name(const json_t *names, const char *path)
{
    for (size_t i = 0; path != NULL && i < PLACES; i++) {
        size_t len = strlen(places[i].prefix);

        if (strncmp(path, places[i].prefix, len) == 0)
            return json_object_get(json_object_get(names, places[i].names), path + len);
    }
    return NULL;
}

/* Sets a row's name, or what it is known by where the snapshot has none. */
static enum err set_name(json_t *row, json_t *name, const char *otherwise)
{
    int failed = name != NULL ? json_object_set(row, "name", name)
                              : json_object_set_new(row, "name", json_string(otherwise));

    return failed ? ERR_MEMORY : ERR_NONE;
}

/* Rows of regions, guides and questions. */
static enum err name_ids(json_t *rows, const char *id_key, const json_t *names)
{
    enum err err = ERR_NONE;
    size_t i;
    json_t *row;

    json_array_foreach (rows, i, row) {
        char number[24];
        const json_t *id = json_object_get(row, id_key);
        const char *key = json_string_value(id);

        if (key == NULL) {
            snprintf(number, sizeof number, "%lld", (long long)json_integer_value(id));
            key = number;
        }
        if (err == ERR_NONE)
            err = set_name(row, json_object_get(names, key), key);
    }
    return err;
}

/* Rows that say what they are about as a path: embeds by "id", reports by "path". */
static enum err name_paths(json_t *rows, const char *path_key, const json_t *names)
{
    enum err err = ERR_NONE;
    size_t i;
    json_t *row;

    json_array_foreach (rows, i, row) {
        const char *path = json_string_value(json_object_get(row, path_key));

        if (err == ERR_NONE)
            err = set_name(row, stats_name(names, path), path != NULL ? path : "");
    }
    return err;
}

/* The address behind a kind and an id; NULL for what has none of its own. The caller frees. */
static char *path_of(const char *kind, const char *id)
{
    char *path = NULL;

    if (strcmp(kind, "page") == 0)
        return strdup(id);
    if (strcmp(kind, "cited") == 0)
        return asprintf(&path, "/%s", id) < 0 ? NULL : path;
    for (size_t i = 0; i < PLACES; i++)
        if (strcmp(places[i].kind, kind) == 0)
            return asprintf(&path, "/%s%s", places[i].prefix, id) < 0 ? NULL : path;
    return NULL;
}

static enum err name_links(json_t *rows, const json_t *names)
{
    enum err err = ERR_NONE;
    size_t i;
    json_t *row;

    json_array_foreach (rows, i, row) {
        const char *id = json_string_value(json_object_get(row, "id"));
        char *path = path_of(json_string_value(json_object_get(row, "kind")), id);

        if (err == ERR_NONE)
            err = set_name(row, stats_name(names, path != NULL ? path + 1 : NULL),
                           path != NULL ? path : id);
        if (err == ERR_NONE &&
            json_object_set_new(row, "path", path != NULL ? json_string(path) : json_null()) != 0)
            err = ERR_MEMORY;
        free(path);
    }
    return err;
}

static enum err add_names(struct directory *directory, json_t *document)
{
    static const struct {
        const char *rows, *id;
    } lists[] = {{"regions", "iso"}, {"guides", "id"}, {"questions", "number"}};
    json_t *names = NULL;
    enum err err = directory_document(directory, "names", NULL, &names);

    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && err == ERR_NONE; i++)
        err = name_ids(json_object_get(document, lists[i].rows), lists[i].id,
                       json_object_get(names, lists[i].rows));
    if (err == ERR_NONE)
        err = name_paths(json_object_get(document, "embeds"), "id", names);
    if (err == ERR_NONE)
        err = name_paths(json_object_get(document, "reports"), "path", names);
    if (err == ERR_NONE)
        err = name_links(json_object_get(document, "links"), names);
    json_decref(names);
    return err;
}

/* --- the map and the changes of addresses --- */

/* Views of the regions by iso. */
static json_t *views_by_region(const json_t *document)
{
    json_t *views = json_object();
    size_t i;
    const json_t *row;

    json_array_foreach (json_object_get(document, "regions"), i, row) {
        if (json_object_set(views, json_string_value(json_object_get(row, "iso")),
                            json_object_get(row, "views")) != 0) {
            json_decref(views);
            return NULL;
        }
    }
    return views;
}

static enum err add_map(struct directory *directory, json_t *document)
{
    json_t *map = NULL, *views = views_by_region(document);
    enum err err = views != NULL ? directory_document(directory, "tiles", NULL, &map) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = tiles_fill(map, views);
    if (err == ERR_NONE && json_object_set(document, "map", map) != 0)
        err = ERR_MEMORY;
    json_decref(views);
    json_decref(map);
    return err;
}

static enum err add_changes(struct directory *directory, const struct tally_question *question,
                            json_t *document)
{
    const struct directory_value values[] = {
        {":from", question->from, 0}, {":to", question->to, 0}, {NULL, NULL, 0}};
    json_t *changes = NULL;
    enum err err = directory_document(directory, "address_changes", values, &changes);

    if (err == ERR_NONE && json_object_set(document, "changes", changes) != 0)
        err = ERR_MEMORY;
    json_decref(changes);
    return err;
}

/* --- the whole --- */

enum err stats_open_directory(const struct settings *settings, struct directory **out)
{
    char *path = settings_state_file(settings, "directory.db");
    enum err err = path != NULL ? directory_open(out, path, settings->site_url) : ERR_MEMORY;

    if (err == ERR_NOT_FOUND)
        log_error("report: %s is not there: run vhod publish", path);
    free(path);
    return err;
}

enum err stats_open(const struct settings *settings, struct tally **out)
{
    char *path = settings_tally_store(settings);
    enum err err =
        path != NULL ? tally_open(out, path, settings->site_timezone, false) : ERR_MEMORY;

    free(path);
    /* There is none, or it is another version's: nothing that the reader asked wrongly. Logged
     * there; it may be better later. */
    return err == ERR_NOT_FOUND || err == ERR_INVALID ? ERR_BUSY : err;
}

static enum err read_tally(const struct settings *settings, const struct tally_question *question,
                           json_t **out)
{
    struct tally *tally = NULL;
    enum err err = stats_open(settings, &tally);

    if (err == ERR_NONE)
        err = tally_statistics(tally, question, out);
    tally_close(tally);
    return err;
}

enum err stats_read(const struct settings *settings, struct directory *directory,
                    const struct tally_question *question, json_t **out)
{
    struct tally_question asked = *question;
    enum err err;

    *out = NULL;
    asked.own_host = settings->site_host;
    err = read_tally(settings, &asked, out);
    if (err == ERR_NONE)
        err = add_names(directory, *out);
    if (err == ERR_NONE)
        err = add_map(directory, *out);
    if (err == ERR_NONE)
        err = add_changes(directory, question, *out);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}
