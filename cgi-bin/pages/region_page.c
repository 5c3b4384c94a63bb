/*
 * region_page.c: everything about one region: its page, the redirect to its sign-in address, and
 * its plate code as an address.
 */
#include "pages/region_page.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "pages/contacts.h"
#include "pages/pages.h"
#include "pages/probe_status.h"
#include "pages/reader_case.h"
#include <stdint.h>
#include <string.h>

#define QUESTIONS_SHOWN                                                                            \
    8 /* those about the region's own portals come first; the list has the rest */

char *region_path(const char *iso)
{
    struct buffer path = BUFFER_INIT;

    buffer_puts(&path, "/region/");
    buffer_puts(&path, iso);
    return buffer_take(&path);
}

static enum err redirect_to_region(struct page_answer *answer, enum status status, const char *iso)
{
    answer->status = status;
    answer->location = iso != NULL ? region_path(iso) : NULL;
    answer->event.kind = EVENT_NONE; /* the region's own page counts */
    return answer->location != NULL ? ERR_NONE : ERR_MEMORY;
}

/* Adds "reports": {fails}, or null below what is shown. The figure grows old, so the page does too.
 */
static enum err add_reports(const struct page_call *call, struct page_answer *answer,
                            json_t *region, const char *iso)
{
    long fails = reports_failing(call->reports, iso);
    json_t *reports = fails > 0 ? json_pack("{s:I}", "fails", (json_int_t)fails) : json_null();
    time_t stale = clock_now() + REPORTS_SECONDS;

    if (answer->expires == 0 || stale < answer->expires)
        answer->expires = stale;
    return json_object_set_new(region, "reports", reports) == 0 ? ERR_NONE : ERR_MEMORY;
}

enum err region_load(const struct page_call *call, struct page_answer *answer, const char *iso,
                     json_t **out)
{
    struct reader_case reader;
    enum err err = case_read(call, answer, iso, false, &reader);
    const struct directory_value values[] = {
        {":iso", iso, 0}, {":today", reader.day, 0}, {NULL, NULL, 0}};

    if (err == ERR_NONE)
        err = directory_document(call->directory, "region", values, out);
    if (err == ERR_NONE)
        err = contacts_add_clock(call, json_object_get(*out, "contacts"),
                                 json_string_value(json_object_get(*out, "timezone")), answer);
    if (err == ERR_NONE)
        err = add_reports(call, answer, *out, iso);
    if (err == ERR_NONE)
        err = probe_add(call, json_object_get(*out, "logins"),
                        json_string_value(json_object_get(*out, "timezone")), answer);
    if (err == ERR_NONE &&
        json_object_set_new(*out, "probed", json_boolean(probe_is_known(call))) != 0)
        err = ERR_MEMORY;
    return err;
}

static enum err make_region(const struct page_call *call, struct page_answer *answer)
{
    const char *iso = call->values->value[0];

    event_set(&answer->event, answer->event.kind, iso);
    return region_load(call, answer, iso, &answer->document);
}

/* Instead of all questions the first ones, "question_count" and "more_questions". */
static enum err dress_region(const json_t *document, json_t **out)
{
    const json_t *all = json_object_get(document, "questions");
    json_t *item, *shown = json_array();
    enum err err = shown != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (all, i, item) {
        if (i < QUESTIONS_SHOWN && err == ERR_NONE && json_array_append(shown, item) != 0)
            err = ERR_MEMORY;
    }
    *out = json_copy((json_t *)(uintptr_t)document); /* json_copy forgot to say const */
    if (err == ERR_NONE &&
        (*out == NULL || json_object_set(*out, "questions", shown) != 0 ||
         json_object_set_new(*out, "question_count",
                             json_integer((json_int_t)json_array_size(all))) != 0 ||
         json_object_set_new(*out, "more_questions",
                             json_boolean(json_array_size(all) > QUESTIONS_SHOWN)) != 0))
        err = ERR_MEMORY;
    json_decref(shown);
    return err;
}

bool region_login_in_use(const json_t *login)
{
    const char *status = json_string_value(json_object_get(login, "status"));

    return status != NULL && (strcmp(status, "current") == 0 || strcmp(status, "transition") == 0);
}

/* The one address in use, or NULL if there is none or more than one: while a region moves, /go
 * sends the reader to choose; and while one of them is taken out, to read why. Borrowed from
 * logins. */
static const char *only_address(const json_t *logins)
{
    const char *found = NULL;
    size_t i;
    json_t *login;

    json_array_foreach (logins, i, login) {
        const char *url = json_string_value(json_object_get(login, "url"));

        if (url == NULL || !region_login_in_use(login))
            continue;
        if ((found != NULL && strcmp(found, url) != 0) ||
            json_is_object(json_object_get(login, "blocked")))
            return NULL;
        found = url;
    }
    return found;
}

static enum err make_go(const struct page_call *call, struct page_answer *answer)
{
    const char *iso = call->values->value[0];
    const struct directory_value values[] = {{":iso", iso, 0}, {NULL, NULL, 0}};
    json_t *document = NULL;
    enum err err = directory_document(call->directory, "region_logins", values, &document);
    const char *url;

    if (err != ERR_NONE)
        return err;
    url = only_address(json_object_get(document, "logins"));
    if (url == NULL) {
        err = redirect_to_region(answer, STATUS_SEE_OTHER, iso);
    } else {
        answer->status = STATUS_SEE_OTHER;
        answer->location = strdup(url);
        event_set(&answer->event, answer->event.kind, iso);
        err = answer->location != NULL ? ERR_NONE : ERR_MEMORY;
    }
    json_decref(document);
    return err;
}

/* True if the request was sent by a page of this site: a robot that tries all addresses it finds
 * does not say so. */
static bool is_from_own_page(const struct page_call *call)
{
    return strcmp(call->settings->site_host, call->request->origin_host) == 0;
}

static enum err make_ping(const struct page_call *call, struct page_answer *answer)
{
    const char *iso = call->values->value[0];
    const struct directory_value values[] = {{":iso", iso, 0}, {NULL, NULL, 0}};
    json_t *document = NULL;
    enum err err;

    if (!is_from_own_page(call)) {
        answer->status = STATUS_FORBIDDEN;
        return ERR_NONE;
    }
    err = directory_document(call->directory, "region_logins", values, &document);
    json_decref(document);
    answer->status = STATUS_NO_CONTENT;
    event_set(&answer->event, answer->event.kind, iso);
    return err;
}

static enum err make_code(const struct page_call *call, struct page_answer *answer)
{
    /* "/1" is "/01": a leading zero is easily lost when a number is said */
    char code[8] = "0";
    const struct directory_value values[] = {{":code", code, 0}, {NULL, NULL, 0}};
    size_t len = strlen(call->values->value[0]);
    json_t *document = NULL;
    enum err err;

    if (len >= sizeof code - 1)
        return ERR_NOT_FOUND;
    memcpy(code + (len == 1), call->values->value[0], len + 1);
    err = directory_document(call->directory, "region_of_code", values, &document);
    if (err == ERR_NONE)
        err = redirect_to_region(answer, STATUS_MOVED,
                                 json_string_value(json_object_get(document, "iso")));
    json_decref(document);
    return err;
}

const struct page page_region = {
    .make = make_region,
    .templates = {[REP_HTML] = "pages/region", [REP_TEXT] = "text/region"},
    .dress = dress_region,
    .topic = TOPIC_REGION};
const struct page page_go = {.make = make_go};
const struct page page_ping = {.make = make_ping};
const struct page page_code = {.make = make_code};
