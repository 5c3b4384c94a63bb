/*
 * notice.c: vhod notice: what is announced on the site, at once and without a publish. A notice is
 * a file of data/notices/, so that it is kept with the content; what workers read is made of those
 * files. Nothing else of the content is looked at.
 */
#include "notice/notice.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/json.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "content/announce.h"
#include "content/rule.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX (256 * 1024)

/* "2026-11-27 18:00" in that zone. */
struct shown_time {
    char text[21];
};

static enum err local_time(struct shown_time *out, time_t when, const char *zone)
{
    int offset = 0;
    enum err err = clock_offset(zone, when, &offset);

    clock_format(when + offset, out->text);
    out->text[10] = ' ';
    out->text[16] = '\0';
    return err;
}

/* data/notices/ID.ini, allocated; its folder is made. NULL: logged. */
static char *file_of(const struct job *job, const char *id)
{
    char *folder = file_path(job->data, ANNOUNCE_FOLDER, NULL);
    char *path = NULL;

    if (rule_id(id) != NULL)
        log_error("%s: the name of a notice %s", id, translated(rule_id(id)));
    else if (folder == NULL)
        log_error("%s", err_text(ERR_MEMORY));
    else if (file_make_folder(folder) == ERR_NONE)
        path = file_path(folder, id, ".ini");
    free(folder);
    return path;
}

/* Makes the files what holds. */
static enum err apply(const struct job *job, size_t *count)
{
    char *path = settings_state_file(job->settings, NOTICES_FILE);
    enum err err = path != NULL ? announce_apply(job->data, job->settings->site_timezone, path,
                                                 job->faults, count)
                                : ERR_MEMORY;

    free(path);
    return err;
}

/* --- add --- */

/* A value as the file has it: in quotes where it would be cut. False: it cannot be written so. */
static bool put_value(struct buffer *out, const char *key, const char *value)
{
    bool quoted = strpbrk(value, ";#'") != NULL;

    if (strpbrk(value, "\"\\\n\r") != NULL) {
        log_error("%s: a notice has one line, without \" and \\; quotes in a text are « and »",
                  key);
        return false;
    }
    buffer_printf(out, quoted ? "%s = \"%s\"\n" : "%s = %s\n", key, value);
    return true;
}

static enum err write_text(const struct job *job, struct buffer *out)
{
    const struct {
        const char *key, *value;
    } lines[] = {{"level", job->value[JOB_LEVEL] != NULL ? job->value[JOB_LEVEL] : "info"},
                 {"text", job->words[2]},
                 {"more", job->value[JOB_MORE]},
                 {"url", job->value[JOB_URL]},
                 {"regions", job->value[JOB_REGIONS]},
                 {"portals", job->value[JOB_PORTALS]},
                 {"from", job->value[JOB_FROM]},
                 {"until", job->value[JOB_UNTIL]},
                 {"timezone", job->value[JOB_ZONE]}};
    const char *zone =
        job->value[JOB_ZONE] != NULL ? job->value[JOB_ZONE] : job->settings->site_timezone;
    struct shown_time now;
    enum err err = local_time(&now, clock_now(), zone);

    if (err != ERR_NONE) {
        log_error("%s: is no time zone this system knows", zone);
        return ERR_INVALID;
    }
    buffer_puts(out, "[notice]\n");
    if (job->value[JOB_FROM] == NULL)
        buffer_printf(out, translated("; announced at once, on %s\n"), now.text);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (lines[i].value != NULL && !put_value(out, lines[i].key, lines[i].value))
            return ERR_INVALID;
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}

static enum err add(const struct job *job)
{
    struct buffer text = BUFFER_INIT;
    char *path = file_of(job, job->words[1]);
    size_t count = 0;
    enum err err = path != NULL ? write_text(job, &text) : ERR_SYSTEM;

    if (err == ERR_NONE && access(path, F_OK) == 0) {
        log_error("%s is there already: end it, or choose another name", path);
        err = ERR_INVALID;
    }
    if (err == ERR_NONE) {
        err = file_replace(path, buffer_text(&text), text.len);
        if (err == ERR_NONE)
            err = apply(job, &count);
        if (err != ERR_NONE) /* nothing has changed then */
            (void)unlink(path);
    }
    if (err == ERR_NONE)
        printf(translated("announced: %s, until %s; it is kept in %s\n"), job->words[1],
               job->value[JOB_UNTIL], path);
    buffer_free(&text);
    free(path);
    return err;
}

/* --- end --- */

/* The file with another line in the place of that one. */
static enum err replace_line(const char *path, int line, const char *with)
{
    struct buffer text = BUFFER_INIT, out = BUFFER_INIT;
    enum err err = file_read(&text, path, FILE_MAX);
    const char *rest = buffer_text(&text);
    int number = 1;

