/*
 * decorate.c: the rules behind decorate.h, as tables: a key's rules are data, and a new closed
 * word, date or count is a new row. It knows names of fields, and no page, no portal and no
 * language but the plural classes of Russian.
 */
#include "view/decorate.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/typed.h"
#include "base/url.h"
#include "base/utf8.h"
#include "view/value.h"
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 64
#define DAY_LEN   10 /* of "2026-09-24" */
#define WORDS_MAX 24

struct decorator {
    const char *site;
    size_t site_len;
    struct buffer key; /* the name being made */
};

/* Gains of one key: they go to added, and from there to the object, where they are not there yet.
 */
struct gain {
    struct decorator *decorator;
    json_t *added;
    const char *key;
};

/* --- adding --- */

/* Adds key + suffix + word: value. Takes the value, as json_object_set_new does; a NULL value means
 * no memory. */
static enum err add(struct gain *gain, const char *suffix, const char *word, json_t *value)
{
    struct buffer *key = &gain->decorator->key;

    buffer_clear(key);
    buffer_puts(key, gain->key);
    buffer_puts(key, suffix);
    buffer_puts(key, word);
    if (buffer_failed(key)) {
        json_decref(value);
        return ERR_MEMORY;
    }
    return json_object_set_new(gain->added, buffer_text(key), value) == 0 ? ERR_NONE : ERR_MEMORY;
}

/* --- closed words --- */

static const struct words {
    const char *key;
    const char *words[WORDS_MAX]; /* ends with NULL; empty: numbers only */
} words[] = {
    {"status", {"current", "transition", "optional", "college"}},
    {"via", {"esia", "password", "both", "unknown"}},
    {"audience", {"all", "parents", "students", "staff"}},
    {"confidence", {"high", "medium"}},
    {"verdict", {"current", "former", "federal", "unknown", "blocked"}},
    {"finding",
     {"opened", "expiring", "moved", "changed", "owner", "refused", "issuer", "tls", "loop",
      "beyond", "slow", "private", "missing", "error", "certificate", "silent", "gone"}},
    {"standing", {"works", "unclear", "suspicious", "failing"}},
    {"at_day", {"today", "yesterday", "earlier"}},
    {"since_day", {"today", "yesterday", "earlier"}},
    {"kind", {"page",    "region", "departure", "guide",  "question", "cited", "search",
              "missing", "embed",  "check",     "report", "name",     "alias", "place",
              "renamed", "system", "portal",    "host",   "former",   "code",  "postcode"}},
    {"rule", {"exact", "case", "translit", "layout", "prefix", "typo"}},
    {"why",
     {"user", "port", "letters", "www", "prefix", "hyphen", "digits", "ending", "typo", "path"}},
    {"slot", {"address", "contacts"}},
    {"client",
     {"person", "robot", "prefetch", "monitor", "staff", "feed", "preview", "library", "builder",
      "archive", "ai", "pretender"}},
    {"reader", {"family", "staff"}},
    {"days",
     {"mon-thu", "mon-fri", "mon-sat", "mon-sun", "sat-sun", "mon", "tue", "wed", "thu", "fri",
      "sat", "sun"}},
    {"topic", {"region", "guide", "question"}},
    {"subject", {"guide", "question", "region", "login", "former", "federal"}},
    {"change", {"added", "changed", "removed"}},
    {"weekday", {NULL}},
    {"trend", {"up", "down", "same", "times", "new"}},
    {"unit", {"day", "week", "month", "year"}},
    {"period", {"today", "7", "28", "year", "chosen"}},
    {"compare", {"year", "before", "none"}},
    {"choice", {"opened", "fails", "wrong-portal", "helped", "not-helped"}},
    {"level", {"info", "warning", "danger"}}, /* of a notice; of a chart's square a number */
    {"ends_day", {"today", "tomorrow", "later"}},
    {"zone", {"own", "moscow", "other"}},
    {"source_count", {NULL}},
    {"first", {"questions", "regions"}},
    {"age", {"under-14", "from-14", "adult"}},
    {"timezone", {"Europe/Moscow"}},
    {"alert", {"failing", "reported", "unanswered", "grew", "dropped", "lost", "old"}},
    {"form", {"link", "go", "button", "frame", "picture", "png", "qr", "qr-png", "poster"}},
    {"theme", {"light", "dark"}},
};

