/*
 * week.h: one week of the statistics as plain text, for cron and mail: what the owner reads on
 * Monday morning without opening the page.
 */
#ifndef VHOD_PAGES_STATS_WEEK_H
#define VHOD_PAGES_STATS_WEEK_H

#include "base/buffer.h"
#include "base/settings.h"

/* Appends the report (templates/text/report.mustache) of the week, Monday to Sunday, that a date is
 * in, or of the last whole week before today if date is NULL. A week that is not over ends
 * with its last whole day.
 * Its figures stand beside those of the week before and of the same school week a year before
 * (tally/period.h). What fails at the
 * moment of asking stands first (pages/stats/alerts.h). Folds the journal first. ERR_INVALID: no
 * such date, or one in the future; others as stats_read. */
enum err stats_week_report(const struct settings *settings, const char *date, struct buffer *out);

#endif
