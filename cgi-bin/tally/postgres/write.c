/*
 * write.c: a batch of sums into the rows of the PostgreSQL tally, in one transaction
 * with the position that belongs to it.
 *
 * Several machines do this at once. The file's position row is locked first and must stand where
 * the batch begins; then the tables come in the order of tally_tables, and within one the rows in
 * the order of their keys, so two transactions wait for each other and do not lock each other out.
 * One that was taken back all the same (40001, the rule on distributed engines) is tried again.
 * Nothing is trusted that a lost connection might have done: the new transaction asks the position.
 *
 * One statement a table writes all its rows: arrays as parameters, unnest() makes rows of them.
 */
#include "tally/postgres/write.h"
#include "base/buffer.h"
#include "base/log.h"
#include "tally/postgres/connection.h"
#include "tally/postgres/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIES       7
#define TRY_SECONDS 10 /* a database that is away is not waited for longer */
#define PAUSE_MS    20 /* before the second try; twice as long before each one more */
#define NUMBER_SIZE 24
#define VALUES_MAX  (TALLY_COLUMNS_MAX + 2)

/* --- arrays as parameters --- */

/* The columns of some rows, each an array literal: {"a","b"}. */
struct rows {
    struct buffer columns[TALLY_COLUMNS_MAX];
    struct buffer sums;
    struct buffer numbers; /* of the rows, so that an answer can tell which it means */
    size_t count;
};

static void rows_clear(struct rows *rows)
{
    for (size_t i = 0; i < TALLY_COLUMNS_MAX; i++)
        buffer_clear(&rows->columns[i]);
    buffer_clear(&rows->sums);
    buffer_clear(&rows->numbers);
    rows->count = 0;
}

static void rows_free(struct rows *rows)
{
    for (size_t i = 0; i < TALLY_COLUMNS_MAX; i++)
        buffer_free(&rows->columns[i]);
    buffer_free(&rows->sums);
    buffer_free(&rows->numbers);
}

static void put_text(struct buffer *array, struct tally_text text)
{
    buffer_puts(array, array->len == 0 ? "{\"" : ",\"");
    for (size_t i = 0; i < text.len; i++) {
        if (text.text[i] == '"' || text.text[i] == '\\')
            buffer_putc(array, '\\');
        buffer_putc(array, text.text[i]);
    }
    buffer_putc(array, '"');
}

static void put_number(struct buffer *array, int64_t number)
{
    buffer_printf(array, "%c%lld", array->len == 0 ? '{' : ',', (long long)number);
}

static void rows_add(struct rows *rows, const struct tally_key *key, int64_t n)
{
    for (size_t i = 0; i < key->count; i++)
        put_text(&rows->columns[i], key->texts[i]);
    put_number(&rows->sums, n);
    put_number(&rows->numbers, (int64_t)rows->count++);
}

/* Ends the arrays and sets values to them: the columns, then sums and numbers. ERR_MEMORY if
 * building them ran out of it. */
static enum err rows_values(struct rows *rows, size_t width, const char *values[static VALUES_MAX])
{
    bool failed = false;

    for (size_t i = 0; i < width + 2; i++) {
        struct buffer *array = i < width    ? &rows->columns[i]
                               : i == width ? &rows->sums
                                            : &rows->numbers;

        buffer_putc(array, '}');
        failed = failed || buffer_failed(array);
        values[i] = buffer_text(array);
    }
    return failed ? ERR_MEMORY : ERR_NONE;
}

/* --- statements from the table of tables --- */

/* "unnest($1::text[], … $n::bigint[]) AS t(c1, … n)" for the columns and one array of numbers. */
static void put_unnest(struct buffer *sql, size_t width)
{
    buffer_puts(sql, "unnest(");
    for (size_t i = 0; i < width; i++)
        buffer_printf(sql, "$%zu::text[], ", i + 1);
    buffer_printf(sql, "$%zu::bigint[]) AS t(", width + 1);
    for (size_t i = 0; i < width; i++)
        buffer_printf(sql, "c%zu, ", i + 1);
    buffer_puts(sql, "n)");
}