static const struct words *find_words(const char *key)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].key, key) == 0)
            return &words[i];
    }
    return NULL;
}

static enum err add_number_word(struct gain *gain, json_int_t number)
{
    struct buffer word = BUFFER_INIT;
    enum err err;

    buffer_printf(&word, "%" JSON_INTEGER_FORMAT, number);
    err = buffer_failed(&word) ? ERR_MEMORY : add(gain, "=", buffer_text(&word), json_true());
    buffer_free(&word);
    return err;
}

static enum err add_words(struct gain *gain, const json_t *value)
{
    const struct words *list = find_words(gain->key);
    const char *text = json_string_value(value);
    enum err err = ERR_NONE;

    if (list == NULL || json_is_array(value) || json_is_object(value))
        return ERR_NONE;
    for (size_t i = 0; i < WORDS_MAX && list->words[i] != NULL && err == ERR_NONE; i++) {
        bool same = text != NULL && strcmp(text, list->words[i]) == 0;

        err = add(gain, "=", list->words[i], json_boolean(same));
    }
    if (err == ERR_NONE && json_is_integer(value))
        err = add_number_word(gain, json_integer_value(value));
    return err;
}

/* --- lists of keys --- */

static const char *const dates[] = {"since",   "until", "checked",  "updated", "published",
                                    "retired", "began", "date",     "from",    "to",
                                    "ends",    "at_on", "since_on", NULL};
static const char *const addresses[] = {"url", "address", "difference", "replaced_by", NULL};
static const char *const starts[] = {"place", NULL};
static const char *const counts[] = {"fails",      "minutes", "views",  "results", "departures",
                                     "cited",      "count",   "steps",  "robots",  "dropped",
                                     "prefetched", "times",   "people", NULL};

/* Numbers that are read as numbers: they are grouped. */
static const char *const numbers[] = {
    "views",         "departures",  "cited",        "count",     "before",   "people",
    "people_before", "robots",      "dropped",      "person",    "prefetch", "monitor",
    "staff",         "robot",       "feed",         "preview",   "library",  "builder",
    "archive",       "ai",          "pretender",    "value",     "least",    "most",
    "region",        "departure",   "guide",        "question",  "search",   "missing",
    "embed",         "report",      "last_week",    "last_year", "rest",     "empty_count",
    "times",         "had",         "has",          "empty",     "chosen",   "usual",
    "more",          "error_count", "search_count", NULL};

static bool is_listed(const char *const *list, const char *key)
{
    while (*list != NULL && strcmp(*list, key) != 0)
        list++;
    return *list != NULL;
}

/* --- dates --- */

