/*
 * consistency.c: the rules between files. Contract: consistency.h. Each rule is one function in the
 * table at the end; a rule looks at one region, portal, contact or article, or at the whole, and
 * names the place to mend.
 */
#include "content/consistency.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/message.h"
#include "content/address.h"
#include "content/known.h"
#include "content/limits.h"
#include "content/links.h"
#include "content/wording.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_MAX 1000 /* three digits */

/* What all rules see. */
struct look {
    const struct content *content;
    const struct published *published;
    const char *data;
    struct faults *faults;
    const struct source_region
        *codes[NUMBERS_MAX][2]; /* who has a plate code of [number][digits - 2] */
    const struct source_region *postcodes[NUMBERS_MAX];
    bool *figure_used; /* by index of the figure */
    bool *source_used; /* by index of the source */
    enum err err;      /* sticky */
};

/* A fault at a key of an INI file. */
static void at_key(struct look *look, const struct ini *ini, const char *section, const char *key,
                   const char *message, const char *what)
{
    faults_add(look->faults, ini_path(ini), ini_line(ini, section, key), section, key, "%s \"%s\"",
               translated(message), what);
}

/* A fault at a metadata key of an article. */
static void at_head(struct look *look, const struct article *article, enum head_key key,
                    const char *message, const char *what)
{
    faults_add(look->faults, article->path, article->head.values[key].line, NULL, head_word(key),
               "%s \"%s\"", translated(message), what);
}

/* An id that leads nowhere, and the one that may be meant. */
static void at_missing(struct look *look, const char *path, int line, const char *section,
                       const char *key, const char *message, enum known_kind kind, const char *id)
{
    const char *meant = known_nearest(look->content, kind, id);

    faults_add(look->faults, path, line, section, key, "%s \"%s\"%s%s%s", translated(message), id,
               meant != NULL ? translated(": did you mean \"") : "", meant != NULL ? meant : "",
               meant != NULL ? "\"?" : "");
}

static void check_contact_ids(struct look *look, const struct ini *ini, const char *section,
                              const struct words *contacts)
{
    for (size_t i = 0; i < contacts->count; i++) {
        if (content_contact(look->content, contacts->items[i]) == NULL)
            at_missing(look, ini_path(ini), ini_line(ini, section, "contacts"), section, "contacts",
                       N_("no such file in contacts:"), KNOWN_CONTACT, contacts->items[i]);
    }
}

/* Where the table itself could not be read, nobody who names a row of it is to blame. */
static bool symptom_exists(const struct content *content, const char *id)
{
    return content->symptoms.count == 0 || symptoms_find(&content->symptoms, id) != NULL;
}

/* Sources that an entry names, in a line of a file: there, and marked as used. */
static void check_sources(struct look *look, const struct words *sources, const char *path,
                          int line, const char *section)
{
    const struct references *all = &look->content->sources;

    for (size_t i = 0; i < sources->count; i++) {
        const struct reference *source = references_find(all, sources->items[i]);

        if (source != NULL)
            look->source_used[source - all->items] = true;
        else if (all->count > 0)
            at_missing(look, path, line, section, "sources", N_("no such row in sources.tsv:"),
                       KNOWN_SOURCE, sources->items[i]);
    }
}

static void check_source_ids(struct look *look, const struct ini *ini, const char *section,
                             const struct words *sources)
{
    check_sources(look, sources, ini_path(ini), ini_line(ini, section, "sources"), section);
}

/* Addresses. */

static bool same_address(struct look *look, const char *left, const char *right)
{
    bool same;

    if (content_same_address(&same, left, right) != ERR_NONE)
        look->err = ERR_MEMORY;
    return same;
}

static bool is_plain_http(const char *url)
{
    return strncasecmp(url, "http:", 5) == 0;
}

static const struct source_login *login_with(struct look *look, const struct source_region *region,
                                             const char *url, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        if (same_address(look, region->logins[i].url, url))
            return &region->logins[i];
    }
    return NULL;
}

static void check_login(struct look *look, const struct source_region *region, size_t n)
{
    const struct source_login *login = &region->logins[n];
    const struct ini *ini = region->ini;
    const struct source_login *twin = login_with(look, region, login->url, n);

    if (twin != NULL)
        at_key(look, ini, login->section, "url", N_("the same address is already in section"),
               twin->section);
    if (content_portal(look->content, login->portal) == NULL)
        at_missing(look, ini_path(ini), ini_line(ini, login->section, "portal"), login->section,
                   "portal", N_("no such file in portals:"), KNOWN_PORTAL, login->portal);
    check_source_ids(look, ini, login->section, &login->sources);
    if (is_plain_http(login->url) && login->plain_http == NULL)
        at_key(look, ini, login->section, "url",
               N_("is not encrypted: use https, or say in plain_http why not:"), login->url);
    if (!is_plain_http(login->url) && login->plain_http != NULL)
        at_key(look, ini, login->section, "plain_http", N_("is only for an http address, not for"),
               login->url);
}

