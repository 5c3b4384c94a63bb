/*
 * contacts.c: contacts that know the clock. Contract in contacts.h.
 */
#include "pages/contacts.h"
#include "base/clock.h"
#include "base/log.h"
#include "directory/hours.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MINUTES 1440

/* Reads the snapshot's holidays; days is allocated. */
static enum err load_calendar(struct directory *directory, struct hours_holiday **days,
                              size_t *count)
{
    json_t *list = NULL, *item;
    size_t i;
    enum err err;

    *days = NULL;
    *count = 0;
    err = directory_document(directory, "holidays", NULL, &list);
    if (err != ERR_NONE)
        return err;
    *days = calloc(json_array_size(list) + 1, sizeof(**days));
    if (*days == NULL)
        err = ERR_MEMORY;
    json_array_foreach (list, i, item) {
        struct hours_holiday *day;

        if (err != ERR_NONE)
            break;
        day = &(*days)[(*count)++];
        day->year = (int)json_integer_value(json_object_get(item, "year"));
        day->month = (int)json_integer_value(json_object_get(item, "month"));
        day->day = (int)json_integer_value(json_object_get(item, "day"));
        day->work = json_integer_value(json_object_get(item, "work")) != 0;
    }
    json_decref(list);
    return err;
}

/* "9:00" for a minute of the day, shifted into 0:00-23:59. */
static json_t *clock_text(int minute)
{
    char text[16];

    minute = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
    snprintf(text, sizeof text, "%d:%02d", minute / 60, minute % 60);
    return json_string(text);
}

/* The same for the end of a span: one that ends with the day ends at 24:00. */
static json_t *end_text(int minute)
{
    return minute % DAY_MINUTES == 0 ? json_string("24:00") : clock_text(minute);
}

/* "mon-fri" as the content file has it. */
static json_t *days_text(const struct hours_span *span)
{
    static const char days[] = "montuewedthufrisatsun";
    char text[8];

    memcpy(text, days + (span->first - 1) * 3, 3);
    text[3] = '\0';
    if (span->last != span->first)
        snprintf(text + 3, 5, "-%.3s", days + (span->last - 1) * 3);
    return json_string(text);
}

/* shift: minutes from the contact's time to the reader's. */
static json_t *spans_of(const struct hours *hours, int shift)
{
    json_t *spans = json_array();

    for (size_t i = 0; i < hours->count; i++) {
        const struct hours_span *span = &hours->spans[i];
        json_t *item = json_pack("{s:o, s:o, s:o}", "days", days_text(span), "from",
                                 clock_text(span->from), "to", end_text(span->to));

        if (shift != 0 && item != NULL && !hours_are_always(hours)) {
            json_object_set_new(item, "from_here", clock_text(span->from + shift));
            json_object_set_new(item, "to_here", end_text(span->to + shift));
        }
        if (item == NULL || json_array_append_new(spans, item) != 0) {
            json_decref(spans);
            return NULL;
        }
    }
    return spans;
}

static json_t *state_of(const struct hours_state *state, time_t now, int offset)
{
    char changes[21];
    struct tm local;
    time_t there;

    if (state->changes == 0)
        return json_pack("{s:b}", "open", state->open);
    there = state->changes + offset;
    gmtime_r(&there, &local);
    clock_format(state->changes, changes);
    return json_pack("{s:b, s:s, s:o, s:i, s:i}", "open", state->open, "changes", changes, "at",
                     clock_text(local.tm_hour * 60 + local.tm_min), "weekday",
                     local.tm_wday == 0 ? 7 : local.tm_wday, "minutes",
                     (int)((state->changes - now + 59) / 60));
}

/* One contact. zone NULL: the contact's own. */
static enum err add_clock(json_t *contact, const struct hours_calendar *calendar, const char *zone,
                          struct page_answer *answer)
{
    const char *text = json_string_value(json_object_get(contact, "hours"));
    const char *own = json_string_value(json_object_get(contact, "timezone"));
    struct hours hours;
    struct hours_state state;
    int there, here;
    time_t now;
    enum err err;

    if (text == NULL || own == NULL)
        return ERR_NONE;
    now = clock_now();
    err = hours_parse(&hours, text);
    if (err == ERR_NONE)
        err = hours_at(&hours, own, calendar, now, &state);
    if (err == ERR_NONE)
        err = clock_offset(own, now, &there);
    if (err == ERR_NONE)
        err = clock_offset(zone != NULL ? zone : own, now, &here);
    if (err != ERR_NONE) {
        log_error("contact hours \"%s\" in %s: %s", text, own, err_text(err));
        return err;
    }
    if (json_object_set_new(contact, "spans", spans_of(&hours, (here - there) / 60)) != 0 ||
        json_object_set_new(contact, "state", state_of(&state, now, here)) != 0)
        return ERR_MEMORY;
    if (state.changes != 0 && (answer->expires == 0 || state.changes < answer->expires))
        answer->expires = state.changes;
    return ERR_NONE;
}

enum err contacts_add_clock(const struct page_call *call, json_t *contacts, const char *zone,
                            struct page_answer *answer)
{
    struct hours_holiday *days;
    struct hours_calendar calendar;
    size_t i;
    json_t *contact;
    enum err err = load_calendar(call->directory, &days, &calendar.count);

    calendar.days = days;
    json_array_foreach (contacts, i, contact) {
        if (err == ERR_NONE)
            err = add_clock(contact, &calendar, zone, answer);
    }
    free(days);
    return err;
}
