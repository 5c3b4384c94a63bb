/*
 * cut.c: cutting a text at its headings. Contract: cut.h.
 */
#include "content/cut.h"
#include <string.h>

static const char heading[] = "## ";

/* *fence is the character of the fenced block that is open while one is. */
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

static bool is_heading(const struct text_line *line)
{
    return strncmp(line->text, heading, sizeof heading - 1) == 0;
}

bool cut_is_key(const struct text_line *line)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t len = strspn(line->text, letters);

    return len > 0 && len < line->len && line->text[len] == ':' &&
           (len + 1 == line->len || line->text[len + 1] == ' ');
}

void cut_begin(struct cut *cut, struct text_line line)
{
    *cut = (struct cut){.next = line};
}

/* Takes the lines of metadata that stand directly below the heading. */
static void take_head(struct cut *cut)
{
    struct text_line line = cut->next;

    cut->head = line;
    cut->head_end = NULL;
    if (!text_line(&line) || !cut_is_key(&line))
        return;
    while (line.len > 0 && !is_heading(&line)) {
        cut->next = line;
        if (!text_line(&line))
            break;
    }
    cut->head_end = cut->next.next != NULL ? cut->next.next : cut->next.text + cut->next.len;
}

/* Moves over the text up to the next heading. */
static void take_text(struct cut *cut)
{
    struct text_line line = cut->next;

    cut->text = line.next != NULL ? line.next : "";
    cut->line = line.number + 1;
    cut->at_heading = false;
    while (text_line(&line)) {
        follow_fence(&line, &cut->fence);
        cut->at_heading = cut->fence == 0 && is_heading(&line);
        if (cut->at_heading)
            break;
    }
    cut->len = cut->at_heading ? (size_t)(line.text - cut->text) : strlen(cut->text);
    cut->next = line;
}

bool cut_next(struct cut *cut)
{
    if (cut->begun && !cut->at_heading)
        return false;
    if (cut->begun) {
        cut->title = cut->next.text + sizeof heading - 1;
        cut->title_len = cut->next.len - (sizeof heading - 1);
        cut->title_line = cut->next.number;
        take_head(cut);
    }
    cut->begun = true;
    take_text(cut);
    return true;
}

bool cut_is_open(const struct cut *cut)
{
    return cut->fence != 0;
}
