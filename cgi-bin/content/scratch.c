/*
 * scratch.c: reading old texts without regard to the rules of today. Contract: scratch.h.
 */
#include "content/scratch.h"
#include "content/article.h"
#include "content/cut.h"
#include "content/text.h"
#include <stdlib.h>
#include <string.h>

enum err scratch_make(struct scratch *scratch, const char *text, bool question)
{
    enum err err;

    scratch->article.question = question;
    scratch->passage = (struct passage){.article = &scratch->article,
                                        .part = &scratch->part,
                                        .text = text,
                                        .len = strlen(text),
                                        .line = 1,
                                        .path = ""};
    err = faults_new(&scratch->faults);
    scratch->passage.faults = scratch->faults;
    return err;
}

void scratch_free(struct scratch *scratch)
{
    free(scratch->part.figure);
    free(scratch->part.figure_alt);
    free(scratch->part.slot);
    faults_free(scratch->faults);
    article_free(&scratch->article);
}

enum err scratch_head(struct head *head, const char *source, bool question, const char **body)
{
    struct faults *faults = NULL;
    struct text_line line = {.next = source};
    enum err err = faults_new(&faults);

    if (err == ERR_NONE)
        err = head_read(head, &line, NULL, question ? HEAD_QUESTION : HEAD_GUIDE, "", faults);
    *body = line.next != NULL ? line.next : "";
    faults_free(faults);
    return err;
}

void scratch_put_plain(struct buffer *out, const char *text)
{
    if (text == NULL)
        return;
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_{}[]()#+-.!:|&<>^~=\"$", *c) != NULL)
            buffer_putc(out, '\\');
        buffer_putc(out, *c);
    }
    buffer_puts(out, "\n\n");
}

/* The short answer of a part, from its metadata. */
static enum err put_short(struct buffer *out, const struct cut *cut)
{
    struct head head = {0};
    struct faults *faults = NULL;
    struct text_line line = cut->head;
    enum err err = faults_new(&faults);

    if (err == ERR_NONE)
        err = head_read(&head, &line, cut->head_end, HEAD_PART, "", faults);
    if (err == ERR_NONE) {
        buffer_putc(out, '\n');
        scratch_put_plain(out, head.values[HEAD_SHORT].text);
    }
    head_free(&head);
    faults_free(faults);
    return err;
}

/* Texts of before there was such metadata may have a line that only looks like it. */
static bool has_head(const struct cut *cut)
{
    struct text_line line = cut->head;

    return cut->head_end != NULL && text_line(&line) &&
           head_is_of_part(line.text, strcspn(line.text, ":"));
}

enum err scratch_put_body(struct buffer *out, const char *body)
{
    enum err err = ERR_NONE;
    struct cut cut;

    cut_begin(&cut, (struct text_line){.next = body});
    while (err == ERR_NONE && cut_next(&cut)) {
        const char *from = cut.text;

        if (cut.title != NULL) {
            buffer_puts(out, "## ");
            buffer_add(out, cut.title, cut.title_len);
            buffer_putc(out, '\n');
        }
        if (has_head(&cut))
            err = put_short(out, &cut);
        else if (cut.head_end != NULL)
            from = cut.head.next;
        buffer_add(out, from, (size_t)(cut.text + cut.len - from));
    }
    return err;
}
