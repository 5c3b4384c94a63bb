/*
 * vhod.c: the maintainer's command. A table of commands and options; each command is a file of
 * commands/. Here the command line is parsed, the settings are read, and faults in content go to
 * standard error, one a line.
 *
 * Exit status: 0 fine, 1 faults in content or settings, 2 wrong usage, 3 the system or a database
 * failed, 4 there is something to publish (diff).
 */
#include "base/log.h"
#include "base/message.h"
#include "base/privilege.h"
#include "base/version.h"
#include "commands/commands.h"
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum exit_status {
    EXIT_FINE = 0,
    EXIT_FAULTS = 1,
    EXIT_USAGE = 2,
    EXIT_SYSTEM = 3,
    EXIT_DIFFERS = 4
};

#define OPTION(name) (1u << (name))
/* Every command takes these. */
#define OPTIONS_ALL (OPTION(JOB_SETTINGS) | OPTION(JOB_DATA))

struct command {
    const char *name;
    const char *about; /* for help; what begins a line of its own stands there as it is */
    enum err (*run)(const struct job *job);
    enum err (*run_without)(const struct job *job); /* when the settings have faults; or NULL */
    bool (*fits)(const struct job *job);            /* NULL: any of its options */
    unsigned options;                               /* beside OPTIONS_ALL */
    int words_min, words_max;                       /* what may follow the command */
    bool as_root; /* root stays root, else it becomes the owner of the state folder */
};

static enum err run_help(const struct job *job);
static enum err run_version(const struct job *job);

