/*
 * article.c: the file of a guide or question, cut into parts. Contract: article.h.
 *
 * The file is cut at its "## " lines before the Markdown library sees it (markdown.c), and each
 * part is parsed on its own: so its HTML is whole by construction, and the line of a complaint is
 * known.
 */
#include "content/article.h"
#include "base/buffer.h"
#include "base/message.h"
#include "content/cut.h"
#include "content/list.h"
#include "content/markdown.h"
#include "content/rule.h"
#include "content/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARTICLE_MAX (64 * 1024) /* bytes of a file: a long guide has 10 KiB */

/* Addresses defined apart ("[x]: https://…") would be lost between parts. */
static void refuse_definitions(const struct passage *passage)
{
    struct text_line line = {.next = passage->text, .number = passage->line - 1};

    while (line.next != NULL && line.next < passage->text + passage->len && text_line(&line)) {
        const char *bracket = line.text[0] == '[' ? memchr(line.text, ']', line.len) : NULL;

        if (bracket != NULL && bracket + 1 < line.text + line.len && bracket[1] == ':')
            faults_add(passage->faults, passage->path, line.number, NULL, NULL,
                       "addresses cannot be defined apart: write [text](address)");
    }
}

/* Metadata that an empty line has parted from its heading would be shown as text, and the part to
 * everybody. */
static void refuse_late_heads(const struct passage *passage)
{
    struct text_line line = {.next = passage->text, .number = passage->line - 1};
    bool after_gap = true;
    bool fence = false;

    while (line.next != NULL && line.next < passage->text + passage->len && text_line(&line)) {
        fence ^= strncmp(line.text, "```", 3) == 0 || strncmp(line.text, "~~~", 3) == 0;
        if (after_gap && !fence && cut_is_key(&line) &&
            head_is_of_part(line.text, strcspn(line.text, ":")))
            faults_add(passage->faults, passage->path, line.number, NULL, NULL,
                       "\"%.*s:\" must stand directly below the heading of its part",
                       (int)strcspn(line.text, ":"), line.text);
        after_gap = line.len == 0;
    }
}

static const char *noun_of_part(const struct article *article)
{
    return article->page       ? translated("section")
           : article->question ? translated("part")
                               : translated("step");
}

/* Adds a part with the title and the metadata that the cutter stands at. */
static enum err add_part(struct article *article, const struct cut *cut, struct faults *faults)
{
    struct article_part *grown = list_room(article->parts, article->part_count, sizeof *grown);
    struct text_line line = cut->head;
    struct article_part *part;
    const char *complaint;

    if (grown == NULL)
        return ERR_MEMORY;
    article->parts = grown;
    part = &grown[article->part_count++];
    part->line = cut->title_line;
    part->title = strndup(cut->title, cut->title_len);
    if (part->title == NULL)
        return ERR_MEMORY;
    complaint = rule_plain(part->title);
    if (complaint != NULL)
        faults_add(faults, article->path, part->line, NULL, NULL, "title of the %s %s",
                   noun_of_part(article), translated(complaint));
    return cut->head_end == NULL
               ? ERR_NONE
               : head_read(&part->head, &line, cut->head_end, HEAD_PART, article->path, faults);
}

/* Renders what the cutter stands at, into the last part or the article itself. */
static enum err read_passage(struct article *article, const struct cut *cut, struct faults *faults)
{
    struct article_part *part =
        article->part_count ? &article->parts[article->part_count - 1] : NULL;
    struct passage passage = {.article = article,
                              .part = part,
                              .text = cut->text,
                              .len = cut->len,
                              .line = cut->line,
                              .path = article->path,
                              .faults = faults,
                              .faults_before = faults_count(faults)};

