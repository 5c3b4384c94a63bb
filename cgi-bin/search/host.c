/*
 * host.c: hosts of sign-in addresses. Contract: host.h. What people paste is no clean
 * address, so this reads more loosely than base/url.c: scheme, port, path and case may be anything.
 */
#include "search/host.h"
#include "base/buffer.h"
#include "base/log.h"
#include "base/utf8.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* An address without its path that this many regions share is a federal portal's, and names no
 * region. */
#define FEDERAL 20

struct search_hosts {
    sqlite3 *db;
    sqlite3_stmt *statement;
    const struct search_table *table;
};

/* The parts of what was typed, in lower case. */
struct address {
    struct buffer host;
    const char *path; /* within the typed text */
};

enum err search_hosts_open(struct search_hosts **out, sqlite3 *db, const struct search_table *table)
{
    static const char sql[] = "SELECT path, region, kind, shown FROM search_host WHERE host = ?1"
                              " ORDER BY kind = 'former', path, region";
    struct search_hosts *hosts = calloc(1, sizeof *hosts);

    *out = NULL;
    if (hosts == NULL)
        return ERR_MEMORY;
    *hosts = (struct search_hosts){db, NULL, table};
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &hosts->statement, NULL) !=
        SQLITE_OK) {
        log_error("search: hosts: %s", sqlite3_errmsg(db));
        free(hosts);
        return ERR_DATABASE;
    }
    *out = hosts;
    return ERR_NONE;
}

void search_hosts_close(struct search_hosts *hosts)
{
    if (hosts == NULL)
        return;
    sqlite3_finalize(hosts->statement);
    free(hosts);
}

/* False if it does not look like a host at all. */
static bool take_address(struct address *out, const char *typed)
{
    const char *scheme = strstr(typed, "://");
    const char *start = scheme != NULL ? scheme + 3 : typed;
    size_t len = strcspn(start, "/?#:\\,;()\"'<>");
    const char *end = start + len;

    out->path = end[0] == ':' ? end + 1 + strspn(end + 1, "0123456789") : end;
    while (len > 0 && start[len - 1] == '.')
        len--;
    if (memchr(start, '.', len) == NULL || memchr(start, '@', len) != NULL)
        return false;
    if (utf8_lower(&out->host, start, len) != ERR_NONE)
        return false;
    return !buffer_failed(&out->host);
}

/* Reads the rows of one host. With a path, the rows whose path it begins with win over the others.
 */
static enum err read_rows(struct search_hosts *hosts, const char *host, const char *path,
                          struct search_host *found, size_t *count, char *name, size_t size)
{
    sqlite3_stmt *statement = hosts->statement;
    size_t best = 0, deep = 0;
    int rc;

    *count = 0;
    if (sqlite3_bind_text(statement, 1, host, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        return ERR_MEMORY;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *own = (const char *)sqlite3_column_text(statement, 0);
        const char *iso = (const char *)sqlite3_column_text(statement, 1);
        const char *kind = (const char *)sqlite3_column_text(statement, 2);
        const char *shown = (const char *)sqlite3_column_text(statement, 3);
        size_t len = own != NULL ? strlen(own) : 0;
        size_t fits = len > 0 && strncmp(path, own, len) == 0 ? len : 0;
        uint8_t region = iso != NULL ? search_table_region(hosts->table, iso) : SEARCH_NO_REGION;

        if (fits > best)
            *count = 0;
        best = fits > best ? fits : best;
        deep += len > 0;
        if (fits < best || region == SEARCH_NO_REGION || *count == SEARCH_HOSTS || kind == NULL ||
            shown == NULL)
            continue;
        found[(*count)++] = (struct search_host){
            region, strcmp(kind, "former") == 0 ? SEARCH_KIND_FORMER : SEARCH_KIND_HOST};
        if (size > 0 && strlen(shown) < size)
            memcpy(name, shown, strlen(shown) + 1);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (best == 0 && deep > FEDERAL)
        *count = 0;
    if (rc == SQLITE_DONE)
        return ERR_NONE;
    log_error("search: hosts: %s", sqlite3_errmsg(hosts->db));
    return ERR_DATABASE;
}

enum err search_hosts_find(struct search_hosts *hosts, const char *typed, struct search_host *found,
                           size_t *count, char *name, size_t size)
{
    struct address address = {BUFFER_INIT, NULL};
    enum err err = ERR_NONE;
    const char *host;

    *count = 0;
    if (!take_address(&address, typed))
        goto out;
    host = buffer_text(&address.host);
    host += strncmp(host, "www.", 4) == 0 ? 4 : 0;
    err = read_rows(hosts, host, address.path, found, count, name, size);
    /* The host is not one of ours: perhaps one above it is. */
    for (const char *dot = strchr(host, '.');
         err == ERR_NONE && *count == 0 && dot != NULL && strchr(dot + 1, '.') != NULL;
         dot = strchr(dot + 1, '.'))
        err = read_rows(hosts, dot + 1, address.path, found, count, name, size);
out:
    buffer_free(&address.host);
    return err;
}
