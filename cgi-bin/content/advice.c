/*
 * advice.c: the warnings. Contract: advice.h. Each rule is one function; it looks at one thing and
 * names the place to mend.
 */
#include "content/advice.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/message.h"
#include "content/address.h"
#include "content/day.h"
#include <stdlib.h>
#include <string.h>

#define STEP_WORDS_MAX 60 /* more is not read on a phone */

static const char no_break[] = "\xC2\xA0";

struct adviser {
    const struct content *content;
    const char *data;
    const struct history *history; /* or NULL */
    struct faults *faults;
    char today[DAY_SIZE], tomorrow[DAY_SIZE]; /* today may be tomorrow in another time zone */
    char limit[DAY_SIZE]; /* what was confirmed before is to be looked at again */
    long months;
    enum err err; /* sticky */
};

/* A warning at a key of an INI file. */
static void at_key(struct adviser *adviser, const struct ini *ini, const char *section,
                   const char *key, const char *message, const char *what)
{
    faults_warn(adviser->faults, ini_path(ini), ini_line(ini, section, key), section, key, "%s %s",
                translated(message), what);
}

/* --- dates --- */

static bool is_future(const struct adviser *adviser, const char *date)
{
    return date != NULL && strncmp(date, adviser->tomorrow, strlen(date)) > 0;
}

static void check_future(struct adviser *adviser, const struct ini *ini, const char *section,
                         const char *key, const char *date)
{
    if (is_future(adviser, date))
        at_key(adviser, ini, section, key, N_("lies in the future:"), date);
}

/* What somebody said when: checked, or else the newest of the sources. */
static void check_confirmed(struct adviser *adviser, const struct ini *ini, const char *section,
                            const char *checked, const struct words *sources)
{
    const char *date =
        checked != NULL ? checked : day_of_sources(&adviser->content->sources, sources);
    const char *key = checked != NULL ? "checked" : "sources";
    char day[DAY_SIZE];

    day_last(date, day);
    if (date == NULL)
        at_key(adviser, ini, section, key, N_("no date says when this was last right:"),
               translated("look, and write checked"));
    else if (strcmp(day, adviser->limit) < 0)
        faults_warn(adviser->faults, ini_path(ini), ini_line(ini, section, key), section, key,
                    "was last confirmed %s, over %ld months ago: look, and write checked", date,
                    adviser->months);
}

/* --- addresses --- */

static const struct history_entry *
published_login(const struct adviser *adviser, const struct source_region *region, const char *id)
{
    const struct history_entry *entry =
        adviser->history != NULL ? history_address(adviser->history, "login", region->iso, id)
                                 : NULL;

    return entry != NULL && strcmp(entry->fields[HISTORY_CHANGE], "removed") != 0 ? entry : NULL;
}

/* A new address beside the date of the old one. */
static void check_evidence(struct adviser *adviser, const struct source_region *region,
                           const struct source_login *login)
{
    const struct history_entry *before = published_login(adviser, region, login->id);
    const char *date = login->checked != NULL
                           ? login->checked
                           : day_of_sources(&adviser->content->sources, &login->sources);
    const char *key = login->checked != NULL ? "checked" : "sources";
    char day[DAY_SIZE];
    bool same = true;

    if (before != NULL &&
        content_same_address(&same, before->fields[HISTORY_URL], login->url) != ERR_NONE)
        adviser->err = ERR_MEMORY;
    day_last(date, day);
    if (!same && date != NULL && strncmp(day, before->published, DAY_SIZE - 1) < 0)
        faults_warn(adviser->faults, ini_path(region->ini),
                    ini_line(region->ini, login->section, key), login->section, key,
                    "the address is new, but this is older (%s) than the address before it, which "
                    "was published %.10s",
                    date, before->published);
}

/* The number of a [former.N] that is free. */
static int free_number(const struct source_region *region)
{
    int number = 1;

    for (size_t i = 0; i < region->former_count; i++) {
        int taken = atoi(region->formers[i].id);

        if (taken >= number)
            number = taken + 1;
    }
    return number;
}

/* What took the place of a published address: the one in the same section, else the first. */
static const struct source_login *successor(const struct source_region *region, const char *id)
{
    for (size_t i = 0; i < region->login_count; i++) {
        if (strcmp(region->logins[i].id, id) == 0)
            return &region->logins[i];
    }
    return region->login_count > 0 ? &region->logins[0] : NULL;
}

/* The section that says of a published address what became of it. */
static void offer_former(struct adviser *adviser, const struct source_region *region,
                         const struct history_entry *entry, const char *until)
{
    const struct source_login *login = successor(region, entry->fields[HISTORY_ID]);
    const struct source_portal *portal =
        content_portal(adviser->content, entry->fields[HISTORY_PORTAL]);
    const char *system = entry->fields[HISTORY_SYSTEM];
    struct buffer lines = BUFFER_INIT;

    if (login == NULL)
        return;
    if (system == NULL)
        system = portal != NULL ? portal->name : entry->fields[HISTORY_PORTAL];
    buffer_printf(&lines,
                  "[former.%d]\nurl = %s\nportal = %s\nuntil = %.10s\nreplaced_by = %s\n"
                  "sources = %s\n",
                  free_number(region), entry->fields[HISTORY_URL], system, until, login->url,
                  login->sources_text);
    faults_offer(adviser->faults, buffer_take(&lines));
}

