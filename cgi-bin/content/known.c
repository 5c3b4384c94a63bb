/*
 * known.c: every id of a kind, offered. Contract: known.h.
 */
#include "content/known.h"
#include "base/nearest.h"
#include <stddef.h>
#include <string.h>

/* Where the ids of a kind are: an array in the content, its items' size, and the id in an item. */
struct list {
    const void *items;
    size_t count, size, id;
};

#define LIST(items, count, type, member)                                                           \
    {                                                                                              \
        items, count, sizeof(struct type), offsetof(struct type, member)                           \
    }

const char *known_nearest(const struct content *content, enum known_kind kind, const char *id)
{
    const struct list lists[] = {
        [KNOWN_REGION] = LIST(content->regions, content->region_count, source_region, iso),
        [KNOWN_PORTAL] = LIST(content->portals, content->portal_count, source_portal, id),
        [KNOWN_CONTACT] = LIST(content->contacts, content->contact_count, source_contact, id),
        [KNOWN_ARTICLE] = LIST(content->articles, content->article_count, article, id),
        [KNOWN_FIGURE] = LIST(content->figures, content->figure_count, figure, id),
        [KNOWN_SOURCE] = LIST(content->sources.items, content->sources.count, reference, id),
        [KNOWN_SYMPTOM] = LIST(content->symptoms.items, content->symptoms.count, symptom, id),
    };
    const struct list *list = &lists[kind];
    struct nearest nearest;

    nearest_to(&nearest, id, strlen(id));
    for (size_t i = 0; i < list->count; i++) {
        const char *known;

        memcpy(&known, (const char *)list->items + i * list->size + list->id, sizeof known);
        if (known != NULL)
            nearest_offer(&nearest, known);
    }
    return nearest.found;
}
