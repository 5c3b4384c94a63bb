/*
 * glossary.c: rows of glossary.tsv. Contract: glossary.h.
 */
#include "content/glossary.h"
#include "base/buffer.h"
#include "base/message.h"
#include "base/utf8.h"
#include "content/list.h"
#include "content/rule.h"
#include "content/table.h"
#include <stdlib.h>
#include <string.h>

enum { TERM_TERM, TERM_MEANING, TERM_AVOID, TERM_COLUMNS };

#define FORMS_PART " | "

/* Adds a form in lower case to a term. */
static enum err add_form(struct glossary_term *term, const char *form, size_t len)
{
    char **grown = list_room(term->avoid, term->avoid_count, sizeof *grown);
    struct buffer lower = BUFFER_INIT;
    enum err err = ERR_MEMORY;

    if (grown != NULL) {
        term->avoid = grown;
        err = utf8_lower(&lower, form, len);
    }
    if (err == ERR_NONE) {
        grown[term->avoid_count] = buffer_take(&lower);
        err = grown[term->avoid_count] != NULL ? ERR_NONE : ERR_MEMORY;
        term->avoid_count += err == ERR_NONE;
    }
    buffer_free(&lower);
    return err;
}

/* Splits the forms; false if one is empty. */
static bool split_forms(struct glossary_term *term, const char *forms, enum err *err)
{
    while (*err == ERR_NONE && forms != NULL) {
        const char *end = strstr(forms, FORMS_PART);
        size_t len = end != NULL ? (size_t)(end - forms) : strlen(forms);

        if (len == 0 || forms[0] == ' ' || forms[len - 1] == ' ')
            return false;
        *err = add_form(term, forms, len);
        forms = end != NULL ? end + strlen(FORMS_PART) : NULL;
    }
    return true;
}

static const char *judge_term(const struct glossary *glossary, char *const cells[])
{
    if (rule_text(cells[TERM_TERM]) != NULL || rule_text(cells[TERM_MEANING]) != NULL)
        return N_("term and meaning must not be empty or have spaces at their ends");
    for (size_t i = 0; i < glossary->count; i++) {
        if (strcmp(glossary->items[i].term, cells[TERM_TERM]) == 0)
            return N_("term stands twice");
    }
    return NULL;
}

static const char *take_term(void *out, char *const cells[], int line, enum err *err)
{
    struct glossary *glossary = out;
    const char *complaint = judge_term(glossary, cells);
    const char *kept[TERM_COLUMNS];
    struct glossary_term *grown, *term;
    char *storage;

    if (complaint != NULL)
        return complaint;
    grown = list_room(glossary->items, glossary->count, sizeof *grown);
    if (grown != NULL)
        glossary->items = grown;
    storage = grown != NULL ? table_keep(cells, TERM_COLUMNS, kept) : NULL;
    if (storage == NULL) {
        *err = ERR_MEMORY;
        return NULL;
    }
    term = &grown[glossary->count++];
    *term = (struct glossary_term){kept[TERM_TERM], kept[TERM_MEANING], NULL, 0, storage, line};
    return split_forms(term, kept[TERM_AVOID], err)
               ? NULL
               : N_("avoid must be forms parted by \" | \", none empty");
}

enum err glossary_load(struct glossary *out, const char *path, struct faults *faults)
{
    static const struct table table = {"term\tmeaning\tavoid", TERM_COLUMNS, take_term};

    return table_read(&table, out, path, faults);
}

void glossary_free(struct glossary *glossary)
{
    for (size_t i = 0; i < glossary->count; i++) {
        for (size_t k = 0; k < glossary->items[i].avoid_count; k++)
            free(glossary->items[i].avoid[k]);
        free(glossary->items[i].avoid);
        free(glossary->items[i].storage);
    }
    free(glossary->items);
    *glossary = (struct glossary){NULL, 0};
}
