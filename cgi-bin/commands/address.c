/*
 * address.c: vhod address: what /check says of addresses, many at once. Those of the command line,
 * or one a line from standard input; a line each, in columns parted by tabs:
 *
 *   ADDRESS  VERDICT  WHY  LIKE  DOMAIN
 *
 * WHY and LIKE: which known address it resembles, and by what; DOMAIN: the registered name that it
 * shares with a known one; "-" for what there is not.
 */
#include "address/known.h"
#include "base/log.h"
#include "commands/commands.h"
#include "directory/snapshot.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err say_address(const struct check_list *list, const json_t *known, const char *text,
                            size_t len)
{
    struct check_result result;
    enum err err = check_address(list, text, len, &result);
    const char *why = look_alike_word(result.why), *like = "-", *domain;

    if (err == ERR_NONE) {
        if (why != NULL)
            like = json_string_value(json_object_get(json_array_get(known, result.like), "url"));
        domain = result.domain.len > 0 ? buffer_text(&result.domain) : "-";
        printf("%.*s\t%s\t%s\t%s\t%s\n", (int)len, text, check_word(result.verdict),
               why != NULL ? why : "-", like, domain);
    }
    check_result_free(&result);
    return err;
}

static enum err say_lines(const struct check_list *list, const json_t *known)
{
    char *line = NULL;
    size_t room = 0;
    enum err err = ERR_NONE;

    while (err == ERR_NONE && getline(&line, &room, stdin) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        err = say_address(list, known, line, strlen(line));
    }
    free(line);
    return err;
}

static enum err say_all(struct directory *directory, const struct job *job)
{
    struct check_list *list = NULL;
    json_t *document = NULL;
    const json_t *known;
    enum err err = directory_document(directory, "known_addresses", NULL, &document);

    known = json_object_get(document, "known");
    if (err == ERR_NONE)
        err = known_list(known, &list);
    for (int i = 0; i < job->word_count && err == ERR_NONE; i++)
        err = say_address(list, known, job->words[i], strlen(job->words[i]));
    if (err == ERR_NONE && job->word_count == 0)
        err = say_lines(list, known);
    check_list_free(list);
    json_decref(document);
    return err;
}

enum err command_address(const struct job *job)
{
    struct directory *directory = NULL;
    char *snapshot = settings_state_file(job->settings, "directory.db");
    enum err err = snapshot == NULL ? ERR_MEMORY
                                    : directory_open(&directory, snapshot, job->settings->site_url);

    if (err == ERR_NOT_FOUND)
        log_error("address: nothing is published yet; run vhod publish");
    if (err == ERR_NONE)
        err = say_all(directory, job);
    directory_close(directory);
    free(snapshot);
    return err;
}
