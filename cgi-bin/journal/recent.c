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

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX  (256 * 1024)
#define ROWS_MAX  1000 /* a flood is told by any of them */
#define COUNT_MAX 1000000
#define RETRY_MS  30000
#define MINUTE    60

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

/* Reports of a row; 0 for what no collector has written. */
static json_int_t count_of(const json_t *row)
{
    json_int_t count = json_integer_value(json_object_get(row, "count"));

    return count > 0 && count <= COUNT_MAX ? count : 0;
}

static enum err add(json_t *rows, const char *region, const char *minute, json_int_t count)
{
    json_t *row;
    size_t i;

    json_array_foreach (rows, i, row) {
        if (strcmp(json_text(row, "region"), region) == 0 &&
            strcmp(json_text(row, "minute"), minute) == 0) {
            count += count_of(row);
            return json_object_set_new(row, "count", json_integer(count)) == 0 ? ERR_NONE
                                                                               : ERR_MEMORY;
        }
    }
    if (json_array_size(rows) >= ROWS_MAX)
        return ERR_NONE;
    row = json_pack("{s:s, s:s, s:I}", "region", region, "minute", minute, "count", count);
    return row != NULL && json_array_append_new(rows, row) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* The rows of a file; NULL if there is none, or nothing to make out in it. An error says that it
 * could not be looked at: what is in it is not known. */
static enum err load(json_t **fails, const char *path)
{
    struct buffer text = BUFFER_INIT;
    enum err err = file_read(&text, path, FILE_MAX);
    unsigned long before = shortage_count();
    json_t *document = NULL;

    *fails = NULL;
    if (err == ERR_NONE)
        document = json_loadb(buffer_text(&text), text.len, 0, NULL);
    err = shortage_since(before, err);
    if (json_is_array(json_object_get(document, "fails")))
        *fails = json_incref(json_object_get(document, "fails"));
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

enum err recent_add(struct recent *recent, const struct record *record, time_t now)
{
    char region[EVENT_ID_MAX + 1], minute[21];

    if (record->event.kind != EVENT_REPORT || record->client != CLIENT_PERSON ||
        record->when <= now - RECENT_SECONDS || !region_of(record->event.id, region))
        return ERR_NONE;
    if (recent->batch == NULL)
        recent->batch = json_array();
    if (recent->batch == NULL)
        return ERR_MEMORY;
    clock_format(record->when - record->when % MINUTE, minute);
    return add(recent->batch, region, minute, 1);
}

/* Adds the fresh ones of some rows to others. */
static enum err merge(json_t *rows, const json_t *more, time_t now)
{
    enum err err = ERR_NONE;
    json_t *row;
    size_t i;

    json_array_foreach (more, i, row) {
        if (err == ERR_NONE && is_fresh(row, now))
            err = add(rows, json_text(row, "region"), json_text(row, "minute"), count_of(row));
    }
    return err;
}

enum err recent_keep(struct recent *recent, bool committed)
{
    enum err err = ERR_NONE;

    if (committed && recent->batch != NULL && recent->fails == NULL) {
        recent->fails = recent->batch;
        recent->batch = NULL;
    } else if (committed) {
        err = merge(recent->fails, recent->batch, 0);
    }
    json_decref(recent->batch);
    recent->batch = NULL;
    return err;
}

static enum err write_rows(json_t *rows, const char *path)
{
    json_t *document = json_pack("{s:O}", "fails", rows);
    char *text = document != NULL ? json_dump(document, JSON_COMPACT) : NULL;
    enum err err = text != NULL ? file_replace(path, text, strlen(text)) : ERR_MEMORY;

    free(text);
    json_decref(document);
    return err;
}

enum err recent_save(struct recent *recent, const char *path, time_t now)
{
    json_t *old;
    enum err err;

    if (json_array_size(recent->fails) == 0)
        return ERR_NONE;
    err = load(&old, path);
    if (err == ERR_NONE)
        err = merge(recent->fails, old, now);
    json_decref(old);
    return err == ERR_NONE ? write_rows(recent->fails, path) : err;
}

void recent_free(struct recent *recent)
{
    json_decref(recent->batch);
    json_decref(recent->fails);
    *recent = (struct recent){NULL, NULL};
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
    if (load(&view->fails, path) != ERR_NONE)
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
    json_array_foreach (view->fails, i, row) {
        if (is_fresh(row, now) && strcmp(json_text(row, "region"), region) == 0)
            count += (long)count_of(row);
    }
    return count;
}

void recent_view_free(struct recent_view *view)
{
    json_decref(view->fails);
    *view = (struct recent_view){.fails = NULL};
}
