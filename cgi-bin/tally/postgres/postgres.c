/*
 * postgres.c: the tally in PostgreSQL: the connection, statements and their errors, the
 * schema, reading. The only file that knows libpq. Writing is write.c's.
 *
 * Nothing here waits for ever: connecting, sending and waiting for an answer end at a deadline of
 * ours, besides the server's statement_timeout, because a server that hangs answers to no timeout
 * of its own. Who was cut off does not know whether a transaction was committed; the position in it
 * tells the next who asks.
 *
 * The password is in the store's address or where libpq finds it (PGPASSFILE). No message of ours
 * has it, so an address that libpq cannot read is not repeated with libpq's words, which quote it.
 */
#include "tally/postgres/postgres.h"

#include "base/log.h"
#include "gen/tally/postgres/schema.sql.h"
#include "gen/tally/postgres/schema_2.sql.h"

#include <errno.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS   3000
#define STATEMENT_MS 30000 /* of a writer; the server's own limit is as long */
#define READ_MS      5000  /* all statements of one reading together */
#define MESSAGE_MAX  300
#define TEXT_OID     25
#define COLUMNS_MAX  16
#define TRIES        10 /* of a schema that several machines make at once */

/* Steps of the schema: steps[n] makes version n + 1 from version n. */
static const char *const steps[] = {schema_sql, schema_2_sql};
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof *steps))