    *(part != NULL ? &part->raw : &article->raw) = cut->text;
    *(part != NULL ? &part->raw_len : &article->raw_len) = cut->len;
    *(part != NULL ? &part->text_line : &article->text_line) = cut->line;
    refuse_definitions(&passage);
    refuse_late_heads(&passage);
    return markdown_render(&passage, part != NULL ? &part->html : &article->html,
                           part != NULL ? &part->text : &article->text);
}

/* Cuts the text from line on, and renders each part. */
static enum err read_body(struct article *article, struct text_line line, struct faults *faults)
{
    enum err err = ERR_NONE;
    struct cut cut;

    cut_begin(&cut, line);
    while (err == ERR_NONE && cut_next(&cut)) {
        if (cut.title != NULL)
            err = add_part(article, &cut, faults);
        if (err == ERR_NONE)
            err = read_passage(article, &cut, faults);
    }
    if (err == ERR_NONE && cut_is_open(&cut))
        faults_add(faults, article->path, 0, NULL, NULL, "a fenced block is not closed");
    return err;
}

/* The two dates of a limit, in their order. */
static void check_dates(const struct head *head, const char *path, struct faults *faults)
{
    const struct head_value *from = &head->values[HEAD_FROM], *until = &head->values[HEAD_UNTIL];

    if (from->text != NULL && until->text != NULL && strcmp(from->text, until->text) > 0)
        faults_add(faults, path, until->line, NULL, "until", "is before from (line %d)",
                   from->line);
}

static bool is_limited(const struct head *head)
{
    static const enum head_key limits[] = {HEAD_PORTALS, HEAD_REGIONS, HEAD_VIA,  HEAD_AGE,
                                           HEAD_READER,  HEAD_FROM,    HEAD_UNTIL};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (head->values[limits[i]].text != NULL)
            return true;
    }
    return false;
}

static void check_part(const struct article *article, const struct article_part *part,
                       struct faults *faults)
{
    const struct head_value *values = part->head.values;

    check_dates(&part->head, article->path, faults);
    if (part->text != NULL && !*part->text)
        faults_add(faults, article->path, part->line, NULL, NULL, "%s has no text",
                   noun_of_part(article));
    if (values[HEAD_SHORT].text != NULL && !is_limited(&part->head))
        faults_add(faults, article->path, values[HEAD_SHORT].line, NULL, "short",
                   "is for parts with a limit: everybody gets the short answer at the top");
    if (values[HEAD_ALOUD].text != NULL && values[HEAD_SHORT].text == NULL)
        faults_add(faults, article->path, values[HEAD_ALOUD].line, NULL, "aloud",
                   "goes with a short answer of the part: add short");
}

/* A section of an owner's page is for everybody, and is text alone. */
static void check_section(const struct article *article, const struct article_part *part,
                          struct faults *faults)
{
    for (enum head_key key = 0; key < HEAD__MAX; key++)
        if (part->head.values[key].text != NULL)
            faults_add(faults, article->path, part->head.values[key].line, NULL, head_word(key),
                       "is for guides and questions: a page is for everybody");
    if (part->figure != NULL || part->slot != NULL)
        faults_add(faults, article->path,
                   part->figure != NULL ? part->figure_line : part->slot_line, NULL, NULL,
                   "is for guides: a page is text alone");
}

static void check_page(const struct article *article, struct faults *faults)
{
    if (article->text != NULL && !*article->text && article->part_count == 0)
        faults_add(faults, article->path, 0, NULL, NULL, "has no text after the metadata");
    for (size_t i = 0; i < article->part_count; i++) {
        check_section(article, &article->parts[i], faults);
        check_part(article, &article->parts[i], faults);
    }
}

static void check_body(const struct article *article, struct faults *faults)
{
    if (article->page) {
        check_page(article, faults);
        return;
    }
    if (article->question && article->text != NULL && !*article->text && article->part_count == 0)
        faults_add(faults, article->path, 0, NULL, NULL, "has no text after the metadata");
    if (!article->question && article->part_count == 0)
        faults_add(faults, article->path, 0, NULL, NULL,
                   "has no step: a line \"## Title\" begins one");
    check_dates(&article->head, article->path, faults);
    for (size_t i = 0; i < article->part_count; i++)
        check_part(article, &article->parts[i], faults);
}