    for (; err == ERR_NONE && *rest != '\0'; number++) {
        size_t len = strcspn(rest, "\n");

        if (number == line)
            buffer_puts(&out, with);
        else
            buffer_add(&out, rest, len);
        buffer_puts(&out, "\n");
        rest += len + (rest[len] == '\n');
    }
    if (err == ERR_NONE)
        err = buffer_failed(&out) ? ERR_MEMORY : file_replace(path, out.data, out.len);
    buffer_free(&text);
    buffer_free(&out);
    return err;
}

/* One that has begun ends now; one that has not is not kept. */
static enum err end_file(const struct job *job, const char *path, const struct ini *ini)
{
    const char *own = ini_get(ini, "notice", "timezone"), *from = ini_get(ini, "notice", "from");
    const char *zone = own != NULL && *own != '\0' ? own : job->settings->site_timezone;
    struct shown_time now;
    char line[64];
    time_t began = 0;
    enum err err = local_time(&now, clock_now(), zone);

    if (err == ERR_NONE && from != NULL && *from != '\0')
        err = clock_local(from, zone, &began);
    if (err != ERR_NONE)
        return err;
    if (began / 60 >= clock_now() / 60)
        return unlink(path) == 0 ? ERR_NONE : ERR_SYSTEM;
    snprintf(line, sizeof line, "until = %s", now.text);
    return replace_line(path, ini_line(ini, "notice", "until"), line);
}

static enum err end(const struct job *job)
{
    struct ini_report report = faults_report(job->faults);
    struct ini *ini = NULL;
    char *path = file_of(job, job->words[1]);
    size_t count = 0;
    enum err err = path != NULL ? ini_load(&ini, path, &report) : ERR_SYSTEM;

    if (err == ERR_NONE)
        err = end_file(job, path, ini);
    if (err == ERR_NONE)
        err = apply(job, &count);
    if (err == ERR_NONE)
        printf(translated("over: %s; %zu notices are kept\n"), job->words[1], count);
    ini_free(ini);
    free(path);
    return err;
}

/* --- apply and list --- */

static enum err apply_files(const struct job *job)
{
    size_t count = 0;
    enum err err = apply(job, &count);

    if (err == ERR_NONE)
        printf(translated("%zu notices are kept\n"), count);
    return err;
}

static void say_ids(const json_t *list)
{
    json_t *id;
    size_t i;

    json_array_foreach (list, i, id)
        printf(" %s", json_string_value(id));
}

static enum err say(const struct job *job, const json_t *notice)
{
    time_t now = clock_now(), from = 0, until = 0;
    struct shown_time shown;
    enum err err;

    (void)clock_parse(json_text(notice, "from"), &from);
    (void)clock_parse(json_text(notice, "until"), &until);
    err = local_time(&shown, now < from ? from : until, job->settings->site_timezone);
    printf(translated("%-5s %s %s  %s (%s, for"),
           now < from    ? translated("later")
           : now < until ? translated("now")
                         : translated("over"),
           now < from ? translated("from") : translated("until"), shown.text,
           json_text(notice, "id"), json_text(notice, "level"));
    if (json_is_true(json_object_get(notice, "everybody")))
        fputs(translated(" everybody"), stdout);
    say_ids(json_object_get(notice, "regions"));
    say_ids(json_object_get(notice, "portals"));
    printf("): %s\n", json_text(notice, "text"));
    return err;
}

static enum err list(const struct job *job)
{
    json_t *all = NULL, *item;
    size_t i;
    enum err err = announce_read(job->data, job->settings->site_timezone, job->faults, &all);

    json_array_foreach (all, i, item)
        if (err == ERR_NONE)
            err = say(job, item);
    json_decref(all);
    return err;
}

/* --- the command --- */

static const struct action {
    const char *word;
    int words; /* with its own */
    bool takes_options;
    enum err (*run)(const struct job *job);
} actions[] = {{"add", 3, true, add}, {"end", 2, false, end}, {"apply", 1, false, apply_files}};

static const struct action *action_of(const struct job *job)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].word, job->words[0]) == 0)
            return &actions[i];
    return NULL;
}

bool command_notice_fits(const struct job *job)
{
    const struct action *action = job->word_count > 0 ? action_of(job) : NULL;
    bool options = false;

    for (int option = JOB_LEVEL; option <= JOB_URL; option++)
        options = options || job->value[option] != NULL;
    if (job->word_count == 0)
        return !options;
    return action != NULL && job->word_count == action->words &&
           (action->takes_options ? job->value[JOB_UNTIL] != NULL : !options);
}

enum err command_notice(const struct job *job)
{
    const struct action *action = job->word_count > 0 ? action_of(job) : NULL;

    return action != NULL ? action->run(job) : list(job);
}
