/*
 * content_rows.c: from content in memory to rows. Contract: content_rows.h. One function for each
 * kind of thing; the order of the columns is that of the INSERTs in writer.c.
 */
#include "content/content_rows.h"
#include "base/utf8.h"
#include "content/list.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_words(struct writer *writer, enum insert insert, const char *owner,
                      const struct words *words, bool numbered)
{
    for (size_t i = 0; i < words->count; i++) {
        if (numbered)
            PUT(writer, insert, TEXT(owner), TEXT(words->items[i]), NUMBER(i + 1));
        else
            PUT(writer, insert, TEXT(owner), TEXT(words->items[i]));
    }
}

static void put_portals(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->portal_count; i++) {
        const struct source_portal *portal = &writer->content->portals[i];

        PUT(writer, INSERT_PORTAL, TEXT(portal->id), TEXT(portal->name), TEXT(portal->about),
            TEXT(portal->who), NUMBER(portal->federal), TEXT(portal->source));
        for (size_t k = 0; k < portal->address_count; k++) {
            const struct source_address *address = &portal->addresses[k];

            PUT(writer, INSERT_PORTAL_ADDRESS, TEXT(portal->id), TEXT(address->id), NUMBER(k + 1),
                TEXT(address->what), TEXT(address->url), TEXT(address->source));
        }
        put_words(writer, INSERT_PORTAL_CONTACT, portal->id, &portal->contacts, true);
    }
}

static void put_contacts(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->contact_count; i++) {
        const struct source_contact *contact = &writer->content->contacts[i];

        PUT(writer, INSERT_CONTACT, TEXT(contact->id), NUMBER(contact->position),
            TEXT(contact->name), TEXT(contact->about), TEXT(contact->phone), TEXT(contact->email),
            TEXT(contact->url), TEXT(contact->hours), TEXT(contact->timezone), TEXT(contact->note),
            TEXT(contact->source));
    }
}

static void put_logins(struct writer *writer, const struct source_region *region)
{
    for (size_t i = 0; i < region->login_count; i++) {
        const struct source_login *login = &region->logins[i];
        const struct source_portal *portal = content_portal(writer->content, login->portal);
        const char *system = login->system != NULL || portal == NULL ? login->system : portal->name;

        PUT(writer, INSERT_LOGIN, TEXT(region->iso), TEXT(login->id), NUMBER(i + 1),
            TEXT(login->url), TEXT(login->portal), TEXT(login->title), TEXT(system),
            TEXT(login->audience), TEXT(login->via), TEXT(login->status), TEXT(login->since),
            TEXT(login->note), TEXT(login->plain_http), TEXT(login->confidence),
            TEXT(login->source), TEXT(login->checked));
    }
    for (size_t i = 0; i < region->former_count; i++) {
        const struct source_former *former = &region->formers[i];

        PUT(writer, INSERT_FORMER, TEXT(region->iso), TEXT(former->id), NUMBER(i + 1),
            TEXT(former->url), TEXT(former->portal), TEXT(former->until), TEXT(former->replaced_by),
            TEXT(former->source));
    }
}

static void put_postcodes(struct writer *writer, const struct source_region *region)
{
    for (size_t i = 0; i < region->postcodes.count; i++) {
        int first;
        int last;

        source_postcodes(region->postcodes.items[i], &first, &last);
        for (int number = first; number <= last; number++) {
            char prefix[8];

            snprintf(prefix, sizeof prefix, "%03d", number);
            PUT(writer, INSERT_REGION_POSTCODE, TEXT(prefix), TEXT(region->iso));
        }
    }
}

static void put_region(struct writer *writer, const struct source_region *region, size_t position)
{
    PUT(writer, INSERT_REGION, TEXT(region->iso), NUMBER(position), TEXT(region->name),
        TEXT(region->short_name), TEXT(region->place), TEXT(region->english), TEXT(region->kind),
        TEXT(region->capital), TEXT(region->district), TEXT(region->timezone),
        MAYBE(region->tile_row), MAYBE(region->tile_column), TEXT(region->note));
    for (size_t i = 0; i < region->codes.count; i++)
        PUT(writer, INSERT_REGION_CODE, TEXT(region->codes.items[i]), TEXT(region->iso),
            NUMBER(i + 1));
    put_words(writer, INSERT_REGION_ALIAS, region->iso, &region->aliases, false);
    put_words(writer, INSERT_REGION_CONTACT, region->iso, &region->contacts, true);
    put_logins(writer, region);
    put_postcodes(writer, region);
}

/* A region and what it is sorted by. */
struct sorted {
    const struct source_region *region;
    char *key; /* the folded short name: ё as е, and code points of а-я are in the order of the
                  alphabet */
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int keys = strcmp(a->key, b->key);

    return keys ? keys : strcmp(a->region->iso, b->region->iso);
}

