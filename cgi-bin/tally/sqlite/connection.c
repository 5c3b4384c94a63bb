/*
 * connection.c: statements that return nothing, and errors, of the SQLite tally. Contract in
 * connection.h; who opens the file is sqlite.c.
 */
#include "tally/sqlite/connection.h"
#include "base/log.h"

sqlite3 *tally_sqlite_db(const struct tally *tally)
{
    const struct tally_sqlite *sqlite = tally->database;

    return sqlite->db;
}

enum err tally_sqlite_failed(const struct tally *tally, const char *doing)
{
    int code = sqlite3_errcode(tally_sqlite_db(tally)) & 0xff;

    log_error("tally %s: %s: %s", tally->name, doing, sqlite3_errmsg(tally_sqlite_db(tally)));
    /* A collector was killed in the middle of a commit, and we may not put it back (web/confine.h):
     * the next one does, within a minute. */
    if (code == SQLITE_READONLY && !tally->writer)
        return ERR_BUSY;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED ? ERR_BUSY
           : code == SQLITE_NOMEM                       ? ERR_MEMORY
           : code == SQLITE_INTERRUPT                   ? ERR_LIMIT
                                                        : ERR_DATABASE;
}

void tally_sqlite_rollback(struct tally *tally)
{
    /* Some errors have rolled back already. */
    if (!sqlite3_get_autocommit(tally_sqlite_db(tally)))
        tally_sqlite_execute(tally, "ROLLBACK", "rolling back");
}

enum err tally_sqlite_execute(struct tally *tally, const char *sql, const char *doing)
{
    return sqlite3_exec(tally_sqlite_db(tally), sql, NULL, NULL, NULL) == SQLITE_OK
               ? ERR_NONE
               : tally_sqlite_failed(tally, doing);
}
