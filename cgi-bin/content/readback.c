/*
 * readback.c: what was written against what was meant. Contract: readback.h.
 */
#include "content/readback.h"
#include "base/log.h"
#include "content/markup.h"
#include "content/plain.h"
#include "content/rows.h"
#include <sqlite3.h>
#include <string.h>

static enum err compare_share(struct identity_rows *meant, struct identity_rows *written,
                              enum identity_share share)
{
    char before[DIGEST_HEX_SIZE], after[DIGEST_HEX_SIZE];
    enum err err = identity_hex(meant, share, before);

    if (err == ERR_NONE)
        err = identity_hex(written, share, after);
    if (err == ERR_NONE && (meant->count != written->count || strcmp(before, after) != 0)) {
        log_error("the new snapshot does not hold what was written to it: %zu rows of %zu, digest "
                  "%s, not %s",
                  written->count, meant->count, after, before);
        err = ERR_DATABASE;
    }
    return err;
}

static enum err compare_rows(struct identity_rows *meant, sqlite3 *db)
{
    struct identity_rows written = {NULL, 0};
    enum err err = identity_read(&written, db);

    if (err == ERR_NONE)
        err = compare_share(meant, &written, IDENTITY_CONTENT);
    if (err == ERR_NONE)
        err = compare_share(meant, &written, IDENTITY_PAST);
    identity_rows_free(&written);
    return err;
}

/* A row of an article's name, its HTML and its text. */
static enum err compare_texts(sqlite3_stmt *row, void *context)
{
    struct buffer of_html = BUFFER_INIT, of_text = BUFFER_INIT;
    const char *html = rows_text(row, 1), *text = rows_text(row, 2);
    enum err err;

    (void)context;
    if (!markup_is_safe(html)) {
        log_error("the new snapshot: the HTML of %s is not whole", rows_text(row, 0));
        return ERR_DATABASE;
    }
    plain_of_html(&of_html, html);
    plain_of_text(&of_text, text, strlen(text));
    err = buffer_failed(&of_html) || buffer_failed(&of_text) ? ERR_MEMORY : ERR_NONE;
    if (err == ERR_NONE && strcmp(buffer_text(&of_html), buffer_text(&of_text)) != 0) {
        log_error("the new snapshot: the HTML of %s does not say what its text says: \"%.200s\", "
                  "not \"%.200s\"",
                  rows_text(row, 0), buffer_text(&of_html), buffer_text(&of_text));
        err = ERR_DATABASE;
    }
    buffer_free(&of_html);
    buffer_free(&of_text);
    return err;
}

static const char texts_sql[] =
    "SELECT id, html, text FROM article"
    " UNION ALL SELECT article || ' part ' || number, html, text FROM part"
    /* '' is an old text whose HTML is not safe to send */
    " UNION ALL SELECT article || ' revision ' || number, html, text FROM revision WHERE html <> "
    "''";

enum err readback_check(const char *path, struct identity_rows *meant)
{
    sqlite3 *db = NULL;
    enum err err = ERR_DATABASE;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        err = compare_rows(meant, db);
    else
        log_error("cannot read the new snapshot %s: %s", path, sqlite3_errmsg(db));
    if (err == ERR_NONE)
        err = rows_each(db, texts_sql, compare_texts, NULL);
    sqlite3_close(db);
    return err;
}
