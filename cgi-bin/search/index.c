/*
 * index.c: from the tables of a snapshot to names, words, hosts and full text. Contract:
 * index.h.
 *
 * Two passes over names in memory, because a name is stored as numbers of words and words are
 * numbered in sorted order: first all names with their folded words, then the words sorted and
 * numbered, then both written.
 */
#include "search/index.h"
#include "base/buffer.h"
#include "base/idn.h"
#include "base/log.h"
#include "base/url.h"
#include "base/utf8.h"
#include "gen/search/text.sql.h"
#include "search/sound.h"
#include "search/stem.h"
#include "search/words.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX     4000000 /* sanity: a number of a name must fit the reader's 32 bits with room */
#define WORDS_IN_NAME 8       /* longer names lose their tail; real ones have six */
#define HOSTS_SHARED  "3"     /* a host that more regions than this have names none of them */

/* Words that say what a name is of, not which; they never make a name what it is. */
enum { ROLE_STOP = 1, ROLE_FILLER = 2, ROLE_REGION = 4, ROLE_PLACE = 8 };

struct role_word {
    char *word;
    unsigned role;
};

struct name {
    const char *kind; /* static */
    char *region, *portal, *shown;
    char *words; /* folded, space between */
    sqlite3_int64 place, weight;
    const char *form; /* static: full, short, joined */
};

struct word {
    char *word, *key;
    bool text;
    size_t alphabetic; /* number in the order of word, from 1 */
};

struct index {
    sqlite3 *db;
    struct name *names;
    size_t name_count, name_room;
    struct word *words;
    size_t word_count, word_room;
    struct role_word *roles;
    size_t role_count, role_room;
    enum err err; /* sticky */
};

/* --- memory --- */

/* Room for one more; doubles. */
static void *grow(struct index *index, void *items, size_t count, size_t *room, size_t size)
{
    size_t wanted;
    void *grown;

    if (count < *room)
        return items;
    wanted = *room ? *room * 2 : 256;
    grown = reallocarray(items, wanted, size);
    if (grown == NULL) {
        index->err = ERR_MEMORY;
        return NULL;
    }
    *room = wanted;
    return grown;
}

static char *copy(struct index *index, const char *text)
{
    char *own = text != NULL ? strdup(text) : NULL;

    if (text != NULL && own == NULL)
        index->err = ERR_MEMORY;
    return own;
}

static void index_free(struct index *index)
{
    for (size_t i = 0; i < index->name_count; i++) {
        free(index->names[i].region);
        free(index->names[i].portal);
        free(index->names[i].shown);
        free(index->names[i].words);
    }
    for (size_t i = 0; i < index->word_count; i++) {
        free(index->words[i].word);
        free(index->words[i].key);
    }
    for (size_t i = 0; i < index->role_count; i++)
        free(index->roles[i].word);
    free(index->names);
    free(index->words);
    free(index->roles);
}

static void failed(struct index *index, const char *what)
{
    if (index->err == ERR_NONE) {
        log_error("search index: %s: %s", what, sqlite3_errmsg(index->db));
        index->err = ERR_DATABASE;
    }
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

    if (index->err != ERR_NONE)
        return;
    if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
        failed(index, sql);
    while (index->err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW)
        take(index, statement);
    if (index->err == ERR_NONE && rc != SQLITE_DONE)
        failed(index, sql);
    sqlite3_finalize(statement);
}

/* The folded words of a text; the caller frees. NULL after an error. */
static char *fold(struct index *index, const char *text)
{
    struct buffer folded = BUFFER_INIT;
    char *words;

    if (search_words(&folded, text, strlen(text)) != ERR_NONE || buffer_failed(&folded))
        index->err = ERR_MEMORY;
    words = buffer_take(&folded);
    buffer_free(&folded);
    return index->err == ERR_NONE ? words : (free(words), NULL);
}

/* --- words --- */

static void add_word(struct index *index, const char *text, size_t len, bool in_text)
{
    struct word *words =
        grow(index, index->words, index->word_count, &index->word_room, sizeof *words);
    struct buffer key = BUFFER_INIT;
    char *word;

    if (words == NULL || index->err != ERR_NONE)
        return;
    index->words = words;
    word = strndup(text, len);
    if (word != NULL)
        sound_key(&key, word);
    words[index->word_count] = (struct word){word, buffer_take(&key), in_text, 0};
    if (word == NULL || words[index->word_count++].key == NULL)
        index->err = ERR_MEMORY;
}

static void add_words(struct index *index, const char *folded, bool in_text)
{
    const char *word;

    for (size_t len; folded != NULL && (len = search_next_word(&folded, &word)) > 0;)
        add_word(index, word, len, in_text);
}

