/*
 * snapshot.c: opening, swapping and asking the published directory. Contract in snapshot.h.
 *
 * A worker keeps one connection and its prepared statements. The file never changes under it: a
 * publish renames a new file over the name, and the open one lives on until we let go of it. So
 * immutable=1 is true, no lock is ever taken, and what two statements of one page see is the same
 * snapshot.
 */
#include "directory/snapshot.h"
#include "base/buffer.h"
#include "base/log.h"
#include "base/typed.h"
#include "base/utf8.h"
#include "directory/schema.h"
#include "directory/statements.h"
#include "gen/directory/queries.sql.h"
#include "search/find.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What tells one file from another under the same name. */
struct identity {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
};

/* One open snapshot file. */
struct snapshot {
    sqlite3 *db;
    sqlite3_stmt *prepared[STATEMENTS_MAX];
    struct identity file;
    char digest[80];
    struct search *search; /* opened when first asked: most programs never search */
};

struct directory {
    char *path;
    char *site;
    struct statements statements;
    struct snapshot *open; /* NULL while there is none */
    bool complained;       /* the file that could not be opened was logged */
    struct identity refused;
};

/* --- SQL functions of ours --- */

static void sql_site(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_text(context, sqlite3_user_data(context), -1, SQLITE_TRANSIENT);
}

static void sql_fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buffer folded = BUFFER_INIT;
    const char *text;
    size_t len;

    (void)count;
    text = (const char *)sqlite3_value_text(values[0]);
    len = (size_t)sqlite3_value_bytes(values[0]);
    if (text == NULL || utf8_fold(&folded, text, len) != ERR_NONE)
        sqlite3_result_null(context);
    else
        sqlite3_result_text(context, buffer_text(&folded), (int)folded.len, SQLITE_TRANSIENT);
    buffer_free(&folded);
}

static void sql_typed(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buffer typed = BUFFER_INIT;
    const char *address = (const char *)sqlite3_value_text(values[0]);

    (void)count;
    if (address == NULL)
        sqlite3_result_null(context);
    else if (typed_address(&typed, address) != ERR_NONE)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, buffer_text(&typed), (int)typed.len, SQLITE_TRANSIENT);
    buffer_free(&typed);
}

/* --- opening --- */

static enum err database_error(sqlite3 *db, const char *what)
{
    log_error("snapshot: %s: %s", what, db ? sqlite3_errmsg(db) : "no memory");
    return ERR_DATABASE;
}

/* The file is ours, yet the site is public: what a read-only page never needs is switched off, so a
 * damaged file or a slip in a statement cannot do more than fail (sqlite.org/security.html). */
static void harden(sqlite3 *db)
{
    static const struct {
        int option, value;
    } options[] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                   {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                   {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0}};
    static const struct {
        int limit, value;
    } limits[] = {{SQLITE_LIMIT_LENGTH, 16 << 20},
                  {SQLITE_LIMIT_SQL_LENGTH, 100000},
                  {SQLITE_LIMIT_ATTACHED, 0},
                  {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50}};

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        sqlite3_db_config(db, options[i].option, options[i].value, NULL);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        sqlite3_limit(db, limits[i].limit, limits[i].value);
}

static enum err add_functions(sqlite3 *db, const char *site)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    char *own = sqlite3_mprintf("%s", site);

    if (own == NULL)
        return ERR_MEMORY;
    if (sqlite3_create_function_v2(db, "site", 0, flags, own, sql_site, NULL, NULL, sqlite3_free) !=
            SQLITE_OK ||
        sqlite3_create_function_v2(db, "fold", 1, flags, NULL, sql_fold, NULL, NULL, NULL) !=
            SQLITE_OK ||
        sqlite3_create_function_v2(db, "typed", 1, flags, NULL, sql_typed, NULL, NULL, NULL) !=
            SQLITE_OK)
        return database_error(db, "functions");
    return ERR_NONE;
}

static enum err run_script(sqlite3 *db, const char *script, size_t len)
{
    char *copy = strndup(script, len);
    enum err err = ERR_NONE;

