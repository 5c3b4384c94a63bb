/*
 * todo.c: looking for what lacks. Contract: todo.h.
 */
#include "content/todo.h"
#include "base/buffer.h"
#include "base/message.h"
#include "content/day.h"
#include "content/list.h"
#include <stdlib.h>
#include <string.h>

struct finder {
    struct todo *todo;
    const struct content *content;
    const char *year_ago;
    enum err err; /* sticky */
};

/* Takes what is in the buffer. */
static void add(struct finder *finder, enum todo_kind kind, const char *subject,
                struct buffer *what)
{
    struct todo *todo = finder->todo;
    struct todo_item *grown = list_room(todo->items, todo->count, sizeof *grown);
    char *line = buffer_take(what);

    if (grown != NULL)
        todo->items = grown;
    if (grown == NULL || line == NULL) {
        free(line);
        finder->err = ERR_MEMORY;
        return;
    }
    grown[todo->count++] = (struct todo_item){kind, subject, line};
}

/* --- contacts --- */

/* A contact that says more than "ask the school"; NULL for none. One with a number comes first. */
static const struct source_contact *best_contact(const struct content *content,
                                                 const struct words *ids)
{
    const struct source_contact *best = NULL;

    for (size_t i = 0; i < ids->count; i++) {
        const struct source_contact *contact = content_contact(content, ids->items[i]);

        if (contact == NULL || strcmp(contact->id, "school") == 0)
            continue;
        if (best == NULL || (best->where && !contact->where))
            best = contact;
    }
    return best;
}

static void find_contact(struct finder *finder, const struct source_region *region)
{
    const struct source_contact *best = best_contact(finder->content, &region->contacts);
    struct buffer what = BUFFER_INIT;

    if (best != NULL && !best->where)
        return;
    buffer_printf(&what, "%s (%s)%s%s", region->iso, region->short_name,
                  best != NULL ? translated(": only where to ask, ") : "",
                  best != NULL ? best->id : "");
    add(finder, TODO_CONTACT, region->iso, &what);
}

/* --- sources --- */

static void find_single(struct finder *finder, const struct source_region *region,
                        const struct source_login *login)
{
    struct buffer what = BUFFER_INIT;

    if (references_origins(&finder->content->sources, &login->sources) > 1)
        return;
    buffer_printf(&what, "%s [%s] %s: ", region->iso, login->section, login->url);
    references_titles(&finder->content->sources, &login->sources, &what);
    add(finder, TODO_SOURCE, region->iso, &what);
}

/* --- dates --- */

/* checked: when somebody last looked; NULL: then the sources say. */
static void find_old(struct finder *finder, const char *subject, const char *where,
                     const char *checked, const struct words *sources)
{
    const char *date =
        checked != NULL ? checked : day_of_sources(&finder->content->sources, sources);
    struct buffer what = BUFFER_INIT;
    char day[DAY_SIZE];

    day_last(date, day);
    if (strcmp(day, finder->year_ago) >= 0)
        return;
    buffer_printf(&what, "%s: %s", where, date != NULL ? date : translated("no date is known"));
    add(finder, TODO_OLD, subject, &what);
}

/* --- all of it --- */

static void find_in_region(struct finder *finder, const struct source_region *region)
{
    find_contact(finder, region);
    for (size_t i = 0; i < region->login_count; i++) {
        const struct source_login *login = &region->logins[i];
        struct buffer where = BUFFER_INIT;

        find_single(finder, region, login);
        buffer_printf(&where, "%s [%s] %s", region->iso, login->section, login->url);
        find_old(finder, region->iso, buffer_text(&where), login->checked, &login->sources);
        buffer_free(&where);
    }
}

static void find_in_portal(struct finder *finder, const struct source_portal *portal)
{
    for (size_t i = 0; i < portal->address_count; i++) {
        const struct source_address *address = &portal->addresses[i];
        struct buffer where = BUFFER_INIT;

        buffer_printf(&where, translated("portal %s [%s] %s"), portal->id, address->section,
                      address->url);
        find_old(finder, NULL, buffer_text(&where), NULL, &address->sources);
        buffer_free(&where);
    }
}

static void find_in_contact(struct finder *finder, const struct source_contact *contact)
{
    struct buffer where = BUFFER_INIT;

    /* the school is nobody's statement */
    if (strcmp(contact->id, "school") == 0)
        return;
    buffer_printf(&where, translated("contact %s"), contact->id);
    find_old(finder, NULL, buffer_text(&where), contact->checked, &contact->sources);
    buffer_free(&where);
}

static void find_in_article(struct finder *finder, const struct article *article)
{
    struct buffer where = BUFFER_INIT;
    struct words sources;

    if (article->head.values[HEAD_RETIRED].text != NULL)
        return;
    if (list_split(&sources, article->head.values[HEAD_SOURCES].text) != ERR_NONE)
        finder->err = ERR_MEMORY;
    buffer_printf(&where, "%s, %s", article->id, article->head.values[HEAD_TITLE].text);
    find_old(finder, article->id, buffer_text(&where), NULL, &sources);
    list_free(&sources);
    buffer_free(&where);
}

enum err todo_find(struct todo *out, const struct content *content, const char *year_ago)
{
    struct finder finder = {.todo = out, .content = content, .year_ago = year_ago};

    for (size_t i = 0; i < content->region_count; i++)
        find_in_region(&finder, &content->regions[i]);
    for (size_t i = 0; i < content->portal_count; i++)
        find_in_portal(&finder, &content->portals[i]);
    for (size_t i = 0; i < content->contact_count; i++)
        find_in_contact(&finder, &content->contacts[i]);
    for (size_t i = 0; i < content->article_count; i++)
        find_in_article(&finder, &content->articles[i]);
    return finder.err;
}

void todo_free(struct todo *todo)
{
    for (size_t i = 0; i < todo->count; i++)
        free(todo->items[i].what);
    free(todo->items);
    *todo = (struct todo){NULL, 0};
}
