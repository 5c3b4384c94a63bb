/*
 * head.c: scan of the metadata block and the table of its keys. Contract: head.h.
 */
#include "content/head.h"
#include "content/rule.h"
#include <stdlib.h>
#include <string.h>

enum need { NEVER, MAY, MUST };

static const struct known {
    const char *word;
    enum need guide;
    enum need question;
    const char *(*check)(const char *value);
} known_keys[HEAD__MAX] = {
    [HEAD_TITLE] = {"title", MUST, MUST, rule_plain},
    [HEAD_SHORT] = {"short", MUST, MUST, rule_short},
    [HEAD_READER] = {"reader", MAY, MAY, rule_reader},
    [HEAD_ALOUD] = {"aloud", NEVER, MUST, rule_aloud},
    [HEAD_UPDATED] = {"updated", MUST, MUST, rule_day},
    [HEAD_SOURCE] = {"source", MUST, MUST, rule_text},
    [HEAD_POSITION] = {"position", MUST, NEVER, rule_position},
    [HEAD_AUDIENCE] = {"audience", MUST, NEVER, rule_plain},
    [HEAD_NEEDS] = {"needs", MUST, NEVER, rule_plain},
    [HEAD_MINUTES] = {"minutes", MUST, NEVER, rule_minutes},
    [HEAD_RESULT] = {"result", MUST, NEVER, rule_plain},
    [HEAD_NUMBER] = {"number", NEVER, MUST, rule_number},
    [HEAD_PORTALS] = {"portals", MAY, MAY, rule_ids},
    [HEAD_REGIONS] = {"regions", MAY, MAY, rule_ids},
    [HEAD_CONTACTS] = {"contacts", MAY, MAY, rule_ids},
    [HEAD_RELATED] = {"related", MAY, MAY, rule_articles},
    [HEAD_RETIRED] = {"retired", MAY, MAY, rule_day},
    [HEAD_REPLACED_BY] = {"replaced_by", MAY, MAY, rule_article},
};

const char *head_word(enum head_key key)
{
    return known_keys[key].word;
}

/* The key that the first len bytes name; HEAD__MAX if none. */
static enum head_key find(const char *text, size_t len, bool question)
{
    for (enum head_key key = 0; key < HEAD__MAX; key++) {
        const struct known *known = &known_keys[key];
        enum need need = question ? known->question : known->guide;

        if (need != NEVER && strlen(known->word) == len && memcmp(known->word, text, len) == 0)
            return key;
    }
    return HEAD__MAX;
}

/* Takes one "key: value" line. */
static enum err take(struct head *out, const struct text_line *line, bool question,
                     const char *path, struct faults *faults)
{
    size_t key_len = strcspn(line->text, ":\n");
    enum head_key key;
    struct head_value *value;
    const char *start;
    const char *end;
    const char *complaint;

    if (key_len >= line->len) {
        faults_add(faults, path, line->number, NULL, NULL,
                   "must be a line \"key: value\", or empty to end the metadata");
        return ERR_NONE;
    }
    key = find(line->text, key_len, question);
    if (key == HEAD__MAX) {
        faults_add(faults, path, line->number, NULL, NULL, "unknown key \"%.*s\" for a %s",
                   (int)(key_len < 40 ? key_len : 40), line->text, question ? "question" : "guide");
        return ERR_NONE;
    }
    value = &out->values[key];
    if (value->text != NULL) {
        faults_add(faults, path, line->number, NULL, head_word(key),
                   "stands twice: it is also in line %d", value->line);
        return ERR_NONE;
    }
    start = line->text + key_len + 1;
    end = line->text + line->len;
    start += strspn(start, " ");
    *value =
        (struct head_value){strndup(start, start < end ? (size_t)(end - start) : 0), line->number};
    if (value->text == NULL)
        return ERR_MEMORY;
    complaint = known_keys[key].check(value->text);
    if (complaint != NULL)
        faults_add(faults, path, line->number, NULL, head_word(key), "%s", complaint);
    return ERR_NONE;
}

enum err head_read(struct head *out, struct text_line *line, bool question, const char *path,
                   struct faults *faults)
{
    enum err err = ERR_NONE;

    while (err == ERR_NONE && text_line(line) && line->len > 0)
        err = take(out, line, question, path, faults);
    for (enum head_key key = 0; key < HEAD__MAX && err == ERR_NONE; key++) {
        enum need need = question ? known_keys[key].question : known_keys[key].guide;

        if (need == MUST && out->values[key].text == NULL)
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
