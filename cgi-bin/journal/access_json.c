/*
 * access_json.c: names to fields. Values are copied out of the JSON, so that a line is freed at
 * once. A field that is missing is "" where a log may leave it out; time, address and status are
 * never left out.
 */
#include "journal/access_json.h"

#include "base/ascii.h"
#include "base/json.h"
#include "base/message.h"
#include "base/network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[ACCESS_FIELD__MAX] = {
    [ACCESS_TIME] = "time",       [ACCESS_ADDRESS] = "address", [ACCESS_USER] = "user",
    [ACCESS_REQUEST] = "request", [ACCESS_METHOD] = "method",   [ACCESS_TARGET] = "target",
    [ACCESS_QUERY] = "query",     [ACCESS_STATUS] = "status",   [ACCESS_REFERRER] = "referrer",
    [ACCESS_AGENT] = "agent",
};

/* --- the mapping --- */

static int field_of(const char *word, size_t len)
{
    for (int i = 0; i < ACCESS_FIELD__MAX; i++)
        if (strlen(words[i]) == len && strncmp(words[i], word, len) == 0)
            return i;
    return -1;
}

/* Walks the names that a field may have, parted by "|": the next of *list, which moves on. */
static bool next_name(const char **list, const char **name, size_t *len)
{
    *name = *list;
    *len = strcspn(*list, "|");
    *list += *len + ((*list)[*len] == '|');
    return *len > 0;
}

static bool is_named(const struct access_names *names, enum access_field field)
{
    return names->names[field].len > 0;
}

static const char *what_is_missing(const struct access_names *names)
{
    if (!is_named(names, ACCESS_TIME))
        return "it names no time";
    if (!is_named(names, ACCESS_ADDRESS))
        return "it names no address";
    if (!is_named(names, ACCESS_STATUS))
        return "it names no status";
    if (!is_named(names, ACCESS_REQUEST) &&
        !(is_named(names, ACCESS_METHOD) && is_named(names, ACCESS_TARGET)))
        return "it names neither request nor method and target";
    return NULL;
}

enum err access_map(struct access_names *names, const char *mapping, const char **wrong)
{
    *wrong = NULL;
    for (int i = 0; i < ACCESS_FIELD__MAX; i++)
        buffer_clear(&names->names[i]);
    while (*(mapping += strspn(mapping, " ")) != '\0') {
        size_t len = strcspn(mapping, " "), left = strcspn(mapping, "= ");
        int field = field_of(mapping, left);

        if (field < 0 || mapping[left] != '=' || left + 1 >= len)
            *wrong = "a word is not FIELD=NAME, with time, address, user, request, method, target, "
                     "query, status, referrer or agent as FIELD";
        if (*wrong != NULL)
            return ERR_INVALID;
        buffer_add(&names->names[field], mapping + left + 1, len - left - 1);
        if (buffer_failed(&names->names[field]))
            return ERR_MEMORY;
        mapping += len;
    }
    *wrong = what_is_missing(names);
    return *wrong == NULL ? ERR_NONE : ERR_INVALID;
}

void access_names_free(struct access_names *names)
{
    for (int i = 0; i < ACCESS_FIELD__MAX; i++) {
        buffer_free(&names->names[i]);
        buffer_free(&names->values[i]);
    }
}

/* --- values --- */

/* "2026-11-21T08:15:00.123+03:00", with Z, with nothing for UTC, or a blank for the T. */
static bool read_iso(const char *text, time_t *out)
{
    struct tm tm = {.tm_isdst = 0};
    const char *rest = strptime(text, "%Y-%m-%d", &tm);
    int hours = 0, minutes = 0, used = 0;
    char sign = '+';

    if (rest == NULL || (*rest != 'T' && *rest != ' '))
        return false;
    rest = strptime(rest + 1, "%H:%M:%S", &tm);
    if (rest == NULL)
        return false;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    *out = timegm(&tm);
    if (*rest == '\0' || strcmp(rest, "Z") == 0)
        return true;
    if (sscanf(rest, "%c%2d:%2d%n", &sign, &hours, &minutes, &used) < 3 &&
        sscanf(rest, "%c%2d%2d%n", &sign, &hours, &minutes, &used) < 3)
        return false;
    if ((sign != '+' && sign != '-') || rest[used] != '\0' || hours > 15 || minutes > 59)
        return false;
    *out -= (sign == '-' ? -1 : 1) * (time_t)(hours * 3600 + minutes * 60);
    return true;
}

