/*
 * references.c: rows of sources.tsv, symptoms.tsv and troubles.tsv. Contract: references.h.
 */
#include "content/references.h"
#include "base/message.h"
#include "base/utf8.h"
#include "content/rule.h"
#include "content/table.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_ID, SOURCE_TITLE, SOURCE_URL, SOURCE_DATE, SOURCE_ORIGIN, SOURCE_COLUMNS };

static const char *judge_id(const char *id, bool there)
{
    if (rule_id(id) != NULL)
        return N_("id must be an id: a-z, 0-9 and - inside");
    return there ? N_("id stands twice") : NULL;
}

static const char *judge_source(char *const cells[])
{
    if (rule_plain(cells[SOURCE_TITLE]) != NULL)
        return N_("title must be plain text: no Markdown, no HTML, no spaces at its ends");
    if (*cells[SOURCE_URL] && rule_https(cells[SOURCE_URL]) != NULL)
        return N_("url must be an https address, or empty");
    if (*cells[SOURCE_DATE] && rule_date(cells[SOURCE_DATE]) != NULL)
        return N_("date must be like 2026-09-24, 2025-11 or 2018, or empty");
    if (*cells[SOURCE_ORIGIN] && rule_id(cells[SOURCE_ORIGIN]) != NULL)
        return N_("origin must be an id, or empty: then the source is one of its own");
    return NULL;
}

