/*
 * index.c: from the tables of a snapshot to names, words, hosts and full text. Contract: index.h.
 *
 * Here is what counts as a name and which words of it may be left out; lexicon.c keeps, numbers and
 * writes what comes of it.
 */
#include "search/index.h"
#include "base/buffer.h"
#include "base/idn.h"
#include "base/log.h"
#include "base/url.h"
#include "base/utf8.h"
#include "gen/search/text.sql.h"
#include "search/lexicon.h"
#include "search/plain.h"
#include "search/stem.h"
#include "search/words.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS_SHARED "3" /* a host that more regions than this have names none of them */

/* Words that say what a name is of, not which; they never make a name what it is. */
enum { ROLE_STOP = 1, ROLE_FILLER = 2, ROLE_REGION = 4, ROLE_PLACE = 8 };

struct role_word {
    char *word;
    unsigned role;
};

struct index {
    sqlite3 *db;
    struct lexicon lexicon; /* its err is that of the whole */
    struct role_word *roles;
    size_t role_count, role_room;
};

static void index_free(struct index *index)
{
    for (size_t i = 0; i < index->role_count; i++)
        free(index->roles[i].word);
    free(index->roles);
    lexicon_free(&index->lexicon);
}

static void failed(struct index *index, const char *what)
{
    if (index->lexicon.err == ERR_NONE) {
        log_error("search index: %s: %s", what, sqlite3_errmsg(index->db));
        index->lexicon.err = ERR_DATABASE;
    }
}

/* Hands a piece of memory on, and notes that there was none. */
static void *had(struct index *index, void *memory)
{
    if (memory == NULL)
        index->lexicon.err = ERR_MEMORY;
    return memory;
}

/* --- reading --- */

static const char *column(sqlite3_stmt *row, int n)
{
    const char *text = (const char *)sqlite3_column_text(row, n);

    return text != NULL ? text : "";
}

/* Runs a statement and hands its rows to take, which may be NULL for one that has none. */
static void each(struct index *index, const char *sql, void (*take)(struct index *, sqlite3_stmt *))
{
    sqlite3_stmt *statement = NULL;
    int rc = SQLITE_OK;

    if (index->lexicon.err != ERR_NONE)
        return;
    if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
        failed(index, sql);
    while (index->lexicon.err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        take(index, statement);
        if (sqlite3_errcode(index->db) == SQLITE_NOMEM) /* a column that could not be had */
            had(index, NULL);
    }
    if (index->lexicon.err == ERR_NONE && rc != SQLITE_DONE)
        failed(index, sql);
    sqlite3_finalize(statement);
}

/* The folded words of a text; the caller frees. NULL (noted) without memory. */
static char *fold(struct index *index, const char *text, size_t len)
{
    struct buffer folded = BUFFER_INIT;
    char *words = search_words(&folded, text, len) == ERR_NONE ? buffer_take(&folded) : NULL;

    buffer_free(&folded);
    return had(index, words);
}

static char *fold_column(struct index *index, sqlite3_stmt *row, int n)
{
    const char *text = column(row, n);

    return fold(index, text, strlen(text));
}

/* --- roles --- */

/* Room for one more role; doubles. */
static bool have_room(struct index *index)
{
    size_t wanted = index->role_room ? index->role_room * 2 : 256;
    struct role_word *grown;

    if (index->role_count < index->role_room)
        return true;
    grown = had(index, reallocarray(index->roles, wanted, sizeof *grown));
    if (grown == NULL)
        return false;
    index->roles = grown;
    index->role_room = wanted;
    return true;
}

static void take_role(struct index *index, sqlite3_stmt *row)
{
    static const struct {
        const char *word;
        unsigned role;
    } roles[] = {{"stop", ROLE_STOP},
                 {"filler", ROLE_FILLER},
                 {"region", ROLE_REGION},
                 {"place", ROLE_PLACE}};
    char *folded;
    unsigned role = 0;

    if (!have_room(index))
        return;
    folded = fold_column(index, row, 1);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].word, column(row, 0)) == 0)
            role = roles[i].role;
    lexicon_add_words(&index->lexicon, folded, false);
    index->roles[index->role_count++] = (struct role_word){folded, role};
}

static unsigned role_of(const struct index *index, const char *word, size_t len)
{
    unsigned role = 0;

    for (size_t i = 0; i < index->role_count; i++) {
        const char *own = index->roles[i].word;

        if (own != NULL && strlen(own) == len && memcmp(own, word, len) == 0)
            role |= index->roles[i].role;
    }
    return role;
}

