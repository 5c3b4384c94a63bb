/*
 * publish.c: from content in memory to directory.db in place. Contract: publish.h; the tables:
 * directory/schema.sql.
 *
 * All SQL that writes is in one table of INSERTs. Every value that is inserted also goes into a
 * digest: the identity of the snapshot is that of its rows and its schema, so the same content
 * gives the same identity on every machine, whatever was published there before.
 */
#include "content/publish.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "content/consistency.h"
#include "content/content.h"
#include "content/history.h"
#include "content/record.h"
#include "content/rows.h"
#include "gen/directory/schema.sql.h"
#include "search/index.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SCHEMA_NUMBER "3" /* raise it when programs of before could not read the new schema */

/* --- reading what was published --- */

/* The folder of a path; NULL when memory runs out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
}

static void published_free(struct published *published)
{
    for (size_t i = 0; i < published->article_count; i++)
        free(published->articles[i].id);
    free(published->articles);
    list_free(&published->regions);
    *published = (struct published){0};
}

static enum err take_article(sqlite3_stmt *row, void *context)
{
    struct published *out = context;
    struct published_article *grown = list_room(out->articles, out->article_count, sizeof *grown);
    struct published_article *article;

    if (grown == NULL)
        return ERR_MEMORY;
    out->articles = grown;
    article = &grown[out->article_count++];
    article->id = strdup(rows_text(row, 0));
    article->revision = (long)sqlite3_column_int64(row, 1);
    strncat(article->digest, rows_text(row, 2), sizeof article->digest - 1);
    article->retired = sqlite3_column_type(row, 3) != SQLITE_NULL;
    return article->id != NULL ? ERR_NONE : ERR_MEMORY;
}

static enum err take_regions(sqlite3_stmt *row, void *context)
{
    struct published *out = context;

    return list_split(&out->regions, rows_text(row, 0));
}

static enum err take_meta(sqlite3_stmt *row, void *context)
{
    struct published *out = context;

    if (strcmp(rows_text(row, 0), "identity") == 0)
        strncat(out->identity, rows_text(row, 1), sizeof out->identity - 1);
    else if (strcmp(rows_text(row, 0), "schema") == 0)
        strncat(out->schema, rows_text(row, 1), sizeof out->schema - 1);
    else if (strcmp(rows_text(row, 0), "history") == 0)
        strncat(out->history, rows_text(row, 1), sizeof out->history - 1);
    return ERR_NONE;
}

/* Reads the snapshot at path (NULL or not there: nothing was published). */
static enum err published_read(struct published *out, const char *path)
{
    sqlite3 *db = NULL;
    enum err err = ERR_DATABASE;

    if (path == NULL || (access(path, F_OK) != 0 && errno == ENOENT))
        return ERR_NONE;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        err = rows_each(db, "SELECT key, value FROM meta", take_meta, out);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT id, revision, digest, retired FROM article ORDER BY id",
                        take_article, out);
    if (err == ERR_NONE)
        err = rows_each(db, "SELECT group_concat(iso) FROM region", take_regions, out);
    if (err == ERR_DATABASE)
        log_error("cannot read the published snapshot %s (%s): to publish from the archive alone, "
                  "move it away",
                  path, db ? sqlite3_errmsg(db) : "out of memory");
    sqlite3_close(db);
    return err;
}

/* The entry of an article, made if there is none; NULL without memory. */
static struct published_article *article_room(struct published *out, const char *id)
{
    struct published_article *grown;

    for (size_t i = 0; i < out->article_count; i++) {
        if (strcmp(out->articles[i].id, id) == 0)
            return &out->articles[i];
    }
    grown = list_room(out->articles, out->article_count, sizeof *grown);
    if (grown == NULL)
        return NULL;
    out->articles = grown;
    grown[out->article_count].id = strdup(id);
    return grown[out->article_count].id != NULL ? &grown[out->article_count++] : NULL;
}

/* Adds the regions that the archive knows. */
static enum err adopt_regions(struct published *out, const struct history *history)
{
    struct buffer list = BUFFER_INIT;
    enum err err;

    for (size_t i = 0; i < out->regions.count; i++)
        buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", out->regions.items[i]);
    for (size_t i = 0; i < history_count(history); i++) {
        const struct history_entry *entry = history_entry(history, i);
        const char *subject = entry->fields[HISTORY_SUBJECT];
        const char *iso = entry->fields[HISTORY_OWNER];

        if (subject != NULL && strcmp(subject, "region") == 0 && !list_have(&out->regions, iso))
            buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", iso);
    }
    list_free(&out->regions);
    err = buffer_failed(&list) ? ERR_MEMORY : list_split(&out->regions, buffer_text(&list));
    buffer_free(&list);
    return err;
}

/* The archive knows more than the snapshot, which it outlives: what it says takes the place of what
 * was read from there. */
static enum err adopt(struct published *out, const struct history *history)
{
    enum err err = adopt_regions(out, history);

