/*
 * content_rows.c: from content in memory to rows. Contract: content_rows.h. One function for each
 * kind of thing; the order of the columns is that of the INSERTs in writer.c.
 */
#include "content/content_rows.h"
#include "base/ini.h"
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

/* --- sources --- */

static void put_sources(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->sources.count; i++) {
        const struct reference *source = &writer->content->sources.items[i];

        PUT(writer, INSERT_SOURCE, TEXT(source->id), TEXT(source->title), TEXT(source->url),
            TEXT(source->date), TEXT(source->origin));
    }
}

/* What something rests on. id: of a section, or "". */
static void put_citations(struct writer *writer, const char *kind, const char *owner,
                          const char *id, const struct words *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        PUT(writer, INSERT_CITATION, TEXT(kind), TEXT(owner), TEXT(id), TEXT(sources->items[i]),
            NUMBER(i + 1));
}

/* The titles of sources as one text; the caller frees. */
static char *titles_of(struct writer *writer, const struct words *sources)
{
    struct buffer titles = BUFFER_INIT;
    char *text;

    references_titles(&writer->content->sources, sources, &titles);
    text = buffer_take(&titles);
    if (text == NULL)
        writer->err = ERR_MEMORY;
    return text;
}

static void put_symptoms(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->symptoms.count; i++) {
        const struct symptom *symptom = &writer->content->symptoms.items[i];

        PUT(writer, INSERT_SYMPTOM, TEXT(symptom->id), NUMBER(i + 1), TEXT(symptom->title));
    }
}

static void put_troubles(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->troubles.count; i++) {
        const struct trouble *trouble = &writer->content->troubles.items[i];

        PUT(writer, INSERT_TROUBLE, NUMBER(i + 1), TEXT(trouble->words), TEXT(trouble->question),
            TEXT(trouble->icon));
    }
}

/* --- pages of the owner's --- */

static void add_escaped(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buffer_puts(out, "&amp;");
            break;
        case '<':
            buffer_puts(out, "&lt;");
            break;
        case '>':
            buffer_puts(out, "&gt;");
            break;
        default:
            buffer_putc(out, *text);
        }
    }
}

/* A page is one text, its sections under their titles. */
static void put_page(struct writer *writer, const struct article *page)
{
    struct buffer html = BUFFER_INIT, text = BUFFER_INIT;

    buffer_puts(&html, page->html);
    buffer_puts(&text, page->text);
    for (size_t i = 0; i < page->part_count; i++) {
        buffer_puts(&html, "<h2>");
        add_escaped(&html, page->parts[i].title);
        buffer_puts(&html, "</h2>\n");
        buffer_puts(&html, page->parts[i].html);
        buffer_printf(&text, "\n\n%s\n\n%s", page->parts[i].title, page->parts[i].text);
    }
    if (buffer_failed(&html) || buffer_failed(&text))
        writer->err = ERR_MEMORY;
    PUT(writer, INSERT_OWN_PAGE, TEXT(page->id),
        NUMBER(atol(page->head.values[HEAD_POSITION].text)),
        TEXT(page->head.values[HEAD_TITLE].text), TEXT(buffer_text(&html)),
        TEXT(buffer_text(&text)));
    buffer_free(&html);
    buffer_free(&text);
}

static void put_pages(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->page_count; i++)
        put_page(writer, &writer->content->pages[i]);
}

/* --- portals, contacts, regions --- */

static void put_address(struct writer *writer, const struct source_portal *portal, size_t n)
{
    const struct source_address *address = &portal->addresses[n];
    char *titles = titles_of(writer, &address->sources);

    PUT(writer, INSERT_PORTAL_ADDRESS, TEXT(portal->id), TEXT(address->id), NUMBER(n + 1),
        TEXT(address->what), TEXT(address->url), TEXT(titles));
    put_citations(writer, "portal_address", portal->id, address->id, &address->sources);
    free(titles);
}

