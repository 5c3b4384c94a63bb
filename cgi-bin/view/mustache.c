/*
 * mustache.c: a set of templates: adding texts and folders, finding by name, and checking that they
 * fit together. Compiling is mustache_parse.c's work, rendering mustache_render.c's. A set does not
 * change once it is linked, and does not watch its files: a program that wants new templates makes
 * a new set.
 */
#include "base/ascii.h"
#include "base/file.h"
#include "base/log.h"
#include "view/mustache_parse.h"
#include "view/mustache_set.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX      ".mustache"
#define FOLDERS_MAX 8 /* folders in folders; more is a loop of links */

/* --- the set --- */

enum err mustache_new(struct mustache **out, bool strict)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return ERR_MEMORY;
    (*out)->strict = strict;
    return ERR_NONE;
}

void mustache_free(struct mustache *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++)
        mustache_template_free(set->templates[i]);
    free(set->templates);
    free(set);
}

/* Where a name is, or where it belongs; *found says which. */
static size_t find_place(const struct mustache *set, const char *name, size_t len, bool *found)
{
    size_t low = 0;
    size_t high = set->count;

    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        const char *other = set->templates[middle]->name;
        int order = strncmp(other, name, len);

        if (order == 0)
            order = other[len] == '\0' ? 0 : 1;
        *found = order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return high;
}

const struct mustache_template *mustache_find(const struct mustache *set, const char *name,
                                              size_t len)
{
    bool found;
    size_t place = find_place(set, name, len, &found);

    return found ? set->templates[place] : NULL;
}

bool mustache_has(const struct mustache *set, const char *name)
{
    return mustache_find(set, name, strlen(name)) != NULL;
}

/* Puts a compiled template at its place; the set owns it then. */
static enum err insert(struct mustache *set, size_t place, struct mustache_template *template)
{
    struct mustache_template **templates =
        reallocarray(set->templates, set->count + 1, sizeof *templates);

    if (templates == NULL)
        return ERR_MEMORY;
    memmove(templates + place + 1, templates + place, (set->count - place) * sizeof *templates);
    templates[place] = template;
    set->templates = templates;
    set->count++;
    return ERR_NONE;
}

enum err mustache_add(struct mustache *set, const char *name, const char *file, const char *text,
                      size_t len, struct buffer *report)
{
    struct mustache_template *template;
    bool found;
    size_t place = find_place(set, name, strlen(name), &found);
    enum err err = ERR_NONE;

    /* The text is not needed to say that it is too long. */
    template = mustache_template_new(name, file, text, len > MUSTACHE_TEXT_MAX ? 0 : len);
    if (template == NULL)
        return ERR_MEMORY;
    if (found)
        err = mustache_fault(template, 0, report, "a template named %s was added before from %s",
                             name, set->templates[place]->file);
    else if (len > MUSTACHE_TEXT_MAX)
        err = mustache_fault(template, 0, report,
                             "a template over %d bytes; split it into partials", MUSTACHE_TEXT_MAX);
    if (err == ERR_NONE)
        err = mustache_parse(template, set->strict, report);
    if (err == ERR_NONE)
        err = insert(set, place, template);
    if (err != ERR_NONE)
        mustache_template_free(template);
    return err;
}

/* --- folders --- */

/* What stays the same from folder to folder. */
struct walk {
    struct mustache *set;
    bool others;     /* names that are taken stay as they are */
    size_t root_len; /* bytes of the folder's path that are no part of a name, with the slash */
    struct buffer *report;
};

/* True if the name is taken, and was before the walk began. */
static bool is_taken(const struct walk *walk, const char *name)
{
    bool found = false;
    size_t place = walk->others ? find_place(walk->set, name, strlen(name), &found) : 0;

    if (found)
        walk->set->templates[place]->own = true;
    return found;
}

static enum err add_file(const struct walk *walk, const char *path)
{
    struct buffer text = BUFFER_INIT;
    size_t path_len = strlen(path);
    char *name = NULL;
    enum err err = file_read(&text, path, MUSTACHE_TEXT_MAX);

    if (err != ERR_NONE) {
        log_error("cannot read template %s: %s", path, err_text(err));
        goto out;
    }
    name = strndup(path + walk->root_len, path_len - walk->root_len - strlen(SUFFIX));
    err = name == NULL ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE && !is_taken(walk, name))
        err = mustache_add(walk->set, name, path, buffer_text(&text), text.len, walk->report);
out:
    free(name);
    buffer_free(&text);
    return err;
}

static enum err add_folder(const struct walk *walk, const char *folder, int depth);

static enum err add_entry(const struct walk *walk, const char *path, int depth)
{
    struct stat status;

    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return add_folder(walk, path, depth + 1);
    return ascii_ends_with(path, strlen(path), SUFFIX) ? add_file(walk, path) : ERR_NONE;
}

/* Goes on after a broken template, so that one run shows them all; stops at anything else. */
static enum err add_folder(const struct walk *walk, const char *folder, int depth)
{
    struct file_names entries = {NULL, 0};
    enum err broken = ERR_NONE;
    enum err err;

