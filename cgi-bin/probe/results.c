/*
 * results.c: from findings to what is known. Contract in results.h.
 */
#include "probe/results.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sealed.h"
#include <stdlib.h>
#include <string.h>

/* From so many addresses on that worked before, more than half of them unreached is our fault. */
#define UNSURE_FROM 4

static const struct sealed_kind results_kind = {"vhod-probe", 1, 32 * 1024 * 1024};
static const struct sealed_kind history_kind = {"vhod-probe-history", 1, 64 * 1024 * 1024};

/* --- reading --- */

static bool is_time(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) == 20;
}

static bool is_time_or_null(const json_t *value)
{
    return json_is_null(value) || is_time(value);
}

static bool is_text_or_null(const json_t *value)
{
    return json_is_null(value) || json_is_string(value);
}

static bool is_failing(const json_t *failing)
{
    return json_is_null(failing) ||
           (verdict_from_word(json_text(failing, "verdict")) != VERDICT_NONE &&
            json_is_string(json_object_get(failing, "cause")) &&
            json_is_integer(json_object_get(failing, "status")) &&
            json_is_integer(json_object_get(failing, "count")) &&
            is_time(json_object_get(failing, "since")));
}

static bool is_target(const json_t *target)
{
    const char *word = json_string_value(json_object_get(target, "verdict"));

    return word != NULL && strcmp(word, verdict_word(verdict_from_word(word))) == 0 &&
           json_is_string(json_object_get(target, "cause")) &&
           json_is_integer(json_object_get(target, "status")) &&
           is_time(json_object_get(target, "since")) && is_time(json_object_get(target, "at")) &&
           is_text_or_null(json_object_get(target, "to")) &&
           json_is_string(json_object_get(target, "title")) &&
           is_time_or_null(json_object_get(target, "certificate")) &&
           is_text_or_null(json_object_get(target, "title_before")) &&
           is_text_or_null(json_object_get(target, "owner_before")) &&
           is_failing(json_object_get(target, "failing"));
}

enum err results_read(const char *path, json_t **out)
{
    json_t *target, *targets;
    const char *url;
    void *next;
    enum err err = sealed_read(path, &results_kind, out);

    if (err != ERR_NONE)
        return err;
    targets = json_object_get(*out, "targets");
    if (!is_time(json_object_get(*out, "at")) || !json_is_object(targets)) {
        log_error("%s: no results of a probe; it is ignored", path);
        json_decref(*out);
        *out = NULL;
        return ERR_INVALID;
    }
    json_object_foreach_safe(targets, next, url, target)
    {
        if (is_target(target))
            continue;
        log_error("%s: what it says of %s is malformed and left out", path, url);
        json_object_del(targets, url);
    }
    return ERR_NONE;
}

/* Reads the results; what is not there or damaged becomes empty. */
static enum err load_targets(struct results *out, const char *path)
{
    json_t *document = NULL;
    enum err err = path != NULL ? results_read(path, &document) : ERR_MEMORY;

    if (err == ERR_NONE)
        out->targets = json_incref(json_object_get(document, "targets"));
    else if (err == ERR_NOT_FOUND || err == ERR_INVALID)
        out->targets = json_object();
    json_decref(document);
    if (out->targets == NULL)
        return err == ERR_NONE || err == ERR_NOT_FOUND || err == ERR_INVALID ? ERR_MEMORY : err;
    return ERR_NONE;
}

static enum err load_history(struct results *out, const char *path)
{
    enum err err = path != NULL ? sealed_read(path, &history_kind, &out->history) : ERR_MEMORY;

    if (err == ERR_NONE && !json_is_object(out->history)) {
        json_decref(out->history);
        err = ERR_INVALID;
    }
    if (err == ERR_NOT_FOUND || err == ERR_INVALID)
        out->history = json_object();
    else if (err != ERR_NONE)
        return err;
    return out->history != NULL ? ERR_NONE : ERR_MEMORY;
}

enum err results_load(struct results *out, const char *folder)
{
    char *results = file_path(folder, RESULTS_FILE, NULL);
    char *history = file_path(folder, RESULTS_HISTORY_FILE, NULL);
    enum err err;

    *out = (struct results){NULL, NULL};
    err = load_targets(out, results);
    if (err == ERR_NONE)
        err = load_history(out, history);
    if (err != ERR_NONE)
        results_free(out);
    free(results);
    free(history);
    return err;
}

void results_free(struct results *results)
{
    json_decref(results->targets);
    json_decref(results->history);
    *results = (struct results){NULL, NULL};
}

void results_brief(const struct results *results, struct probe_target *target)
{
    const json_t *known = json_object_get(results->targets, target->url);

    target->title_before = json_string_value(json_object_get(known, "title_before"));
    target->owner_before = json_string_value(json_object_get(known, "owner_before"));
}

