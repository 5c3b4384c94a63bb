/*
 * find.c: from a query to the document. Contract: find.h. Reading the query is
 * query.c's, regions region.c's, full text text.c's; here they are put
 * together and what was found gets its shown form.
 */
#include "search/find.h"
#include "base/log.h"
#include "base/utf8.h"
#include "directory/statements.h"
#include "gen/search/statements.sql.h"
#include "search/excerpt.h"
#include "search/query.h"
#include "search/region.h"
#include "search/relevance.h"
#include "search/stem.h"
#include "search/text.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define REGIONS_SHOWN 40 /* a portal has at most thirty-four */

#define TEXTS_ALONE  5  /* guides, and questions, of an answer */
#define TEXTS_BESIDE 3  /* when the region that was meant is found */
#define DIGITS_MAX   11 /* of a number that full text is asked for: one of a telephone */

enum ask {
    ASK_REGION,
    ASK_NAME,
    ASK_PLACE,
    ASK_QUESTION,
    ASK_ARTICLE,
    ASK_TEXT,
    ASK_EXCERPT,
    ASK_SAME,
    ASK__MAX
};

static const char *const ask_names[ASK__MAX] = {
    [ASK_REGION] = "region",     [ASK_NAME] = "name",       [ASK_PLACE] = "place",
    [ASK_QUESTION] = "question", [ASK_ARTICLE] = "article", [ASK_TEXT] = "text",
    [ASK_EXCERPT] = "excerpt",   [ASK_SAME] = "same"};

struct search {
    sqlite3 *db;
    sqlite3_stmt *asks[ASK__MAX];
    struct search_table *table;
    struct search_hosts *hosts;
    struct search_matcher *matcher;
    struct search_text *text;
    struct typing_costs costs;
    struct search_query query;
    struct search_regions regions;
};

/* --- opening --- */

static enum err prepare(struct search *search)
{
    struct statements statements;
    enum err err = statements_split(&statements, statements_sql);

    for (size_t i = 0; i < ASK__MAX && err == ERR_NONE; i++) {
        size_t at = statements_find(&statements, ask_names[i]);
        const struct statement *item = at < STATEMENTS_MAX ? &statements.items[at] : NULL;

        if (item == NULL ||
            sqlite3_prepare_v3(search->db, item->sql, (int)item->len, SQLITE_PREPARE_PERSISTENT,
                               &search->asks[i], NULL) != SQLITE_OK) {
            log_error("search: statement %s: %s", ask_names[i],
                      item ? sqlite3_errmsg(search->db) : "missing");
            err = ERR_DATABASE;
        }
    }
    return err;
}

static enum err open_text(struct search *search)
{
    const struct search_text_asks asks = {search->asks[ASK_TEXT], search->asks[ASK_EXCERPT],
                                          search->asks[ASK_SAME]};

    return search_text_open(&search->text, search->db, &asks);
}

enum err search_open(struct search **out, sqlite3 *db)
{
    struct search *search = calloc(1, sizeof *search);
    enum err err;

    *out = NULL;
    if (search == NULL)
        return ERR_MEMORY;
    search->db = db;
    typing_costs(&search->costs);
    err = search_stem_register(db);
    if (err == ERR_NONE)
        err = search_excerpt_register(db);
    if (err == ERR_NONE)
        err = search_relevance_register(db);
    if (err == ERR_NONE)
        err = prepare(search);
    if (err == ERR_NONE)
        err = search_table_load(&search->table, db);
    if (err == ERR_NONE)
        err = search_hosts_open(&search->hosts, db, search->table);
    if (err == ERR_NONE)
        err = search_matcher_new(&search->matcher);
    if (err == ERR_NONE)
        err = open_text(search);
    if (err != ERR_NONE) {
        search_close(search);
        return err;
    }
    *out = search;
    return ERR_NONE;
}

void search_close(struct search *search)
{
    if (search == NULL)
        return;
    search_text_close(search->text);
    search_matcher_free(search->matcher);
    search_hosts_close(search->hosts);
    search_table_free(search->table);
    for (size_t i = 0; i < ASK__MAX; i++)
        sqlite3_finalize(search->asks[i]);
    free(search);
}

/* --- small questions to the snapshot --- */

static enum err failed(struct search *search, enum ask ask)
{
    log_error("search: %s: %s", ask_names[ask], sqlite3_errmsg(search->db));
    return ERR_DATABASE;
}

/* A column as JSON; NULL in the database is null. */
static json_t *value(sqlite3_stmt *row, int n)
{
    const char *text = (const char *)sqlite3_column_text(row, n);

    return text != NULL ? json_string(text) : json_null();
}

