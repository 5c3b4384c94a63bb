/*
 * stem.c: a tokenizer around a tokenizer. Contract: stem.h; SQLite's:
 * sqlite.org/fts5.html, section 7.1.
 *
 * The stem that is asked as a prefix ("подтверж"*) is left as typed: what is not a whole word has
 * no stem.
 */
#include "search/stem.h"
#include "base/log.h"
#include <libstemmer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_MAX 256 /* bytes; a longer token is no word, and goes through as it is */

/* One for each table that is open; FTS5 makes and deletes it. */
struct stemmer {
    fts5_tokenizer inner;
    Fts5Tokenizer *tokenizer; /* of inner */
    struct sb_stemmer *russian, *english;
};

/* What the inner tokenizer's callback needs. */
struct pass {
    struct stemmer *stemmer;
    bool whole; /* words are whole: stem them */
    void *context;
    int (*token)(void *, int, const char *, int, int, int);
};

static void stemmer_delete(Fts5Tokenizer *tokenizer)
{
    struct stemmer *stemmer = (struct stemmer *)tokenizer;

    if (stemmer == NULL)
        return;
    if (stemmer->tokenizer != NULL)
        stemmer->inner.xDelete(stemmer->tokenizer);
    sb_stemmer_delete(stemmer->russian);
    sb_stemmer_delete(stemmer->english);
    free(stemmer);
}

static int stemmer_create(void *api, const char **arguments, int count, Fts5Tokenizer **out)
{
    static const char *inner_arguments[] = {"remove_diacritics", "0"}; /* й stays й */
    fts5_api *fts5 = api;
    void *user = NULL;
    struct stemmer *stemmer;
    int rc;

    (void)arguments;
    (void)count;
    stemmer = calloc(1, sizeof *stemmer);
    if (stemmer == NULL)
        return SQLITE_NOMEM;
    rc = fts5->xFindTokenizer(fts5, "unicode61", &user, &stemmer->inner);
    if (rc == SQLITE_OK)
        rc = stemmer->inner.xCreate(user, inner_arguments, 2, &stemmer->tokenizer);
    stemmer->russian = sb_stemmer_new("russian", "UTF_8");
    stemmer->english = sb_stemmer_new("english", "UTF_8");
    if (rc == SQLITE_OK && (stemmer->russian == NULL || stemmer->english == NULL))
        rc = SQLITE_NOMEM;
    if (rc != SQLITE_OK) {
        stemmer_delete((Fts5Tokenizer *)stemmer);
        return rc;
    }
    *out = (Fts5Tokenizer *)stemmer;
    return SQLITE_OK;
}

/* Copies a token with ё as е; its length. */
static int fold_yo(char *out, const char *token, int len)
{
    memcpy(out, token, (size_t)len);
    for (int i = 0; i + 1 < len; i++)
        if ((unsigned char)out[i] == 0xd1 && (unsigned char)out[i + 1] == 0x91) {
            out[i] = '\xd0';
            out[i + 1] = '\xb5';
        }
    return len;
}

static int take_token(void *context, int flags, const char *token, int len, int start, int end)
{
    struct pass *pass = context;
    char folded[TOKEN_MAX];
    bool latin;
    struct sb_stemmer *by;
    const sb_symbol *stem;

    if (len <= 0 || len > TOKEN_MAX)
        return pass->token(pass->context, flags, token, len, start, end);
    len = fold_yo(folded, token, len);
    if (!pass->whole)
        return pass->token(pass->context, flags, folded, len, start, end);
    latin = (unsigned char)folded[0] < 0x80;
    by = latin ? pass->stemmer->english : pass->stemmer->russian;
    stem = sb_stemmer_stem(by, (const sb_symbol *)folded, len);
    if (stem == NULL)
        return SQLITE_NOMEM;
    return pass->token(pass->context, flags, (const char *)stem, sb_stemmer_length(by), start, end);
}

static int stemmer_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                            int len, int (*token)(void *, int, const char *, int, int, int))
{
    struct stemmer *stemmer = (struct stemmer *)tokenizer;
    struct pass pass = {stemmer, !(flags & FTS5_TOKENIZE_PREFIX), context, token};

    return stemmer->inner.xTokenize(stemmer->tokenizer, &pass, flags, text, len, take_token);
}

/* SQLite hands its FTS5 interface out through a statement (fts5.html, section 7). */
fts5_api *search_fts5_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (api != NULL && api->iVersion >= 2)
        return api;
    log_error("search: this SQLite has no FTS5: %s", sqlite3_errmsg(db));
    return NULL;
}

enum err search_stem_register(sqlite3 *db)
{
    fts5_tokenizer own = {stemmer_create, stemmer_delete, stemmer_tokenize};
    fts5_api *api = search_fts5_api(db);

    if (api == NULL)
        return ERR_DATABASE;
    return api->xCreateTokenizer(api, "vhod", api, &own, NULL) == SQLITE_OK ? ERR_NONE : ERR_MEMORY;
}
