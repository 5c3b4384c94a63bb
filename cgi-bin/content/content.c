/*
 * content.c: walks the folders of data/. Contract: content.h. One table says which folders and
 * files there are; everything else that lies there is a fault, because it is most likely a misspelt
 * name.
 */
#include "content/content.h"
#include "base/file.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One line for each kind: the array grows by one, the file is loaded into it, and an entry without
 * id is dropped. */
#define DEFINE_TAKE(kind, type, array, counter, id_member, load, release)                          \
    static enum err take_##kind(struct content *content, const char *path, const char *name,       \
                                struct faults *faults)                                             \
    {                                                                                              \
        struct type *grown = list_room(content->array, content->counter, sizeof *grown);           \
        struct type *item;                                                                         \
        enum err err;                                                                              \
                                                                                                   \
        if (grown == NULL)                                                                         \
            return ERR_MEMORY;                                                                     \
        content->array = grown;                                                                    \
        item = &grown[content->counter++];                                                         \
        err = load;                                                                                \
        if (err == ERR_INVALID && item->id_member == NULL) {                                       \
            release(item);                                                                         \
            content->counter--;                                                                    \
        }                                                                                          \
        return err == ERR_INVALID ? ERR_NONE : err;                                                \
    }

DEFINE_TAKE(region, source_region, regions, region_count, iso,
            source_region_load(item, path, name, faults), source_region_free)
DEFINE_TAKE(portal, source_portal, portals, portal_count, id,
            source_portal_load(item, path, name, faults), source_portal_free)
DEFINE_TAKE(contact, source_contact, contacts, contact_count, id,
            source_contact_load(item, path, name, faults), source_contact_free)
DEFINE_TAKE(guide, article, articles, article_count, id,
            article_load(item, path, name, false, faults), article_free)
DEFINE_TAKE(question, article, articles, article_count, id,
            article_load(item, path, name, true, faults), article_free)
DEFINE_TAKE(page, article, pages, page_count, id, article_load_page(item, path, name, faults),
            article_free)
DEFINE_TAKE(figure, figure, figures, figure_count, id, figure_load(item, path, name, faults),
            figure_free)

#define DEFINE_TAKE_TABLE(kind, load)                                                              \
    static enum err take_##kind(struct content *content, const char *path, const char *name,       \
                                struct faults *faults)                                             \
    {                                                                                              \
        enum err err = load(&content->kind, path, faults);                                         \
                                                                                                   \
        (void)name;                                                                                \
        return err == ERR_INVALID ? ERR_NONE : err;                                                \
    }

DEFINE_TAKE_TABLE(places, places_load)
DEFINE_TAKE_TABLE(clients, clients_load)
DEFINE_TAKE_TABLE(holidays, holidays_load)
DEFINE_TAKE_TABLE(synonyms, synonyms_load)
DEFINE_TAKE_TABLE(sources, references_load)
DEFINE_TAKE_TABLE(symptoms, symptoms_load)
DEFINE_TAKE_TABLE(troubles, troubles_load)
DEFINE_TAKE_TABLE(glossary, glossary_load)

/* The owner's mark is a drawing like any figure; most sites have none. */
static enum err take_logo(struct content *content, const char *path, const char *name,
                          struct faults *faults)
{
    enum err err = ERR_NONE;

    (void)name;
    if (access(path, F_OK) == 0)
        err = figure_load(&content->logo, path, "logo", faults);
    return err == ERR_INVALID ? ERR_NONE : err;
}

static const struct entry {
    const char *name;
    const char *suffix; /* of the files in a folder; NULL: this is a file itself */
    enum err (*take)(struct content *content, const char *path, const char *name,
                     struct faults *faults);
    bool optional; /* nothing is wrong where it is missing */
} entries[] = {
    {"contacts", ".ini", take_contact, false},
    {"figures", ".svg", take_figure, false},
    {"guides", ".md", take_guide, false},
    {"pages", ".md", take_page, true},
    {"portals", ".ini", take_portal, false},
    {"questions", ".md", take_question, false},
    {"regions", ".ini", take_region, false},
    {"places.tsv", NULL, take_places, false},
    {"clients.tsv", NULL, take_clients, false},
    {"holidays.tsv", NULL, take_holidays, false},
    {"synonyms.tsv", NULL, take_synonyms, false},
    {"sources.tsv", NULL, take_sources, false},
    {"symptoms.tsv", NULL, take_symptoms, false},
    {"glossary.tsv", NULL, take_glossary, false},
    {"vhod.ini", NULL, NULL, false}, /* base/settings.c reads it */
    {"notices", NULL, NULL, false},  /* announce.c reads them, if there are any */
    {"troubles.tsv", NULL, take_troubles, false},
    {"logo.svg", NULL, take_logo, true},
};
#define ENTRY_COUNT (sizeof entries / sizeof entries[0])