/* File names. */

/* "17-age-to-sign-in" gives q/17. */
static enum err take_number(struct article *article, const char *name, struct faults *faults)
{
    size_t digits = strspn(name, "0123456789");

    if (digits < 2 || digits > 4 || name[digits] != '-' || rule_id(name) != NULL) {
        faults_add(faults, article->path, 0, NULL, NULL,
                   "file name must be the number in two digits and words, like 07-words.md");
        return ERR_INVALID;
    }
    article->number = atol(name);
    return asprintf(&article->id, "q/%ld", article->number) < 0 ? ERR_MEMORY : ERR_NONE;
}

static enum err take_name(struct article *article, const char *name, struct faults *faults)
{
    if (article->question)
        return take_number(article, name, faults);
    if (rule_id(name) != NULL) {
        faults_add(faults, article->path, 0, NULL, NULL, "file name %s", translated(rule_id(name)));
        return ERR_INVALID;
    }
    article->id = strdup(name);
    return article->id != NULL ? ERR_NONE : ERR_MEMORY;
}

static void check_number(const struct article *article, struct faults *faults)
{
    const struct head_value *number = &article->head.values[HEAD_NUMBER];

    if (article->id != NULL && number->text != NULL && rule_number(number->text) == NULL &&
        atol(number->text) != article->number)
        faults_add(faults, article->path, number->line, NULL, "number",
                   "must be %ld, as the file's name says", article->number);
}

static enum err load(struct article *out, const char *path, const char *name, enum head_owner owner,
                     struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    size_t before = faults_count(faults);
    enum err err;
    struct text_line line;

    out->question = owner == HEAD_QUESTION;
    out->page = owner == HEAD_PAGE;
    out->path = strdup(path);
    err = out->path != NULL ? take_name(out, name, faults) : ERR_MEMORY;
    if (err == ERR_NONE || err == ERR_INVALID)
        err = text_load(&text, path, ARTICLE_MAX, false, faults);
    if (err != ERR_NONE)
        goto out;
    digest_hex(text.data, text.len, out->digest);
    out->source = strdup(buffer_text(&text));
    if (out->source == NULL)
        err = ERR_MEMORY;
    line = (struct text_line){.next = out->source};
    if (err != ERR_NONE)
        goto out;
    err = head_read(&out->head, &line, NULL, owner, path, faults);
    if (err == ERR_NONE)
        err = read_body(out, line, faults);
    if (err != ERR_NONE)
        goto out;
    check_number(out, faults);
    check_body(out, faults);
    if (faults_count(faults) != before)
        err = ERR_INVALID;
out:
    out->broken = err != ERR_NONE;
    buffer_free(&text);
    return err;
}

enum err article_load(struct article *out, const char *path, const char *name, bool question,
                      struct faults *faults)
{
    return load(out, path, name, question ? HEAD_QUESTION : HEAD_GUIDE, faults);
}

enum err article_load_page(struct article *out, const char *path, const char *name,
                           struct faults *faults)
{
    return load(out, path, name, HEAD_PAGE, faults);
}

void article_free(struct article *article)
{
    for (size_t i = 0; i < article->part_count; i++) {
        struct article_part *part = &article->parts[i];

        free(part->title);
        free(part->html);
        free(part->text);
        free(part->figure);
        free(part->figure_alt);
        free(part->slot);
        head_free(&part->head);
    }
    for (size_t i = 0; i < article->link_count; i++)
        free(article->links[i].target);
    free(article->parts);
    free(article->links);
    free(article->path);
    free(article->id);
    free(article->html);
    free(article->text);
    free(article->source);
    head_free(&article->head);
    *article = (struct article){0};
}
