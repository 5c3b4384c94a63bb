/*
 * connection.c: the connection to PostgreSQL, statements and their errors. The only file that knows
 * libpq.
 *
 * Nothing here waits for ever: connecting, sending and waiting for an answer end at a deadline of
 * ours, besides the server's statement_timeout, because a server that hangs answers to no timeout
 * of its own. Who was cut off does not know whether a transaction was committed; the position in it
 * tells the next who asks.
 *
 * The password is in the store's address or where libpq finds it (PGPASSFILE). No message of ours
 * has it, so an address that libpq cannot read is not repeated with libpq's words, which quote it.
 */
#include "tally/postgres/connection.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_MS   3000
#define STATEMENT_MS 30000 /* of a writer; the server's own limit is as long */
#define MESSAGE_MAX  300
#define TEXT_OID     25

struct tally_postgres *tally_postgres_of(const struct tally *tally)
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
    struct tally_postgres *postgres = tally_postgres_of(tally);
    bool late = postgres->deadline != 0 && clock_monotonic_ms() >= postgres->deadline;
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
    struct tally_postgres *postgres = tally_postgres_of(tally);
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
    return tally_postgres_of(tally)->again;
}

/* --- connecting --- */

enum err tally_postgres_check_address(const struct tally *tally)
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

/* Waits until the socket is ready; false at the deadline. */
static bool wait_for(const PGconn *connection, short events, int64_t deadline)
{
    struct pollfd poller = {.fd = PQsocket(connection), .events = events};

    for (;;) {
        int64_t left = deadline - clock_monotonic_ms();
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
    const char *encoding =
        PQparameterStatus(tally_postgres_of(tally)->connection, "server_encoding");
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
    struct tally_postgres *postgres = tally_postgres_of(tally);
    enum err err;

    if (postgres->connection != NULL && PQstatus(postgres->connection) == CONNECTION_OK)
        return ERR_NONE;
    give_up_connection(postgres);
    postgres->connection = start_connecting(tally);
    if (postgres->connection == NULL)
        return ERR_MEMORY;
    PQsetNoticeReceiver(postgres->connection, ignore_notice, NULL);
    if (!finish_connecting(postgres->connection, clock_monotonic_ms() + CONNECT_MS))
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

void tally_postgres_disconnect(struct tally *tally)
{
    give_up_connection(tally_postgres_of(tally));
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
    const char *row[TALLY_POSTGRES_COLUMNS_MAX] = {NULL};
    int columns = PQnfields(result);
    enum err err = columns <= TALLY_POSTGRES_COLUMNS_MAX ? ERR_NONE : ERR_LIMIT;

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
    PGconn *connection = tally_postgres_of(tally)->connection;
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
        if (tally_postgres_of(tally)->connection == NULL) /* refused() gave it up */
            return err;
    }
    return err;
}

static int64_t deadline_of(const struct tally_postgres *postgres)
{
    int64_t deadline =
        clock_monotonic_ms() + STATEMENT_MS + 5000; /* the server's own comes first */

    return postgres->deadline != 0 && postgres->deadline < deadline ? postgres->deadline : deadline;
}

static enum err ask(struct tally *tally, const char *sql, const Oid *types,
                    const char *const *values, size_t count, tally_postgres_row *each,
                    void *context)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
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

enum err tally_postgres_ask_texts(struct tally *tally, const char *sql, const char *const *values,
                                  size_t count, tally_postgres_row *each, void *context)
{
    Oid types[TALLY_PARAMETERS_MAX];

    if (count > TALLY_PARAMETERS_MAX)
        return ERR_INVALID;
    for (size_t i = 0; i < count; i++)
        types[i] = TEXT_OID;
    return ask(tally, sql, types, values, count, each, context);
}

enum err tally_postgres_script(struct tally *tally, const char *script)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
    int64_t deadline = deadline_of(postgres);

    if (PQsendQuery(postgres->connection, script) != 1 || !send_all(postgres->connection, deadline))
        return lost(tally, "changing the schema", NULL);
    return take_answer(tally, deadline, NULL, NULL);
}

void tally_postgres_rollback(struct tally *tally)
{
    struct tally_postgres *postgres = tally_postgres_of(tally);
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
