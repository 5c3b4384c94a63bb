/*
 * judge.c: vhod judge: what each User-Agent on standard input counts as, by the rules of
 * data/clients.tsv as they are now, published or not. For whoever looks after that file.
 */
#include "base/log.h"
#include "commands/commands.h"
#include "content/places.h"
#include "web/client.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err load_rules(struct client_rules *rules, const struct job *job)
{
    struct client_rows rows = {NULL, 0};
    char *path = NULL;
    bool known;
    enum err err = asprintf(&path, "%s/clients.tsv", job->data) < 0 ? ERR_MEMORY : ERR_NONE;

    if (err == ERR_NONE)
        err = clients_load(&rows, path, job->faults);
    for (size_t i = 0; i < rows.count && err == ERR_NONE; i++)
        err = client_rules_add(rules, rows.items[i].pattern,
                               client_from_word(rows.items[i].client, &known));
    if (err == ERR_NONE)
        err = client_rules_compile(rules);
    clients_free(&rows);
    free(path);
    return err;
}

enum err command_judge(const struct job *job)
{
    struct client_rules rules = {NULL, 0, NULL};
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    enum err err = load_rules(&rules, job);

    while (err == ERR_NONE && (len = getline(&line, &size, stdin)) > 0) {
        const struct client_signs signs = {.user_agent = line};

        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        printf("%s\t%s\n", client_word(client_judge(&rules, &signs)), line);
    }
    if (err == ERR_NONE && ferror(stdin)) {
        log_error("judge: standard input cannot be read");
        err = ERR_SYSTEM;
    }
    free(line);
    client_rules_free(&rules);
    return err;
}