/* len digits as a number; the text is known to be a date. */
static int digits(const char *text, size_t len)
{
    int number = 0;

    for (size_t i = 0; i < len; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* day: "2026-09-24", "2026-09" or "2026", checked; iso: what the document says. NULL without
 * memory. */
static json_t *date_parts(const char *day, const char *iso, struct decorator *d)
{
    size_t len = strlen(day);
    json_t *parts = json_pack("{s:s, s:i, s:n}", "iso", iso, "year", digits(day, 4), "day");

    if (parts != NULL && len == DAY_LEN &&
        json_object_set_new(parts, "day", json_integer(digits(day + 8, 2))) != 0)
        goto fail;
    if (parts != NULL && len > 4) {
        struct gain gain = {d, parts, "month"};

        if (add_number_word(&gain, digits(day + 5, 2)) != ERR_NONE)
            goto fail;
    }
    return parts;
fail:
    json_decref(parts);
    return NULL;
}

static enum err add_date(struct gain *gain, const json_t *value)
{
    const char *iso = json_string_value(value);
    size_t len = json_string_length(value);
    char day[DAY_LEN + 1] = "";

    if (!is_listed(dates, gain->key) || !(json_is_string(value) || json_is_null(value)))
        return ERR_NONE;
    if (len <= DAY_LEN || iso[DAY_LEN] == 'T')
        memcpy(day, iso == NULL ? "" : iso, len < DAY_LEN ? len : DAY_LEN);
    if (!clock_is_date(day))
        return add(gain, "_date", "", json_null());
    return add(gain, "_date", "", date_parts(day, iso, gain->decorator));
}

/* --- addresses --- */

static json_t *host_of(const char *text)
{
    struct buffer host = BUFFER_INIT;
    enum err err = text == NULL ? ERR_INVALID : url_host_of(&host, text);
    json_t *out = err == ERR_NONE      ? json_stringn(buffer_text(&host), host.len)
                  : err == ERR_INVALID ? json_null()
                                       : NULL;

    buffer_free(&host);
    return out;
}

/* The part of an address of our own after the host, at least "/". */
static json_t *path_of(const struct decorator *d, const char *text)
{
    if (text == NULL || d->site_len == 0 || strncmp(text, d->site, d->site_len) != 0)
        return json_null();
    text += d->site_len;
    if (*text == '\0')
        return json_string("/");
    return *text == '/' ? json_string(text) : json_null();
}

/* As a person types it; null for what is no address. */
static json_t *typed_of(const char *text)
{
    struct buffer typed = BUFFER_INIT;
    struct url url;
    json_t *out = NULL;

    if (text == NULL || url_parse(&url, text) != ERR_NONE)
        return json_null();
    if (typed_address(&typed, text) == ERR_NONE)
        out = json_stringn(buffer_text(&typed), typed.len);
    buffer_free(&typed);
    return out;
}

/* An article's replaced_by is an id, and has neither host nor path. */
static enum err add_address(struct gain *gain, const json_t *value)
{
    const char *text = json_string_value(value);
    enum err err;

    if (!is_listed(addresses, gain->key) || !(json_is_string(value) || json_is_null(value)))
        return ERR_NONE;
    err = add(gain, "_host", "", host_of(text));
    if (err == ERR_NONE)
        err = add(gain, "_typed", "", typed_of(text));
    return err == ERR_NONE ? add(gain, "_path", "", path_of(gain->decorator, text)) : err;
}

/* --- words that may begin a sentence --- */

static json_t *capital_of(const char *text)
{
    struct buffer out = BUFFER_INIT;
    json_t *value = NULL;

    if (text == NULL)
        return json_null();
    if (utf8_capital(&out, text) == ERR_NONE)
        value = json_stringn(buffer_text(&out), out.len);
    buffer_free(&out);
    return value;
}

static enum err add_start(struct gain *gain, const json_t *value)
{
    if (!is_listed(starts, gain->key) || !(json_is_string(value) || json_is_null(value)))
        return ERR_NONE;
    return add(gain, "_start", "", capital_of(json_string_value(value)));
}

/* --- counts --- */

/* CLDR's plural rules for Russian, whole numbers: 1, 21 книга; 2-4, 22 книги; 0, 5-20, 11-14 книг.
 */
static json_t *plural_of(json_int_t number)
{
    json_int_t last = number % 10 < 0 ? -(number % 10) : number % 10;
    json_int_t last_two = number % 100 < 0 ? -(number % 100) : number % 100;
    bool teen = last_two >= 11 && last_two <= 14;
    bool one = last == 1 && !teen;
    bool few = last >= 2 && last <= 4 && !teen;

    return json_pack("{s:b, s:b, s:b}", "one", one, "few", few, "many", !one && !few);
}

static bool is_count(const char *key)
{
    size_t len = strlen(key);

    return is_listed(counts, key) || (len > 6 && strcmp(key + len - 6, "_count") == 0);
}

static enum err add_count(struct gain *gain, const json_t *value)
{
    if (!json_is_integer(value) || !is_count(gain->key))
        return ERR_NONE;
    return add(gain, "_plural", "", plural_of(json_integer_value(value)));
}

#define GROUPED_FROM 10000          /* four digits are read at a glance */
#define GROUP_SPACE  "\xE2\x80\xAF" /* U+202F NARROW NO-BREAK SPACE */

static json_t *grouped(json_int_t number)
{
    struct buffer digits = BUFFER_INIT, text = BUFFER_INIT;
    json_t *out = NULL;

    buffer_printf(&digits, "%" JSON_INTEGER_FORMAT, number);
    for (size_t i = 0; i < digits.len; i++) {
        size_t left = digits.len - i;

        if (left % 3 == 0 && i > 0 && digits.data[i - 1] != '-' &&
            (number >= GROUPED_FROM || number <= -GROUPED_FROM))
            buffer_puts(&text, GROUP_SPACE);
        buffer_putc(&text, digits.data[i]);
    }
    if (!buffer_failed(&digits) && !buffer_failed(&text))
        out = json_stringn(buffer_text(&text), text.len);
    buffer_free(&digits);
    buffer_free(&text);
    return out;
}

static enum err add_grouped(struct gain *gain, const json_t *value)
{
    if (!json_is_integer(value) || !is_listed(numbers, gain->key))
        return ERR_NONE;
    return add(gain, "_text", "", grouped(json_integer_value(value)));
}

static enum err add_array(struct gain *gain, const json_t *value)
{
    json_int_t count = (json_int_t)json_array_size(value);
    enum err err;

    if (!json_is_array(value))
        return ERR_NONE;
    err = add(gain, "?", "", json_boolean(count > 0));
    if (err == ERR_NONE)
        err = add(gain, "_count", "", json_integer(count));
    if (err == ERR_NONE)
        err = add(gain, "_count_plural", "", plural_of(count));
    return err;
}

/* --- the walk --- */

static enum err (*const rules[])(struct gain *, const json_t *) = {
    add_words, add_date, add_address, add_start, add_count, add_grouped, add_array};

static enum err decorate(struct decorator *d, json_t *value, int depth);

static enum err decorate_items(struct decorator *d, json_t *array, int depth)
{
    size_t count = json_array_size(array);
    enum err err = ERR_NONE;

    for (size_t i = 0; i < count && err == ERR_NONE; i++) {
        json_t *item = json_array_get(array, i);
        json_t *place = NULL;

        err = decorate(d, item, depth);
        if (err == ERR_NONE && json_is_object(item)) {
            place = json_pack("{s:b, s:b}", "first", i == 0, "last", i == count - 1);
            err = value_fill(item, place);
        }
        json_decref(place);
    }
    return err;
}

static enum err decorate_field(struct gain *gain, json_t *value, int depth)
{
    enum err err = decorate(gain->decorator, value, depth);

    for (size_t i = 0; i < sizeof rules / sizeof *rules && err == ERR_NONE; i++)
        err = rules[i](gain, value);
    return err;
}

/* The gains are put beside first: an object must not grow while it is walked. */
static enum err decorate_object(struct decorator *d, json_t *object, int depth)
{
    struct gain gain = {.decorator = d, .added = json_object()};
    json_t *value;
    enum err err = gain.added == NULL ? ERR_MEMORY : ERR_NONE;

    json_object_foreach (object, gain.key, value) {
        if (err == ERR_NONE)
            err = decorate_field(&gain, value, depth);
    }
    if (err == ERR_NONE)
        err = value_fill(object, gain.added);
    json_decref(gain.added);
    return err;
}

static enum err decorate(struct decorator *d, json_t *value, int depth)
{
    if (depth > DEPTH_MAX) {
        log_error("a document is nested over %d levels; mend the statement that makes it",
                  DEPTH_MAX);
        return ERR_LIMIT;
    }
    if (json_is_array(value))
        return decorate_items(d, value, depth + 1);
    return json_is_object(value) ? decorate_object(d, value, depth + 1) : ERR_NONE;
}

enum err decorate_document(const json_t *document, const char *site, json_t **out)
{
    struct decorator d = {.site = site, .site_len = strlen(site), .key = BUFFER_INIT};
    enum err err;

    *out = json_deep_copy(document);
    if (*out == NULL)
        return ERR_MEMORY;
    err = decorate(&d, *out, 0);
    if (err != ERR_NONE) {
        json_decref(*out);
        *out = NULL;
    }
    buffer_free(&d.key);
    return err;
}
