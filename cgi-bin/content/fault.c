/*
 * fault.c: the list of faults. Contract: fault.h. A fault that memory had no room for is still
 * counted, so that a check can never pass because of it.
 */
#include "content/fault.h"
#include "base/message.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct fault {
    char *file, *section, *key, *message; /* section, key: NULL if it has none */
    char *lines;                          /* to be copied, or NULL */
    int line;
    bool warning;
    size_t order; /* of being found: keeps the sort stable */
};

struct faults {
    struct fault *items;
    size_t count;    /* of both kinds */
    size_t warnings; /* among them */
    size_t lost;     /* faults found, but not kept: out of memory */
    bool untold;     /* a warning, or lines to be copied, were not kept */
    size_t newest;   /* index of the one added last, until they are sorted */
};

enum err faults_new(struct faults **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

static void release(struct fault *fault)
{
    free(fault->file);
    free(fault->section);
    free(fault->key);
    free(fault->message);
    free(fault->lines);
}

void faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    for (size_t i = 0; i < faults->count; i++)
        release(&faults->items[i]);
    free(faults->items);
    free(faults);
}

/* --- adding --- */

/* A copy of text, or NULL for none; *fine is false without memory. */
static char *copy_of(const char *text, bool *fine)
{
    char *copy = text != NULL && *text ? strdup(text) : NULL;

    *fine = *fine && (copy != NULL || text == NULL || *text == '\0');
    return copy;
}

/* Takes a fault whose texts are allocated, or throws it away. */
static void keep(struct faults *faults, struct fault *fault, bool fine)
{
    struct fault *items = NULL;

    if (fine)
        items = realloc(faults->items, (faults->count + 1) * sizeof *items);
    if (items == NULL) {
        release(fault);
        faults->lost += !fault->warning;
        faults->untold = faults->untold || fault->warning;
        faults->newest = faults->count; /* nothing may be offered to another one */
        return;
    }
    faults->items = items;
    fault->order = faults->newest = faults->count;
    items[faults->count++] = *fault;
    faults->warnings += fault->warning;
}

/* Where something is wrong. */
struct place {
    const char *file, *section, *key;
    int line;
};

static void add(struct faults *faults, const struct place *place, bool warning, const char *format,
                va_list list)
{
    struct fault fault = {.line = place->line, .warning = warning};
    bool fine = vasprintf(&fault.message, translated(format), list) >= 0;

    if (!fine)
        fault.message = NULL;
    fault.file = strdup(place->file != NULL ? place->file : "");
    fine = fine && fault.file != NULL;
    fault.section = copy_of(place->section, &fine);
    fault.key = copy_of(place->key, &fine);
    keep(faults, &fault, fine);
}

void faults_add(struct faults *faults, const char *file, int line, const char *section,
                const char *key, const char *format, ...)
{
    const struct place place = {file, section, key, line};
    va_list list;

    va_start(list, format);
    add(faults, &place, false, format, list);
    va_end(list);
}

void faults_warn(struct faults *faults, const char *file, int line, const char *section,
                 const char *key, const char *format, ...)
{
    const struct place place = {file, section, key, line};
    va_list list;

    va_start(list, format);
    add(faults, &place, true, format, list);
    va_end(list);
}

void faults_offer(struct faults *faults, char *lines)
{
    struct fault *newest = faults->newest < faults->count ? &faults->items[faults->newest] : NULL;

    faults->untold = faults->untold || lines == NULL;
    if (newest == NULL || newest->lines != NULL)
        free(lines);
    else
        newest->lines = lines;
}

size_t faults_count(const struct faults *faults)
{
    return faults->count - faults->warnings + faults->lost;
}

size_t faults_warnings(const struct faults *faults)
{
    return faults->warnings;
}

bool faults_untold(const struct faults *faults)
{
    return faults->untold;
}

/* --- showing --- */

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

static void sort(struct faults *faults)
{
    if (faults->count > 0)
        qsort(faults->items, faults->count, sizeof *faults->items, compare);
}

/* The lines to be copied, each behind four blanks. */
static void print_lines(const char *lines, FILE *out)
{
    while (*lines) {
        size_t len = strcspn(lines, "\n");

        fprintf(out, "    %.*s\n", (int)len, lines);
        lines += len;
        lines += *lines == '\n';
    }
}

/* "file:line: [section] key: message". */
static void print_one(const struct fault *fault, FILE *out)
{
    bool section = fault->section != NULL, key = fault->key != NULL;

    fputs(fault->file, out);
    if (fault->line > 0)
        fprintf(out, ":%d", fault->line);
    fprintf(out, ": %s%s%s%s%s%s%s\n", fault->warning ? "warning: " : "", section ? "[" : "",
            section ? fault->section : "", section ? "] " : "", key ? fault->key : "",
            key ? ": " : "", fault->message);
    if (fault->lines != NULL)
        print_lines(fault->lines, out);
}

static void print(struct faults *faults, bool warnings, FILE *out)
{
    sort(faults);
    for (size_t i = 0; i < faults->count; i++) {
        if (faults->items[i].warning == warnings)
            print_one(&faults->items[i], out);
    }
}

void faults_print(struct faults *faults, FILE *out)
{
    print(faults, false, out);
    if (faults->lost > 0)
        fprintf(out, translated("%zu more faults were found, and memory ran out for their text\n"),
                faults->lost);
}

void faults_print_warnings(struct faults *faults, FILE *out)
{
    print(faults, true, out);
}

bool faults_view(struct faults *faults, size_t at, struct fault_view *out)
{
    const struct fault *fault;

    if (at == 0)
        sort(faults);
    if (at >= faults->count)
        return false;
    fault = &faults->items[at];
    *out = (struct fault_view){fault->file,  fault->section, fault->key,    fault->message,
                               fault->lines, fault->line,    fault->warning};
    return true;
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
