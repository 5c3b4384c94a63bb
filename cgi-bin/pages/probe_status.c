/*
 * probe_status.c: the probe's findings on pages. Contract in probe_status.h.
 */
#include "pages/probe_status.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/typed.h"
#include "base/url.h"
#include "probe/outcome.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds east of UTC, and today there. */
struct place {
    int offset;
    int64_t today;
};

static enum err place_read(const struct page_call *call, const char *zone, struct place *out)
{
    time_t now = clock_now();
    enum err err =
        clock_offset(zone != NULL ? zone : call->settings->site_timezone, now, &out->offset);

    out->today = (now + out->offset) / DAY_SECONDS;
    return err;
}

static const json_t *read_results(const struct page_call *call)
{
    return probe_view_read(&call->reports->probe, call->reports->probe_path, clock_now());
}

bool probe_is_known(const struct page_call *call)
{
    return read_results(call) != NULL;
}

/* --- one address --- */

/* Sets name_suffix. */
static enum err set_word(json_t *probe, const char *name, const char *suffix, const char *word)
{
    char key[24];

    snprintf(key, sizeof key, "%s_%s", name, suffix);
    return json_object_set_new(probe, key, json_string(word)) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Adds name_time, name_on and name_day of a point in time: all three as clocks show it there. */
static enum err add_clock(json_t *probe, const char *name, const char *when,
                          const struct place *place)
{
    struct tm parts = {0};
    char text[21];
    time_t local;
    int64_t ago;
    enum err err;

    if (strptime(when, "%Y-%m-%dT%H:%M:%SZ", &parts) == NULL)
        return ERR_INVALID;
    local = timegm(&parts) + place->offset;
    ago = place->today - local / DAY_SECONDS;
    snprintf(text, sizeof text, "%d:%02d", (int)(local % DAY_SECONDS / 3600),
             (int)(local % 3600 / 60));
    err = set_word(probe, name, "time", text);
    clock_format(local, text);
    text[strlen("2026-11-26")] = '\0';
    if (err == ERR_NONE)
        err = set_word(probe, name, "on", text);
    if (err == ERR_NONE)
        err = set_word(probe, name, "day", ago == 0 ? "today" : ago == 1 ? "yesterday" : "earlier");
    return err;
}

/* The host that a found address leads to. */
static json_t *host_of(const char *address)
{
    struct buffer host = BUFFER_INIT;
    struct url url;
    json_t *out = NULL;

    if (url_parse(&url, address) == ERR_NONE)
        url_host(&host, &url);
    if (host.len > 0)
        out = json_string(buffer_text(&host));
    buffer_free(&host);
    return out != NULL ? out : json_null();
}

/* The finding of an address for its readers; null if there is none. */
static enum err make_probe(const json_t *found, const struct place *place, json_t **out)
{
    enum verdict verdict = verdict_from_word(json_text(found, "verdict"));
    const char *at = json_text(found, "at"), *since = json_text(found, "since");
    enum err err;

    if (found == NULL || verdict == VERDICT_NONE) {
        *out = json_null();
        return ERR_NONE;
    }
    *out = json_pack("{s:s, s:s, s:s, s:s, s:o}", "standing",
                     standing_word(verdict_standing(verdict)), "finding", verdict_word(verdict),
                     "at", at, "since", since, "to", host_of(json_text(found, "to")));
    err = *out != NULL ? add_clock(*out, "at", at, place) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_clock(*out, "since", since, place);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}

/* «Сегодня» ends at midnight. */
static void end_with_today(const struct place *place, struct page_answer *answer)
{
    time_t midnight = (time_t)((place->today + 1) * DAY_SECONDS) - place->offset;

    if (answer->expires == 0 || midnight < answer->expires)
        answer->expires = midnight;
}

enum err probe_add(const struct page_call *call, json_t *logins, const char *zone,
                   struct page_answer *answer)
{
    const json_t *targets = json_object_get(read_results(call), "targets");
    struct place place;
    json_t *login;
    size_t i;
    enum err err = place_read(call, zone, &place);

    json_array_foreach (logins, i, login) {
        json_t *probe = NULL;

        if (err == ERR_NONE)
            err = make_probe(json_object_get(targets, json_text(login, "url")), &place, &probe);
        if (err == ERR_NONE && json_object_set_new(login, "probe", probe) != 0)
            err = ERR_MEMORY;
    }
    if (err == ERR_NONE && targets != NULL)
        end_with_today(&place, answer);
    return err;
}

/* --- what fails now --- */

static bool wants_notice(const json_t *login)
{
    const char *standing = json_text(json_object_get(login, "probe"), "standing");

    return strcmp(standing, "failing") == 0 || strcmp(standing, "suspicious") == 0;
}

static enum err add_failing(json_t *out, json_t *region)
{
    json_t *login;
    size_t i;

    json_array_foreach (json_object_get(region, "logins"), i, login)
        if (wants_notice(login) &&
            json_array_append_new(out, json_pack("{s:O, s:O}", "region", region, "login", login)) !=
                0)
            return ERR_MEMORY;
    return ERR_NONE;
}

enum err probe_failing(const struct page_call *call, struct page_answer *answer, json_t **out)
{
    json_t *document = NULL, *region;
    size_t i;
    enum err err;