    for (size_t i = 0; i < history_count(history) && err == ERR_NONE; i++) {
        const char *const *fields = history_entry(history, i)->fields;
        struct published_article *article;

        if (fields[HISTORY_ARTICLE] == NULL)
            continue;
        article = article_room(out, fields[HISTORY_ARTICLE]);
        if (article == NULL)
            return ERR_MEMORY;
        article->revision = atol(fields[HISTORY_REVISION]);
        article->digest[0] = '\0';
        strncat(article->digest, fields[HISTORY_SOURCE_DIGEST], sizeof article->digest - 1);
    }
    return err;
}

/* Opens the archive beside the snapshot, verified, and adds what it knows. An archive that does not
 * hold what the snapshot was made with has lost something. */
static enum err history_read(struct history **out, struct published *published,
                             const char *snapshot)
{
    char *folder = folder_of(snapshot);
    char *path = folder != NULL ? file_path(folder, "history.db", "") : NULL;
    enum err err = path != NULL ? history_open(out, path) : ERR_MEMORY;

    if (err == ERR_NONE && *published->history && !history_holds(*out, published->history)) {
        log_error("the archive %s %s. Nothing was published. Put back the newest whole copy of it; "
                  "if there is none, move it and %s away together: the next publish then begins a "
                  "new archive, and revisions count from 1 again",
                  path, history_count(*out) > 0 ? "is older than the snapshot" : "is gone",
                  snapshot);
        err = ERR_DATABASE;
    }
    if (err == ERR_NONE)
        err = adopt(published, *out);
    free(path);
    free(folder);
    return err;
}

/* --- rows --- */

enum insert {
    INSERT_META,
    INSERT_PORTAL,
    INSERT_PORTAL_ADDRESS,
    INSERT_REGION,
    INSERT_REGION_CODE,
    INSERT_REGION_POSTCODE,
    INSERT_REGION_ALIAS,
    INSERT_PLACE,
    INSERT_PLACE_ALIAS,
    INSERT_VOCABULARY,
    INSERT_LOGIN,
    INSERT_FORMER,
    INSERT_CONTACT,
    INSERT_REGION_CONTACT,
    INSERT_PORTAL_CONTACT,
    INSERT_ARTICLE,
    INSERT_STEP,
    INSERT_FIGURE,
    INSERT_ARTICLE_PORTAL,
    INSERT_ARTICLE_REGION,
    INSERT_ARTICLE_CONTACT,
    INSERT_ARTICLE_RELATED,
    INSERT_CLIENT_PATTERN,
    INSERT_HOLIDAY,
    INSERT_REVISION,
    INSERT_CHANGE,
    INSERT__MAX
};