/* The one text that a statement gives for a number, or null. */
static enum err ask_text(struct search *search, enum ask ask, sqlite3_int64 number, json_t **out)
{
    sqlite3_stmt *statement = search->asks[ask];
    enum err err = ERR_NONE;
    int rc;

    *out = NULL;
    sqlite3_bind_int64(statement, 1, number);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        *out = value(statement, 0);
    else if (rc == SQLITE_DONE)
        *out = json_null();
    else
        err = failed(search, ask);
    sqlite3_reset(statement);
    return err != ERR_NONE || *out != NULL ? err : ERR_MEMORY;
}

/* --- regions --- */

/* What matched, as it is shown: a name, or what was typed. */
static enum err find_matched(struct search *search, const struct search_hit *hit, json_t **out)
{
    if (hit->name != SEARCH_NONE)
        return ask_text(search, ASK_NAME, (sqlite3_int64)hit->name + 1, out);
    *out = json_string(search->query.words[hit->word].text);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

/* Fills an object with the columns of the region's row. */
static enum err add_region_row(struct search *search, const char *iso, json_t *item)
{
    static const char *const fields[] = {"iso", "code", "name", "short", "url", "district"};
    sqlite3_stmt *statement = search->asks[ASK_REGION];
    enum err err = ERR_NONE;

    sqlite3_bind_text(statement, 1, iso, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_ROW)
        err = failed(search, ASK_REGION);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && err == ERR_NONE; i++)
        if (json_object_set_new(item, fields[i], value(statement, (int)i)) != 0)
            err = ERR_MEMORY;
    sqlite3_reset(statement);
    return err;
}

static enum err add_region(struct search *search, const struct search_hit *hit, json_t *regions)
{
    const struct search_region *region = &search->table->regions[hit->region];
    json_t *matched = NULL, *place = NULL, *item = json_object();
    enum err err = item != NULL ? add_region_row(search, region->iso, item) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = find_matched(search, hit, &matched);
    if (err == ERR_NONE)
        err = ask_text(search, ASK_PLACE, hit->place, &place);
    if (err == ERR_NONE) {
        json_t *more =
            json_pack("{s:O, s:s, s:s, s:O, s:b, s:b, s:i}", "matched", matched, "kind",
                      search_kind_word((enum search_kind)hit->kind), "rule",
                      search_rule_word((enum search_rule)hit->rule), "place", place, "exact",
                      hit->exact, "partial", hit->partial, "cost", (int)hit->cost);

        err = more != NULL && json_object_update(item, more) == 0 ? ERR_NONE : ERR_MEMORY;
        json_decref(more);
    }
    if (err == ERR_NONE && json_array_append(regions, item) != 0)
        err = ERR_MEMORY;
    json_decref(item);
    json_decref(matched);
    json_decref(place);
    return err;
}

static enum err add_regions(struct search *search, json_t *document)
{
    json_t *regions = json_object_get(document, "regions");
    enum err err = ERR_NONE;

    for (size_t i = 0; i < search->regions.count && i < REGIONS_SHOWN && err == ERR_NONE; i++)
        err = add_region(search, &search->regions.hits[i], regions);
    return err;
}

/* --- what the words were taken for --- */

static const struct search_hit *best_hit(const struct search *search)
{
    return search->regions.count ? &search->regions.hits[0] : NULL;
}

/* The index word that a word of the query was taken for, or what was typed. */
static const char *taken_for(const struct search *search, size_t at, bool in_text)
{
    const struct search_query_word *word = &search->query.words[at];

    for (size_t i = 0; i < word->match_count; i++) {
        const struct search_match *match = &word->matches[i];
        bool is_text = (search->table->words[match->word].roles & SEARCH_TEXT) != 0;

        if (in_text && match->cost == 0 && is_text)
            break;
        if (word->cost < SEARCH_COST_TYPO && !(in_text && match->rule == SEARCH_RULE_TRANSLIT))
            continue;
        if (!in_text || is_text)
            return search_table_text(search->table, match->word);
    }
    return word->text;
}

/* Words that say where, surely or by a typing error; what only begins like a name may be any word
 * yet. */
static uint16_t explained(const struct search *search)
{
    const struct search_hit *best = best_hit(search);

    return best != NULL && (best->good || best->rule == SEARCH_RULE_TYPO) ? best->where : 0;
}