/* A column of t, as the table's column wants it. */
static void put_value(struct buffer *sql, const struct tally_table *table, size_t i)
{
    bool number = table->number != NULL && strcmp(table->number, table->columns[i]) == 0;

    buffer_printf(sql, number ? "CAST(t.c%zu AS smallint)" : "t.c%zu", i + 1);
}

static void put_names(struct buffer *sql, const struct tally_table *table)
{
    for (size_t i = 0; i < tally_table_width(table); i++)
        buffer_printf(sql, "%s%s", i > 0 ? ", " : "", table->columns[i]);
}

static void put_upsert(struct buffer *sql, const struct tally_table *table)
{
    size_t width = tally_table_width(table);

    buffer_printf(sql, "INSERT INTO %s (", table->name);
    put_names(sql, table);
    buffer_printf(sql, ", %s) SELECT ", table->sum);
    for (size_t i = 0; i < width; i++) {
        put_value(sql, table, i);
        buffer_puts(sql, ", ");
    }
    buffer_puts(sql, "t.n FROM ");
    put_unnest(sql, width);
    buffer_puts(sql, " ORDER BY ");
    for (size_t i = 0; i < width; i++)
        buffer_printf(sql, "%s%zu", i > 0 ? ", " : "", i + 1);
    buffer_puts(sql, " ON CONFLICT (");
    put_names(sql, table);
    buffer_printf(sql, ") DO UPDATE SET %s = %s.%s + excluded.%s", table->sum, table->name,
                  table->sum, table->sum);
}

/* Numbers of those rows that the table has already. */
static void put_known(struct buffer *sql, const struct tally_table *table)
{
    size_t width = tally_table_width(table);

    buffer_puts(sql, "SELECT t.n FROM ");
    put_unnest(sql, width);
    buffer_printf(sql, " JOIN %s AS s ON ", table->name);
    for (size_t i = 0; i < width; i++) {
        buffer_printf(sql, "%ss.%s = ", i > 0 ? " AND " : "", table->columns[i]);
        put_value(sql, table, i);
    }
}

static enum err ask_with(struct tally *tally, const struct tally_table *table,
                         void (*put)(struct buffer *, const struct tally_table *),
                         const char *const *values, tally_postgres_row *each, void *context)
{
    struct buffer sql = BUFFER_INIT;
    enum err err;

    put(&sql, table);
    err = buffer_failed(&sql) ? ERR_MEMORY
                              : tally_postgres_ask(tally, buffer_text(&sql), values,
                                                   tally_table_width(table) + 1, each, context);
    buffer_free(&sql);
    return err;
}

/* --- tables without a ceiling --- */

/* All sums of the table in one statement. */
static enum err upsert(struct tally *tally, const struct tally_table *table,
                       const struct sums *sums, struct rows *rows)
{
    const char *values[VALUES_MAX];
    struct tally_key key;
    enum err err;

    rows_clear(rows);
    for (size_t i = 0; i < sums->count; i++) {
        const char *text = sums_key(sums, &sums->items[i]);

        if (*text != table->mark)
            continue;
        tally_key_split(&key, text);
        rows_add(rows, &key, sums->items[i].sum);
    }
    if (rows->count == 0)
        return ERR_NONE;
    err = rows_values(rows, tally_table_width(table), values);
    return err == ERR_NONE ? ask_with(tally, table, put_upsert, values, NULL, NULL) : err;
}

/* --- tables with a ceiling --- */

/* One table's part of a batch on its way. */
struct bounded {
    struct tally *tally;
    const struct tally_table *table;
    const struct sums *sums;
    struct rows *rows;
    struct sums rooms;   /* "day TAB client": rows that the table has of them */
    struct sums written; /* what is written in the end: rows below the ceiling, and the rest */
    bool *known;         /* by row: the table has it already */
};

/* "day TAB client" of a key. */
static size_t room_of(const char *text, const char **start)
{
    struct tally_key key;

    tally_key_split(&key, text);
    *start = key.texts[0].text;
    return (size_t)(key.texts[1].text + key.texts[1].len - *start);
}