static void check_former(struct look *look, const struct source_region *region, size_t n)
{
    const struct source_former *former = &region->formers[n];
    const struct source_login *login = login_with(look, region, former->url, region->login_count);

    if (login != NULL)
        at_key(look, region->ini, former->section, "url",
               N_("cannot be former: it is the present address of section"), login->section);
    for (size_t i = 0; i < n; i++) {
        if (same_address(look, region->formers[i].url, former->url))
            at_key(look, region->ini, former->section, "url",
                   N_("the same address is already in section"), region->formers[i].section);
    }
    check_source_ids(look, region->ini, former->section, &former->sources);
    if (login_with(look, region, former->replaced_by, region->login_count) == NULL)
        at_key(look, region->ini, former->section, "replaced_by",
               N_("is no sign-in address of this region:"), former->replaced_by);
}

/* Regions. */

static void claim_codes(struct look *look, const struct source_region *region)
{
    for (size_t i = 0; i < region->codes.count; i++) {
        const char *code = region->codes.items[i];
        const struct source_region **owner = &look->codes[atoi(code)][strlen(code) - 2];

        if (*owner != NULL)
            faults_add(look->faults, ini_path(region->ini),
                       ini_line(region->ini, "region", "codes"), "region", "codes",
                       "code %s is claimed by %s too", code, (*owner)->iso);
        else
            *owner = region;
    }
}

static void claim_postcodes(struct look *look, const struct source_region *region)
{
    for (size_t i = 0; i < region->postcodes.count; i++) {
        int first;
        int last;

        source_postcodes(region->postcodes.items[i], &first, &last);
        for (int prefix = first; prefix <= last; prefix++) {
            const struct source_region *owner = look->postcodes[prefix];

            if (owner != NULL)
                faults_add(look->faults, ini_path(region->ini),
                           ini_line(region->ini, "region", "postcodes"), "region", "postcodes",
                           "postcodes %03d are claimed by %s", prefix,
                           owner == region ? N_("this region twice") : owner->iso);
            look->postcodes[prefix] = region;
        }
    }
}

/* Faults against the regions before this one, so that each pair is named once. */
static void compare_regions(struct look *look, const struct source_region *region)
{
    for (const struct source_region *other = look->content->regions; other < region; other++) {
        if (other->broken)
            continue;
        if (strcmp(other->name, region->name) == 0)
            at_key(look, region->ini, "region", "name", N_("is also the name of"), other->iso);
        if (strcmp(other->short_name, region->short_name) == 0)
            at_key(look, region->ini, "region", "short", N_("is also the short name of"),
                   other->iso);
        if (region->tile_row && other->tile_row == region->tile_row &&
            other->tile_column == region->tile_column)
            at_key(look, region->ini, "region", "tile", N_("is also the tile of"), other->iso);
    }
}

/* Several addresses: how to choose among them is said, and what each button opens. */
static void check_choice(struct look *look, const struct source_region *region)
{
    if (region->login_count > 1 && region->choose == NULL)
        at_key(look, region->ini, "region", "choose",
               N_("is required where there are several logins:"), region->iso);
    if (region->login_count < 2 && region->choose != NULL)
        at_key(look, region->ini, "region", "choose", N_("is only for several logins: take out"),
               region->choose);
    for (size_t i = 0; i < region->login_count && region->login_count > 1; i++) {
        if (region->logins[i].button == NULL)
            at_key(look, region->ini, region->logins[i].section, "button",
                   N_("is required where there are several logins:"), region->logins[i].title);
    }
}

static void check_region(struct look *look, const struct source_region *region)
{
    claim_codes(look, region);
    claim_postcodes(look, region);
    compare_regions(look, region);
    check_choice(look, region);
    check_contact_ids(look, region->ini, "region", &region->contacts);
    for (size_t i = 0; i < region->login_count; i++)
        check_login(look, region, i);
    for (size_t i = 0; i < region->former_count; i++)
        check_former(look, region, i);
}

static void check_regions(struct look *look)
{
    for (size_t i = 0; i < look->content->region_count; i++) {
        if (!look->content->regions[i].broken)
            check_region(look, &look->content->regions[i]);
    }
}

/* Portals and contacts. */

