/*
 * plain.c: letters and digits of a text. Contract: plain.h.
 */
#include "content/plain.h"
#include "base/ascii.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LISTS_MAX 32 /* nested; deeper ones are refused before */

static const char no_break[] = "\xC2\xA0";

static bool counts(char c)
{
    return (unsigned char)c >= 128 || ascii_is_digit(c) || ascii_is_lower(c) || ascii_is_upper(c);
}

void plain_of_text(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (i + 1 < len && memcmp(text + i, no_break, 2) == 0)
            i++;
        else if (counts(text[i]))
            buffer_putc(out, text[i]);
    }
}

/* The length of an entity that stands for a sign of ASCII or a no-break space; else 0. */
static size_t entity_at(const char *text)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strncmp(text, known[i], strlen(known[i])) == 0)
            return strlen(known[i]);
    }
    /* a sign as its number */
    return strncmp(text, "&#", 2) == 0 ? strcspn(text, ";") + 1 : 0;
}

bool plain_is_entity(const char *text)
{
    return *text == '&' && entity_at(text) > 0;
}

void plain_of_markdown(struct buffer *out, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        size_t entity = *text == '&' ? entity_at(text) : 0;
        const char *next = entity > 0 ? text + entity : text + 1 + strcspn(text + 1, "&");

        if (next > end)
            next = end;
        if (entity == 0)
            plain_of_text(out, text, (size_t)(next - text));
        text = next;
    }
}

/* --- HTML --- */

/* Where a reader of HTML stands. */
struct html {
    struct buffer *out;
    const char *target; /* of the link that is open */
    size_t target_len;
    size_t link_start;       /* length of out when it began */
    long numbers[LISTS_MAX]; /* of the next item of each open list; -1: it is not numbered */
    size_t depth;
};

static bool is_tag(const char *tag, const char *name)
{
    size_t len = strlen(name);

    return strncmp(tag, name, len) == 0 && (tag[len] == ' ' || tag[len] == '>');
}

static void open_list(struct html *html, const char *tag)
{
    const char *start = strstr(tag, "start=\"");
    bool numbered = is_tag(tag, "ol");

    if (html->depth >= LISTS_MAX)
        return;
    html->numbers[html->depth++] = !numbered ? -1
                                   : start != NULL && start < tag + strcspn(tag, ">")
                                       ? atol(start + strlen("start=\""))
                                       : 1;
}

static void open_item(struct html *html)
{
    long *number = html->depth > 0 ? &html->numbers[html->depth - 1] : NULL;

    if (number != NULL && *number >= 0)
        buffer_printf(html->out, "%ld", (*number)++);
}

static void open_link(struct html *html, const char *tag)
{
    const char *target = strstr(tag, "href=\"");

    html->link_start = html->out->len;
    html->target = target != NULL ? target + strlen("href=\"") : "";
    html->target_len = strcspn(html->target, "\"");
}

/* The address, unless the link's text is nothing else (<a@b.ru> says no scheme). */
static void close_link(struct html *html)
{
    static const char scheme[] = "mailto";
    struct buffer address = BUFFER_INIT;
    const char *text, *whole;

    plain_of_markdown(&address, html->target, html->target_len);
    text = html->out->data != NULL ? html->out->data + html->link_start : "";
    whole = buffer_text(&address);
    if (strcmp(text, whole) != 0 && (strncmp(whole, scheme, sizeof scheme - 1) != 0 ||
                                     strcmp(text, whole + sizeof scheme - 1) != 0))
        buffer_add(html->out, address.data, address.len);
    html->target = NULL;
    buffer_free(&address);
}

static void take_tag(struct html *html, const char *tag)
{
    if (is_tag(tag, "ol") || is_tag(tag, "ul"))
        open_list(html, tag);
    else if (is_tag(tag, "/ol") || is_tag(tag, "/ul"))
        html->depth -= html->depth > 0;
    else if (is_tag(tag, "li"))
        open_item(html);
    else if (is_tag(tag, "a"))
        open_link(html, tag);
    else if (is_tag(tag, "/a") && html->target != NULL)
        close_link(html);
}

void plain_of_html(struct buffer *out, const char *html)
{
    struct html reader = {.out = out};

    while (*html) {
        size_t len = strcspn(html, "<");

        plain_of_markdown(out, html, len);
        html += len;
        if (*html == '<') {
            take_tag(&reader, html + 1);
            html += strcspn(html, ">");
            html += *html == '>';
        }
    }
}
