/*
 * wording.c: names and forms against texts. Contract: wording.h. Names are looked for everywhere;
 * forms only outside of «…», which quotes what somebody else wrote.
 */
#include "content/wording.h"
#include "base/buffer.h"
#include "base/message.h"
#include "base/utf8.h"
#include "content/list.h"
#include "content/names.h"
#include <string.h>

/* What all checks see. */
struct wording {
    const struct content *content;
    struct names *names;
    struct faults *faults;
    enum err err; /* sticky */
    /* of the text being looked at: */
    const char *path;
    const char *section;             /* of an INI file, or NULL */
    const char *key;                 /* of metadata or of an INI file, or NULL */
    const struct article *article;   /* or NULL */
    const struct article_part *part; /* or NULL */
};

/* --- names of portals --- */

/* True if the list names the portal, or an id that leads nowhere: that is a fault already. */
static bool lists(struct wording *wording, const struct head *head, enum head_key key,
                  const char *portal)
{
    struct words ids;
    bool have;

    if (list_split(&ids, head->values[key].text) != ERR_NONE)
        wording->err = ERR_MEMORY;
    have = list_have(&ids, portal);
    for (size_t i = 0; i < ids.count; i++)
        have = have || content_portal(wording->content, ids.items[i]) == NULL;
    list_free(&ids);
    return have;
}

/* True if the text is for those who have this portal, or says that it means to name it. */
static bool may_name(struct wording *wording, const struct source_portal *portal)
{
    const struct head *heads[] = {&wording->article->head,
                                  wording->part != NULL ? &wording->part->head : NULL};

    if (portal->federal)
        return true;
    for (size_t i = 0; i < 2; i++) {
        if (heads[i] != NULL && (lists(wording, heads[i], HEAD_PORTALS, portal->id) ||
                                 lists(wording, heads[i], HEAD_MENTIONS, portal->id)))
            return true;
    }
    return false;
}

static void judge_name(void *context, const struct source_portal *portal, const char *at,
                       size_t len, int line)
{
    struct wording *wording = context;

    if (!may_name(wording, portal))
        faults_add(wording->faults, wording->path, line, wording->section, wording->key,
                   "\"%.*s\" is the portal %s, which %s is not limited to: limit it (portals: %s), "
                   "or say that it is meant (mentions: %s)",
                   (int)len, at, portal->id,
                   wording->part != NULL ? translated("this part") : translated("this article"),
                   portal->id, portal->id);
}

/* --- forms to avoid --- */

/* Appends the text in lower case, with blanks in the place of what stands in «…»; lines stay. */
static enum err lower_unquoted(struct buffer *out, const char *text, size_t len)
{
    const char *end = text + len;
    int depth = 0;