/* --- names --- */

/* A name to be added: what it is of, without words and form yet, and what may be left out of it. */
struct source {
    struct lexicon_name of;
    unsigned leave_out; /* roles whose words are no part of the name */
};

static void add_form(struct index *index, const struct source *source, const char *words,
                     const char *form)
{
    struct lexicon_name name = source->of;

    name.words = words;
    name.form = form;
    if (words != NULL)
        lexicon_add_name(&index->lexicon, &name);
}

/* The words of folded without those of the roles left out; all of them if nothing would be left. */
static char *keep_words(struct index *index, const char *folded, unsigned leave_out)
{
    struct buffer kept = BUFFER_INIT;
    const char *rest = folded, *word;
    size_t count = 0;
    char *words;

    for (size_t len; (len = search_next_word(&rest, &word)) > 0 && count < LEXICON_WORDS_IN_NAME;) {
        if (role_of(index, word, len) & leave_out)
            continue;
        buffer_puts(&kept, count++ ? " " : "");
        buffer_add(&kept, word, len);
    }
    if (kept.len == 0)
        buffer_puts(&kept, folded);
    words = buffer_take(&kept);
    buffer_free(&kept);
    return had(index, words);
}

/* «нижнийновгород»: how a name is typed in a hurry or in an address. */
static void add_joined(struct index *index, const struct source *source, const char *words)
{
    struct buffer joined = BUFFER_INIT;

    for (const char *from = words; *from; from++)
        if (*from != ' ')
            buffer_putc(&joined, *from);
    if (buffer_failed(&joined))
        had(index, NULL);
    add_form(index, source, buffer_text(&joined), "joined");
    buffer_free(&joined);
}

static void add_folded(struct index *index, const struct source *source, const char *folded)
{
    char *kept = keep_words(index, folded, source->leave_out);

    add_form(index, source, folded, "full");
    if (kept != NULL && strcmp(kept, folded) != 0)
        add_form(index, source, kept, "short");
    if (kept != NULL && strchr(kept, ' ') != NULL)
        add_joined(index, source, kept);
    if (strchr(folded, ' ') != NULL)
        add_joined(index, source, folded);
    free(kept);
}

static bool says_nothing(const struct index *index, const char *folded)
{
    const char *word;

    for (size_t len; (len = search_next_word(&folded, &word)) > 0;)
        if (!(role_of(index, word, len) & (ROLE_STOP | ROLE_FILLER | ROLE_REGION | ROLE_PLACE)))
            return false;
    return true;
}

/* Length of a mark that parts a name into names: brackets, «», a dash with spaces, a full stop that
 * ends a word. */
static size_t parting(const char *at)
{
    static const char *const marks[] = {"(", ")", "«", "»", " — ", " – ", " - ", ". "};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strncmp(at, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    return 0;
}

/* Adds a name within a name, unless it is the same or no name by itself. */
static void add_part(struct index *index, const struct source *source, const char *whole,
                     const char *start, size_t len)
{
    char *words = fold(index, start, len);

    if (words != NULL && *words && strcmp(words, whole) != 0 && !says_nothing(index, words))
        add_folded(index, source, words);
    free(words);
}

/* Adds a name and the names within it: «Саха (Якутия)», «Кемеровская область — Кузбасс», «ГИС НСО
 * «Электронная школа»».
 */
static void add_name(struct index *index, const struct source *source)
{
    const char *start = source->of.shown;
    char *folded = fold(index, start, strlen(start));

    if (folded == NULL)
        return;
    add_folded(index, source, folded);
    for (const char *at = start; index->lexicon.err == ERR_NONE; at++) {
        size_t mark = parting(at);

        if (*at && mark == 0)
            continue;
        add_part(index, source, folded, start, (size_t)(at - start));
        if (!*at)
            break;
        start = at + mark;
        at += mark - 1;
    }
    free(folded);
}

static void take_region_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {{.kind = sqlite3_column_int(row, 0) ? "alias" : "name",
                                   .region = column(row, 1),
                                   .shown = column(row, 2),
                                   .weight = sqlite3_column_int64(row, 3)},
                                  ROLE_REGION | ROLE_STOP};

    add_name(index, &source);
}

