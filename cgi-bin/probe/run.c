/*
 * run.c: the plan of one run. Contract in run.h.
 *
 * Each of the few places works on one target at a time: fetch, follow, fetch …; before each fetch
 * it waits until no other place is busy with that host. A host is held during a fetch only, so
 * places cannot wait for each other in a circle.
 */
#include "probe/run.h"
#include "base/clock.h"
#include "base/log.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECENT_HOSTS 256
#define WAIT_MS      50 /* a place that waits for a host or a retry is looked at so often */
/* So many targets in a row that nothing was reached of, before anything was, and we stop. */
#define HOPELESS 16

/* How far a target is. */
struct progress {
    enum { WAITING, AT_WORK, FINISHED } state;
    char *host; /* NULL: the address cannot be fetched, which its fetch tells */
    int tries;
    int64_t due; /* not before that */
};

struct place {
    struct fetch *fetch;
    struct probe_target *target; /* NULL: free */
    struct progress *progress;
    bool fetching;
    int64_t deadline;
    char *url; /* of the fetch under way, or to come */
    char host[FETCH_HOST_SIZE];
    struct chain chain;
    bool mixed; /* a redirect to another host was not for good */
};

struct run {
    const struct run_rules *rules;
    struct probe_target *targets;
    struct progress *progress;
    size_t count, first; /* first: none before it waits */
    struct fetcher *fetcher;
    struct place places[RUN_AT_ONCE];
    struct {
        char host[FETCH_HOST_SIZE];
        int64_t until;
    } recent[RECENT_HOSTS];
    size_t next_recent;
    size_t tried, reached;
};

/* --- hosts --- */

static const char *bare(const char *host)
{
    return strncmp(host, "www.", 4) == 0 ? host + 4 : host;
}

static bool same_host(const char *a, const char *b)
{
    return strcmp(bare(a), bare(b)) == 0;
}

static bool is_busy(const struct run *run, const char *host)
{
    int64_t now = clock_monotonic_ms();

    for (int i = 0; i < run->rules->parallel; i++)
        if (run->places[i].fetching && strcmp(run->places[i].host, host) == 0)
            return true;
    for (size_t i = 0; i < RECENT_HOSTS; i++)
        if (run->recent[i].until > now && strcmp(run->recent[i].host, host) == 0)
            return true;
    return false;
}

static void leave_host(struct run *run, const char *host)
{
    size_t len = strnlen(host, FETCH_HOST_SIZE - 1);

    memmove(run->recent[run->next_recent].host, host, len); /* it may be one of ours */
    run->recent[run->next_recent].host[len] = '\0';
    run->recent[run->next_recent].until = clock_monotonic_ms() + run->rules->pause_ms;
    run->next_recent = (run->next_recent + 1) % RECENT_HOSTS;
}

/* --- one target --- */

static void keep_finding(const struct run *run, const struct place *place,
                         const struct fetch_answer *answer)
{
    struct finding *finding = &place->target->finding;
    struct chain chain = place->chain;

    chain.last = answer->hop;
    chain.permanent = chain.permanent && !place->mixed;
    chain.new_title = place->target->title_before != NULL &&
                      title_is_other(place->target->title_before, answer->title);
    chain.expires_by = run->rules->expires_by;
    free(finding->to);
    *finding = (struct finding){.verdict = outcome_of(&chain),
                                .end = answer->hop.end,
                                .status = answer->hop.status,
                                .certificate = answer->hop.certificate,
                                .to = chain.redirects > 0 ? strdup(place->url) : NULL};
    memcpy(finding->title, answer->title, sizeof finding->title);
}

/* The target is done with, or waits for another try. */
static void end_target(struct run *run, struct place *place)
{
    struct progress *progress = place->progress;
    enum verdict verdict = place->target->finding.verdict;

    if (progress->tries == 0) {
        run->tried++;
        run->reached += !verdict_is_unreached(verdict);
    }
    progress->tries++;
    progress->state =
        verdict_needs_proof(verdict) && progress->tries <= run->rules->retries ? WAITING : FINISHED;
    progress->due = clock_monotonic_ms() + run->rules->retry_ms;
    place->target = NULL;
    free(place->url);
    place->url = NULL;
}

static void note_redirect(const struct run *run, struct place *place, const char *host, bool https,
                          bool permanent)
{
    char first[FETCH_HOST_SIZE];
    bool first_https, elsewhere;
    int port;

    if (fetch_split(place->target->url, first, &first_https, &port) != ERR_NONE)
        return;
    elsewhere = !same_host(host, place->host) || (https && strncmp(place->url, "http:", 5) == 0);
    if (elsewhere && permanent)
        place->chain.permanent = true;
    if (elsewhere && !permanent)
        place->mixed = true;
    place->chain.other_host = !same_host(first, host);
    place->chain.other_owner =
        !run->rules->same_owner(run->rules->context, first, host) &&
        (place->target->owner_before == NULL ||
         !run->rules->same_owner(run->rules->context, place->target->owner_before, host));
}