/* Loads one file of a folder, or complains about its suffix. */
static enum err take_name(struct content *content, const struct entry *entry, const char *folder,
                          const char *name, struct faults *faults)
{
    size_t len = strlen(name);
    size_t suffix = strlen(entry->suffix);
    char *path = file_path(folder, name, "");
    enum err err = path != NULL ? ERR_NONE : ERR_MEMORY;

    if (path != NULL && (len <= suffix || strcmp(name + len - suffix, entry->suffix) != 0)) {
        faults_add(faults, path, 0, NULL, NULL, "is no content: files here end in %s",
                   entry->suffix);
    } else if (path != NULL) {
        char *stem = strndup(name, len - suffix);

        err = stem != NULL ? entry->take(content, path, stem, faults) : ERR_MEMORY;
        free(stem);
    }
    free(path);
    return err;
}

static enum err take_folder(struct content *content, const struct entry *entry, const char *folder,
                            struct faults *faults)
{
    struct file_names names = {NULL, 0};
    enum err err = file_names(&names, folder, "");

    if (err == ERR_NOT_FOUND) {
        if (!entry->optional)
            faults_add(faults, folder, 0, NULL, NULL, "is missing, or no folder");
        return ERR_NONE;
    }
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++)
        err = take_name(content, entry, folder, names.names[i], faults);
    file_names_free(&names);
    return err;
}

static bool is_entry(const char *name)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (strcmp(entries[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Complains about whatever lies in data/ and is in no row of the table. */
static enum err check_names(const char *data, struct faults *faults)
{
    struct file_names names = {NULL, 0};
    enum err err = file_names(&names, data, "");

    if (err == ERR_NOT_FOUND) {
        faults_add(faults, data, 0, NULL, NULL, "is missing, or no folder");
        return ERR_NONE;
    }
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *path;

        if (is_entry(names.names[i]))
            continue;
        path = file_path(data, names.names[i], "");
        if (path != NULL)
            faults_add(faults, path, 0, NULL, NULL,
                       "is no content: cgi-bin/content/FORMAT.md says what may lie here");
        else
            err = ERR_MEMORY;
        free(path);
    }
    file_names_free(&names);
    return err;
}

enum err content_read(struct content *out, const char *data, struct faults *faults)
{
    enum err err = check_names(data, faults);

    for (size_t i = 0; i < ENTRY_COUNT && err == ERR_NONE; i++) {
        char *path;

        if (entries[i].take == NULL)
            continue;
        path = file_path(data, entries[i].name, "");
        if (path == NULL)
            err = ERR_MEMORY;
        else if (entries[i].suffix != NULL)
            err = take_folder(out, &entries[i], path, faults);
        else
            err = entries[i].take(out, path, entries[i].name, faults);
        free(path);
    }
    return err;
}

#define FREE_ALL(array, counter, release)                                                          \
    do {                                                                                           \
        for (size_t i = 0; i < content->counter; i++)                                              \
            release(&content->array[i]);                                                           \
        free(content->array);                                                                      \
    } while (0)

void content_free(struct content *content)
{
    FREE_ALL(regions, region_count, source_region_free);
    FREE_ALL(portals, portal_count, source_portal_free);
    FREE_ALL(contacts, contact_count, source_contact_free);
    FREE_ALL(articles, article_count, article_free);
    FREE_ALL(pages, page_count, article_free);
    figure_free(&content->logo);
    FREE_ALL(figures, figure_count, figure_free);
    places_free(&content->places);
    clients_free(&content->clients);
    holidays_free(&content->holidays);
    synonyms_free(&content->synonyms);
    references_free(&content->sources);
    symptoms_free(&content->symptoms);
    troubles_free(&content->troubles);
    glossary_free(&content->glossary);
    *content = (struct content){0};
}

#define DEFINE_FIND(kind, type, array, counter, id_member)                                         \
    const struct type *content_##kind(const struct content *content, const char *id)               \
    {                                                                                              \
        for (size_t i = 0; i < content->counter; i++) {                                            \
            if (strcmp(content->array[i].id_member, id) == 0)                                      \
                return &content->array[i];                                                         \
        }                                                                                          \
        return NULL;                                                                               \
    }

DEFINE_FIND(region, source_region, regions, region_count, iso)
DEFINE_FIND(portal, source_portal, portals, portal_count, id)
DEFINE_FIND(contact, source_contact, contacts, contact_count, id)
DEFINE_FIND(article, article, articles, article_count, id)
DEFINE_FIND(figure, figure, figures, figure_count, id)
