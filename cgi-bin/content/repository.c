/*
 * repository.c: the content's history by libgit2. Contract: repository.h. Trees are made from the
 * newest commit and the files, in memory: no index file of ours is ever half written.
 */
#include "content/repository.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BRANCH    "refs/heads/main"
#define PUBLISHED "refs/vhod/published"
#define NOBODY    "vhod" /* an author must have a name */
#define FILE_MAX  ((size_t)8 << 20)
#define DEPTH_MAX 4 /* folders in folders */

static const char own_folder[] = "content.git";
static const char settings_file[] = "vhod.ini";

struct repository {
    git_repository *git;
    char *data, *host;
    bool own; /* in the state folder, nobody else's */
};

static enum err failed(const struct repository *repository, const char *what)
{
    const git_error *error = git_error_last();

    log_error("the history of %s: %s: %s", repository->data, translated(what),
              error != NULL ? error->message : "unknown");
    return error != NULL && error->klass == GIT_ERROR_NOMEMORY ? ERR_MEMORY : ERR_SYSTEM;
}

/* --- opening --- */

/* Nobody's settings but the repository's own; and what is committed is on the disk. */
static void prepare_library(void)
{
    static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                 GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

/* What a killed process had locked in a repository where only we write. */
static void unlock(const struct repository *repository)
{
    static const char *const locks[] = {"HEAD.lock", "config.lock", "packed-refs.lock",
                                        BRANCH ".lock", PUBLISHED ".lock"};

    for (size_t i = 0; i < sizeof locks / sizeof locks[0]; i++) {
        char *path = file_path(git_repository_path(repository->git), locks[i], "");

        if (path != NULL)
            (void)unlink(path); /* mostly there is none */
        free(path);
    }
}

/* Makes one where there is none, or where one was not made to its end. */
static int make(git_repository **out, const char *path)
{
    git_repository_init_options options;

    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
    options.initial_head = "main";
    return git_repository_init_ext(out, path, &options);
}

static enum err open_git(struct repository *repository, const char *state)
{
    char *theirs = file_path(repository->data, ".git", "");
    char *ours = file_path(state, own_folder, "");
    enum err err = theirs != NULL && ours != NULL ? ERR_NONE : ERR_MEMORY;
    int code = 0;

    if (err == ERR_NONE && access(theirs, F_OK) == 0) {
        code = git_repository_open(&repository->git, theirs);
    } else if (err == ERR_NONE) {
        repository->own = true;
        code = git_repository_open_bare(&repository->git, ours);
        if (code == GIT_ENOTFOUND)
            code = make(&repository->git, ours);
    }
    if (code != 0)
        err = failed(repository, N_("cannot be opened"));
    free(theirs);
    free(ours);
    return err;
}

enum err repository_open(struct repository **out, const char *data, const char *state,
                         const char *host)
{
    struct repository *repository = calloc(1, sizeof *repository);
    enum err err = ERR_MEMORY;

    *out = NULL;
    if (repository == NULL)
        return err;
    if (git_libgit2_init() < 0) {
        free(repository);
        return err;
    }
    prepare_library();
    repository->data = strdup(data);
    repository->host = strdup(host);
    if (repository->data != NULL && repository->host != NULL)
        err = open_git(repository, state);
    if (err == ERR_NONE && repository->own)
        unlock(repository);
    if (err != ERR_NONE) {
        repository_free(repository);
        return err;
    }
    *out = repository;
    return ERR_NONE;
}

void repository_free(struct repository *repository)
{
    if (repository == NULL)
        return;
    git_repository_free(repository->git);
    free(repository->data);
    free(repository->host);
    free(repository);
    git_libgit2_shutdown();
}

/* --- what the files are --- */

/* Content, as the header says: every part of the path. */
static bool is_content(const char *path)
{
    return path[0] != '.' && strstr(path, "/.") == NULL && strcmp(path, settings_file) != 0;
}

/* A tree under way. */
struct tree {
    struct repository *repository;
    git_index *index; /* in memory only */
};

/* Puts one file into the tree; path is below data. ERR_INVALID: it is no regular file. */
static enum err put_file(struct tree *tree, const char *path)
{
    struct buffer bytes = BUFFER_INIT;
    git_index_entry entry = {.mode = GIT_FILEMODE_BLOB, .path = path};
    char *name = file_path(tree->repository->data, path, "");
    enum err err = name != NULL ? file_read(&bytes, name, FILE_MAX) : ERR_MEMORY;

    if (err == ERR_NONE && (git_blob_create_from_buffer(&entry.id, tree->repository->git,
                                                        bytes.data, bytes.len) != 0 ||
                            git_index_add(tree->index, &entry) != 0))
        err = failed(tree->repository, path);
    buffer_free(&bytes);
    free(name);
    return err;
}

/* Puts what lies in a folder below data; "" is data itself. */
static enum err put_folder(struct tree *tree, const char *folder, int depth)
{
    struct file_names names = {0};
    char *place = *folder != '\0' ? file_path(tree->repository->data, folder, "")
                                  : strdup(tree->repository->data);
    enum err err = place != NULL ? file_names(&names, place, "") : ERR_MEMORY;

    for (size_t i = 0; i < names.count && err == ERR_NONE; i++) {
        char *path =
            *folder != '\0' ? file_path(folder, names.names[i], "") : strdup(names.names[i]);

        if (path == NULL) {
            err = ERR_MEMORY;
        } else if (is_content(path)) {
            err = put_file(tree, path);
            if (err == ERR_INVALID && depth > 0)
                err = put_folder(tree, path, depth - 1);
            if (err == ERR_NOT_FOUND) /* gone since it was listed */
                err = ERR_NONE;
        }
        free(path);
    }
    file_names_free(&names);
    free(place);
    return err;
}

/* Takes the content of the commit before out of the tree: what is there still, comes in again. */
static int drop_content(git_index *index)
{
    int code = 0;

    for (size_t i = git_index_entrycount(index); i > 0 && code == 0; i--) {
        const git_index_entry *entry = git_index_get_byindex(index, i - 1);

        if (is_content(entry->path) && entry->mode != GIT_FILEMODE_COMMIT)
            code = git_index_remove(index, entry->path, 0);
    }
    return code;
}

/* The commit that HEAD names; NULL if there is none yet. */
static int read_head(const struct repository *repository, git_commit **out)
{
    git_oid id;
    int code = git_reference_name_to_id(&id, repository->git, "HEAD");

    *out = NULL;
    if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH)
        return 0;
    return code == 0 ? git_commit_lookup(out, repository->git, &id) : code;
}

