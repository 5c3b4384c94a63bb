/*
 * desk.c: the operator's page: one field, and in one answer what is said on the phone: the region's
 * address, its time and whom to call, the three likeliest answers that apply there, texts to paste,
 * and at the beginning of a shift what fails and what changed since yesterday. What matches is
 * search/find.h's. Nothing of it counts as read by a family; what an operator pastes is counted as
 * cited when somebody opens it, and what he had no answer to, as a search that found nothing.
 */
#include "base/civil.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/url.h"
#include "pages/article_page.h"
#include "pages/pages.h"
#include "pages/probe_status.h"
#include "pages/reader_case.h"
#include "pages/region_page.h"
#include "pages/search_event.h"
#include "search/find.h"
#include "view/decorate.h"
#include "view/mustache.h"
#include <stdio.h>
#include <string.h>

/* In the order of the route's parameters. */
enum { PARAM_QUERY, PARAM_REGION_ISO, PARAM_NOTED };

#define ANSWERS_MAX 3
#define OTHERS_MAX  4 /* further regions that the query may mean */
#define CHANGES_MAX 12
#define MAX_AGE     600 /* seconds; "since yesterday" moves with the clock */
#define MINUTE      60

static enum err append(json_t *array, json_t *item)
{
    return json_array_append(array, item) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* --- since yesterday --- */

/* The beginning of yesterday in the site's time zone, as the snapshot writes points in time. */
static enum err yesterday(const struct settings *settings, char out[static 21])
{
    int offset = 0;
    time_t now = clock_now();
    enum err err = clock_offset(settings->site_timezone, now, &offset);
    time_t today = (now + offset) / DAY_SECONDS * DAY_SECONDS - offset;

    clock_format(today - DAY_SECONDS, out);
    return err;
}

/* Adds "changes": the newest ones published since yesterday. */
static enum err add_changes(const struct page_call *call, json_t *document)
{
    json_t *all = NULL, *change, *fresh = json_array();
    char since[21];
    size_t i;
    enum err err = fresh != NULL ? yesterday(call->settings, since) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = directory_document(call->directory, "changes", NULL, &all);
    json_array_foreach (json_object_get(all, "changes"), i, change) {
        const char *published = json_string_value(json_object_get(change, "published"));

        if (err == ERR_NONE && published != NULL && strcmp(published, since) >= 0 &&
            json_array_size(fresh) < CHANGES_MAX)
            err = append(fresh, change);
    }
    if (err == ERR_NONE && json_object_set(document, "changes", fresh) != 0)
        err = ERR_MEMORY;
    json_decref(fresh);
    json_decref(all);
    return err;
}

/* --- the region --- */

/* Adds "there": {"time": "14:20", "hours": east of Moscow}; the page holds until the minute ends.
 */
static enum err add_clock(const char *zone, json_t *region, struct page_answer *answer)
{
    time_t now = clock_now(), next = now / MINUTE * MINUTE + MINUTE;
    int there = 0, moscow = 0;
    char text[16];
    long minutes;
    enum err err = clock_offset(zone, now, &there);

    if (err == ERR_NONE)
        err = clock_offset("Europe/Moscow", now, &moscow);
    if (err != ERR_NONE)
        return err;
    minutes = (long)((now + there) % DAY_SECONDS) / MINUTE;
    snprintf(text, sizeof text, "%ld:%02ld", minutes / 60, minutes % 60);
    if (answer->expires == 0 || next < answer->expires)
        answer->expires = next;
    return json_object_set_new(region, "there",
                               json_pack("{s:s, s:i, s:b}", "time", text, "hours",
                                         (there - moscow) / 3600, "east", there > moscow)) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

/* Adds "region" with "shown": its addresses in use. */
static enum err add_region(const struct page_call *call, struct page_answer *answer,
                           const char *iso)
{
    json_t *region = NULL, *login, *shown = json_array();
    size_t i;
    enum err err = shown != NULL ? region_load(call, answer, iso, &region) : ERR_MEMORY;

    json_array_foreach (json_object_get(region, "logins"), i, login) {
        if (err == ERR_NONE && region_login_in_use(login))
            err = append(shown, login);
    }
    if (err == ERR_NONE)
        err = add_clock(json_text(region, "timezone"), region, answer);
    if (err == ERR_NONE && (json_object_set(region, "shown", shown) != 0 ||
                            json_object_set(answer->document, "region", region) != 0))
        err = ERR_MEMORY;
    json_decref(region);
    json_decref(shown);
    return err;
}

/* The surest region that was named becomes the card and the case, or else the one that is known
 * already; further ones are named. */
static enum err add_regions(const struct page_call *call, struct page_answer *answer,
                            const json_t *found, struct reader_case *reader)
{
    const json_t *regions = json_object_get(found, "regions");
    const char *named = json_string_value(json_object_get(json_array_get(regions, 0), "iso"));
    json_t *region, *others = json_array();
    size_t i;
    enum err err = others != NULL ? ERR_NONE : ERR_MEMORY;

    if (named != NULL && strlen(named) < CASE_ISO_SIZE)
        memcpy(reader->iso, named, strlen(named) + 1);
    if (err == ERR_NONE && *reader->iso)
        err = add_region(call, answer, reader->iso);
    if (err == ERR_NOT_FOUND) /* an address may name a region that there is not */
        err = ERR_NONE;
    json_array_foreach (regions, i, region) {
        if (err == ERR_NONE && i > 0 && i <= OTHERS_MAX)
            err = append(others, region);
    }
    if (err == ERR_NONE && (json_object_set(answer->document, "others", others) != 0 ||
                            json_object_set_new(answer->document, "assumed",
                                                json_boolean(named == NULL && *reader->iso)) != 0))
        err = ERR_MEMORY;
    json_decref(others);
    return err;
}

/* --- the answers --- */

static bool have(const json_t *answers, const json_t *one)
{
    const json_t *url = json_object_get(one, "url");
    json_t *answer;
    size_t i;

    json_array_foreach (answers, i, answer) {
        if (json_equal(json_object_get(answer, "url"), url))
            return true;
    }
    return false;
}

/* Adds copies of the first of a list that apply until there are enough; "place" counts them from 1.
 */
static enum err take(json_t *answers, const json_t *list)
{
    json_t *item;
    size_t i;
    enum err err = ERR_NONE;

