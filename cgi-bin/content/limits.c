/*
 * limits.c: limits against regions, portals and each other. Contract: limits.h.
 */
#include "content/limits.h"
#include "base/message.h"
#include "content/list.h"
#include <string.h>

/* What a check of one article works with. */
struct limits_look {
    const struct content *content;
    const struct article *article;
    struct faults *faults;
    bool regions_whole; /* no region's file is broken: what none of them meets, none meets */
    enum err err;
};

/* --- does it apply --- */

enum err limits_make(struct limits *out, const struct article *article,
                     const struct article_part *part)
{
    static const enum head_key keys[] = {HEAD_PORTALS, HEAD_REGIONS, HEAD_VIA};
    const char *texts[3];
    enum err err;

    for (size_t i = 0; i < 3; i++) {
        texts[i] = part != NULL ? part->head.values[keys[i]].text : NULL;
        if (texts[i] == NULL)
            texts[i] = article->head.values[keys[i]].text;
    }
    *out = (struct limits){.via = texts[2]};
    err = list_split(&out->portals, texts[0]);
    return err == ERR_NONE ? list_split(&out->regions, texts[1]) : err;
}

void limits_free(struct limits *limits)
{
    list_free(&limits->portals);
    list_free(&limits->regions);
}

/* A broken file is a fault already, and no reason for another. */
static bool names_federal(const struct limits *limits, const struct content *content)
{
    for (size_t i = 0; i < limits->portals.count; i++) {
        const struct source_portal *portal = content_portal(content, limits->portals.items[i]);

        if (portal != NULL && (portal->broken || portal->federal))
            return true;
    }
    return false;
}

/* True if this address is of a portal asked for, and signed in to in the way asked for. */
static bool fits(const struct limits *limits, const struct source_login *login)
{
    if (strcmp(login->status, "college") == 0 && limits->portals.count != 1)
        return false;
    if (limits->portals.count > 0 && !list_have(&limits->portals, login->portal))
        return false;
    return limits->via == NULL || strcmp(login->via, limits->via) == 0 ||
           strcmp(login->via, "both") == 0 || strcmp(login->via, "unknown") == 0;
}

bool limits_apply(const struct limits *limits, const struct content *content,
                  const struct source_region *region)
{
    if (limits->regions.count > 0 && !list_have(&limits->regions, region->iso))
        return false;
    if ((limits->portals.count == 0 && (limits->via == NULL || region->login_count == 0)) ||
        names_federal(limits, content))
        return true;
    for (size_t i = 0; i < region->login_count; i++) {
        if (fits(limits, &region->logins[i]))
            return true;
    }
    return false;
}

/* --- limits that nobody meets --- */

/* The line of the first limit there is; 0: there is none. */
static int line_of(const struct head *head)
{
    static const enum head_key keys[] = {HEAD_PORTALS, HEAD_REGIONS, HEAD_VIA};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (head->values[keys[i]].text != NULL)
            return head->values[keys[i]].line;
    }
    return 0;
}

/* True if an id leads nowhere, which is a fault already. */
static bool is_lost(const struct limits_look *look, const struct limits *limits)
{
    for (size_t i = 0; i < limits->portals.count; i++) {
        if (content_portal(look->content, limits->portals.items[i]) == NULL)
            return true;
    }
    for (size_t i = 0; i < limits->regions.count; i++) {
        if (content_region(look->content, limits->regions.items[i]) == NULL)
            return true;
    }
    return false;
}

static bool anybody(const struct limits_look *look, const struct limits *limits)
{
    for (size_t i = 0; i < look->content->region_count; i++) {
        if (limits_apply(limits, look->content, &look->content->regions[i]))
            return true;
    }
    return false;
}

/* True if some region has an address that the page could fill in. */
static bool any_address(const struct limits_look *look, const struct limits *limits)
{
    for (size_t i = 0; i < look->content->region_count; i++) {
        const struct source_region *region = &look->content->regions[i];

        if (limits->regions.count > 0 && !list_have(&limits->regions, region->iso))
            continue;
        for (size_t k = 0; k < region->login_count; k++) {
            if (limits->portals.count == 0 || list_have(&limits->portals, region->logins[k].portal))
                return true;
        }
    }
    return false;
}