static int compare_rooms(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static enum err take_used(void *context, const char *const *row)
{
    *(int64_t *)context = strtoll(row[0], NULL, 10);
    return ERR_NONE;
}

/* Locks a room and reads how many rows are in it. */
static enum err lock_room(struct bounded *b, const char *room)
{
    char day[32], client[32];
    const char *const values[] = {b->table->name, day, client};
    size_t len = strlen(room), day_len = strcspn(room, "\t");
    int64_t used = 0;
    enum err err;

    snprintf(day, sizeof day, "%.*s", (int)day_len, room);
    snprintf(client, sizeof client, "%s", room + day_len + 1);
    err = tally_postgres_ask(b->tally,
                             "INSERT INTO room (name, day, client, used) VALUES ($1, $2, $3, 0)"
                             " ON CONFLICT (name, day, client) DO NOTHING",
                             values, 3, NULL, NULL);
    if (err == ERR_NONE)
        err = tally_postgres_ask(b->tally,
                                 "SELECT used FROM room"
                                 " WHERE name = $1 AND day = $2 AND client = $3 FOR UPDATE",
                                 values, 3, take_used, &used);
    return err == ERR_NONE ? sums_add(&b->rooms, room, len, used) : err;
}

/* Locks the rooms of all rows, in the order of their names. */
static enum err lock_rooms(struct bounded *b)
{
    struct sums names = {.count = 0};
    const char **sorted = NULL;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < b->sums->count && err == ERR_NONE; i++) {
        const char *text = sums_key(b->sums, &b->sums->items[i]), *start;

        if (*text == b->table->mark) {
            size_t len = room_of(text, &start);

            err = sums_add(&names, start, len, 0);
        }
    }
    if (err == ERR_NONE && names.count > 0) {
        sorted = calloc(names.count, sizeof *sorted);
        err = sorted == NULL ? ERR_MEMORY : ERR_NONE;
    }
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++)
        sorted[i] = sums_key(&names, &names.items[i]);
    if (err == ERR_NONE && names.count > 0)
        qsort(sorted, names.count, sizeof *sorted, compare_rooms);
    for (size_t i = 0; i < names.count && err == ERR_NONE; i++)
        err = lock_room(b, sorted[i]);
    free(sorted);
    sums_free(&names);
    return err;
}

static enum err note_known(void *context, const char *const *row)
{
    const struct bounded *b = context;
    long long number = strtoll(row[0], NULL, 10);

    if (number >= 0 && (size_t)number < b->rows->count)
        b->known[number] = true;
    return ERR_NONE;
}

/* Asks which of the rows are there. */
static enum err find_known(struct bounded *b)
{
    size_t width = tally_table_width(b->table);
    const char *values[VALUES_MAX];
    struct tally_key key;
    enum err err;

    rows_clear(b->rows);
    for (size_t i = 0; i < b->sums->count; i++) {
        const char *text = sums_key(b->sums, &b->sums->items[i]);

        if (*text != b->table->mark)
            continue;
        tally_key_split(&key, text);
        rows_add(b->rows, &key, 0);
    }
    b->known = calloc(b->rows->count + 1, sizeof *b->known);
    if (b->known == NULL)
        return ERR_MEMORY;
    if (b->rows->count == 0)
        return ERR_NONE;
    err = rows_values(b->rows, width, values);
    if (err != ERR_NONE)
        return err;
    values[width] = values[width + 1]; /* the numbers instead of the sums */
    return ask_with(b->tally, b->table, put_known, values, note_known, b);
}

static enum err add_rest(struct bounded *b, const char *text, int64_t n)
{
    struct tally_key key;
    struct buffer rest = BUFFER_INIT;
    enum err err;

    tally_key_split(&key, text);
    tally_key_rest(&key, b->table);
    buffer_putc(&rest, b->table->mark);
    for (size_t i = 0; i < key.count; i++) {
        buffer_putc(&rest, '\t');
        buffer_add(&rest, key.texts[i].text, key.texts[i].len);
    }
    err =
        buffer_failed(&rest) ? ERR_MEMORY : sums_add(&b->written, buffer_text(&rest), rest.len, n);
    buffer_free(&rest);
    return err;
}

