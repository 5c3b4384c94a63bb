/*
 * day.c: arithmetic on the text of dates. Contract: day.h.
 */
#include "content/day.h"
#include "base/civil.h"
#include "base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void day_last(const char *date, char out[static DAY_SIZE])
{
    static const char end[] = "0000-12-31";
    size_t len = date != NULL ? strnlen(date, DAY_SIZE - 1) : 0;

    *out = '\0';
    if (date != NULL)
        snprintf(out, DAY_SIZE, "%.*s%s", (int)len, date, end + len);
}

void day_from_now(int days, char out[static DAY_SIZE])
{
    char text[21];

    clock_format(clock_now() + (time_t)days * DAY_SECONDS, text);
    text[DAY_SIZE - 1] = '\0';
    memcpy(out, text, DAY_SIZE);
}

void day_months_before(const char *day, long months, char out[static DAY_SIZE])
{
    long at = atol(day) * 12 + atol(day + 5) - 1 - months;
    char text[64];

    snprintf(text, sizeof text, "%04ld-%02ld%.3s", at / 12, at % 12 + 1, day + 7);
    text[DAY_SIZE - 1] = '\0';
    memcpy(out, text, DAY_SIZE);
}

const char *day_of_sources(const struct references *all, const struct words *sources)
{
    const char *best = NULL;
    char best_day[DAY_SIZE] = "";

    for (size_t i = 0; i < sources->count; i++) {
        const struct reference *source = references_find(all, sources->items[i]);
        char day[DAY_SIZE];

        if (source == NULL)
            continue;
        day_last(source->date, day);
        if (strcmp(day, best_day) > 0) {
            best = source->date;
            memcpy(best_day, day, DAY_SIZE);
        }
    }
    return best;
}