static void check_portal(struct look *look, const struct source_portal *portal)
{
    check_contact_ids(look, portal->ini, "portal", &portal->contacts);
    check_source_ids(look, portal->ini, "portal", &portal->sources);
    for (size_t i = 0; i < portal->address_count; i++)
        check_source_ids(look, portal->ini, portal->addresses[i].section,
                         &portal->addresses[i].sources);
    if (portal->address_count > 0 && !portal->federal)
        at_key(look, portal->ini, portal->addresses[0].section, NULL,
               N_("addresses are for federal portals: regions have their own, take it out of"),
               portal->id);
}

static void check_portals(struct look *look)
{
    for (size_t i = 0; i < look->content->portal_count; i++) {
        if (!look->content->portals[i].broken)
            check_portal(look, &look->content->portals[i]);
    }
}

static void check_contact(struct look *look, const struct source_contact *contact)
{
    const struct ini *ini = contact->ini;

    check_source_ids(look, ini, "contact", &contact->sources);
    for (size_t i = 0; i < contact->symptoms.count; i++) {
        if (!symptom_exists(look->content, contact->symptoms.items[i]))
            at_missing(look, ini_path(ini), ini_line(ini, "contact", "symptoms"), "contact",
                       "symptoms", N_("no such row in symptoms.tsv:"), KNOWN_SYMPTOM,
                       contact->symptoms.items[i]);
    }
    if (contact->hours != NULL && contact->timezone == NULL)
        at_key(look, ini, "contact", "hours", N_("timezone is required, to know what is meant by"),
               contact->hours);
    if (contact->timezone != NULL && contact->hours == NULL)
        at_key(look, ini, "contact", "timezone", N_("is only for hours: take out"),
               contact->timezone);
    if (contact->where && contact->url == NULL && contact->note == NULL)
        at_key(look, ini, "contact", "where",
               N_("must lead somewhere: url or note is required with"), contact->where_text);
    for (const struct source_contact *other = look->content->contacts; other < contact; other++) {
        if (!other->broken && other->position == contact->position)
            at_key(look, ini, "contact", "position", N_("is also the position of"), other->id);
    }
}

static void check_contacts(struct look *look)
{
    for (size_t i = 0; i < look->content->contact_count; i++) {
        if (!look->content->contacts[i].broken)
            check_contact(look, &look->content->contacts[i]);
    }
}

/* Articles. */

/* Calls exists with every word of a list in the metadata of an article or a part of it. */
static void check_ids(struct look *look, const struct article *article, const struct head *head,
                      enum head_key key,
                      bool (*exists)(const struct content *content, const char *id),
                      enum known_kind kind, const char *message)
{
    struct words ids;

    if (list_split(&ids, head->values[key].text) != ERR_NONE)
        look->err = ERR_MEMORY;
    for (size_t i = 0; i < ids.count; i++) {
        if (!exists(look->content, ids.items[i]))
            at_missing(look, article->path, head->values[key].line, NULL, head_word(key), message,
                       kind, ids.items[i]);
    }
    list_free(&ids);
}

static bool portal_exists(const struct content *content, const char *id)
{
    return content_portal(content, id) != NULL;
}

static bool region_exists(const struct content *content, const char *id)
{
    return content_region(content, id) != NULL;
}

static bool contact_exists(const struct content *content, const char *id)
{
    return content_contact(content, id) != NULL;
}

static void check_limit_ids(struct look *look, const struct article *article,
                            const struct head *head)
{
    check_ids(look, article, head, HEAD_PORTALS, portal_exists, KNOWN_PORTAL,
              N_("no such file in portals:"));
    check_ids(look, article, head, HEAD_MENTIONS, portal_exists, KNOWN_PORTAL,
              N_("no such file in portals:"));
    check_ids(look, article, head, HEAD_REGIONS, region_exists, KNOWN_REGION,
              N_("no such file in regions:"));
}

static void check_article_sources(struct look *look, const struct article *article)
{
    const struct head_value *value = &article->head.values[HEAD_SOURCES];
    struct words sources;

    if (list_split(&sources, value->text) != ERR_NONE)
        look->err = ERR_MEMORY;
    check_sources(look, &sources, article->path, value->line, NULL);
    list_free(&sources);
}

