/*
 * build.c: the file of a new snapshot. Contract: build.h; the tables: directory/schema.sql.
 *
 * What was put is compared with what is read back, then the file is sealed (directory/seal.h).
 * Whoever puts it in place checks the seal, as every reader does.
 */
#include "content/build.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/shortage.h"
#include "content/content_rows.h"
#include "content/past_rows.h"
#include "content/readback.h"
#include "content/rows.h"
#include "directory/schema.h"
#include "directory/seal.h"
#include "gen/directory/schema.sql.h"
#include "search/index.h"
#include <sqlite3.h>
#include <string.h>

/* The rest of meta is the seal. */
static void put_meta(struct writer *writer)
{
    char now[21];

    clock_format(clock_now(), now);
    PUT(writer, INSERT_META, TEXT("published"), TEXT(now));
    PUT(writer, INSERT_META, TEXT("schema"), TEXT(DIRECTORY_SCHEMA));
    PUT(writer, INSERT_META, TEXT("search"), TEXT(SEARCH_INDEX_VERSION));
    PUT(writer, INSERT_META, TEXT("history"), TEXT(history_head(writer->history)));
    if (history_count(writer->history) > 0)
        PUT(writer, INSERT_META, TEXT("began"), TEXT(history_entry(writer->history, 0)->published));
}

static void run(struct writer *writer, const char *sql)
{
    if (writer->err == ERR_NONE && sqlite3_exec(writer->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        writer_failed(writer, sql);
}

/* A check that answers no row, or the one row "ok". */
static enum err expect_ok(sqlite3_stmt *row, void *context)
{
    if (strcmp(rows_text(row, 0), "ok") == 0)
        return ERR_NONE;
    log_error("the new snapshot fails %s: %s %s", (const char *)context, rows_text(row, 0),
              rows_text(row, 2));
    return ERR_DATABASE;
}

static void verify(struct writer *writer)
{
    static char integrity[] = "PRAGMA integrity_check";
    static char keys[] = "PRAGMA foreign_key_check";

    if (writer->err == ERR_NONE)
        writer->err = rows_each(writer->db, integrity, expect_ok, integrity);
    if (writer->err == ERR_NONE)
        writer->err = rows_each(writer->db, keys, expect_ok, keys);
    if (writer->err == ERR_NONE)
        writer_compare(writer);
    if (writer->err == ERR_NONE)
        writer->err = readback_check(writer->db);
}

/* No journal file beside it: the file is thrown away if anything fails, and synced by us when all
 * is done. The header must not say WAL: readers have nothing but this file. */
static const char setup_sql[] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
                                "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;";

static void write_rows(struct writer *writer)
{
    run(writer, "BEGIN; PRAGMA defer_foreign_keys = ON;");
    run(writer, schema_sql);
    if (writer->err == ERR_NONE)
        writer_prepare(writer);
    content_rows_put(writer);
    past_rows_put(writer);
    if (writer->err == ERR_NONE)
        put_meta(writer);
    if (writer->err == ERR_NONE)
        writer->err = search_index_build(writer->db);
    writer_release(writer);
    run(writer, "COMMIT");
}

enum err build_snapshot(const char *path, const struct content *content,
                        const struct history *history, char identity[static DIGEST_HEX_SIZE])
{
    struct writer writer = {.content = content, .history = history};
    unsigned long before = shortage_count();

    if (sqlite3_open_v2(path, &writer.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        writer_failed(&writer, path);
    run(&writer, setup_sql);
    if (writer.err == ERR_NONE)
        write_rows(&writer);
    run(&writer, "VACUUM");
    run(&writer, "ANALYZE");
    verify(&writer);
    if (writer.err == ERR_NONE)
        writer.err = readback_check(writer.db);
    if (writer.err == ERR_NONE)
        writer.err = seal_write(writer.db, identity);
    if (sqlite3_close(writer.db) != SQLITE_OK && writer.err == ERR_NONE)
        writer_failed(&writer, "close");
    writer.err = shortage_since(before, writer.err);
    return writer.err == ERR_NONE ? file_sync(path) : writer.err;
}
