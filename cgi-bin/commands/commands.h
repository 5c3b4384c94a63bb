/*
 * commands.h: what `vhod` can do, one file a command, and how vhod.c calls it. A command reads its
 * job, calls functions of the rooms below, and says on standard output what came of it. It parses
 * no command line: vhod.c has done that, and refuses what the command's row does not name.
 *
 * Errors: ERR_INVALID with faults in job->faults is the content's fault (exit status 1), everything
 * else the system's (3); a failure is logged where it happened.
 */
#ifndef VHOD_COMMANDS_COMMANDS_H
#define VHOD_COMMANDS_COMMANDS_H

#include "base/settings.h"
#include "content/fault.h"

/* An option of the command line; vhod.c has its word. */
enum job_option {
    JOB_SETTINGS,
    JOB_DATA,
    JOB_WEEK,
    JOB_DATE,
    JOB_ACCESS_LOG,
    JOB_FORMAT,
    JOB_EXPLAIN,
    JOB_REBUILD,
    JOB_TODO,
    JOB_ACCEPT,
    JOB_WHY,
    JOB_SURE,
    JOB_LEVEL,
    JOB_FROM,
    JOB_UNTIL,
    JOB_ZONE,
    JOB_REGIONS,
    JOB_PORTALS,
    JOB_MORE,
    JOB_URL,
    JOB_LISTEN,
    JOB_JSON,
    JOB_WRITE,
    JOB_ALERTS,
    JOB__MAX
};

/* What a command works with. */
struct job {
    const struct settings *settings; /* NULL: they have faults, which are reported */
    const char *data;                /* folder of the content */
    const char *value[JOB__MAX];     /* NULL: not given; "" for an option without a value */
    char **words;                    /* what follows the command */
    int word_count;
    struct faults *faults;
    bool *differs; /* set by diff: there is something to publish */
};

/* Loads the settings that the command line asks for; faults in them are added to those of the job,
 * and *out is then NULL. */
enum err job_load_settings(struct settings **out, const struct job *job);

/* May be called without settings; then only the content is looked at. */
enum err command_check(const struct job *job);
/* Prints every fault and warning on standard output as one JSON array (vhod check --json). */
void check_say_json(struct faults *faults);

enum err command_publish(const struct job *job);
enum err command_new(const struct job *job);
enum err command_export(const struct job *job);
enum err command_import(const struct job *job);
enum err command_diff(const struct job *job);
enum err command_preview(const struct job *job);
enum err command_collect(const struct job *job);
enum err command_report(const struct job *job);
enum err command_judge(const struct job *job);
enum err command_search(const struct job *job);
enum err command_address(const struct job *job);
enum err command_probe(const struct job *job);
enum err command_block(const struct job *job);
enum err command_unblock(const struct job *job);
enum err command_notice(const struct job *job);
enum err command_backup(const struct job *job);
enum err command_restore(const struct job *job);
enum err command_verify(const struct job *job);
enum err command_metrics(const struct job *job);

/* True if the options fit each other; asked before the command is run, without settings. */
bool command_check_fits(const struct job *job);
bool command_collect_fits(const struct job *job);
bool command_report_fits(const struct job *job);
bool command_notice_fits(const struct job *job);
bool command_new_fits(const struct job *job);
bool command_export_fits(const struct job *job);
bool command_import_fits(const struct job *job);
bool command_preview_fits(const struct job *job); /* its word is a port */

#endif
