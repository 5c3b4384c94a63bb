/*
 * probe.c: vhod probe: looks at every address of the published snapshot once, keeps what was found
 * for the pages, and tells the maintainer what is worth looking at, with what to do.
 */
#include "address/look_alike.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/message.h"
#include "commands/commands.h"
#include "directory/snapshot.h"
#include "probe/results.h"
#include "probe/run.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* What one call works with. */
struct look {
    const struct settings *settings;
    char *folder; /* of the results */
    int lock;
    json_t *urls;   /* array of all addresses */
    json_t *owners; /* registered names of the directory's hosts, as keys */
    struct results results;
    struct probe_target *targets;
    size_t count;
};

/* --- what the directory knows --- */

/* The registered name of a host, or the host itself where it has none (digits). */
static const char *owner_of(const char *host)
{
    const char *domain = host_domain(host);

    return *domain != '\0' ? domain : host;
}

static bool same_owner(void *context, const char *host, const char *other)
{
    const struct look *look = context;
    char name[FETCH_HOST_SIZE];
    bool https;
    int port;

    /* what was accepted is an address, not a host */
    if (strstr(host, "://") != NULL && fetch_split(host, name, &https, &port) == ERR_NONE)
        host = name;
    return strcmp(owner_of(host), owner_of(other)) == 0 ||
           (json_object_get(look->owners, owner_of(host)) != NULL &&
            json_object_get(look->owners, owner_of(other)) != NULL);
}

static enum err load_addresses(struct look *look)
{
    char *path = settings_state_file(look->settings, "directory.db");
    struct directory *directory = NULL;
    json_t *document = NULL;
    enum err err =
        path != NULL ? directory_open(&directory, path, look->settings->site_url) : ERR_MEMORY;

    if (err == ERR_NOT_FOUND)
        log_error("probe: nothing is published yet; run vhod publish");
    if (err == ERR_NONE)
        err = directory_document(directory, "probe_targets", NULL, &document);
    if (err == ERR_NONE)
        look->urls = json_incref(json_object_get(document, "targets"));
    json_decref(document);
    directory_close(directory);
    free(path);
    return err;
}

/* A number that steps through all of count places, each once, neighbours far apart. */
static size_t stride(size_t count)
{
    size_t step = count * 5 / 8 + 1;

    for (;; step++) {
        size_t a = count, b = step;

        while (b != 0) {
            size_t rest = a % b;

            a = b;
            b = rest;
        }
        if (a == 1 || count < 2)
            return step;
    }
}

/* Addresses that stand beside each other are often of one owner, and fail together: they are looked
 * at far apart. */
static enum err make_targets(struct look *look)
{
    size_t count = json_array_size(look->urls), step = stride(count), at = 0;
    char host[FETCH_HOST_SIZE];
    bool https;
    int port;

