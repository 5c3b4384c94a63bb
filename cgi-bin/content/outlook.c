/*
 * outlook.c: two snapshots side by side. Contract: outlook.h.
 *
 * Each row of the table below is one kind of thing: its rows of both snapshots are read in the
 * order of their key, which is the first column, and merged; what differs in the other columns is
 * shown by the name of the column.
 */
#include "content/outlook.h"
#include "base/log.h"
#include "base/message.h"
#include "content/rows.h"
#include "directory/image.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#define VALUE_MAX 100 /* bytes: longer texts are shown by their lines */

static const struct thing {
    const char *group, *noun;
    const char *sql; /* first column: the key; ordered by it */
} things[] = {
    {N_("addresses"), N_("address"),
     "SELECT region || ' ' || id, url, title, button, portal, system, audience, via, status, "
     "since, note, "
     "doubt, plain_http, position, confidence, source, checked FROM login ORDER BY 1"},
    {N_("addresses"), N_("former address"),
     "SELECT region || ' ' || url, portal, until, replaced_by, source FROM former ORDER BY 1"},
    {N_("addresses"), N_("federal address"),
     "SELECT portal || ' ' || id, url, what, source FROM portal_address ORDER BY 1"},
    {N_("answers"), N_("text"),
     "SELECT id, title, short, aloud, audience, needs, minutes, result, text, html, updated, "
     "reader, symptom, position, retired, replaced_by, source FROM article ORDER BY 1"},
    {N_("answers"), N_("part"),
     "SELECT article || ', ' || number, title, short, aloud, text, html, figure, figure_alt, slot, "
     "fold FROM part ORDER BY 1"},
    {N_("answers"), N_("limit"),
     "SELECT article || CASE part WHEN 0 THEN '' ELSE ', ' || part END || ': ' || kind || ' ' || "
     "value FROM article_limit ORDER BY 1"},
    {N_("answers"), N_("contact of"),
     "SELECT article || ': ' || contact, position FROM article_contact ORDER BY 1"},
    {N_("answers"), N_("see also of"),
     "SELECT article || ': ' || related, position FROM article_related ORDER BY 1"},
    {N_("answers"), N_("trouble"),
     "SELECT position || ' ' || words, article, icon FROM trouble ORDER BY 1"},
    {N_("answers"), N_("symptom"), "SELECT id, title, position FROM symptom ORDER BY 1"},
    {N_("answers"), N_("figure"), "SELECT id, svg FROM figure ORDER BY 1"},
    {N_("the rest"), N_("page"), "SELECT id, title, text, html, position FROM own_page ORDER BY 1"},
    {N_("the rest"), N_("contact"),
     "SELECT id, name, about, phone, email, url, hours, timezone, note, is_where, position, "
     "checked, source FROM contact ORDER BY 1"},
    {N_("the rest"), N_("symptom of contact"),
     "SELECT contact || ': ' || symptom FROM contact_symptom ORDER BY 1"},
    {N_("the rest"), N_("contact of region"),
     "SELECT region || ': ' || contact, position FROM region_contact ORDER BY 1"},
    {N_("the rest"), N_("contact of portal"),
     "SELECT portal || ': ' || contact, position FROM portal_contact ORDER BY 1"},
    {N_("the rest"), N_("portal"),
     "SELECT id, name, about, who, account, federal, source FROM portal ORDER BY 1"},
    {N_("the rest"), N_("region"),
     "SELECT iso, name, short, place, english, kind, capital, district, timezone, tile_row, "
     "tile_column, note, choose FROM region ORDER BY 1"},
    {N_("the rest"), N_("plate code"), "SELECT code, region, position FROM region_code ORDER BY 1"},
    {N_("the rest"), N_("postcode"), "SELECT prefix, region FROM region_postcode ORDER BY 1"},
    {N_("the rest"), N_("other name"),
     "SELECT region || ': ' || alias FROM region_alias ORDER BY 1"},
    {N_("the rest"), N_("place"),
     "SELECT region || ' ' || name, population, latitude, longitude, (SELECT group_concat(alias, "
     "', ') FROM (SELECT alias FROM place_alias WHERE place = place.id ORDER BY alias)) AS aliases "
     "FROM place ORDER BY 1"},
    {N_("the rest"), N_("words of search"),
     "SELECT role || ': ' || group_concat(words, ', ') FROM (SELECT line, role, words FROM "
     "vocabulary ORDER BY line, position) GROUP BY line ORDER BY 1"},
    {N_("the rest"), N_("source"), "SELECT id, title, url, date, origin FROM source ORDER BY 1"},
    {N_("the rest"), N_("holiday"),
     "SELECT year || '-' || month || '-' || day, work, name, source FROM holiday ORDER BY 1"},
    {N_("the rest"), N_("pattern of clients"),
     "SELECT pattern, client FROM client_pattern ORDER BY 1"},
};

/* --- a snapshot --- */

struct side {
    struct image image;
    sqlite3 *db; /* NULL: there is no snapshot */
    sqlite3_stmt *row;
    bool has_row;
};

/* absent_is_fine: a file that is not there leaves side->db NULL. */
static enum err open_side(struct side *side, const char *path, bool absent_is_fine)
{
    enum err err = image_read(&side->image, path);

    if (err == ERR_NOT_FOUND && absent_is_fine)
        return ERR_NONE;
    if (err == ERR_NONE)
        err = image_open(&side->db, &side->image);
    if (err != ERR_NONE && err != ERR_MEMORY) {
        log_error("%s: this snapshot cannot be read", path);
        err = ERR_DATABASE;
    }
    return err;
}