static void check_head(struct look *look, const struct article *article)
{
    static const char retired[] = N_("no such guide or question, or a retired one:");
    const struct head *head = &article->head;
    const struct head_value *values = head->values;
    struct words related;

    check_limit_ids(look, article, head);
    check_article_sources(look, article);
    check_ids(look, article, head, HEAD_SYMPTOM, symptom_exists, KNOWN_SYMPTOM,
              N_("no such row in symptoms.tsv:"));
    check_ids(look, article, head, HEAD_CONTACTS, contact_exists, KNOWN_CONTACT,
              N_("no such file in contacts:"));
    check_ids(look, article, head, HEAD_RELATED, links_article_lives, KNOWN_ARTICLE, retired);
    check_ids(look, article, head, HEAD_REPLACED_BY, links_article_lives, KNOWN_ARTICLE, retired);
    if (values[HEAD_REPLACED_BY].text != NULL && values[HEAD_RETIRED].text == NULL)
        at_head(look, article, HEAD_REPLACED_BY,
                N_("is only for a retired article: add retired, or take out"),
                values[HEAD_REPLACED_BY].text);
    if (list_split(&related, values[HEAD_RELATED].text) != ERR_NONE)
        look->err = ERR_MEMORY;
    if (list_have(&related, article->id))
        at_head(look, article, HEAD_RELATED, N_("names the article itself:"), article->id);
    list_free(&related);
    for (size_t i = 0; i < article->part_count; i++)
        check_limit_ids(look, article, &article->parts[i].head);
}

/* Figures of the steps: there, and marked as used. */
static void check_figures_of(struct look *look, const struct article *article)
{
    for (size_t i = 0; i < article->part_count; i++) {
        const struct article_part *part = &article->parts[i];
        const struct figure *figure;

        if (part->figure == NULL)
            continue;
        figure = content_figure(look->content, part->figure);
        if (figure != NULL)
            look->figure_used[figure - look->content->figures] = true;
        else
            at_missing(look, article->path, part->figure_line, NULL, NULL,
                       N_("no such file in figures:"), KNOWN_FIGURE, part->figure);
    }
}

/* Links. Each judge gets what follows its prefix, without query and fragment. */

static void look_at_links(struct look *look, const struct article *article)
{
    enum err err = links_check(look->content, article, look->faults);

    look->err = look->err == ERR_NONE ? err : look->err;
}

/* Against the articles before this one. */
static void compare_articles(struct look *look, const struct article *article)
{
    const struct head_value *position = &article->head.values[HEAD_POSITION];

    for (const struct article *other = look->content->articles; other < article; other++) {
        if (strcmp(other->id, article->id) == 0)
            faults_add(look->faults, article->path, article->head.values[HEAD_NUMBER].line, NULL,
                       article->question ? "number" : NULL, "%s is also in %s", article->id,
                       other->path);
        if (other->broken || article->broken || position->text == NULL ||
            other->question != article->question)
            continue;
        if (atol(other->head.values[HEAD_POSITION].text) == atol(position->text))
            at_head(look, article, HEAD_POSITION, N_("is also the position of"), other->id);
    }
}

static void check_articles(struct look *look)
{
    for (size_t i = 0; i < look->content->article_count; i++) {
        const struct article *article = &look->content->articles[i];

        compare_articles(look, article);
        if (article->broken)
            continue;
        check_head(look, article);
        check_figures_of(look, article);
        look_at_links(look, article);
    }
}

/* Pages of the owner's: their places in the foot differ, and their links lead somewhere. */
static void check_pages(struct look *look)
{
    const struct content *content = look->content;

    for (size_t i = 0; i < content->page_count; i++) {
        const struct article *page = &content->pages[i];

        for (size_t k = 0; k < i && !page->broken; k++)
            if (!content->pages[k].broken &&
                atol(content->pages[k].head.values[HEAD_POSITION].text) ==
                    atol(page->head.values[HEAD_POSITION].text))
                at_head(look, page, HEAD_POSITION, N_("is also the position of"),
                        content->pages[k].id);
        if (!page->broken)
            look_at_links(look, page);
    }
}

/* True if a file has faults: it may use what we do not know of. */
static bool any_broken(const struct content *content)
{
    bool broken = false;

    for (size_t i = 0; i < content->article_count; i++)
        broken = broken || content->articles[i].broken;
    for (size_t i = 0; i < content->page_count; i++)
        broken = broken || content->pages[i].broken;
    for (size_t i = 0; i < content->region_count; i++)
        broken = broken || content->regions[i].broken;
    for (size_t i = 0; i < content->portal_count; i++)
        broken = broken || content->portals[i].broken;
    for (size_t i = 0; i < content->contact_count; i++)
        broken = broken || content->contacts[i].broken;
    return broken;
}

