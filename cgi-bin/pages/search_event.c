/*
 * search_event.c: masking. Contract: search_event.h. A phone number, a date of birth, a SNILS or a
 * password is typed into a search field sooner or later; none of them has few digits in one place.
 */
#include "pages/search_event.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <string.h>

/* Counts the digits of a text and its longest run of them. */
static size_t count_digits(const char *text, size_t *longest, size_t *runs)
{
    size_t all = 0, run = 0;

    *longest = *runs = 0;
    for (; *text; text++) {
        run = ascii_is_digit(*text) ? run + 1 : 0;
        all += run > 0;
        *runs += run == 1;
        *longest = run > *longest ? run : *longest;
    }
    return all;
}

/* True if no digit can be anything but a code, a postcode or a question's number. */
static bool is_harmless(const char *query)
{
    size_t longest, runs, all = count_digits(query, &longest, &runs);

    if (all <= 3)
        return true;
    return (all == 6 && longest == 6) || (all == 6 && runs == 2 && longest == 3);
}

/* Adds a part of the query between spaces, without what an address may say about its owner. */
static void add_part(struct buffer *out, const char *part, size_t len)
{
    const char *scheme = memmem(part, len, "://", 3);
    const char *slash;
    const char *dot;
    const char *question;

    if (memchr(part, '@', len) != NULL) {
        buffer_putc(out, '@');
        return;
    }
    if (scheme != NULL) {
        len -= (size_t)(scheme + 3 - part);
        part = scheme + 3;
    }
    slash = memchr(part, '/', len);
    dot = memchr(part, '.', len);
    /* "q/17" is no address; what has a full stop before its first slash is one */
    if (slash != NULL && (scheme != NULL || (dot != NULL && dot < slash)))
        len = (size_t)(slash - part);
    question = memchr(part, '?', len);
    buffer_add(out, part, question != NULL && dot != NULL ? (size_t)(question - part) : len);
}

/* Bytes of the first letters of a text. */
static size_t cut(const char *text, size_t letters)
{
    const char *at = text;

    for (size_t i = 0; i < letters && utf8_next(&at) != 0; i++)
        continue;
    return (size_t)(at - text);
}

enum err search_event_text(struct buffer *out, const char *query)
{
    struct buffer short_form = BUFFER_INIT, folded = BUFFER_INIT;
    bool harmless;
    enum err err;

    for (const char *at = query + strspn(query, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");

        buffer_puts(&short_form, short_form.len ? " " : "");
        add_part(&short_form, at, len);
        at += len;
    }
    harmless = is_harmless(buffer_text(&short_form));
    err = utf8_fold(&folded, buffer_text(&short_form), short_form.len);
    if (buffer_failed(&short_form) || buffer_failed(&folded))
        err = ERR_MEMORY;
    if (err == ERR_NONE) {
        buffer_cut(&folded, cut(buffer_text(&folded), SEARCH_EVENT_LETTERS));
        for (size_t i = 0; i < folded.len; i++)
            buffer_putc(out, ascii_is_digit(folded.data[i]) && !harmless ? '#' : folded.data[i]);
        err = buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
    }
    buffer_free(&short_form);
    buffer_free(&folded);
    return err;
}
