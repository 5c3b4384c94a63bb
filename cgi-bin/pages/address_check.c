/*
 * address_check.c: is this address right? Hands what was pasted to address/verdict.h together with
 * the snapshot's addresses, and puts what was found into a document. An address that the snapshot
 * does not hold is shown as text and never under "url", so no template can link to it.
 */
#include "pages/address_check.h"
#include "address/difference.h"
#include "address/known.h"
#include "base/url.h"
#include "pages/pages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the document --- */

/* Text, or null if there is none. */
static json_t *text_or_null(const struct buffer *text)
{
    return text->len > 0 ? json_stringn(text->data, text->len) : json_null();
}

/* Appends a region unless the array has it. */
static enum err add_region(json_t *regions, json_t *region)
{
    size_t i;
    json_t *before;
    const char *iso = json_string_value(json_object_get(region, "iso"));

    json_array_foreach (regions, i, before) {
        const char *other = json_string_value(json_object_get(before, "iso"));

        if (iso != NULL && other != NULL && strcmp(iso, other) == 0)
            return ERR_NONE;
    }
    return iso == NULL || json_array_append(regions, region) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* Fills matches (what the address is) and regions (whose it is) with those that the verdict rests
 * on. */
static enum err add_matches(const struct check_result *result, const json_t *known,
                            json_t *document)
{
    json_t *matches = json_object_get(document, "matches");
    json_t *regions = json_object_get(document, "regions");

    for (size_t i = 0; i < result->match_count; i++) {
        json_t *item = json_array_get(known, result->matches[i]);

        if (known_verdict(item) != result->verdict)
            continue;
        if (json_array_append(matches, item) != 0 ||
            add_region(regions, json_object_get(item, "region")) != ERR_NONE)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

/* The value that all matches have under a key, else null. Borrowed. */
static json_t *common(const json_t *matches, const char *key)
{
    size_t i;
    json_t *item, *value = NULL;

    json_array_foreach (matches, i, item) {
        json_t *own = json_object_get(item, key);

        if (value != NULL && !json_equal(value, own))
            return json_null();
        value = own;
    }
    return value != NULL ? value : json_null();
}

/* What follows from the matches: the one region, the one address to go to, what replaced it. */
static enum err add_summary(const struct check_result *result, json_t *document)
{
    const json_t *matches = json_object_get(document, "matches");
    const json_t *regions = json_object_get(document, "regions");
    json_t *iso = json_object_get(json_array_get(regions, 0), "iso");
    bool safe = result->verdict == CHECK_CURRENT || result->verdict == CHECK_FEDERAL;
    json_t *none = json_null();

    if (json_object_set(document, "region", json_array_size(regions) == 1 ? iso : none) != 0 ||
        json_object_set(document, "replaced_by", common(matches, "replaced_by")) != 0 ||
        json_object_set(document, "until", common(matches, "until")) != 0 ||
        json_object_set(document, "url", safe ? common(matches, "url") : none) != 0)
        return ERR_MEMORY;
    return ERR_NONE;
}

/* Host and port of a known address, as the list has them. */
static json_t *host_of(const json_t *item)
{
    struct buffer host = BUFFER_INIT;
    struct url url;
    json_t *out = NULL;

    if (url_parse(&url, json_string_value(json_object_get(item, "url"))) == ERR_NONE) {
        url_host(&host, &url);
        out = buffer_failed(&host) ? NULL : json_stringn(buffer_text(&host), host.len);
    }
    buffer_free(&host);
    return out;
}

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((text[i] & 0x80) != 0)
            return false;
    return true;
}

/* A piece of a name, or null for none. */
static json_t *piece_of(const char *name, size_t at, size_t len)
{
    return len > 0 ? json_stringn(name + at, len) : json_null();
}

/* [{same, asked, known, foreign}]: both names in runs of letters that they share and do not;
 * foreign: of another alphabet than what it stands for. Null if they are too long, or where the
 * names are not what the likeness is in. */
static enum err letters_of(const struct check_result *result, const char *asked, const char *known,
                           json_t **out)
{
    struct difference_run runs[DIFFERENCE_RUNS_MAX];
    size_t count;
    enum err err;

    *out = json_null();
    if (result->why < LOOK_PORT || result->why > LOOK_TYPO)
        return ERR_NONE;
    asked = host_bare(asked);
    known = host_bare(known);
    err = difference_find(runs, &count, asked, known);
    if (err != ERR_NONE)
        return err == ERR_LIMIT ? ERR_NONE : err;
    *out = json_array();
    for (size_t i = 0; i < count && err == ERR_NONE; i++) {
        const struct difference_run *run = &runs[i];
        bool foreign = run->known_len > 0 && !is_ascii(asked + run->asked, run->asked_len) &&
                       is_ascii(known + run->known, run->known_len);
        json_t *item = json_pack("{s:b, s:o?, s:o?, s:b}", "same", run->same, "asked",
                                 piece_of(asked, run->asked, run->asked_len), "known",
                                 piece_of(known, run->known, run->known_len), "foreign", foreign);

        if (json_array_append_new(*out, item) != 0)
            err = ERR_MEMORY;
    }
    return err;
}

/* {why, host, url, region, shared, letters}: url is where it is safe to go, today's address;
 * neither it nor a region where several regions share the host, unless it is the same for all. */
static enum err add_look_alike(const struct check_result *result, const json_t *known,
                               json_t *document)
{
    json_t *item, *safe, *like, *host, *letters = NULL;
    bool one;
    enum err err;

    if (result->why == LOOK_NONE)
        return ERR_NONE;
    item = json_array_get(known, result->like);
    one = !result->like_shared || known_verdict(item) == CHECK_FEDERAL;
    safe = json_object_get(item, known_verdict(item) == CHECK_FORMER ? "replaced_by" : "url");
    host = host_of(item);
    err = host != NULL
              ? letters_of(result, buffer_text(&result->host), json_string_value(host), &letters)
              : ERR_MEMORY;
    like = json_pack("{s:s, s:o?, s:O?, s:O?, s:b, s:o?}", "why", look_alike_word(result->why),
                     "host", host, "url", one ? safe : json_null(), "region",
                     one ? json_object_get(item, "region") : json_null(), "shared", !one, "letters",
                     letters);
    if (json_object_set_new(document, "look_alike", like) != 0)
        err = ERR_MEMORY;
    return err;
}

/* The fields that others rely on stand first. */
static json_t *new_document(const char *address, const struct check_result *result)
{
    return json_pack("{s:s, s:s, s:n, s:n, s:n, s:n, s:o, s:o, s:[], s:[], s:b, s:b, s:b, s:b, "
                     "s:n, s:o, s:b, s:o}",
                     "address", address, "verdict", check_word(result->verdict), "region",
                     "replaced_by", "until", "url", "host", text_or_null(&result->host),
                     "host_ascii", text_or_null(&result->ascii), "regions", "matches", "insecure",
                     result->insecure, "user", result->has_user, "several", result->several,
                     "open_path", result->open_path, "look_alike", "domain",
                     text_or_null(&result->domain), "mixed", result->mixed, "wrapped_in",
                     text_or_null(&result->wrapped));
}

/* Whatever else it is: an address that was taken off the site. Nothing is said of it that could be
 * taken for a way in. */
static enum err add_block(const struct page_call *call, const struct check_result *result,
                          json_t *document)
{
    char host[256];
    const char *since;
    json_t *blocked;

    snprintf(host, sizeof host, "%.*s", (int)strcspn(buffer_text(&result->ascii), ":"),
             buffer_text(&result->ascii));
    since = *host != '\0' ? directory_blocked(call->directory, host) : NULL;
    blocked = since != NULL ? json_pack("{s:s}", "since", since) : json_null();
    if (json_object_set_new(document, "blocked", blocked) != 0)
        return ERR_MEMORY;
    if (since == NULL)
        return ERR_NONE;
    return json_object_set_new(document, "verdict", json_string("blocked")) == 0 &&
                   json_object_set_new(document, "url", json_null()) == 0 &&
                   json_object_set_new(document, "look_alike", json_null()) == 0 &&
                   json_object_set_new(document, "domain", json_null()) == 0
               ? ERR_NONE
               : ERR_MEMORY;
}

static enum err judge(const struct page_call *call, const struct check_list *list,
                      const json_t *known, const char *address, json_t **out)
{
    struct check_result result;
    enum err err = check_address(list, address, strlen(address), &result);
    json_t *document = err == ERR_NONE ? new_document(address, &result) : NULL;

    if (err == ERR_NONE && document == NULL)
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = add_matches(&result, known, document);
    if (err == ERR_NONE)
        err = add_summary(&result, document);
    if (err == ERR_NONE)
        err = add_look_alike(&result, known, document);
    if (err == ERR_NONE)
        err = add_block(call, &result, document);
    check_result_free(&result);
    if (err != ERR_NONE) {
        json_decref(document);
        return err;
    }
    *out = document;
    return ERR_NONE;
}

enum err address_check_document(const struct page_call *call, const char *address, json_t **out)
{
    json_t *document = NULL;
    struct check_list *list = NULL;
    enum err err = directory_document(call->directory, "known_addresses", NULL, &document);
    const json_t *known = json_object_get(document, "known");

    *out = NULL;
    if (err == ERR_NONE)
        err = known_list(known, &list);
    if (err == ERR_NONE)
        err = judge(call, list, known, address, out);
    check_list_free(list);
    json_decref(document);
    return err;
}

/* --- the page --- */

static enum err make_check(const struct page_call *call, struct page_answer *answer)
{
    const char *address = call->values->value[0];
    enum err err;

    if (address == NULL || address[strspn(address, " ")] == '\0') { /* the form alone */
        event_set(&answer->event, EVENT_PAGE, call->request->path);
        if (call->rep == REP_JSON) {
            answer->status = STATUS_BAD_REQUEST;
            return ERR_NONE;
        }
        answer->document = json_pack("{s:s, s:n}", "address", "", "verdict");
        return answer->document != NULL ? ERR_NONE : ERR_MEMORY;
    }
    err = address_check_document(call, address, &answer->document);
    if (err == ERR_NONE)
        event_set(&answer->event, answer->event.kind,
                  json_string_value(json_object_get(answer->document, "verdict")));
    return err;
}

const struct page page_check = {.make = make_check, .templates = {[REP_HTML] = "pages/check"}};
