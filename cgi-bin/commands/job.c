/*
 * job.c: the settings of a job. Contract: commands.h.
 */
#include "commands/commands.h"
#include <stdio.h>
#include <stdlib.h>

enum err job_load_settings(struct settings **out, const struct job *job)
{
    struct ini_report report = faults_report(job->faults);
    char *beside = NULL;
    const char *path = job->value[JOB_SETTINGS];
    enum err err;

    if (path == NULL && job->value[JOB_DATA] != NULL && getenv("VHOD_SETTINGS") == NULL) {
        if (asprintf(&beside, "%s/vhod.ini", job->value[JOB_DATA]) < 0)
            return ERR_MEMORY;
        path = beside;
    }
    err = settings_load(out, path, &report);
    free(beside);
    return err == ERR_INVALID || err == ERR_NOT_FOUND ? ERR_NONE : err;
}