static const char *const inserts[INSERT__MAX] = {
    [INSERT_META] = "INSERT INTO meta (key, value) VALUES (?, ?)",
    [INSERT_PORTAL] =
        "INSERT INTO portal (id, name, about, who, federal, source) VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_PORTAL_ADDRESS] = "INSERT INTO portal_address (portal, id, position, what, url, source)"
                              " VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_REGION] =
        "INSERT INTO region (iso, position, name, short, place, english, kind, capital, district,"
        " timezone, tile_row, tile_column, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_REGION_CODE] = "INSERT INTO region_code (code, region, position) VALUES (?, ?, ?)",
    [INSERT_REGION_POSTCODE] = "INSERT INTO region_postcode (prefix, region) VALUES (?, ?)",
    [INSERT_REGION_ALIAS] = "INSERT INTO region_alias (region, alias) VALUES (?, ?)",
    [INSERT_PLACE] = "INSERT INTO place (id, name, region, population, latitude, longitude)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
    [INSERT_PLACE_ALIAS] = "INSERT INTO place_alias (place, alias) VALUES (?, ?)",
    [INSERT_VOCABULARY] =
        "INSERT INTO vocabulary (line, role, position, words) VALUES (?, ?, ?, ?)",
    [INSERT_LOGIN] = "INSERT INTO login (region, id, position, url, portal, title, system, "
                     "audience, via, status,"
                     " since, note, plain_http, confidence, source, checked)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_FORMER] =
        "INSERT INTO former (region, id, position, url, portal, until, replaced_by, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_CONTACT] =
        "INSERT INTO contact (id, position, name, about, phone, email, url, hours, timezone, note,"
        " source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_REGION_CONTACT] =
        "INSERT INTO region_contact (region, contact, position) VALUES (?, ?, ?)",
    [INSERT_PORTAL_CONTACT] =
        "INSERT INTO portal_contact (portal, contact, position) VALUES (?, ?, ?)",
    [INSERT_ARTICLE] =
        "INSERT INTO article (id, kind, number, reader, position, title, short, aloud, audience, "
        "needs, "
        "minutes,"
        " result, html, text, updated, revision, digest, source, retired, replaced_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_STEP] =
        "INSERT INTO step (article, number, title, html, text, figure, figure_alt, slot, via)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_FIGURE] = "INSERT INTO figure (id, svg) VALUES (?, ?)",
    [INSERT_ARTICLE_PORTAL] = "INSERT INTO article_portal (article, portal) VALUES (?, ?)",
    [INSERT_ARTICLE_REGION] = "INSERT INTO article_region (article, region) VALUES (?, ?)",
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

/* A snapshot being written. */
struct writer {
    sqlite3 *db;
    sqlite3_stmt *statements[INSERT__MAX];
    struct buffer rows; /* every value inserted: what the identity is made of */
    const struct content *content;
    const struct history *history;
    bool past;    /* the rows being put are of the archive, and not part of the identity */
    enum err err; /* sticky: after an error, rows are ignored */
};

enum value_kind { VALUE_NULL, VALUE_TEXT, VALUE_NUMBER, VALUE_REAL, VALUE_HISTORY };

struct value {
    enum value_kind kind;
    const char *text;
    sqlite3_int64 number;
    double real;
};

/* '' never stands for "unknown": an absent text is NULL. */
static struct value text_value(const char *text)
{
    return (struct value){text != NULL ? VALUE_TEXT : VALUE_NULL, text, 0, 0};
}

static struct value number_value(sqlite3_int64 number)
{
    return (struct value){VALUE_NUMBER, NULL, number, 0};
}

#define TEXT(text_)     text_value(text_)
#define NUMBER(number_) number_value((sqlite3_int64)(number_))
#define REAL(real_)     ((struct value){VALUE_REAL, NULL, 0, real_})
/* not part of the content */
#define HISTORY(number_) ((struct value){VALUE_HISTORY, NULL, number_, 0})
#define NONE             ((struct value){VALUE_NULL, NULL, 0, 0})
#define MAYBE(number_)   ((number_) > 0 ? NUMBER(number_) : NONE)

static void database_failed(struct writer *writer, const char *what)
{
    log_error("cannot write the new snapshot: %s: %s", what, sqlite3_errmsg(writer->db));
    writer->err = ERR_DATABASE;
}

/* Binds one value, and adds it to what the identity is made of. */
static int bind(struct writer *writer, sqlite3_stmt *statement, int n, struct value value)
{
    switch (value.kind) {
    case VALUE_TEXT:
        buffer_printf(&writer->rows, "t%zu:%s", strlen(value.text), value.text);
        return sqlite3_bind_text(statement, n, value.text, -1, SQLITE_STATIC);
    case VALUE_REAL:
        buffer_printf(&writer->rows, "r%.9f;", value.real);
        return sqlite3_bind_double(statement, n, value.real);
    case VALUE_NUMBER:
        buffer_printf(&writer->rows, "n%lld;", value.number);
        return sqlite3_bind_int64(statement, n, value.number);
    case VALUE_HISTORY:
        return sqlite3_bind_int64(statement, n, value.number);
    case VALUE_NULL:
        break;
    }
    buffer_puts(&writer->rows, "0;");
    return sqlite3_bind_null(statement, n);
}

static void put_row(struct writer *writer, enum insert insert, const struct value *values,
                    size_t count)
{
    sqlite3_stmt *statement = writer->statements[insert];
    int rc;
    size_t before;

    if (writer->err != ERR_NONE)
        return;
    rc = sqlite3_bind_parameter_count(statement) == (int)count ? SQLITE_OK : SQLITE_RANGE;
    before = writer->rows.len;
    buffer_printf(&writer->rows, "\n%d:", (int)insert);
    for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
        rc = bind(writer, statement, (int)i + 1, values[i]);
    if (writer->past)
        buffer_cut(&writer->rows, before);
    if (rc != SQLITE_OK || sqlite3_step(statement) != SQLITE_DONE)
        database_failed(writer, inserts[insert]);
    sqlite3_reset(statement);
}

#define PUT(writer, insert, ...)                                                                   \
    put_row(writer, insert, (const struct value[]){__VA_ARGS__},                                   \
            sizeof((const struct value[]){__VA_ARGS__}) / sizeof(struct value))

/* --- content to rows --- */

static void put_words(struct writer *writer, enum insert insert, const char *owner,
                      const struct words *words, bool numbered)
{
    for (size_t i = 0; i < words->count; i++) {
        if (numbered)
            PUT(writer, insert, TEXT(owner), TEXT(words->items[i]), NUMBER(i + 1));
        else
            PUT(writer, insert, TEXT(owner), TEXT(words->items[i]));
    }
}

static void put_portals(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->portal_count; i++) {
        const struct source_portal *portal = &writer->content->portals[i];

        PUT(writer, INSERT_PORTAL, TEXT(portal->id), TEXT(portal->name), TEXT(portal->about),
            TEXT(portal->who), NUMBER(portal->federal), TEXT(portal->source));
        for (size_t k = 0; k < portal->address_count; k++) {
            const struct source_address *address = &portal->addresses[k];

            PUT(writer, INSERT_PORTAL_ADDRESS, TEXT(portal->id), TEXT(address->id), NUMBER(k + 1),
                TEXT(address->what), TEXT(address->url), TEXT(address->source));
        }
        put_words(writer, INSERT_PORTAL_CONTACT, portal->id, &portal->contacts, true);
    }
}

static void put_contacts(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->contact_count; i++) {
        const struct source_contact *contact = &writer->content->contacts[i];

        PUT(writer, INSERT_CONTACT, TEXT(contact->id), NUMBER(contact->position),
            TEXT(contact->name), TEXT(contact->about), TEXT(contact->phone), TEXT(contact->email),
            TEXT(contact->url), TEXT(contact->hours), TEXT(contact->timezone), TEXT(contact->note),
            TEXT(contact->source));
    }
}

