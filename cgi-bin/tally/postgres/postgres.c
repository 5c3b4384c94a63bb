/*
 * postgres.c: the tally in PostgreSQL, as an engine: opening, closing, reading. What is asked and
 * what goes wrong is connection.c's, the schema schema.c's, writing write.c's.
 */
#include "base/clock.h"
#include "tally/postgres/connection.h"
#include "tally/postgres/schema.h"
#include "tally/postgres/write.h"
#include <stdlib.h>
#include <string.h>

#define READ_MS 5000 /* all statements of one reading together */

/* --- opening --- */

static enum err open_postgres(struct tally *tally)
{
    enum err err = tally_postgres_check_address(tally);

    if (err != ERR_NONE)
        return err;
    tally->database = calloc(1, sizeof(struct tally_postgres));
    if (tally->database == NULL)
        return ERR_MEMORY;
    err = tally_postgres_connect(tally);
    if (err == ERR_NONE)
        err = tally->writer ? tally_postgres_make_schema(tally)
                            : tally_postgres_look_at_schema(tally);
    return err;
}

static void close_postgres(struct tally *tally)
{
    if (tally->database == NULL)
        return;
    tally_postgres_disconnect(tally);
    free(tally->database);
    tally->database = NULL;
}

/* --- reading --- */

static enum err read_begin(struct tally *tally)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
    enum err err = tally_postgres_connect(tally);

    postgres->deadline = clock_monotonic_ms() + READ_MS;
    if (err == ERR_NONE)
        err = tally_postgres_ask(tally, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0,
                                 NULL, NULL);
    return err == ERR_NONE ? tally_postgres_ask(tally, "SET LOCAL statement_timeout = 5000", NULL,
                                                0, NULL, NULL)
                           : err;
}

struct reading {
    const struct tally_query *query;
    tally_row *each;
    void *context;
};

static enum err read_row(void *context, const char *const *row)
{
    const struct reading *reading = context;
    struct tally_value values[TALLY_POSTGRES_COLUMNS_MAX];

    for (int i = 0; reading->query->types[i] != '\0'; i++) {
        bool number = reading->query->types[i] == 'n';

        values[i].text = number ? NULL : row[i];
        values[i].number = number ? strtoll(row[i], NULL, 10) : 0;
    }
    return reading->each(reading->context, values);
}

static enum err read_query(struct tally *tally, const struct tally_query *query,
                           const char *const *parameters, tally_row *each, void *context)
{
    struct reading reading = {query, each, context};
    size_t count = 0;

    if (strlen(query->types) > TALLY_POSTGRES_COLUMNS_MAX)
        return ERR_INVALID;
    while (count < TALLY_PARAMETERS_MAX && parameters[count] != NULL)
        count++;
    return tally_postgres_ask_texts(tally, query->sql, parameters, count, read_row, &reading);
}

static void read_end(struct tally *tally)
{
    tally_postgres_of(tally)->deadline = 0;
    tally_postgres_rollback(tally); /* nothing was written */
}

const struct tally_engine tally_postgres = {
    .schemes = {"postgresql://", "postgres://", NULL},
    .open = open_postgres,
    .close = close_postgres,
    .commit = tally_postgres_commit,
    .positions = tally_postgres_positions,
    .read_begin = read_begin,
    .read = read_query,
    .read_end = read_end,
};
