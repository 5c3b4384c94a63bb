/*
 * new.c: vhod new KIND NAME: a content file to be filled, with what is known already: today's date,
 * the next number, a place at the end of the list. What is there is never written over.
 */
#include "base/file.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "content/content.h"
#include "content/day.h"
#include "content/skeleton.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SAMPLE_MAX ((size_t)64 * 1024)

static const struct kind {
    const char *word, *folder, *suffix;
    enum head_owner owner; /* of a guide or question */
} kinds[] = {
    {"region", "regions", ".ini", HEAD_PART},        {"portal", "portals", ".ini", HEAD_PART},
    {"contact", "contacts", ".ini", HEAD_PART},      {"guide", "guides", ".md", HEAD_GUIDE},
    {"question", "questions", ".md", HEAD_QUESTION},
};

static const struct kind *find_kind(const char *word)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, word) == 0)
            return &kinds[i];
    }
    return NULL;
}

static long larger(long a, long b)
{
    return a > b ? a : b;
}

/* One more than the largest position or number of this kind. */
static long next_number(const struct content *content, const struct kind *kind)
{
    long last = 0;

    for (size_t i = 0; i < content->contact_count && strcmp(kind->word, "contact") == 0; i++)
        last = larger(last, content->contacts[i].position);
    for (size_t i = 0; i < content->article_count; i++) {
        const struct article *article = &content->articles[i];
        const char *position = article->head.values[HEAD_POSITION].text;

        if (kind->owner == HEAD_QUESTION)
            last = larger(last, article->number);
        else if (kind->owner == HEAD_GUIDE && position != NULL)
            last = larger(last, atol(position));
    }
    return last + 1;
}

/* Writes a file that must not be there. */
static enum err write_new(const char *path, const struct buffer *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool written;

    if (fd < 0) {
        log_error("%s: %s", path, strerror(errno));
        return ERR_SYSTEM;
    }
    written = write(fd, text->data, text->len) == (ssize_t)text->len;
    if (close(fd) == 0 && written)
        return ERR_NONE;
    log_error("%s: cannot be written", path);
    unlink(path);
    return ERR_SYSTEM;
}

/* The path of the new file, allocated; a question's name begins with its number. */
static char *path_for(const struct job *job, const struct kind *kind, long number)
{
    char *path = NULL;
    int len =
        kind->owner == HEAD_QUESTION
            ? asprintf(&path, "%s/%s/%02ld-%s%s", job->data, kind->folder, number, job->words[1],
                       kind->suffix)
            : asprintf(&path, "%s/%s/%s%s", job->data, kind->folder, job->words[1], kind->suffix);

    return len > 0 ? path : NULL;
}

/* Fills a sample of this kind in. */
static enum err fill(struct buffer *out, const struct job *job, const struct kind *kind,
                     long number)
{
    char today[DAY_SIZE], digits[24];
    const struct skeleton_value values[] = {
        {"updated", today}, {"number", digits}, {"position", digits}, {NULL, NULL}};
    struct buffer sample = BUFFER_INIT;
    char *path = NULL;
    enum err err = ERR_MEMORY;

    day_from_now(0, today);
    snprintf(digits, sizeof digits, "%ld", number);
    if (asprintf(&path, "%s/new/%s%s", job->settings->path_templates, kind->word, kind->suffix) > 0)
        err = file_read(&sample, path, SAMPLE_MAX);
    if (err == ERR_NOT_FOUND)
        log_error("%s: the sample is missing", path);
    if (err == ERR_NONE)
        err = kind->owner == HEAD_PART
                  ? skeleton_ini(out, buffer_text(&sample), values)
                  : skeleton_article(out, buffer_text(&sample), kind->owner, values);
    buffer_free(&sample);
    free(path);
    return err;
}

enum err command_new(const struct job *job)
{
    const struct kind *kind = find_kind(job->words[0]);
    struct content content = {.regions = NULL};
    struct faults *aside = NULL; /* faults of other files are check's business */
    struct buffer text = BUFFER_INIT;
    char *path = NULL;
    enum err err = faults_new(&aside);

    if (err == ERR_NONE)
        err = content_read(&content, job->data, aside);
    if (err == ERR_NONE) {
        long number = next_number(&content, kind);

        path = path_for(job, kind, number);
        err = path != NULL ? fill(&text, job, kind, number) : ERR_MEMORY;
    }
    if (err == ERR_NONE)
        err = write_new(path, &text);
    if (err == ERR_NONE)
        printf(translated("%s: fill it in, then vhod check\n"), path);
    free(path);
    buffer_free(&text);
    content_free(&content);
    faults_free(aside);
    return err;
}

bool command_new_fits(const struct job *job)
{
    return find_kind(job->words[0]) != NULL && strchr(job->words[1], '/') == NULL &&
           job->words[1][0] != '.';
}