    while (text < end) {
        const char *next = text;
        uint32_t point = utf8_next(&next);
        enum err err = ERR_NONE;

        depth += point == 0xAB;
        if (depth > 0)
            buffer_putc(out, point == '\n' ? '\n' : ' ');
        else
            err = utf8_lower(out, text, (size_t)(next - text));
        depth -= point == 0xBB && depth > 0;
        if (err != ERR_NONE)
            return err;
        text = next;
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

/* The length of the form if it stands at text, a blank of it being any blank; else 0. */
static size_t form_at(const char *text, const char *form)
{
    const char *c = text;

    for (; *form; form++, c++) {
        if (*form == ' ' && strncmp(c, "\xC2\xA0", 2) == 0)
            c++;
        else if (*c != *form && !(*form == ' ' && *c == '\n'))
            return 0;
    }
    return (size_t)(c - text);
}

/* Letters, digits and hyphens belong to a word. */
static bool in_word(const char *c)
{
    return (unsigned char)*c >= 0xC3 || (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
           *c == '-';
}

/* True if the byte before belongs to a letter: the last byte of a Cyrillic one is 0x80 to 0xBF. */
static bool after_word(const char *start, const char *c)
{
    while (c > start && ((unsigned char)c[-1] & 0xC0) == 0x80)
        c--;
    return c > start && in_word(c - 1);
}

static void find_form(struct wording *wording, const char *text, const char *form,
                      const struct glossary_term *term, int line)
{
    const char *from = text;

    for (const char *c = text; *c; c++) {
        size_t len = form_at(c, form);

        if (len == 0 || in_word(c + len) || after_word(text, c))
            continue;
        for (; from < c; from++)
            line += *from == '\n';
        faults_add(wording->faults, wording->path, line, wording->section, wording->key,
                   "\"%s\" is not our word: write \"%s\" (glossary.tsv)", form, term->term);
        c += len - 1;
    }
}

static void find_forms(struct wording *wording, const char *text, size_t len, int line)
{
    const struct glossary *glossary = &wording->content->glossary;
    struct buffer lower = BUFFER_INIT;

    if (lower_unquoted(&lower, text, len) != ERR_NONE)
        wording->err = ERR_MEMORY;
    for (size_t i = 0; i < glossary->count && wording->err == ERR_NONE; i++) {
        for (size_t k = 0; k < glossary->items[i].avoid_count; k++)
            find_form(wording, buffer_text(&lower), glossary->items[i].avoid[k],
                      &glossary->items[i], line);
    }
    buffer_free(&lower);
}

/* --- every text --- */

static void check_text(struct wording *wording, const char *text, size_t len, int line,
                       const char *key)
{
    enum err err;

    wording->key = key;
    err = names_find(wording->names, text, len, line, judge_name, wording);
    if (err != ERR_NONE)
        wording->err = err;
    find_forms(wording, text, len, line);
}

static void check_head(struct wording *wording, const struct head *head)
{
    static const enum head_key keys[] = {HEAD_TITLE,    HEAD_SHORT, HEAD_ALOUD,
                                         HEAD_AUDIENCE, HEAD_NEEDS, HEAD_RESULT};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct head_value *value = &head->values[keys[i]];

        if (value->text != NULL)
            check_text(wording, value->text, strlen(value->text), value->line, head_word(keys[i]));
    }
}

static void check_article(struct wording *wording, const struct article *article)
{
    wording->article = article;
    wording->part = NULL;
    wording->path = article->path;
    check_head(wording, &article->head);
    check_text(wording, article->raw, article->raw_len, article->text_line, NULL);
    for (size_t i = 0; i < article->part_count; i++) {
        const struct article_part *part = &article->parts[i];

        wording->part = part;
        check_text(wording, part->title, strlen(part->title), part->line, NULL);
        check_head(wording, &part->head);
        check_text(wording, part->raw, part->raw_len, part->text_line, NULL);
    }
}

/* --- texts of INI files: forms only, for they are about their own region or portal --- */

static void check_value(struct wording *wording, const struct ini *ini, const char *section,
                        const char *key)
{
    const char *text = ini_get(ini, section, key);

    wording->path = ini_path(ini);
    wording->section = section;
    wording->key = key;
    if (text != NULL)
        find_forms(wording, text, strlen(text), ini_line(ini, section, key));
    wording->section = NULL;
}

/* Every key that a reader reads, of every section: a section that has none of them is passed. */
static void check_ini(struct wording *wording, const struct ini *ini)
{
    static const char *const keys[] = {"title", "note", "doubt", "plain_http",
                                       "about", "who",  "what",  "name"};

    for (size_t n = 0; n < ini_section_count(ini); n++) {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            check_value(wording, ini, ini_section(ini, n), keys[i]);
    }
}

static void check_ini_files(struct wording *wording)
{
    const struct content *content = wording->content;

    for (size_t i = 0; i < content->region_count; i++) {
        if (!content->regions[i].broken)
            check_ini(wording, content->regions[i].ini);
    }
    for (size_t i = 0; i < content->portal_count; i++) {
        if (!content->portals[i].broken)
            check_ini(wording, content->portals[i].ini);
    }
    for (size_t i = 0; i < content->contact_count; i++) {
        if (!content->contacts[i].broken)
            check_ini(wording, content->contacts[i].ini);
    }
}

enum err wording_check(const struct content *content, struct faults *faults)
{
    struct wording wording = {.content = content, .faults = faults};

    wording.err = names_make(&wording.names, content);
    for (size_t i = 0; i < content->article_count && wording.err == ERR_NONE; i++) {
        if (!content->articles[i].broken)
            check_article(&wording, &content->articles[i]);
    }
    if (wording.err == ERR_NONE)
        check_ini_files(&wording);
    names_free(wording.names);
    return wording.err;
}
