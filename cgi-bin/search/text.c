/*
 * text.c: asking FTS5. Contract: text.h; why words are quoted and the time is
 * limited: a bare word can be an operator, a column's name or a syntax error, and a short prefix
 * can cost a second on a large text.
 */
#include "search/text.h"
#include "base/buffer.h"
#include "base/log.h"
#include "search/excerpt.h"
#include "search/relevance.h"
#include "search/words.h"
#include <libstemmer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SAME_MAX     400  /* phrases of data/synonyms.tsv that are read */
#define SAME_EACH    12   /* phrases that one word may stand for */
#define CHOSEN_MAX   16   /* articles of one answer */
#define WORTH_LEAST  0.25 /* of the best answer's relevance: what is worth less is none */
#define PHRASE_WORDS 3    /* of a query that may stand for another phrase */
/* of SQLite's machine between two looks at the clock: some tens of microseconds */
#define STEPS 2000

/* A phrase that means the same as the others of its line. */
struct same {
    char *phrase, *stems; /* folded; word by word */
    sqlite3_int64 line;
    bool name; /* the line begins with a phrase: it says something, whatever its words do */
};

struct search_text {
    sqlite3 *db;
    struct search_text_asks asks;
    struct sb_stemmer *russian, *english;
    struct same same[SAME_MAX];
    size_t same_count;
    struct buffer match; /* the last FTS5 query */
    struct buffer parts; /* how its phrases belong together, as search/relevance.h wants it */
    struct timespec deadline;
};

/* --- words that mean the same --- */

/* Appends the stems of the words of a folded text, one space between. */
static enum err add_stems(const struct search_text *search, struct buffer *out, const char *folded)
{
    const char *word;

    for (size_t len; (len = search_next_word(&folded, &word)) > 0;) {
        struct sb_stemmer *by = (unsigned char)*word < 0x80 ? search->english : search->russian;
        const sb_symbol *stem = sb_stemmer_stem(by, (const sb_symbol *)word, (int)len);

        if (stem == NULL)
            return ERR_MEMORY;
        buffer_puts(out, out->len ? " " : "");
        buffer_add(out, stem, (size_t)sb_stemmer_length(by));
    }
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

static enum err add_same(struct search_text *search, sqlite3_int64 line, const char *words)
{
    struct buffer phrase = BUFFER_INIT, stems = BUFFER_INIT;
    enum err err;

