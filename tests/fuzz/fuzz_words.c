/*
 * fuzz_words.c: any bytes as one of the small things that are parsed: a list of qualities, ranges
 * of addresses, opening hours, a date, a zone, a host name, a text to be folded. The first byte
 * says which.
 */
#include "base/clock.h"
#include "base/idn.h"
#include "base/network.h"
#include "base/utf8.h"
#include "directory/hours.h"
#include "fuzz.h"
#include "web/quality.h"

static void try_quality(const char *text)
{
    struct quality item;

    for (const char *at = text; quality_next(&at, &item);)
        if (item.len == 0 || !(item.weight >= 0 && item.weight <= 1) || item.text < text ||
            item.text + item.len > text + strlen(text))
            abort();
}

static void try_networks(const char *text)
{
    struct networks networks = {.count = 0};
    const char *wrong = NULL;

    if (networks_parse(&networks, text, &wrong) == ERR_NONE)
        networks_contain(&networks, "10.1.2.3");
    networks_contain(&networks, text);
}

static void try_hours(const char *text)
{
    struct hours hours = {.count = 0};
    struct hours_calendar calendar = {NULL, 0};
    struct hours_state state;
    const time_t now = 1795000000;

    if (hours_parse(&hours, text) != ERR_NONE)
        return;
    if (hours.count > HOURS_SPANS_MAX)
        abort();
    if (hours_at(&hours, "Europe/Moscow", &calendar, now, &state) == ERR_NONE &&
        state.changes != 0 && state.changes <= now)
        abort();
}

static void try_clock(const char *text)
{
    int seconds = 0;
    size_t len = strlen(text);

    if (clock_is_date(text) && len != 4 && len != 7 && len != 10)
        abort();
    if (clock_is_zone(text) && clock_offset(text, 1795000000, &seconds) != ERR_NONE)
        abort();
}

static void try_idn(const char *text)
{
    struct buffer ascii = BUFFER_INIT, people = BUFFER_INIT;

    if (idn_to_ascii(&ascii, text) == ERR_NONE) {
        for (const char *at = buffer_text(&ascii); *at != '\0'; at++)
            if ((unsigned char)*at >= 0x80)
                abort();
        idn_to_unicode(&people, buffer_text(&ascii));
    }
    buffer_free(&ascii);
    buffer_free(&people);
}

static void try_utf8(const char *text)
{
    struct buffer repaired = BUFFER_INIT, folded = BUFFER_INIT, again = BUFFER_INIT;

    utf8_repair(&repaired, text, strlen(text));
    if (!utf8_valid(buffer_text(&repaired), repaired.len))
        abort();
    if (utf8_fold(&folded, buffer_text(&repaired), repaired.len) != ERR_NONE ||
        utf8_fold(&again, buffer_text(&folded), folded.len) != ERR_NONE ||
        !utf8_valid(buffer_text(&folded), folded.len))
        abort();
    buffer_free(&repaired);
    buffer_free(&folded);
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const parsers[])(const char *) = {try_quality, try_networks, try_hours,
                                                    try_clock,   try_idn,      try_utf8};
    char *text;

    if (size == 0)
        return 0;
    text = fuzz_text(data + 1, size - 1);
    parsers[data[0] % (sizeof parsers / sizeof parsers[0])](text);
    free(text);
    return 0;
}