static void put_regions(struct writer *writer)
{
    size_t count = writer->content->region_count;
    struct sorted *sorted = calloc(count + 1, sizeof *sorted);

    for (size_t i = 0; i < count && sorted != NULL; i++) {
        struct buffer key = BUFFER_INIT;
        const char *name;

        sorted[i].region = &writer->content->regions[i];
        name = sorted[i].region->short_name;
        if (utf8_fold(&key, name, strlen(name)) != ERR_NONE)
            writer->err = ERR_MEMORY;
        sorted[i].key = buffer_take(&key);
        if (sorted[i].key == NULL)
            writer->err = ERR_MEMORY;
        buffer_free(&key);
    }
    if (sorted == NULL)
        writer->err = ERR_MEMORY;
    if (writer->err == ERR_NONE)
        qsort(sorted, count, sizeof *sorted, compare_sorted);
    for (size_t i = 0; i < count && writer->err == ERR_NONE; i++)
        put_region(writer, sorted[i].region, i + 1);
    for (size_t i = 0; i < count && sorted != NULL; i++)
        free(sorted[i].key);
    free(sorted);
}

static void put_places(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->places.count; i++) {
        const struct place *place = &writer->content->places.items[i];

        PUT(writer, INSERT_PLACE, NUMBER(i + 1), TEXT(place->name), TEXT(place->region),
            NUMBER(place->population), REAL(place->latitude), REAL(place->longitude));
        for (size_t k = 0; k < place->aliases.count; k++)
            PUT(writer, INSERT_PLACE_ALIAS, NUMBER(i + 1), TEXT(place->aliases.items[k]));
    }
}

static void put_figures(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->figure_count; i++) {
        const struct figure *figure = &writer->content->figures[i];

        PUT(writer, INSERT_FIGURE, TEXT(figure->id), TEXT(figure->svg));
    }
}

static void put_list(struct writer *writer, enum insert insert, const struct article *article,
                     enum head_key key, bool numbered)
{
    struct words words;

    if (list_split(&words, article->head.values[key].text) != ERR_NONE)
        writer->err = ERR_MEMORY;
    put_words(writer, insert, article->id, &words, numbered);
    list_free(&words);
}

/* Every text of the content is in the archive by now. */
static long revision_of(const struct writer *writer, const struct article *article)
{
    const struct history_entry *entry = history_revision(writer->history, article->id);

    return entry != NULL ? atol(entry->fields[HISTORY_REVISION]) : 1;
}

static void put_article(struct writer *writer, const struct article *article)
{
    const struct head_value *head = article->head.values;
    const char *minutes = head[HEAD_MINUTES].text;
    const char *position = head[HEAD_POSITION].text;
    const char *reader = head[HEAD_READER].text;

    PUT(writer, INSERT_ARTICLE, TEXT(article->id), TEXT(article->question ? "question" : "guide"),
        MAYBE(article->number), TEXT(reader ? reader : "family"),
        NUMBER(position ? atol(position) : article->number), TEXT(head[HEAD_TITLE].text),
        TEXT(head[HEAD_SHORT].text), TEXT(head[HEAD_ALOUD].text), TEXT(head[HEAD_AUDIENCE].text),
        TEXT(head[HEAD_NEEDS].text), MAYBE(minutes ? atol(minutes) : 0),
        TEXT(head[HEAD_RESULT].text), TEXT(article->html), TEXT(article->text),
        TEXT(head[HEAD_UPDATED].text), HISTORY(revision_of(writer, article)), TEXT(article->digest),
        TEXT(head[HEAD_SOURCE].text), TEXT(head[HEAD_RETIRED].text),
        TEXT(head[HEAD_REPLACED_BY].text));
    for (size_t i = 0; i < article->step_count; i++) {
        const struct article_step *step = &article->steps[i];

        PUT(writer, INSERT_STEP, TEXT(article->id), NUMBER(i + 1), TEXT(step->title),
            TEXT(step->html), TEXT(step->text), TEXT(step->figure), TEXT(step->figure_alt),
            TEXT(step->slot), TEXT(step->via));
    }
    put_list(writer, INSERT_ARTICLE_PORTAL, article, HEAD_PORTALS, false);
    put_list(writer, INSERT_ARTICLE_REGION, article, HEAD_REGIONS, false);
    put_list(writer, INSERT_ARTICLE_CONTACT, article, HEAD_CONTACTS, true);
    put_list(writer, INSERT_ARTICLE_RELATED, article, HEAD_RELATED, true);
}

static void put_articles(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->article_count; i++)
        put_article(writer, &writer->content->articles[i]);
}

static void put_clients(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->clients.count; i++) {
        const struct client_row *row = &writer->content->clients.items[i];

        PUT(writer, INSERT_CLIENT_PATTERN, TEXT(row->pattern), TEXT(row->client));
    }
}

static void put_synonyms(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->synonyms.count; i++) {
        const struct synonym *row = &writer->content->synonyms.items[i];

        for (size_t k = 0; k < row->words.count; k++)
            PUT(writer, INSERT_VOCABULARY, NUMBER(row->line), TEXT(row->role), NUMBER(k + 1),
                TEXT(row->words.items[k]));
    }
}

static void put_holidays(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->holidays.count; i++) {
        const struct holiday *day = &writer->content->holidays.items[i];

        PUT(writer, INSERT_HOLIDAY, NUMBER(day->year), NUMBER(day->month), NUMBER(day->day),
            NUMBER(day->work), TEXT(day->name), TEXT(day->source));
    }
}

void content_rows_put(struct writer *writer)
{
    static void (*const parts[])(struct writer * writer) = {
        put_portals,  put_contacts, put_regions,  put_places,  put_figures,
        put_articles, put_clients,  put_holidays, put_synonyms};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && writer->err == ERR_NONE; i++)
        parts[i](writer);
}