/* True if all words of a few are among many: «Ростов» of «Ростов-на-Дону». */
static bool is_part_of(const char *few, const char *many)
{
    const char *rest = few, *word;
    bool part = true;

    for (size_t len; part && (len = search_next_word(&rest, &word)) > 0;) {
        const char *others = many, *other;
        bool found = false;

        for (size_t n; !found && (n = search_next_word(&others, &other)) > 0;)
            found = n == len && memcmp(word, other, len) == 0;
        part = found;
    }
    return part;
}

static void take_place_name(struct index *index, sqlite3_stmt *row)
{
    char *name = fold_column(index, row, 1), *own = fold_column(index, row, 2);
    bool part = name != NULL && own != NULL && is_part_of(own, name);
    const struct source source = {{.kind = part ? "place" : "renamed",
                                   .region = column(row, 0),
                                   .shown = column(row, 2),
                                   .place = sqlite3_column_int64(row, 4),
                                   .weight = sqlite3_column_int64(row, 3)},
                                  ROLE_STOP};

    add_name(index, &source);
    free(name);
    free(own);
}

static void take_system_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {{.kind = "system",
                                   .region = column(row, 0),
                                   .shown = column(row, 1),
                                   .weight = sqlite3_column_int64(row, 2)},
                                  0};

    add_name(index, &source);
}

static void take_portal_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {
        {.kind = "portal", .portal = column(row, 0), .shown = column(row, 1)}, 0};

    add_name(index, &source);
}

/* --- hosts --- */

static const char insert_host[] =
    "INSERT OR IGNORE INTO search_host (host, path, region, kind, shown) VALUES (?, ?, ?, ?, ?)";

