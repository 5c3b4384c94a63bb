/*
 * schema.c: the schema of the PostgreSQL tally, in numbered steps. Contract in schema.h.
 */
#include "tally/postgres/schema.h"
#include "base/log.h"
#include "gen/tally/postgres/schema.sql.h"
#include "gen/tally/postgres/schema_2.sql.h"
#include "gen/tally/postgres/schema_3.sql.h"
#include "tally/postgres/connection.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 10 /* of a schema that several machines make at once */

/* Steps of the schema: steps[n] makes version n + 1 from version n. */
static const char *const steps[] = {schema_sql, schema_2_sql, schema_3_sql};
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof *steps))

static enum err take_text(void *context, const char *const *row)
{
    snprintf(context, 64, "%s", row[0]);
    return ERR_NONE;
}

/* A fact of meta, "" if there is none. */
static enum err fact(struct tally *tally, const char *key, char out[static 64])
{
    out[0] = '\0';
    return tally_postgres_ask(tally, "SELECT value FROM meta WHERE key = $1", &key, 1, take_text,
                              out);
}

static enum err set_fact(struct tally *tally, const char *key, const char *value)
{
    const char *const values[] = {key, value};

    return tally_postgres_ask(tally,
                              "INSERT INTO meta (key, value) VALUES ($1, $2)"
                              " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                              values, 2, NULL, NULL);
}

/* 0: there is none yet. */
static enum err schema_version(struct tally *tally, int *version)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
    char text[64];
    enum err err;

    *version = 0;
    postgres->quiet = true;
    err = fact(tally, "schema", text);
    postgres->quiet = false;
    if (err == ERR_DATABASE && strcmp(postgres->state, "42P01") == 0) /* no such table */
        return ERR_NONE;
    if (err == ERR_DATABASE)
        log_error("tally %s: its table vhod.meta cannot be read (%s); may this user read it?",
                  tally->name, postgres->state);
    if (err != ERR_NONE || text[0] == '\0')
        return err;
    *version = atoi(text);
    if (*version >= 1 && *version <= SCHEMA_VERSION)
        return ERR_NONE;
    log_error("tally %s: its schema is \"%s\", this program knows 1 to %d: use the program that "
              "made it, or a newer one",
              tally->name, text, SCHEMA_VERSION);
    return ERR_INVALID;
}

/* Takes the version that stands there; another program may be changing it, so the row is locked. */
static enum err lock_version(struct tally *tally, const char *strength, char out[static 64])
{
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT value FROM meta WHERE key = 'schema' FOR %s", strength);
    out[0] = '\0';
    return tally_postgres_ask(tally, sql, NULL, 0, take_text, out);
}

enum err tally_postgres_hold_schema(struct tally *tally)
{
    char text[64];
    enum err err = lock_version(tally, "SHARE", text);

    if (err != ERR_NONE || atoi(text) == SCHEMA_VERSION)
        return err;
    log_error("tally %s: its schema has become \"%s\" meanwhile, this program knows %d: use the "
              "newer one; the journal waits",
              tally->name, text, SCHEMA_VERSION);
    return ERR_INVALID;
}

static enum err note_that_there_is_one(void *context, const char *const *row)
{
    (void)row;
    *(bool *)context = true;
    return ERR_NONE;
}

/* IF NOT EXISTS would ask for the right to make one even where there is one. */
static enum err make_namespace(struct tally *tally)
{
    bool exists = false;
    enum err err =
        tally_postgres_ask(tally, "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'vhod'",
                           NULL, 0, note_that_there_is_one, &exists);

    return err != ERR_NONE || exists
               ? err
               : tally_postgres_ask(tally, "CREATE SCHEMA IF NOT EXISTS vhod", NULL, 0, NULL, NULL);
}

static enum err take_steps(struct tally *tally, int version)
{
    char number[64] = "";
    enum err err = tally_postgres_ask(tally, "BEGIN", NULL, 0, NULL, NULL);

    if (err == ERR_NONE)
        err = make_namespace(tally);
    /* Waits for batches that are being written by the schema as it is. */
    if (err == ERR_NONE && version > 0)
        err = lock_version(tally, "UPDATE", number);
    if (err == ERR_NONE && version > 0 && atoi(number) != version) {
        tally_postgres_rollback(tally); /* somebody else has changed it by now */
        return ERR_NONE;
    }
    for (; err == ERR_NONE && version < SCHEMA_VERSION; version++)
        err = tally_postgres_script(tally, steps[version]);
    snprintf(number, sizeof number, "%d", version);
    if (err == ERR_NONE)
        err = set_fact(tally, "schema", number);
    if (err == ERR_NONE)
        err = tally_postgres_ask(tally, "COMMIT", NULL, 0, NULL, NULL);
    if (err != ERR_NONE)
        tally_postgres_rollback(tally);
    return err;
}

/* True for what comes of two machines that make the same thing at once. */
static bool was_made_by_another(const struct tally_postgres *postgres)
{
    static const char *const states[] = {"23505", "42P06", "42P07", "40001", "40P01", "XX000"};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(postgres->state, states[i]) == 0)
            return true;
    return false;
}

static enum err migrate(struct tally *tally)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
    static const struct timespec a_moment = {0, 50000000};
    int version;
    enum err err = ERR_NONE;

    for (int tries = 0; tries < TRIES; tries++) {
        err = schema_version(tally, &version);
        if (err != ERR_NONE || version == SCHEMA_VERSION)
            return err;
        postgres->quiet = true;
        err = take_steps(tally, version);
        postgres->quiet = false;
        if (err != ERR_NONE && !was_made_by_another(postgres))
            break;
        if (err != ERR_NONE)
            nanosleep(&a_moment, NULL);
    }
    if (err != ERR_NONE)
        log_error("tally %s: the schema cannot be made (%s); may this user make a schema or tables "
                  "in this database?",
                  tally->name, postgres->state);
    return err;
}

/* Days counted so far ended by another clock: worth saying, and no reason to stop counting. */
static enum err note_timezone(struct tally *tally)
{
    char before[64];
    enum err err = fact(tally, "timezone", before);

    if (err != ERR_NONE || strcmp(before, tally->timezone) == 0)
        return err;
    if (before[0] != '\0')
        log_warning("tally %s: days were counted in %s so far, and are from now on in %s; all "
                    "machines must count in one zone",
                    tally->name, before, tally->timezone);
    return set_fact(tally, "timezone", tally->timezone);
}

enum err tally_postgres_make_schema(struct tally *tally)
{
    enum err err = migrate(tally);

    return err == ERR_NONE ? note_timezone(tally) : err;
}

enum err tally_postgres_look_at_schema(struct tally *tally)
{
    int version = 0;
    enum err err = schema_version(tally, &version);

    if (err != ERR_NONE || version == SCHEMA_VERSION)
        return err;
    if (version == 0)
        return ERR_NOT_FOUND;
    log_error("tally %s: its schema is %d and must become %d first: run vhod collect", tally->name,
              version, SCHEMA_VERSION);
    return ERR_INVALID;
}
