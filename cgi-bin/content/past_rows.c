/*
 * past_rows.c: from entries of the archive to rows. Contract: past_rows.h.
 */
#include "content/past_rows.h"
#include "base/log.h"
#include "content/difference.h"
#include "content/past.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One text before the present one, made ready. */
struct old_text {
    struct article_past past;
    struct article_difference difference;
};

static void old_text_free(struct old_text *old)
{
    article_difference_free(&old->difference);
    article_past_free(&old->past);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* Reads it twice: a failed allocation inside the Markdown library leaves a hole that it does not
 * tell of, and not the same one again. (The texts of today are held against their files instead;
 * old ones may break the rules that this needs.) */
static enum err make_old_text(struct old_text *out, const char *source, const struct article *now)
{
    struct article_past again = {.html = NULL};
    enum err err = article_past_load(&out->past, source, now->question);

    if (err == ERR_NONE)
        err = article_past_load(&again, source, now->question);
    if (err == ERR_NONE &&
        !(same_text(out->past.html, again.html) && same_text(out->past.text, again.text)))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = article_difference_make(&out->difference, source, now->source, now->question);
    article_past_free(&again);
    return err;
}

/* next took its place. */
static void put_revision(struct writer *writer, const struct article *now,
                         const struct history_entry *entry, const struct history_entry *next)
{
    struct old_text old = {.past = {.html = NULL}};
    const char *const *fields = entry->fields;
    const struct head_value *head = old.past.head.values;
    enum err err = make_old_text(&old, fields[HISTORY_SOURCE], now);
    const char *minutes = head[HEAD_MINUTES].text;

    if (err == ERR_NONE && (!*old.past.html || old.difference.html == NULL))
        log_warning("revision %s of %s is shown as plain text or without its difference: the HTML "
                    "made of it is not safe",
                    fields[HISTORY_REVISION], now->id);
    if (err == ERR_NONE)
        PUT(writer, INSERT_REVISION, TEXT(now->id), NUMBER(atol(fields[HISTORY_REVISION])),
            TEXT(entry->published), TEXT(next->published), TEXT(fields[HISTORY_TITLE]),
            TEXT(fields[HISTORY_SHORT]), TEXT(head[HEAD_AUDIENCE].text),
            TEXT(head[HEAD_NEEDS].text), MAYBE(minutes ? atol(minutes) : 0),
            TEXT(head[HEAD_RESULT].text), TEXT(old.past.html), TEXT(old.past.text),
            TEXT(old.difference.html), NUMBER(old.difference.added),
            NUMBER(old.difference.removed));
    else
        writer->err = err;
    old_text_free(&old);
}

static void put_revisions(struct writer *writer, const struct article *article)
{
    const struct history_entry *before = NULL;

    for (size_t i = 0; i < history_count(writer->history) && writer->err == ERR_NONE; i++) {
        const struct history_entry *entry = history_entry(writer->history, i);
        const char *id = entry->fields[HISTORY_ARTICLE];

        if (id == NULL || strcmp(id, article->id) != 0)
            continue;
        if (before != NULL)
            put_revision(writer, article, before, entry);
        before = entry;
    }
}

/* What a field was before; NULL if it was the same. */
static const char *if_other(const struct history_entry *before, const struct history_entry *after,
                            enum history_field field)
{
    const char *was = before != NULL ? before->fields[field] : NULL;
    const char *is = after->fields[field];

    return was != NULL && is != NULL && strcmp(was, is) == 0 ? NULL : was;
}

/* The entry about the same address before this one, or NULL. */
static const struct history_entry *entry_before(const struct history *history, size_t at)
{
    const char *const *fields = history_entry(history, at)->fields;

    while (at-- > 0) {
        const struct history_entry *other = history_entry(history, at);

        if (other->fields[HISTORY_SUBJECT] != NULL &&
            strcmp(other->fields[HISTORY_ID], fields[HISTORY_ID]) == 0 &&
            strcmp(other->fields[HISTORY_OWNER], fields[HISTORY_OWNER]) == 0 &&
            strcmp(other->fields[HISTORY_SUBJECT], fields[HISTORY_SUBJECT]) == 0)
            return other;
    }
    return NULL;
}

static void put_address_change(struct writer *writer, size_t at, const char *id)
{
    const struct history_entry *entry = history_entry(writer->history, at);
    const char *const *fields = entry->fields;
    const char *change = fields[HISTORY_CHANGE], *subject = fields[HISTORY_SUBJECT];
    const char *owner = fields[HISTORY_OWNER];
    bool federal = strcmp(subject, "federal") == 0;
    const struct history_entry *before =
        strcmp(change, "changed") == 0 ? entry_before(writer->history, at) : NULL;

    PUT(writer, INSERT_CHANGE, NUMBER(entry->number), TEXT(id), TEXT(entry->published),
        TEXT(subject), TEXT(change), NONE, NONE, TEXT(federal ? NULL : owner),
        TEXT(fields[HISTORY_NAME]), TEXT(fields[HISTORY_URL]),
        TEXT(federal ? owner : fields[HISTORY_PORTAL]), TEXT(fields[HISTORY_VIA]),
        TEXT(fields[HISTORY_STATUS]), TEXT(if_other(before, entry, HISTORY_URL)),
        TEXT(if_other(before, entry, HISTORY_VIA)), TEXT(if_other(before, entry, HISTORY_STATUS)),
        TEXT(fields[HISTORY_UNTIL]), TEXT(fields[HISTORY_REPLACED_BY]));
}

/* A text is new with its first revision, gone once it says so, and changed otherwise. */
static void put_article_change(struct writer *writer, size_t at, const char *id)
{
    const struct history_entry *entry = history_entry(writer->history, at);
    const char *const *fields = entry->fields;
    bool question = strncmp(fields[HISTORY_ARTICLE], "q/", 2) == 0;
    const char *change = strcmp(fields[HISTORY_REVISION], "1") == 0 ? "added" : "changed";

    if (fields[HISTORY_RETIRED] != NULL)
        change = "removed";
    PUT(writer, INSERT_CHANGE, NUMBER(entry->number), TEXT(id), TEXT(entry->published),
        TEXT(question ? "question" : "guide"), TEXT(change), TEXT(fields[HISTORY_ARTICLE]),
        NUMBER(atol(fields[HISTORY_REVISION])), NONE, TEXT(fields[HISTORY_TITLE]), NONE, NONE, NONE,
        NONE, NONE, NONE, NONE, NONE, NONE);
}

#define CHANGE_ID_DIGITS 12 /* of an entry's digest: enough to be the only one */

/* Everything that the archive has seen change, but for what was there when it began. */
static void put_changes(struct writer *writer)
{
    for (size_t i = 0; i < history_count(writer->history); i++) {
        const struct history_entry *entry = history_entry(writer->history, i);
        char id[CHANGE_ID_DIGITS + 2];

        snprintf(id, sizeof id, "c%.*s", CHANGE_ID_DIGITS, entry->digest);
        if (entry->baseline)
            continue;
        if (entry->fields[HISTORY_ARTICLE] != NULL)
            put_article_change(writer, i, id);
        else
            put_address_change(writer, i, id);
    }
}

void past_rows_put(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->article_count; i++)
        put_revisions(writer, &writer->content->articles[i]);
    put_changes(writer);
}