static void put_logins(struct writer *writer, const struct source_region *region)
{
    for (size_t i = 0; i < region->login_count; i++) {
        const struct source_login *login = &region->logins[i];
        const struct source_portal *portal = content_portal(writer->content, login->portal);
        const char *system = login->system != NULL || portal == NULL ? login->system : portal->name;

        PUT(writer, INSERT_LOGIN, TEXT(region->iso), TEXT(login->id), NUMBER(i + 1),
            TEXT(login->url), TEXT(login->portal), TEXT(login->title), TEXT(system),
            TEXT(login->audience), TEXT(login->via), TEXT(login->status), TEXT(login->since),
            TEXT(login->note), TEXT(login->plain_http), TEXT(login->confidence),
            TEXT(login->source), TEXT(login->checked));
    }
    for (size_t i = 0; i < region->former_count; i++) {
        const struct source_former *former = &region->formers[i];

        PUT(writer, INSERT_FORMER, TEXT(region->iso), TEXT(former->id), NUMBER(i + 1),
            TEXT(former->url), TEXT(former->portal), TEXT(former->until), TEXT(former->replaced_by),
            TEXT(former->source));
    }
}

static void put_postcodes(struct writer *writer, const struct source_region *region)
{
    for (size_t i = 0; i < region->postcodes.count; i++) {
        int first;
        int last;

        source_postcodes(region->postcodes.items[i], &first, &last);
        for (int number = first; number <= last; number++) {
            char prefix[8];

            snprintf(prefix, sizeof prefix, "%03d", number);
            PUT(writer, INSERT_REGION_POSTCODE, TEXT(prefix), TEXT(region->iso));
        }
    }
}

static void put_region(struct writer *writer, const struct source_region *region, size_t position)
{
    PUT(writer, INSERT_REGION, TEXT(region->iso), NUMBER(position), TEXT(region->name),
        TEXT(region->short_name), TEXT(region->place), TEXT(region->english), TEXT(region->kind),
        TEXT(region->capital), TEXT(region->district), TEXT(region->timezone),
        MAYBE(region->tile_row), MAYBE(region->tile_column), TEXT(region->note));
    for (size_t i = 0; i < region->codes.count; i++)
        PUT(writer, INSERT_REGION_CODE, TEXT(region->codes.items[i]), TEXT(region->iso),
            NUMBER(i + 1));
    put_words(writer, INSERT_REGION_ALIAS, region->iso, &region->aliases, false);
    put_words(writer, INSERT_REGION_CONTACT, region->iso, &region->contacts, true);
    put_logins(writer, region);
    put_postcodes(writer, region);
}

/* A region and what it is sorted by. */
struct sorted {
    const struct source_region *region;
    char *key; /* the folded short name: ё as е, and code points of а-я are in the order of the
                  alphabet */
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int keys = strcmp(a->key, b->key);

    return keys ? keys : strcmp(a->region->iso, b->region->iso);
}

static void put_regions(struct writer *writer)
{
    size_t count = writer->content->region_count;
    struct sorted *sorted = calloc(count + 1, sizeof *sorted);

    for (size_t i = 0; i < count && sorted != NULL; i++) {
        struct buffer key = BUFFER_INIT;
        const char *name;

        sorted[i].region = &writer->content->regions[i];
        name = sorted[i].region->short_name;
        if (utf8_fold(&key, name, strlen(name)) != ERR_NONE)
            writer->err = ERR_MEMORY;
        sorted[i].key = buffer_take(&key);
        if (sorted[i].key == NULL)
            writer->err = ERR_MEMORY;
        buffer_free(&key);
    }
    if (sorted == NULL)
        writer->err = ERR_MEMORY;
    if (writer->err == ERR_NONE)
        qsort(sorted, count, sizeof *sorted, compare_sorted);
    for (size_t i = 0; i < count && writer->err == ERR_NONE; i++)
        put_region(writer, sorted[i].region, i + 1);
    for (size_t i = 0; i < count && sorted != NULL; i++)
        free(sorted[i].key);
    free(sorted);
}

static void put_places(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->places.count; i++) {
        const struct place *place = &writer->content->places.items[i];

        PUT(writer, INSERT_PLACE, NUMBER(i + 1), TEXT(place->name), TEXT(place->region),
            NUMBER(place->population), REAL(place->latitude), REAL(place->longitude));
        for (size_t k = 0; k < place->aliases.count; k++)
            PUT(writer, INSERT_PLACE_ALIAS, NUMBER(i + 1), TEXT(place->aliases.items[k]));
    }
}

static void put_figures(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->figure_count; i++) {
        const struct figure *figure = &writer->content->figures[i];

        PUT(writer, INSERT_FIGURE, TEXT(figure->id), TEXT(figure->svg));
    }
}

static void put_list(struct writer *writer, enum insert insert, const struct article *article,
                     enum head_key key, bool numbered)
{
    struct words words;

