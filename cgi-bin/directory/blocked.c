/*
 * blocked.c: blocked hosts out of a snapshot's tables. Contract in blocked.h.
 */
#include "directory/blocked.h"
#include "base/ascii.h"
#include "base/log.h"
#include "base/url.h"
#include "gen/directory/blocked.sql.h"
#include "probe/redact.h"
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Every column of text of a table of ours, and the texts that the full-text index keeps for its
 * excerpts (sqlite.org/fts5.html, 4.4.3). Its index of words stays as it is: a word leads to the
 * article that used to have it. */
static const char columns_sql[] =
    "SELECT t.name, c.name, c.\"notnull\" "
    "FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c "
    "WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.type IN ('table', 'shadow') "
    "AND c.hidden = 0 AND (t.type = 'table' AND c.type = 'TEXT' "
    "OR t.type = 'shadow' AND t.name LIKE '%_content' AND c.pk = 0) ORDER BY 1, c.cid";

/* --- SQL functions --- */

/* The host of an address, or the text itself. */
static const char *host_of(const char *text, size_t *len)
{
    struct url url;

    *len = strlen(text);
    if (url_parse(&url, text) != ERR_NONE)
        return text;
    *len = url.host_len;
    return url.host;
}

static void sql_blocked_since(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]), *since = NULL;
    size_t len;

    (void)count;
    if (text != NULL) {
        const char *host = host_of(text, &len);

        since = blocks_since(sqlite3_user_data(context), host, len);
    }
    if (since != NULL)
        sqlite3_result_text(context, since, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_null(context);
}

/* redacted(text, is_html, may_be_null): the text without blocked hosts; the value itself if it
 * names none; NULL for what is nothing but such an address, where the column takes that. */
static void sql_redacted(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct blocks *blocks = sqlite3_user_data(context);
    const char *text = (const char *)sqlite3_value_text(values[0]);
    struct buffer out = BUFFER_INIT;
    size_t len;
    const char *host;

    (void)count;
    if (text == NULL || !blocks_may_be_in(blocks, text)) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    host = host_of(text, &len);
    if (host != text && sqlite3_value_int(values[2]) && blocks_since(blocks, host, len) != NULL)
        sqlite3_result_null(context);
    else if (redact(&out, blocks, text, sqlite3_value_int(values[1])) == 0)
        sqlite3_result_value(context, values[0]);
    else if (buffer_failed(&out))
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, buffer_text(&out), (int)out.len, SQLITE_TRANSIENT);
    buffer_free(&out);
}

static int add_functions(sqlite3 *db, const struct blocks *blocks)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    void *context = (void *)(uintptr_t)blocks;
    int rc = sqlite3_create_function(db, "blocked_since", 1, flags, context, sql_blocked_since,
                                     NULL, NULL);

    return rc == SQLITE_OK ? sqlite3_create_function(db, "redacted", 3, flags, context,
                                                     sql_redacted, NULL, NULL)
                           : rc;
}

static void drop_functions(sqlite3 *db)
{
    sqlite3_create_function(db, "blocked_since", 1, SQLITE_UTF8, NULL, NULL, NULL, NULL);
    sqlite3_create_function(db, "redacted", 3, SQLITE_UTF8, NULL, NULL, NULL, NULL);
}

/* --- the tables --- */

static int redact_column(sqlite3 *db, const char *table, const char *column, bool not_null)
{
    bool html = ascii_ends_with(column, strlen(column), "html") || strcmp(column, "svg") == 0;
    char *sql =
        sqlite3_mprintf("UPDATE main.\"%w\" SET \"%w\" = redacted(\"%w\", %d, %d) "
                        "WHERE \"%w\" IS NOT redacted(\"%w\", %d, %d)",
                        table, column, column, html, !not_null, column, column, html, !not_null);
    int rc = sql != NULL ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

    sqlite3_free(sql);
    return rc;
}

static int redact_all(sqlite3 *db)
{
    sqlite3_stmt *columns = NULL;
    int rc = sqlite3_prepare_v2(db, columns_sql, -1, &columns, NULL);

    while (rc == SQLITE_OK && (rc = sqlite3_step(columns)) == SQLITE_ROW)
        rc = redact_column(db, (const char *)sqlite3_column_text(columns, 0),
                           (const char *)sqlite3_column_text(columns, 1),
                           sqlite3_column_int(columns, 2) != 0);
    sqlite3_finalize(columns);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

enum err blocked_apply(sqlite3 *db, const struct blocks *blocks)
{
    /* What is put in the place of an address is none, and checks of form are for publishing; the
     * file is sent to whoever wants it, and must not hold in its gaps what its rows have no more.
     */
    static const char before[] = "PRAGMA ignore_check_constraints = 1; "
                                 "PRAGMA secure_delete = 1; BEGIN";
    int rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL); /* for the index's texts */

    if (rc == SQLITE_OK)
        rc = add_functions(db, blocks);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, before, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, blocked_sql, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = redact_all(db);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        log_error("blocked addresses cannot be taken out of the snapshot: %s", sqlite3_errmsg(db));
    drop_functions(db);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (rc == SQLITE_OK)
        return ERR_NONE;
    return rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
}
