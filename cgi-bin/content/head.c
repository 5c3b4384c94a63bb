/*
 * head.c: scan of the metadata block and the table of its keys. Contract: head.h.
 */
#include "content/head.h"
#include "base/message.h"
#include "base/nearest.h"
#include "content/rule.h"
#include <stdlib.h>
#include <string.h>

enum need { NEVER, MAY, MUST };

static const struct known {
    const char *word;
    enum need need[4]; /* of a guide, a question, a part of either, a page of the owner's */
    const char *(*check)(const char *value);
} known_keys[HEAD__MAX] = {
    [HEAD_TITLE] = {"title", {MUST, MUST, NEVER, MUST}, rule_plain},
    [HEAD_SHORT] = {"short", {MUST, MUST, MAY}, rule_short},
    [HEAD_READER] = {"reader", {MAY, MAY, MAY}, rule_reader},
    [HEAD_ALOUD] = {"aloud", {NEVER, MUST, MAY}, rule_aloud},
    [HEAD_UPDATED] = {"updated", {MUST, MUST, NEVER}, rule_day},
    [HEAD_SOURCES] = {"sources", {MUST, MUST, NEVER}, rule_ids},
    [HEAD_POSITION] = {"position", {MUST, NEVER, NEVER, MUST}, rule_position},
    [HEAD_AUDIENCE] = {"audience", {MUST, NEVER, NEVER}, rule_plain},
    [HEAD_NEEDS] = {"needs", {MUST, NEVER, NEVER}, rule_plain},
    [HEAD_MINUTES] = {"minutes", {MAY, NEVER, NEVER}, rule_minutes},
    [HEAD_RESULT] = {"result", {MUST, NEVER, NEVER}, rule_plain},
    [HEAD_NUMBER] = {"number", {NEVER, MUST, NEVER}, rule_number},
    [HEAD_SYMPTOM] = {"symptom", {NEVER, MUST, NEVER}, rule_id},
    [HEAD_PORTALS] = {"portals", {MAY, MAY, MAY}, rule_ids},
    [HEAD_REGIONS] = {"regions", {MAY, MAY, MAY}, rule_ids},
    [HEAD_VIA] = {"via", {MAY, MAY, MAY}, rule_via_limit},
    [HEAD_AGE] = {"age", {MAY, MAY, MAY}, rule_ages},
    [HEAD_FROM] = {"from", {MAY, MAY, MAY}, rule_day},
    [HEAD_UNTIL] = {"until", {MAY, MAY, MAY}, rule_day},
    [HEAD_MENTIONS] = {"mentions", {MAY, MAY, MAY}, rule_ids},
    [HEAD_FOLD] = {"fold", {NEVER, NEVER, MAY}, rule_answer},
    [HEAD_CONTACTS] = {"contacts", {MAY, MAY, NEVER}, rule_ids},
    [HEAD_RELATED] = {"related", {MAY, MAY, NEVER}, rule_articles},
    [HEAD_RETIRED] = {"retired", {MAY, MAY, NEVER}, rule_day},
    [HEAD_REPLACED_BY] = {"replaced_by", {MAY, MAY, NEVER}, rule_article},
};

const char *head_word(enum head_key key)
{
    return known_keys[key].word;
}

/* The key that the first len bytes name; HEAD__MAX if none. */
static enum head_key find(const char *text, size_t len, enum head_owner owner)
{
    for (enum head_key key = 0; key < HEAD__MAX; key++) {
        const struct known *known = &known_keys[key];

        if (known->need[owner] != NEVER && strlen(known->word) == len &&
            memcmp(known->word, text, len) == 0)
            return key;
    }
    return HEAD__MAX;
}

bool head_is_of_part(const char *text, size_t len)
{
    return find(text, len, HEAD_PART) != HEAD__MAX;
}

static void refuse_key(const struct text_line *line, size_t len, enum head_owner owner,
                       const char *path, struct faults *faults)
{
    static const char *const owners[] = {N_("a guide"), N_("a question"), N_("a part"),
                                         N_("a page")};
    struct nearest nearest;

    nearest_to(&nearest, line->text, len);
    for (enum head_key key = 0; key < HEAD__MAX; key++) {
        if (known_keys[key].need[owner] != NEVER)
            nearest_offer(&nearest, known_keys[key].word);
    }
    faults_add(faults, path, line->number, NULL, NULL, "unknown key \"%.*s\" for %s%s%s%s",
               (int)(len < 40 ? len : 40), line->text, translated(owners[owner]),
               nearest.found != NULL ? translated(": did you mean \"") : "",
               nearest.found != NULL ? nearest.found : "", nearest.found != NULL ? "\"?" : "");
}

bool head_is_required(const char *text, size_t len, enum head_owner owner)
{
    enum head_key key = find(text, len, owner);

    return key != HEAD__MAX && known_keys[key].need[owner] == MUST;
}

/* The key of a "key: value" line; HEAD__MAX and a fault if it has none, or one that may not stand
 * here. */
static enum head_key take_key(const struct head *out, const struct text_line *line,
                              enum head_owner owner, const char *path, struct faults *faults)
{
    size_t len = strcspn(line->text, ":\n");
    enum head_key key = len < line->len ? find(line->text, len, owner) : HEAD__MAX;

    if (len >= line->len)
        faults_add(faults, path, line->number, NULL, NULL,
                   "must be a line \"key: value\", or empty to end the metadata");
    else if (key == HEAD__MAX)
        refuse_key(line, len, owner, path, faults);
    else if (out->values[key].text != NULL)
        faults_add(faults, path, line->number, NULL, head_word(key),
                   "stands twice: it is also in line %d", out->values[key].line);
    else
        return key;
    return HEAD__MAX;
}

/* Takes one "key: value" line. */
static enum err take(struct head *out, const struct text_line *line, enum head_owner owner,
                     const char *path, struct faults *faults)
{
    enum head_key key = take_key(out, line, owner, path, faults);
    const char *start, *end = line->text + line->len;
    const char *complaint;
    char *value;

    if (key == HEAD__MAX)
        return ERR_NONE;
    start = line->text + strlen(head_word(key)) + 1;
    start += strspn(start, " ");
    value = strndup(start, start < end ? (size_t)(end - start) : 0);
    if (value == NULL)
        return ERR_MEMORY;
    out->values[key] = (struct head_value){value, line->number};
    complaint = known_keys[key].check(value);
    if (complaint != NULL)
        faults_add(faults, path, line->number, NULL, head_word(key), "%s", translated(complaint));
    return ERR_NONE;
}

enum err head_read(struct head *out, struct text_line *line, const char *end, enum head_owner owner,
                   const char *path, struct faults *faults)
{
    enum err err = ERR_NONE;

    while (err == ERR_NONE && (end == NULL || (line->next != NULL && line->next < end)) &&
           text_line(line) && line->len > 0) {
        if (*line->text != '#') /* a comment */
            err = take(out, line, owner, path, faults);
    }
    for (enum head_key key = 0; key < HEAD__MAX && err == ERR_NONE; key++) {
        if (known_keys[key].need[owner] == MUST && out->values[key].text == NULL)
            faults_add(faults, path, 0, NULL, head_word(key), "is required in the metadata");
    }
    return err;
}

void head_free(struct head *head)
{
    for (size_t key = 0; key < HEAD__MAX; key++)
        free(head->values[key].text);
    *head = (struct head){0};
}