static const struct command commands[] = {
    {"check",
     N_("read all content and say everything that is wrong with it\n"
        "            and what is worth a look; --json: as JSON, for an editor\n"
        "            --todo: and what it lacks, the most read first"),
     command_check, .run_without = command_check, .fits = command_check_fits,
     .options = OPTION(JOB_TODO) | OPTION(JOB_JSON)},
    {"publish", N_("check, then replace the published snapshot"), command_publish,
     .run_without = command_check},
    {"diff",
     N_("what a publish would change for readers: addresses, then answers, then\n"
        "            the rest; exit status 4 if there is anything"),
     command_diff, .words_max = 0},
    {"preview",
     N_("PORT: the site as a publish would make it, on http://127.0.0.1:PORT/,\n"
        "            until Ctrl-C; counted nowhere"),
     command_preview, .fits = command_preview_fits, .words_min = 1, .words_max = 1},
    {"new",
     N_("KIND NAME: a file to be filled in, with comments: region RU-XXX,\n"
        "            portal ID, contact ID, guide ID, question WORDS-OF-IT"),
     command_new, .fits = command_new_fits, .words_min = 2, .words_max = 2},
    {"export", N_("logins, contacts or places: as CSV on standard output"), command_export,
     .fits = command_export_fits, .words_min = 1, .words_max = 1},
    {"import",
     N_("logins, contacts or places, FILE: what such a CSV file would change in the\n"
        "            content; --write: change it, unless check finds a fault then"),
     command_import, .fits = command_import_fits, .options = OPTION(JOB_WRITE), .words_min = 2,
     .words_max = 2},
    {"collect",
     N_("fold the journal into the counters\n"
        "            --access-log FILE --format combined: a web server's log instead, as\n"
        "            vhod(1) tells; --explain: what its lines would count as, nothing more\n"
        "            --rebuild FILE: all kept journals into a new file"),
     command_collect, .fits = command_collect_fits,
     .options =
         OPTION(JOB_ACCESS_LOG) | OPTION(JOB_FORMAT) | OPTION(JOB_EXPLAIN) | OPTION(JOB_REBUILD)},
    {"report",
     N_("a week of statistics as text: --week [--date 2026-11-21]\n"
        "            --alerts: what is wrong or unusual now; nothing if nothing is"),
     command_report, .fits = command_report_fits,
     .options = OPTION(JOB_WEEK) | OPTION(JOB_DATE) | OPTION(JOB_ALERTS)},
    {"search", N_("WORDS: what is found for them, by which rule, with scores"), command_search,
     .words_min = 1, .words_max = INT_MAX},
    {"address", N_("[ADDRESS...]: what /check says of them, or of those on standard input"),
     command_address, .words_max = INT_MAX},
    {"judge", N_("what each User-Agent on standard input counts as"), command_judge,
     .run_without = command_judge},
    {"probe",
     N_("open every address once and keep what was found for the pages\n"
        "            --accept URL: the title and place that it has now are right"),
     command_probe, .options = OPTION(JOB_ACCEPT)},
    {"verify", N_("[FILE]: is the published snapshot whole, and the copy beside it"),
     command_verify, .words_max = 1},
    {"block",
     N_("HOST: take it off every page, redirect, embed and file at once\n"
        "            --why TEXT: for the log; --sure: also if many addresses go with it"),
     command_block, .options = OPTION(JOB_WHY) | OPTION(JOB_SURE), .words_min = 1, .words_max = 1},
    {"unblock", N_("HOST: put it back; --why TEXT"), command_unblock, .options = OPTION(JOB_WHY),
     .words_min = 1, .words_max = 1},
    {"notice",
     N_("what is announced; it holds at once, without a publish\n"
        "            add ID TEXT --until '2026-11-27 18:00': with --from, --zone, --level (info, "
        "warning,\n"
        "            danger), --regions, --portals, --more TEXT, --url\n"
        "            end ID: over now; apply: the files of notices/ as they are"),
     command_notice, .fits = command_notice_fits,
     .options = OPTION(JOB_LEVEL) | OPTION(JOB_FROM) | OPTION(JOB_UNTIL) | OPTION(JOB_ZONE) |
                OPTION(JOB_REGIONS) | OPTION(JOB_PORTALS) | OPTION(JOB_MORE) | OPTION(JOB_URL),
     .words_max = 3},
    {"backup", N_("FILE: all that the site has, while it runs, into a new file"), command_backup,
     .words_min = 1, .words_max = 1, .as_root = true},
    {"restore", N_("FILE: a backup in place of what is there, which is kept"), command_restore,
     .words_min = 1, .words_max = 1, .as_root = true},
    {"metrics",
     N_("the figures of all programs in Prometheus' text format\n"
        "            --listen: answer /metrics by HTTP on descriptor 0, until TERM"),
     command_metrics, .options = OPTION(JOB_LISTEN)},
    {"help", N_("this list"), run_help, .run_without = run_help, .words_max = INT_MAX},
    {"version", N_("the version; also --version, of every program"), run_version,
     .run_without = run_version},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static enum err run_help(const struct job *job)
{
    (void)job;
    puts(translated("usage: vhod COMMAND [--settings FILE] [--data DIR]\n"));
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-8s  %s\n", commands[i].name, translated(commands[i].about));
    puts(translated(
        "\nSettings: --settings FILE, or the environment's VHOD_SETTINGS, or those of the place "
        "where\n"
        "vhod is installed (/etc/vhod/vhod.ini), or data/vhod.ini in the current folder;\n"
        "with --data DIR alone, DIR/vhod.ini.\n"
        "Exit status: 0 fine, 1 faults in content or settings, 2 wrong usage, 3 system error,\n"
        "4 there is something to publish (diff)."));
    return ERR_NONE;
}

static enum err run_version(const struct job *job)
{
    (void)job;
    puts("vhod " VHOD_VERSION);
    return ERR_NONE;
}

/* --- settings, faults, status --- */

/* A path below the current folder is shorter to read without it. */
static const char *shortened(const char *path)
{
    char here[4096];
    size_t len = getcwd(here, sizeof here) != NULL ? strlen(here) : 0;
    bool below = len > 1 && strncmp(path, here, len) == 0 && path[len] == '/' && path[len + 1];

    return below ? path + len + 1 : path;
}

static enum exit_status status_of(enum err err, struct faults *faults, bool json)
{
    size_t count = faults_count(faults);

    if (json) {
        check_say_json(faults);
    } else if (count > 0) {
        faults_print(faults, stderr);
        fprintf(stderr, translated("faults: %zu; the published snapshot is unchanged\n"), count);
    }
    if (err != ERR_NONE && (err != ERR_INVALID || count == 0)) {
        log_error("%s", err_text(err));
        return EXIT_SYSTEM;
    }
    return count > 0 ? EXIT_FAULTS : EXIT_FINE;
}

static enum exit_status execute(const struct command *command, struct job *job)
{
    struct settings *settings = NULL;
    enum err (*run)(const struct job *);
    enum err err;
    enum exit_status status;

    if (faults_new(&job->faults) != ERR_NONE) {
        log_error("%s", err_text(ERR_MEMORY));
        return EXIT_SYSTEM;
    }
    err = job_load_settings(&settings, job);
    job->settings = settings;
    job->data = job->value[JOB_DATA];
    if (job->data == NULL)
        job->data = settings != NULL ? shortened(settings->path_data) : "data";
    /* With faults in the settings, those of the content are still looked for: all in one run. */
    run = settings != NULL ? command->run : command->run_without;
    if (err == ERR_NONE && settings != NULL && !command->as_root)
        err = privilege_become_owner(settings->path_state);
    if (err == ERR_NONE && run != NULL)
        err = run(job);
    status = status_of(err, job->faults, job->value[JOB_JSON] != NULL);
    if (status == EXIT_FINE && *job->differs)
        status = EXIT_DIFFERS;
    settings_free(settings);
    faults_free(job->faults);
    return status;
}

/* --- the command line --- */

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* True if options and words belong to the command, and to each other. */
static bool fits(const struct job *job, const struct command *command)
{
    for (int option = 0; option < JOB__MAX; option++)
        if (job->value[option] != NULL && (OPTION(option) & (command->options | OPTIONS_ALL)) == 0)
            return false;
    return job->word_count >= command->words_min && job->word_count <= command->words_max &&
           (command->fits == NULL || command->fits(job));
}

static const struct option options[] = {
    {"settings", required_argument, NULL, JOB_SETTINGS},
    {"data", required_argument, NULL, JOB_DATA},
    {"week", no_argument, NULL, JOB_WEEK},
    {"date", required_argument, NULL, JOB_DATE},
    {"access-log", required_argument, NULL, JOB_ACCESS_LOG},
    {"format", required_argument, NULL, JOB_FORMAT},
    {"explain", no_argument, NULL, JOB_EXPLAIN},
    {"rebuild", required_argument, NULL, JOB_REBUILD},
    {"todo", no_argument, NULL, JOB_TODO},
    {"accept", required_argument, NULL, JOB_ACCEPT},
    {"why", required_argument, NULL, JOB_WHY},
    {"sure", no_argument, NULL, JOB_SURE},
    {"level", required_argument, NULL, JOB_LEVEL},
    {"from", required_argument, NULL, JOB_FROM},
    {"until", required_argument, NULL, JOB_UNTIL},
    {"zone", required_argument, NULL, JOB_ZONE},
    {"regions", required_argument, NULL, JOB_REGIONS},
    {"portals", required_argument, NULL, JOB_PORTALS},
    {"more", required_argument, NULL, JOB_MORE},
    {"url", required_argument, NULL, JOB_URL},
    {"listen", no_argument, NULL, JOB_LISTEN},
    {"json", no_argument, NULL, JOB_JSON},
    {"write", no_argument, NULL, JOB_WRITE},
    {"alerts", no_argument, NULL, JOB_ALERTS},
    {"help", no_argument, NULL, JOB__MAX},
    {"version", no_argument, NULL, JOB__MAX + 1},
    {NULL, 0, NULL, 0},
};

/* False if the command line is wrong; getopt may then have said why. */
static bool parse(struct job *job, const struct command **command, int argc, char **argv)
{
    int option;

    *command = NULL;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == JOB__MAX)
            *command = find_command("help");
        else if (option == JOB__MAX + 1)
            *command = find_command("version");
        else if (option >= 0 && option < JOB__MAX)
            job->value[option] = optarg != NULL ? optarg : "";
        else
            return false;
    }
    if (*command != NULL) /* --help or --version, beside whatever stands there */
        return true;
    if (optind < argc) {
        *command = find_command(argv[optind]);
        job->words = argv + optind + 1;
        job->word_count = argc - optind - 1;
    }
    return *command != NULL && fits(job, *command);
}

int main(int argc, char **argv)
{
    bool differs = false;
    struct job job = {.differs = &differs};
    const struct command *command = NULL;
    enum exit_status status;

    message_setup();
    log_program("vhod");
    /* A full disk or a size limit is then a write error that is reported, not a death in the
     * middle. */
    signal(SIGXFSZ, SIG_IGN);
    if (!parse(&job, &command, argc, argv)) {
        fputs(
            translated("vhod: no such command, or options that it does not take; see vhod help\n"),
            stderr);
        return EXIT_USAGE;
    }
    if (command->run == run_help || command->run == run_version) /* they need no settings */
        status = command->run(NULL) == ERR_NONE ? EXIT_FINE : EXIT_SYSTEM;
    else
        status = execute(command, &job);
    if (fflush(stdout) != 0 && status == EXIT_FINE) {
        log_error("cannot write to standard output");
        status = EXIT_SYSTEM;
    }
    return status;
}