static bool is_for_text(const struct search *search, size_t at)
{
    const struct search_query_word *word = &search->query.words[at];

    if (word->is_host)
        return true;
    return word->digits <= DIGITS_MAX && !(explained(search) & 1U << at) &&
           !(word->roles & (SEARCH_STOP | SEARCH_QUESTION | SEARCH_POSTCODE));
}

/* «дневник», «область», «лет»: orders what is found by other words. */
static bool is_filler(const struct search *search, size_t at)
{
    unsigned roles = search->query.words[at].roles;

    if (search->query.words[at].number >= 0)
        return true;
    return (roles & (SEARCH_FILLER | SEARCH_OF_REGION | SEARCH_OF_PLACE | SEARCH_CODE |
                     SEARCH_COUNT)) != 0 &&
           !(roles & SEARCH_PROBLEM);
}

static bool is_problem(const struct search *search)
{
    for (size_t i = 0; i < search->query.count; i++)
        if (search->query.words[i].roles & SEARCH_PROBLEM)
            return true;
    return false;
}

/* --- what was searched instead --- */

/* Whether a word was corrected, and how: nothing else is worth a line to the reader. */
static enum search_rule correction(const struct search *search, size_t at)
{
    const struct search_query_word *word = &search->query.words[at];

    if (word->match_count > 0 && word->cost >= SEARCH_COST_TYPO)
        return SEARCH_RULE_TYPO;
    return word->layout ? SEARCH_RULE_LAYOUT : SEARCH_RULE_EXACT;
}

/* True if a corrected word had a part in what was found: as the name of a region, or in texts. */
static bool has_helped(const struct search *search, size_t at, const json_t *document)
{
    const struct search_hit *best = best_hit(search);
    bool texts = json_array_size(json_object_get(document, "guides")) > 0 ||
                 json_array_size(json_object_get(document, "questions")) > 0;

    if (best != NULL && (best->all & 1U << at))
        return true;
    if (correction(search, at) == SEARCH_RULE_LAYOUT)
        return best != NULL || texts;
    return texts && is_for_text(search, at) &&
           strcmp(taken_for(search, at, true), search->query.words[at].text) != 0;
}

/* The query as it was understood: the name that matched in place of its words, the others
 * corrected. */
static enum err write_corrected(struct search *search, const json_t *document, struct buffer *out)
{
    const struct search_hit *best = best_hit(search);
    json_t *matched = NULL;
    bool said = false;
    enum err err =
        best != NULL && best->name != SEARCH_NONE ? find_matched(search, best, &matched) : ERR_NONE;

    for (size_t i = 0; i < search->query.count && err == ERR_NONE; i++) {
        bool named = json_is_string(matched) && (best->covered & 1U << i);
        bool in_text = best == NULL || !(best->all & 1U << i);

        if (named && said)
            continue;
        buffer_puts(out, out->len ? " " : "");
        buffer_puts(out, named ? json_string_value(matched)
                         : has_helped(search, i, document) || is_filler(search, i)
                             ? taken_for(search, i, in_text)
                             : search->query.words[i].text);
        said = said || named;
    }
    json_decref(matched);
    return err != ERR_NONE ? err : buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

static enum err add_corrected(struct search *search, json_t *document)
{
    const struct search_hit *best = best_hit(search);
    enum search_rule rule = SEARCH_RULE_EXACT;
    struct buffer text = BUFFER_INIT;
    json_t *corrected;
    enum err err;

    for (size_t i = 0; i < search->query.count; i++)
        if (correction(search, i) > rule && has_helped(search, i, document))
            rule = correction(search, i);
    if (best != NULL && best->rule == SEARCH_RULE_TYPO)
        rule = SEARCH_RULE_TYPO;
    if (rule == SEARCH_RULE_EXACT)
        return ERR_NONE;
    err = write_corrected(search, document, &text);
    corrected = err == ERR_NONE ? json_pack("{s:s, s:s}", "text", buffer_text(&text), "rule",
                                            search_rule_word(rule))
                                : NULL;
    if (err == ERR_NONE &&
        (corrected == NULL || json_object_set(document, "corrected", corrected) != 0))
        err = ERR_MEMORY;
    json_decref(corrected);
    buffer_free(&text);
    return err;
}

/* --- articles --- */

/* Words of full text: all but those that say where, when something was found there; the others are
 * worth something. */
static size_t text_words(const struct search *search, struct search_text_word *out)
{
    const struct search_query *query = &search->query;
    size_t count = 0;
    bool telling = false;

    for (size_t i = 0; i < query->count && count < SEARCH_TEXT_WORDS; i++) {
        bool last = i + 1 == query->count && utf8_length(query->words[i].text) >= 3;

        if (!is_for_text(search, i))
            continue;
        telling = telling || !is_filler(search, i);
        out[count++] =
            (struct search_text_word){taken_for(search, i, true), is_filler(search, i), last};
    }
    return telling || is_problem(search) || !explained(search) ? count : 0;
}

static enum err add_piece(struct search *search, enum ask ask, json_t *array)
{
    sqlite3_stmt *statement = search->asks[ask];
    enum err err = ERR_NONE;
    int rc = sqlite3_step(statement);