static int compare_words(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    int order = strcmp(a->key, b->key);

    return order ? order : strcmp(a->word, b->word);
}

/* Sorts the words and makes one of equal ones. */
static void number_words(struct index *index)
{
    size_t kept = 0;

    if (index->err != ERR_NONE || index->word_count == 0)
        return;
    qsort(index->words, index->word_count, sizeof *index->words, compare_words);
    for (size_t i = 1; i < index->word_count; i++) {
        struct word *word = &index->words[i];

        if (strcmp(index->words[kept].word, word->word) != 0) {
            index->words[++kept] = *word;
            continue;
        }
        index->words[kept].text |= word->text;
        free(word->word);
        free(word->key);
    }
    index->word_count = kept + 1;
}

static int compare_texts(const void *left, const void *right)
{
    const struct word *const *a = left, *const *b = right;

    return strcmp((*a)->word, (*b)->word);
}

/* Numbers the words a second time, in the order of the alphabet. */
static void order_words(struct index *index)
{
    struct word **order = calloc(index->word_count + 1, sizeof *order);

    if (order == NULL)
        index->err = ERR_MEMORY;
    for (size_t i = 0; i < index->word_count && order != NULL; i++)
        order[i] = &index->words[i];
    if (order != NULL && index->word_count > 0)
        qsort(order, index->word_count, sizeof *order, compare_texts);
    for (size_t i = 0; i < index->word_count && order != NULL; i++)
        order[i]->alphabetic = i + 1;
    free(order);
}

/* Number of a word, from 1; 0 if it is none. */
static size_t word_number(const struct index *index, const char *text, size_t len)
{
    struct buffer key = BUFFER_INIT;
    char *word = strndup(text, len);
    size_t number = 0;
    char *own_key;
    struct word wanted;
    const struct word *found;

    if (word != NULL)
        sound_key(&key, word);
    own_key = buffer_take(&key);
    wanted = (struct word){word, own_key, false, 0};
    found = word != NULL && own_key != NULL
                ? bsearch(&wanted, index->words, index->word_count, sizeof wanted, compare_words)
                : NULL;
    if (found != NULL)
        number = (size_t)(found - index->words) + 1;
    free(word);
    free(own_key);
    return number;
}

/* --- roles --- */

static void take_role(struct index *index, sqlite3_stmt *row)
{
    static const struct {
        const char *word;
        unsigned role;
    } roles[] = {{"stop", ROLE_STOP},
                 {"filler", ROLE_FILLER},
                 {"region", ROLE_REGION},
                 {"place", ROLE_PLACE}};
    struct role_word *grown =
        grow(index, index->roles, index->role_count, &index->role_room, sizeof *grown);
    char *folded;
    unsigned role = 0;

    if (grown == NULL)
        return;
    index->roles = grown;
    folded = fold(index, column(row, 1));
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].word, column(row, 0)) == 0)
            role = roles[i].role;
    add_words(index, folded, false);
    grown[index->role_count++] = (struct role_word){folded, role};
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

/* A name to be added: what it is of, and what may be left out of it. */
struct source {
    const char *kind, *region, *portal, *shown;
    sqlite3_int64 place, weight;
    unsigned leave_out; /* roles whose words are no part of the name */
};

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Names of one thing stand together, so looking back ends soon. */
static bool have_name(const struct index *index, const struct source *source, const char *words)
{
    for (size_t i = index->name_count; i > 0; i--) {
        const struct name *name = &index->names[i - 1];

        if (name->place != source->place || !same_text(name->region, source->region) ||
            !same_text(name->portal, source->portal))
            return false;
        if (strcmp(name->words, words) == 0)
            return true;
    }
    return false;
}

/* Takes words. */
static void push_name(struct index *index, const struct source *source, char *words,
                      const char *form)
{
    struct name *names =
        grow(index, index->names, index->name_count, &index->name_room, sizeof *names);

    if (names != NULL)
        index->names = names;
    if (index->name_count >= NAMES_MAX && index->err == ERR_NONE) {
        log_error("search index: more than %d names; take some aliases out of data/", NAMES_MAX);
        index->err = ERR_LIMIT;
    }
    if (names == NULL || index->err != ERR_NONE || words == NULL || !*words ||
        have_name(index, source, words)) {
        free(words);
        return;
    }
    add_words(index, words, false);
    names[index->name_count++] = (struct name){source->kind,
                                               copy(index, source->region),
                                               copy(index, source->portal),
                                               copy(index, source->shown),
                                               words,
                                               source->place,
                                               source->weight,
                                               form};
}

