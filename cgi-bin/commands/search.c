/*
 * search.c: vhod search: what is found for some words, by which rule, with which score.
 */
#include "base/log.h"
#include "commands/commands.h"
#include "directory/snapshot.h"
#include "search/find.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints the articles of an answer, one a line. */
static void say_articles(const json_t *answer, const char *list, const char *id)
{
    const json_t *item;
    size_t i;

    json_array_foreach (json_object_get(answer, list), i, item) {
        const json_t *name = json_object_get(item, id);
        const char *text = json_string_value(name),
                   *title = json_string_value(json_object_get(item, "title"));

        if (text != NULL)
            printf("%-9s  %s  %s\n", list, text, title != NULL ? title : "");
        else
            printf("%-9s  %d  %s\n", list, (int)json_integer_value(name),
                   title != NULL ? title : "");
    }
}

static enum err say_search(struct directory *directory, const char *words)
{
    struct buffer trace = BUFFER_INIT;
    const struct search_request request = {words, strlen(words), false, &trace};
    json_t *answer = NULL;
    enum err err = directory_search(directory, &request, &answer);

    if (err == ERR_NONE) {
        const char *corrected =
            json_string_value(json_object_get(json_object_get(answer, "corrected"), "text"));

        fputs(buffer_text(&trace), stdout);
        say_articles(answer, "questions", "number");
        say_articles(answer, "guides", "id");
        if (corrected != NULL)
            printf("corrected  %s\n", corrected);
    }
    json_decref(answer);
    buffer_free(&trace);
    return err;
}

enum err command_search(const struct job *job)
{
    struct buffer words = BUFFER_INIT;
    struct directory *directory = NULL;
    char *snapshot = settings_state_file(job->settings, "directory.db");
    enum err err;

    for (int i = 0; i < job->word_count; i++) {
        buffer_puts(&words, i ? " " : "");
        buffer_puts(&words, job->words[i]);
    }
    err = snapshot != NULL && !buffer_failed(&words)
              ? directory_open(&directory, snapshot, job->settings->site_url)
              : ERR_MEMORY;
    if (err == ERR_NOT_FOUND)
        log_error("search: nothing is published yet; run vhod publish");
    if (err == ERR_NONE)
        err = say_search(directory, buffer_text(&words));
    directory_close(directory);
    buffer_free(&words);
    free(snapshot);
    return err;
}