    if (list_split(&words, article->head.values[key].text) != ERR_NONE)
        writer->err = ERR_MEMORY;
    put_words(writer, insert, article->id, &words, numbered);
    list_free(&words);
}

/* Every text of the content is in the archive by now. */
static long revision_of(const struct writer *writer, const struct article *article)
{
    const struct history_entry *entry = history_revision(writer->history, article->id);

    return entry != NULL ? atol(entry->fields[HISTORY_REVISION]) : 1;
}

static void put_article(struct writer *writer, const struct article *article)
{
    const struct head_value *head = article->head.values;
    const char *minutes = head[HEAD_MINUTES].text;
    const char *position = head[HEAD_POSITION].text;
    const char *reader = head[HEAD_READER].text;

    PUT(writer, INSERT_ARTICLE, TEXT(article->id), TEXT(article->question ? "question" : "guide"),
        MAYBE(article->number), TEXT(reader ? reader : "family"),
        NUMBER(position ? atol(position) : article->number), TEXT(head[HEAD_TITLE].text),
        TEXT(head[HEAD_SHORT].text), TEXT(head[HEAD_ALOUD].text), TEXT(head[HEAD_AUDIENCE].text),
        TEXT(head[HEAD_NEEDS].text), MAYBE(minutes ? atol(minutes) : 0),
        TEXT(head[HEAD_RESULT].text), TEXT(article->html), TEXT(article->text),
        TEXT(head[HEAD_UPDATED].text), HISTORY(revision_of(writer, article)), TEXT(article->digest),
        TEXT(head[HEAD_SOURCE].text), TEXT(head[HEAD_RETIRED].text),
        TEXT(head[HEAD_REPLACED_BY].text));
    for (size_t i = 0; i < article->step_count; i++) {
        const struct article_step *step = &article->steps[i];

        PUT(writer, INSERT_STEP, TEXT(article->id), NUMBER(i + 1), TEXT(step->title),
            TEXT(step->html), TEXT(step->text), TEXT(step->figure), TEXT(step->figure_alt),
            TEXT(step->slot), TEXT(step->via));
    }
    put_list(writer, INSERT_ARTICLE_PORTAL, article, HEAD_PORTALS, false);
    put_list(writer, INSERT_ARTICLE_REGION, article, HEAD_REGIONS, false);
    put_list(writer, INSERT_ARTICLE_CONTACT, article, HEAD_CONTACTS, true);
    put_list(writer, INSERT_ARTICLE_RELATED, article, HEAD_RELATED, true);
}

static void put_articles(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->article_count; i++)
        put_article(writer, &writer->content->articles[i]);
}

static void put_clients(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->clients.count; i++) {
        const struct client_row *row = &writer->content->clients.items[i];

        PUT(writer, INSERT_CLIENT_PATTERN, TEXT(row->pattern), TEXT(row->client));
    }
}

static void put_synonyms(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->synonyms.count; i++) {
        const struct synonym *row = &writer->content->synonyms.items[i];

        for (size_t k = 0; k < row->words.count; k++)
            PUT(writer, INSERT_VOCABULARY, NUMBER(row->line), TEXT(row->role), NUMBER(k + 1),
                TEXT(row->words.items[k]));
    }
}

static void put_holidays(struct writer *writer)
{
    for (size_t i = 0; i < writer->content->holidays.count; i++) {
        const struct holiday *day = &writer->content->holidays.items[i];

        PUT(writer, INSERT_HOLIDAY, NUMBER(day->year), NUMBER(day->month), NUMBER(day->day),
            NUMBER(day->work), TEXT(day->name), TEXT(day->source));
    }
}

/* --- the archive to rows --- */

/* One text before the present one; next took its place. */
static void put_revision(struct writer *writer, const struct article *now,
                         const struct history_entry *entry, const struct history_entry *next)
{
    struct article_past past = {.html = NULL};
    struct article_difference difference = {.html = NULL};
    const char *const *fields = entry->fields;
    const struct head_value *head = past.head.values;
    enum err err = article_past_load(&past, fields[HISTORY_SOURCE], now->question);
    const char *minutes;

    if (err == ERR_NONE)
        err = article_difference_make(&difference, fields[HISTORY_SOURCE], now->source,
                                      now->question);
    if (err == ERR_NONE && (!*past.html || difference.html == NULL))
        log_warning("revision %s of %s is shown as plain text or without its difference: the HTML "
                    "made of it is not safe",
                    fields[HISTORY_REVISION], now->id);
    minutes = head[HEAD_MINUTES].text;
    if (err == ERR_NONE)
        PUT(writer, INSERT_REVISION, TEXT(now->id), NUMBER(atol(fields[HISTORY_REVISION])),
            TEXT(entry->published), TEXT(next->published), TEXT(fields[HISTORY_TITLE]),
            TEXT(fields[HISTORY_SHORT]), TEXT(head[HEAD_AUDIENCE].text),
            TEXT(head[HEAD_NEEDS].text), MAYBE(minutes ? atol(minutes) : 0),
            TEXT(head[HEAD_RESULT].text), TEXT(past.html), TEXT(past.text), TEXT(difference.html),
            NUMBER(difference.added), NUMBER(difference.removed));
    else
        writer->err = err;
    article_difference_free(&difference);
    article_past_free(&past);
}

