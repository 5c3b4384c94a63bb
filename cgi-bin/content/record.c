/*
 * record.c: from content to entries of the archive. Contract: record.h.
 *
 * Two steps, because an entry is only ever added: what the content says now is laid out as fields
 * of an entry, then held against the newest entry about the same thing; only a difference is
 * recorded.
 */
#include "content/record.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recorder {
    struct history *history;
    const struct content *content;
    const struct published *published;
    bool begun;
    enum err err; /* sticky */
};

#define FIELDS(name) const char *name[HISTORY__MAX] = {NULL}

static void add(struct recorder *recorder, const char *const *fields)
{
    if (recorder->err == ERR_NONE && !recorder->begun) {
        recorder->err = history_begin(recorder->history);
        recorder->begun = true;
    }
    if (recorder->err == ERR_NONE)
        recorder->err = history_add(recorder->history, fields);
}

/* --- texts --- */

/* The number of a text that the archive has not: one more than the newest one's. The archive may be
 * younger than the snapshot: then numbers go on from there. */
static long next_number(const struct recorder *recorder, const struct article *article)
{
    const struct history_entry *before = history_revision(recorder->history, article->id);

    if (before != NULL)
        return atol(before->fields[HISTORY_REVISION]) + 1;
    for (size_t i = 0; i < recorder->published->article_count; i++) {
        const struct published_article *old = &recorder->published->articles[i];

        if (strcmp(old->id, article->id) == 0)
            return old->revision + (strcmp(old->digest, article->digest) != 0);
    }
    return 1;
}

static void record_article(struct recorder *recorder, const struct article *article)
{
    const struct history_entry *before = history_revision(recorder->history, article->id);
    char number[24];
    FIELDS(fields);

    if (before != NULL && strcmp(before->fields[HISTORY_SOURCE_DIGEST], article->digest) == 0)
        return;
    snprintf(number, sizeof number, "%ld", next_number(recorder, article));
    fields[HISTORY_ARTICLE] = article->id;
    fields[HISTORY_REVISION] = number;
    fields[HISTORY_TITLE] = article->head.values[HEAD_TITLE].text;
    fields[HISTORY_SHORT] = article->head.values[HEAD_SHORT].text;
    fields[HISTORY_RETIRED] = article->head.values[HEAD_RETIRED].text;
    fields[HISTORY_SOURCE] = article->source;
    fields[HISTORY_SOURCE_DIGEST] = article->digest;
    add(recorder, fields);
}

/* --- regions and addresses --- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Adds the entry, as added or changed, unless the newest one about it says the same. */
static void record(struct recorder *recorder, const char **fields)
{
    const struct history_entry *before = history_address(recorder->history, fields[HISTORY_SUBJECT],
                                                         fields[HISTORY_OWNER], fields[HISTORY_ID]);
    bool there = before != NULL && strcmp(before->fields[HISTORY_CHANGE], "removed") != 0;
    bool same = there;

    fields[HISTORY_CHANGE] = there ? "changed" : "added";
    for (size_t i = HISTORY_NAME; i < HISTORY__MAX && same; i++)
        same = same_text(before->fields[i], fields[i]);
    if (!same)
        add(recorder, fields);
}

static void record_login(struct recorder *recorder, const char *iso,
                         const struct source_login *login)
{
    FIELDS(fields);

    fields[HISTORY_SUBJECT] = "login";
    fields[HISTORY_OWNER] = iso;
    fields[HISTORY_ID] = login->id;
    fields[HISTORY_NAME] = login->title;
    fields[HISTORY_URL] = login->url;
    fields[HISTORY_PORTAL] = login->portal;
    fields[HISTORY_SYSTEM] = login->system;
    fields[HISTORY_AUDIENCE] = login->audience;
    fields[HISTORY_VIA] = login->via;
    fields[HISTORY_STATUS] = login->status;
    fields[HISTORY_SINCE] = login->since;
    record(recorder, fields);
}

