/*
 * lexicon.c: collecting, sorting, numbering, writing. Contract: lexicon.h.
 */
#include "search/lexicon.h"
#include "base/buffer.h"
#include "base/log.h"
#include "search/sound.h"
#include "search/words.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 4000000 /* sanity: a name's number must fit the reader's 32 bits with room */

struct lexicon_entry {
    const char *kind, *form; /* static */
    char *region, *portal, *shown;
    char *words; /* folded, space between */
    int64_t place, weight;
};

struct lexicon_word {
    char *word, *key;
    bool text;
    size_t alphabetic; /* number in the order of word, from 1 */
};

/* --- memory --- */

/* Room for one more; doubles. */
static void *grow(struct lexicon *lexicon, void *items, size_t count, size_t *room, size_t size)
{
    size_t wanted;
    void *grown;

    if (count < *room)
        return items;
    wanted = *room ? *room * 2 : 256;
    grown = reallocarray(items, wanted, size);
    if (grown == NULL) {
        lexicon->err = ERR_MEMORY;
        return NULL;
    }
    *room = wanted;
    return grown;
}

static char *copy(struct lexicon *lexicon, const char *text)
{
    char *own = text != NULL ? strdup(text) : NULL;

    if (text != NULL && own == NULL)
        lexicon->err = ERR_MEMORY;
    return own;
}

static void free_entry(struct lexicon_entry *entry)
{
    free(entry->region);
    free(entry->portal);
    free(entry->shown);
    free(entry->words);
}

void lexicon_free(struct lexicon *lexicon)
{
    for (size_t i = 0; i < lexicon->name_count; i++)
        free_entry(&lexicon->names[i]);
    for (size_t i = 0; i < lexicon->word_count; i++) {
        free(lexicon->words[i].word);
        free(lexicon->words[i].key);
    }
    free(lexicon->names);
    free(lexicon->words);
    *lexicon = (struct lexicon){.err = lexicon->err};
}

static void failed(struct lexicon *lexicon, sqlite3 *db, const char *what)
{
    if (lexicon->err == ERR_NONE) {
        log_error("search index: %s: %s", what, sqlite3_errmsg(db));
        lexicon->err = ERR_DATABASE;
    }
}

/* --- words --- */

/* A word with its key. False if memory is short; nothing is left to free then. */
static bool make_word(struct lexicon_word *out, const char *text, size_t len)
{
    struct buffer key = BUFFER_INIT;

    *out = (struct lexicon_word){.word = strndup(text, len)};
    if (out->word != NULL) {
        sound_key(&key, out->word);
        out->key = buffer_take(&key);
    }
    if (out->key != NULL)
        return true;
    free(out->word);
    return false;
}

static void add_word(struct lexicon *lexicon, const char *text, size_t len, bool in_text)
{
    struct lexicon_word *words =
        grow(lexicon, lexicon->words, lexicon->word_count, &lexicon->word_room, sizeof *words);

    if (words == NULL)
        return;
    lexicon->words = words;
    if (!make_word(&words[lexicon->word_count], text, len)) {
        lexicon->err = ERR_MEMORY;
        return;
    }
    words[lexicon->word_count++].text = in_text;
}

void lexicon_add_words(struct lexicon *lexicon, const char *folded, bool in_text)
{
    const char *word;

    for (size_t len; folded != NULL && lexicon->err == ERR_NONE &&
                     (len = search_next_word(&folded, &word)) > 0;)
        add_word(lexicon, word, len, in_text);
}

static int compare_words(const void *left, const void *right)
{
    const struct lexicon_word *a = left, *b = right;
    int order = strcmp(a->key, b->key);

    return order ? order : strcmp(a->word, b->word);
}

/* Sorts the words and makes one of equal ones. */
static void number_words(struct lexicon *lexicon)
{
    size_t kept = 0;

    if (lexicon->word_count == 0)
        return;
    qsort(lexicon->words, lexicon->word_count, sizeof *lexicon->words, compare_words);
    for (size_t i = 1; i < lexicon->word_count; i++) {
        struct lexicon_word *word = &lexicon->words[i];

        if (strcmp(lexicon->words[kept].word, word->word) != 0) {
            lexicon->words[++kept] = *word;
            continue;
        }
        lexicon->words[kept].text |= word->text;
        free(word->word);
        free(word->key);
    }
    lexicon->word_count = kept + 1;
}

static int compare_texts(const void *left, const void *right)
{
    const struct lexicon_word *const *a = left, *const *b = right;

    return strcmp((*a)->word, (*b)->word);
}

/* Numbers the words a second time, in the order of the alphabet. */
static void order_words(struct lexicon *lexicon)
{
    struct lexicon_word **order = calloc(lexicon->word_count + 1, sizeof *order);

    if (order == NULL) {
        lexicon->err = ERR_MEMORY;
        return;
    }
    for (size_t i = 0; i < lexicon->word_count; i++)
        order[i] = &lexicon->words[i];
    qsort(order, lexicon->word_count, sizeof *order, compare_texts);
    for (size_t i = 0; i < lexicon->word_count; i++)
        order[i]->alphabetic = i + 1;
    free(order);
}

