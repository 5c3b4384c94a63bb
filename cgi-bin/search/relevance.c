/*
 * relevance.c: an auxiliary function of FTS5 (sqlite.org/fts5.html, section 7.2). Contract:
 * relevance.h.
 */
#include "search/relevance.h"
#include "search/stem.h"
#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 16

/* Columns of text.sql: title, short, body, asked. The last was written to be found by. */
static const double column_weights[] = {10, 6, 2, 11};
#define COLUMNS (sizeof column_weights / sizeof column_weights[0])

#define SAME_WEIGHT   0.8 /* something that means the same as what was typed */
#define FILLER_WEIGHT 0.2
/* Of two texts that hold words as rare, the one that holds more of the query's is the better. */
#define COVERED_WEIGHT 0.6

/* A part of the query: phrases that mean the same. */
struct part {
    int first, count; /* phrases */
    bool telling;
    double rarity;
};

/* What is the same for all rows of a query. */
struct parts {
    struct part items[PARTS_MAX];
    size_t count;
    double telling; /* rarity of all telling parts */
};

static void read_parts(struct parts *parts, const char *text, int phrases)
{
    int first = 0;

    while (*text && parts->count < PARTS_MAX) {
        char *kind;
        long count = strtol(text, &kind, 10);

        if (count < 1 || count > phrases - first || *kind == '\0')
            break;
        parts->items[parts->count++] =
            (struct part){first, (int)count, *kind == RELEVANCE_TELLING, 0};
        first += (int)count;
        text = kind + 1;
    }
}

static int count_row(const Fts5ExtensionApi *api, Fts5Context *row, void *context)
{
    sqlite3_int64 *count = context;

    (void)api;
    (void)row;
    (*count)++;
    return SQLITE_OK;
}

/* How much it says that a row holds a part: the fewer do, the more. */
static int measure(const Fts5ExtensionApi *api, Fts5Context *row, struct part *part)
{
    sqlite3_int64 rows = 0, most = 0;
    int rc = api->xRowCount(row, &rows);

    for (int i = 0; i < part->count && rc == SQLITE_OK; i++) {
        sqlite3_int64 count = 0;

        rc = api->xQueryPhrase(row, part->first + i, &count, count_row);
        most = count > most ? count : most;
    }
    part->rarity = most > 0 ? log(1 + (double)rows / (double)most) : 0;
    return rc;
}

/* The query's parts: made for the first row, kept by FTS5 until the last. */
static int get_parts(const Fts5ExtensionApi *api, Fts5Context *row, const char *text,
                     const struct parts **out)
{
    struct parts *parts = api->xGetAuxdata(row, 0);
    int rc = SQLITE_OK;

    *out = parts;
    if (parts != NULL)
        return SQLITE_OK;
    parts = calloc(1, sizeof *parts);
    if (parts == NULL)
        return SQLITE_NOMEM;
    read_parts(parts, text, api->xPhraseCount(row));
    for (size_t i = 0; i < parts->count && rc == SQLITE_OK; i++) {
        rc = measure(api, row, &parts->items[i]);
        parts->telling += parts->items[i].telling ? parts->items[i].rarity : 0;
    }
    if (rc != SQLITE_OK) {
        free(parts);
        return rc;
    }
    *out = parts;
    return api->xSetAuxdata(row, parts, free);
}

/* The weight of the best column of this row that holds a phrase of the part; 0: none does. */
static int weigh(const Fts5ExtensionApi *api, Fts5Context *row, const struct part *part,
                 double *best)
{
    int rc = SQLITE_OK;

    *best = 0;
    for (int i = 0; i < part->count && rc == SQLITE_OK; i++) {
        Fts5PhraseIter iterator;
        int column;

        rc = api->xPhraseFirstColumn(row, part->first + i, &iterator, &column);
        for (; rc == SQLITE_OK && column >= 0; api->xPhraseNextColumn(row, &iterator, &column)) {
            double weight = (size_t)column < COLUMNS ? column_weights[column] : 0;

            weight *= i > 0 ? SAME_WEIGHT : 1;
            *best = weight > *best ? weight : *best;
        }
    }
    return rc;
}

static int add_up(const Fts5ExtensionApi *api, Fts5Context *row, const struct parts *parts,
                  double *out)
{
    double sum = 0, covered = 0;
    int rc = SQLITE_OK;

    for (size_t i = 0; i < parts->count && rc == SQLITE_OK; i++) {
        const struct part *part = &parts->items[i];
        double weight;

        rc = weigh(api, row, part, &weight);
        sum += weight * part->rarity * (part->telling ? 1 : FILLER_WEIGHT);
        covered += part->telling && weight > 0 ? part->rarity : 0;
    }
    *out = covered > 0 ? sum * (1 - COVERED_WEIGHT + COVERED_WEIGHT * covered / parts->telling) : 0;
    return rc;
}

static void relevance(const Fts5ExtensionApi *api, Fts5Context *row, sqlite3_context *context,
                      int count, sqlite3_value **values)
{
    const char *text = count == 1 ? (const char *)sqlite3_value_text(values[0]) : NULL;
    const struct parts *parts = NULL;
    double sum = 0;
    int rc = get_parts(api, row, text != NULL ? text : "", &parts);

    if (rc == SQLITE_OK)
        rc = add_up(api, row, parts, &sum);
    if (rc != SQLITE_OK)
        sqlite3_result_error_code(context, rc);
    else
        sqlite3_result_double(context, sum);
}

enum err search_relevance_register(sqlite3 *db)
{
    fts5_api *api = search_fts5_api(db);

    if (api == NULL)
        return ERR_DATABASE;
    return api->xCreateFunction(api, "relevance", NULL, relevance, NULL) == SQLITE_OK ? ERR_NONE
                                                                                      : ERR_MEMORY;
}
