/*
 * difference.c: two files of one article, laid out as one text each and compared. Contract:
 * difference.h; how: compare.h.
 */
#include "content/difference.h"
#include "base/buffer.h"
#include "content/compare.h"
#include "content/markup.h"
#include "content/scratch.h"
#include <stdlib.h>
#include <string.h>

/* A title as a paragraph of its own: headings of the page stand above it. */
static void put_title(struct buffer *out, const char *title)
{
    struct buffer plain = BUFFER_INIT;

    scratch_put_plain(&plain, title);
    if (plain.len > 0)
        buffer_printf(out, "**%.*s**\n\n", (int)strcspn(buffer_text(&plain), "\n"),
                      buffer_text(&plain));
    buffer_free(&plain);
}

/* Lays out everything of a file that a reader reads, as one text; its title if with_title. */
static enum err lay_out(struct buffer *out, const char *source, bool question, bool with_title)
{
    struct head head = {0};
    const char *body = NULL;
    enum err err = scratch_head(&head, source, question, &body);

    if (err == ERR_NONE && with_title)
        put_title(out, head.values[HEAD_TITLE].text);
    if (err == ERR_NONE) {
        scratch_put_plain(out, head.values[HEAD_SHORT].text);
        scratch_put_plain(out, head.values[HEAD_AUDIENCE].text);
        scratch_put_plain(out, head.values[HEAD_NEEDS].text);
        err = scratch_put_body(out, body);
        buffer_puts(out, "\n\n");
        scratch_put_plain(out, head.values[HEAD_RESULT].text);
    }
    head_free(&head);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}

static enum err make_html(char **html, const char *source, bool question, bool with_title)
{
    struct scratch scratch = {.faults = NULL};
    struct buffer laid_out = BUFFER_INIT;
    char *plain = NULL;
    enum err err = lay_out(&laid_out, source, question, with_title);

    *html = NULL;
    if (err == ERR_NONE)
        err = scratch_make(&scratch, buffer_text(&laid_out), question);
    if (err == ERR_NONE)
        err = markdown_render(&scratch.passage, html, &plain);
    if (err == ERR_NONE && *html == NULL)
        err = ERR_INVALID;
    free(plain);
    buffer_free(&laid_out);
    scratch_free(&scratch);
    return err;
}

/* Puts into *other whether both have a title, and not the same. */
static enum err compare_titles(bool *other, const char *before, const char *after, bool question)
{
    struct head heads[2] = {0};
    const char *titles[2], *body;
    enum err err = scratch_head(&heads[0], before, question, &body);

    if (err == ERR_NONE)
        err = scratch_head(&heads[1], after, question, &body);
    for (size_t i = 0; i < 2; i++)
        titles[i] = heads[i].values[HEAD_TITLE].text;
    *other = titles[0] != NULL && titles[1] != NULL && strcmp(titles[0], titles[1]) != 0;
    head_free(&heads[0]);
    head_free(&heads[1]);
    return err;
}

enum err article_difference_make(struct article_difference *out, const char *before,
                                 const char *after, bool question)
{
    struct buffer html = BUFFER_INIT;
    char *old = NULL, *new = NULL;
    bool other_title = false;
    enum err err = compare_titles(&other_title, before, after, question);

    if (err == ERR_NONE)
        err = make_html(&old, before, question, other_title);
    if (err == ERR_NONE)
        err = make_html(&new, after, question, other_title);
    if (err == ERR_NONE)
        err = compare_html(&html, old, new, &out->added, &out->removed);
    if (err == ERR_NONE && markup_is_safe(buffer_text(&html))) {
        out->html = buffer_take(&html);
        err = out->html != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&html);
    free(old);
    free(new);
    return err;
}

void article_difference_free(struct article_difference *difference)
{
    free(difference->html);
    *difference = (struct article_difference){.html = NULL};
}
