/*
 * fuzz_journal.c: any bytes as lines of a journal. What is taken for a record comes back from what
 * it is written as; no line has more records in it than it has beginnings of them.
 */
#include "base/buffer.h"
#include "fuzz.h"
#include "journal/journal.h"

static void judge(const struct record *record)
{
    struct buffer line = BUFFER_INIT;
    struct record again;
    long lost;

    journal_format(&line, record);
    if (line.len == 0 || journal_parse(&again, line.data, line.len - 1, &lost) != ERR_NONE ||
        lost != 0 || again.when != record->when || again.client != record->client ||
        again.event.kind != record->event.kind || again.event.results != record->event.results ||
        strcmp(again.event.id, record->event.id) != 0 ||
        strcmp(again.referrer, record->referrer) != 0 ||
        strcmp(again.language, record->language) != 0)
        abort();
    buffer_free(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *limit = at + size;

    while (at < limit) {
        const char *end = memchr(at, '\n', (size_t)(limit - at));
        size_t len = (size_t)((end != NULL ? end : limit) - at);
        struct record record;
        long lost = 0, torn = journal_torn(at, len);

        if (journal_parse(&record, at, len, &lost) == ERR_NONE && lost == 0)
            judge(&record);
        if (lost < 0 || torn < 0 || (size_t)torn > len)
            abort();
        at += len + 1;
    }
    return 0;
}
