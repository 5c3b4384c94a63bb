/*
 * block.c: vhod block and vhod unblock: the danger switch. Changes one small file, which every
 * worker notices at its next request; publishes nothing and needs no content folder.
 */
#include "probe/block.h"
#include "address/look_alike.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/message.h"
#include "base/shortage.h"
#include "base/url.h"
#include "commands/commands.h"
#include "directory/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* More addresses than that at once are asked about: a slip of the finger would empty the site. */
#define MANY 10

/* What one call works with. */
struct change {
    const struct job *job;
    char *path; /* of the list */
    int lock;
    struct blocks *blocks;
    struct buffer host;
    char *by;
};

/* Who is at the keyboard: also behind sudo. Allocated; NULL without memory. */
static char *who(void)
{
    const char *name = getenv("SUDO_USER");
    const struct passwd *user;

    if (name != NULL && *name != '\0')
        return strdup(name);
    errno = 0;
    user = getpwuid(getuid());
    if (user == NULL && errno == ENOMEM)
        return NULL;
    return strdup(user != NULL ? user->pw_name : "unknown");
}

/* Two changes at once would lose one. The folder is locked: a file made for it would be root's
 * after a hasty sudo, and nobody else's. */
static enum err take_lock(struct change *change)
{
    change->lock = open(change->job->settings->path_state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (change->lock >= 0 && flock(change->lock, LOCK_EX) == 0)
        return ERR_NONE;
    log_error("cannot lock %s: %s", change->job->settings->path_state, strerror(errno));
    return ERR_SYSTEM;
}

static enum err open_change(struct change *change)
{
    const char *word = change->job->words[0];
    enum err err = blocks_host(&change->host, word);

    if (err == ERR_INVALID)
        log_error("%s: no host like netschool.example.ru, and no address with one", word);
    if (err != ERR_NONE)
        return err;
    change->by = who();
    change->path = settings_state_file(change->job->settings, BLOCKS_FILE);
    err = change->path != NULL && change->by != NULL ? take_lock(change) : ERR_MEMORY;
    return err == ERR_NONE ? blocks_load(&change->blocks, change->path) : err;
}

static void close_change(struct change *change)
{
    blocks_free(change->blocks);
    if (change->lock >= 0)
        close(change->lock);
    buffer_free(&change->host);
    free(change->by);
    free(change->path);
}

/* Addresses of the published snapshot that the list with its change takes away; 0 without one. */
static enum err count_taken(const struct change *change, long *count)
{
    const struct settings *settings = change->job->settings;
    char *path = settings_state_file(settings, "directory.db");
    struct directory *directory = NULL;
    json_t *document = NULL, *item;
    struct url url;
    unsigned long before = shortage_count();
    size_t i;
    enum err err = path != NULL ? directory_open(&directory, path, settings->site_url) : ERR_MEMORY;

    *count = 0;
    if (err == ERR_NONE)
        err = directory_document(directory, "known_addresses", NULL, &document);
    json_array_foreach (json_object_get(document, "known"), i, item)
        *count += url_parse(&url, json_text(item, "url")) == ERR_NONE &&
                  blocks_since(change->blocks, url.host, url.host_len) != NULL;
    json_decref(document);
    directory_close(directory);
    free(path);
    return err == ERR_NOT_FOUND ? ERR_NONE : shortage_since(before, err);
}

/* Whether to take so many addresses off the site: what cannot be counted may be many. */
static enum err ask_for_many(const struct change *change, long *taken)
{
    const char *host = buffer_text(&change->host);
    enum err err = count_taken(change, taken);

    if (change->job->value[JOB_SURE] != NULL)
        return ERR_NONE;
    if (err != ERR_NONE)
        log_error("%s: how many addresses that takes off the site, cannot be found out now; if it "
                  "must be, add --sure",
                  host);
    else if (*taken > MANY)
        log_error("%s: that takes %ld addresses off the site; if you mean it, add --sure", host,
                  *taken);
    return err == ERR_NONE && *taken > MANY ? ERR_INVALID : err;
}

/* Adds the host to the list in memory, unless that is not what was meant. */
static enum err add(struct change *change, long *taken)
{
    const char *host = buffer_text(&change->host);
    unsigned long before = shortage_count();
    enum err err;

    if (*host_domain(host) == '\0') {
        log_error("%s: anybody may register names below it; nothing is blocked", host);
        return ERR_INVALID;
    }
    err = shortage_since(before, blocks_add(change->blocks, host, change->by,
                                            change->job->value[JOB_WHY], clock_now()));
    return err == ERR_NONE ? ask_for_many(change, taken) : err;
}

enum err command_block(const struct job *job)
{
    struct change change = {.job = job, .lock = -1};
    enum err err = open_change(&change);
    long taken = 0;

    if (err == ERR_NONE)
        err = add(&change, &taken);
    if (err == ERR_BUSY) {
        printf(translated("blocked already: %s\n"), buffer_text(&change.host));
        err = ERR_NONE;
    } else if (err == ERR_NONE) {
        err = blocks_save(change.blocks, change.path);
        if (err == ERR_NONE)
            printf(
                translated("blocked: %s and all below it, by %s; %ld addresses are off the site\n"),
                buffer_text(&change.host), change.by, taken);
    }
    close_change(&change);
    return err;
}

enum err command_unblock(const struct job *job)
{
    struct change change = {.job = job, .lock = -1};
    enum err err = open_change(&change);
    unsigned long before = shortage_count();

    if (err == ERR_NONE)
        err = shortage_since(before, blocks_remove(change.blocks, buffer_text(&change.host),
                                                   change.by, job->value[JOB_WHY], clock_now()));
    if (err == ERR_NOT_FOUND)
        log_error("%s is not blocked", buffer_text(&change.host));
    if (err == ERR_NONE)
        err = blocks_save(change.blocks, change.path);
    if (err == ERR_NONE)
        printf(translated("unblocked: %s, by %s\n"), buffer_text(&change.host), change.by);
    close_change(&change);
    return err;
}