static void put_portals(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->portal_count; i++) {
        const struct source_portal *portal = &writer->content->portals[i];
        char *titles = titles_of(writer, &portal->sources);

        PUT(writer, INSERT_PORTAL, TEXT(portal->id), TEXT(portal->name), TEXT(portal->about),
            TEXT(portal->who), TEXT(portal->account), NUMBER(portal->federal), TEXT(titles));
        put_citations(writer, "portal", portal->id, "", &portal->sources);
        for (size_t k = 0; k < portal->address_count; k++)
            put_address(writer, portal, k);
        put_words(writer, INSERT_PORTAL_CONTACT, portal->id, &portal->contacts, true);
        free(titles);
    }
}

static void put_contacts(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->contact_count; i++) {
        const struct source_contact *contact = &writer->content->contacts[i];
        char *titles = titles_of(writer, &contact->sources);

        PUT(writer, INSERT_CONTACT, TEXT(contact->id), NUMBER(contact->position),
            TEXT(contact->name), TEXT(contact->about), TEXT(contact->phone), TEXT(contact->email),
            TEXT(contact->url), TEXT(contact->hours), TEXT(contact->timezone), TEXT(contact->note),
            NUMBER(contact->where), TEXT(contact->checked), TEXT(titles));
        put_words(writer, INSERT_CONTACT_SYMPTOM, contact->id, &contact->symptoms, false);
        put_citations(writer, "contact", contact->id, "", &contact->sources);
        free(titles);
    }
}

static void put_login(struct writer *writer, const struct source_region *region, size_t n)
{
    const struct source_login *login = &region->logins[n];
    const struct source_portal *portal = content_portal(writer->content, login->portal);
    const char *system = login->system != NULL || portal == NULL ? login->system : portal->name;
    const char *confidence =
        references_origins(&writer->content->sources, &login->sources) > 1 ? "high" : "medium";
    char *titles = titles_of(writer, &login->sources);

    PUT(writer, INSERT_LOGIN, TEXT(region->iso), TEXT(login->id), NUMBER(n + 1), TEXT(login->url),
        TEXT(login->portal), TEXT(login->title), TEXT(login->button), TEXT(system),
        TEXT(login->audience), TEXT(login->via), TEXT(login->status), TEXT(login->since),
        TEXT(login->note), TEXT(login->plain_http), TEXT(login->doubt), TEXT(confidence),
        TEXT(titles), TEXT(login->checked));
    put_citations(writer, "login", region->iso, login->id, &login->sources);
    free(titles);
}

static void put_former(struct writer *writer, const struct source_region *region, size_t n)
{
    const struct source_former *former = &region->formers[n];
    char *titles = titles_of(writer, &former->sources);

    PUT(writer, INSERT_FORMER, TEXT(region->iso), TEXT(former->id), NUMBER(n + 1),
        TEXT(former->url), TEXT(former->portal), TEXT(former->until), TEXT(former->replaced_by),
        TEXT(titles));
    put_citations(writer, "former", region->iso, former->id, &former->sources);
    free(titles);
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
        MAYBE(region->tile_row), MAYBE(region->tile_column), TEXT(region->note),
        TEXT(region->choose));
    for (size_t i = 0; i < region->codes.count; i++)
        PUT(writer, INSERT_REGION_CODE, TEXT(region->codes.items[i]), TEXT(region->iso),
            NUMBER(i + 1));
    put_words(writer, INSERT_REGION_ALIAS, region->iso, &region->aliases, false);
    put_words(writer, INSERT_REGION_CONTACT, region->iso, &region->contacts, true);
    for (size_t i = 0; i < region->login_count; i++)
        put_login(writer, region, i);
    for (size_t i = 0; i < region->former_count; i++)
        put_former(writer, region, i);
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
    if (writer->content->logo.svg != NULL) /* no file's name has a slash */
        PUT(writer, INSERT_FIGURE, TEXT("/logo"), TEXT(writer->content->logo.svg));
}

static void split(struct writer *writer, struct words *out, const char *text)
{
    if (list_split(out, text) != ERR_NONE)
        writer->err = ERR_MEMORY;
}

static void put_list(struct writer *writer, enum insert insert, const struct article *article,
                     enum head_key key)
{
    struct words words;

    split(writer, &words, article->head.values[key].text);
    put_words(writer, insert, article->id, &words, true);
    list_free(&words);
}

