/*
 * table.c: reading the index of a snapshot. Contract: table.h.
 *
 * The file is ours, yet every number is checked before it is an index: a damaged snapshot is an
 * error, not a crash.
 */
#include "search/table.h"
#include "base/log.h"
#include "base/utf8.h"
#include "search/sound.h"
#include "search/typing.h"
#include "search/words.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_words[SEARCH_KIND__MAX] = {
    [SEARCH_KIND_NAME] = "name",     [SEARCH_KIND_ALIAS] = "alias",
    [SEARCH_KIND_PLACE] = "place",   [SEARCH_KIND_RENAMED] = "renamed",
    [SEARCH_KIND_SYSTEM] = "system", [SEARCH_KIND_PORTAL] = "portal",
    [SEARCH_KIND_HOST] = "host",     [SEARCH_KIND_FORMER] = "former",
    [SEARCH_KIND_CODE] = "code",     [SEARCH_KIND_POSTCODE] = "postcode"};

const char *search_kind_word(enum search_kind kind)
{
    return kind_words[kind];
}

/* What is being read, and whether it went well so far. */
struct load {
    struct search_table *table;
    sqlite3 *db;
    size_t words_room, names_room, uncovered_room;
    enum err err;
};

typedef void take_row(struct load *load, sqlite3_stmt *row);

static void broken(struct load *load, const char *what)
{
    if (load->err == ERR_NONE) {
        log_error("search: %s: %s; publish again with this version", what,
                  sqlite3_errmsg(load->db));
        load->err = ERR_DATABASE;
    }
}

static void each(struct load *load, const char *sql, take_row *take)
{
    sqlite3_stmt *statement = NULL;
    int rc = SQLITE_OK;

    if (load->err != ERR_NONE)
        return;
    if (sqlite3_prepare_v2(load->db, sql, -1, &statement, NULL) != SQLITE_OK)
        broken(load, sql);
    while (load->err == ERR_NONE && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        take(load, statement);
        if (sqlite3_errcode(load->db) == SQLITE_NOMEM) /* a column that could not be had */
            broken(load, sql);
    }
    if (load->err == ERR_NONE && rc != SQLITE_DONE)
        broken(load, sql);
    sqlite3_finalize(statement);
}

static const char *column(sqlite3_stmt *row, int n)
{
    const char *text = (const char *)sqlite3_column_text(row, n);

    return text != NULL ? text : "";
}

/* --- words --- */

const char *search_table_key(const struct search_table *table, uint32_t word)
{
    return table->letters + table->words[word].key;
}

const char *search_table_text(const struct search_table *table, uint32_t word)
{
    return table->letters + table->words[word].word;
}