/* Seconds since 1970, or their thousandths, millionths, billionths: a log of this century has no
 * two of them alike. */
static bool read_seconds(const char *text, time_t *out)
{
    char *end;
    double seconds = strtod(text, &end);

    if (!ascii_is_digit(*text) || *end != '\0' || !isfinite(seconds))
        return false;
    for (int i = 0; i < 3 && seconds >= 1e11; i++)
        seconds /= 1000;
    if (seconds >= 1e11)
        return false;
    *out = (time_t)seconds;
    return true;
}

static bool read_when(const char *text, time_t *out)
{
    return read_seconds(text, out) || read_iso(text, out) || access_time(text, out);
}

static bool read_status(const char *text, int *out)
{
    if (strlen(text) != 3 || strspn(text, "0123456789") != 3)
        return false;
    *out = atoi(text);
    return true;
}

static const char *value_of(struct access_names *names, enum access_field field)
{
    const char *value = buffer_text(&names->values[field]);

    return strcmp(value, "-") == 0 ? "" : value;
}

/* "203.0.113.9:51234" and "[2001:db8::1]:443" without their port. */
static void cut_port(struct buffer *address)
{
    char *text = address->data, *colon = text == NULL ? NULL : strrchr(text, ':');

    if (text == NULL)
        return;
    if (*text == '[' && strchr(text, ']') != NULL) {
        *strchr(text, ']') = '\0';
        memmove(text, text + 1, strlen(text));
    } else if (colon != NULL && strchr(text, ':') == colon) {
        *colon = '\0';
    }
    address->len = strlen(text);
}

/* Path and query of a whole URL. */
static const char *path_of(const char *target)
{
    const char *host = strstr(target, "://");
    const char *path = host == NULL ? NULL : strchr(host + 3, '/');

    return *target == '/' || host == NULL ? target : path == NULL ? "/" : path;
}

static enum err put_target(struct access_line *out, struct access_names *names)
{
    const char *query = value_of(names, ACCESS_QUERY);
    struct buffer *target = &names->values[ACCESS_TARGET];

    if (*query != '\0' && strchr(buffer_text(target), '?') == NULL) {
        buffer_putc(target, '?');
        buffer_puts(target, query);
    }
    if (buffer_failed(target))
        return ERR_MEMORY;
    out->method = value_of(names, ACCESS_METHOD);
    out->target = path_of(value_of(names, ACCESS_TARGET));
    if (is_named(names, ACCESS_REQUEST) && names->values[ACCESS_REQUEST].len > 0)
        access_split_request(out, names->values[ACCESS_REQUEST].data);
    if (*out->method == '\0' || *out->target == '\0')
        out->method = out->target = "";
    return ERR_NONE;
}

/* What the values make. */
static enum err put_line(struct access_line *out, struct access_names *names,
                         struct access_fault *fault)
{
    for (int i = 0; i < ACCESS_FIELD__MAX; i++)
        if (buffer_failed(&names->values[i]))
            return ERR_MEMORY;
    cut_port(&names->values[ACCESS_ADDRESS]);
    out->address = value_of(names, ACCESS_ADDRESS);
    out->user = value_of(names, ACCESS_USER);
    out->referrer = value_of(names, ACCESS_REFERRER);
    out->agent = value_of(names, ACCESS_AGENT);
    fault->expected = N_("a field with the time, as the mapping names it");
    if (!read_when(value_of(names, ACCESS_TIME), &out->when))
        return ERR_INVALID;
    fault->expected = N_("a field with the address of a reader, as the mapping names it");
    if (!network_is_address(out->address))
        return ERR_INVALID;
    fault->expected = N_("a field with a status of three digits, as the mapping names it");
    if (!read_status(value_of(names, ACCESS_STATUS), &out->status))
        return ERR_INVALID;
    return put_target(out, names);
}

static void forget_values(struct access_names *names)
{
    for (int i = 0; i < ACCESS_FIELD__MAX; i++)
        buffer_clear(&names->values[i]);
}

/* --- JSON --- */