    if (search->same_count == SAME_MAX) {
        log_warning("search: more than %d synonyms; the rest is left out", SAME_MAX);
        return ERR_NONE;
    }
    err = search_words(&phrase, words, strlen(words));
    if (err == ERR_NONE)
        err = add_stems(search, &stems, buffer_text(&phrase));
    if (err == ERR_NONE) {
        struct same *same = &search->same[search->same_count++];

        *same = (struct same){buffer_take(&phrase), buffer_take(&stems), line, false};
        if (same->phrase != NULL)
            same->name = search->same_count > 1 && same[-1].line == line
                             ? same[-1].name
                             : strchr(same->phrase, ' ') != NULL;
        err = same->phrase != NULL && same->stems != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&phrase);
    buffer_free(&stems);
    return err;
}

enum err search_text_open(struct search_text **out, sqlite3 *db,
                          const struct search_text_asks *asks)
{
    struct search_text *search = calloc(1, sizeof *search);
    enum err err = ERR_NONE;
    int rc = SQLITE_DONE;

    *out = NULL;
    if (search == NULL)
        return ERR_MEMORY;
    search->db = db;
    search->asks = *asks;
    search->russian = sb_stemmer_new("russian", "UTF_8");
    search->english = sb_stemmer_new("english", "UTF_8");
    if (search->russian == NULL || search->english == NULL)
        err = ERR_MEMORY;
    while (err == ERR_NONE && (rc = sqlite3_step(asks->same)) == SQLITE_ROW) {
        const char *words = (const char *)sqlite3_column_text(asks->same, 1);

        err = words != NULL ? add_same(search, sqlite3_column_int64(asks->same, 0), words)
                            : ERR_MEMORY;
    }
    sqlite3_reset(asks->same);
    if (err == ERR_NONE && rc != SQLITE_DONE)
        err = rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
    if (err != ERR_NONE) {
        search_text_close(search);
        return err;
    }
    *out = search;
    return ERR_NONE;
}

void search_text_close(struct search_text *search)
{
    if (search == NULL)
        return;
    for (size_t i = 0; i < search->same_count; i++) {
        free(search->same[i].phrase);
        free(search->same[i].stems);
    }
    sb_stemmer_delete(search->russian);
    sb_stemmer_delete(search->english);
    buffer_free(&search->match);
    buffer_free(&search->parts);
    free(search);
}

const char *search_text_last(const struct search_text *search)
{
    return buffer_text(&search->match);
}

/* --- the query of FTS5 --- */

static void add_quoted(struct buffer *out, const char *text)
{
    buffer_putc(out, '"');
    for (const char *c = text; *c; c++)
        if (*c != '"') /* folded words hold none; this keeps it so */
            buffer_putc(out, *c);
    buffer_putc(out, '"');
}

/* How many of the first words are a phrase that has others beside it, its stems, and whether it is
 * a name. 0: none. */
static size_t find_same(const struct search_text *search, const struct search_text_word *words,
                        size_t count, struct buffer *stems, bool *name)
{
    for (size_t n = PHRASE_WORDS < count ? PHRASE_WORDS : count; n > 0; n--) {
        buffer_clear(stems);
        for (size_t i = 0; i < n; i++)
            add_stems(search, stems, words[i].text);
        for (size_t i = 0; i < search->same_count; i++)
            if (strcmp(search->same[i].stems, buffer_text(stems)) == 0) {
                *name = search->same[i].name && n > 1;
                return n;
            }
    }
    return 0;
}

/* Phrases of one part, by their stems: forms of one word are asked for once. */
struct part {
    const char *stems[SAME_EACH];
    size_t count;
};

static bool is_new(struct part *part, const char *stems)
{
    for (size_t i = 0; i < part->count; i++)
        if (strcmp(part->stems[i], stems) == 0)
            return false;
    if (part->count == SAME_EACH)
        return false;
    part->stems[part->count++] = stems;
    return true;
}

/* Everything that means the same as the phrase with these stems; how many phrases these are. */
static size_t add_others(struct buffer *out, const struct search_text *search, const char *stems)
{
    struct part part = {{stems}, 1};

    for (size_t i = 0; i < search->same_count; i++) {
        if (strcmp(search->same[i].stems, stems) != 0)
            continue;
        for (size_t k = 0; k < search->same_count; k++) {
            if (search->same[k].line != search->same[i].line ||
                !is_new(&part, search->same[k].stems))
                continue;
            buffer_puts(out, " OR ");
            add_quoted(out, search->same[k].phrase);
        }
    }
    return part.count - 1;
}

/* True if none of the words says more than «дневник», «вход». */
static bool is_filler(const struct search_text_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!words[i].filler)
            return false;
    return true;
}

/* One part: a phrase and what means the same. Returns how many words it took. */
static size_t add_part(struct search_text *search, const struct search_text_word *words,
                       size_t count, bool only_fillers)
{
    struct buffer stems = BUFFER_INIT, phrase = BUFFER_INIT;
    bool name = false;
    size_t same = find_same(search, words, count, &stems, &name);
    size_t used = same ? same : 1, phrases = 1;

    for (size_t i = 0; i < used; i++) {
        buffer_puts(&phrase, i ? " " : "");
        buffer_puts(&phrase, words[i].text);
    }
    buffer_puts(&search->match, search->match.len ? " OR (" : "(");
    add_quoted(&search->match, buffer_text(&phrase));
    if (used == 1 && words->beginning) {
        buffer_puts(&search->match, " OR ");
        add_quoted(&search->match, buffer_text(&phrase));
        buffer_putc(&search->match, '*');
        phrases++;
    }
    if (same)
        phrases += add_others(&search->match, search, buffer_text(&stems));
    buffer_putc(&search->match, ')');
    buffer_printf(&search->parts, "%zu%c", phrases,
                  is_filler(words, used) && !only_fillers && !name ? RELEVANCE_FILLER
                                                                   : RELEVANCE_TELLING);
    buffer_free(&stems);
    buffer_free(&phrase);
    return used;
}