static void record_former(struct recorder *recorder, const char *iso,
                          const struct source_former *former)
{
    FIELDS(fields);

    fields[HISTORY_SUBJECT] = "former";
    fields[HISTORY_OWNER] = iso;
    fields[HISTORY_ID] = former->id;
    fields[HISTORY_URL] = former->url;
    fields[HISTORY_PORTAL] = former->portal;
    fields[HISTORY_UNTIL] = former->until;
    fields[HISTORY_REPLACED_BY] = former->replaced_by;
    record(recorder, fields);
}

static void record_region(struct recorder *recorder, const struct source_region *region)
{
    FIELDS(fields);

    fields[HISTORY_SUBJECT] = "region";
    fields[HISTORY_OWNER] = region->iso;
    fields[HISTORY_ID] = "";
    fields[HISTORY_NAME] = region->name;
    record(recorder, fields);
    for (size_t i = 0; i < region->login_count; i++)
        record_login(recorder, region->iso, &region->logins[i]);
    for (size_t i = 0; i < region->former_count; i++)
        record_former(recorder, region->iso, &region->formers[i]);
}

static void record_portal(struct recorder *recorder, const struct source_portal *portal)
{
    for (size_t i = 0; i < portal->address_count; i++) {
        FIELDS(fields);

        fields[HISTORY_SUBJECT] = "federal";
        fields[HISTORY_OWNER] = portal->id;
        fields[HISTORY_ID] = portal->addresses[i].id;
        fields[HISTORY_NAME] = portal->addresses[i].what;
        fields[HISTORY_URL] = portal->addresses[i].url;
        record(recorder, fields);
    }
}

/* --- what went --- */

static bool region_has(const struct source_region *region, const char *subject, const char *id)
{
    if (strcmp(subject, "region") == 0)
        return true;
    if (strcmp(subject, "login") == 0) {
        for (size_t i = 0; i < region->login_count; i++) {
            if (strcmp(region->logins[i].id, id) == 0)
                return true;
        }
        return false;
    }
    for (size_t i = 0; i < region->former_count; i++) {
        if (strcmp(region->formers[i].id, id) == 0)
            return true;
    }
    return false;
}

static bool portal_has(const struct source_portal *portal, const char *id)
{
    for (size_t i = 0; i < portal->address_count; i++) {
        if (strcmp(portal->addresses[i].id, id) == 0)
            return true;
    }
    return false;
}

/* True if the content still has what an entry is about. */
static bool still_there(const struct content *content, const struct history_entry *entry)
{
    const char *subject = entry->fields[HISTORY_SUBJECT], *owner = entry->fields[HISTORY_OWNER];
    const struct source_region *region;

    if (strcmp(subject, "federal") == 0) {
        const struct source_portal *portal = content_portal(content, owner);

        return portal != NULL && portal_has(portal, entry->fields[HISTORY_ID]);
    }
    region = content_region(content, owner);
    return region != NULL && region_has(region, subject, entry->fields[HISTORY_ID]);
}

static void record_removal(struct recorder *recorder, const struct history_entry *entry)
{
    FIELDS(fields);
    const char *subject = entry->fields[HISTORY_SUBJECT];

    if (subject == NULL || strcmp(entry->fields[HISTORY_CHANGE], "removed") == 0 ||
        still_there(recorder->content, entry) ||
        history_address(recorder->history, subject, entry->fields[HISTORY_OWNER],
                        entry->fields[HISTORY_ID])
                ->number != entry->number)
        return;
    for (size_t i = HISTORY_SUBJECT; i < HISTORY__MAX; i++)
        fields[i] = entry->fields[i];
    fields[HISTORY_CHANGE] = "removed";
    add(recorder, fields);
}

/* --- everything --- */

enum err record_changes(struct history *history, const struct content *content,
                        const struct published *published)
{
    struct recorder recorder = {.history = history, .content = content, .published = published};
    size_t before = history_count(history);

    for (size_t i = 0; i < content->article_count; i++)
        record_article(&recorder, &content->articles[i]);
    for (size_t i = 0; i < content->region_count; i++)
        record_region(&recorder, &content->regions[i]);
    for (size_t i = 0; i < content->portal_count; i++)
        record_portal(&recorder, &content->portals[i]);
    for (size_t i = 0; i < before && recorder.err == ERR_NONE; i++)
        record_removal(&recorder, history_entry(history, i));
    return recorder.err;
}