    if (depth > FOLDERS_MAX) {
        log_error("%s: template folders nested deeper than %d; is a link a loop?", folder,
                  FOLDERS_MAX);
        return ERR_LIMIT;
    }
    err = file_names(&entries, folder, "");
    for (size_t i = 0; err == ERR_NONE && i < entries.count; i++) {
        char *path = file_path(folder, entries.names[i], "");

        err = path == NULL ? ERR_MEMORY : add_entry(walk, path, depth);
        free(path);
        if (err == ERR_TEMPLATE) {
            broken = err;
            err = ERR_NONE;
        }
    }
    file_names_free(&entries);
    return err == ERR_NONE ? broken : err;
}

enum err mustache_add_folder(struct mustache *set, const char *folder, struct buffer *report)
{
    struct walk walk = {.set = set, .root_len = strlen(folder) + 1, .report = report};

    return add_folder(&walk, folder, 0);
}

enum err mustache_add_others(struct mustache *set, const char *folder, struct buffer *report)
{
    struct walk walk = {
        .set = set, .others = true, .root_len = strlen(folder) + 1, .report = report};
    size_t before = set->count;
    struct mustache_template **own = calloc(before + 1, sizeof(struct mustache_template *));
    enum err err = own != NULL ? ERR_NONE : ERR_MEMORY;

    for (size_t i = 0; i < before && own != NULL; i++)
        own[i] = set->templates[i];
    if (err == ERR_NONE)
        err = add_folder(&walk, folder, 0);
    for (size_t i = 0; i < before && err == ERR_NONE; i++)
        if (!own[i]->own)
            log_warning("%s: takes no template's place: %s has no %s%s", own[i]->file, folder,
                        own[i]->name, SUFFIX);
    free(own);
    return err;
}

/* --- linking --- */

static bool same_name(const struct mustache_template *a, const struct mustache_node *x,
                      const struct mustache_template *b, const struct mustache_node *y)
{
    return x->len == y->len && memcmp(a->text + x->at, b->text + y->at, x->len) == 0;
}

static bool includes(const struct mustache_node *node)
{
    return node->kind == MUSTACHE_PARTIAL || node->kind == MUSTACHE_PARENT;
}

/* Is there a block of an argument's name in t or in what t includes? seen has a flag for each
 * template of the set. */
static bool takes(const struct mustache *set, const struct mustache_template *t,
                  const struct mustache_template *from, const struct mustache_node *argument,
                  bool *seen)
{
    bool found;
    size_t place = find_place(set, t->name, strlen(t->name), &found);

    if (seen[place])
        return false;
    seen[place] = true;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct mustache_node *node = &t->nodes[i];
        const struct mustache_template *next;

        if (node->kind == MUSTACHE_BLOCK && same_name(t, node, from, argument))
            return true;
        next = includes(node) ? mustache_find(set, t->text + node->at, node->len) : NULL;
        if (next != NULL && takes(set, next, from, argument, seen))
            return true;
    }
    return false;
}

static enum err check_arguments(const struct mustache *set, const struct mustache_template *t,
                                const struct mustache_node *parent,
                                const struct mustache_template *target, struct buffer *report)
{
    bool *seen = calloc(set->count, sizeof *seen);
    enum err err = ERR_NONE;

    if (seen == NULL)
        return ERR_MEMORY;
    for (uint32_t i = (uint32_t)(parent - t->nodes) + 1; i < parent->end; i = t->nodes[i].end) {
        memset(seen, 0, set->count * sizeof *seen);
        if (!takes(set, target, t, &t->nodes[i], seen))
            err = mustache_fault(t, t->nodes[i].at, report,
                                 "{{<%s}} has no block %.*s; is the name right?", target->name,
                                 (int)t->nodes[i].len, t->text + t->nodes[i].at);
    }
    free(seen);
    return err;
}

static enum err link_template(const struct mustache *set, const struct mustache_template *t,
                              struct buffer *report)
{
    enum err err = ERR_NONE;

    for (uint32_t i = 0; i < t->count && err != ERR_MEMORY; i++) {
        const struct mustache_node *node = &t->nodes[i];
        const struct mustache_template *target;
        enum err one = ERR_NONE;

        if (!includes(node))
            continue;
        target = mustache_find(set, t->text + node->at, node->len);
        if (target == NULL)
            one = mustache_fault(t, node->at, report,
                                 "there is no template %.*s; add it or mend the name",
                                 (int)node->len, t->text + node->at);
        else if (node->kind == MUSTACHE_PARENT)
            one = check_arguments(set, t, node, target, report);
        if (one != ERR_NONE)
            err = one;
    }
    return err;
}

enum err mustache_link(struct mustache *set, struct buffer *report)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; set->strict && i < set->count && err != ERR_MEMORY; i++) {
        enum err one = link_template(set, set->templates[i], report);

        if (one != ERR_NONE)
            err = one;
    }
    return err;
}