/* The words of folded without those of the roles left out; all of them if nothing would be left. */
static char *keep_words(struct index *index, const char *folded, unsigned leave_out)
{
    struct buffer kept = BUFFER_INIT;
    const char *rest = folded, *word;
    size_t count = 0;
    char *words;

    for (size_t len; (len = search_next_word(&rest, &word)) > 0 && count < WORDS_IN_NAME;) {
        if (role_of(index, word, len) & leave_out)
            continue;
        buffer_puts(&kept, count++ ? " " : "");
        buffer_add(&kept, word, len);
    }
    if (kept.len == 0)
        buffer_puts(&kept, folded);
    words = buffer_take(&kept);
    if (words == NULL)
        index->err = ERR_MEMORY;
    return words;
}

/* «нижнийновгород»: how a name is typed in a hurry or in an address. */
static char *joined(const char *folded)
{
    char *words = strdup(folded), *to = words;

    for (const char *from = folded; words != NULL && *from; from++)
        if (*from != ' ')
            *to++ = *from;
    if (words != NULL)
        *to = '\0';
    return words;
}

static void add_folded(struct index *index, const struct source *source, const char *folded)
{
    char *kept = keep_words(index, folded, source->leave_out);
    char *one = kept != NULL && strchr(kept, ' ') != NULL ? joined(kept) : NULL;
    char *all = strchr(folded, ' ') != NULL ? joined(folded) : NULL;
    const char *form = kept != NULL && strcmp(kept, folded) != 0 ? "short" : "full";

    push_name(index, source, strdup(folded), "full");
    push_name(index, source, kept, form);
    push_name(index, source, one, "joined");
    push_name(index, source, all, "joined");
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

/* Adds a name and the names within it: «Саха (Якутия)», «Кемеровская область — Кузбасс», «ГИС НСО
 * «Электронная школа»».
 */
static void add_name(struct index *index, const struct source *source)
{
    const char *start = source->shown;
    char *folded = fold(index, source->shown);

    if (folded == NULL)
        return;
    add_folded(index, source, folded);
    for (const char *at = start; index->err == ERR_NONE; at++) {
        size_t mark = parting(at);
        char *part, *words;

        if (*at && mark == 0)
            continue;
        part = strndup(start, (size_t)(at - start));
        words = part != NULL ? fold(index, part) : NULL;
        if (words != NULL && *words && strcmp(words, folded) != 0 && !says_nothing(index, words))
            add_folded(index, source, words);
        free(part);
        free(words);
        if (!*at)
            break;
        start = at + mark;
        at += mark - 1;
    }
    free(folded);
}

static void take_region_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {.kind = sqlite3_column_int(row, 0) ? "alias" : "name",
                                  .region = column(row, 1),
                                  .shown = column(row, 2),
                                  .weight = sqlite3_column_int64(row, 3),
                                  .leave_out = ROLE_REGION | ROLE_STOP};

    add_name(index, &source);
}

/* True if all words of the shorter are words of the longer: «Ростов» of «Ростов-на-Дону». */
static bool is_part_of(struct index *index, const char *shorter, const char *longer)
{
    char *few = fold(index, shorter), *many = fold(index, longer);
    const char *rest = few, *word;
    bool part = few != NULL && many != NULL;

    for (size_t len; part && (len = search_next_word(&rest, &word)) > 0;) {
        const char *others = many, *other;
        bool found = false;

        for (size_t n; !found && (n = search_next_word(&others, &other)) > 0;)
            found = n == len && memcmp(word, other, len) == 0;
        part = found;
    }
    free(few);
    free(many);
    return part;
}

static void take_place_name(struct index *index, sqlite3_stmt *row)
{
    bool part = is_part_of(index, column(row, 2), column(row, 1));
    const struct source source = {part ? "place" : "renamed",
                                  column(row, 0),
                                  NULL,
                                  column(row, 2),
                                  sqlite3_column_int64(row, 4),
                                  sqlite3_column_int64(row, 3),
                                  ROLE_STOP};

    add_name(index, &source);
}

static void take_system_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {
        "system", column(row, 0), NULL, column(row, 1), 0, sqlite3_column_int64(row, 2), 0};

    add_name(index, &source);
}

