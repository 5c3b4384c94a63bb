/*
 * block.c: vhod block and vhod unblock: the danger switch. Changes one small file, which every
 * worker notices at its next request; publishes nothing and needs no content folder.
 */
#include "probe/block.h"
#include "address/look_alike.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
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
};

/* Who is at the keyboard: also behind sudo. */
static const char *who(void)
{
    const char *name = getenv("SUDO_USER");
    const struct passwd *user = getpwuid(getuid());

    if (name != NULL && *name != '\0')
        return name;
    return user != NULL ? user->pw_name : "unknown";
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
    change->path = settings_state_file(change->job->settings, BLOCKS_FILE);
    err = change->path != NULL ? take_lock(change) : ERR_MEMORY;
    return err == ERR_NONE ? blocks_load(&change->blocks, change->path) : err;
}

static void close_change(struct change *change)
{
    blocks_free(change->blocks);
    if (change->lock >= 0)
        close(change->lock);
    buffer_free(&change->host);
    free(change->path);
}

/* Addresses of the published snapshot that the list with its change takes away; 0 without one. */
static long count_taken(const struct change *change)
{
    const struct settings *settings = change->job->settings;
    char *path = settings_state_file(settings, "directory.db");
    struct directory *directory = NULL;
    json_t *document = NULL, *item;
    struct url url;
    long count = 0;
    size_t i;

    if (path != NULL && directory_open(&directory, path, settings->site_url) == ERR_NONE &&
        directory_document(directory, "known_addresses", NULL, &document) == ERR_NONE)
        json_array_foreach (json_object_get(document, "known"), i, item)
            count += url_parse(&url, json_text(item, "url")) == ERR_NONE &&
                     blocks_since(change->blocks, url.host, url.host_len) != NULL;
    json_decref(document);
    directory_close(directory);
    free(path);
    return count;
}

/* Adds the host to the list in memory, unless that is not what was meant. */
static enum err add(struct change *change, long *taken)
{
    const char *host = buffer_text(&change->host);
    enum err err;

    if (*host_domain(host) == '\0') {
        log_error("%s: anybody may register names below it; nothing is blocked", host);
        return ERR_INVALID;
    }
    err = blocks_add(change->blocks, host, who(), change->job->value[JOB_WHY], clock_now());
    *taken = err == ERR_NONE ? count_taken(change) : 0;
    if (*taken <= MANY || change->job->value[JOB_SURE] != NULL)
        return err;
    log_error("%s: that takes %ld addresses off the site; if you mean it, add --sure", host,
              *taken);
    return ERR_INVALID;
}

enum err command_block(const struct job *job)
{
    struct change change = {.job = job, .lock = -1};
    enum err err = open_change(&change);
    long taken = 0;

    if (err == ERR_NONE)
        err = add(&change, &taken);
    if (err == ERR_BUSY) {
        printf("blocked already: %s\n", buffer_text(&change.host));
        err = ERR_NONE;
    } else if (err == ERR_NONE) {
        err = blocks_save(change.blocks, change.path);
        if (err == ERR_NONE)
            printf("blocked: %s and all below it, by %s; %ld addresses are off the site\n",
                   buffer_text(&change.host), who(), taken);
    }
    close_change(&change);
    return err;
}

enum err command_unblock(const struct job *job)
{
    struct change change = {.job = job, .lock = -1};
    enum err err = open_change(&change);

    if (err == ERR_NONE)
        err = blocks_remove(change.blocks, buffer_text(&change.host), who(), job->value[JOB_WHY],
                            clock_now());
    if (err == ERR_NOT_FOUND)
        log_error("%s is not blocked", buffer_text(&change.host));
    if (err == ERR_NONE)
        err = blocks_save(change.blocks, change.path);
    if (err == ERR_NONE)
        printf("unblocked: %s, by %s\n", buffer_text(&change.host), who());
    close_change(&change);
    return err;
}