/* A row with other faults is kept for its id: who names it is not to blame. */
static const char *take_source(void *out, char *const cells[], int line, enum err *err)
{
    struct references *references = out;
    const char *complaint =
        judge_id(cells[SOURCE_ID], references_find(references, cells[SOURCE_ID]) != NULL);
    const char *kept[SOURCE_COLUMNS];
    struct reference *grown;
    char *storage;

    if (complaint != NULL)
        return complaint;
    grown = list_room(references->items, references->count, sizeof *grown);
    if (grown != NULL)
        references->items = grown;
    storage = grown != NULL ? table_keep(cells, SOURCE_COLUMNS, kept) : NULL;
    if (storage == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    grown[references->count++] =
        (struct reference){kept[SOURCE_ID],
                           kept[SOURCE_TITLE],
                           kept[SOURCE_URL],
                           kept[SOURCE_DATE],
                           kept[SOURCE_ORIGIN] != NULL ? kept[SOURCE_ORIGIN] : kept[SOURCE_ID],
                           storage,
                           line};
    return judge_source(cells);
}

enum { SYMPTOM_ID, SYMPTOM_TITLE, SYMPTOM_COLUMNS };

static const char *take_symptom(void *out, char *const cells[], int line, enum err *err)
{
    struct symptoms *symptoms = out;
    const char *complaint =
        judge_id(cells[SYMPTOM_ID], symptoms_find(symptoms, cells[SYMPTOM_ID]) != NULL);
    const char *kept[SYMPTOM_COLUMNS];
    struct symptom *grown;
    char *storage;

    if (complaint != NULL)
        return complaint;
    grown = list_room(symptoms->items, symptoms->count, sizeof *grown);
    if (grown != NULL)
        symptoms->items = grown;
    storage = grown != NULL ? table_keep(cells, SYMPTOM_COLUMNS, kept) : NULL;
    if (storage == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    grown[symptoms->count++] =
        (struct symptom){kept[SYMPTOM_ID], kept[SYMPTOM_TITLE], storage, line};
    return rule_plain(cells[SYMPTOM_TITLE]) != NULL
               ? N_("title must be plain text: no Markdown, no HTML, no spaces at its ends")
               : NULL;
}

enum { TROUBLE_WORDS, TROUBLE_QUESTION, TROUBLE_ICON, TROUBLE_COLUMNS };

#define TROUBLE_LETTERS 26 /* what two lines of half a telephone's width hold */

static const char *judge_trouble(char *const cells[])
{
    const char *words = cells[TROUBLE_WORDS];

    if (rule_plain(words) != NULL)
        return N_("words must be plain text: no Markdown, no HTML, no spaces at its ends");
    if (utf8_length(words) > TROUBLE_LETTERS)
        return N_("words must be at most 26 letters: they stand beside others on a telephone");
    return rule_id(cells[TROUBLE_ICON]) != NULL ? N_("icon must be a name in templates/icons")
                                                : NULL;
}

static const char *take_trouble(void *out, char *const cells[], int line, enum err *err)
{
    struct troubles *troubles = out;
    const char *complaint = judge_trouble(cells);
    const char *kept[TROUBLE_COLUMNS];
    struct trouble *grown;
    char *storage;

    if (complaint != NULL)
        return complaint;
    grown = list_room(troubles->items, troubles->count, sizeof *grown);
    if (grown != NULL)
        troubles->items = grown;
    storage = grown != NULL ? table_keep(cells, TROUBLE_COLUMNS, kept) : NULL;
    if (storage == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    grown[troubles->count++] = (struct trouble){
        kept[TROUBLE_WORDS], kept[TROUBLE_QUESTION] != NULL ? kept[TROUBLE_QUESTION] : "",
        kept[TROUBLE_ICON], storage, line};
    return NULL;
}

enum err references_load(struct references *out, const char *path, struct faults *faults)
{
    static const struct table table = {"id\ttitle\turl\tdate\torigin", SOURCE_COLUMNS, take_source};

    return table_read(&table, out, path, faults);
}

enum err symptoms_load(struct symptoms *out, const char *path, struct faults *faults)
{
    static const struct table table = {"id\ttitle", SYMPTOM_COLUMNS, take_symptom};

    return table_read(&table, out, path, faults);
}

enum err troubles_load(struct troubles *out, const char *path, struct faults *faults)
{
    static const struct table table = {"words\tquestion\ticon", TROUBLE_COLUMNS, take_trouble};

    return table_read(&table, out, path, faults);
}

void references_free(struct references *references)
{
    for (size_t i = 0; i < references->count; i++)
        free(references->items[i].storage);
    free(references->items);
    *references = (struct references){NULL, 0};
}

void symptoms_free(struct symptoms *symptoms)
{
    for (size_t i = 0; i < symptoms->count; i++)
        free(symptoms->items[i].storage);
    free(symptoms->items);
    *symptoms = (struct symptoms){NULL, 0};
}

void troubles_free(struct troubles *troubles)
{
    for (size_t i = 0; i < troubles->count; i++)
        free(troubles->items[i].storage);
    free(troubles->items);
    *troubles = (struct troubles){NULL, 0};
}

const struct reference *references_find(const struct references *references, const char *id)
{
    for (size_t i = 0; i < references->count; i++) {
        if (strcmp(references->items[i].id, id) == 0)
            return &references->items[i];
    }
    return NULL;
}

const struct symptom *symptoms_find(const struct symptoms *symptoms, const char *id)
{
    for (size_t i = 0; i < symptoms->count; i++) {
        if (strcmp(symptoms->items[i].id, id) == 0)
            return &symptoms->items[i];
    }
    return NULL;
}

size_t references_origins(const struct references *references, const struct words *ids)
{
    size_t count = 0;

    for (size_t i = 0; i < ids->count; i++) {
        const struct reference *source = references_find(references, ids->items[i]);
        bool fresh = source != NULL;

        for (size_t k = 0; k < i && fresh; k++) {
            const struct reference *other = references_find(references, ids->items[k]);

            fresh = other == NULL || strcmp(other->origin, source->origin) != 0;
        }
        count += fresh;
    }
    return count;
}

void references_titles(const struct references *references, const struct words *ids,
                       struct buffer *out)
{
    size_t before = out->len;

    for (size_t i = 0; i < ids->count; i++) {
        const struct reference *source = references_find(references, ids->items[i]);

        if (source != NULL)
            buffer_printf(out, "%s%s", out->len > before ? "; " : "", source->title);
    }
}