/* --- one finding --- */

static json_t *time_or_null(time_t when)
{
    char text[21];

    if (when == 0)
        return json_null();
    clock_format(when, text);
    return json_string(text);
}

static json_t *new_target(const char *now)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s, s:n, s:s, s:n, s:n, s:n, s:n}", "verdict",
                     verdict_word(VERDICT_NONE), "cause", "", "status", 0, "since", now, "at", now,
                     "to", "title", "", "certificate", "title_before", "owner_before", "failing");
}

static enum err set(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Writes the verdict of a finding, and since when. A title is taken for right when it is the first
 * one seen on a page that works. */
static enum err publish(json_t *target, const struct finding *finding, const char *now,
                        const char *since)
{
    enum verdict before = verdict_from_word(json_text(target, "verdict"));
    bool works = verdict_standing(finding->verdict) == STANDING_WORKS;
    int failed = 0;

    if (before != finding->verdict)
        failed |= json_object_set_new(target, "since", json_string(since));
    failed |= json_object_set_new(target, "verdict", json_string(verdict_word(finding->verdict)));
    failed |= json_object_set_new(target, "cause", json_string(hop_end_word(finding->end)));
    failed |= json_object_set_new(target, "status", json_integer(finding->status));
    failed |= json_object_set_new(target, "at", json_string(now));
    failed |= json_object_set_new(target, "to",
                                  finding->to != NULL ? json_string(finding->to) : json_null());
    if (finding->status != 0) {
        failed |= json_object_set_new(target, "title", json_string(finding->title));
        failed |= json_object_set_new(target, "certificate", time_or_null(finding->certificate));
    }
    if (works && *finding->title != '\0')
        failed |= json_object_set_new(target, "title_before", json_string(finding->title));
    return failed == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Seconds from one such time to another, both as texts of clock_format. */
static long seconds_between(const char *from, const char *to)
{
    struct tm parts[2] = {{0}, {0}};

    if (strptime(from, "%Y-%m-%dT%H:%M:%SZ", &parts[0]) == NULL ||
        strptime(to, "%Y-%m-%dT%H:%M:%SZ", &parts[1]) == NULL)
        return 0;
    return (long)(timegm(&parts[1]) - timegm(&parts[0]));
}

/* Notes a failure that does not count yet; true if it does by now. */
static enum err note_failure(json_t *target, const struct finding *finding, const char *now,
                             long patience, bool *counts)
{
    json_t *failing = json_object_get(target, "failing");
    json_int_t count = json_integer_value(json_object_get(failing, "count"));
    const char *since = count > 0 ? json_text(failing, "since") : now;
    json_t *noted;

    *counts = count > 0 && seconds_between(since, now) >= patience;
    noted = json_pack("{s:s, s:s, s:i, s:s, s:I}", "verdict", verdict_word(finding->verdict),
                      "cause", hop_end_word(finding->end), "status", (int)finding->status, "since",
                      since, "count", count + 1);
    return set(target, "failing", noted);
}

/* A finding that needs proof. Between two kinds of failing, "since" stays: it failed all the time.
 */
static enum err take_failure(json_t *target, const struct finding *finding, const char *now,
                             long patience)
{
    enum verdict before = verdict_from_word(json_text(target, "verdict"));
    bool counts, was = verdict_needs_proof(before);
    enum err err = note_failure(target, finding, now, patience, &counts);
    char since[21];

    if (err != ERR_NONE || (!counts && !was))
        return err;
    memcpy(since,
           was ? json_text(target, "since")
               : json_text(json_object_get(target, "failing"), "since"),
           20);
    since[20] = '\0';
    return publish(target, finding, now, since);
}

static enum err take_one(struct results *results, const struct probe_target *target,
                         const char *now, long patience, bool unsure)
{
    json_t *known = json_object_get(results->targets, target->url);
    const struct finding *finding = &target->finding;
    enum err err = ERR_NONE;

    if (known == NULL) {
        known = new_target(now);
        err = set(results->targets, target->url, known);
    }
    if (err != ERR_NONE || finding->verdict == VERDICT_NONE)
        return err;
    if (verdict_needs_proof(finding->verdict))
        return unsure && verdict_is_unreached(finding->verdict)
                   ? ERR_NONE
                   : take_failure(known, finding, now, patience);
    err = set(known, "failing", json_null());
    return err == ERR_NONE ? publish(known, finding, now, now) : err;
}

/* --- all of them --- */

/* True if most of those that worked were not reached in this run. */
static bool is_unsure(const struct results *results, const struct probe_target *targets,
                      size_t count)
{
    size_t worked = 0, lost = 0;

    for (size_t i = 0; i < count; i++) {
        const json_t *known = json_object_get(results->targets, targets[i].url);
        enum verdict before = verdict_from_word(json_text(known, "verdict"));

        if (verdict_is_unreached(before))
            continue;
        worked++;
        lost += verdict_is_unreached(targets[i].finding.verdict);
    }
    return worked >= UNSURE_FROM && lost * 2 > worked;
}

/* Appends to the list of an address, or makes its last span longer. */
static enum err remember(json_t *history, const char *url, const char *verdict, const char *now)
{
    json_t *spans = json_object_get(history, url), *last;

    if (!json_is_array(spans)) {
        spans = json_array();
        if (set(history, url, spans) != ERR_NONE)
            return ERR_MEMORY;
    }
    last = json_array_get(spans, json_array_size(spans) - 1);
    if (last != NULL && json_is_string(json_array_get(last, 0)) &&
        strcmp(json_string_value(json_array_get(last, 0)), verdict) == 0)
        return json_array_set_new(last, 2, json_string(now)) == 0 ? ERR_NONE : ERR_MEMORY;
    last = json_pack("[s, s, s]", verdict, now, now);
    return json_array_append_new(spans, last) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Drops the spans that ended before that day, and lists that are empty then. */
static void prune_history(json_t *history, time_t now)
{
    char oldest[21];
    const char *url;
    json_t *spans;
    void *next;

    clock_format(now - (time_t)RESULTS_HISTORY_DAYS * DAY_SECONDS, oldest);
    json_object_foreach_safe(history, next, url, spans)
    {
        while (json_array_size(spans) > 0) {
            const char *to = json_string_value(json_array_get(json_array_get(spans, 0), 2));

            if (to != NULL && strcmp(to, oldest) >= 0)
                break;
            json_array_remove(spans, 0);
        }
        if (json_array_size(spans) == 0)
            json_object_del(history, url);
    }
}

/* Forgets what is not among the targets any more. */
static enum err prune_targets(struct results *results, const struct probe_target *targets,
                              size_t count)
{
    json_t *kept = json_object();

    for (size_t i = 0; kept != NULL && i < count; i++) {
        json_t *known = json_object_get(results->targets, targets[i].url);

        if (known != NULL && json_object_set(kept, targets[i].url, known) != 0) {
            json_decref(kept);
            kept = NULL;
        }
    }
    if (kept == NULL)
        return ERR_MEMORY;
    json_decref(results->targets);
    results->targets = kept;
    return ERR_NONE;
}

enum err results_take(struct results *results, const struct probe_target *targets, size_t count,
                      time_t now, long patience, bool *unsure)
{
    enum err err = ERR_NONE;
    char time[21];

    clock_format(now, time);
    *unsure = is_unsure(results, targets, count);
    for (size_t i = 0; i < count && err == ERR_NONE; i++) {
        const json_t *known;

        err = take_one(results, &targets[i], time, patience, *unsure);
        known = json_object_get(results->targets, targets[i].url);
        if (err == ERR_NONE && verdict_from_word(json_text(known, "verdict")) != VERDICT_NONE)
            err = remember(results->history, targets[i].url, json_text(known, "verdict"), time);
    }
    prune_history(results->history, now);
    return err == ERR_NONE ? prune_targets(results, targets, count) : err;
}

enum err results_accept(struct results *results, const char *url)
{
    json_t *known = json_object_get(results->targets, url);

    if (known == NULL)
        return ERR_NOT_FOUND;
    if (json_object_set(known, "title_before", json_object_get(known, "title")) != 0 ||
        json_object_set(known, "owner_before", json_object_get(known, "to")) != 0)
        return ERR_MEMORY;
    return set(known, "failing", json_null());
}

/* --- writing --- */

static enum err save(const char *folder, const char *name, const struct sealed_kind *kind,
                     const json_t *body)
{
    char *path = file_path(folder, name, NULL);
    enum err err = path != NULL ? sealed_write(path, kind, body) : ERR_MEMORY;

    free(path);
    return err;
}

enum err results_save(const struct results *results, const char *folder, time_t now)
{
    char time[21];
    json_t *document;
    enum err err = file_make_folder(folder);

    if (err != ERR_NONE)
        return err;
    clock_format(now, time);
    document = json_pack("{s:s, s:O}", "at", time, "targets", results->targets);
    if (document == NULL)
        return ERR_MEMORY;
    /* History first: should we be killed between the two, the next run makes a span longer that is
     * there already. */
    err = save(folder, RESULTS_HISTORY_FILE, &history_kind, results->history);
    if (err == ERR_NONE)
        err = save(folder, RESULTS_FILE, &results_kind, document);
    json_decref(document);
    return err;
}