/* After all that may use a figure or a source. */
static void check_unused(struct look *look)
{
    char *path = file_path(look->data, "sources.tsv", "");
    const struct references *sources = &look->content->sources;

    if (path == NULL)
        look->err = ERR_MEMORY;
    if (path == NULL || any_broken(look->content))
        goto out;
    for (size_t i = 0; i < look->content->figure_count; i++) {
        if (!look->figure_used[i])
            faults_add(look->faults, look->content->figures[i].path, 0, NULL, NULL,
                       "no step shows this figure: use it or take it out");
    }
    for (size_t i = 0; i < sources->count; i++) {
        if (!look->source_used[i])
            faults_add(look->faults, path, sources->items[i].line, NULL, NULL,
                       "nothing rests on the source \"%s\": name it somewhere or take it out",
                       sources->items[i].id);
    }
out:
    free(path);
}

static void check_places(struct look *look)
{
    char *path = file_path(look->data, "places.tsv", "");

    if (path == NULL)
        look->err = ERR_MEMORY;
    for (size_t i = 0; i < look->content->places.count && path != NULL; i++) {
        const struct place *place = &look->content->places.items[i];

        if (content_region(look->content, place->region) == NULL)
            faults_add(look->faults, path, place->line, NULL, NULL,
                       "region \"%s\" is not in regions", place->region);
    }
    free(path);
}

/* What search leads to must be there. */
static void check_answers(struct look *look)
{
    char *path = file_path(look->data, "synonyms.tsv", "");

    if (path == NULL)
        look->err = ERR_MEMORY;
    for (size_t i = 0; i < look->content->synonyms.count && path != NULL; i++) {
        const struct synonym *row = &look->content->synonyms.items[i];

        if (strcmp(row->role, "answer") == 0 &&
            !links_article_lives(look->content, row->words.items[0]))
            faults_add(look->faults, path, row->line, NULL, NULL,
                       "no such guide or question, or a retired one: \"%s\"", row->words.items[0]);
    }
    free(path);
}

/* What a complaint leads to is a question that lives. */
static void check_troubles(struct look *look)
{
    char *path = file_path(look->data, "troubles.tsv", "");

    if (path == NULL)
        look->err = ERR_MEMORY;
    for (size_t i = 0; i < look->content->troubles.count && path != NULL; i++) {
        const struct trouble *row = &look->content->troubles.items[i];

        if (strncmp(row->question, "q/", 2) != 0 ||
            !links_article_lives(look->content, row->question))
            faults_add(look->faults, path, row->line, NULL, NULL,
                       "no such question, or a retired one: \"%s\"", row->question);
    }
    free(path);
}

/* What was published answers for ever. */

static void vanished(struct look *look, const char *folder, const char *id, const char *remedy)
{
    char *path = file_path(look->data, folder, "");

    if (path != NULL)
        faults_add(look->faults, path, 0, NULL, NULL, "%s was published and is gone: %s", id,
                   translated(remedy));
    else
        look->err = ERR_MEMORY;
    free(path);
}

static void check_published(struct look *look)
{
    for (size_t i = 0; i < look->published->article_count; i++) {
        const char *id = look->published->articles[i].id;
        bool question = strncmp(id, "q/", 2) == 0;

        if (content_article(look->content, id) == NULL)
            vanished(look, question ? "questions" : "guides", id,
                     N_("bring it back and retire it (retired: date)"));
    }
    for (size_t i = 0; i < look->published->regions.count; i++) {
        const char *iso = look->published->regions.items[i];

        if (content_region(look->content, iso) == NULL)
            vanished(look, "regions", iso, N_("bring it back"));
    }
}

enum err check_content(const struct content *content, const char *data,
                       const struct published *published, struct faults *faults)
{
    static void (*const rules[])(struct look * look) = {
        check_regions, check_portals, check_contacts, check_articles, check_pages,
        check_unused,  check_places,  check_answers,  check_troubles, check_published};
    struct look *look = calloc(1, sizeof *look);
    enum err err;

    if (look == NULL)
        return ERR_MEMORY;
    *look =
        (struct look){.content = content, .published = published, .data = data, .faults = faults};
    look->figure_used = calloc(content->figure_count + 1, sizeof *look->figure_used);
    look->source_used = calloc(content->sources.count + 1, sizeof *look->source_used);
    err = look->figure_used != NULL && look->source_used != NULL ? ERR_NONE : ERR_MEMORY;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && err == ERR_NONE; i++) {
        rules[i](look);
        err = look->err;
    }
    free(look->figure_used);
    free(look->source_used);
    free(look);
    if (err == ERR_NONE)
        err = limits_check(content, faults);
    return err == ERR_NONE ? wording_check(content, faults) : err;
}
