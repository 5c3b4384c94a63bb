/*
 * exposition.c: writes the figures out, family by family. The format wants all lines of a family
 * together, so each family goes once through all programs.
 */
#include "commands/exposition.h"
#include "base/version.h"
#include "pages/routes.h"
#include "probe/outcome.h"
#include "probe/results.h"
#include "web/figures.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAMS_MAX 8

/* What was read of a program. */
struct source {
    const struct routes_program *program;
    struct figures_counts counts;
};

struct exposition {
    struct buffer *out;
    const struct settings *settings;
    struct directory *directory;
    struct source sources[PROGRAMS_MAX]; /* of those that have figures */
    size_t count;
};

/* --- what the programs counted --- */

/* Status 200 of every route is there from the beginning, at 0: what appears later with 1 shows no
 * increase. */
static void put_route(struct buffer *out, const struct source *source, size_t row,
                      const char *pattern)
{
    for (int status = 0; status < STATUS__MAX; status++) {
        uint64_t count = source->counts.requests[row][status];

        if (count > 0 || status == STATUS_OK)
            buffer_printf(
                out, "vhod_requests_total{program=\"%s\",route=\"%s\",status=\"%d\"} %" PRIu64 "\n",
                source->program->name, pattern, status_code((enum status)status), count);
    }
}

static void put_requests(struct buffer *out, const struct source *source)
{
    const struct route *routes = source->program->routes;

    for (size_t row = 0; row < FIGURES_ROUTES_MAX && routes[row].pattern != NULL; row++)
        put_route(out, source, row, routes[row].pattern);
    put_route(out, source, FIGURES_NO_ROUTE, "none");
}

static void put_times(struct buffer *out, const struct source *source)
{
    const char *name = source->program->name;
    uint64_t count = 0;

    for (int i = 0; i <= FIGURES_LIMITS; i++) {
        count += source->counts.times[i];
        buffer_printf(out, "vhod_request_duration_seconds_bucket{program=\"%s\",le=\"", name);
        if (i < FIGURES_LIMITS)
            buffer_printf(out, "%g", (double)figures_limits[i] / 1e6);
        else
            buffer_puts(out, "+Inf");
        buffer_printf(out, "\"} %" PRIu64 "\n", count);
    }
    buffer_printf(out, "vhod_request_duration_seconds_sum{program=\"%s\"} %.6f\n", name,
                  (double)source->counts.microseconds / 1e6);
    buffer_printf(out, "vhod_request_duration_seconds_count{program=\"%s\"} %" PRIu64 "\n", name,
                  count);
}

static void put_pages(struct buffer *out, const struct source *source)
{
    const char *name = source->program->name;

    buffer_printf(out, "vhod_pages_total{program=\"%s\",from=\"cache\"} %" PRIu64 "\n", name,
                  source->counts.kept);
    buffer_printf(out, "vhod_pages_total{program=\"%s\",from=\"made\"} %" PRIu64 "\n", name,
                  source->counts.made);
}

static void put_written(struct buffer *out, const struct source *source)
{
    for (int kind = EVENT_NONE + 1; kind < EVENT__MAX; kind++)
        for (int client = 0; client < CLIENT__MAX; client++) {
            uint64_t count = source->counts.written[kind][client];

            if (count > 0)
                buffer_printf(
                    out,
                    "vhod_journal_written_total{program=\"%s\",event=\"%s\",client=\"%s\"} %" PRIu64
                    "\n",
                    source->program->name, event_word((enum event_kind)kind),
                    client_word((enum client)client), count);
        }
}

static void put_lost(struct buffer *out, const struct source *source)
{
    buffer_printf(out, "vhod_journal_lost_total{program=\"%s\"} %" PRIu64 "\n",
                  source->program->name, source->counts.lost);
}

static void put_since(struct buffer *out, const struct source *source)
{
    buffer_printf(out, "vhod_figures_since_timestamp_seconds{program=\"%s\"} %" PRIu64 "\n",
                  source->program->name, source->counts.since);
}

/* One that never wrote has no time of it. */
static void put_moment(struct buffer *out, const char *family, const char *program, uint64_t ms)
{
    if (ms > 0)
        buffer_printf(out, "%s{program=\"%s\"} %" PRIu64 ".%03" PRIu64 "\n", family, program,
                      ms / 1000, ms % 1000);
}

static void put_last_written(struct buffer *out, const struct source *source)
{
    put_moment(out, "vhod_journal_last_written_timestamp_seconds", source->program->name,
               source->counts.written_ms);
}

static void put_last_lost(struct buffer *out, const struct source *source)
{
    put_moment(out, "vhod_journal_last_lost_timestamp_seconds", source->program->name,
               source->counts.lost_ms);
}

static const struct family {
    const char *name, *type, *help;
    void (*put)(struct buffer *out, const struct source *source);
} families[] = {
    {"vhod_requests_total", "counter",
     "Requests answered, by route and status; route none: what fits none of them.", put_requests},
    {"vhod_request_duration_seconds", "histogram",
     "Time from a whole request to its whole answer, in the worker.", put_times},
    {"vhod_pages_total", "counter",
     "Pages that came from a worker's cache, and that had to be made.", put_pages},
    {"vhod_journal_written_total", "counter",
     "Views written down, by what was read and by whom; reports of readers are event report.",
     put_written},
    {"vhod_journal_lost_total", "counter", "Views that could not be written down.", put_lost},
    {"vhod_journal_last_written_timestamp_seconds", "gauge", "When a view was last written down.",
     put_last_written},
    {"vhod_journal_last_lost_timestamp_seconds", "gauge", "When a view was last lost.",
     put_last_lost},
    {"vhod_figures_since_timestamp_seconds", "gauge", "When these figures began at zero.",
     put_since},
};

