/*
 * past.c: old texts to HTML and plain text. Contract: past.h. They passed the rules of their own
 * day: markup.h is the lock that decides what is sent.
 */
#include "content/past.h"
#include "base/buffer.h"
#include "content/markup.h"
#include "content/scratch.h"
#include <stdlib.h>

enum err article_past_load(struct article_past *out, const char *source, bool question)
{
    struct scratch scratch = {.faults = NULL};
    struct buffer text = BUFFER_INIT;
    const char *body = NULL;
    enum err err = scratch_head(&out->head, source, question, &body);

    if (err == ERR_NONE)
        err = scratch_put_body(&text, body);
    if (err == ERR_NONE)
        err = buffer_failed(&text) ? ERR_MEMORY
                                   : scratch_make(&scratch, buffer_text(&text), question);
    if (err == ERR_NONE)
        err = markdown_render(&scratch.passage, &out->html, &out->text);
    if (err == ERR_NONE && out->html == NULL)
        err = ERR_INVALID;
    if (err == ERR_NONE && !markup_is_safe(out->html))
        out->html[0] = '\0';
    scratch_free(&scratch);
    buffer_free(&text);
    return err;
}

void article_past_free(struct article_past *past)
{
    head_free(&past->head);
    free(past->html);
    free(past->text);
    *past = (struct article_past){.html = NULL};
}