/* What a path of names leads to, or NULL. A whole name with dots in it goes before its parts. */
static const json_t *member(const json_t *from, const char *path, size_t len)
{
    char name[128];
    const char *dot;
    const json_t *found;

    if (len == 0 || len >= sizeof name)
        return NULL;
    memcpy(name, path, len);
    name[len] = '\0';
    if (json_is_array(from))
        return strspn(name, "0123456789") == len ? json_array_get(from, (size_t)atoi(name)) : NULL;
    found = json_object_get(from, name);
    dot = memchr(path, '.', len);
    if (found != NULL || dot == NULL)
        return found;
    name[dot - path] = '\0';
    found = json_object_get(from, name);
    return found == NULL ? NULL : member(found, dot + 1, len - (size_t)(dot - path) - 1);
}

static bool put_value(struct buffer *out, const json_t *value)
{
    if (json_is_string(value))
        buffer_add(out, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        buffer_printf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buffer_printf(out, "%.6f", json_real_value(value));
    return out->len > 0;
}

static void find_value(struct access_names *names, enum access_field field, const json_t *root)
{
    const char *list = buffer_text(&names->names[field]), *name;
    size_t len;

    while (next_name(&list, &name, &len))
        if (put_value(&names->values[field], member(root, name, len)))
            return;
}

enum err access_json_parse(struct access_line *out, struct access_names *names, const char *line,
                           struct access_fault *fault)
{
    json_error_t trouble;
    json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, &trouble);

    *fault = (struct access_fault){1, "an object of JSON"};
    forget_values(names);
    if (!json_is_object(root)) {
        bool memory = root == NULL && json_error_code(&trouble) == json_error_out_of_memory;

        if (root == NULL && trouble.column > 0)
            fault->column = (size_t)trouble.column;
        json_decref(root);
        return memory ? ERR_MEMORY : ERR_INVALID;
    }
    for (int i = 0; i < ACCESS_FIELD__MAX; i++)
        find_value(names, (enum access_field)i, root);
    json_decref(root);
    return put_line(out, names, fault);
}

/* --- tables --- */

/* The field that a column of that name is, or -1. */
static int field_of_column(const struct access_names *names, const char *column, size_t column_len)
{
    for (int i = 0; i < ACCESS_FIELD__MAX; i++) {
        const char *list = buffer_text(&names->names[i]), *name;
        size_t len;

        while (next_name(&list, &name, &len))
            if (len == column_len && strncmp(name, column, len) == 0)
                return i;
    }
    return -1;
}

/* Learns the columns; a date and a time in two of them are one field. */
static void read_fields(struct access_names *names, const char *list)
{
    names->column_count = 0;
    while (*(list += strspn(list, " \t")) != '\0' && names->column_count < ACCESS_COLUMNS_MAX) {
        size_t len = strcspn(list, " \t");

        names->columns[names->column_count++] = field_of_column(names, list, len);
        list += len;
    }
}

/* CloudFront writes a user agent's spaces as %20, and so on. */
static void put_decoded(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool coded = text[i] == '%' && i + 2 < len && ascii_hex(text[i + 1]) >= 0 &&
                     ascii_hex(text[i + 2]) >= 0 && strncmp(text + i, "%00", 3) != 0;

        buffer_putc(out,
                    coded ? (char)(ascii_hex(text[i + 1]) * 16 + ascii_hex(text[i + 2])) : text[i]);
        if (coded)
            i += 2;
    }
}

static void put_column(struct access_names *names, int field, const char *text, size_t len)
{
    struct buffer *value = &names->values[field];

    if (field == ACCESS_TIME && value->len > 0)
        buffer_putc(value, 'T');
    if (field == ACCESS_AGENT)
        put_decoded(value, text, len);
    else
        buffer_add(value, text, len);
}

enum err access_table_parse(struct access_line *out, struct access_names *names, char *line,
                            bool *comment, struct access_fault *fault)
{
    static const char fields[] = "#Fields:";
    size_t column = 0;

    *fault = (struct access_fault){1, "a line \"#Fields:\" before the first request"};
    *comment = *line == '#';
    if (strncmp(line, fields, strlen(fields)) == 0)
        read_fields(names, line + strlen(fields));
    if (*comment)
        return ERR_NONE;
    if (names->column_count == 0)
        return ERR_INVALID;
    forget_values(names);
    for (char *at = line; at != NULL; column++) {
        size_t len = strcspn(at, "\t");

        if (column < names->column_count && names->columns[column] >= 0)
            put_column(names, names->columns[column], at, len);
        at = at[len] == '\t' ? at + len + 1 : NULL;
    }
    fault->expected = "as many columns, with tabs between, as \"#Fields:\" names";
    return column == names->column_count ? put_line(out, names, fault) : ERR_INVALID;
}
