/*
 * recent.c: the file of fresh reports. Contract in recent.h.
 */
#include "journal/recent.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/shortage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX  (256 * 1024)
#define ROWS_MAX  1000 /* of each sort; a flood is told by any of them */
#define COUNT_MAX 1000000
#define RETRY_MS  30000
#define MINUTE    60
#define DAY       86400
#define DAY_LEN   10 /* "2026-11-21" */

static const char prefix[] = "region/";
static const char suffix[] = " fails";

/* --- rows --- */

/* True if the row's minute is within the hour before now. Times of this form sort as texts. */
static bool is_fresh(const json_t *row, time_t now)
{
    char oldest[21];

    clock_format(now < RECENT_SECONDS ? 0 : now - RECENT_SECONDS, oldest);
    return strcmp(json_text(row, "minute"), oldest) > 0 && *json_text(row, "region") != '\0';
}

/* A figure of the file; 0 for what no collector has written. */
static json_int_t count_in(const json_t *value)
{
    json_int_t count = json_integer_value(value);

    return count > 0 && count <= COUNT_MAX ? count : 0;
}

static json_int_t count_of(const json_t *row)
{
    return count_in(json_object_get(row, "count"));
}

static enum err add(json_t **rows, const char *region, const char *minute, json_int_t count)
{
    json_t *row;
    size_t i;

    if (*rows == NULL && (*rows = json_array()) == NULL)
        return ERR_MEMORY;
    json_array_foreach (*rows, i, row) {
        if (strcmp(json_text(row, "region"), region) == 0 &&
            strcmp(json_text(row, "minute"), minute) == 0) {
            count += count_of(row);
            return json_object_set_new(row, "count", json_integer(count)) == 0 ? ERR_NONE
                                                                               : ERR_MEMORY;
        }
    }
    if (json_array_size(*rows) >= ROWS_MAX)
        return ERR_NONE;
    row = json_pack("{s:s, s:s, s:I}", "region", region, "minute", minute, "count", count);
    return row != NULL && json_array_append_new(*rows, row) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* The day that an instant is in (UTC), as text; these sort as times. */
static void day_of(time_t when, char out[static 21])
{
    clock_format(when < 0 ? 0 : when - when % DAY, out);
    out[DAY_LEN] = '\0';
}

/* The day of a key "ru-alt 2026-11-21"; "" for what no collector has written. */
static const char *day_in(const char *key)
{
    const char *blank = strrchr(key, ' ');

    return blank != NULL && strlen(blank + 1) == DAY_LEN ? blank + 1 : "";
}

/* Views are many: found by one look, and counted in place. */
static enum err add_views(json_t **views, const char *key, json_int_t count)
{
    json_t *sum;

    if (*views == NULL && (*views = json_object()) == NULL)
        return ERR_MEMORY;
    sum = json_object_get(*views, key);
    if (json_is_integer(sum)) {
        count += json_integer_value(sum);
        return json_integer_set(sum, count < COUNT_MAX ? count : COUNT_MAX) == 0 ? ERR_NONE
                                                                                 : ERR_MEMORY;
    }
    if (json_object_size(*views) >= ROWS_MAX)
        return ERR_NONE;
    return json_object_set_new(*views, key, json_integer(count)) == 0 ? ERR_NONE : ERR_MEMORY;
}

static void rows_free(struct recent_rows *rows)
{
    json_decref(rows->fails);
    json_decref(rows->views);
    *rows = (struct recent_rows){NULL, NULL};
}

/* The rows of a file; none if there is none, or nothing to make out in it. An error says that it
 * could not be looked at: what is in it is not known. */
static enum err load(struct recent_rows *rows, const char *path)
{
    struct buffer text = BUFFER_INIT;
    enum err err = file_read(&text, path, FILE_MAX);
    unsigned long before = shortage_count();
    json_t *document = NULL;

    *rows = (struct recent_rows){NULL, NULL};
    if (err == ERR_NONE)
        document = json_loadb(buffer_text(&text), text.len, 0, NULL);
    err = shortage_since(before, err);
    if (json_is_array(json_object_get(document, "fails")))
        rows->fails = json_incref(json_object_get(document, "fails"));
    if (json_is_object(json_object_get(document, "views")))
        rows->views = json_incref(json_object_get(document, "views"));
    json_decref(document);
    buffer_free(&text);
    return err == ERR_MEMORY || err == ERR_SYSTEM ? err : ERR_NONE;
}

/* --- writing --- */

/* The region of "region/ru-alt fails" into out; false for another report. */
static bool region_of(const char *id, char out[static EVENT_ID_MAX + 1])
{
    size_t len = strlen(id), head = strlen(prefix), tail = strlen(suffix);

    if (len <= head + tail || strncmp(id, prefix, head) != 0 ||
        strcmp(id + len - tail, suffix) != 0)
        return false;
    memcpy(out, id + head, len - head - tail);
    out[len - head - tail] = '\0';
    return true;
}

static enum err add_view(struct recent *recent, const struct record *record)
{
    char key[EVENT_ID_MAX + 32];

