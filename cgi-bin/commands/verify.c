/*
 * verify.c: vhod verify: is the published snapshot what was published, and the copy beside it.
 */
#include "directory/verify.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "directory/snapshot.h"
#include <stdio.h>
#include <stdlib.h>

/* One file; says what it found, good or bad. */
static enum err verify(const char *path)
{
    struct directory_facts facts;
    enum err err = directory_verify(&facts, path);

    if (err == ERR_NONE)
        printf(translated(
                   "fine: %s: %ld regions, %ld addresses, %ld texts, published %s, identity %s\n"),
               path, facts.regions, facts.addresses, facts.articles, facts.published,
               facts.identity);
    else
        log_error("%s: not what was published (%s)", path, err_text(err));
    return err;
}

/* Both are looked at, whatever the first is like. */
static enum err verify_published(const struct settings *settings)
{
    char *snapshot = settings_state_file(settings, "directory.db");
    char *copy = settings_state_file(settings, "directory.db" DIRECTORY_GOOD_SUFFIX);
    enum err first = ERR_MEMORY, second = ERR_MEMORY;

    if (snapshot != NULL && copy != NULL) {
        first = verify(snapshot);
        second = verify(copy);
    }
    free(snapshot);
    free(copy);
    return first != ERR_NONE ? first : second;
}

enum err command_verify(const struct job *job)
{
    return job->word_count > 0 ? verify(job->words[0]) : verify_published(job->settings);
}
