/*
 * event.c: the table of event kinds, and filling one event with text that is safe to write down.
 *
 * The journal, the tally and the pages all take their words from this table; a kind is added here
 * and in event.h, and nowhere else. Whether an event is written at all is the web loop's matter.
 */
#include "journal/event.h"

#include "base/utf8.h"

#include <string.h>

static const struct {
    const char *word;
    bool open; /* ids are free text from outside */
} kinds[EVENT__MAX] = {
    [EVENT_PAGE] = {"page", false},           [EVENT_REGION] = {"region", false},
    [EVENT_DEPARTURE] = {"departure", false}, [EVENT_GUIDE] = {"guide", false},
    [EVENT_QUESTION] = {"question", false},   [EVENT_CITED] = {"cited", false},
    [EVENT_SEARCH] = {"search", true},        [EVENT_MISSING] = {"missing", true},
    [EVENT_EMBED] = {"embed", false},         [EVENT_CHECK] = {"check", false},
    [EVENT_REPORT] = {"report", false},
};

const char *event_word(enum event_kind kind)
{
    return (unsigned)kind < EVENT__MAX ? kinds[kind].word : NULL;
}

enum event_kind event_kind(const char *word)
{
    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++)
        if (strcmp(kinds[kind].word, word) == 0)
            return (enum event_kind)kind;
    return EVENT_NONE;
}

bool event_is_open(enum event_kind kind)
{
    return (unsigned)kind < EVENT__MAX && kinds[kind].open;
}

bool event_is_answer(enum event_kind kind)
{
    return kind == EVENT_REGION || kind == EVENT_DEPARTURE || kind == EVENT_GUIDE ||
           kind == EVENT_QUESTION;
}

/* Bytes of the character that starts here, by its first byte; 1 for a byte that starts none. The
 * end of the text is respected because utf8_clean refuses a character that is cut. */
static size_t character_length(const char *text, size_t left)
{
    unsigned char first = (unsigned char)*text;
    size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;

    return len <= left ? len : 1;
}

void event_set(struct event *event, enum event_kind kind, const char *id)
{
    size_t left = strlen(id);
    size_t used = 0;

    event->kind = kind;
    event->results = -1;
    while (left > 0) {
        size_t len = character_length(id, left);
        bool clean = utf8_clean(id, len);
        /* One bad byte is replaced alone, so that a good character behind it survives. */
        size_t step = clean ? len : 1;

        if (used + step > EVENT_ID_MAX)
            break;
        if (clean)
            memcpy(event->id + used, id, len);
        else
            event->id[used] = '?';
        used += step;
        id += step;
        left -= step;
    }
    event->id[used] = '\0';
}