/* True if a later entry is about the same address of the same region. */
static bool comes_again(const struct adviser *adviser, size_t at)
{
    const char *const *fields = history_entry(adviser->history, at)->fields;

    for (size_t i = at + 1; i < history_count(adviser->history); i++) {
        const char *const *later = history_entry(adviser->history, i)->fields;

        if (later[HISTORY_SUBJECT] != NULL && strcmp(later[HISTORY_SUBJECT], "login") == 0 &&
            strcmp(later[HISTORY_CHANGE], "removed") != 0 &&
            strcmp(later[HISTORY_OWNER], fields[HISTORY_OWNER]) == 0 &&
            strcmp(later[HISTORY_URL], fields[HISTORY_URL]) == 0)
            return true;
    }
    return false;
}

/* The day on which an entry ceased to be what readers see; today if they still see it. */
static const char *ended(const struct adviser *adviser, size_t at)
{
    const char *const *fields = history_entry(adviser->history, at)->fields;

    for (size_t i = at + 1; i < history_count(adviser->history); i++) {
        const struct history_entry *later = history_entry(adviser->history, i);

        if (later->fields[HISTORY_SUBJECT] != NULL &&
            strcmp(later->fields[HISTORY_SUBJECT], "login") == 0 &&
            strcmp(later->fields[HISTORY_OWNER], fields[HISTORY_OWNER]) == 0 &&
            strcmp(later->fields[HISTORY_ID], fields[HISTORY_ID]) == 0)
            return later->published;
    }
    return adviser->today;
}

/* An address that was published and is nowhere now: readers who kept it are told nothing. */
static void check_lost(struct adviser *adviser, size_t at)
{
    const struct history_entry *entry = history_entry(adviser->history, at);
    const char *subject = entry->fields[HISTORY_SUBJECT];
    const struct source_region *region;
    const struct source_login *login;
    bool known = true;

    if (subject == NULL || strcmp(subject, "login") != 0 ||
        strcmp(entry->fields[HISTORY_CHANGE], "removed") == 0)
        return;
    region = content_region(adviser->content, entry->fields[HISTORY_OWNER]);
    if (region == NULL || region->broken || comes_again(adviser, at))
        return;
    if (content_knows_address(&known, region, entry->fields[HISTORY_URL]) != ERR_NONE)
        adviser->err = ERR_MEMORY;
    if (known)
        return;
    login = successor(region, entry->fields[HISTORY_ID]);
    faults_warn(adviser->faults, ini_path(region->ini),
                login != NULL ? ini_line(region->ini, login->section, "url") : 0,
                login != NULL ? login->section : NULL, login != NULL ? "url" : NULL,
                "%s was published, and is neither here nor a former address: readers who kept it "
                "are told nothing; add, with the last day on which it worked:",
                entry->fields[HISTORY_URL]);
    offer_former(adviser, region, entry, ended(adviser, at));
}

static void check_region(struct adviser *adviser, const struct source_region *region)
{
    for (size_t i = 0; i < region->login_count; i++) {
        const struct source_login *login = &region->logins[i];

        check_future(adviser, region->ini, login->section, "checked", login->checked);
        check_confirmed(adviser, region->ini, login->section, login->checked, &login->sources);
        check_evidence(adviser, region, login);
    }
    for (size_t i = 0; i < region->former_count; i++)
        check_future(adviser, region->ini, region->formers[i].section, "until",
                     region->formers[i].until);
}

/* --- contacts --- */

/* True if a list of ids in the metadata of an article has this one. */
static bool article_names(struct adviser *adviser, const struct article *article, const char *id)
{
    struct words ids;
    bool named;

    if (list_split(&ids, article->head.values[HEAD_CONTACTS].text) != ERR_NONE)
        adviser->err = ERR_MEMORY;
    named = list_have(&ids, id);
    list_free(&ids);
    return named;
}

static bool contact_is_used(struct adviser *adviser, const char *id)
{
    const struct content *content = adviser->content;

    for (size_t i = 0; i < content->region_count; i++) {
        if (content->regions[i].broken || list_have(&content->regions[i].contacts, id))
            return true;
    }
    for (size_t i = 0; i < content->portal_count; i++) {
        if (content->portals[i].broken || list_have(&content->portals[i].contacts, id))
            return true;
    }
    for (size_t i = 0; i < content->article_count; i++) {
        if (content->articles[i].broken || article_names(adviser, &content->articles[i], id))
            return true;
    }
    return false;
}