/* Whom an article (part 0) or a part of it is for. */
static void put_limits(struct writer *writer, const char *article, size_t part,
                       const struct head *head)
{
    static const struct {
        enum head_key key;
        const char *kind;
    } limits[] = {{HEAD_PORTALS, "portal"}, {HEAD_REGIONS, "region"}, {HEAD_VIA, "via"},
                  {HEAD_AGE, "age"},        {HEAD_READER, "reader"},  {HEAD_FROM, "from"},
                  {HEAD_UNTIL, "until"}};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct words words;

        split(writer, &words, head->values[limits[i].key].text);
        for (size_t k = 0; k < words.count; k++)
            PUT(writer, INSERT_ARTICLE_LIMIT, TEXT(article), NUMBER(part), TEXT(limits[i].kind),
                TEXT(words.items[k]));
        list_free(&words);
    }
}

static void put_part(struct writer *writer, const struct article *article, size_t n)
{
    const struct article_part *part = &article->parts[n];
    const struct head_value *head = part->head.values;
    bool fold = false;

    if (head[HEAD_FOLD].text != NULL)
        ini_parse_bool(head[HEAD_FOLD].text, &fold);
    PUT(writer, INSERT_PART, TEXT(article->id), NUMBER(n + 1), TEXT(part->title), TEXT(part->html),
        TEXT(part->text), TEXT(part->figure), TEXT(part->figure_alt), TEXT(part->slot),
        TEXT(head[HEAD_SHORT].text), TEXT(head[HEAD_ALOUD].text), NUMBER(fold));
    put_limits(writer, article->id, n + 1, &part->head);
}

/* Every text of the content is in the archive by now. */
static long revision_of(const struct writer *writer, const struct article *article)
{
    const struct history_entry *entry = history_revision(writer->history, article->id);

    return entry != NULL ? atol(entry->fields[HISTORY_REVISION]) : 1;
}

static void put_article_row(struct writer *writer, const struct article *article)
{
    const struct head_value *head = article->head.values;
    const char *minutes = head[HEAD_MINUTES].text;
    const char *position = head[HEAD_POSITION].text;
    const char *reader = head[HEAD_READER].text;
    struct words sources;
    char *titles;

    split(writer, &sources, head[HEAD_SOURCES].text);
    titles = titles_of(writer, &sources);
    PUT(writer, INSERT_ARTICLE, TEXT(article->id), TEXT(article->question ? "question" : "guide"),
        MAYBE(article->number), TEXT(reader ? reader : "family"), TEXT(head[HEAD_SYMPTOM].text),
        NUMBER(position ? atol(position) : article->number), TEXT(head[HEAD_TITLE].text),
        TEXT(head[HEAD_SHORT].text), TEXT(head[HEAD_ALOUD].text), TEXT(head[HEAD_AUDIENCE].text),
        TEXT(head[HEAD_NEEDS].text), MAYBE(minutes ? atol(minutes) : 0),
        TEXT(head[HEAD_RESULT].text), TEXT(article->html), TEXT(article->text),
        TEXT(head[HEAD_UPDATED].text), NUMBER(revision_of(writer, article)), TEXT(article->digest),
        TEXT(titles), TEXT(head[HEAD_RETIRED].text), TEXT(head[HEAD_REPLACED_BY].text));
    put_citations(writer, "article", article->id, "", &sources);
    free(titles);
    list_free(&sources);
}

static void put_article(struct writer *writer, const struct article *article)
{
    put_article_row(writer, article);
    put_limits(writer, article->id, 0, &article->head);
    for (size_t i = 0; i < article->part_count; i++)
        put_part(writer, article, i);
    put_list(writer, INSERT_ARTICLE_CONTACT, article, HEAD_CONTACTS);
    put_list(writer, INSERT_ARTICLE_RELATED, article, HEAD_RELATED);
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
        put_sources,  put_symptoms, put_portals,  put_contacts, put_regions,
        put_places,   put_figures,  put_articles, put_troubles, put_clients,
        put_holidays, put_synonyms, put_pages};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && writer->err == ERR_NONE; i++)
        parts[i](writer);
}