    if (rc == SQLITE_ROW) {
        const char *piece = (const char *)sqlite3_column_text(statement, 0);
        json_t *item = piece != NULL ? json_loads(piece, 0, NULL) : NULL;

        err = item != NULL && json_array_append_new(array, item) == 0 ? ERR_NONE : ERR_MEMORY;
    } else if (rc != SQLITE_DONE) {
        err = failed(search, ask);
    }
    sqlite3_reset(statement);
    return err;
}

static enum err add_question(struct search *search, json_t *document)
{
    int number = search->regions.question;
    json_t *questions;
    enum err err;

    if (number < 0)
        return ERR_NONE;
    questions = json_object_get(document, "questions");
    sqlite3_bind_int(search->asks[ASK_QUESTION], 1, number);
    err = add_piece(search, ASK_QUESTION, questions);
    if (err == ERR_NONE && json_array_size(questions) > 0 &&
        json_object_set_new(document, "number", json_integer(number)) != 0)
        err = ERR_MEMORY;
    return err;
}

/* A guide by the address of its page: "…/guide/epos-link". */
static enum err add_guide(struct search *search, const struct search_request *request,
                          json_t *document)
{
    static const char mark[] = "/guide/";
    const char *at = memmem(request->text, request->len, mark, sizeof mark - 1);
    size_t rest, len = 0;

    if (at == NULL)
        return ERR_NONE;
    at += sizeof mark - 1;
    rest = request->len - (size_t)(at - request->text);
    while (len < rest && len < 80 &&
           ((at[len] >= 'a' && at[len] <= 'z') || at[len] == '-' ||
            (at[len] >= '0' && at[len] <= '9')))
        len++;
    sqlite3_bind_text(search->asks[ASK_ARTICLE], 1, at, (int)len, SQLITE_TRANSIENT);
    return add_piece(search, ASK_ARTICLE, json_object_get(document, "guides"));
}

static enum err add_articles(struct search *search, const struct search_request *request,
                             json_t *document)
{
    struct search_text_word words[SEARCH_TEXT_WORDS];
    const struct search_hit *best = best_hit(search);
    struct search_text_query query = {.words = words};
    enum err err = add_question(search, document);

    if (err == ERR_NONE)
        err = add_guide(search, request, document);
    query.count = search->regions.only_question ? 0 : text_words(search, words);
    query.each = search->regions.exact ? TEXTS_BESIDE : TEXTS_ALONE;
    if (best != NULL && best->where & explained(search))
        query.region = search->table->regions[best->region].iso;
    if (err == ERR_NONE)
        err = search_text_find(search->text, &query, json_object_get(document, "guides"),
                               json_object_get(document, "questions"));
    return err;
}

/* --- what comes first --- */

/* True if a word says more than where, and more than «дневник»: that is what was asked. Beside a
 * region only a word of the language is: «Госуслуги» may as well be how one signs in there. A name
 * that such a word only begins like is no region. */
static bool asks_something(const struct search *search)
{
    const struct search_hit *best = best_hit(search);
    bool problem = is_problem(search), sure = best != NULL && best->good > 0;
    uint16_t names = best != NULL ? best->all : 0;

    for (size_t i = 0; i < search->query.count; i++) {
        const struct search_query_word *word = &search->query.words[i];
        bool named = (names & 1U << i) && (sure || !word->ordinary);

        if (is_for_text(search, i) && !word->is_host && !named &&
            (problem || (!is_filler(search, i) && (!sure || word->ordinary))))
            return true;
    }
    return false;
}

/* A problem wants its answer before the region's address; who only names a region wants that. */
static bool questions_first(const struct search *search, const json_t *document)
{
    if (json_array_size(json_object_get(document, "questions")) == 0 &&
        json_array_size(json_object_get(document, "guides")) == 0)
        return false;
    return best_hit(search) == NULL || search->regions.only_question || asks_something(search);
}

/* What a place is called that was named and is not in the directory, unless one is that is. */
static const char *find_uncovered(const struct search *search)
{
    const struct search_hit *best = best_hit(search);
    const char *name = NULL;

    for (size_t i = 0; i < search->query.count && (best == NULL || best->good == 0); i++) {
        const struct search_query_word *word = &search->query.words[i];

        for (size_t k = 0; k < word->match_count && name == NULL; k++)
            if (word->matches[k].cost < SEARCH_COST_GOOD)
                name = search_table_uncovered(search->table, word->matches[k].word);
    }
    return name;
}

static enum err add_order(const struct search *search, json_t *document)
{
    const char *name = find_uncovered(search);
    json_t *more =
        json_pack("{s:s}", "first", questions_first(search, document) ? "questions" : "regions");
    json_t *uncovered = name != NULL ? json_pack("{s:s}", "name", name) : json_null();
    enum err err = more != NULL && json_object_update(document, more) == 0 &&
                           json_object_set(document, "uncovered", uncovered) == 0
                       ? ERR_NONE
                       : ERR_MEMORY;

