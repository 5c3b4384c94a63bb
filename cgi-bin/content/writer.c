/*
 * writer.c: the INSERTs of a snapshot, and sums of what they put. Contract: writer.h; the
 * tables: directory/schema.sql.
 */
#include "content/writer.h"
#include "base/log.h"
#include <stdio.h>
#include <string.h>

static const char *const inserts[INSERT__MAX] = {
    [INSERT_META] = "INSERT INTO meta (key, value) VALUES (?, ?)",
    [INSERT_SOURCE] = "INSERT INTO source (id, title, url, date, origin) VALUES (?, ?, ?, ?, ?)",
    [INSERT_CITATION] =
        "INSERT INTO citation (kind, owner, id, source, position) VALUES (?, ?, ?, ?, ?)",
    [INSERT_TROUBLE] = "INSERT INTO trouble (position, words, article, icon) VALUES (?, ?, ?, ?)",
    [INSERT_OWN_PAGE] =
        "INSERT INTO own_page (id, position, title, html, text) VALUES (?, ?, ?, ?, ?)",
    [INSERT_SYMPTOM] = "INSERT INTO symptom (id, position, title) VALUES (?, ?, ?)",
    [INSERT_PORTAL] = "INSERT INTO portal (id, name, about, who, account, federal, source)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?)",
    [INSERT_PORTAL_ADDRESS] = "INSERT INTO portal_address (portal, id, position, what, url, source)"
                              " VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_REGION] =
        "INSERT INTO region (iso, position, name, short, place, english, kind, capital, district,"
        " timezone, tile_row, tile_column, note, choose)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_REGION_CODE] = "INSERT INTO region_code (code, region, position) VALUES (?, ?, ?)",
    [INSERT_REGION_POSTCODE] = "INSERT INTO region_postcode (prefix, region) VALUES (?, ?)",
    [INSERT_REGION_ALIAS] = "INSERT INTO region_alias (region, alias) VALUES (?, ?)",
    [INSERT_PLACE] = "INSERT INTO place (id, name, region, population, latitude, longitude)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_PLACE_ALIAS] = "INSERT INTO place_alias (place, alias) VALUES (?, ?)",
    [INSERT_VOCABULARY] =
        "INSERT INTO vocabulary (line, role, position, words) VALUES (?, ?, ?, ?)",
    [INSERT_LOGIN] = "INSERT INTO login (region, id, position, url, portal, title, button, system, "
                     "audience, via, status,"
                     " since, note, plain_http, doubt, confidence, source, checked)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_FORMER] =
        "INSERT INTO former (region, id, position, url, portal, until, replaced_by, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_CONTACT] =
        "INSERT INTO contact (id, position, name, about, phone, email, url, hours, timezone, note,"
        " is_where, checked, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_CONTACT_SYMPTOM] = "INSERT INTO contact_symptom (contact, symptom) VALUES (?, ?)",
    [INSERT_REGION_CONTACT] =
        "INSERT INTO region_contact (region, contact, position) VALUES (?, ?, ?)",
    [INSERT_PORTAL_CONTACT] =
        "INSERT INTO portal_contact (portal, contact, position) VALUES (?, ?, ?)",
    [INSERT_ARTICLE] =
        "INSERT INTO article (id, kind, number, reader, symptom, position, title, short, aloud,"
        " audience, needs, minutes, result, html, text, updated, revision, digest, source, retired,"
        " replaced_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_PART] =
        "INSERT INTO part (article, number, title, html, text, figure, figure_alt, slot,"
        " short, aloud, fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_FIGURE] = "INSERT INTO figure (id, svg) VALUES (?, ?)",
    [INSERT_ARTICLE_LIMIT] =
        "INSERT INTO article_limit (article, part, kind, value) VALUES (?, ?, ?, ?)",
    [INSERT_ARTICLE_CONTACT] =
        "INSERT INTO article_contact (article, contact, position) VALUES (?, ?, ?)",
    [INSERT_ARTICLE_RELATED] =
        "INSERT INTO article_related (article, related, position) VALUES (?, ?, ?)",
    [INSERT_HOLIDAY] =
        "INSERT INTO holiday (year, month, day, work, name, source) VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_CLIENT_PATTERN] = "INSERT INTO client_pattern (pattern, client) VALUES (?, ?)",
    [INSERT_REVISION] =
        "INSERT INTO revision (article, number, published, until, title, short, audience, needs,"
        " minutes, result, html, text, diff_html, diff_added, diff_removed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_CHANGE] =
        "INSERT INTO change (number, id, published, subject, change, article, revision, region,"
        " title, url, portal, via, status, url_before, via_before, status_before, until,"
        " replaced_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

void writer_failed(struct writer *writer, const char *what)
{
    log_error("cannot write the new snapshot: %s: %s", what, sqlite3_errmsg(writer->db));
    writer->err = ERR_DATABASE;
}

/* Binds one value, and adds it to the row. */
static int bind(struct buffer *row, sqlite3_stmt *statement, int n, struct value value)
{
    switch (value.kind) {
    case VALUE_TEXT:
        fingerprint_text(row, value.text, strlen(value.text));
        return sqlite3_bind_text(statement, n, value.text, -1, SQLITE_STATIC);
    case VALUE_REAL:
        fingerprint_real(row, value.real);
        return sqlite3_bind_double(statement, n, value.real);
    case VALUE_NUMBER:
        fingerprint_number(row, value.number);
        return sqlite3_bind_int64(statement, n, value.number);
    case VALUE_NULL:
        break;
    }
    fingerprint_null(row);
    return sqlite3_bind_null(statement, n);
}

void writer_put(struct writer *writer, enum insert insert, const struct value *values, size_t count)
{
    sqlite3_stmt *statement = writer->statements[insert];
    int rc;

    if (writer->err != ERR_NONE)
        return;
    buffer_clear(&writer->row);
    rc = sqlite3_bind_parameter_count(statement) == (int)count ? SQLITE_OK : SQLITE_RANGE;
    for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
        rc = bind(&writer->row, statement, (int)i + 1, values[i]);
    if (rc != SQLITE_OK || sqlite3_step(statement) != SQLITE_DONE)
        writer_failed(writer, inserts[insert]);
    else if (buffer_failed(&writer->row))
        writer->err = ERR_MEMORY;
    else
        table_sum_add(&writer->meant[insert], &writer->row);
    sqlite3_reset(statement);
}

/* Each INSERT names its table third. */
static void compare(struct writer *writer, enum insert insert)
{
    struct table_sum found;
    char table[32] = "";

    sscanf(inserts[insert], "INSERT INTO %31[a-z_]", table);
    writer->err = table_sum_read(&found, writer->db, table);
    if (writer->err != ERR_NONE || memcmp(&found, &writer->meant[insert], sizeof found) == 0)
        return;
    log_error("cannot write the new snapshot: of %llu rows for %s, %llu are there, or others",
              (unsigned long long)writer->meant[insert].rows, table,
              (unsigned long long)found.rows);
    writer->err = ERR_DATABASE;
}

void writer_compare(struct writer *writer)
{
    for (int i = 0; i < INSERT__MAX && writer->err == ERR_NONE; i++)
        compare(writer, (enum insert)i);
}

void writer_prepare(struct writer *writer)
{
    for (size_t i = 0; i < INSERT__MAX && writer->err == ERR_NONE; i++) {
        if (sqlite3_prepare_v2(writer->db, inserts[i], -1, &writer->statements[i], NULL) !=
            SQLITE_OK)
            writer_failed(writer, inserts[i]);
    }
}

void writer_release(struct writer *writer)
{
    for (size_t i = 0; i < INSERT__MAX; i++)
        sqlite3_finalize(writer->statements[i]);
    buffer_free(&writer->row);
}