    if (copy == NULL)
        return ERR_MEMORY;
    if (sqlite3_exec(db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, copy, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
        err = database_error(db, "views of queries.sql");
    free(copy);
    return err;
}

static enum err prepare_all(struct snapshot *snapshot, const struct statements *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *item = &statements->items[i];

        if (sqlite3_prepare_v3(snapshot->db, item->sql, (int)item->len, SQLITE_PREPARE_PERSISTENT,
                               &snapshot->prepared[i], NULL) != SQLITE_OK)
            return database_error(snapshot->db, item->name);
        if (snapshot->prepared[i] == NULL) {
            log_error("snapshot: statement %s of queries.sql is empty", item->name);
            return ERR_DATABASE;
        }
    }
    return ERR_NONE;
}

/* Reads one value of the table meta into out; ERR_DATABASE if it is not there. */
static enum err read_meta(sqlite3 *db, const char *key, char *out, size_t size)
{
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_DATABASE;
    const char *value;

    if (sqlite3_prepare_v2(db, "SELECT value FROM meta WHERE key = ?1", -1, &statement, NULL) !=
            SQLITE_OK ||
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        database_error(db, key);
        goto out;
    }
    value = (const char *)sqlite3_column_text(statement, 0);
    if (value != NULL && strlen(value) < size) {
        memcpy(out, value, strlen(value) + 1);
        err = ERR_NONE;
    }
out:
    sqlite3_finalize(statement);
    return err;
}

static void snapshot_close(struct snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    search_close(snapshot->search);
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(snapshot->prepared[i]);
    sqlite3_close(snapshot->db);
    free(snapshot);
}

/* Appends "file:PATH?immutable=1", PATH encoded so that '?', '#' and '%' in it mean themselves. */
static void add_uri(struct buffer *out, const char *path)
{
    buffer_puts(out, "file:");
    for (const char *c = path; *c; c++) {
        if (*c == '?' || *c == '#' || *c == '%')
            buffer_printf(out, "%%%02x", (unsigned)(unsigned char)*c);
        else
            buffer_putc(out, *c);
    }
    buffer_puts(out, "?immutable=1");
}

static enum err open_database(sqlite3 **db, const char *path)
{
    struct buffer uri = BUFFER_INIT;
    int rc;
    enum err err;

    add_uri(&uri, path);
    if (buffer_failed(&uri))
        return ERR_MEMORY;
    rc = sqlite3_open_v2(buffer_text(&uri), db,
                         SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    err = rc == SQLITE_OK ? ERR_NONE : database_error(*db, path);
    buffer_free(&uri);
    return err;
}

static enum err check_schema(sqlite3 *db)
{
    char version[16];
    enum err err = read_meta(db, "schema", version, sizeof version);

    if (err == ERR_NONE && strcmp(version, DIRECTORY_SCHEMA) != 0) {
        log_error(
            "snapshot: schema %s, this program reads %s; run vhod publish of the same version",
            version, DIRECTORY_SCHEMA);
        err = ERR_DATABASE;
    }
    return err;
}

static enum err snapshot_open(struct directory *directory, const struct identity *file,
                              struct snapshot **out)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    enum err err;

    if (snapshot == NULL)
        return ERR_MEMORY;
    snapshot->file = *file;
    err = open_database(&snapshot->db, directory->path);
    if (err == ERR_NONE) {
        harden(snapshot->db);
        err = check_schema(snapshot->db);
    }
    if (err == ERR_NONE)
        err = read_meta(snapshot->db, "identity", snapshot->digest, sizeof snapshot->digest);
    if (err == ERR_NONE)
        err = add_functions(snapshot->db, directory->site);
    if (err == ERR_NONE)
        err = run_script(snapshot->db, directory->statements.script,
                         directory->statements.script_len);
    if (err == ERR_NONE)
        err = prepare_all(snapshot, &directory->statements);
    if (err != ERR_NONE) {
        snapshot_close(snapshot);
        return err;
    }
    *out = snapshot;
    return ERR_NONE;
}

enum err directory_open(struct directory **out, const char *path, const char *site)
{
    struct directory *directory;
    enum err err;

    *out = NULL;
    directory = calloc(1, sizeof *directory);
    if (directory == NULL)
        return ERR_MEMORY;
    directory->path = strdup(path);
    directory->site = strdup(site);
    if (directory->path == NULL || directory->site == NULL) {
        directory_close(directory);
        return ERR_MEMORY;
    }
    err = statements_split(&directory->statements, queries_sql);
    if (err != ERR_NONE) {
        log_error("queries.sql: %s", err_text(err));
        directory_close(directory);
        return err;
    }
    *out = directory;
    return directory_refresh(directory, NULL);
}

void directory_close(struct directory *directory)
{
    if (directory == NULL)
        return;
    snapshot_close(directory->open);
    free(directory->path);
    free(directory->site);
    free(directory);
}

/* --- swapping --- */

static bool same_file(const struct identity *a, const struct identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec;
}

static enum err look(const char *path, struct identity *file)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return ERR_NOT_FOUND;
        log_error("%s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    memset(file, 0, sizeof *file);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->size = status.st_size;
    file->modified = status.st_mtim;
    return ERR_NONE;
}

enum err directory_refresh(struct directory *directory, bool *changed)
{
    struct identity file;
    enum err err;
    struct snapshot *fresh = NULL;

