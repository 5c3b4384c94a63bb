/*
 * article.c: the file of a guide or question, cut into parts. Contract: article.h.
 *
 * The file is cut at its "## " lines before the Markdown library sees it (markdown.c), and each
 * part is parsed on its own: so a step's HTML is whole by construction, and the line of a complaint
 * is known.
 */
#include "content/article.h"
#include "base/buffer.h"
#include "content/list.h"
#include "content/markdown.h"
#include "content/rule.h"
#include "content/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARTICLE_MAX (64 * 1024) /* bytes of a file: a long guide has 10 KiB */

/* Cutting the file. */

/* True for a line that opens or closes a fenced block; *fence is its character while one is open.
 */
static void follow_fence(const struct text_line *line, char *fence)
{
    const char *c = line->text + strspn(line->text, " ");

    if (c - line->text > 3 || (*c != '`' && *c != '~') || c[1] != *c || c[2] != *c)
        return;
    if (*fence == 0)
        *fence = *c;
    else if (*fence == *c)
        *fence = 0;
}

/* Addresses defined apart ("[x]: https://…") would be lost between parts. */
static void refuse_definitions(const struct part *part)
{
    struct text_line line = {.next = part->text, .number = part->line - 1};

    while (line.next != NULL && line.next < part->text + part->len && text_line(&line)) {
        const char *bracket = line.text[0] == '[' ? memchr(line.text, ']', line.len) : NULL;

        if (bracket != NULL && bracket + 1 < line.text + line.len && bracket[1] == ':')
            faults_add(part->faults, part->path, line.number, NULL, NULL,
                       "addresses cannot be defined apart: write [text](address)");
    }
}

/* Adds a step with the title that stands in the line. */
static enum err add_step(struct article *article, const struct text_line *line,
                         struct faults *faults)
{
    struct article_step *grown = list_room(article->steps, article->step_count, sizeof *grown);
    struct article_step *step;
    const char *start;
    const char *complaint;

    if (grown == NULL)
        return ERR_MEMORY;
    article->steps = grown;
    step = &grown[article->step_count];
    start = line->text + 3;
    step->line = line->number;
    step->title = strndup(start, (size_t)(line->text + line->len - start));
    if (step->title == NULL)
        return ERR_MEMORY;
    article->step_count++;
    complaint = rule_plain(step->title);
    if (complaint != NULL)
        faults_add(faults, article->path, line->number, NULL, NULL, "title of the step %s",
                   complaint);
    return ERR_NONE;
}

/* Renders what lies between the last cut and end, into the last step or the article itself. */
static enum err finish_part(struct article *article, const char *start, const char *end, int line,
                            struct faults *faults)
{
    struct article_step *step =
        article->step_count ? &article->steps[article->step_count - 1] : NULL;
    struct part part = {.article = article,
                        .step = step,
                        .text = start,
                        .len = (size_t)(end - start),
                        .line = line,
                        .path = article->path,
                        .faults = faults};

    refuse_definitions(&part);
    return markdown_render(&part, step != NULL ? &step->html : &article->html,
                           step != NULL ? &step->text : &article->text);
}

/* Cuts the text from line on, and renders each part. */
static enum err read_body(struct article *article, struct text_line line, struct faults *faults)
{
    const char *start = line.next != NULL ? line.next : "";
    int start_line = line.number + 1;
    char fence = 0;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && text_line(&line)) {
        follow_fence(&line, &fence);
        if (article->question || fence || strncmp(line.text, "## ", 3) != 0)
            continue;
        err = finish_part(article, start, line.text, start_line, faults);
        if (err == ERR_NONE)
            err = add_step(article, &line, faults);
        start = line.next != NULL ? line.next : "";
        start_line = line.number + 1;
    }
    if (fence)
        faults_add(faults, article->path, 0, NULL, NULL, "a fenced block is not closed");
    if (err == ERR_NONE)
        err = finish_part(article, start, start + strlen(start), start_line, faults);
    return err;
}

static void check_body(const struct article *article, struct faults *faults)
{
    if (article->question && article->text != NULL && !*article->text)
        faults_add(faults, article->path, 0, NULL, NULL, "has no text after the metadata");
    if (!article->question && article->step_count == 0)
        faults_add(faults, article->path, 0, NULL, NULL,
                   "has no step: a line \"## Title\" begins one");
    for (size_t i = 0; i < article->step_count; i++) {
        const struct article_step *step = &article->steps[i];

        if (step->text != NULL && !*step->text)
            faults_add(faults, article->path, step->line, NULL, NULL, "step has no text");
    }
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
        faults_add(faults, article->path, 0, NULL, NULL, "file name %s", rule_id(name));
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

enum err article_load(struct article *out, const char *path, const char *name, bool question,
                      struct faults *faults)
{
    struct buffer text = BUFFER_INIT;
    size_t before = faults_count(faults);
    enum err err;
    struct text_line line;

    out->question = question;
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
    line = (struct text_line){.next = buffer_text(&text)};
    if (err != ERR_NONE)
        goto out;
    err = head_read(&out->head, &line, question, path, faults);
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

void article_free(struct article *article)
{
    for (size_t i = 0; i < article->step_count; i++) {
        struct article_step *step = &article->steps[i];

        free(step->title);
        free(step->html);
        free(step->text);
        free(step->figure);
        free(step->figure_alt);
        free(step->slot);
        free(step->via);
    }
    for (size_t i = 0; i < article->link_count; i++)
        free(article->links[i].target);
    free(article->steps);
    free(article->links);
    free(article->path);
    free(article->id);
    free(article->html);
    free(article->text);
    free(article->source);
    head_free(&article->head);
    *article = (struct article){0};
}