    *out = json_array();
    if (*out == NULL)
        return ERR_MEMORY;
    if (read_results(call) == NULL)
        return ERR_NONE;
    err = directory_document(call->directory, "regions", NULL, &document);
    json_array_foreach (json_object_get(document, "regions"), i, region) {
        if (err == ERR_NONE)
            err = probe_add(call, json_object_get(region, "logins"), NULL, answer);
        if (err == ERR_NONE)
            err = add_failing(*out, region);
    }
    json_decref(document);
    return err;
}

/* --- the owner's lists --- */

/* An address in the lists, with all regions that have it. */
struct item {
    json_t *value;
    json_int_t views;
    const char *certificate;
};

static json_int_t views_of(const json_t *visits, const char *iso)
{
    json_t *row;
    size_t i;

    json_array_foreach (visits, i, row)
        if (strcmp(json_text(row, "iso"), iso) == 0)
            return json_number(row, "views");
    return 0;
}

/* Names of the regions that sign in at an address, and how often their pages were opened. */
static json_t *regions_of(const json_t *regions, const char *url, const json_t *visits,
                          json_int_t *views)
{
    json_t *names = json_array(), *region, *login;
    size_t i, n;

    json_array_foreach (regions, i, region)
        json_array_foreach (json_object_get(region, "logins"), n, login)
            if (strcmp(json_text(login, "url"), url) == 0) {
                json_array_append(names, json_object_get(region, "short"));
                *views += views_of(visits, json_text(region, "iso"));
                break;
            }
    return names;
}

static json_t *typed_of(const char *url)
{
    struct buffer typed = BUFFER_INIT;
    json_t *text = typed_address(&typed, url) == ERR_NONE ? json_string(buffer_text(&typed)) : NULL;

    buffer_free(&typed);
    return text;
}

/* Copies what a list shows of a finding. */
static enum err make_item(const char *url, json_t *found, const json_t *regions,
                          const json_t *visits, struct item *out)
{
    static const char *const keys[] = {"cause", "status", "at",           "since",
                                       "to",    "title",  "title_before", "certificate"};
    enum verdict verdict = verdict_from_word(json_text(found, "verdict"));
    int failed = 0;

    out->views = 0;
    out->certificate = json_text(found, "certificate");
    out->value =
        json_pack("{s:s, s:o, s:s, s:s}", "url", url, "typed", typed_of(url), "standing",
                  standing_word(verdict_standing(verdict)), "finding", verdict_word(verdict));
    for (size_t i = 0; out->value != NULL && i < sizeof keys / sizeof keys[0]; i++)
        failed |= json_object_set(out->value, keys[i], json_object_get(found, keys[i]));
    failed |=
        json_object_set_new(out->value, "regions", regions_of(regions, url, visits, &out->views));
    failed |= json_object_set_new(out->value, "views", json_integer(out->views));
    return out->value != NULL && failed == 0 ? ERR_NONE : ERR_MEMORY;
}

static int by_views(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    return (a->views < b->views) - (a->views > b->views);
}

static int by_certificate(const void *left, const void *right)
{
    const struct item *a = left, *b = right;

    return strcmp(a->certificate, b->certificate);
}

static bool is_of_interest(const struct item *item)
{
    enum verdict verdict = verdict_from_word(json_text(item->value, "finding"));

    return verdict != VERDICT_OPENED && verdict != VERDICT_NONE;
}

static bool ends_soon(const struct item *item, const char *limit)
{
    return *item->certificate != '\0' && strcmp(item->certificate, limit) < 0;
}

/* All items of interest, in the order of their visits; those whose certificates end, by that. */
static enum err add_lists(const struct page_call *call, struct item *items, size_t count,
                          json_t *document)
{
    json_t *work = json_object_get(document, "work");
    json_t *certificates = json_object_get(document, "certificates");
    char limit[21];
    json_int_t opened = 0;
    int failed = 0;

    clock_format(clock_now() + (time_t)call->settings->probe_certificate_days * DAY_SECONDS, limit);
    qsort(items, count, sizeof *items, by_views);
    for (size_t i = 0; i < count; i++) {
        opened += verdict_standing(verdict_from_word(json_text(items[i].value, "finding"))) ==
                  STANDING_WORKS;
        if (is_of_interest(&items[i]))
            failed |= json_array_append(work, items[i].value);
    }
    qsort(items, count, sizeof *items, by_certificate);
    for (size_t i = 0; i < count; i++)
        if (ends_soon(&items[i], limit))
            failed |= json_array_append(certificates, items[i].value);
    failed |= json_object_set_new(document, "opened", json_integer(opened));
    return failed == 0 ? ERR_NONE : ERR_MEMORY;
}

static enum err make_lists(const struct page_call *call, const json_t *results,
                           const json_t *regions, const json_t *visits, json_t *document)
{
    json_t *targets = json_object_get(results, "targets"), *found;
    struct item *items = calloc(json_object_size(targets) + 1, sizeof *items);
    const char *url;
    size_t count = 0;
    enum err err = items != NULL ? ERR_NONE : ERR_MEMORY;

    json_object_foreach (targets, url, found)
        if (err == ERR_NONE)
            err = make_item(url, found, regions, visits, &items[count++]);
    if (err == ERR_NONE)
        err = add_lists(call, items, count, document);
    for (size_t i = 0; i < count; i++)
        json_decref(items[i].value);
    free(items);
    return err;
}

enum err probe_work(const struct page_call *call, const json_t *visits, json_t **out)
{
    const json_t *results = read_results(call);
    json_t *blocks = json_object_get(directory_blocks(call->directory), "blocks");
    json_t *document = NULL;
    enum err err = directory_document(call->directory, "regions", NULL, &document);

    *out = json_pack("{s:O?, s:i, s:[], s:[], s:O?}", "at", json_object_get(results, "at"),
                     "opened", 0, "work", "certificates", "blocks", blocks);
    if (*out == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = make_lists(call, results, json_object_get(document, "regions"), visits, *out);
    json_decref(document);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    return err;
}
