/*
 * settings.h: the site's settings from data/vhod.ini, checked against one table with type, range
 * and default (settings.c). Each can be overridden by an environment variable VHOD_<SECTION>_<KEY>
 * (VHOD_SITE_URL), so a container or `make run` needs no edited copy.
 *
 * Relative paths, from the environment too, are taken from the folder that holds vhod.ini, and come
 * out absolute. A variable of the form VHOD_SITE_... that is no setting is ignored with a warning
 * in the log.
 */
#ifndef VHOD_BASE_SETTINGS_H
#define VHOD_BASE_SETTINGS_H

#include "base/err.h"
#include "base/ini.h"
#include <stdbool.h>

struct settings {
    char *file;      /* where they were read from, as it was named */
    char *site_url;  /* [site] url: https://host[:port], no trailing slash; required */
    char *site_host; /* host[:port] of site_url, as url_host() writes it: what our own links have as
                        their referrer */
    char *site_name; /* [site] name: how the site calls itself, «Вход»; required */
    char *site_contact;         /* [site] contact: e-mail of the site's owner, or "" */
    char *site_frame_ancestors; /* [site] frame_ancestors: who may embed, for CSP; default "*" */
    char *site_timezone;        /* [site] timezone: the days of the statistics; Europe/Moscow */
    /* [site] accent, accent_dark: colour of buttons and signs in each theme, "0b5b48"; "": the
     * site's own */
    char *site_accent, *site_accent_dark;
    bool site_preview;        /* [site] preview: pages say that they are not published; no */
    char *path_data;          /* [path] data: content folder; "." */
    char *path_templates;     /* [path] templates; "../templates" */
    char *path_own_templates; /* [path] own_templates: in place of some of them; "" */
    char *path_state;         /* [path] state: directory.db, journal/, tally.db; "../build/state" */
    char *node; /* [journal] node: this machine's name in the journal; [a-z0-9-], "front1" */
    long journal_keep_days;       /* [journal] keep_days: 1-3650, 400 */
    char *journal_edge_header;    /* [journal] edge_header: name of the header that a cache in front
                                     sends, whose own log is folded; or "" */
    char *journal_log_fields;     /* [journal] log_fields: names in a log of the format "json", for
                                     access_map; "" */
    long journal_log_bad_percent; /* [journal] log_bad_percent: of lines that may not be of a log's
                                     format; 0-100, 1 */
    char *tally_store; /* [tally] store: sqlite:FILE or postgresql://…, as written; may hold a
                          password, so never log it; "sqlite:tally.db". See
                          settings_tally_store */
    char *stats_staff_networks; /* [stats] staff_networks: ranges for networks_parse; "" */
    char *stats_staff_header;   /* [stats] staff_header: name of a header that staff send; "" */
    bool stats_loopback;        /* [stats] loopback: may a local client read /stats? yes (only with
                                   a site_url on this machine) or no, "no" */
    bool sandbox_confine; /* [sandbox] confine: do public programs give up their rights? "yes" */
    char *metrics_folder; /* [metrics] folder: of the figures that workers share, or "": "metrics"
                             in path_state. See settings_metrics_folder */
    /* [content] confirm_months: vhod check tells of what nobody has confirmed for longer; 1-120, 12
     */
    long content_confirm_months;
    /* [alerts]: when the owner is told (pages/stats/alerts.h). growth_times, growth_least: as much
     * on a day, against the same weekdays before, and at least so many views; 2-1000, 3;
     * 1-1000000, 30. unanswered_least: a search without an answer so often on a day; 1-100000, 5.
     * snapshot_days: nothing was published for so long; 0 is never, 0-3650, 60 */
    long alerts_growth_times, alerts_growth_least, alerts_unanswered_least, alerts_snapshot_days;
    long cache_kib; /* [cache] kib: memory for cached responses per worker, KiB; 0-1048576, 8192 */
    long probe_parallel;         /* [probe] parallel: addresses looked at at once; 1-32, 4 */
    long probe_seconds;          /* [probe] seconds: for one with all its redirects; 1-300, 30 */
    long probe_connect_seconds;  /* [probe] connect_seconds: for a connection; 1-300, 10 */
    long probe_retries;          /* [probe] retries: tries after a failed one; 0-5, 1 */
    long probe_retry_seconds;    /* [probe] retry_seconds: between them; 0-600, 20 */
    long probe_pause_ms;         /* [probe] pause_ms: between two from one host; 0-60000, 1000 */
    long probe_patience_minutes; /* [probe] patience_minutes: from the first failure to the one
                                    that counts; 0-1440, 10 */
    long probe_certificate_days; /* [probe] certificate_days: one that ends within them ends soon;
                                    0-365, 21 */
    char *probe_ca_file;         /* [probe] ca_file: authorities in PEM, or "": the system's */
    char *probe_name_servers;    /* [probe] name_servers: for resolver_new, or "": the system's */
    char *probe_allow_networks;  /* [probe] allow_networks: ranges that are no public ones and may
                                    be looked at all the same; "" */
};

/* Reads path, or (path NULL) the file that VHOD_SETTINGS names, or that of the installation this
 * program belongs to (settings_installed_file) if it is there, or data/vhod.ini. All faults go to
 * report (NULL: to the log); those of a variable have the file "environment". Errors as ini_load,
 * ERR_INVALID for faults. On failure *out is NULL. The caller frees with settings_free. Not looked
 * at: whether the folders exist. */
enum err settings_load(struct settings **out, const char *path, const struct ini_report *report);
void settings_free(struct settings *settings);

/* The settings that belong to a program by where it lies: PREFIX/bin/x and PREFIX/lib/vhod/x have
 * PREFIX/etc/vhod/vhod.ini, and /usr has /etc/vhod/vhod.ini. Allocated; NULL for any other place.
 */
char *settings_installed_file(const char *program);

/* path_state + "/" + name, allocated; NULL when memory runs out. */
char *settings_state_file(const struct settings *settings, const char *name);

/* The folder of the figures that workers share (web/figures.h), allocated; NULL when memory runs
 * out.
 */
char *settings_metrics_folder(const struct settings *settings);

/* tally_store for tally_open, allocated: a relative file is taken from path_state. NULL when memory
 * runs out. */
char *settings_tally_store(const struct settings *settings);

/* The file of the tally, allocated into *out, absolute; NULL where the tally is no file but a
 * database to connect to. ERR_MEMORY. */
enum err settings_tally_file(const struct settings *settings, char **out);

#endif