static void check_contact(struct adviser *adviser, const struct source_contact *contact)
{
    check_future(adviser, contact->ini, "contact", "checked", contact->checked);
    if (!contact_is_used(adviser, contact->id))
        at_key(adviser, contact->ini, "contact", NULL,
               N_("no region, portal, guide or question names this contact:"), contact->id);
    if (contact->phone != NULL && contact->hours == NULL)
        at_key(adviser, contact->ini, "contact", "phone", N_("no hours say when somebody answers:"),
               contact->phone);
    if (contact->phone != NULL || contact->email != NULL || contact->url != NULL)
        check_confirmed(adviser, contact->ini, "contact", contact->checked, &contact->sources);
}

/* --- guides and questions --- */

static size_t words_of(const char *text)
{
    size_t count = 0;

    while (*(text += strspn(text, " \n"))) {
        count++;
        text += strcspn(text, " \n");
    }
    return count;
}

static void check_steps(struct adviser *adviser, const struct article *article)
{
    for (size_t i = 0; i < article->part_count && !article->question; i++) {
        size_t words = words_of(article->parts[i].text);

        if (words > STEP_WORDS_MAX)
            faults_warn(adviser->faults, article->path, article->parts[i].line, NULL, NULL,
                        "this step has %zu words: over %d are not read on a phone", words,
                        STEP_WORDS_MAX);
    }
}

/* What stands behind "updated: " in a published text; NULL if it has no such line. */
static const char *updated_of(const char *source)
{
    const char *line = strstr(source, "\nupdated: ");

    return line != NULL ? line + strlen("\nupdated: ") : NULL;
}

static void check_updated(struct adviser *adviser, const struct article *article)
{
    const struct head_value *updated = &article->head.values[HEAD_UPDATED];
    const struct history_entry *before =
        adviser->history != NULL ? history_revision(adviser->history, article->id) : NULL;
    const char *old = before != NULL ? updated_of(before->fields[HISTORY_SOURCE]) : NULL;
    int order = old != NULL ? strncmp(updated->text, old, DAY_SIZE - 1) : 1;

    if (is_future(adviser, updated->text))
        faults_warn(adviser->faults, article->path, updated->line, NULL, "updated",
                    "lies in the future: %s", updated->text);
    if (before == NULL || strcmp(before->fields[HISTORY_SOURCE_DIGEST], article->digest) == 0)
        return;
    if (order < 0)
        faults_warn(adviser->faults, article->path, updated->line, NULL, "updated",
                    "goes backwards: the published text says %.10s", old);
    else if (order == 0 && strcmp(updated->text, adviser->today) < 0)
        faults_warn(adviser->faults, article->path, updated->line, NULL, "updated",
                    "the text has changed since it was published, and its date has not: %s",
                    updated->text);
}

/* Spaces that look like any other: who searches the file for the words does not find them. */
static void check_spaces(struct adviser *adviser, const struct article *article)
{
    struct text_line line = {.next = article->source};

    while (text_line(&line)) {
        if (memmem(line.text, line.len, no_break, sizeof no_break - 1) != NULL)
            faults_warn(adviser->faults, article->path, line.number, NULL, NULL,
                        "has a no-break space: write a blank; pages put in those that are needed");
    }
}

static void check_article(struct adviser *adviser, const struct article *article)
{
    check_steps(adviser, article);
    check_updated(adviser, article);
    check_spaces(adviser, article);
}

/* --- everything --- */

static void check_sources(struct adviser *adviser)
{
    const struct references *sources = &adviser->content->sources;
    char *path = file_path(adviser->data, "sources.tsv", "");

    if (path == NULL)
        adviser->err = ERR_MEMORY;
    for (size_t i = 0; i < sources->count && path != NULL; i++) {
        if (is_future(adviser, sources->items[i].date))
            faults_warn(adviser->faults, path, sources->items[i].line, NULL, NULL,
                        "lies in the future: %s", sources->items[i].date);
    }
    free(path);
}

static void check_files(struct adviser *adviser)
{
    const struct content *content = adviser->content;

    for (size_t i = 0; i < content->region_count; i++) {
        if (!content->regions[i].broken)
            check_region(adviser, &content->regions[i]);
    }
    for (size_t i = 0; i < content->contact_count; i++) {
        if (!content->contacts[i].broken)
            check_contact(adviser, &content->contacts[i]);
    }
    for (size_t i = 0; i < content->article_count; i++) {
        if (!content->articles[i].broken)
            check_article(adviser, &content->articles[i]);
    }
}

enum err advice_give(const struct content *content, const char *data, const struct history *history,
                     long confirm_months, struct faults *faults)
{
    struct adviser adviser = {.content = content,
                              .data = data,
                              .history = history,
                              .faults = faults,
                              .months = confirm_months};

    day_from_now(0, adviser.today);
    day_from_now(1, adviser.tomorrow);
    day_months_before(adviser.today, confirm_months, adviser.limit);
    check_files(&adviser);
    check_sources(&adviser);
    for (size_t i = 0; history != NULL && i < history_count(history); i++)
        check_lost(&adviser, i);
    return adviser.err;
}
