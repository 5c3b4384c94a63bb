/*
 * health.c: for load balancers and monitors: which snapshot is served, and whether views can be
 * recorded, by all programs of this machine. Without a snapshot the loop itself answers 503 before
 * any page is asked; that is all that takes a machine out. Views that cannot be counted are a
 * warning, and the answer stays 200: readers are served as before, and a balancer that took the
 * machine out would turn a fault of the statistics into one of the site.
 */
#include "base/clock.h"
#include "base/settings.h"
#include "pages/pages.h"
#include "pages/routes.h"
#include "web/figures.h"
#include <stdlib.h>
#include <unistd.h>

/* What all programs have written and lost. One that has no figures has none to add; *known: false
 * if there are some that cannot be read. */
static enum err read_figures(const struct settings *settings, struct figures_counts *sum,
                             bool *known)
{
    char *folder = settings_metrics_folder(settings);
    enum err err = folder != NULL ? ERR_NONE : ERR_MEMORY;
    struct figures_counts counts;

    *sum = (struct figures_counts){.since = 0};
    for (const struct routes_program *p = routes_programs; p->name != NULL && err == ERR_NONE;
         p++) {
        err = figures_read(&counts, folder, p->name, p->routes);
        if (err == ERR_NONE)
            figures_add_journal(sum, &counts);
        *known = *known && err != ERR_SYSTEM;
        if (err != ERR_MEMORY)
            err = ERR_NONE;
    }
    free(folder);
    return err;
}

/* Where nothing was written yet, the rights of the folder say something all the same. */
static enum err judge_journal(const struct settings *settings, const struct figures_counts *sum,
                              bool *writable)
{
    char *folder = settings_state_file(settings, "journal");

    if (folder == NULL)
        return ERR_MEMORY;
    *writable = access(folder, W_OK | X_OK) == 0 && !figures_are_losing(sum);
    free(folder);
    return ERR_NONE;
}

/* UTC time, or null for none. */
static json_t *make_time(uint64_t when)
{
    char text[21];

    if (when == 0)
        return json_null();
    clock_format((time_t)when, text);
    return json_string(text);
}

/* Beside the snapshot, where nothing can be known of the journal. */
static json_t *describe_unknown(void)
{
    return json_pack("{s:s, s:s, s:n, s:n, s:n, s:n}", "status", "warn", "journal", "unknown",
                     "written", "last_lost", "lost", "since");
}

/* What is said beside the snapshot. */
static json_t *describe(const struct figures_counts *sum, bool writable)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:I, s:o}", "status", writable ? "pass" : "warn",
                     "journal", writable ? "ok" : "not writable", "written",
                     make_time(sum->written_ms / 1000), "last_lost", make_time(sum->lost_ms / 1000),
                     "lost", (json_int_t)sum->lost, "since", make_time(sum->since));
}

static enum err make_health(const struct page_call *call, struct page_answer *answer)
{
    struct figures_counts sum;
    bool writable = false, known = true;
    json_t *more = NULL;
    enum err err = directory_document(call->directory, "health", NULL, &answer->document);

    if (err == ERR_NONE)
        err = read_figures(call->settings, &sum, &known);
    if (err == ERR_NONE)
        err = judge_journal(call->settings, &sum, &writable);
    if (err == ERR_NONE)
        more = known ? describe(&sum, writable) : describe_unknown();
    if (err == ERR_NONE && (more == NULL || json_object_update(answer->document, more) != 0))
        err = ERR_MEMORY;
    json_decref(more);
    return err;
}

const struct page page_health = {.make = make_health};
