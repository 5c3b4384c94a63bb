/*
 * published.c: what was published before: read from the snapshot, and from the archive beside it,
 * which knows more. Contract: published.h.
 */
#include "content/published.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/log.h"
#include "content/rows.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void published_free(struct published *published)
{
    for (size_t i = 0; i < published->article_count; i++)
        free(published->articles[i].id);
    free(published->articles);
    list_free(&published->regions);
    *published = (struct published){0};
}

static enum err take_article(sqlite3_stmt *row, void *context)
{
    struct published *out = context;
    struct published_article *grown = list_room(out->articles, out->article_count, sizeof *grown);
    struct published_article *article;

    if (grown == NULL)
        return ERR_MEMORY;
    out->articles = grown;
    article = &grown[out->article_count++];
    article->id = strdup(rows_text(row, 0));
    article->revision = (long)sqlite3_column_int64(row, 1);
    strncat(article->digest, rows_text(row, 2), sizeof article->digest - 1);
    article->retired = sqlite3_column_type(row, 3) != SQLITE_NULL;
    return article->id != NULL ? ERR_NONE : ERR_MEMORY;
}

static enum err take_regions(sqlite3_stmt *row, void *context)
{
    struct published *out = context;

    return list_split(&out->regions, rows_text(row, 0));
}

static enum err take_meta(sqlite3_stmt *row, void *context)
{
    struct published *out = context;

    if (strcmp(rows_text(row, 0), "identity") == 0)
        strncat(out->identity, rows_text(row, 1), sizeof out->identity - 1);
    else if (strcmp(rows_text(row, 0), "schema") == 0)
        strncat(out->schema, rows_text(row, 1), sizeof out->schema - 1);
    else if (strcmp(rows_text(row, 0), "history") == 0)
        strncat(out->history, rows_text(row, 1), sizeof out->history - 1);
    return ERR_NONE;
}

enum err published_read(struct published *out, const char *path)
{
    sqlite3 *db = NULL;
    enum err err = ERR_DATABASE;

    if (path == NULL || (access(path, F_OK) != 0 && errno == ENOENT))
        return ERR_NONE;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        err = rows_each(db, "SELECT key, value FROM meta", take_meta, out);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT id, revision, digest, retired FROM article ORDER BY id",
                        take_article, out);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT group_concat(iso) FROM region", take_regions, out);
    if (err == ERR_DATABASE)
        log_error("cannot read the published snapshot %s (%s): to publish from the archive alone, "
                  "move it away",
                  path, db ? sqlite3_errmsg(db) : "out of memory");
    sqlite3_close(db);
    return err;
}

/* The entry of an article, made if there is none; NULL without memory. */
static struct published_article *article_room(struct published *out, const char *id)
{
    struct published_article *grown;

    for (size_t i = 0; i < out->article_count; i++) {
        if (strcmp(out->articles[i].id, id) == 0)
            return &out->articles[i];
    }
    grown = list_room(out->articles, out->article_count, sizeof *grown);
    if (grown == NULL)
        return NULL;
    out->articles = grown;
    grown[out->article_count].id = strdup(id);
    return grown[out->article_count].id != NULL ? &grown[out->article_count++] : NULL;
}

/* Adds the regions that the archive knows. */
static enum err adopt_regions(struct published *out, const struct history *history)
{
    struct buffer list = BUFFER_INIT;
    enum err err;

    for (size_t i = 0; i < out->regions.count; i++)
        buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", out->regions.items[i]);
    for (size_t i = 0; i < history_count(history); i++) {
        const struct history_entry *entry = history_entry(history, i);
        const char *subject = entry->fields[HISTORY_SUBJECT];
        const char *iso = entry->fields[HISTORY_OWNER];

        if (subject != NULL && strcmp(subject, "region") == 0 && !list_have(&out->regions, iso))
            buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", iso);
    }
    list_free(&out->regions);
    err = buffer_failed(&list) ? ERR_MEMORY : list_split(&out->regions, buffer_text(&list));
    buffer_free(&list);
    return err;
}

/* The archive knows more than the snapshot, which it outlives: what it says takes the place of what
 * was read from there. */
static enum err adopt(struct published *out, const struct history *history)
{
    enum err err = adopt_regions(out, history);

    for (size_t i = 0; i < history_count(history) && err == ERR_NONE; i++) {
        const char *const *fields = history_entry(history, i)->fields;
        struct published_article *article;

        if (fields[HISTORY_ARTICLE] == NULL)
            continue;
        article = article_room(out, fields[HISTORY_ARTICLE]);
        if (article == NULL)
            return ERR_MEMORY;
        article->revision = atol(fields[HISTORY_REVISION]);
        article->digest[0] = '\0';
        strncat(article->digest, fields[HISTORY_SOURCE_DIGEST], sizeof article->digest - 1);
    }
    return err;
}

enum err published_open_history(struct history **out, struct published *published,
                                const char *snapshot)
{
    char *folder = file_folder(snapshot);
    char *path = folder != NULL ? file_path(folder, "history.db", "") : NULL;
    enum err err = path != NULL ? history_open(out, path) : ERR_MEMORY;

    if (err == ERR_NONE && *published->history && !history_holds(*out, published->history)) {
        log_error("the archive %s %s. Nothing was published. Put back the newest whole copy of it; "
                  "if there is none, move it and %s away together: the next publish then begins a "
                  "new archive, and revisions count from 1 again",
                  path, history_count(*out) > 0 ? "is older than the snapshot" : "is gone",
                  snapshot);
        err = ERR_DATABASE;
    }
    if (err == ERR_NONE)
        err = adopt(published, *out);
    free(path);
    free(folder);
    return err;
}