    if (record->when / DAY != recent->day || *recent->day_text == '\0') {
        recent->day = record->when / DAY;
        day_of(record->when, recent->day_text);
    }
    snprintf(key, sizeof key, "%s %s", record->event.id, recent->day_text);
    return add_views(&recent->batch.views, key, 1);
}

enum err recent_add(struct recent *recent, const struct record *record, time_t now)
{
    char region[EVENT_ID_MAX + 1], minute[21];

    if (record->client != CLIENT_PERSON)
        return ERR_NONE;
    if (record->event.kind == EVENT_REGION)
        return record->when > now - (RECENT_DAYS + 1) * DAY ? add_view(recent, record) : ERR_NONE;
    if (record->event.kind != EVENT_REPORT || record->when <= now - RECENT_SECONDS ||
        !region_of(record->event.id, region))
        return ERR_NONE;
    clock_format(record->when - record->when % MINUTE, minute);
    return add(&recent->batch.fails, region, minute, 1);
}

/* Adds the fresh ones of some rows to others. */
static enum err merge(struct recent_rows *rows, const struct recent_rows *more, time_t now)
{
    char oldest[21];
    enum err err = ERR_NONE;
    const char *key;
    json_t *row;
    size_t i;

    json_array_foreach (more->fails, i, row) {
        if (err == ERR_NONE && is_fresh(row, now))
            err = add(&rows->fails, json_text(row, "region"), json_text(row, "minute"),
                      count_of(row));
    }
    day_of(now - (RECENT_DAYS + 1) * DAY, oldest);
    /* jansson's own loop has no const */
    for (void *at = json_object_iter(more->views); at != NULL;
         at = json_object_iter_next(more->views, at)) {
        key = json_object_iter_key(at);
        if (err == ERR_NONE && strcmp(day_in(key), oldest) > 0)
            err = add_views(&rows->views, key, count_in(json_object_iter_value(at)));
    }
    return err;
}

enum err recent_keep(struct recent *recent, bool committed)
{
    enum err err = committed ? merge(&recent->kept, &recent->batch, 0) : ERR_NONE;

    rows_free(&recent->batch);
    return err;
}

static enum err write_rows(const struct recent_rows *rows, const char *path)
{
    json_t *document = json_pack(
        "{s:o, s:o}", "fails", rows->fails != NULL ? json_incref(rows->fails) : json_array(),
        "views", rows->views != NULL ? json_incref(rows->views) : json_object());
    char *text = document != NULL ? json_dump(document, JSON_COMPACT) : NULL;
    enum err err = text != NULL ? file_replace(path, text, strlen(text)) : ERR_MEMORY;

    free(text);
    json_decref(document);
    return err;
}

enum err recent_save(struct recent *recent, const char *path, time_t now)
{
    struct recent_rows old;
    enum err err;

    if (json_array_size(recent->kept.fails) + json_object_size(recent->kept.views) == 0)
        return ERR_NONE;
    err = load(&old, path);
    if (err == ERR_NONE)
        err = merge(&recent->kept, &old, now);
    rows_free(&old);
    return err == ERR_NONE ? write_rows(&recent->kept, path) : err;
}

void recent_free(struct recent *recent)
{
    rows_free(&recent->batch);
    rows_free(&recent->kept);
    *recent = (struct recent){.day = 0};
}

/* --- reading --- */

/* Reads the file again if it is another than the one read before; one that could not be read, which
 * is logged, after a while also if it is not. */
static void refresh(struct recent_view *view, const char *path)
{
    struct stat status;
    int64_t now = clock_monotonic_ms();

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        recent_view_free(view);
        return;
    }
    if (view->inode == status.st_ino && view->changed.tv_sec == status.st_mtim.tv_sec &&
        view->changed.tv_nsec == status.st_mtim.tv_nsec &&
        (view->failed == 0 || now - view->failed < RETRY_MS))
        return;
    recent_view_free(view);
    if (load(&view->rows, path) != ERR_NONE)
        view->failed = now;
    view->changed = status.st_mtim;
    view->inode = status.st_ino;
}

long recent_count(struct recent_view *view, const char *path, const char *region, time_t now)
{
    json_t *row;
    size_t i;
    long count = 0;

    refresh(view, path);
    json_array_foreach (view->rows.fails, i, row) {
        if (is_fresh(row, now) && strcmp(json_text(row, "region"), region) == 0)
            count += (long)count_of(row);
    }
    return count;
}

long recent_usual(struct recent_view *view, const char *path, const char *region, time_t now)
{
    long most = 0;

    refresh(view, path);
    for (int back = 1; back <= RECENT_DAYS; back++) {
        char day[21], key[EVENT_ID_MAX + 32];
        long views;

        day_of(now - back * DAY, day);
        snprintf(key, sizeof key, "%s %s", region, day);
        views = (long)count_in(json_object_get(view->rows.views, key));
        most = views > most ? views : most;
    }
    return most;
}

void recent_view_free(struct recent_view *view)
{
    rows_free(&view->rows);
    *view = (struct recent_view){.failed = 0};
}
