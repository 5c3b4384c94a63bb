/*
 * reader_report.h: reports by one tap: what a page needs to offer them, and what it may say of
 * those of the last hour. Taking them is the page of /report (reader_report.c).
 */
#ifndef VHOD_PAGES_READER_REPORT_H
#define VHOD_PAGES_READER_REPORT_H

#include "base/settings.h"
#include "journal/form_token.h"
#include "journal/recent.h"
#include "journal/report_limit.h"
#include "pages/share.h"
#include "probe/view.h"
#include <stdbool.h>

/* So many reports within an hour are shown to readers, and one more for so many views that the page
 * has on a busy day: of many readers, a few always fail. */
#define REPORTS_SHOWN       3
#define REPORTS_VIEWS_A_DAY 200
/* A page that shows them is made anew at the latest after so many seconds. */
#define REPORTS_SECONDS 300

/* What a program keeps for it. Zeroed before reports_open. */
struct reports {
    char *key_path;
    char *recent_path;
    bool have_key;
    struct report_key key; /* read at the start if the folder is there, else when first needed */
    struct report_key_failure failure; /* the last try to have it */
    struct recent_view recent;
    struct report_limit *limit; /* how often who may report */
    char *probe_path; /* what the probe found (probe/view.h) stands beside what readers report */
    struct probe_view probe;
};

enum err reports_open(struct reports *reports, const struct settings *settings);
void reports_close(struct reports *reports);

/* The key; NULL if it can be neither read nor made (logged): no reports can be taken then. */
const struct report_key *reports_key(struct reports *reports);
/* «Не открывается» within the last hour about a region, one of each network; 0 below what is shown.
 */
long reports_failing(struct reports *reports, const char *iso);

/* Adds to a decorated view, which has "url_path": "report": {topic, page, token} for its form, or
 * nothing if there is no key. *changes becomes the second at which the token does. */
enum err reports_add(struct reports *reports, enum topic topic, json_t *view, time_t *changes);

#endif