static void take_portal_name(struct index *index, sqlite3_stmt *row)
{
    const struct source source = {"portal", NULL, column(row, 0), column(row, 1), 0, 0, 0};

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

/* Names of a region: the labels of its host that are words, without the last one. */
static void add_labels(struct index *index, sqlite3_stmt *row, const char *host)
{
    const char *end = strrchr(host, '.');

    while (end != NULL && host < end) {
        size_t len = strcspn(host, ".");
        char *label = strndup(host, len), *folded = label != NULL ? fold(index, label) : NULL;
        const char *rest = folded, *word;

        for (size_t n; folded != NULL && (n = search_next_word(&rest, &word)) > 0;) {
            const struct source source = {
                "host", column(row, 0), NULL, column(row, 3), 0, sqlite3_column_int64(row, 2), 0};

            if (n >= 3 && (word[0] < '0' || word[0] > '9') && !role_of(index, word, n))
                push_name(index, &source, strndup(word, n), "full");
        }
        free(label);
        free(folded);
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
    if (path == NULL || idn_to_unicode(&letters, name) == ERR_MEMORY) {
        index->err = ERR_MEMORY;
    } else {
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

static void take_labels(struct index *index, sqlite3_stmt *row)
{
    add_labels(index, row, column(row, 1));
}

/* --- articles --- */

static void take_text(struct index *index, sqlite3_stmt *row)
{
    char *folded = fold(index, column(row, 0));

    add_words(index, folded, true);
    free(folded);
}

/* --- writing --- */

static sqlite3_stmt *prepare(struct index *index, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (index->err == ERR_NONE &&
        sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
        failed(index, sql);
    return statement;
}

static void step(struct index *index, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        failed(index, sqlite3_sql(statement));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void write_words(struct index *index)
{
    sqlite3_stmt *statement = prepare(
        index, "INSERT INTO search_word (id, key, word, alphabetic, text) VALUES (?, ?, ?, ?, ?)");

    for (size_t i = 0; i < index->word_count && index->err == ERR_NONE; i++) {
        const struct word *word = &index->words[i];

        sqlite3_bind_int64(statement, 1, (sqlite3_int64)i + 1);
        sqlite3_bind_text(statement, 2, word->key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3, word->word, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, (sqlite3_int64)word->alphabetic);
        sqlite3_bind_int(statement, 5, word->text);
        step(index, statement);
    }
    sqlite3_finalize(statement);
}

static void number_name(struct index *index, const char *words, struct buffer *out)
{
    const char *word;

    buffer_clear(out);
    for (size_t len, count = 0;
         (len = search_next_word(&words, &word)) > 0 && count < WORDS_IN_NAME; count++)
        buffer_printf(out, "%s%zu", count ? " " : "", word_number(index, word, len));
    if (buffer_failed(out))
        index->err = ERR_MEMORY;
}

static void write_names(struct index *index)
{
    struct buffer numbers = BUFFER_INIT;
    sqlite3_stmt *statement = prepare(
        index,
        "INSERT INTO search_name (id, kind, region, portal, place, shown, words, weight, form)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    for (size_t i = 0; i < index->name_count && index->err == ERR_NONE; i++) {
        const struct name *name = &index->names[i];

        number_name(index, name->words, &numbers);
        sqlite3_bind_int64(statement, 1, (sqlite3_int64)i + 1);
        sqlite3_bind_text(statement, 2, name->kind, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3, name->region, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 4, name->portal, -1, SQLITE_STATIC);
        if (name->place)
            sqlite3_bind_int64(statement, 5, name->place);
        sqlite3_bind_text(statement, 6, name->shown, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 7, buffer_text(&numbers), -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 8, name->weight);
        sqlite3_bind_text(statement, 9, name->form, -1, SQLITE_STATIC);
        step(index, statement);
    }
    sqlite3_finalize(statement);
    buffer_free(&numbers);
}

static void write_text(struct index *index)
{
    if (index->err == ERR_NONE)
        index->err = search_stem_register(index->db);
    if (index->err == ERR_NONE && sqlite3_exec(index->db, text_sql, NULL, NULL, NULL) != SQLITE_OK)
        failed(index, "search_text.sql");
}

/* --- all of it --- */

#define PEOPLE "(SELECT coalesce(sum(population), 0) FROM place AS p WHERE p.region = r.iso)"

/* In this order: roles before names, and names of one thing together. */
static const struct pass {
    const char *sql;
    void (*take)(struct index *, sqlite3_stmt *);
} passes[] = {
    {"SELECT role, words FROM vocabulary WHERE role NOT IN ('same', 'portal')", take_role},
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
     " UNION ALL SELECT words FROM vocabulary WHERE role = 'same'",
     take_text},
};

/* The most people first: a name's number is then its rank among equals. */
static int compare_names(const void *left, const void *right)
{
    const struct name *a = left, *b = right;
    int order;

    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    order = strcmp(a->words, b->words);
    return order ? order
                 : strcmp(a->region != NULL ? a->region : a->portal,
                          b->region != NULL ? b->region : b->portal);
}

enum err search_index_build(sqlite3 *db)
{
    struct index index = {.db = db};

    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
        each(&index, passes[i].sql, passes[i].take);
    if (index.name_count > 0)
        qsort(index.names, index.name_count, sizeof *index.names, compare_names);
    number_words(&index);
    order_words(&index);
    write_words(&index);
    write_names(&index);
    write_text(&index);
    index_free(&index);
    return index.err;
}