/* Rows that are there are raised; new ones are made while there is room, in the order in which they
 * were read; the others are the rest. */
static enum err choose_rows(struct bounded *b)
{
    size_t number = 0;
    enum err err = ERR_NONE;

    for (size_t i = 0; i < b->sums->count && err == ERR_NONE; i++) {
        const struct sums_item *item = &b->sums->items[i];
        const char *text = sums_key(b->sums, item), *start;
        bool kept;

        if (*text != b->table->mark)
            continue;
        kept = b->known[number++];
        if (!kept) {
            size_t len = room_of(text, &start);
            int64_t *used = sums_find(&b->rooms, start, len);

            kept = used != NULL && *used < b->table->ceiling;
            if (kept)
                (*used)++;
        }
        err =
            kept ? sums_add(&b->written, text, item->len, item->sum) : add_rest(b, text, item->sum);
    }
    return err;
}

static enum err store_rooms(struct bounded *b)
{
    enum err err = ERR_NONE;

    for (size_t i = 0; i < b->rooms.count && err == ERR_NONE; i++) {
        const char *room = sums_key(&b->rooms, &b->rooms.items[i]);
        size_t day_len = strcspn(room, "\t");
        char day[32], used[NUMBER_SIZE];
        const char *const values[] = {b->table->name, day, room + day_len + 1, used};

        snprintf(day, sizeof day, "%.*s", (int)day_len, room);
        snprintf(used, sizeof used, "%lld", (long long)b->rooms.items[i].sum);
        err = tally_postgres_ask(b->tally,
                                 "UPDATE room SET used = CAST($4 AS bigint)"
                                 " WHERE name = $1 AND day = $2 AND client = $3",
                                 values, 4, NULL, NULL);
    }
    return err;
}

static enum err write_bounded(struct tally *tally, const struct tally_table *table,
                              const struct sums *sums, struct rows *rows)
{
    struct bounded b = {.tally = tally, .table = table, .sums = sums, .rows = rows};
    enum err err = lock_rooms(&b);

    if (err == ERR_NONE)
        err = find_known(&b);
    if (err == ERR_NONE)
        err = choose_rows(&b);
    if (err == ERR_NONE)
        err = upsert(tally, table, &b.written, rows);
    if (err == ERR_NONE)
        err = store_rooms(&b);
    sums_free(&b.rooms);
    sums_free(&b.written);
    free(b.known);
    return err;
}

/* --- positions --- */

struct seeing {
    bool (*see)(void *context, const struct tally_position *position);
    void *context;
    bool more;
};

static enum err see_position(void *context, const char *const *row)
{
    struct seeing *seeing = context;
    struct tally_position position = {.bytes = strtoll(row[0], NULL, 10),
                                      .head_bytes = strtoll(row[1], NULL, 10)};

    snprintf(position.head_digest, sizeof position.head_digest, "%s", row[2]);
    snprintf(position.digest, sizeof position.digest, "%s", row[3]);
    if (seeing->more)
        seeing->more = seeing->see(seeing->context, &position);
    return ERR_NONE;
}

enum err tally_postgres_positions(struct tally *tally, const char *file,
                                  bool (*see)(void *context, const struct tally_position *position),
                                  void *context)
{
    struct seeing seeing = {see, context, true};
    enum err err = tally_postgres_connect(tally);

    if (err == ERR_NONE)
        err = tally_postgres_ask(tally,
                                 "SELECT bytes, head_bytes, head_digest, coalesce(digest, '')"
                                 " FROM position"
                                 " WHERE file = $1 AND bytes > 0 ORDER BY head_bytes DESC",
                                 &file, 1, see_position, &seeing);
    return err;
}

static enum err take_bytes(void *context, const char *const *row)
{
    *(int64_t *)context = strtoll(row[0], NULL, 10);
    return ERR_NONE;
}

