/*
 * snapshot.c: opening, swapping and asking the published directory. Contract in snapshot.h.
 *
 * A worker keeps the file in memory (image.h), one connection and its prepared statements. Nothing
 * changes under it, no lock is ever taken, and what two statements of one page see is the same
 * snapshot.
 */
#include "directory/snapshot.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/log.h"
#include "base/shortage.h"
#include "base/typed.h"
#include "base/utf8.h"
#include "directory/beside.h"
#include "directory/blocked.h"
#include "directory/image.h"
#include "directory/statements.h"
#include "gen/directory/queries.sql.h"
#include "gen/directory/views.sql.h"
#include "search/find.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One open snapshot file. */
struct snapshot {
    struct image image;
    sqlite3 *db; /* of the image */
    sqlite3_stmt *prepared[STATEMENTS_MAX];
    char digest[DIGEST_HEX_SIZE];
    unsigned char
        *changed; /* the file without what is blocked; NULL: not asked for, or not needed */
    size_t changed_len;
    struct search *search; /* opened when first asked: most programs never search */
};

/* A place where a snapshot may lie. */
struct candidate {
    char *path;
    bool refused; /* what lay there last could not be used */
    enum err err; /* why */
    struct file_mark mark;
    struct timespec tried;
    int held; /* keeps the inode of what was refused from being given to another file; -1: none */
};

/* What was published; and the copy of it that is asked only while nothing is open. */
enum file { FILE_PUBLISHED, FILE_GOOD, FILE__MAX };

struct directory {
    struct candidate files[FILE__MAX];
    struct beside beside;
    char *site;
    struct statements statements;
    struct snapshot *open; /* NULL while there is none */
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
    enum err err;

