/*
 * redact.c: blocked hosts out of texts. Contract in redact.h.
 *
 * A text is read in runs of letters that host names are made of; a run that is a blocked host is
 * taken out together with the scheme before it and port, path and query behind it.
 */
#include "probe/redact.h"
#include "base/utf8.h"
#include <string.h>

#define MARK      "[…]"
#define MARK_HTML "<span class=\"taken-out\">" MARK "</span>"

/* --- addresses in a text --- */

static bool is_host_point(uint32_t point)
{
    return (point >= '0' && point <= '9') || ((point | 0x20) >= 'a' && (point | 0x20) <= 'z') ||
           point == '-' || point == '.' || (point >= 0xc0 && point <= 0x24f) ||
           (point >= 0x370 && point <= 0x52f);
}

/* Length of the run that text begins with; 0 if it begins with something else. */
static size_t run_at(const char *text, const char *end)
{
    const char *at = text, *after = text;

    while (after < end && is_host_point(utf8_next(&after)))
        at = after;
    return (size_t)(at - text);
}

/* Length of what is part of an address behind its host: port, path, query, fragment; not the
 * punctuation of the sentence around it. */
static size_t tail_of(const char *text, const char *end)
{
    const char *at = text;

    if (at < end && *at == ':' && at + 1 < end && at[1] >= '0' && at[1] <= '9')
        for (at++; at < end && *at >= '0' && *at <= '9'; at++)
            ;
    if (at < end && strchr("/?#", *at) != NULL)
        while (at < end && strchr(" \t\r\n<>\"'()|", *at) == NULL && (unsigned char)*at < 0x80)
            at++;
    while (at > text && strchr(".,;:!?", at[-1]) != NULL)
        at--;
    return (size_t)(at - text);
}

/* Where the scheme before the host begins, at from at the earliest. */
static const char *scheme_before(const char *host, const char *from)
{
    const char *at = host;

    if (host - from < 4 || strncmp(host - 3, "://", 3) != 0)
        return host;
    for (at -= 3; at > from && (at[-1] | 0x20) >= 'a' && (at[-1] | 0x20) <= 'z'; at--)
        ;
    return at;
}

/* Finds the first address of a blocked host from text to end; NULL if there is none. floor: what
 * stands before it was written already. */
static const char *find_blocked(const struct blocks *blocks, const char *text, const char *end,
                                size_t *len)
{
    const char *from = text;

    while (text < end) {
        size_t run = run_at(text, end), host = run;

        if (run == 0) {
            utf8_next(&text);
            continue;
        }
        while (host > 0 && strchr(".-", text[host - 1]) != NULL)
            host--;
        if (memchr(text, '.', host) != NULL && blocks_since(blocks, text, host) != NULL) {
            const char *start = scheme_before(text, from);

            *len = (size_t)(text - start) + host + tail_of(text + host, end);
            return start;
        }
        text += run;
    }
    return NULL;
}

/* Appends from text to end with marks in the place of addresses. */
static size_t redact_span(struct buffer *out, const struct blocks *blocks, const char *text,
                          const char *end, const char *mark)
{
    size_t count = 0, len;
    const char *found;

    while ((found = find_blocked(blocks, text, end, &len)) != NULL) {
        buffer_add(out, text, (size_t)(found - text));
        buffer_puts(out, mark);
        text = found + len;
        count++;
    }
    buffer_add(out, text, (size_t)(end - text));
    return count;
}

/* --- HTML --- */

static bool is_tag(const char *tag, const char *end, const char *name)
{
    size_t len = strlen(name);

    return (size_t)(end - tag) > len && strncmp(tag, name, len) == 0 &&
           strchr(" >", tag[len]) != NULL;
}

/* Whether a tag may stay: none of its attributes names a blocked host. An <a> that may not takes
 * its
 * </a> with it: links are not nested. */
static bool keeps_tag(const struct blocks *blocks, const char *tag, const char *end, bool *unlinked,
                      size_t *count)
{
    size_t len;

    if (is_tag(tag, end, "</a") && *unlinked) {
        *unlinked = false;
        return false;
    }
    if (find_blocked(blocks, tag, end, &len) == NULL)
        return true;
    *unlinked = *unlinked || is_tag(tag, end, "<a");
    ++*count;
    return false;
}

static size_t redact_html(struct buffer *out, const struct blocks *blocks, const char *text)
{
    bool unlinked = false;
    size_t count = 0;

    while (*text != '\0') {
        const char *end = text + strcspn(text, "<");

        count += redact_span(out, blocks, text, end, MARK_HTML);
        if (*end == '\0')
            break;
        text = end;
        end = strchr(text, '>');
        end = end != NULL ? end + 1 : text + strlen(text);
        if (keeps_tag(blocks, text, end, &unlinked, &count))
            buffer_add(out, text, (size_t)(end - text));
        text = end;
    }
    return count;
}

size_t redact(struct buffer *out, const struct blocks *blocks, const char *text, bool html)
{
    if (html)
        return redact_html(out, blocks, text);
    return redact_span(out, blocks, text, text + strlen(text), MARK);
}