/* Takes the next step of a chain; false if it ends here. */
static bool follow(const struct run *run, struct place *place, const struct fetch_answer *answer)
{
    char host[FETCH_HOST_SIZE];
    bool https = false;
    int port;
    char *url;

    if (answer->redirect == NULL || answer->hop.wall)
        return false;
    if (place->chain.redirects == RUN_REDIRECTS) {
        place->chain.endless = true;
        return false;
    }
    url = strdup(answer->redirect);
    if (url == NULL)
        return false;
    place->chain.redirects++;
    /* What cannot be fetched is tried all the same, and tells so. */
    if (fetch_split(url, host, &https, &port) == ERR_NONE) {
        note_redirect(run, place, host, https, answer->permanent);
        memcpy(place->host, host, sizeof host);
    }
    free(place->url);
    place->url = url;
    return true;
}

static void take_target(struct run *run, struct place *place, size_t index)
{
    place->target = &run->targets[index];
    place->progress = &run->progress[index];
    place->progress->state = AT_WORK;
    place->deadline = clock_monotonic_ms() + run->rules->whole_ms;
    place->url = strdup(place->target->url);
    memset(&place->chain, 0, sizeof place->chain);
    place->mixed = false;
    snprintf(place->host, sizeof place->host, "%s",
             place->progress->host != NULL ? place->progress->host : "");
    fetch_forget(place->fetch);
}

/* --- the plan --- */

/* A target whose time has come and whose host is free; count if there is none. */
static size_t next_target(struct run *run)
{
    int64_t now = clock_monotonic_ms();

    while (run->first < run->count && run->progress[run->first].state == FINISHED)
        run->first++;
    for (size_t i = run->first; i < run->count; i++) {
        const struct progress *progress = &run->progress[i];

        if (progress->state == WAITING && progress->due <= now &&
            (progress->host == NULL || !is_busy(run, progress->host)))
            return i;
    }
    return run->count;
}

/* Begins the fetch that a place is about to make, if nobody is busy with its host. */
static void start(struct run *run, struct place *place)
{
    if (place->fetching || place->target == NULL || is_busy(run, place->host))
        return;
    if (place->url == NULL) { /* no memory */
        end_target(run, place);
        return;
    }
    fetch_start(place->fetch, place->url, place->deadline);
    place->fetching = true;
}

static void look_at(struct run *run, struct place *place)
{
    const struct fetch_answer *answer;

    if (place->fetching && fetch_is_done(place->fetch)) {
        place->fetching = false;
        leave_host(run, place->host);
        answer = fetch_answer(place->fetch);
        if (!follow(run, place, answer)) {
            keep_finding(run, place, answer);
            end_target(run, place);
        }
    }
    if (place->target == NULL) {
        size_t index = next_target(run);

        if (index < run->count)
            take_target(run, place, index);
    }
    start(run, place);
}

static bool is_over(const struct run *run)
{
    for (int i = 0; i < run->rules->parallel; i++)
        if (run->places[i].target != NULL)
            return false;
    for (size_t i = run->first; i < run->count; i++)
        if (run->progress[i].state != FINISHED)
            return false;
    return true;
}

static bool is_hopeless(const struct run *run)
{
    return run->reached == 0 && run->tried >= HOPELESS;
}

/* --- the whole --- */

static enum err note_hosts(struct run *run)
{
    char host[FETCH_HOST_SIZE];
    bool https;
    int port;

    run->progress = calloc(run->count + 1, sizeof *run->progress);
    if (run->progress == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < run->count; i++)
        if (fetch_split(run->targets[i].url, host, &https, &port) == ERR_NONE &&
            (run->progress[i].host = strdup(host)) == NULL)
            return ERR_MEMORY;
    return ERR_NONE;
}

static enum err open_run(struct run *run)
{
    enum err err = fetcher_new(&run->fetcher, &run->rules->fetch);

    if (err == ERR_NONE)
        err = note_hosts(run);
    for (int i = 0; i < run->rules->parallel && err == ERR_NONE; i++)
        err = fetch_new(&run->places[i].fetch, run->fetcher);
    return err;
}

static void close_run(struct run *run)
{
    for (int i = 0; i < RUN_AT_ONCE; i++) {
        fetch_free(run->places[i].fetch);
        free(run->places[i].url);
    }
    fetcher_free(run->fetcher);
    for (size_t i = 0; run->progress != NULL && i < run->count; i++)
        free(run->progress[i].host);
    free(run->progress);
}

enum err run_probe(const struct run_rules *rules, struct probe_target *targets, size_t count,
                   bool *down)
{
    struct run *run = calloc(1, sizeof *run);
    enum err err;

    *down = false;
    if (run == NULL)
        return ERR_MEMORY;
    run->rules = rules;
    run->targets = targets;
    run->count = count;
    err = open_run(run);
    while (err == ERR_NONE && !is_hopeless(run)) {
        for (int i = 0; i < rules->parallel; i++)
            look_at(run, &run->places[i]);
        if (is_over(run))
            break;
        err = fetcher_wait(run->fetcher, WAIT_MS);
    }
    *down = err == ERR_NONE && count > 0 && run->reached == 0;
    close_run(run);
    free(run);
    return err;
}

void run_forget(struct probe_target *targets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(targets[i].finding.to);
        targets[i].finding.to = NULL;
    }
}
