/*
 * report.c: vhod report: a week of statistics, or what is wrong now, as plain text, for cron and
 * mail.
 */
#include "base/clock.h"
#include "base/log.h"
#include "commands/commands.h"
#include "pages/stats/alerts.h"
#include "pages/stats/week.h"
#include <stdio.h>
#include <string.h>

enum err command_report(const struct job *job)
{
    struct buffer text = BUFFER_INIT;
    enum err err = job->value[JOB_ALERTS] != NULL
                       ? alerts_mail(job->settings, &text)
                       : stats_week_report(job->settings, job->value[JOB_DATE], &text);

    if (err == ERR_INVALID)
        log_error("report: --date takes a day until today, 2026-11-21");
    if (err == ERR_NONE && buffer_failed(&text))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        fwrite(buffer_text(&text), 1, text.len, stdout);
    buffer_free(&text);
    return err;
}

bool command_report_fits(const struct job *job)
{
    const char *date = job->value[JOB_DATE];
    bool week = job->value[JOB_WEEK] != NULL, alerts = job->value[JOB_ALERTS] != NULL;

    /* One of the two, and only weeks have dates. */
    return week != alerts &&
           (date == NULL || (week && strlen(date) == strlen("2026-11-21") && clock_is_date(date)));
}
