/*
 * notices.c: what is announced, on pages. Contract in notices.h.
 */
#include "pages/notices.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/json.h"
#include "notice/notice.h"
#include <stdio.h>
#include <string.h>

#define OVER_DAYS      90
#define MOSCOW_SECONDS 10800

/* Where the reader's clock hangs. */
struct place {
    const char *zone;
    bool own; /* it is the reader's region's */
    time_t now;
};

const char *notices_iso(const json_t *document)
{
    const char *iso = json_text(document, "iso");

    return *iso != '\0' ? iso : json_text(json_object_get(document, "region"), "iso");
}

/* «Сегодня» and «завтра» end at midnight there. */
static void sooner(time_t *expires, time_t when)
{
    if (when != 0 && (*expires == 0 || when < *expires))
        *expires = when;
}

static const char *day_word(int64_t days)
{
    return days == 0 ? "today" : days == 1 ? "tomorrow" : "later";
}

/* Adds what a page says of the end of a notice. */
static enum err add_end(json_t *notice, const struct place *place, time_t *expires)
{
    time_t until = 0, local;
    char date[21], hours[8];
    int offset = 0;
    int64_t today, day;
    enum err err;

    if (!clock_parse(json_text(notice, "until"), &until))
        return ERR_INVALID;
    err = clock_offset(place->zone, until, &offset);
    if (err != ERR_NONE)
        return err;
    local = until + offset;
    today = (place->now + offset) / DAY_SECONDS;
    day = local / DAY_SECONDS;
    sooner(expires, (time_t)((today + 1) * DAY_SECONDS) - offset);
    clock_format(local, date);
    date[10] = '\0';
    snprintf(hours, sizeof hours, "%d:%02d", (int)(local % DAY_SECONDS / 3600),
             (int)(local % 3600 / 60));
    return json_object_set_new(notice, "ends", json_string(date)) == 0 &&
                   json_object_set_new(notice, "ends_day", json_string(day_word(day - today))) ==
                       0 &&
                   json_object_set_new(notice, "ends_time", json_string(hours)) == 0 &&
                   json_object_set_new(notice, "zone",
                                       json_string(place->own                 ? "own"
                                                   : offset == MOSCOW_SECONDS ? "moscow"
                                                                              : "other")) == 0 &&
                   json_object_set_new(notice, "zone_hours", json_integer(offset / 3600)) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

static enum err dress(json_t *list, const struct place *place, time_t *expires)
{
    json_t *notice;
    size_t i;
    enum err err = ERR_NONE;

    json_array_foreach (list, i, notice)
        if (err == ERR_NONE)
            err = add_end(notice, place, expires);
    return err;
}

/* Takes the list over. */
static enum err put(json_t *target, const char *name, json_t *list)
{
    return json_object_set_new(target, name, list) == 0 ? ERR_NONE : ERR_MEMORY;
}

static enum err add_now(const struct notices *notices, const struct notice_reader *reader,
                        const struct place *place, json_t *target, time_t *expires)
{
    json_t *list = NULL;
    time_t changes = 0;
    enum err err = notices_at(notices, reader, place->now, &list, &changes);

    sooner(expires, changes);
    if (err == ERR_NONE)
        err = dress(list, place, expires);
    if (err == ERR_NONE)
        return put(target, "notices", list);
    json_decref(list);
    return err;
}

static enum err add_over(const struct notices *notices, const struct place *place, json_t *target,
                         time_t *expires)
{
    json_t *list = NULL;
    enum err err =
        notices_over(notices, place->now - (time_t)OVER_DAYS * DAY_SECONDS, place->now, &list);

    if (err == ERR_NONE)
        err = dress(list, place, expires);
    if (err == ERR_NONE)
        return put(target, "notices_over", list);
    json_decref(list);
    return err;
}

enum err notices_add(struct directory *directory, const struct settings *settings, const char *iso,
                     bool all, json_t *target, time_t *expires)
{
    const struct notices *notices = directory_notices(directory);
    const struct directory_value values[] = {{":iso", iso, 0}, {NULL, NULL, 0}};
    json_t *about = NULL;
    struct notice_reader reader = {iso, NULL, all};
    struct place place = {settings->site_timezone, false, clock_now()};
    enum err err = ERR_NOT_FOUND;

    if (*iso != '\0')
        err = directory_document(directory, "notice_reader", values, &about);
    if (err == ERR_NONE) {
        reader.portals = json_object_get(about, "portals");
        place.zone = json_text(about, "timezone");
        place.own = true;
    }
    if (err == ERR_NONE || err == ERR_NOT_FOUND) /* no region, or none of that name */
        err = add_now(notices, &reader, &place, target, expires);
    if (err == ERR_NONE && all)
        err = add_over(notices, &place, target, expires);
    json_decref(about);
    return err;
}
