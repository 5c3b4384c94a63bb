/*
 * fault.c: the list of faults. Contract: fault.h. A fault that memory had no room for is still
 * counted, so that a check can never pass because of it.
 */
#include "content/fault.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct fault {
    char *file;
    int line;
    char *message; /* with section and key before it */
    size_t order;  /* of being found: keeps the sort stable */
};

struct faults {
    struct fault *items;
    size_t count;
    size_t lost; /* found, but not kept: out of memory */
};

enum err faults_new(struct faults **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

void faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->items[i].file);
        free(faults->items[i].message);
    }
    free(faults->items);
    free(faults);
}

/* "[section] key: message" in a fresh string; NULL when memory runs out. */
static char *compose(const char *section, const char *key, const char *text)
{
    char *line = NULL;
    bool has_section = section != NULL && *section;
    bool has_key = key != NULL && *key;

    if (asprintf(&line, "%s%s%s%s%s%s", has_section ? "[" : "", has_section ? section : "",
                 has_section ? "] " : "", has_key ? key : "", has_key ? ": " : "", text) < 0)
        return NULL;
    return line;
}

static void keep(struct faults *faults, const char *file, int line, char *message)
{
    char *name = strdup(file != NULL ? file : "");
    struct fault *items = NULL;

    if (name != NULL && message != NULL)
        items = realloc(faults->items, (faults->count + 1) * sizeof *items);
    if (items == NULL) {
        free(name);
        free(message);
        faults->lost++;
        return;
    }
    faults->items = items;
    items[faults->count] = (struct fault){name, line, message, faults->count};
    faults->count++;
}

void faults_add(struct faults *faults, const char *file, int line, const char *section,
                const char *key, const char *format, ...)
{
    va_list list;
    char *text = NULL;
    int len;

    va_start(list, format);
    len = vasprintf(&text, format, list);
    va_end(list);
    keep(faults, file, line, len < 0 ? NULL : compose(section, key, text));
    if (len >= 0)
        free(text);
}

size_t faults_count(const struct faults *faults)
{
    return faults->count + faults->lost;
}

static int compare(const void *left, const void *right)
{
    const struct fault *a = left;
    const struct fault *b = right;
    int files = strcmp(a->file, b->file);

    if (files)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void faults_print(struct faults *faults, FILE *out)
{
    if (faults->count > 0)
        qsort(faults->items, faults->count, sizeof *faults->items, compare);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];

        if (fault->line > 0)
            fprintf(out, "%s:%d: %s\n", fault->file, fault->line, fault->message);
        else
            fprintf(out, "%s: %s\n", fault->file, fault->message);
    }
    if (faults->lost > 0)
        fprintf(out, "%zu more faults were found, and memory ran out for their text\n",
                faults->lost);
}

static void from_ini(void *context, const char *file, int line, const char *section,
                     const char *key, const char *message)
{
    faults_add(context, file, line, section, key, "%s", message);
}

struct ini_report faults_report(struct faults *faults)
{
    return (struct ini_report){from_ini, faults};
}