    json_decref(more);
    json_decref(uncovered);
    return err;
}

/* --- explaining --- */

static void explain_word(const struct search *search, const struct search_query_word *word,
                         struct buffer *out)
{
    buffer_printf(out, "word    %s%s%s  roles %x\n", word->text,
                  word->layout ? " (other layout)" : "", word->is_host ? " (host)" : "",
                  word->roles);
    for (size_t i = 0; i < word->match_count && i < 8; i++) {
        const struct search_match *match = &word->matches[i];

        buffer_printf(out, "        %-8s cost %4u  %s, in %u names\n",
                      search_rule_word((enum search_rule)match->rule), match->cost,
                      search_table_text(search->table, match->word),
                      search->table->words[match->word].postings);
    }
    if (word->match_count > 8)
        buffer_printf(out, "        and %zu more\n", word->match_count - 8);
}

static void explain_hit(struct search *search, const struct search_hit *hit, struct buffer *out)
{
    json_t *matched = NULL;

    if (find_matched(search, hit, &matched) != ERR_NONE)
        return;
    buffer_printf(
        out, "region  %-7s %-8s %-8s good %u weak %u agrees %+d cost %4u%s%s  %s\n",
        search->table->regions[hit->region].iso, search_kind_word((enum search_kind)hit->kind),
        search_rule_word((enum search_rule)hit->rule), hit->good, hit->weak, hit->agrees, hit->cost,
        hit->exact ? " exact" : "", hit->partial ? " partial" : "", json_string_value(matched));
    json_decref(matched);
}

static void explain(struct search *search, struct buffer *out)
{
    for (size_t i = 0; i < search->query.count; i++)
        explain_word(search, &search->query.words[i], out);
    buffer_printf(out, "needed  %u words say where; question %d\n", search->regions.needed,
                  search->regions.question);
    for (size_t i = 0; i < search->regions.count; i++)
        explain_hit(search, &search->regions.hits[i], out);
    if (*search_text_last(search->text))
        buffer_printf(out, "text    %s\n", search_text_last(search->text));
}

/* --- the document --- */

static enum err new_document(const struct search_request *request, json_t **out)
{
    struct buffer clean = BUFFER_INIT;

    utf8_repair(&clean, request->text, request->len);
    *out = buffer_failed(&clean)
               ? NULL
               : json_pack("{s:s, s:n, s:i, s:[], s:[], s:[], s:n, s:n, s:n}", "query",
                           buffer_text(&clean), "corrected", "exact", 0, "regions", "guides",
                           "questions", "number", "first", "uncovered");
    buffer_free(&clean);
    return *out != NULL ? ERR_NONE : ERR_MEMORY;
}

enum err search_find(struct search *search, const struct search_request *request, json_t **out)
{
    json_t *document = NULL;
    enum err err = new_document(request, &document);

    search->query.table = search->table;
    search->query.costs = &search->costs;
    search->query.hosts = search->hosts;
    search->query.verbatim = request->verbatim;
    if (err == ERR_NONE)
        err = search_query_read(&search->query, request->text, request->len);
    if (err == ERR_NONE) {
        search_match_regions(search->matcher, &search->query, &search->regions);
        err = add_regions(search, document);
    }
    if (err == ERR_NONE &&
        json_object_set_new(document, "exact", json_integer(search->regions.exact)) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_articles(search, request, document);
    if (err == ERR_NONE)
        err = add_corrected(search, document);
    if (err == ERR_NONE)
        err = add_order(search, document);
    if (err != ERR_NONE) {
        json_decref(document);
        return err;
    }
    if (request->trace != NULL)
        explain(search, request->trace);
    *out = document;
    return ERR_NONE;
}
