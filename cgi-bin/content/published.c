/*
 * published.c: what was published before: read from the snapshot, and from the archive beside it,
 * which knows more. Contract: published.h.
 */
#include "content/published.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "content/rows.h"
#include "directory/image.h"
#include "directory/schema.h"
#include "directory/seal.h"
#include "directory/snapshot.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Reads what an open snapshot says. One of this program's schema carries a seal, which must hold;
 * of an older one, what is read here has not changed. */
static enum err read_rows(struct published *out, sqlite3 *db)
{
    char identity[DIGEST_HEX_SIZE];
    enum err err = rows_each(db, "SELECT key, value FROM meta", take_meta, out);

    if (err == ERR_NONE && strcmp(out->schema, DIRECTORY_SCHEMA) == 0)
        err = seal_check(db, identity);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT id, revision, digest, retired FROM article ORDER BY id",
                        take_article, out);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT group_concat(iso) FROM region", take_regions, out);
    return err;
}

static enum err read_file(struct published *out, const char *path)
{
    struct image image = IMAGE_INIT;
    sqlite3 *db = NULL;
    enum err err = image_read(&image, path);

    if (err == ERR_NONE)
        err = image_open(&db, &image);
    if (err == ERR_NONE)
        err = read_rows(out, db);
    sqlite3_close(db);
    image_free(&image);
    if (err != ERR_NONE)
        published_free(out);
    return err;
}

/* What the publish before left beside its snapshot. Its identity is forgotten: what is in place is
 * to be replaced, whatever it holds. */
static enum err read_copy(struct published *out, const char *snapshot)
{
    char *path = NULL;
    enum err err;

    if (asprintf(&path, "%s%s", snapshot, DIRECTORY_GOOD_SUFFIX) < 0)
        return ERR_MEMORY;
    err = read_file(out, path);
    *out->identity = '\0';
    if (err == ERR_NONE)
        log_warning("the published snapshot %s is damaged; its copy is read in its place",
                    snapshot);
    free(path);
    return err;
}

enum err published_read(struct published *out, const char *path)
{
    enum err err = path != NULL ? read_file(out, path) : ERR_NOT_FOUND;

    if (err == ERR_NOT_FOUND)
        return ERR_NONE;
    if (err != ERR_NONE && err != ERR_MEMORY && read_copy(out, path) == ERR_NONE)
        return ERR_NONE;
    if (err == ERR_DATABASE || err == ERR_INVALID || err == ERR_LIMIT) {
        log_error("cannot read the published snapshot %s: to publish from the archive alone, move "
                  "it away",
                  path);
        err = ERR_DATABASE;
    }
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
                  path, history_count(*out) > 0 ? N_("is older than the snapshot") : "is gone",
                  snapshot);
        err = ERR_DATABASE;
    }
    if (err == ERR_NONE)
        err = adopt(published, *out);
    free(path);
    free(folder);
    return err;
}
