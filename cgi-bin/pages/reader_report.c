/*
 * reader_report.c: taking a report: POST /report, with a choice from a closed list about one page,
 * and the pages that say thank you. No free text, nothing about who sends it. A robot is let
 * believe that all went well, and is not counted: it has filled a field that people do not see, or
 * has no token of the page.
 */
#include "pages/reader_report.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "pages/pages.h"
#include "pages/reader_case.h"
#include "probe/results.h"
#include "view/decorate.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- what a program keeps --- */

enum err reports_open(struct reports *reports, const struct settings *settings)
{
    reports->key_path = settings_state_file(settings, "report.key");
    reports->recent_path = settings_state_file(settings, RECENT_FILE);
    reports->probe_path = settings_state_file(settings, RESULTS_FOLDER "/" RESULTS_FILE);
    if (reports->key_path == NULL || reports->recent_path == NULL || reports->probe_path == NULL)
        return ERR_MEMORY;
    /* Now, because a program that serves cannot make files any more (web/confine.h). */
    if (access(settings->path_state, F_OK) == 0)
        (void)reports_key(reports);
    return report_limit_open(&reports->limit, settings->path_state);
}

void reports_close(struct reports *reports)
{
    free(reports->key_path);
    free(reports->recent_path);
    recent_view_free(&reports->recent);
    report_limit_close(reports->limit);
    free(reports->probe_path);
    probe_view_free(&reports->probe);
    *reports = (struct reports){.key_path = NULL};
}

const struct report_key *reports_key(struct reports *reports)
{
    if (!reports->have_key)
        reports->have_key =
            report_key_retry(&reports->key, reports->key_path, &reports->failure) == ERR_NONE;
    return reports->have_key ? &reports->key : NULL;
}

long reports_failing(struct reports *reports, const char *iso)
{
    time_t now = clock_now();
    long count = recent_count(&reports->recent, reports->recent_path, iso, now);
    long usual =
        count >= REPORTS_SHOWN ? recent_usual(&reports->recent, reports->recent_path, iso, now) : 0;

    return count >= REPORTS_SHOWN + usual / REPORTS_VIEWS_A_DAY ? count : 0;
}

/* --- the form --- */

/* The address to come back to: the page's path, with the region that a guide is shown for. */
static json_t *place_of(const char *path, const json_t *view)
{
    struct buffer place = BUFFER_INIT;
    const char *iso = json_string_value(json_object_get(json_object_get(view, "region"), "iso"));
    json_t *text;

    buffer_puts(&place, path);
    if (iso != NULL)
        buffer_printf(&place, "?region=%s", iso);
    text = buffer_failed(&place) ? NULL : json_string(buffer_text(&place));
    buffer_free(&place);
    return text;
}

enum err reports_add(struct reports *reports, enum topic topic, json_t *view, time_t *changes)
{
    const char *path = json_string_value(json_object_get(view, "url_path"));
    const struct report_key *key = reports_key(reports);
    char token[DIGEST_HEX_SIZE];
    json_t *decorated = NULL;
    time_t now = clock_now();
    json_t *report;
    enum err err;

    *changes = report_token_expires(now);
    if (key == NULL || path == NULL)
        return ERR_NONE;
    report_token(key, path + 1, now, token);
    report = json_pack("{s:s, s:o, s:s}", "topic", topic_word(topic), "page", place_of(path, view),
                       "token", token);
    err = report != NULL ? decorate_document(report, "", &decorated) : ERR_MEMORY;
    json_decref(report);
    if (err == ERR_NONE && json_object_set_new(view, "report", decorated) != 0)
        err = ERR_MEMORY;
    return err;
}

/* --- taking one --- */

/* Path of a place without its query, without the slash in front: "guide/epos-link". "" if it is no
 * page that reports are about. */
static void page_of(const char *place, char out[static EVENT_ID_MAX])
{
    const char *id;
    size_t len = strcspn(place, "?");

    out[0] = '\0';
    if (len >= EVENT_ID_MAX)
        return;
    memcpy(out, place, len);
    out[len] = '\0';
    if (topic_of(out, &id) == TOPIC_NONE)
        out[0] = '\0';
    else
        memmove(out, out + 1, len);
}

