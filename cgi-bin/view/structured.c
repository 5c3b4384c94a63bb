/*
 * structured.c: JSON-LD of guides and questions. Contract in structured.h; vocabulary: schema.org
 * HowTo, FAQPage.
 */
#include "view/structured.h"
#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One HowToStep; its address is the step's own on the page, where its text stands: twice would be
 * a twentieth of the page. */
static json_t *guide_step(const json_t *document, const json_t *step)
{
    struct buffer url = BUFFER_INIT;
    int number = (int)json_integer_value(json_object_get(step, "number"));
    json_t *item = NULL;

    buffer_printf(&url, "%s#step-%d", json_text(document, "url"), number);
    if (!buffer_failed(&url))
        item = json_pack("{s:s, s:i, s:s, s:s}", "@type", "HowToStep", "position", number, "name",
                         json_text(step, "title"), "url", buffer_text(&url));
    buffer_free(&url);
    return item;
}

json_t *structured_guide(const json_t *document)
{
    const json_t *minutes = json_object_get(document, "minutes");
    char time[32];
    json_t *tree;
    size_t i;
    json_t *step, *steps = json_array();

    json_array_foreach (json_object_get(document, "steps"), i, step) {
        if (json_is_false(json_object_get(step, "open")))
            continue;
        if (json_array_append_new(steps, guide_step(document, step)) != 0) {
            json_decref(steps);
            return NULL;
        }
    }
    tree = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "@context", "https://schema.org",
                     "@type", "HowTo", "inLanguage", "ru", "name", json_text(document, "title"),
                     "description", json_text(document, "short"), "url", json_text(document, "url"),
                     "dateModified", json_text(document, "updated"), "step", steps);
    snprintf(time, sizeof time, "PT%dM", (int)json_integer_value(minutes));
    if (tree != NULL && json_is_integer(minutes) &&
        json_object_set_new(tree, "totalTime", json_string(time)) != 0) {
        json_decref(tree);
        return NULL;
    }
    return tree;
}

json_t *structured_question(const json_t *document)
{
    struct buffer answer = BUFFER_INIT;
    json_t *tree = NULL;

    buffer_puts(&answer, json_text(document, "short"));
    buffer_puts(&answer, "\n\n");
    buffer_puts(&answer, json_text(document, "text"));
    if (!buffer_failed(&answer))
        tree = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:{s:s, s:s}}]}", "@context",
                         "https://schema.org", "@type", "FAQPage", "inLanguage", "ru", "url",
                         json_text(document, "url"), "dateModified", json_text(document, "updated"),
                         "mainEntity", "@type", "Question", "name", json_text(document, "title"),
                         "acceptedAnswer", "@type", "Answer", "text", buffer_text(&answer));
    buffer_free(&answer);
    return tree;
}

enum err structured_write(struct buffer *out, const json_t *tree)
{
    char *text = json_dump(tree, JSON_COMPACT);

    if (text == NULL)
        return ERR_MEMORY;
    for (const char *c = text; *c; c++) {
        if (strchr("<>&", *c) != NULL)
            buffer_printf(out, "\\u%04x", (unsigned)(unsigned char)*c);
        else
            buffer_putc(out, *c);
    }
    free(text);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