static void make_match(struct search_text *search, const struct search_text_word *words,
                       size_t count)
{
    bool only_fillers = is_filler(words, count);

    buffer_clear(&search->match);
    buffer_clear(&search->parts);
    for (size_t i = 0; i < count;)
        i += add_part(search, words + i, count - i, only_fillers);
}

/* --- the answer --- */

/* SQLite asks now and then; anything but 0 ends the statement. Time of the processor counts: a
 * machine that is busy with others makes nothing of ours expensive. */
static int is_late(void *context)
{
    const struct search_text *search = context;
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec > search->deadline.tv_sec ||
           (now.tv_sec == search->deadline.tv_sec && now.tv_nsec > search->deadline.tv_nsec);
}

static void set_deadline(struct search_text *search)
{
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &search->deadline);
    search->deadline.tv_nsec += SEARCH_DEADLINE_MS * 1000000L;
    search->deadline.tv_sec += search->deadline.tv_nsec / 1000000000L;
    search->deadline.tv_nsec %= 1000000000L;
    sqlite3_progress_handler(search->db, STEPS, is_late, search);
}

/* Text with marks as HTML: escaped, then the marks as tags. */
static json_t *marked_html(const char *text)
{
    static const char marks[] = {SEARCH_MARK_BEGIN, SEARCH_MARK_END, '\0'};
    struct buffer html = BUFFER_INIT;
    json_t *value;

    for (const char *at = text; *at;) {
        size_t len = strcspn(at, marks);

        buffer_add_html(&html, at, len);
        at += len;
        if (*at)
            buffer_puts(&html, *at++ == SEARCH_MARK_BEGIN ? "<mark>" : "</mark>");
    }
    value = buffer_failed(&html) ? NULL : json_string(buffer_text(&html));
    buffer_free(&html);
    return value;
}

/* True if the array has the item's identity already: its url. */
static bool have_item(const json_t *array, const json_t *item)
{
    size_t i;
    json_t *other;

    json_array_foreach (array, i, other) {
        if (json_equal(json_object_get(other, "url"), json_object_get(item, "url")))
            return true;
    }
    return false;
}

/* Articles of one answer that still want their excerpts: borrowed from the arrays they are in. */
struct chosen {
    sqlite3_int64 rows[CHOSEN_MAX];
    json_t *items[CHOSEN_MAX];
    size_t count;
    struct buffer list; /* ",3,17," */
};

static enum err set_snippet(json_t *item, const char *text)
{
    return json_object_set_new(item, "snippet_html", marked_html(text)) == 0 ? ERR_NONE
                                                                             : ERR_MEMORY;
}

/* Adds an article to its array, unless it is there or the array is full. Its snippet is the short
 * answer until something is found in it to mark. */
static enum err take_article(struct search_text *search, json_t *guides, json_t *questions,
                             size_t each, struct chosen *chosen)
{
    sqlite3_stmt *row = search->asks.text;
    const char *kind = (const char *)sqlite3_column_text(row, 1);
    const char *piece = (const char *)sqlite3_column_text(row, 2);
    json_t *array;
    json_t *item;
    const char *brief;
    enum err err = ERR_NONE;

    if (kind == NULL || piece == NULL)
        return ERR_MEMORY;
    array = strcmp(kind, "guide") == 0 ? guides : questions;
    if (json_array_size(array) >= each || chosen->count == CHOSEN_MAX)
        return ERR_NONE;
    item = json_loads(piece, 0, NULL);
    if (item == NULL)
        return ERR_MEMORY;
    brief = json_string_value(json_object_get(item, "short"));
    if (!have_item(array, item)) {
        err = set_snippet(item, brief != NULL ? brief : "");
        if (err == ERR_NONE && json_array_append(array, item) != 0)
            err = ERR_MEMORY;
        chosen->rows[chosen->count] = sqlite3_column_int64(row, 0);
        chosen->items[chosen->count++] = item;
        buffer_printf(&chosen->list, "%s%lld,", chosen->count == 1 ? "," : "",
                      (long long)sqlite3_column_int64(row, 0));
    }
    json_decref(item);
    return err;
}