static void put_revisions(struct writer *writer, const struct article *article)
{
    const struct history_entry *before = NULL;

    for (size_t i = 0; i < history_count(writer->history) && writer->err == ERR_NONE; i++) {
        const struct history_entry *entry = history_entry(writer->history, i);
        const char *id = entry->fields[HISTORY_ARTICLE];

        if (id == NULL || strcmp(id, article->id) != 0)
            continue;
        if (before != NULL)
            put_revision(writer, article, before, entry);
        before = entry;
    }
}

/* What a field was before; NULL if it was the same. */
static const char *if_other(const struct history_entry *before, const struct history_entry *after,
                            enum history_field field)
{
    const char *was = before != NULL ? before->fields[field] : NULL;
    const char *is = after->fields[field];

    return was != NULL && is != NULL && strcmp(was, is) == 0 ? NULL : was;
}

/* The entry about the same address before this one, or NULL. */
static const struct history_entry *entry_before(const struct history *history, size_t at)
{
    const char *const *fields = history_entry(history, at)->fields;

    while (at-- > 0) {
        const struct history_entry *other = history_entry(history, at);

        if (other->fields[HISTORY_SUBJECT] != NULL &&
            strcmp(other->fields[HISTORY_ID], fields[HISTORY_ID]) == 0 &&
            strcmp(other->fields[HISTORY_OWNER], fields[HISTORY_OWNER]) == 0 &&
            strcmp(other->fields[HISTORY_SUBJECT], fields[HISTORY_SUBJECT]) == 0)
            return other;
    }
    return NULL;
}

static void put_address_change(struct writer *writer, size_t at, const char *id)
{
    const struct history_entry *entry = history_entry(writer->history, at);
    const char *const *fields = entry->fields;
    const char *change = fields[HISTORY_CHANGE], *subject = fields[HISTORY_SUBJECT];
    const char *owner = fields[HISTORY_OWNER];
    bool federal = strcmp(subject, "federal") == 0;
    const struct history_entry *before =
        strcmp(change, "changed") == 0 ? entry_before(writer->history, at) : NULL;

    PUT(writer, INSERT_CHANGE, NUMBER(entry->number), TEXT(id), TEXT(entry->published),
        TEXT(subject), TEXT(change), NONE, NONE, TEXT(federal ? NULL : owner),
        TEXT(fields[HISTORY_NAME]), TEXT(fields[HISTORY_URL]),
        TEXT(federal ? owner : fields[HISTORY_PORTAL]), TEXT(fields[HISTORY_VIA]),
        TEXT(fields[HISTORY_STATUS]), TEXT(if_other(before, entry, HISTORY_URL)),
        TEXT(if_other(before, entry, HISTORY_VIA)), TEXT(if_other(before, entry, HISTORY_STATUS)),
        TEXT(fields[HISTORY_UNTIL]), TEXT(fields[HISTORY_REPLACED_BY]));
}

/* A text is new with its first revision, gone once it says so, and changed otherwise. */
static void put_article_change(struct writer *writer, size_t at, const char *id)
{
    const struct history_entry *entry = history_entry(writer->history, at);
    const char *const *fields = entry->fields;
    bool question = strncmp(fields[HISTORY_ARTICLE], "q/", 2) == 0;
    const char *change = strcmp(fields[HISTORY_REVISION], "1") == 0 ? "added" : "changed";

    if (fields[HISTORY_RETIRED] != NULL)
        change = "removed";
    PUT(writer, INSERT_CHANGE, NUMBER(entry->number), TEXT(id), TEXT(entry->published),
        TEXT(question ? "question" : "guide"), TEXT(change), TEXT(fields[HISTORY_ARTICLE]),
        NUMBER(atol(fields[HISTORY_REVISION])), NONE, TEXT(fields[HISTORY_TITLE]), NONE, NONE, NONE,
        NONE, NONE, NONE, NONE, NONE, NONE);
}

#define CHANGE_ID_DIGITS 12 /* of an entry's digest: enough to be the only one */

/* Everything that the archive has seen change, but for what was there when it began. */
static void put_changes(struct writer *writer)
{
    for (size_t i = 0; i < history_count(writer->history); i++) {
        const struct history_entry *entry = history_entry(writer->history, i);
        char id[CHANGE_ID_DIGITS + 2];

        snprintf(id, sizeof id, "c%.*s", CHANGE_ID_DIGITS, entry->digest);
        if (entry->baseline)
            continue;
        if (entry->fields[HISTORY_ARTICLE] != NULL)
            put_article_change(writer, i, id);
        else
            put_address_change(writer, i, id);
    }
}

static void put_past(struct writer *writer)
{
    writer->past = true;
    for (size_t i = 0; i < writer->content->article_count; i++)
        put_revisions(writer, &writer->content->articles[i]);
    put_changes(writer);
    writer->past = false;
}