static enum err set_event(struct page_answer *answer, const char *page, const char *choice)
{
    struct buffer id = BUFFER_INIT;

    buffer_printf(&id, "%s %s", page, choice);
    if (buffer_failed(&id))
        return ERR_MEMORY;
    event_set(&answer->event, answer->event.kind, buffer_text(&id));
    buffer_free(&id);
    return ERR_NONE;
}

/* On to a page that may be loaded again without sending the report twice. choice: NULL or one of
 * the form's. */
static enum err go_on(struct page_answer *answer, const char *to, const char *place,
                      const char *choice)
{
    struct buffer location = BUFFER_INIT;

    buffer_puts(&location, to);
    buffer_puts(&location, "?page=");
    url_encode(&location, place, strlen(place));
    if (choice != NULL)
        buffer_printf(&location, "&choice=%s", choice);
    answer->status = STATUS_SEE_OTHER;
    answer->location = buffer_take(&location);
    return answer->location != NULL ? ERR_NONE : ERR_MEMORY;
}

static enum err make_report(const struct page_call *call, struct page_answer *answer)
{
    const char *const *value = call->values->value;
    const char *place = value[0], *choice = value[1], *token = value[2], *trap = value[3];
    const struct report_key *key = reports_key(call->reports);
    char page[EVENT_ID_MAX];
    enum err err;

    page_of(place, page);
    if (*page == '\0' || !report_is_choice(page, choice)) {
        answer->status = STATUS_BAD_REQUEST;
        return ERR_NONE;
    }
    if (key == NULL)
        return ERR_BUSY;
    if ((trap != NULL && *trap) || token == NULL ||
        !report_token_valid(key, page, token, clock_now())) {
        answer->event.kind = EVENT_NONE;
        return go_on(answer, "/report/again", place, NULL);
    }
    if (!report_limit_take(call->reports->limit, call->request->network, page, clock_now())) {
        answer->event.kind = EVENT_NONE; /* said before: thanks all the same */
        return go_on(answer, "/report/thanks", place, choice);
    }
    err = set_event(answer, page, choice);
    return err == ERR_NONE ? go_on(answer, "/report/thanks", place, choice) : err;
}

/* Adds the region of a region's page: its "troubles" are what may be the matter. */
static enum err add_region(const struct page_call *call, struct page_answer *answer,
                           const char *page)
{
    static const char folder[] = "region/";
    struct reader_case reader;
    json_t *region = NULL;
    enum err err;

    if (strncmp(page, folder, sizeof folder - 1) != 0)
        return ERR_NONE;
    err = case_read(call, answer, page + sizeof folder - 1, false, &reader);
    if (err == ERR_NONE) {
        const struct directory_value values[] = {
            {":iso", reader.iso, 0}, {":today", reader.day, 0}, {NULL, NULL, 0}};

        err = directory_document(call->directory, "region", values, &region);
    }
    if (err == ERR_NOT_FOUND) /* a page that never was: nothing to add */
        return ERR_NONE;
    if (err == ERR_NONE && json_object_update_missing(answer->document, region) != 0)
        err = ERR_MEMORY;
    json_decref(region);
    return err;
}

/* What both closing pages need: the way back, and after a report what to do next. A place that is
 * none leads to the front page. */
static enum err make_closing(const struct page_call *call, struct page_answer *answer)
{
    const char *choice = call->values->value[1];
    const char *place = call->values->value[0] != NULL ? call->values->value[0] : "";
    char page[EVENT_ID_MAX];

    page_of(place, page);
    answer->document = json_pack("{s:s, s:b, s:s}", "place", *page ? place : "/", "again",
                                 strcmp(call->request->path, "/report/again") == 0, "choice",
                                 choice != NULL && report_is_choice(page, choice) ? choice : "");
    return answer->document != NULL ? add_region(call, answer, page) : ERR_MEMORY;
}

const struct page page_report = {.make = make_report};
const struct page page_report_closing = {.make = make_closing,
                                         .templates = {[REP_HTML] = "pages/reported"}};