static void close_side(struct side *side)
{
    sqlite3_finalize(side->row);
    sqlite3_close(side->db);
    image_free(&side->image);
}

static enum err next_row(struct side *side)
{
    int rc = side->row != NULL ? sqlite3_step(side->row) : SQLITE_DONE;

    side->has_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return ERR_NONE;
    log_error("comparing: %s", sqlite3_errmsg(side->db));
    return ERR_DATABASE;
}

static enum err begin(struct side *side, const char *sql)
{
    sqlite3_finalize(side->row);
    side->row = NULL;
    if (side->db != NULL && sqlite3_prepare_v2(side->db, sql, -1, &side->row, NULL) != SQLITE_OK) {
        log_error("comparing: %s (a snapshot of another version of vhod?)",
                  sqlite3_errmsg(side->db));
        return ERR_DATABASE;
    }
    return next_row(side);
}

/* --- showing --- */

struct comparison {
    struct side before, after;
    FILE *out;
    size_t count;
    const char *group; /* whose heading was printed last */
};

static void head(struct comparison *comparison, const struct thing *thing, char sign,
                 const char *key)
{
    if (comparison->group == NULL || strcmp(comparison->group, thing->group) != 0)
        fprintf(comparison->out, "%s\n", translated(thing->group));
    comparison->group = thing->group;
    fprintf(comparison->out, "  %c %s %s\n", sign, translated(thing->noun), key);
    comparison->count++;
}

/* True if a text of several lines has this one. */
static bool has_line(const char *text, const char *line, size_t len)
{
    while (*text) {
        size_t here = strcspn(text, "\n");

        if (here == len && memcmp(text, line, len) == 0)
            return true;
        text += here;
        text += *text == '\n';
    }
    return false;
}

/* The lines of one text that the other has not. */
static void print_lines(FILE *out, char sign, const char *text, const char *other)
{
    while (*text) {
        size_t len = strcspn(text, "\n");

        if (len > 0 && !has_line(other, text, len))
            fprintf(out, "        %c %.*s\n", sign, (int)len, text);
        text += len;
        text += *text == '\n';
    }
}

static bool is_long(const char *text)
{
    return strlen(text) > VALUE_MAX || strchr(text, '\n') != NULL;
}

static void print_change(FILE *out, const char *column, const char *before, const char *after)
{
    if (is_long(before) || is_long(after)) {
        fprintf(out, "      %s:\n", column);
        print_lines(out, '-', before, after);
        print_lines(out, '+', after, before);
    } else {
        fprintf(out, "      %s: %s → %s\n", column, *before ? before : translated("(none)"),
                *after ? after : translated("(none)"));
    }
}

/* HTML is shown only where its text says the same. */
static bool is_told(const char *column, bool text_differs)
{
    return !(text_differs && strcmp(column, "html") == 0);
}

/* The same thing in both. */
static void compare_rows(struct comparison *comparison, const struct thing *thing)
{
    sqlite3_stmt *before = comparison->before.row, *after = comparison->after.row;
    bool told = false, text_differs = false;

    for (int i = 1; i < sqlite3_column_count(after); i++) {
        const char *column = sqlite3_column_name(after, i);
        const char *old = rows_text(before, i), *new = rows_text(after, i);

        if (strcmp(old, new) == 0 || !is_told(column, text_differs))
            continue;
        if (!told)
            head(comparison, thing, '~', rows_text(after, 0));
        told = true;
        text_differs = text_differs || strcmp(column, "text") == 0;
        print_change(comparison->out, column, old, new);
    }
}

/* Something that only one of them has: its key, and what says most about it. */
static void show_row(struct comparison *comparison, const struct thing *thing, char sign,
                     sqlite3_stmt *row)
{
    const char *about = sqlite3_column_count(row) > 1 ? rows_text(row, 1) : "";

    head(comparison, thing, sign, rows_text(row, 0));
    if (*about)
        fprintf(comparison->out, "      %s: %.*s\n", sqlite3_column_name(row, 1),
                (int)strcspn(about, "\n"), about);
}

static enum err compare_thing(struct comparison *comparison, const struct thing *thing)
{
    struct side *before = &comparison->before, *after = &comparison->after;
    enum err err = begin(before, thing->sql);

    if (err == ERR_NONE)
        err = begin(after, thing->sql);
    while (err == ERR_NONE && (before->has_row || after->has_row)) {
        int order = !before->has_row  ? 1
                    : !after->has_row ? -1
                                      : strcmp(rows_text(before->row, 0), rows_text(after->row, 0));

        if (order < 0)
            show_row(comparison, thing, '-', before->row);
        else if (order > 0)
            show_row(comparison, thing, '+', after->row);
        else
            compare_rows(comparison, thing);
        if (order <= 0)
            err = next_row(before);
        if (order >= 0 && err == ERR_NONE)
            err = next_row(after);
    }
    return err;
}

enum err outlook_say(const char *before, const char *after, FILE *out, size_t *count)
{
    struct comparison comparison = {
        .before = {.image = IMAGE_INIT}, .after = {.image = IMAGE_INIT}, .out = out};
    enum err err = open_side(&comparison.before, before, true);

    if (err == ERR_NONE)
        err = open_side(&comparison.after, after, false);
    for (size_t i = 0; i < sizeof things / sizeof things[0] && err == ERR_NONE; i++)
        err = compare_thing(&comparison, &things[i]);
    *count = comparison.count;
    close_side(&comparison.before);
    close_side(&comparison.after);
    return err;
}