static void put_meta(struct writer *writer, char identity[static DIGEST_HEX_SIZE])
{
    char now[21];

    buffer_puts(&writer->rows, schema_sql);
    buffer_puts(&writer->rows, "search index " SEARCH_INDEX_VERSION);
    if (buffer_failed(&writer->rows)) {
        writer->err = ERR_MEMORY;
        return;
    }
    digest_hex(writer->rows.data, writer->rows.len, identity);
    clock_format(clock_now(), now);
    PUT(writer, INSERT_META, TEXT("identity"), TEXT(identity));
    PUT(writer, INSERT_META, TEXT("published"), TEXT(now));
    PUT(writer, INSERT_META, TEXT("schema"), TEXT(SCHEMA_NUMBER));
    PUT(writer, INSERT_META, TEXT("history"), TEXT(history_head(writer->history)));
    if (history_count(writer->history) > 0)
        PUT(writer, INSERT_META, TEXT("began"), TEXT(history_entry(writer->history, 0)->published));
}

/* --- the new file --- */

static void run(struct writer *writer, const char *sql)
{
    if (writer->err == ERR_NONE && sqlite3_exec(writer->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        database_failed(writer, sql);
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
}

/* No journal file beside it: the file is thrown away if anything fails, and synced by us when all
 * is done. The header must not say WAL: readers open it immutable. */
static const char setup_sql[] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
                                "PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;";

static void write_rows(struct writer *writer, char identity[static DIGEST_HEX_SIZE])
{
    static void (*const parts[])(struct writer * writer) = {
        put_portals,  put_contacts, put_regions,  put_places,   put_figures,
        put_articles, put_clients,  put_holidays, put_synonyms, put_past};

    run(writer, "BEGIN; PRAGMA defer_foreign_keys = ON;");
    run(writer, schema_sql);
    for (size_t i = 0; i < INSERT__MAX && writer->err == ERR_NONE; i++) {
        if (sqlite3_prepare_v2(writer->db, inserts[i], -1, &writer->statements[i], NULL) !=
            SQLITE_OK)
            database_failed(writer, inserts[i]);
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && writer->err == ERR_NONE; i++)
        parts[i](writer);
    if (writer->err == ERR_NONE)
        put_meta(writer, identity);
    if (writer->err == ERR_NONE)
        writer->err = search_index_build(writer->db);
    for (size_t i = 0; i < INSERT__MAX; i++)
        sqlite3_finalize(writer->statements[i]);
    run(writer, "COMMIT");
}

/* Writes the whole snapshot into the empty file path, and syncs it. */
static enum err build(const char *path, const struct content *content,
                      const struct history *history, char identity[static DIGEST_HEX_SIZE])
{
    struct writer writer = {.content = content, .history = history};

    if (sqlite3_open_v2(path, &writer.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        database_failed(&writer, path);
    run(&writer, setup_sql);
    if (writer.err == ERR_NONE)
        write_rows(&writer, identity);
    run(&writer, "VACUUM");
    run(&writer, "ANALYZE");
    verify(&writer);
    if (sqlite3_close(writer.db) != SQLITE_OK && writer.err == ERR_NONE)
        database_failed(&writer, "close");
    buffer_free(&writer.rows);
    return writer.err == ERR_NONE ? file_sync(path) : writer.err;
}

/* --- the swap --- */

/* Takes the publisher's lock; *fd is to be closed. The lock file stays: removing it would make two
 * locks. */
static enum err lock(int *fd, const char *snapshot)
{
    char *path = NULL;
    enum err err = ERR_NONE;

    if (asprintf(&path, "%s.lock", snapshot) < 0)
        return ERR_MEMORY;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*fd < 0 || flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        err = *fd >= 0 && errno == EWOULDBLOCK ? ERR_BUSY : ERR_SYSTEM;
        log_error("cannot lock %s: %s", path,
                  err == ERR_BUSY ? "another publish is running" : strerror(errno));
    }
    free(path);
    return err;
}

/* A foreign journal beside a swapped file would be applied to it and mix old rows with new ones. */
static enum err refuse_journals(const char *snapshot)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal"};

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *path = NULL;
        bool there;

        if (asprintf(&path, "%s%s", snapshot, suffixes[i]) < 0)
            return ERR_MEMORY;
        there = access(path, F_OK) == 0;
        if (there)
            log_error(
                "%s exists: some program has opened the snapshot for writing; end it, remove the"
                " file, and publish again",
                path);
        free(path);
        if (there)
            return ERR_DATABASE;
    }
    return ERR_NONE;
}

/* Makes the empty file for the new snapshot. Under the lock, one that is there is a killed
 * publisher's. */
static enum err make_empty(const char *path)
{
    int fd;

    if (unlink(path) == 0)
        log_warning("removed %s, left by a publish that did not end", path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) {
        log_error("cannot make %s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    close(fd);
    return ERR_NONE;
}

static enum err swap(const char *made, const char *snapshot)
{
    enum err err = refuse_journals(snapshot);
    char *folder;

    if (err != ERR_NONE)
        return err;
    if (rename(made, snapshot) != 0) {
        log_error("cannot rename %s to %s: %s", made, snapshot, strerror(errno));
        return ERR_SYSTEM;
    }
    folder = folder_of(snapshot);
    err = folder != NULL ? file_sync(folder) : ERR_MEMORY;
    free(folder);
    return err;
}

/* Builds beside the snapshot and swaps, unless the content is the published one. The archive gets
 * what is new in between: once the new snapshot can be had, and before anybody sees it. A crash
 * right after that leaves an archive that knows these texts already, and the next publish finds
 * nothing new in them. */
static enum err replace(const char *snapshot, const struct content *content,
                        const struct published *published, struct history *history,
                        struct publish_summary *summary)
{
    char *made = NULL;
    enum err err;
    bool same;

    if (asprintf(&made, "%s.new", snapshot) < 0)
        return ERR_MEMORY;
    err = make_empty(made);
    if (err != ERR_NONE)
        goto out;
    err = record_changes(history, content, published);
    if (err == ERR_NONE)
        err = build(made, content, history, summary->identity);
    if (err == ERR_NONE)
        err = history_commit(history);
    same = strcmp(summary->identity, published->identity) == 0 &&
           strcmp(SCHEMA_NUMBER, published->schema) == 0 &&
           strcmp(history_head(history), published->history) == 0;
    if (err == ERR_NONE && !same) {
        err = swap(made, snapshot);
        summary->changed = err == ERR_NONE;
    }
    if (!summary->changed)
        unlink(made);
out:
    free(made);
    return err;
}

/* --- check and publish --- */

static void sum_up(struct publish_summary *summary, const struct content *content)
{
    *summary = (struct publish_summary){.regions = content->region_count};
    for (size_t i = 0; i < content->region_count; i++)
        summary->addresses += content->regions[i].login_count;
    for (size_t i = 0; i < content->portal_count; i++)
        summary->addresses += content->portals[i].address_count;
    for (size_t i = 0; i < content->article_count; i++) {
        if (content->articles[i].question)
            summary->questions++;
        else
            summary->guides++;
    }
}

/* Everything that a check reads; to be freed whatever happens. */
struct reading {
    struct content content;
    struct published published;
    struct history *history; /* NULL: nothing to compare with was named */
};

static void reading_free(struct reading *reading)
{
    content_free(&reading->content);
    published_free(&reading->published);
    history_close(reading->history);
}

/* Reads and checks everything. */
static enum err read_all(struct reading *reading, const char *data, const char *previous,
                         struct faults *faults)
{
    size_t before = faults_count(faults);
    enum err err = published_read(&reading->published, previous);

    if (err == ERR_NONE && previous != NULL)
        err = history_read(&reading->history, &reading->published, previous);
    if (err == ERR_NONE)
        err = content_read(&reading->content, data, faults);
    if (err == ERR_NONE)
        err = check_content(&reading->content, data, &reading->published, faults);
    if (err == ERR_NONE && faults_count(faults) > before)
        err = ERR_INVALID;
    return err;
}

/* Lists what is retired now and was not when it was published. */
static enum err find_retiring(struct words *out, const struct content *content,
                              const struct published *published)
{
    struct buffer list = BUFFER_INIT;
    enum err err;

    for (size_t i = 0; i < published->article_count; i++) {
        const struct published_article *old = &published->articles[i];
        const struct article *article = content_article(content, old->id);

        if (!old->retired && article != NULL && !article->broken &&
            article->head.values[HEAD_RETIRED].text != NULL)
            buffer_printf(&list, "%s%s", list.len > 0 ? "," : "", old->id);
    }
    err = buffer_failed(&list) ? ERR_MEMORY : list_split(out, buffer_text(&list));
    buffer_free(&list);
    return err;
}

void publish_summary_free(struct publish_summary *summary)
{
    list_free(&summary->retiring);
}

enum err content_check(const char *data, const char *previous, struct faults *faults,
                       struct publish_summary *summary)
{
    struct reading reading = {.history = NULL};
    enum err err = read_all(&reading, data, previous, faults);

    if (summary != NULL)
        sum_up(summary, &reading.content);
    if (summary != NULL && err == ERR_NONE)
        err = find_retiring(&summary->retiring, &reading.content, &reading.published);
    reading_free(&reading);
    return err;
}

static enum err publish_locked(const char *data, const char *snapshot, struct faults *faults,
                               struct publish_summary *summary)
{
    struct reading reading = {.history = NULL};
    struct publish_summary figures;
    enum err err = refuse_journals(snapshot);

    if (err == ERR_NONE)
        err = read_all(&reading, data, snapshot, faults);
    sum_up(&figures, &reading.content);
    if (err == ERR_NONE)
        err = replace(snapshot, &reading.content, &reading.published, reading.history, &figures);
    if (summary != NULL)
        *summary = figures;
    reading_free(&reading);
    return err;
}

enum err content_publish(const char *data, const char *snapshot, struct faults *faults,
                         struct publish_summary *summary)
{
    char *folder = folder_of(snapshot);
    int fd = -1;
    enum err err = folder != NULL ? file_make_folder(folder) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = lock(&fd, snapshot);
    if (err == ERR_NONE)
        err = publish_locked(data, snapshot, faults, summary);
    if (fd >= 0)
        close(fd);
    free(folder);
    return err;
}