/* tally->database. */
struct tally_postgres {
    PGconn *connection; /* NULL: none */
    int64_t deadline;   /* monotonic milliseconds; of a reader, for all its statements; 0: none */
    bool again;         /* the last error is worth another try at once */
    bool quiet;         /* errors are expected, and not logged */
    char state[6];      /* SQLSTATE of the last error, or "" */
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct tally_postgres *postgres_of(const struct tally *tally)
{
    return tally->database;
}

/* --- what went wrong --- */

/* libpq's message on one line. */
static void one_line(char out[static MESSAGE_MAX], const char *message)
{
    size_t len = 0;

    for (; *message != '\0' && len + 1 < MESSAGE_MAX; message++)
        out[len++] = (unsigned char)*message < ' ' ? ' ' : *message;
    while (len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
}

static void give_up_connection(struct tally_postgres *postgres)
{
    PQfinish(postgres->connection);
    postgres->connection = NULL;
}

/* The connection is broken or took too long: what it was about is unknown. */
static enum err lost(struct tally *tally, const char *doing, const char *why)
{
    struct tally_postgres *postgres = postgres_of(tally);
    bool late = postgres->deadline != 0 && monotonic_ms() >= postgres->deadline;
    char message[MESSAGE_MAX];

    one_line(message, why != NULL ? why : PQerrorMessage(postgres->connection));
    log_warning("tally %s: %s: %s; what is not counted yet waits in the journal", tally->name,
                doing, *message != '\0' ? message : "the connection is lost");
    give_up_connection(postgres);
    postgres->again = !late;
    snprintf(postgres->state, sizeof postgres->state, "08006");
    return late ? ERR_LIMIT : ERR_BUSY;
}

/* What an SQLSTATE means to us, by its beginning; the first that fits. */
static const struct meaning {
    const char *state;
    enum err err;
    bool again;
} meanings[] = {
    {"40001", ERR_BUSY, true}, /* in another transaction's way */
    {"40P01", ERR_BUSY, true},
    {"40003", ERR_BUSY, true},  /* completion unknown */
    {"55P03", ERR_BUSY, true},  /* a lock took too long */
    {"57014", ERR_BUSY, false}, /* a statement took too long */
    {"57P", ERR_BUSY, true},    /* the server ends or starts */
    {"25P03", ERR_BUSY, true},  /* we were too slow within a transaction */
    {"08", ERR_BUSY, true},
    {"53", ERR_BUSY, false}, /* no room, no memory, too many connections */
    {"", ERR_DATABASE, false},
};

static enum err refused(struct tally *tally, const PGresult *result)
{
    struct tally_postgres *postgres = postgres_of(tally);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const struct meaning *meaning = meanings;
    char message[MESSAGE_MAX];

    if (state == NULL)
        return lost(tally, "asking", PQresultErrorMessage(result));
    while (strncmp(state, meaning->state, strlen(meaning->state)) != 0)
        meaning++;
    postgres->again = meaning->again;
    snprintf(postgres->state, sizeof postgres->state, "%s", state);
    /* The primary message only: the detail quotes rows, and with them what people searched for. */
    one_line(message, primary != NULL ? primary : "");
    if (!postgres->quiet && !meaning->again)
        log_error("tally %s: %s (%s)", tally->name, message, state);
    if (postgres->deadline != 0 && strcmp(state, "57014") == 0)
        return ERR_LIMIT;
    return meaning->err;
}

bool tally_postgres_again(const struct tally *tally)
{
    return postgres_of(tally)->again;
}

/* --- connecting --- */

/* Waits until the socket is ready; false at the deadline. */
static bool wait_for(const PGconn *connection, short events, int64_t deadline)
{
    struct pollfd poller = {.fd = PQsocket(connection), .events = events};

    for (;;) {
        int64_t left = deadline - monotonic_ms();
        int ready;

        if (poller.fd < 0 || left <= 0)
            return false;
        ready = poll(&poller, 1, (int)left);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

/* Drives the connection until it stands or fails; false at the deadline. */
static bool finish_connecting(PGconn *connection, int64_t deadline)
{
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;

    while (step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED) {
        if (!wait_for(connection, step == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline))
            return false;
        step = PQconnectPoll(connection);
    }
    return true;
}

/* What a server says besides answers ("already exists, skipping") is of no use to anybody. */
static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

/* The address comes last: what it says goes before what is normal here. */
static PGconn *start_connecting(const struct tally *tally)
{
    static const char *const keys[] = {"client_encoding", "fallback_application_name",
                                       "keepalives_idle", "tcp_user_timeout",
                                       "dbname",          NULL};
    const char *const values[] = {"UTF8", "vhod", "30", "30000", tally->store, NULL};

    return PQconnectStartParams(keys, values, 1);
}

/* Several machines write: one that hangs within a transaction must not hold the others. */
static enum err prepare_session(struct tally *tally)
{
    static const char *const settings[] = {
        "SET statement_timeout = 30000",
        "SET lock_timeout = 10000",
        "SET idle_in_transaction_session_timeout = 60000",
        "SET search_path TO vhod",
    };
    const char *encoding = PQparameterStatus(postgres_of(tally)->connection, "server_encoding");
    enum err err = ERR_NONE;

    if (encoding != NULL && strcmp(encoding, "UTF8") != 0) {
        log_error("tally %s: the database holds %s; make one with ENCODING 'UTF8'", tally->name,
                  encoding);
        return ERR_DATABASE;
    }
    for (size_t i = 0; i < sizeof settings / sizeof *settings && err == ERR_NONE; i++)
        err = tally_postgres_ask(tally, settings[i], NULL, 0, NULL, NULL);
    return err;
}

enum err tally_postgres_connect(struct tally *tally)
{
    struct tally_postgres *postgres = postgres_of(tally);
    enum err err;

    if (postgres->connection != NULL && PQstatus(postgres->connection) == CONNECTION_OK)
        return ERR_NONE;
    give_up_connection(postgres);
    postgres->connection = start_connecting(tally);
    if (postgres->connection == NULL)
        return ERR_MEMORY;
    PQsetNoticeReceiver(postgres->connection, ignore_notice, NULL);
    if (!finish_connecting(postgres->connection, monotonic_ms() + CONNECT_MS))
        err = lost(tally, "connecting", "no answer in 3 seconds");
    else if (PQstatus(postgres->connection) != CONNECTION_OK ||
             PQsetnonblocking(postgres->connection, 1) != 0)
        err = lost(tally, "connecting", NULL);
    else
        err = prepare_session(tally);
    if (err != ERR_NONE)
        give_up_connection(postgres);
    return err;
}

/* --- statements --- */

/* Sends all that is to be sent, reading meanwhile what the server says, or both might wait for the
 * other to read. */
static bool send_all(PGconn *connection, int64_t deadline)
{
    int left;

    while ((left = PQflush(connection)) == 1) {
        if (!wait_for(connection, POLLIN | POLLOUT, deadline) || PQconsumeInput(connection) == 0)
            return false;
    }
    return left == 0;
}

static bool await_answer(PGconn *connection, int64_t deadline)
{
    while (PQisBusy(connection))
        if (!wait_for(connection, POLLIN, deadline) || PQconsumeInput(connection) == 0)
            return false;
    return true;
}

static enum err see_rows(const PGresult *result, tally_postgres_row *each, void *context)
{
    const char *row[COLUMNS_MAX] = {NULL};
    int columns = PQnfields(result);
    enum err err = columns <= COLUMNS_MAX ? ERR_NONE : ERR_LIMIT;

    for (int i = 0; i < PQntuples(result) && err == ERR_NONE && each != NULL; i++) {
        for (int column = 0; column < columns; column++)
            row[column] = PQgetvalue(result, i, column);
        err = each(context, row);
    }
    return err;
}

/* Takes the whole answer: the connection is free after, or given up. */
static enum err take_answer(struct tally *tally, int64_t deadline, tally_postgres_row *each,
                            void *context)
{
    PGconn *connection = postgres_of(tally)->connection;
    enum err err = ERR_NONE;

    for (;;) {
        PGresult *result;
        ExecStatusType status;

        if (!await_answer(connection, deadline))
            return lost(tally, "waiting for an answer",
                        PQstatus(connection) == CONNECTION_OK ? "it takes too long" : NULL);
        result = PQgetResult(connection);
        if (result == NULL)
            break;
        status = PQresultStatus(result);
        if (err == ERR_NONE && status == PGRES_TUPLES_OK)
            err = see_rows(result, each, context);
        else if (err == ERR_NONE && status != PGRES_COMMAND_OK)
            err = refused(tally, result);
        PQclear(result);
        if (postgres_of(tally)->connection == NULL) /* refused() gave it up */
            return err;
    }
    return err;
}

static int64_t deadline_of(const struct tally_postgres *postgres)
{
    int64_t deadline = monotonic_ms() + STATEMENT_MS + 5000; /* the server's own comes first */

    return postgres->deadline != 0 && postgres->deadline < deadline ? postgres->deadline : deadline;
}

static enum err ask(struct tally *tally, const char *sql, const Oid *types,
                    const char *const *values, size_t count, tally_postgres_row *each,
                    void *context)
{
    struct tally_postgres *postgres = postgres_of(tally);
    int64_t deadline = deadline_of(postgres);

    postgres->again = false;
    postgres->state[0] = '\0';
    if (postgres->connection == NULL)
        return ERR_BUSY;
    if (PQsendQueryParams(postgres->connection, sql, (int)count, types, values, NULL, NULL, 0) !=
            1 ||
        !send_all(postgres->connection, deadline))
        return lost(tally, "asking",
                    PQstatus(postgres->connection) == CONNECTION_OK ? "it takes too long" : NULL);
    return take_answer(tally, deadline, each, context);
}

enum err tally_postgres_ask(struct tally *tally, const char *sql, const char *const *values,
                            size_t count, tally_postgres_row *each, void *context)
{
    return ask(tally, sql, NULL, values, count, each, context);
}

/* Several statements with ';' between, without parameters. */
static enum err run_script(struct tally *tally, const char *script)
{
    struct tally_postgres *postgres = postgres_of(tally);
    int64_t deadline = deadline_of(postgres);

    if (PQsendQuery(postgres->connection, script) != 1 || !send_all(postgres->connection, deadline))
        return lost(tally, "changing the schema", NULL);
    return take_answer(tally, deadline, NULL, NULL);
}

void tally_postgres_rollback(struct tally *tally)
{
    struct tally_postgres *postgres = postgres_of(tally);
    bool again = postgres->again;
    char state[sizeof postgres->state];

    if (postgres->connection == NULL || PQtransactionStatus(postgres->connection) == PQTRANS_IDLE)
        return;
    memcpy(state, postgres->state, sizeof state);
    if (tally_postgres_ask(tally, "ROLLBACK", NULL, 0, NULL, NULL) != ERR_NONE)
        give_up_connection(postgres);
    /* Of what the transaction was taken back for. */
    postgres->again = again;
    memcpy(postgres->state, state, sizeof state);
}

/* --- the schema --- */

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
    struct tally_postgres *postgres = postgres_of(tally);
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
    char number[64];
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
        err = run_script(tally, steps[version]);
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
    struct tally_postgres *postgres = postgres_of(tally);
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

static enum err open_writer(struct tally *tally)
{
    enum err err = migrate(tally);

    return err == ERR_NONE ? note_timezone(tally) : err;
}

static enum err open_reader(struct tally *tally)
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

/* --- opening --- */

static enum err check_address(const struct tally *tally)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(tally->store, &message);

    PQfreemem(message);
    if (options == NULL) {
        log_error("tally: [tally] store is no address like postgresql://user@host/database; "
                  "characters like @ / ? %% in a password are written %%40 %%2F %%3F %%25");
        return ERR_INVALID;
    }
    PQconninfoFree(options);
    return ERR_NONE;
}

static enum err open_postgres(struct tally *tally)
{
    enum err err = check_address(tally);

    if (err != ERR_NONE)
        return err;
    tally->database = calloc(1, sizeof(struct tally_postgres));
    if (tally->database == NULL)
        return ERR_MEMORY;
    err = tally_postgres_connect(tally);
    if (err == ERR_NONE)
        err = tally->writer ? open_writer(tally) : open_reader(tally);
    return err;
}

static void close_postgres(struct tally *tally)
{
    if (tally->database == NULL)
        return;
    give_up_connection(postgres_of(tally));
    free(tally->database);
    tally->database = NULL;
}

/* --- reading --- */

static enum err read_begin(struct tally *tally)
{
    struct tally_postgres *postgres = postgres_of(tally);
    enum err err = tally_postgres_connect(tally);

    postgres->deadline = monotonic_ms() + READ_MS;
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
    struct tally_value values[COLUMNS_MAX];

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
    Oid types[TALLY_PARAMETERS_MAX];
    size_t count = 0;

    if (strlen(query->types) > COLUMNS_MAX)
        return ERR_INVALID;
    while (count < TALLY_PARAMETERS_MAX && parameters[count] != NULL)
        types[count++] = TEXT_OID;
    return ask(tally, query->sql, types, parameters, count, read_row, &reading);
}

static void read_end(struct tally *tally)
{
    postgres_of(tally)->deadline = 0;
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