/* part NULL: the article itself. A part that says nothing itself is where its article is. */
static void check_reach(struct limits_look *look, const struct article_part *part)
{
    int line = line_of(part != NULL ? &part->head : &look->article->head);
    struct limits limits;

    if (limits_make(&limits, look->article, part) != ERR_NONE) {
        look->err = ERR_MEMORY;
    } else if (!is_lost(look, &limits) && !anybody(look, &limits)) {
        if (line > 0)
            faults_add(look->faults, look->article->path, line, NULL, NULL,
                       "%s is for no region: none meets its limits",
                       part != NULL ? translated("this part") : translated("this article"));
    } else if (part != NULL && part->slot != NULL && strcmp(part->slot, "address") == 0 &&
               !is_lost(look, &limits) && !any_address(look, &limits)) {
        faults_add(look->faults, look->article->path, part->slot_line, NULL, NULL,
                   "no region has an address of the portals that this part is for: take "
                   "vhod:address out");
    }
    limits_free(&limits);
}

/* --- a part against its article --- */

/* Lists of which the part's must lie within the article's. */
static void check_within(struct limits_look *look, const struct article_part *part,
                         enum head_key key)
{
    const struct head_value *inner = &part->head.values[key];
    const struct head_value *outer = &look->article->head.values[key];
    struct words in, out;

    if (inner->text == NULL || outer->text == NULL)
        return;
    if (list_split(&in, inner->text) != ERR_NONE)
        look->err = ERR_MEMORY;
    if (list_split(&out, outer->text) != ERR_NONE)
        look->err = ERR_MEMORY;
    for (size_t i = 0; i < in.count && look->err == ERR_NONE; i++) {
        if (!list_have(&out, in.items[i]))
            faults_add(look->faults, look->article->path, inner->line, NULL, head_word(key),
                       "\"%s\" contradicts line %d: the whole article is for %s only", in.items[i],
                       outer->line, outer->text);
    }
    list_free(&in);
    list_free(&out);
}

/* The part must not end before the article begins, or begin after it ends. */
static void check_dates(struct limits_look *look, const struct article_part *part)
{
    const struct head_value *inner = part->head.values, *outer = look->article->head.values;
    const struct head_value *late = &inner[HEAD_FROM], *early = &inner[HEAD_UNTIL];

    if (late->text != NULL && outer[HEAD_UNTIL].text != NULL &&
        strcmp(late->text, outer[HEAD_UNTIL].text) > 0)
        faults_add(look->faults, look->article->path, late->line, NULL, "from",
                   "contradicts line %d: the whole article holds until %s", outer[HEAD_UNTIL].line,
                   outer[HEAD_UNTIL].text);
    if (early->text != NULL && outer[HEAD_FROM].text != NULL &&
        strcmp(early->text, outer[HEAD_FROM].text) < 0)
        faults_add(look->faults, look->article->path, early->line, NULL, "until",
                   "contradicts line %d: the whole article holds from %s", outer[HEAD_FROM].line,
                   outer[HEAD_FROM].text);
}

static void check_part(struct limits_look *look, const struct article_part *part)
{
    /* not via: where one may sign in both ways, a part for one of them stands beside the other */
    static const enum head_key lists[] = {HEAD_PORTALS, HEAD_REGIONS, HEAD_AGE, HEAD_READER};
    size_t before = faults_count(look->faults);

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        check_within(look, part, lists[i]);
    check_dates(look, part);
    if (faults_count(look->faults) == before && look->regions_whole)
        check_reach(look, part);
}

enum err limits_check(const struct content *content, struct faults *faults)
{
    struct limits_look look = {.content = content, .faults = faults, .regions_whole = true};

    for (size_t i = 0; i < content->region_count; i++)
        look.regions_whole = look.regions_whole && !content->regions[i].broken;
    for (size_t i = 0; i < content->article_count && look.err == ERR_NONE; i++) {
        look.article = &content->articles[i];
        if (look.article->broken)
            continue;
        if (look.regions_whole)
            check_reach(&look, NULL);
        for (size_t k = 0; k < look.article->part_count; k++)
            check_part(&look, &look.article->parts[k]);
    }
    return look.err;
}