    json_array_foreach (list, i, item) {
        json_t *copy;
        json_t *place;

        if (err != ERR_NONE || json_array_size(answers) == ANSWERS_MAX || have(answers, item) ||
            case_is_elsewhere(item))
            continue;
        copy = json_copy(item);
        place = json_integer((json_int_t)json_array_size(answers) + 1);
        if (copy == NULL || json_object_set_new(copy, "place", place) != 0)
            err = ERR_MEMORY;
        if (err == ERR_NONE)
            err = append(answers, copy);
        json_decref(copy);
    }
    return err;
}

/* What was found, questions first: they have an answer to read out. What is about other regions
 * comes last of it. Copies. */
static enum err find_answers(const struct page_call *call, const json_t *found,
                             const struct reader_case *reader, json_t **out)
{
    const json_t *lists[] = {json_object_get(found, "questions"), json_object_get(found, "guides")};
    json_t *item;
    size_t at;

    *out = json_array();
    if (*out == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        json_array_foreach (lists[i], at, item) {
            if (json_array_append_new(*out, json_copy(item)) != 0)
                return ERR_MEMORY;
        }
    }
    return case_judge(call, reader, *out, true);
}

/* The first answers that are about other portals, to be named in one line. */
static enum err add_elsewhere(json_t *document, const json_t *judged)
{
    json_t *item, *elsewhere = json_array();
    enum err err = elsewhere != NULL ? ERR_NONE : ERR_MEMORY;
    size_t i;

    json_array_foreach (judged, i, item) {
        if (err == ERR_NONE && case_is_elsewhere(item) && json_array_size(elsewhere) < ANSWERS_MAX)
            err = append(elsewhere, item);
    }
    if (err == ERR_NONE && json_object_set(document, "elsewhere", elsewhere) != 0)
        err = ERR_MEMORY;
    json_decref(elsewhere);
    return err;
}

/* The text of an article as this reader's page has it. */
static enum err render_whole(const struct page_call *call, const struct page *page,
                             const char *template, const json_t *document, struct buffer *out)
{
    json_t *dressed = NULL, *view = NULL;
    enum err err = page->dress != NULL ? page->dress(document, &dressed) : ERR_NONE;

    if (err == ERR_NONE)
        err = decorate_document(dressed != NULL ? dressed : document, call->settings->site_url,
                                &view);
    if (err == ERR_NONE)
        err = mustache_render_text(call->templates, template, view, out);
    json_decref(dressed);
    json_decref(view);
    return err;
}

/* Adds "whole" to an answer: all of its text for this reader, here, so that nobody has to open the
 * page for it, and be counted. */
static enum err add_whole(const struct page_call *call, const struct reader_case *reader,
                          json_t *item)
{
    bool question = json_is_integer(json_object_get(item, "number"));
    struct page_answer article = {.status = STATUS_OK};
    struct reader_case own = *reader;
    struct buffer text = BUFFER_INIT;
    char id[16];
    enum err err;

    snprintf(id, sizeof id, "q/%d", (int)json_number(item, "number"));
    err = article_page_load(call, &article, question ? "question" : "guide",
                            question ? id : json_text(item, "id"), &own);
    if (err == ERR_NONE)
        err =
            render_whole(call, question ? &page_question : &page_guide,
                         question ? "text/question-whole" : "text/guide", article.document, &text);
    if (err == ERR_NONE && json_object_set_new(item, "whole", json_string(buffer_text(&text))) != 0)
        err = ERR_MEMORY;
    json_decref(article.document);
    buffer_free(&text);
    return err;
}

static enum err add_wholes(const struct page_call *call, const struct reader_case *reader,
                           const json_t *answers)
{
    json_t *item;
    size_t i;
    enum err err = ERR_NONE;

    json_array_foreach (answers, i, item) {
        if (err == ERR_NONE)
            err = add_whole(call, reader, item);
    }
    return err;
}

/* What the search leaves free is filled with what is asked most in that region. */
static enum err add_answers(const struct page_call *call, const json_t *found,
                            const struct reader_case *reader, json_t *document)
{
    json_t *often = json_object_get(json_object_get(document, "region"), "questions");
    json_t *judged = NULL, *answers = json_array();
    enum err err = answers != NULL ? find_answers(call, found, reader, &judged) : ERR_MEMORY;

    if (err == ERR_NONE)
        err = take(answers, judged);
    if (err == ERR_NONE && json_array_size(answers) < ANSWERS_MAX)
        err = case_judge(call, reader, often, true);
    if (err == ERR_NONE)
        err = take(answers, often);
    if (err == ERR_NONE)
        err = add_wholes(call, reader, answers);
    if (err == ERR_NONE && json_object_set(document, "answers", answers) != 0)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_elsewhere(document, judged);
    json_decref(judged);
    json_decref(answers);
    return err;
}

static enum err find(const struct page_call *call, struct page_answer *answer, const char *query)
{
    static const char *const said[] = {"corrected", "uncovered"};
    const struct search_request request = {query, strlen(query), false, NULL};
    struct reader_case reader;
    json_t *found = NULL;
    enum err err = case_read(call, answer, call->values->value[PARAM_REGION_ISO], true, &reader);