    if (changed != NULL)
        *changed = false;
    err = look(directory->path, &file);
    if (err != ERR_NONE) /* taken away: what is open stays right until a new one comes */
        return directory->open != NULL ? ERR_NONE : err;
    if (directory->open != NULL && same_file(&directory->open->file, &file))
        return ERR_NONE;
    if (directory->complained && same_file(&directory->refused, &file))
        return directory->open != NULL ? ERR_NONE : ERR_DATABASE;

    err = snapshot_open(directory, &file, &fresh);
    if (err != ERR_NONE) {
        directory->complained = true;
        directory->refused = file;
        log_error("%s: cannot be used (%s)%s", directory->path, err_text(err),
                  directory->open ? "; the snapshot before it goes on" : "");
        return directory->open != NULL ? ERR_NONE : err;
    }
    snapshot_close(directory->open);
    directory->open = fresh;
    directory->complained = false;
    if (changed != NULL)
        *changed = true;
    return ERR_NONE;
}

const char *directory_identity(const struct directory *directory)
{
    return directory != NULL && directory->open != NULL ? directory->open->digest : "";
}

/* --- asking --- */

static enum err bind_values(sqlite3_stmt *statement, const struct directory_value *values)
{
    for (const struct directory_value *value = values; value != NULL && value->name != NULL;
         value++) {
        int at = sqlite3_bind_parameter_index(statement, value->name);
        int rc;

        if (at == 0)
            continue; /* several pages share a list of values; a statement takes what it names */
        rc = value->text != NULL
                 ? sqlite3_bind_text(statement, at, value->text, -1, SQLITE_TRANSIENT)
                 : sqlite3_bind_int64(statement, at, value->number);
        if (rc != SQLITE_OK)
            return rc == SQLITE_NOMEM ? ERR_MEMORY : ERR_DATABASE;
    }
    return ERR_NONE;
}

static enum err parse_document(sqlite3_stmt *statement, const char *query, json_t **out)
{
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    json_error_t error;

    if (text == NULL)
        return sqlite3_column_type(statement, 0) == SQLITE_NULL ? ERR_NOT_FOUND : ERR_MEMORY;
    *out = json_loadb(text, (size_t)sqlite3_column_bytes(statement, 0), 0, &error);
    if (*out == NULL) {
        log_error("snapshot: %s: %s", query, error.text);
        return ERR_DATABASE;
    }
    return ERR_NONE;
}

static enum err ask(struct snapshot *snapshot, sqlite3_stmt *statement, const char *query,
                    const struct directory_value *values, json_t **out)
{
    enum err err = bind_values(statement, values);

    if (err == ERR_NONE) {
        int rc = sqlite3_step(statement);

        if (rc == SQLITE_ROW)
            err = parse_document(statement, query, out);
        else if (rc == SQLITE_DONE)
            err = ERR_NOT_FOUND;
        else
            err = database_error(snapshot->db, query);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return err;
}

enum err directory_document(struct directory *directory, const char *query,
                            const struct directory_value *values, json_t **out)
{
    size_t at;

    *out = NULL;
    if (directory->open == NULL)
        return ERR_NOT_FOUND;
    at = statements_find(&directory->statements, query);
    if (at == STATEMENTS_MAX) {
        log_error("snapshot: queries.sql has no statement %s", query);
        return ERR_DATABASE;
    }
    return ask(directory->open, directory->open->prepared[at], query, values, out);
}

enum err directory_search(struct directory *directory, const struct search_request *request,
                          json_t **out)
{
    struct snapshot *snapshot;
    enum err err;

    *out = NULL;
    if (directory->open == NULL)
        return ERR_NOT_FOUND;
    snapshot = directory->open;
    err = snapshot->search != NULL ? ERR_NONE : search_open(&snapshot->search, snapshot->db);
    return err == ERR_NONE ? search_find(snapshot->search, request, out) : err;
}
