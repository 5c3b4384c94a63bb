/*
 * head.c: scan of the metadata block and the table of its keys. Contract: head.h.
 */
#include "content/head.h"
#include "base/message.h"
#include "base/nearest.h"
#include "content/field.h"
#include "content/rule.h"
#include <stdlib.h>
#include <string.h>

enum need { NEVER, MAY, MUST };

static const struct known {
    const char *word;
    enum need need[4]; /* of a guide, a question, a part of either, a page of the owner's */
    const char *(*check)(const char *value);
    struct field_form form;
} known_keys[HEAD__MAX] = {
    [HEAD_TITLE] = {"title",
                    {MUST, MUST, NEVER, MUST},
                    rule_plain,
                    {FIELD_LINE, NULL, N_("Title"), NULL}},
    [HEAD_SHORT] =
        {"short",
         {MUST, MUST, MAY},
         rule_short,
         {FIELD_TEXT, NULL, N_("Short answer"),
          N_("plain text under 300 characters; stands alone; true for everybody whom it is for")}},
    [HEAD_READER] = {"reader",
                     {MAY, MAY, MAY},
                     rule_reader,
                     {FIELD_ONE, "family staff", N_("Reader"),
                      N_("family or staff of a school; lists of a region show family only")}},
    [HEAD_ALOUD] = {"aloud",
                    {NEVER, MUST, MAY},
                    rule_aloud,
                    {FIELD_TEXT, NULL, N_("For reading aloud"),
                     N_("2 to 8 phrases of at most 12 words, parted by \" / \"")}},
    [HEAD_UPDATED] = {"updated",
                      {MUST, MUST, NEVER},
                      rule_day,
                      {FIELD_DAY, NULL, N_("Changed"),
                       N_("the day of the last change of meaning")}},
    [HEAD_SOURCES] = {"sources",
                      {MUST, MUST, NEVER},
                      rule_ids,
                      {FIELD_IDS, FIELD_OF_SOURCES, N_("Sources"),
                       N_("ids of data/sources.tsv, the best first")}},
    [HEAD_POSITION] = {"position",
                       {MUST, NEVER, NEVER, MUST},
                       rule_position,
                       {FIELD_NUMBER, NULL, N_("Order"),
                        N_("order in the list, 1 to 999, no two alike")}},
    [HEAD_AUDIENCE] = {"audience",
                       {MUST, NEVER, NEVER},
                       rule_plain,
                       {FIELD_LINE, NULL, N_("For whom"), N_("for whom")}},
    [HEAD_NEEDS] = {"needs",
                    {MUST, NEVER, NEVER},
                    rule_plain,
                    {FIELD_LINE, NULL, N_("What to have at hand"), N_("what to have at hand")}},
    [HEAD_MINUTES] = {"minutes",
                      {MAY, NEVER, NEVER},
                      rule_minutes,
                      {FIELD_NUMBER, NULL, N_("Minutes"),
                       N_("how long it takes, if a source says so")}},
    [HEAD_RESULT] = {"result",
                     {MUST, NEVER, NEVER},
                     rule_plain,
                     {FIELD_LINE, NULL, N_("What one sees then"),
                      N_("what one sees when it worked")}},
    [HEAD_NUMBER] = {"number",
                     {NEVER, MUST, NEVER},
                     rule_number,
                     {FIELD_NUMBER, NULL, N_("Number"),
                      N_("the permanent number, as in the name of the file")}},
    [HEAD_SYMPTOM] = {"symptom",
                      {NEVER, MUST, NEVER},
                      rule_id,
                      {FIELD_ID, FIELD_OF_SYMPTOMS, N_("What is wrong"),
                       N_("what is wrong: an id of data/symptoms.tsv")}},
    [HEAD_PORTALS] = {"portals",
                      {MAY, MAY, MAY},
                      rule_ids,
                      {FIELD_IDS, FIELD_OF_PORTALS, N_("Only for these portals"),
                       N_("ids of data/portals: only where the region has one of them")}},
    [HEAD_REGIONS] = {"regions",
                      {MAY, MAY, MAY},
                      rule_ids,
                      {FIELD_IDS, FIELD_OF_REGIONS, N_("Only in these regions"),
                       N_("only in these regions")}},
    [HEAD_VIA] = {"via",
                  {MAY, MAY, MAY},
                  rule_via_limit,
                  {FIELD_ONE, "esia password", N_("Only for this way of signing in"),
                   N_("only where one signs in so: esia or password")}},
    [HEAD_AGE] =
        {"age",
         {MAY, MAY, MAY},
         rule_ages,
         {FIELD_MANY, "under-14 from-14 adult", N_("Age of the child"),
          N_("of the child: under-14, from-14, adult; said to the reader, hides nothing")}},
    [HEAD_FROM] = {"from",
                   {MAY, MAY, MAY},
                   rule_day,
                   {FIELD_DAY, NULL, N_("From"), N_("the first day on which it holds")}},
    [HEAD_UNTIL] = {"until",
                    {MAY, MAY, MAY},
                    rule_day,
                    {FIELD_DAY, NULL, N_("Until"), N_("the last day on which it holds")}},
    [HEAD_MENTIONS] =
        {"mentions",
         {MAY, MAY, MAY},
         rule_ids,
         {FIELD_IDS, FIELD_OF_PORTALS, N_("May name"),
          N_("portals whose names may stand in the text although it is not limited to them")}},
    [HEAD_FOLD] =
        {"fold",
         {NEVER, NEVER, MAY},
         rule_answer,
         {FIELD_YES, NULL, N_("Folded"),
          N_("always shown folded under its title: side cases, what an older instruction said")}},
    [HEAD_CONTACTS] = {"contacts",
                       {MAY, MAY, NEVER},
                       rule_ids,
                       {FIELD_IDS, FIELD_OF_CONTACTS, N_("Who helps"),
                        N_("ids of data/contacts: who helps, in order")}},
    [HEAD_RELATED] = {"related",
                      {MAY, MAY, NEVER},
                      rule_articles,
                      {FIELD_IDS, FIELD_OF_ARTICLES, N_("See also"),
                       N_("see also: questions as q/N, guides by their ids")}},
    [HEAD_RETIRED] = {"retired",
                      {MAY, MAY, NEVER},
                      rule_day,
                      {FIELD_DAY, NULL, N_("Retired"),
                       N_("the address answers 410 from this day on")}},
    [HEAD_REPLACED_BY] = {"replaced_by",
                          {MAY, MAY, NEVER},
                          rule_article,
                          {FIELD_ID, FIELD_OF_ARTICLES, N_("Replaced by"),
                           N_("what replaced it; goes with retired")}},
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

bool head_field(enum head_owner owner, size_t n, struct field_view *out)
{
    for (enum head_key key = 0; key < HEAD__MAX; key++) {
        const struct known *known = &known_keys[key];

        if (known->need[owner] == NEVER || n-- > 0)
            continue;
        *out = (struct field_view){known->word, known->need[owner] == MUST, known->check,
                                   &known->form};
        return true;
    }
    return false;
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