uint32_t search_table_first(const struct search_table *table, const char *key)
{
    uint32_t low = 0, high = (uint32_t)table->word_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(search_table_key(table, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t search_table_find(const struct search_table *table, const char *key, const char *word)
{
    for (uint32_t at = search_table_first(table, key);
         at < table->word_count && strcmp(search_table_key(table, at), key) == 0; at++)
        if (strcmp(search_table_text(table, at), word) == 0)
            return at;
    return SEARCH_NONE;
}

/* Copies a text into letters; its offset. */
static uint32_t keep(struct load *load, sqlite3_stmt *row, int n)
{
    struct search_table *table = load->table;
    const char *text = column(row, n);
    size_t len = strlen(text) + 1;
    uint32_t at;

    if (table->letters_len + len > table->letters_room) {
        size_t room = (table->letters_room + len) * 2 + 65536;
        char *grown = room < UINT32_MAX ? realloc(table->letters, room) : NULL;

        if (grown == NULL) {
            load->err = ERR_MEMORY;
            return 0;
        }
        table->letters = grown;
        table->letters_room = room;
    }
    at = (uint32_t)table->letters_len;
    memcpy(table->letters + at, text, len);
    table->letters_len += len;
    return at;
}

static void take_word(struct load *load, sqlite3_stmt *row)
{
    struct search_table *table = load->table;
    struct search_word *word;

    if (table->word_count == load->words_room) {
        size_t room = load->words_room ? load->words_room * 2 : 8192;
        struct search_word *grown = reallocarray(table->words, room, sizeof *grown);

        if (grown == NULL) {
            load->err = ERR_MEMORY;
            return;
        }
        table->words = grown;
        load->words_room = room;
    }
    word = &table->words[table->word_count];
    *word = (struct search_word){.key = keep(load, row, 1), .word = keep(load, row, 2)};
    if (load->err != ERR_NONE)
        return;
    word->roles = sqlite3_column_int(row, 3) ? SEARCH_TEXT : 0;
    word->posting = (uint32_t)sqlite3_column_int64(
        row, 4); /* its number in the alphabet, until the orders are made */
    if (table->word_count > 0) {
        const char *before = search_table_key(table, (uint32_t)table->word_count - 1);

        if (strcmp(before, search_table_key(table, (uint32_t)table->word_count)) > 0)
            broken(load, "search_word is not in the order of its keys");
    }
    if (sqlite3_column_int64(row, 0) != (sqlite3_int64)++table->word_count)
        broken(load, "search_word has a hole in its numbers");
}

/* --- orders --- */

static enum err order_new(struct search_order *order, size_t count, size_t letters)
{
    order->items = calloc(count + 1, sizeof *order->items);
    order->letters = malloc(letters + 1);
    order->count = count;
    return order->items != NULL && order->letters != NULL ? ERR_NONE : ERR_MEMORY;
}

static void count_shared(struct search_order *order)
{
    for (size_t i = 1; i < order->count; i++) {
        struct search_order_item *item = &order->items[i], *before = item - 1;
        const char *own = order->letters + item->letters, *other = order->letters + before->letters;

        while (item->shared < item->len && item->shared < before->len &&
               own[item->shared] == other[item->shared])
            item->shared++;
    }
}

/* Fills one order: that of the alphabet, or that of the keys, which the words stand in. */
static void fill_order(struct load *load, struct search_order *order, bool by_text)
{
    struct search_table *table = load->table;
    uint32_t used = 0;

    for (uint32_t i = 0; i < table->word_count && load->err == ERR_NONE; i++) {
        uint32_t at = by_text ? table->words[i].posting - 1 : i;
        const char *text;
        size_t len;

        if (at >= table->word_count || order->items[at].len > 0) {
            broken(load, "search_word is not numbered in the order of the alphabet");
            return;
        }
        text = by_text ? search_table_text(table, i) : search_table_key(table, i);
        len = typing_bytes(text, order->letters + used, UINT8_MAX);
        order->items[at] = (struct search_order_item){used, i, (uint8_t)len, 0};
        used += (uint32_t)len;
    }
    count_shared(order);
}

static void make_orders(struct load *load)
{
    struct search_table *table = load->table;

    if (load->err != ERR_NONE)
        return;
    if (order_new(&table->by_key, table->word_count, table->letters_len) != ERR_NONE ||
        order_new(&table->by_text, table->word_count, table->letters_len) != ERR_NONE) {
        load->err = ERR_MEMORY;
        return;
    }
    fill_order(load, &table->by_key, false);
    fill_order(load, &table->by_text, true);
}

/* --- roles --- */

static uint32_t find_folded(const struct search_table *table, const char *folded)
{
    struct buffer key = BUFFER_INIT;
    uint32_t word;

    sound_key(&key, folded);
    word = search_table_find(table, buffer_text(&key), folded);
    buffer_free(&key);
    return word;
}

/* Lines come whole and in order: the first word of one is what the place is called. */
static void take_uncovered(struct load *load, sqlite3_stmt *row, uint32_t word)
{
    struct search_table *table = load->table;
    const char *first = table->uncovered_count && sqlite3_column_int(row, 3) > 1
                            ? table->uncovered[table->uncovered_count - 1].name
                            : column(row, 1);

    if (table->uncovered_count == load->uncovered_room) {
        size_t room = load->uncovered_room ? load->uncovered_room * 2 : 64;
        struct search_uncovered *grown = reallocarray(table->uncovered, room, sizeof *grown);

        if (grown == NULL) {
            load->err = ERR_MEMORY;
            return;
        }
        table->uncovered = grown;
        load->uncovered_room = room;
    }
    table->uncovered[table->uncovered_count] = (struct search_uncovered){word, strdup(first)};
    if (table->uncovered[table->uncovered_count].name == NULL)
        load->err = ERR_MEMORY;
    else
        table->uncovered_count++;
}

const char *search_table_uncovered(const struct search_table *table, uint32_t word)
{
    for (size_t i = 0; i < table->uncovered_count; i++)
        if (table->uncovered[i].word == word)
            return table->uncovered[i].name;
    return NULL;
}

static void take_role(struct load *load, sqlite3_stmt *row)
{
    static const struct {
        const char *word;
        uint16_t role;
    } roles[] = {
        {"stop", SEARCH_STOP},         {"filler", SEARCH_FILLER},      {"region", SEARCH_OF_REGION},
        {"place", SEARCH_OF_PLACE},    {"question", SEARCH_QUESTION},  {"code", SEARCH_CODE},
        {"postcode", SEARCH_POSTCODE}, {"count", SEARCH_COUNT},        {"word", SEARCH_WORD},
        {"problem", SEARCH_PROBLEM},   {"uncovered", SEARCH_UNCOVERED}};
    struct buffer folded = BUFFER_INIT;
    uint32_t at;

    if (search_words(&folded, column(row, 1), strlen(column(row, 1))) != ERR_NONE)
        load->err = ERR_MEMORY;
    at = find_folded(load->table, buffer_text(&folded));
    for (size_t i = 0; i < sizeof roles / sizeof roles[0] && at != SEARCH_NONE; i++) {
        if (strcmp(roles[i].word, column(row, 0)) != 0)
            continue;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): who finds a word has words */
        load->table->words[at].roles |= roles[i].role;
        if (roles[i].role & (SEARCH_OF_REGION | SEARCH_OF_PLACE))
            load->table->words[at].groups |= UINT64_C(1) << (sqlite3_column_int64(row, 2) & 63);
        if (roles[i].role == SEARCH_UNCOVERED)
            take_uncovered(load, row, at);
    }
    buffer_free(&folded);
}

/* --- regions and portals --- */

uint8_t search_table_region(const struct search_table *table, const char *iso)
{
    size_t low = 0, high = table->region_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(table->regions[middle].iso, iso);

        if (order == 0)
            return (uint8_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SEARCH_NO_REGION;
}

static void take_region(struct load *load, sqlite3_stmt *row)
{
    struct search_table *table = load->table;
    struct search_region *region = &table->regions[table->region_count];
    struct buffer folded = BUFFER_INIT;
    const char *word;
    const char *rest;

    if (table->region_count == SEARCH_REGIONS_MAX || strlen(column(row, 0)) >= sizeof region->iso) {
        broken(load, "more regions than search can hold");
        return;
    }
    snprintf(region->iso, sizeof region->iso, "%s", column(row, 0));
    region->people = (uint64_t)sqlite3_column_int64(row, 2);
    if (search_words(&folded, column(row, 1), strlen(column(row, 1))) != ERR_NONE)
        load->err = ERR_MEMORY;
    rest = buffer_text(&folded);
    for (size_t len; (len = search_next_word(&rest, &word)) > 0;) {
        char *one = strndup(word, len);
        uint32_t at = one != NULL ? find_folded(table, one) : SEARCH_NONE;

        region->groups |= at == SEARCH_NONE ? 0 : table->words[at].groups;
        free(one);
    }
    table->region_count++;
    buffer_free(&folded);
}

static void take_portal(struct load *load, sqlite3_stmt *row)
{
    struct search_table *table = load->table;
    const char *id = column(row, 0);
    struct search_portal *portal = table->portals + table->portal_count;
    uint8_t region;

    if (table->portal_count == 0 || strcmp(portal[-1].id, id) != 0) {
        if (table->portal_count == SEARCH_PORTALS_MAX) {
            broken(load, "more portals than search can hold");
            return;
        }
        portal->id = strdup(id);
        if (portal->id == NULL) {
            load->err = ERR_MEMORY;
            return;
        }
        portal++;
        table->portal_count++;
    }
    region = search_table_region(table, column(row, 1));
    if (region != SEARCH_NO_REGION)
        portal[-1].regions[region] = true;
}

static uint8_t find_portal(const struct search_table *table, const char *id)
{
    for (size_t i = 0; i < table->portal_count; i++)
        if (strcmp(table->portals[i].id, id) == 0)
            return (uint8_t)i;
    return SEARCH_PORTALS_MAX;
}

/* --- numbers --- */

static void take_number(struct load *load, sqlite3_stmt *row, uint8_t *numbers)
{
    int number = sqlite3_column_int(row, 0);

    if (number < 0 || number > 999)
        broken(load, "a code of more than three digits");
    else
        numbers[number] = search_table_region(load->table, column(row, 1));
}

static void take_code(struct load *load, sqlite3_stmt *row)
{
    take_number(load, row, load->table->codes);
}

static void take_postcode(struct load *load, sqlite3_stmt *row)
{
    take_number(load, row, load->table->postcodes);
}

/* --- names --- */

static enum search_kind find_kind(const char *word)
{
    for (size_t i = 0; i < SEARCH_KIND__MAX; i++)
        if (strcmp(kind_words[i], word) == 0)
            return (enum search_kind)i;
    return SEARCH_KIND__MAX;
}

static void take_name_words(struct load *load, struct search_name *name, const char *numbers)
{
    char *end = NULL;

    for (const char *at = numbers; *at && name->count < SEARCH_WORDS_MAX; at = end) {
        unsigned long number = strtoul(at, &end, 10);

        if (end == at || number < 1 || number > load->table->word_count) {
            broken(load, "search_name names a word that is not there");
            return;
        }
        name->words[name->count++] = (uint32_t)number - 1;
        load->table->words[number - 1].postings++;
    }
}

static void take_name(struct load *load, sqlite3_stmt *row)
{
    struct search_table *table = load->table;
    struct search_name *name;

    if (table->name_count == load->names_room) {
        size_t room = load->names_room ? load->names_room * 2 : 4096;
        struct search_name *grown = reallocarray(table->names, room, sizeof *grown);

        if (grown == NULL) {
            load->err = ERR_MEMORY;
            return;
        }
        table->names = grown;
        load->names_room = room;
    }
    name = &table->names[table->name_count];
    *name = (struct search_name){.place = (uint32_t)sqlite3_column_int64(row, 3),
                                 .people = (uint32_t)sqlite3_column_int64(row, 7),
                                 .kind = (uint8_t)find_kind(column(row, 0)),
                                 .region = search_table_region(table, column(row, 1)),
                                 .portal = find_portal(table, column(row, 2)),
                                 .is_short = strcmp(column(row, 6), "short") == 0,
                                 .is_joined = strcmp(column(row, 6), "joined") == 0};
    if (name->kind == SEARCH_KIND__MAX)
        broken(load, "search_name has a kind that is not known");
    if (name->kind != SEARCH_KIND_PORTAL && name->region == SEARCH_NO_REGION)
        broken(load, "search_name has a region that is not known");
    take_name_words(load, name, column(row, 4));
    if (sqlite3_column_int64(row, 5) != (sqlite3_int64)++table->name_count)
        broken(load, "search_name has a hole in its numbers");
}

/* From "this name has these words" to "this word is in these names", in the order of names. */
static void invert(struct load *load)
{
    struct search_table *table = load->table;
    uint32_t total = 0;

    for (size_t i = 0; i < table->word_count; i++) {
        table->words[i].posting = total;
        total += table->words[i].postings;
        table->words[i].postings = 0;
    }
    table->postings = calloc(total + 1, sizeof *table->postings);
    if (table->postings == NULL)
        load->err = ERR_MEMORY;
    for (size_t i = 0; i < table->name_count && load->err == ERR_NONE; i++) {
        const struct search_name *name = &table->names[i];

        if (name->count == 1)
            table->words[name->words[0]].roles |= SEARCH_ALONE;
        for (uint8_t k = 0; k < name->count; k++) {
            struct search_word *word = &table->words[name->words[k]];

            table->postings[word->posting + word->postings++] =
                (struct search_posting){(uint32_t)i, k};
        }
    }
}

/* --- all of it --- */

enum err search_table_load(struct search_table **out, sqlite3 *db)
{
    static const struct {
        const char *sql;
        take_row *take;
    } passes[] = {
        {"SELECT id, key, word, text, alphabetic FROM search_word ORDER BY id", take_word},
        {"SELECT role, words, line, position FROM vocabulary ORDER BY line, position", take_role},
        {"SELECT iso, kind, (SELECT coalesce(sum(population), 0) FROM place WHERE region = iso) "
         "FROM region"
         " ORDER BY iso",
         take_region},
        {"SELECT DISTINCT portal, region FROM login ORDER BY portal, region", take_portal},
        {"SELECT code, region FROM region_code", take_code},
        {"SELECT prefix, region FROM region_postcode", take_postcode},
        {"SELECT kind, region, portal, place, words, id, form, weight FROM search_name ORDER BY id",
         take_name}};
    struct load load = {.table = calloc(1, sizeof *load.table), .db = db};

    *out = NULL;
    if (load.table == NULL)
        return ERR_MEMORY;
    memset(load.table->codes, SEARCH_NO_REGION, sizeof load.table->codes);
    memset(load.table->postcodes, SEARCH_NO_REGION, sizeof load.table->postcodes);
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        each(&load, passes[i].sql, passes[i].take);
        if (i == 0)
            make_orders(&load);
    }
    if (load.err == ERR_NONE)
        invert(&load);
    if (load.err != ERR_NONE) {
        search_table_free(load.table);
        return load.err;
    }
    *out = load.table;
    return ERR_NONE;
}

void search_table_free(struct search_table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->portal_count; i++)
        free(table->portals[i].id);
    for (size_t i = 0; i < table->uncovered_count; i++)
        free(table->uncovered[i].name);
    free(table->uncovered);
    free(table->letters);
    free(table->by_key.items);
    free(table->by_key.letters);
    free(table->by_text.items);
    free(table->by_text.letters);
    free(table->words);
    free(table->postings);
    free(table->names);
    free(table);
}