/* Number of a word, from 1; 0 if it is none. */
static size_t word_number(struct lexicon *lexicon, const char *text, size_t len)
{
    struct lexicon_word wanted;
    const struct lexicon_word *found;

    if (!make_word(&wanted, text, len)) {
        lexicon->err = ERR_MEMORY;
        return 0;
    }
    found = bsearch(&wanted, lexicon->words, lexicon->word_count, sizeof wanted, compare_words);
    free(wanted.word);
    free(wanted.key);
    return found != NULL ? (size_t)(found - lexicon->words) + 1 : 0;
}

/* --- names --- */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* Names of one thing stand together, so looking back ends soon. */
static bool have_name(const struct lexicon *lexicon, const struct lexicon_name *name)
{
    for (size_t i = lexicon->name_count; i > 0; i--) {
        const struct lexicon_entry *entry = &lexicon->names[i - 1];

        if (entry->place != name->place || !same_text(entry->region, name->region) ||
            !same_text(entry->portal, name->portal))
            return false;
        if (strcmp(entry->words, name->words) == 0)
            return true;
    }
    return false;
}

void lexicon_add_name(struct lexicon *lexicon, const struct lexicon_name *name)
{
    struct lexicon_entry *names;

    if (lexicon->err != ERR_NONE || !*name->words || have_name(lexicon, name))
        return;
    if (lexicon->name_count >= NAMES_MAX) {
        log_error("search index: more than %d names; take some aliases out of data/", NAMES_MAX);
        lexicon->err = ERR_LIMIT;
        return;
    }
    names = grow(lexicon, lexicon->names, lexicon->name_count, &lexicon->name_room, sizeof *names);
    if (names == NULL)
        return;
    lexicon->names = names;
    names[lexicon->name_count++] = (struct lexicon_entry){.kind = name->kind,
                                                          .form = name->form,
                                                          .region = copy(lexicon, name->region),
                                                          .portal = copy(lexicon, name->portal),
                                                          .shown = copy(lexicon, name->shown),
                                                          .words = copy(lexicon, name->words),
                                                          .place = name->place,
                                                          .weight = name->weight};
    lexicon_add_words(lexicon, name->words, false);
}

/* The most people first: a name's number is then its rank among equals. */
static int compare_names(const void *left, const void *right)
{
    const struct lexicon_entry *a = left, *b = right;
    int order;

    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    order = strcmp(a->words, b->words);
    return order ? order
                 : strcmp(a->region != NULL ? a->region : a->portal,
                          b->region != NULL ? b->region : b->portal);
}

/* --- writing --- */

static sqlite3_stmt *prepare(struct lexicon *lexicon, sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;

    if (lexicon->err == ERR_NONE && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        failed(lexicon, db, sql);
    return statement;
}

static void step(struct lexicon *lexicon, sqlite3 *db, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        failed(lexicon, db, sqlite3_sql(statement));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void write_words(struct lexicon *lexicon, sqlite3 *db)
{
    sqlite3_stmt *statement =
        prepare(lexicon, db,
                "INSERT INTO search_word (id, key, word, alphabetic, text) VALUES (?, ?, ?, ?, ?)");

    for (size_t i = 0; i < lexicon->word_count && lexicon->err == ERR_NONE; i++) {
        const struct lexicon_word *word = &lexicon->words[i];

        sqlite3_bind_int64(statement, 1, (sqlite3_int64)i + 1);
        sqlite3_bind_text(statement, 2, word->key, -1, SQLITE_STATIC);
        sqlite3_bind_text(statement, 3, word->word, -1, SQLITE_STATIC);
        sqlite3_bind_int64(statement, 4, (sqlite3_int64)word->alphabetic);
        sqlite3_bind_int(statement, 5, word->text);
        step(lexicon, db, statement);
    }
    sqlite3_finalize(statement);
}

static void number_name(struct lexicon *lexicon, const char *words, struct buffer *out)
{
    const char *word;

    buffer_clear(out);
    for (size_t len, count = 0;
         (len = search_next_word(&words, &word)) > 0 && count < LEXICON_WORDS_IN_NAME; count++)
        buffer_printf(out, "%s%zu", count ? " " : "", word_number(lexicon, word, len));
    if (buffer_failed(out))
        lexicon->err = ERR_MEMORY;
}

static void write_names(struct lexicon *lexicon, sqlite3 *db)
{
    struct buffer numbers = BUFFER_INIT;
    sqlite3_stmt *statement = prepare(
        lexicon, db,
        "INSERT INTO search_name (id, kind, region, portal, place, shown, words, weight, form)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    for (size_t i = 0; i < lexicon->name_count && lexicon->err == ERR_NONE; i++) {
        const struct lexicon_entry *name = &lexicon->names[i];

        number_name(lexicon, name->words, &numbers);
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
        step(lexicon, db, statement);
    }
    sqlite3_finalize(statement);
    buffer_free(&numbers);
}

void lexicon_write(struct lexicon *lexicon, sqlite3 *db)
{
    if (lexicon->err != ERR_NONE)
        return;
    if (lexicon->name_count > 0)
        qsort(lexicon->names, lexicon->name_count, sizeof *lexicon->names, compare_names);
    number_words(lexicon);
    order_words(lexicon);
    write_words(lexicon, db);
    write_names(lexicon, db);
}
