/*
 * verify.c: one look at one snapshot file. Contract in verify.h.
 */
#include "directory/verify.h"
#include "base/log.h"
#include "directory/image.h"
#include <sqlite3.h>
#include <stdio.h>

static enum err read_facts(struct directory_facts *out, sqlite3 *db)
{
    static const char sql[] =
        "SELECT (SELECT value FROM meta WHERE key = 'published'),"
        " (SELECT count(*) FROM region),"
        " (SELECT count(*) FROM login) + (SELECT count(*) FROM portal_address),"
        " (SELECT count(*) FROM article)";
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const char *published = (const char *)sqlite3_column_text(statement, 0);

        snprintf(out->published, sizeof out->published, "%s", published != NULL ? published : "");
        out->regions = (long)sqlite3_column_int64(statement, 1);
        out->addresses = (long)sqlite3_column_int64(statement, 2);
        out->articles = (long)sqlite3_column_int64(statement, 3);
    } else {
        log_error("snapshot: %s", sqlite3_errmsg(db));
        err = sqlite3_errcode(db) == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
    }
    sqlite3_finalize(statement);
    return err;
}

enum err directory_verify(struct directory_facts *out, const char *path)
{
    struct image image = IMAGE_INIT;
    sqlite3 *db = NULL;
    enum err err;

    *out = (struct directory_facts){.regions = 0};
    err = image_load(&image, &db, path, out->identity);
    if (err == ERR_NONE)
        err = read_facts(out, db);
    sqlite3_close(db);
    image_free(&image);
    return err;
}