static void put_head(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_families(struct exposition *x)
{
    for (size_t i = 0; i < sizeof families / sizeof *families && x->count > 0; i++) {
        put_head(x->out, families[i].name, families[i].type, families[i].help);
        for (size_t j = 0; j < x->count; j++)
            families[i].put(x->out, &x->sources[j]);
    }
}

/* Programs that have not run yet have no figures. */
static enum err read_sources(struct exposition *x)
{
    char *folder = settings_metrics_folder(x->settings);
    const struct routes_program *program = routes_programs;
    enum err err = folder != NULL ? ERR_NONE : ERR_MEMORY;

    for (; program->name != NULL && x->count < PROGRAMS_MAX && err == ERR_NONE; program++) {
        struct source *source = &x->sources[x->count];

        source->program = program;
        err = figures_read(&source->counts, folder, program->name, program->routes);
        if (err == ERR_NONE)
            x->count++;
        if (err == ERR_NOT_FOUND || err == ERR_INVALID)
            err = ERR_NONE;
    }
    free(folder);
    return err;
}

/* --- the snapshot --- */

static void put_text_gauge(struct buffer *out, const char *name, const char *help,
                           const char *label, const char *value)
{
    put_head(out, name, "gauge", help);
    buffer_printf(out, "%s{%s=\"%s\"} 1\n", name, label, value);
}

static void put_gauge(struct buffer *out, const char *name, const char *help, long long value)
{
    put_head(out, name, "gauge", help);
    buffer_printf(out, "%s %lld\n", name, value);
}

/* 0 for a text that is no time. */
static long long instant(const json_t *text)
{
    struct tm parts = {0};
    const char *value = json_string_value(text);

    if (value == NULL || strptime(value, "%Y-%m-%dT%H:%M:%SZ", &parts) == NULL)
        return 0;
    return (long long)timegm(&parts);
}

static enum err put_snapshot(struct exposition *x)
{
    json_t *health = NULL;
    enum err err = directory_document(x->directory, "health", NULL, &health);
    const json_t *blocks = err == ERR_NONE ? directory_blocks(x->directory) : NULL;

    put_gauge(x->out, "vhod_snapshot_ready", "1 if there is a snapshot that can be served.",
              err == ERR_NONE);
    if (err == ERR_NONE) {
        put_text_gauge(x->out, "vhod_snapshot_info", "Identity of the published snapshot.",
                       "identity", directory_identity(x->directory));
        put_gauge(x->out, "vhod_snapshot_published_timestamp_seconds", "When it was published.",
                  instant(json_object_get(health, "published")));
        put_gauge(x->out, "vhod_snapshot_regions", "Regions in it.",
                  json_integer_value(json_object_get(health, "regions")));
        put_gauge(x->out, "vhod_blocked_hosts", "Hosts taken off every page (vhod block).",
                  (long long)json_array_size(json_object_get(blocks, "blocks")));
    }
    json_decref(health);
    return err == ERR_MEMORY ? err : ERR_NONE;
}

/* --- the probe --- */

static void put_verdicts(struct buffer *out, json_t *targets)
{
    long counts[VERDICT__MAX] = {0};
    const char *url;
    json_t *target;

    json_object_foreach (targets, url, target) {
        const char *word = json_string_value(json_object_get(target, "verdict"));

        counts[word != NULL ? verdict_from_word(word) : VERDICT_NONE]++;
    }
    put_head(out, "vhod_probe_addresses", "gauge",
             "Addresses of the directory, by what the probe found.");
    for (int i = VERDICT_NONE + 1; i < VERDICT__MAX; i++)
        buffer_printf(out, "vhod_probe_addresses{verdict=\"%s\",standing=\"%s\"} %ld\n",
                      verdict_word((enum verdict)i),
                      standing_word(verdict_standing((enum verdict)i)), counts[i]);
}

static enum err put_probe(struct exposition *x)
{
    char *path = settings_state_file(x->settings, RESULTS_FOLDER "/" RESULTS_FILE);
    json_t *results = NULL;
    enum err err = path != NULL ? results_read(path, &results) : ERR_MEMORY;

    if (err == ERR_NONE) {
        put_verdicts(x->out, json_object_get(results, "targets"));
        put_gauge(x->out, "vhod_probe_last_run_timestamp_seconds", "When the probe last ended.",
                  instant(json_object_get(results, "at")));
    }
    json_decref(results);
    free(path);
    return err == ERR_MEMORY ? err : ERR_NONE;
}

enum err exposition_write(struct buffer *out, const struct settings *settings,
                          struct directory *directory)
{
    struct exposition x = {.out = out, .settings = settings, .directory = directory};
    enum err err;

    put_text_gauge(out, "vhod_build_info", "The version that answers here.", "version",
                   VHOD_VERSION);
    err = read_sources(&x);
    if (err == ERR_NONE) {
        put_families(&x);
        err = put_snapshot(&x);
    }
    if (err == ERR_NONE)
        err = put_probe(&x);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}