    (void)count;
    text = (const char *)sqlite3_value_text(values[0]);
    len = (size_t)sqlite3_value_bytes(values[0]);
    err = text != NULL ? utf8_fold(&folded, text, len) : ERR_INVALID;
    if (err == ERR_MEMORY || buffer_failed(&folded))
        sqlite3_result_error_nomem(context);
    else if (err != ERR_NONE)
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

static enum err make_views(sqlite3 *db)
{
    if (sqlite3_exec(db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(db, views_sql, NULL, NULL, NULL) != SQLITE_OK)
        return database_error(db, "views.sql");
    return ERR_NONE;
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

static void snapshot_close(struct snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    search_close(snapshot->search);
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(snapshot->prepared[i]);
    sqlite3_free(snapshot->changed);
    sqlite3_close(snapshot->db);
    image_free(&snapshot->image);
    free(snapshot);
}

/* Makes the connection of a checked image ready to be asked: without what is blocked. */
static enum err make_ready(struct directory *directory, struct snapshot *snapshot)
{
    bool blocked = !blocks_are_empty(directory->beside.blocks);
    enum err err = ERR_NONE;

    if (blocked) {
        sqlite3_close(snapshot->db);
        snapshot->db = NULL;
        err = image_open_copy(&snapshot->db, &snapshot->image);
    }
    if (err == ERR_NONE)
        err = add_functions(snapshot->db, directory->site);
    if (err == ERR_NONE)
        err = make_views(snapshot->db);
    if (err == ERR_NONE && blocked)
        err = blocked_apply(snapshot->db, directory->beside.blocks);
    if (err == ERR_NONE &&
        sqlite3_exec(snapshot->db, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
        err = database_error(snapshot->db, "query_only");
    return err == ERR_NONE ? prepare_all(snapshot, &directory->statements) : err;
}

/* Opens and checks the file at path. */
static enum err snapshot_open(struct directory *directory, const char *path, struct snapshot **out)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    enum err err;

    if (snapshot == NULL)
        return ERR_MEMORY;
    err = image_load(&snapshot->image, &snapshot->db, path, snapshot->digest);
    if (err == ERR_NONE)
        err = make_ready(directory, snapshot);
    if (err != ERR_NONE) {
        snapshot_close(snapshot);
        return err;
    }
    *out = snapshot;
    return ERR_NONE;
}

static enum err name_files(struct directory *directory, const char *path, const char *site)
{
    struct candidate *good = &directory->files[FILE_GOOD];

    directory->site = strdup(site);
    for (size_t i = 0; i < FILE__MAX; i++)
        directory->files[i].held = -1;
    directory->files[FILE_PUBLISHED].path = strdup(path);
    if (asprintf(&good->path, "%s%s", path, DIRECTORY_GOOD_SUFFIX) < 0)
        good->path = NULL;
    return directory->site != NULL && good->path != NULL &&
                   directory->files[FILE_PUBLISHED].path != NULL
               ? beside_open(&directory->beside, path)
               : ERR_MEMORY;
}

enum err directory_open(struct directory **out, const char *path, const char *site)
{
    struct directory *directory = calloc(1, sizeof *directory);
    enum err err;

    *out = NULL;
    if (directory == NULL)
        return ERR_MEMORY;
    err = name_files(directory, path, site);
    if (err == ERR_NONE) {
        err = statements_split(&directory->statements, queries_sql);
        if (err != ERR_NONE)
            log_error("queries.sql: %s", err_text(err));
    }
    if (err != ERR_NONE) {
        directory_close(directory);
        return err;
    }
    *out = directory;
    return directory_refresh(directory, NULL);
}

/* Forgets that what lay there was refused. */
static void let_go(struct candidate *file)
{
    if (file->held >= 0)
        close(file->held);
    file->held = -1;
    file->refused = false;
}

void directory_close(struct directory *directory)
{
    if (directory == NULL)
        return;
    snapshot_close(directory->open);
    for (size_t i = 0; i < FILE__MAX; i++) {
        let_go(&directory->files[i]);
        free(directory->files[i].path);
    }
    beside_close(&directory->beside);
    free(directory->site);
    free(directory);
}

/* --- swapping --- */

#define SETTLE_NS 1000000000L /* without a write, a file counts as written */

/* Nanoseconds since that time by the wall clock, which is what files are stamped by; negative for
 * times to come. */
static long age_of(struct timespec when)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec - when.tv_sec > 10)
        return 10 * SETTLE_NS;
    if (now.tv_sec < when.tv_sec)
        return -1;
    return (now.tv_sec - when.tv_sec) * 1000000000L + now.tv_nsec - when.tv_nsec;
}

static bool is_inode_of(const struct file_mark *mark, const struct file_mark *other)
{
    return mark->device == other->device && mark->inode == other->inode;
}

/* A file that was seen before and changes without getting another inode is being written in place,
 * by somebody who is no publisher. It is left alone until it has settled. */
static bool is_unsettled(const struct directory *directory, const struct candidate *file,
                         const struct file_mark *mark)
{
    long age = age_of(mark->modified);
    bool seen = (file->refused && is_inode_of(mark, &file->mark)) ||
                (directory->open != NULL && is_inode_of(mark, &directory->open->image.mark));

    return seen && age >= 0 && age < SETTLE_NS;
}

/* Whether a refused file deserves another try: it is another one by now, or the reason was ours. */
static bool is_refused(const struct candidate *file, const struct file_mark *mark)
{
    bool ours = file->err == ERR_MEMORY || file->err == ERR_SYSTEM;

    return file->refused && file_mark_same(&file->mark, mark) &&
           (!ours || age_of(file->tried) < SETTLE_NS);
}

static enum err refuse(struct directory *directory, struct candidate *file, enum err err,
                       const struct file_mark *mark)
{
    let_go(file);
    file->held = open(file->path, O_PATH | O_CLOEXEC);
    file->refused = true;
    file->err = err;
    file->mark = *mark;
    clock_gettime(CLOCK_REALTIME, &file->tried);
    log_error("%s: cannot be used (%s)%s", file->path, err_text(err),
              directory->open ? "; the snapshot before it goes on" : "");
    return err;
}

/* What is no file, said once. */
static enum err miss(struct directory *directory, struct candidate *file, enum err err)
{
    static const struct file_mark nowhere;

    if (err == ERR_NOT_FOUND ||
        (file->refused && file->err == err && file_mark_same(&file->mark, &nowhere)))
        return err;
    return refuse(directory, file, err, &nowhere);
}

/* Looks at one of the two files; opens it if it is another one than the open one. ERR_NONE: what is
 * open is what lies there. */
static enum err consider(struct directory *directory, struct candidate *file, bool *changed)
{
    struct file_mark mark;
    struct snapshot *fresh = NULL;
    enum err err = file_mark_read(&mark, file->path);

