/*
 * readback.c: texts against their HTML. Contract: readback.h.
 */
#include "content/readback.h"
#include "base/buffer.h"
#include "base/log.h"
#include "content/markup.h"
#include "content/plain.h"
#include "content/rows.h"
#include <string.h>

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
    " UNION ALL SELECT 'page ' || id, html, text FROM own_page"
    " UNION ALL SELECT article || ' part ' || number, html, text FROM part"
    /* '' is an old text whose HTML is not safe to send */
    " UNION ALL SELECT article || ' revision ' || number, html, text FROM revision WHERE html <> "
    "''";

enum err readback_check(sqlite3 *db)
{
    return rows_each(db, texts_sql, compare_texts, NULL);
}