/* The tree of the files as they are; parent may be NULL. */
static enum err make_tree(struct repository *repository, const git_commit *parent, git_oid *out)
{
    struct tree tree = {repository, NULL};
    git_tree *before = NULL;
    enum err err = ERR_NONE;
    int code = git_index_new(&tree.index);

    if (code == 0 && parent != NULL)
        code = git_commit_tree(&before, parent);
    if (code == 0 && before != NULL)
        code = git_index_read_tree(tree.index, before);
    if (code == 0)
        code = drop_content(tree.index);
    if (code != 0)
        err = failed(repository, N_("the newest commit cannot be read"));
    if (err == ERR_NONE)
        err = put_folder(&tree, "", DEPTH_MAX);
    if (err == ERR_NONE && git_index_write_tree_to(out, tree.index, repository->git) != 0)
        err = failed(repository, N_("a tree cannot be written"));
    git_tree_free(before);
    git_index_free(tree.index);
    return err;
}

/* --- committing --- */

/* A name without what git takes for the end of one; NOBODY for one of nothing else. */
static void put_name(struct buffer *out, const char *who)
{
    for (const char *c = who; *c != '\0'; c++)
        if (strchr("<>\r\n", *c) == NULL)
            buffer_putc(out, *c);
    if (out->len == 0)
        buffer_puts(out, NOBODY);
}

static int sign(const struct repository *repository, const char *who, git_signature **out)
{
    struct buffer name = BUFFER_INIT, address = BUFFER_INIT;
    int code = -1;

    put_name(&name, who);
    buffer_printf(&address, "%s@%s", buffer_text(&name), repository->host);
    if (!buffer_failed(&name) && !buffer_failed(&address))
        code = git_signature_new(out, buffer_text(&name), buffer_text(&address),
                                 (git_time_t)clock_now(), 0);
    buffer_free(&name);
    buffer_free(&address);
    return code;
}

/* The owner's own index follows, or git would show him the change the other way round. */
static void follow(const struct repository *repository, const git_tree *tree)
{
    git_index *index = NULL;

    if (git_repository_index(&index, repository->git) != 0 ||
        git_index_read_tree(index, tree) != 0 || git_index_write(index) != 0)
        log_warning("the index of %s/.git could not be written; git reset brings it up to date",
                    repository->data);
    git_index_free(index);
}

static enum err write_commit(struct repository *repository, const char *who, const char *message,
                             git_commit *parent, const git_oid *tree_id)
{
    git_signature *author = NULL;
    git_tree *tree = NULL;
    const git_commit *parents[] = {parent};
    git_oid id;
    enum err err = ERR_NONE;

    if (git_tree_lookup(&tree, repository->git, tree_id) != 0 ||
        sign(repository, who, &author) != 0 ||
        git_commit_create(&id, repository->git, "HEAD", author, author, NULL, message, tree,
                          parent != NULL, parents) != 0)
        err = failed(repository, N_("a change cannot be written down"));
    else if (!repository->own)
        follow(repository, tree);
    git_signature_free(author);
    git_tree_free(tree);
    return err;
}