    look->targets = calloc(count + 1, sizeof *look->targets);
    look->owners = json_object();
    if (look->targets == NULL || look->owners == NULL)
        return ERR_MEMORY;
    for (; look->count < count; look->count++, at = (at + step) % count) {
        struct probe_target *target = &look->targets[look->count];

        target->url = json_string_value(json_array_get(look->urls, at));
        results_brief(&look->results, target);
        if (fetch_split(target->url, host, &https, &port) == ERR_NONE &&
            json_object_set_new(look->owners, owner_of(host), json_true()) != 0)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

/* --- one at a time --- */

/* Two runs at once would undo each other's results. */
static enum err take_lock(struct look *look)
{
    enum err err = file_make_folder(look->folder);

    if (err != ERR_NONE)
        return err;
    look->lock = open(look->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (look->lock >= 0 && flock(look->lock, LOCK_EX | LOCK_NB) == 0)
        return ERR_NONE;
    log_error("probe: %s cannot be locked: another run is under way", look->folder);
    return ERR_BUSY;
}

/* --- what is said --- */

static void say_target(const char *url, const json_t *known)
{
    enum verdict verdict = verdict_from_word(json_text(known, "verdict"));
    long status = (long)json_number(known, "status");
    const char *to = json_text(known, "to"), *cause = json_text(known, "cause");

    printf("%-11s  %s %s", verdict_word(verdict), url, translated(verdict_about(verdict)));
    if (status != 0)
        printf(" (HTTP %ld)", status);
    else if (*cause != '\0')
        printf(" (%s)", cause);
    if (*to != '\0')
        printf(translated(", at %s"), to);
    if (verdict_standing(verdict) == STANDING_FAILING)
        printf(translated(", since %s"), json_text(known, "since"));
    if (verdict == VERDICT_EXPIRING)
        printf(translated(", on %s"), json_text(known, "certificate"));
    if (verdict == VERDICT_CHANGED)
        printf(translated(": \"%s\" was \"%s\""), json_text(known, "title"),
               json_text(known, "title_before"));
    printf(translated("; to do: %s\n"), translated(verdict_advice(verdict)));
}

/* One line for each address that wants a look, then how many there are of each verdict. */
static void say_results(const struct look *look)
{
    size_t counts[VERDICT__MAX] = {0};

    for (size_t i = 0; i < look->count; i++) {
        const char *url = look->targets[i].url;
        const json_t *known = json_object_get(look->results.targets, url);
        enum verdict verdict = verdict_from_word(json_text(known, "verdict"));
        const json_t *failing = json_object_get(known, "failing");

        counts[verdict]++;
        if (verdict != VERDICT_OPENED && verdict != VERDICT_NONE)
            say_target(url, known);
        else if (json_is_object(failing))
            printf(translated("%-11s  %s failed (%s) at %s; it counts when it fails again\n"),
                   "once", url, json_text(failing, "verdict"), json_text(failing, "since"));
    }
    printf(translated("probed: %zu addresses"), look->count);
    for (int verdict = 0; verdict < VERDICT__MAX; verdict++)
        if (counts[verdict] > 0)
            printf(", %zu %s", counts[verdict], verdict_word((enum verdict)verdict));
    putchar('\n');
}

/* --- the run --- */

/* Polite: who looks into his log finds who we are and where to complain. */
static char *user_agent(const struct settings *settings)
{
    char *text = NULL;

    if (asprintf(&text, "vhod-probe/1 (+%s/about%s%s)", settings->site_url,
                 *settings->site_contact != '\0' ? "; " : "", settings->site_contact) < 0)
        return NULL;
    return text;
}

static enum err run(struct look *look, const char *agent, bool *down)
{
    const struct settings *s = look->settings;
    struct reach reach;
    const struct run_rules rules = {
        .fetch = {agent, s->probe_ca_file, s->probe_name_servers, &reach,
                  s->probe_connect_seconds * 1000},
        .parallel = (int)s->probe_parallel,
        .whole_ms = s->probe_seconds * 1000,
        .retries = (int)s->probe_retries,
        .retry_ms = s->probe_retry_seconds * 1000,
        .pause_ms = s->probe_pause_ms,
        .expires_by = clock_now() + (time_t)s->probe_certificate_days * DAY_SECONDS,
        .same_owner = same_owner,
        .context = look,
    };
    enum err err = reach_init(&reach, s->probe_allow_networks);

    return err == ERR_NONE ? run_probe(&rules, look->targets, look->count, down) : err;
}

static enum err keep(struct look *look)
{
    bool unsure = false;
    enum err err = results_take(&look->results, look->targets, look->count, clock_now(),
                                look->settings->probe_patience_minutes * 60, &unsure);

    if (err == ERR_NONE && unsure)
        log_warning("probe: most of what worked before was not reached; our own network may be to "
                    "blame, so no failure of this run counts");
    if (err == ERR_NONE)
        err = results_save(&look->results, look->folder, clock_now());
    if (err == ERR_NONE)
        say_results(look);
    return err;
}

static enum err look_at_all(struct look *look)
{
    char *agent = user_agent(look->settings);
    bool down = false;
    enum err err = agent != NULL ? load_addresses(look) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = make_targets(look);
    if (err == ERR_NONE)
        err = run(look, agent, &down);
    if (err == ERR_NONE && down)
        log_warning("probe: nothing at all was reached; the network of this machine seems to be "
                    "down, and no verdict was made");
    else if (err == ERR_NONE)
        err = keep(look);
    free(agent);
    return err;
}

static enum err accept_one(struct look *look, const char *url)
{
    enum err err = results_accept(&look->results, url);

    if (err == ERR_NOT_FOUND)
        log_error("probe: %s is no address that was looked at", url);
    if (err == ERR_NONE)
        err = results_save(&look->results, look->folder, clock_now());
    if (err == ERR_NONE)
        printf(translated("accepted: what %s shows now is taken for right\n"), url);
    return err;
}

enum err command_probe(const struct job *job)
{
    struct look look = {.settings = job->settings, .lock = -1};
    enum err err;

    look.folder = settings_state_file(job->settings, RESULTS_FOLDER);
    err = look.folder != NULL ? take_lock(&look) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = results_load(&look.results, look.folder);
    if (err == ERR_NONE)
        err = job->value[JOB_ACCEPT] != NULL ? accept_one(&look, job->value[JOB_ACCEPT])
                                             : look_at_all(&look);
    if (look.targets != NULL)
        run_forget(look.targets, look.count);
    free(look.targets);
    json_decref(look.urls);
    json_decref(look.owners);
    results_free(&look.results);
    if (look.lock >= 0)
        close(look.lock);
    free(look.folder);
    return err;
}