    if (err != ERR_NONE)
        return miss(directory, file, err);
    if (directory->open != NULL && file_mark_same(&directory->open->image.mark, &mark))
        return ERR_NONE;
    if (is_refused(file, &mark))
        return file->err;
    if (is_unsettled(directory, file, &mark))
        return ERR_BUSY;
    err = snapshot_open(directory, file->path, &fresh);
    if (err != ERR_NONE)
        return refuse(directory, file, err, &mark);
    snapshot_close(directory->open);
    directory->open = fresh;
    let_go(file);
    *changed = true;
    return ERR_NONE;
}

/* --- blocked hosts --- */

/* Makes the open snapshot anew from its image. If that fails nothing is open: what is blocked must
 * not be shown, and the next request tries again from the file. */
static void make_anew(struct directory *directory)
{
    struct snapshot *old = directory->open, *fresh = calloc(1, sizeof *fresh);
    enum err err = fresh != NULL ? ERR_NONE : ERR_MEMORY;

    if (err == ERR_NONE) {
        fresh->image = old->image;
        old->image = IMAGE_INIT;
        memcpy(fresh->digest, old->digest, sizeof fresh->digest);
        err = image_open(&fresh->db, &fresh->image);
    }
    if (err == ERR_NONE)
        err = make_ready(directory, fresh);
    if (err != ERR_NONE) {
        log_error("blocked addresses cannot be taken out (%s); nothing is served until they can",
                  err_text(err));
        snapshot_close(fresh);
        fresh = NULL;
    }
    snapshot_close(old);
    directory->open = fresh;
}

const char *directory_blocked(const struct directory *directory, const char *host)
{
    return blocks_since(directory->beside.blocks, host, strlen(host));
}

const json_t *directory_blocks(const struct directory *directory)
{
    return directory->beside.blocks != NULL ? blocks_document(directory->beside.blocks) : NULL;
}

const struct notices *directory_notices(const struct directory *directory)
{
    return directory->beside.notices;
}

/* --- both --- */

enum err directory_refresh(struct directory *directory, bool *changed)
{
    bool swapped = beside_read_blocks(&directory->beside);
    bool noticed = beside_read_notices(&directory->beside);
    enum err err;

    if (swapped && directory->open != NULL)
        make_anew(directory);
    for (size_t i = 0; swapped && i < FILE__MAX; i++)
        let_go(&directory->files[i]); /* with another list it may do */
    err = consider(directory, &directory->files[FILE_PUBLISHED], &swapped);
    if (directory->open == NULL &&
        consider(directory, &directory->files[FILE_GOOD], &swapped) == ERR_NONE)
        log_warning("%s is used in its place", directory->files[FILE_GOOD].path);
    if (changed != NULL)
        *changed = swapped || noticed;
    return directory->open != NULL ? ERR_NONE : err;
}

const char *directory_identity(const struct directory *directory)
{
    return directory != NULL && directory->open != NULL ? directory->open->digest : "";
}

const void *directory_bytes(const struct directory *directory, size_t *len)
{
    struct snapshot *open = directory != NULL ? directory->open : NULL;
    sqlite3_int64 size = 0;

    *len = 0;
    if (open == NULL)
        return NULL;
    if (blocks_are_empty(directory->beside.blocks)) {
        *len = open->image.len;
        return open->image.bytes;
    }
    if (open->changed == NULL) {
        open->changed = sqlite3_serialize(open->db, "main", &size, 0);
        open->changed_len = open->changed != NULL ? (size_t)size : 0;
    }
    *len = open->changed_len;
    return open->changed;
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
    unsigned long before = shortage_count();
    json_error_t error;

    if (text == NULL) /* without memory SQLite has no text either, and calls that NULL as well */
        return sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM ? ERR_MEMORY
                                                                             : ERR_NOT_FOUND;
    *out = json_loadb(text, (size_t)sqlite3_column_bytes(statement, 0), 0, &error);
    if (shortage_count() != before) {
        json_decref(*out);
        *out = NULL;
        return ERR_MEMORY;
    }
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

/* What was opened with something missing would miss it until the next publish. */
static enum err open_search(struct snapshot *snapshot)
{
    unsigned long before = shortage_count();
    enum err err = shortage_since(before, search_open(&snapshot->search, snapshot->db));

    if (err != ERR_NONE) {
        search_close(snapshot->search);
        snapshot->search = NULL;
    }
    return err;
}

enum err directory_search(struct directory *directory, const struct search_request *request,
                          json_t **out)
{
    struct snapshot *snapshot;
    unsigned long before = shortage_count();
    enum err err;

    *out = NULL;
    if (directory->open == NULL)
        return ERR_NOT_FOUND;
    snapshot = directory->open;
    err = snapshot->search != NULL ? ERR_NONE : open_search(snapshot);
    if (err == ERR_NONE)
        err = shortage_since(before, search_find(snapshot->search, request, out));
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}