static void put_host(struct index *index, const char *host, const char *path, const char *kind,
                     sqlite3_stmt *row, const char *shown)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(index->db, insert_host, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(statement, 2, path, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(statement, 3, column(row, 0), -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(statement, 4, kind, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_text(statement, 5, shown, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_DONE)
        failed(index, insert_host);
    sqlite3_finalize(statement);
}

/* The host and every domain above it, down to two labels. */
static void put_domains(struct index *index, sqlite3_stmt *row, const char *host, const char *path,
                        const char *kind)
{
    put_host(index, host, path, kind, row, host);
    for (const char *dot = strchr(host, '.'); dot != NULL && strchr(dot + 1, '.') != NULL;
         dot = strchr(dot + 1, '.'))
        put_host(index, dot + 1, "", "domain", row, dot + 1);
}

/* A label of a host: each word of it that says something may be what the region is searched by. */
static void add_label(struct index *index, sqlite3_stmt *row, const char *label, size_t len)
{
    const struct source source = {{.kind = "host",
                                   .region = column(row, 0),
                                   .shown = column(row, 3),
                                   .weight = sqlite3_column_int64(row, 2)},
                                  0};
    char *folded = fold(index, label, len);
    const char *rest = folded, *word;

    for (size_t n; folded != NULL && (n = search_next_word(&rest, &word)) > 0;) {
        char *one;

        if (n < 3 || (word[0] >= '0' && word[0] <= '9') || role_of(index, word, n))
            continue;
        one = had(index, strndup(word, n));
        add_form(index, &source, one, "full");
        free(one);
    }
    free(folded);
}

/* Names of a region: the labels of its host that are words, without the last one. */
static void take_labels(struct index *index, sqlite3_stmt *row)
{
    const char *host = column(row, 1), *end = strrchr(host, '.');

    while (end != NULL && host < end) {
        size_t len = strcspn(host, ".");

        add_label(index, row, host, len);
        host += len + 1;
    }
}

static void take_host(struct index *index, sqlite3_stmt *row)
{
    struct url url;
    struct buffer host = BUFFER_INIT, letters = BUFFER_INIT;
    const char *name;
    char *path;

    if (url_parse(&url, column(row, 1)) != ERR_NONE)
        return; /* content was checked; what a browser would not open has no host to be found by */
    url.port = 0;
    url_host(&host, &url);
    name = buffer_text(&host);
    name += strncmp(name, "www.", 4) == 0 ? 4 : 0;
    path = strndup(url.rest, strcspn(url.rest, "?#"));
    if (had(index, path) != NULL &&
        (buffer_failed(&host) || idn_to_unicode(&letters, name) == ERR_MEMORY ||
         buffer_failed(&letters)))
        had(index, NULL);
    if (index->lexicon.err == ERR_NONE) {
        if (path[strspn(path, "/")] == '\0')
            *path = '\0';
        put_domains(index, row, name, path, column(row, 2));
        if (strcmp(buffer_text(&letters), name) != 0 && letters.len > 0)
            put_domains(index, row, buffer_text(&letters), path, column(row, 2));
    }
    free(path);
    buffer_free(&host);
    buffer_free(&letters);
}

/* --- articles --- */

static void take_text(struct index *index, sqlite3_stmt *row)
{
    char *folded = fold_column(index, row, 0);

    lexicon_add_words(&index->lexicon, folded, true);
    free(folded);
}

static void write_text(struct index *index)
{
    if (index->lexicon.err == ERR_NONE)
        index->lexicon.err = search_stem_register(index->db);
    if (index->lexicon.err == ERR_NONE)
        index->lexicon.err = search_plain_register(index->db);
    if (index->lexicon.err == ERR_NONE &&
        sqlite3_exec(index->db, text_sql, NULL, NULL, NULL) != SQLITE_OK)
        failed(index, "search/text.sql");
}

/* --- all of it --- */

#define PEOPLE "(SELECT coalesce(sum(population), 0) FROM place AS p WHERE p.region = r.iso)"

/* In this order: roles before names, and names of one thing together. */
static const struct pass {
    const char *sql;
    void (*take)(struct index *, sqlite3_stmt *);
} passes[] = {
    {"SELECT role, words FROM vocabulary WHERE role NOT IN ('same', 'portal', 'answer')",
     take_role},
    {"SELECT rank = 4, region, shown, weight FROM ("
     "SELECT 1 AS rank, iso AS region, short AS shown, " PEOPLE " AS weight FROM region AS r"
     " UNION ALL SELECT 2, iso, name, " PEOPLE " FROM region AS r"
     " UNION ALL SELECT 3, iso, english, " PEOPLE " FROM region AS r"
     " UNION ALL SELECT 4, iso, alias, " PEOPLE
     " FROM region AS r JOIN region_alias ON region = iso) ORDER BY region, rank, shown",
     take_region_name},
    {"SELECT region, name, shown, population, id FROM ("
     "SELECT 1 AS rank, region, name, name AS shown, population, id FROM place"
     " UNION ALL SELECT 2, region, name, alias, population, id FROM place JOIN place_alias ON "
     "place = id)"
     " ORDER BY id, rank, shown",
     take_place_name},
    {"SELECT DISTINCT r.iso, system, " PEOPLE " FROM region AS r JOIN"
     " (SELECT region, system FROM login UNION SELECT region, portal FROM former) ON region = r.iso"
     " ORDER BY r.iso, system",
     take_system_name},
    {"SELECT id, name FROM (SELECT id, 1 AS rank, name FROM portal WHERE NOT federal"
     " UNION ALL SELECT a.words, 2, b.words FROM vocabulary AS a JOIN vocabulary AS b ON b.line = "
     "a.line"
     " WHERE a.role = 'portal' AND a.position = 1 AND b.position > 1"
     " AND EXISTS (SELECT 1 FROM portal WHERE id = a.words)) ORDER BY id, rank, name",
     take_portal_name},
    {"SELECT region, url, kind FROM (SELECT region, url, position, 'host' AS kind FROM login"
     " UNION ALL SELECT region, url, position, 'former' FROM former) ORDER BY region, kind DESC, "
     "position",
     take_host},
    /* A domain that several regions have names none of them. */
    {"DELETE FROM search_host WHERE kind = 'domain' AND host IN (SELECT host FROM search_host"
     " GROUP BY host HAVING count(DISTINCT region) > 1)",
     NULL},
    {"SELECT h.region, h.host, " PEOPLE
     ", h.shown FROM search_host AS h JOIN region AS r ON r.iso = h.region"
     " WHERE h.kind = 'host' AND (SELECT count(DISTINCT region) FROM search_host AS o WHERE o.host "
     "= h.host) <= " HOSTS_SHARED " ORDER BY h.region, h.host, h.path",
     take_labels},
    {"SELECT title || ' ' || short || ' ' || text FROM article UNION ALL SELECT title || ' ' || "
     "coalesce(short || ' ', '') || text FROM part"
     " UNION ALL SELECT words FROM vocabulary WHERE role = 'same' OR (role = 'answer' AND position "
     "> 1)",
     take_text},
};

enum err search_index_build(sqlite3 *db)
{
    struct index index = {.db = db};

    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
        each(&index, passes[i].sql, passes[i].take);
    lexicon_write(&index.lexicon, db);
    write_text(&index);
    index_free(&index);
    return index.lexicon.err;
}
