/*
 * excerpt.c: an auxiliary function of FTS5 (sqlite.org/fts5.html, section 7.2). Contract:
 * excerpt.h.
 */
#include "search/excerpt.h"
#include "base/buffer.h"
#include "base/log.h"
#include "search/stem.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

enum { COLUMN_SHORT = 1, COLUMN_BODY = 2 }; /* of text.sql */

#define MARKS_MAX    32 /* matches of a row that are marked */
#define TOKENS_ABOVE 4  /* words before the first match */
#define TOKENS_SHOWN 18 /* words of a piece */

/* A match: tokens of a column from first on. */
struct mark {
    int first, count;
};

/* One reading of a column. */
struct reading {
    const char *text;
    struct buffer out;
    struct mark marks[MARKS_MAX];
    int mark_count;
    int token;       /* number of the next token */
    int first, last; /* tokens that are shown; last < 0: to the end */
    int copied;      /* bytes of the text that are put out */
    bool full;       /* the last token has been put out */
};

static bool is_marked(const struct reading *reading)
{
    for (int i = 0; i < reading->mark_count; i++)
        if (reading->token >= reading->marks[i].first &&
            reading->token < reading->marks[i].first + reading->marks[i].count)
            return true;
    return false;
}

static int take_token(void *context, int flags, const char *token, int len, int start, int end)
{
    struct reading *reading = context;

    (void)token;
    (void)len;
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    if (reading->token == reading->first && reading->first > 0) {
        buffer_puts(&reading->out, "…");
        reading->copied = start;
    }
    if (reading->token >= reading->first && is_marked(reading)) {
        buffer_add(&reading->out, reading->text + reading->copied,
                   (size_t)(start - reading->copied));
        buffer_putc(&reading->out, SEARCH_MARK_BEGIN);
        buffer_add(&reading->out, reading->text + start, (size_t)(end - start));
        buffer_putc(&reading->out, SEARCH_MARK_END);
        reading->copied = end;
    }
    if (reading->token++ != reading->last)
        return SQLITE_OK;
    buffer_add(&reading->out, reading->text + reading->copied, (size_t)(end - reading->copied));
    buffer_puts(&reading->out, "…");
    reading->full = true;
    return SQLITE_DONE;
}

/* Collects the matches of one column. */
static int find_marks(const Fts5ExtensionApi *api, Fts5Context *row, int column,
                      struct reading *reading)
{
    int count = 0;
    int rc = api->xInstCount(row, &count);

    for (int i = 0; i < count && rc == SQLITE_OK && reading->mark_count < MARKS_MAX; i++) {
        int phrase, own, first;

        rc = api->xInst(row, i, &phrase, &own, &first);
        if (rc == SQLITE_OK && own == column)
            reading->marks[reading->mark_count++] =
                (struct mark){first, api->xPhraseSize(row, phrase)};
    }
    return rc;
}

/* Reads one column into out; nothing if it has no match. */
static int read_column(const Fts5ExtensionApi *api, Fts5Context *row, int column,
                       struct reading *reading)
{
    int len = 0;
    int rc;

    reading->mark_count = 0;
    rc = find_marks(api, row, column, reading);
    if (rc != SQLITE_OK || reading->mark_count == 0)
        return rc;
    rc = api->xColumnText(row, column, &reading->text, &len);
    reading->last = -1;
    if (column == COLUMN_BODY) {
        int first = reading->marks[0].first - TOKENS_ABOVE;

        reading->first = first > 0 ? first : 0;
        reading->last = reading->first + TOKENS_SHOWN - 1;
    }
    if (rc == SQLITE_OK)
        rc = api->xTokenize(row, reading->text, len, reading, take_token);
    if (!reading->full && (rc == SQLITE_OK || rc == SQLITE_DONE))
        buffer_add(&reading->out, reading->text + reading->copied, (size_t)(len - reading->copied));
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void excerpt(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                    int count, sqlite3_value **values)
{
    struct reading reading = {.out = BUFFER_INIT};
    int rc;

    (void)count;
    (void)values;
    rc = read_column(api, row, COLUMN_SHORT, &reading);
    if (rc == SQLITE_OK && reading.out.len == 0)
        rc = read_column(api, row, COLUMN_BODY, &reading);
    if (rc != SQLITE_OK)
        sqlite3_result_error_code(context, rc);
    else if (buffer_failed(&reading.out))
        sqlite3_result_error_nomem(context);
    else if (reading.out.len > 0)
        sqlite3_result_text(context, buffer_text(&reading.out), (int)reading.out.len,
                            SQLITE_TRANSIENT);
    buffer_free(&reading.out);
}

enum err search_excerpt_register(sqlite3 *db)
{
    fts5_api *api = search_fts5_api(db);

    if (api == NULL)
        return ERR_DATABASE;
    return api->xCreateFunction(api, "excerpt", NULL, excerpt, NULL) == SQLITE_OK ? ERR_NONE
                                                                                  : ERR_MEMORY;
}
