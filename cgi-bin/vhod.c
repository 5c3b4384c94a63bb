/*
 * vhod.c: the maintainer's command. A table of sub-commands; each reads the settings, calls one
 * function of a room below, and says in one line what came of it. Faults in content go to standard
 * error, one a line.
 *
 * Exit status: 0 fine, 1 faults in content or settings, 2 wrong usage, 3 the system or a database
 * failed.
 */
#include "base/civil.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/version.h"
#include "content/fault.h"
#include "content/publish.h"
#include "directory/snapshot.h"
#include "pages/replay.h"
#include "pages/stats/week.h"
#include "search/find.h"
#include "tally/collect.h"
#include "tally/collect_log.h"
#include "tally/tally.h"
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status { EXIT_FINE = 0, EXIT_FAULTS = 1, EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

/* What the command line says. */
struct call {
    const char *settings; /* --settings, or NULL */
    const char *data;     /* --data, or NULL */
    bool week;            /* --week */
    const char *date;     /* --date, or NULL */
    const char *log;      /* --access-log, or NULL */
    const char *format;   /* --format, or NULL */
    const char *rebuild;  /* --rebuild, or NULL */
    char **words;         /* what follows the command */
    int word_count;
};

/* What a sub-command works with. */
struct job {
    const struct settings *settings; /* NULL: they have faults, which are reported */
    const char *data;                /* folder of the content */
    const char *date;                /* a date, or NULL */
    const char *log;                 /* access log to collect instead of the journal, or NULL */
    const char *rebuild;             /* file to count all kept journals into anew, or NULL */
    char **words;                    /* what to search for */
    int word_count;
    struct faults *faults;
};

static const struct command {
    const char *name;
    const char *about;
    enum err (*run)(const struct job *job);
    enum err (*run_without)(const struct job *job); /* when the settings have faults; or NULL */
} commands[];

/* --- the sub-commands --- */

static void say_summary(const char *what, const struct publish_summary *summary)
{
    printf("%s: %zu regions, %zu addresses, %zu guides, %zu questions%s%s\n", what,
           summary->regions, summary->addresses, summary->guides, summary->questions,
           *summary->identity ? ", identity " : "", summary->identity);
}

/* How far back vhod check looks for sites that use an article: a school term. */
#define USED_DAYS 90

/* Whoever uses one article that is about to be retired; a note, not a fault. */
static enum err say_users(struct tally *tally, const char *article,
                          const struct tally_question *question)
{
    const char *shown = strncmp(article, "q/", 2) == 0 ? "" : "guide/";
    json_t *users = NULL, *user;
    size_t i;
    enum err err = tally != NULL ? tally_users(tally, article, question, &users) : ERR_NONE;

    if (err != ERR_NONE)
        return err;
    printf("note: %s%s is about to be retired; %s the last %d days%s\n", shown, article,
           json_array_size(users) > 0 ? "sites that used it in" : "no site was seen using it in",
           USED_DAYS, json_array_size(users) > 0 ? ":" : "");
    json_array_foreach (users, i, user)
        printf("note:   %s (%s, %lld times)\n", json_string_value(json_object_get(user, "host")),
               json_is_true(json_object_get(user, "framed")) ? "shows it in a frame or picture"
                                                             : "links to it",
               (long long)json_integer_value(json_object_get(user, "count")));
    json_decref(users);
    return ERR_NONE;
}

/* Names the sites that use what this content retires. */
static enum err say_retiring(const struct settings *settings, const struct words *retiring)
{
    struct tally *tally = NULL;
    char from[21], to[21];
    char *path;
    enum err err;
    struct tally_question question;

    if (retiring->count == 0)
        return ERR_NONE;
    path = settings_tally_store(settings);
    err = path != NULL ? tally_open(&tally, path, settings->site_timezone, false) : ERR_MEMORY;
    if (err == ERR_NOT_FOUND) /* nothing was counted yet */
        err = ERR_NONE;
    clock_format(clock_now() - (time_t)USED_DAYS * DAY_SECONDS, from);
    clock_format(clock_now() + DAY_SECONDS, to); /* it may be tomorrow in the site's time zone */
    from[10] = to[10] = '\0';
    question = (struct tally_question){from, to, NULL, settings->site_host};
    for (size_t i = 0; i < retiring->count && err == ERR_NONE; i++)
        err = say_users(tally, retiring->items[i], &question);
    tally_close(tally);
    free(path);
    return err;
}

static enum err run_check(const struct job *job)
{
    struct publish_summary summary = {0};
    char *snapshot =
        job->settings != NULL ? settings_state_file(job->settings, "directory.db") : NULL;
    enum err err;

    if (job->settings != NULL && snapshot == NULL)
        return ERR_MEMORY;
    err = content_check(job->data, snapshot, job->faults, &summary);
    if (err == ERR_NONE && job->settings != NULL)
        say_summary("fine", &summary);
    if (err == ERR_NONE && job->settings != NULL)
        err = say_retiring(job->settings, &summary.retiring);
    publish_summary_free(&summary);
    free(snapshot);
    return err;
}

static enum err run_publish(const struct job *job)
{
    struct publish_summary summary = {0};
    char *snapshot = settings_state_file(job->settings, "directory.db");
    enum err err;

    if (snapshot == NULL)
        return ERR_MEMORY;
    err = content_publish(job->data, snapshot, job->faults, &summary);
    if (err == ERR_NONE)
        say_summary(summary.changed ? "published" : "unchanged", &summary);
    free(snapshot);
    return err;
}

/* The log of a cache in front, by the same rules as our own journal. */
static enum err collect_access_log(const struct job *job)
{
    struct collect_log_result result = {0};
    struct replay *replay = NULL;
    char *tally = settings_tally_store(job->settings);
    enum err err = tally != NULL ? replay_open(&replay, job->settings) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = collect_log_run(job->log, tally, job->settings->site_timezone, replay_judge, replay,
                              &result);
    if (err == ERR_NONE)
        printf("collected: %ld records, %ld dropped, of %ld lines\n", result.records,
               result.dropped, result.lines);
    replay_close(replay);
    free(tally);
    return err;
}

/* Folds the whole journal into a new file, for comparison: nothing is deleted for it, and no report
 * is told once more. */
static enum err rebuild(const struct job *job, struct collect_result *result)
{
    char *journal;
    enum err err;

    if (access(job->rebuild, F_OK) == 0) {
        log_error("collect: %s is there already; --rebuild takes the name of a new file",
                  job->rebuild);
        return ERR_INVALID;
    }
    journal = settings_state_file(job->settings, "journal");
    err = journal == NULL
              ? ERR_MEMORY
              : collect_run(&(struct collect_job){.journal = journal,
                                                  .store = job->rebuild,
                                                  .timezone = job->settings->site_timezone},
                            result);
    free(journal);
    return err;
}

static enum err run_collect(const struct job *job)
{
    struct collect_result result = {0};
    enum err err;

    if (job->log != NULL)
        return collect_access_log(job);
    err = job->rebuild != NULL ? rebuild(job, &result) : collect_site(job->settings, &result);
    if (err == ERR_NONE)
        printf("collected: %ld records, %ld dropped, %ld files, %ld deleted\n", result.records,
               result.dropped, result.files, result.deleted);
    return err;
}

static enum err run_report(const struct job *job)
{
    struct buffer text = BUFFER_INIT;
    enum err err = stats_week_report(job->settings, job->date, &text);

    if (err == ERR_INVALID)
        log_error("report: --date takes a day until today, 2026-11-21");
    if (err == ERR_NONE && buffer_failed(&text))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        fwrite(buffer_text(&text), 1, text.len, stdout);
    buffer_free(&text);
    return err;
}

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

static enum err run_search(const struct job *job)
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

static enum err run_help(const struct job *job)
{
    (void)job;
    puts("usage: vhod COMMAND [--settings FILE] [--data DIR]\n");
    for (const struct command *command = commands; command->name != NULL; command++)
        printf("  %-8s  %s\n", command->name, command->about);
    puts("\nSettings: --settings FILE, or the environment's VHOD_SETTINGS, or data/vhod.ini;\n"
         "with --data DIR alone, DIR/vhod.ini.\n"
         "Exit status: 0 fine, 1 faults in content or settings, 2 wrong usage, 3 system error.");
    return ERR_NONE;
}

static enum err run_version(const struct job *job)
{
    (void)job;
    puts("vhod " VHOD_VERSION);
    return ERR_NONE;
}

static const struct command commands[] = {
    {"check", "read all content and say everything that is wrong with it", run_check, run_check},
    {"publish", "check, then replace the published snapshot", run_publish, run_check},
    {"collect", "fold the journal into the counters", run_collect, NULL},
    {"", "  --access-log FILE --format combined: a cache's log instead", run_collect, NULL},
    {"", "  --rebuild FILE: all kept journals into a new file", run_collect, NULL},
    {"report", "a week of statistics as text: --week [--date 2026-11-21]", run_report, NULL},
    {"search", "WORDS: what is found for them, by which rule, with scores", run_search, NULL},
    {"help", "this list", run_help, run_help},
    {"version", "the version; also --version, of every program", run_version, run_version},
    {NULL, NULL, NULL, NULL},
};

/* --- settings, faults, status --- */

/* A path below the current folder is shorter to read without it. */
static const char *shortened(const char *path)
{
    char here[4096];
    size_t len = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    bool below = len > 1 && strncmp(path, here, len) == 0 && path[len] == '/' && path[len + 1];

    return below ? path + len + 1 : path;
}

/* Loads the settings; faults in them are added to faults, and *out is then NULL. */
static enum err load_settings(struct settings **out, const struct call *call, struct faults *faults)
{
    struct ini_report report = faults_report(faults);
    char *beside = NULL;
    const char *path = call->settings;
    enum err err;

    if (path == NULL && call->data != NULL && getenv("VHOD_SETTINGS") == NULL) {
        if (asprintf(&beside, "%s/vhod.ini", call->data) < 0)
            return ERR_MEMORY;
        path = beside;
    }
    err = settings_load(out, path, &report);
    free(beside);
    return err == ERR_INVALID || err == ERR_NOT_FOUND ? ERR_NONE : err;
}

static enum exit_status status_of(enum err err, struct faults *faults)
{
    size_t count = faults_count(faults);

    if (count > 0) {
        faults_print(faults, stderr);
        fprintf(stderr, "%zu fault%s; the published snapshot is unchanged\n", count,
                count == 1 ? "" : "s");
    }
    if (err != ERR_NONE && (err != ERR_INVALID || count == 0)) {
        log_error("%s", err_text(err));
        return EXIT_SYSTEM;
    }
    return count > 0 ? EXIT_FAULTS : EXIT_FINE;
}

static enum exit_status execute(const struct command *command, const struct call *call)
{
    struct settings *settings = NULL;
    struct faults *faults = NULL;
    enum err (*run)(const struct job *);
    enum err err;
    struct job job;
    enum exit_status status;

    if (faults_new(&faults) != ERR_NONE)
        return EXIT_SYSTEM;
    err = load_settings(&settings, call, faults);
    job = (struct job){settings,      call->data,  call->date,       call->log,
                       call->rebuild, call->words, call->word_count, faults};
    if (job.data == NULL)
        job.data = settings != NULL ? shortened(settings->path_data) : "data";
    /* With faults in the settings, those of the content are still looked for: all in one run. */
    run = settings != NULL ? command->run : command->run_without;
    if (err == ERR_NONE && run != NULL)
        err = run(&job);
    status = status_of(err, faults);
    settings_free(settings);
    faults_free(faults);
    return status;
}

/* --- the command line --- */

static const struct command *find_command(const char *name)
{
    const struct command *command = commands;

    while (command->name != NULL && strcmp(command->name, name) != 0)
        command++;
    return command->name != NULL ? command : NULL;
}

/* True if the options belong to the command and to each other. */
static bool fits(const struct call *call, const struct command *command)
{
    bool collects = command->run == run_collect;

    if ((call->word_count > 0) != (command->run == run_search))
        return false;
    /* There is one report; its name is asked for, so that others can come beside it. */
    if (call->week != (command->run == run_report))
        return false;
    if (call->date != NULL &&
        !(call->week && strlen(call->date) == strlen("2026-11-21") && clock_is_date(call->date)))
        return false;
    /* So is the form of the log. */
    if (call->log != NULL
            ? !collects || call->format == NULL || strcmp(call->format, "combined") != 0
            : call->format != NULL)
        return false;
    return call->rebuild == NULL || (collects && call->log == NULL);
}

/* False if the command line is wrong; getopt has then said why. */
static bool parse(struct call *call, const struct command **command, int argc, char **argv)
{
    static const struct option options[] = {{"settings", required_argument, NULL, 's'},
                                            {"data", required_argument, NULL, 'd'},
                                            {"week", no_argument, NULL, 'w'},
                                            {"date", required_argument, NULL, 't'},
                                            {"access-log", required_argument, NULL, 'a'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"rebuild", required_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"version", no_argument, NULL, 'v'},
                                            {NULL, 0, NULL, 0}};
    int option;

    *command = NULL;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **text = option == 's'   ? &call->settings
                            : option == 'd' ? &call->data
                            : option == 't' ? &call->date
                            : option == 'a' ? &call->log
                            : option == 'f' ? &call->format
                            : option == 'r' ? &call->rebuild
                                            : NULL;

        if (text != NULL)
            *text = optarg;
        else if (option == 'w')
            call->week = true;
        else if (option == 'h')
            *command = find_command("help");
        else if (option == 'v')
            *command = find_command("version");
        else
            return false;
    }
    if (*command == NULL && optind < argc && *argv[optind]) {
        *command = find_command(argv[optind]);
        call->words = argv + optind + 1;
        call->word_count = argc - optind - 1;
    }
    return *command != NULL && fits(call, *command);
}

int main(int argc, char **argv)
{
    struct call call = {.settings = NULL};
    const struct command *command = NULL;
    enum exit_status status;

    log_program("vhod");
    /* A full disk or a size limit is then a write error that is reported, not a death in the
     * middle. */
    signal(SIGXFSZ, SIG_IGN);
    if (!parse(&call, &command, argc, argv)) {
        fputs("vhod: one of the commands check, publish, collect, report --week, search WORDS, "
              "help is needed; "
              "see vhod help\n",
              stderr);
        return EXIT_USAGE;
    }
    if (command->run == run_help || command->run == run_version) /* they need no settings */
        status = command->run(NULL) == ERR_NONE ? EXIT_FINE : EXIT_SYSTEM;
    else
        status = execute(command, &call);
    if (fflush(stdout) != 0 && status == EXIT_FINE) {
        log_error("cannot write to standard output");
        status = EXIT_SYSTEM;
    }
    return status;
}