    if (err == ERR_NONE)
        err = directory_search(call->directory, &request, &found);
    if (err == ERR_NONE)
        err = add_regions(call, answer, found, &reader);
    if (err == ERR_NONE)
        err = add_answers(call, found, &reader, answer->document);
    for (size_t i = 0; i < sizeof said / sizeof said[0] && err == ERR_NONE; i++) {
        json_t *value = json_object_get(found, said[i]);

        if (value != NULL && json_object_set(answer->document, said[i], value) != 0)
            err = ERR_MEMORY;
    }
    json_decref(found);
    return err;
}

/* Adds "failing": what does not work anywhere, before somebody calls about it. */
static enum err add_failing(const struct page_call *call, struct page_answer *answer)
{
    json_t *failing = NULL;
    enum err err = probe_failing(call, answer, &failing);

    if (err == ERR_NONE &&
        (json_object_set(answer->document, "failing", failing) != 0 ||
         json_object_set_new(answer->document, "probed", json_boolean(probe_is_known(call))) != 0))
        err = ERR_MEMORY;
    json_decref(failing);
    return err;
}

static enum err make_desk(const struct page_call *call, struct page_answer *answer)
{
    const char *query =
        call->values->value[PARAM_QUERY] != NULL ? call->values->value[PARAM_QUERY] : "";
    enum err err;

    answer->expires = clock_now() + MAX_AGE;
    answer->document = json_pack("{s:s}", "query", query);
    err = answer->document != NULL ? add_changes(call, answer->document) : ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_failing(call, answer);
    if (err == ERR_NONE && *query)
        err = find(call, answer, query);
    if (err == ERR_NONE &&
        json_object_set_new(answer->document, "noted",
                            json_boolean(call->values->value[PARAM_NOTED] != NULL)) != 0)
        err = ERR_MEMORY;
    return err;
}

/* «Ответа нет»: the words are recorded as a search that found nothing, and the desk says so. */
static enum err make_none(const struct page_call *call, struct page_answer *answer)
{
    const char *query = call->values->value[0];
    struct buffer text = BUFFER_INIT, back = BUFFER_INIT;
    enum err err = search_event_text(&text, query);

    buffer_puts(&back, "/desk?q=");
    url_encode(&back, query, strlen(query));
    if (call->values->value[1] != NULL) {
        buffer_puts(&back, "&region=");
        buffer_puts(&back, call->values->value[1]);
    }
    buffer_puts(&back, "&noted=yes");
    if (err == ERR_NONE) {
        event_set(&answer->event, text.len > 0 ? answer->event.kind : EVENT_NONE,
                  buffer_text(&text));
        answer->event.results = 0;
        answer->status = STATUS_SEE_OTHER;
        answer->location = buffer_take(&back);
        err = answer->location != NULL ? ERR_NONE : ERR_MEMORY;
    }
    buffer_free(&text);
    buffer_free(&back);
    return err;
}

const struct page page_desk_none = {.make = make_none};
const struct page page_desk = {
    .make = make_desk, .templates = {[REP_HTML] = "pages/desk"}, .everywhere = true};