enum err repository_commit(struct repository *repository, const char *who, const char *message,
                           bool *made)
{
    git_commit *parent = NULL;
    git_oid tree;
    enum err err = ERR_NONE;

    *made = false;
    if (read_head(repository, &parent) != 0)
        return failed(repository, N_("its newest commit cannot be read"));
    err = make_tree(repository, parent, &tree);
    if (err == ERR_NONE &&
        (parent == NULL || git_oid_cmp(&tree, git_commit_tree_id(parent)) != 0)) {
        err = write_commit(repository, who, message, parent, &tree);
        *made = err == ERR_NONE;
    }
    git_commit_free(parent);
    return err;
}

/* --- reading --- */

/* The blob at path in a commit; zero if it has none there. */
static git_oid blob_at(const git_commit *commit, const char *path)
{
    git_oid id = {{0}};
    git_tree *tree = NULL;
    git_tree_entry *entry = NULL;

    if (git_commit_tree(&tree, commit) == 0 && git_tree_entry_bypath(&entry, tree, path) == 0)
        id = *git_tree_entry_id(entry);
    git_tree_entry_free(entry);
    git_tree_free(tree);
    return id;
}

/* Whether a commit made the file another one than its first parent had. */
static bool touches(const git_commit *commit, const char *path)
{
    git_commit *parent = NULL;
    git_oid now = blob_at(commit, path), before = {{0}};

    if (git_commit_parentcount(commit) > 0 && git_commit_parent(&parent, commit, 0) == 0)
        before = blob_at(parent, path);
    git_commit_free(parent);
    return git_oid_cmp(&now, &before) != 0;
}

/* One commit as an entry; false if each wants no more. */
static bool tell(const git_commit *commit,
                 bool (*each)(void *context, const struct repository_entry *entry), void *context)
{
    struct repository_entry entry = {.when = git_commit_time(commit),
                                     .message = git_commit_message(commit)};
    const char *name = git_commit_author(commit)->name;

    entry.who = strcmp(name, NOBODY) != 0 ? name : "";
    git_oid_tostr(entry.id, sizeof entry.id, git_commit_id(commit));
    return each(context, &entry);
}

enum err repository_log(struct repository *repository, const char *path, const char *until,
                        bool (*each)(void *context, const struct repository_entry *entry),
                        void *context)
{
    git_commit *commit = NULL, *parent;
    int code = read_head(repository, &commit);
    bool more = true;

    while (code == 0 && commit != NULL && more) {
        char id[REPOSITORY_ID_SIZE];

        git_oid_tostr(id, sizeof id, git_commit_id(commit));
        if (until != NULL && strcmp(id, until) == 0)
            break;
        if (path == NULL || touches(commit, path))
            more = tell(commit, each, context);
        parent = NULL;
        if (more && git_commit_parentcount(commit) > 0)
            code = git_commit_parent(&parent, commit, 0);
        git_commit_free(commit);
        commit = parent;
    }
    git_commit_free(commit);
    return code == 0 ? ERR_NONE : failed(repository, N_("its commits cannot be read"));
}

enum err repository_read(struct repository *repository, const char *id, const char *path,
                         struct buffer *out)
{
    git_commit *commit = NULL;
    git_blob *blob = NULL;
    git_oid oid, found;
    enum err err = ERR_NOT_FOUND;

    if (strlen(id) != REPOSITORY_ID_SIZE - 1 || git_oid_fromstr(&oid, id) != 0 ||
        git_commit_lookup(&commit, repository->git, &oid) != 0)
        return ERR_NOT_FOUND;
    found = blob_at(commit, path);
    if (!git_oid_is_zero(&found) && git_blob_lookup(&blob, repository->git, &found) == 0) {
        buffer_add(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
        err = buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
    }
    git_blob_free(blob);
    git_commit_free(commit);
    return err;
}

/* The commit that a reference names, in hex; "" if there is no such reference. */
static enum err read_reference(struct repository *repository, const char *name,
                               char id[static REPOSITORY_ID_SIZE])
{
    git_oid oid;
    int code = git_reference_name_to_id(&oid, repository->git, name);

    id[0] = '\0';
    if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH)
        return ERR_NONE;
    if (code != 0)
        return failed(repository, name);
    git_oid_tostr(id, REPOSITORY_ID_SIZE, &oid);
    return ERR_NONE;
}

enum err repository_newest(struct repository *repository, char id[static REPOSITORY_ID_SIZE])
{
    return read_reference(repository, "HEAD", id);
}

enum err repository_published(struct repository *repository, char id[static REPOSITORY_ID_SIZE])
{
    return read_reference(repository, PUBLISHED, id);
}

enum err repository_mark_published(struct repository *repository)
{
    git_reference *reference = NULL;
    git_oid oid;
    int code = git_reference_name_to_id(&oid, repository->git, "HEAD");

    if (code == 0)
        code = git_reference_create(&reference, repository->git, PUBLISHED, &oid, 1, "published");
    git_reference_free(reference);
    return code == 0 ? ERR_NONE : failed(repository, PUBLISHED);
}