/* Locks the file's row and sees whether the batch may be counted. */
static enum err step_position(struct tally *tally, const struct tally_batch *batch, bool *counted)
{
    char head_bytes[NUMBER_SIZE], after[NUMBER_SIZE];
    const char *const row[] = {batch->file, batch->head_digest, head_bytes};
    const char *const step[] = {batch->file, batch->head_digest, after, batch->digest};
    int64_t bytes = 0;
    enum err err = ERR_NONE;

    snprintf(head_bytes, sizeof head_bytes, "%lld", (long long)batch->head_bytes);
    snprintf(after, sizeof after, "%lld", (long long)batch->after);
    if (batch->before == 0)
        err = tally_postgres_ask(
            tally,
            "INSERT INTO position (file, head_digest, head_bytes, bytes)"
            " VALUES ($1, $2, CAST($3 AS bigint), 0) ON CONFLICT (file, head_digest) DO NOTHING",
            row, 3, NULL, NULL);
    if (err == ERR_NONE)
        err = tally_postgres_ask(tally,
                                 "SELECT bytes FROM position"
                                 " WHERE file = $1 AND head_digest = $2 FOR UPDATE",
                                 row, 2, take_bytes, &bytes);
    if (err != ERR_NONE)
        return err;
    *counted = bytes == batch->after && batch->after != batch->before;
    if (*counted)
        return ERR_NONE;
    if (bytes != batch->before) {
        log_warning("tally %s: another process folds %s as well", tally->name, batch->file);
        return ERR_BUSY;
    }
    return tally_postgres_ask(
        tally,
        "UPDATE position SET bytes = CAST($3 AS bigint), digest = nullif($4, '')"
        " WHERE file = $1 AND head_digest = $2",
        step, 4, NULL, NULL);
}

/* --- the transaction --- */

static enum err write_tables(struct tally *tally, const struct sums *sums)
{
    struct rows rows = {.count = 0};
    enum err err = ERR_NONE;

    for (const struct tally_table *table = tally_tables; table->name != NULL && err == ERR_NONE;
         table++)
        err = table->ceiling > 0 ? write_bounded(tally, table, sums, &rows)
                                 : upsert(tally, table, sums, &rows);
    rows_free(&rows);
    return err;
}

static enum err try_batch(struct tally *tally, const struct tally_batch *batch)
{
    bool counted = false;
    enum err err = tally_postgres_connect(tally);

    if (err != ERR_NONE)
        return err;
    err = tally_postgres_ask(tally, "BEGIN", NULL, 0, NULL, NULL);
    if (err == ERR_NONE)
        err = tally_postgres_hold_schema(tally);
    if (err == ERR_NONE && batch->file != NULL)
        err = step_position(tally, batch, &counted);
    if (err == ERR_NONE && !counted)
        err = write_tables(tally, &batch->sums);
    if (err == ERR_NONE && !counted)
        err = tally_postgres_ask(tally, "COMMIT", NULL, 0, NULL, NULL);
    tally_postgres_rollback(tally);
    return err;
}

/* Waits before another try: longer each time, and not all machines at the same moment again. */
static void pause_before(int tries, const struct timespec *now)
{
    long nanoseconds = (PAUSE_MS << tries) * 1000000L + now->tv_nsec % 50000000L;
    struct timespec pause_time = {nanoseconds / 1000000000L, nanoseconds % 1000000000L};

    nanosleep(&pause_time, NULL);
}

enum err tally_postgres_commit(struct tally *tally, const struct tally_batch *batch)
{
    struct timespec began, now;
    enum err err = try_batch(tally, batch);

    clock_gettime(CLOCK_MONOTONIC, &began);
    now = began;
    for (int tries = 1; err == ERR_BUSY && tally_postgres_again(tally) && tries < TRIES &&
                        now.tv_sec - began.tv_sec < TRY_SECONDS;
         tries++) {
        pause_before(tries, &now);
        err = try_batch(tally, batch);
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    if (err == ERR_BUSY)
        log_warning("tally %s: was not written to; the journal waits for the next run",
                    tally->name);
    return err;
}