static enum err take_excerpt(sqlite3_stmt *statement, const struct chosen *chosen)
{
    const char *text = (const char *)sqlite3_column_text(statement, 1);

    if (text == NULL && sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM)
        return ERR_MEMORY;
    for (size_t i = 0; i < chosen->count && text != NULL; i++)
        if (chosen->rows[i] == sqlite3_column_int64(statement, 0))
            return set_snippet(chosen->items[i], text);
    return ERR_NONE; /* only the title has the words */
}

/* What an answer of SQLite comes to: only the deadline makes less of it, and the rest stands. */
static enum err judge(struct search_text *search, int rc)
{
    if (rc == SQLITE_DONE || rc == SQLITE_ROW)
        return ERR_NONE;
    log_warning("search: full text gave up: %s; query: %s", sqlite3_errmsg(search->db),
                buffer_text(&search->match));
    return rc == SQLITE_INTERRUPT ? ERR_NONE : rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
}

static enum err add_excerpts(struct search_text *search, const struct chosen *chosen)
{
    sqlite3_stmt *statement = search->asks.excerpt;
    enum err err = buffer_failed(&chosen->list) ? ERR_MEMORY : ERR_NONE;
    int rc;

    if (chosen->count == 0)
        return err;
    rc = sqlite3_bind_text(statement, 1, buffer_text(&search->match), -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 2, buffer_text(&chosen->list), -1, SQLITE_STATIC);
    while (err == ERR_NONE && (rc == SQLITE_OK || rc == SQLITE_ROW) &&
           (rc = sqlite3_step(statement)) == SQLITE_ROW)
        err = take_excerpt(statement, chosen);
    if (err == ERR_NONE)
        err = judge(search, rc);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return err;
}

static bool is_full(const json_t *guides, const json_t *questions, size_t each)
{
    return json_array_size(guides) >= each && json_array_size(questions) >= each;
}

static enum err ask(struct search_text *search, const struct search_text_query *query,
                    json_t *guides, json_t *questions)
{
    sqlite3_stmt *statement = search->asks.text;
    struct chosen chosen = {.count = 0};
    enum err err = ERR_NONE;
    double best = 0;
    int rc = sqlite3_bind_text(statement, 1, buffer_text(&search->match), -1, SQLITE_STATIC);

    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 2, buffer_text(&search->parts), -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(statement, 3, query->region, -1, SQLITE_STATIC);
    set_deadline(search);
    while (rc == SQLITE_OK && err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        double worth = sqlite3_column_double(statement, 3);

        best = worth > best ? worth : best;
        if (worth >= best * WORTH_LEAST)
            err = take_article(search, guides, questions, query->each, &chosen);
        rc = is_full(guides, questions, query->each) || worth < best * WORTH_LEAST ? SQLITE_DONE
                                                                                   : SQLITE_OK;
    }
    if (err == ERR_NONE)
        err = add_excerpts(search, &chosen);
    sqlite3_progress_handler(search->db, 0, NULL, NULL);
    buffer_free(&chosen.list);
    if (err == ERR_NONE)
        err = judge(search, rc);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return err;
}

enum err search_text_find(struct search_text *search, const struct search_text_query *query,
                          json_t *guides, json_t *questions)
{
    make_match(search, query->words, query->count);
    if (buffer_failed(&search->match) || buffer_failed(&search->parts))
        return ERR_MEMORY;
    return search->match.len > 0 ? ask(search, query, guides, questions) : ERR_NONE;
}
