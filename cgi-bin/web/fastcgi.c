/*
 * fastcgi.c: records in, records out. Contract in fastcgi.h; numbers and names of the protocol are
 * those of fcgi2's <fastcgi.h>.
 *
 * Bytes are gathered until a record is whole; it is then taken apart and forgotten. So a length
 * says how much is to be waited for, and never how much is read.
 */
#include "web/fastcgi.h"
#include <fastcgi.h>
#include <stdint.h>
#include <string.h>

/* Most bytes of a record of ours: the largest length there is, in whole words of 8 bytes. */
#define CONTENT_MAX 65528

/* One whole record; content is borrowed. */
struct record {
    int type, id;
    const unsigned char *content;
    size_t len;
};

/* --- records out --- */

static void put_header(struct buffer *out, int type, int id, size_t len)
{
    const char header[FCGI_HEADER_LEN] = {FCGI_VERSION_1,   (char)type, (char)(id >> 8),   (char)id,
                                          (char)(len >> 8), (char)len,  (char)(-len & 7u), 0};

    buffer_add(out, header, sizeof header);
}

static void put_record(struct buffer *out, int type, int id, const char *content, size_t len)
{
    static const char padding[8];

    put_header(out, type, id, len);
    buffer_add(out, content, len);
    buffer_add(out, padding, -len & 7u);
}

static void put_end(struct buffer *out, int id, int end)
{
    const char content[8] = {0, 0, 0, 0, (char)end, 0, 0, 0};

    put_record(out, FCGI_END_REQUEST, id, content, sizeof content);
}

void fastcgi_answer(const struct fastcgi *input, struct buffer *out, const char *bytes, size_t len)
{
    while (len > 0) {
        size_t part = len < CONTENT_MAX ? len : CONTENT_MAX;

        put_record(out, FCGI_STDOUT, input->id, bytes, part);
        bytes += part;
        len -= part;
    }
    put_record(out, FCGI_STDOUT, input->id, "", 0);
    put_end(out, input->id, FCGI_REQUEST_COMPLETE);
}

/* --- names and values --- */

/* A length of one byte, or of four with the highest bit set; false if its bytes are not there. */
static bool take_length(const unsigned char **at, const unsigned char *end, size_t *len)
{
    const unsigned char *c = *at;

    if (c == end)
        return false;
    if (c[0] < 0x80) {
        *len = c[0];
        *at += 1;
        return true;
    }
    if (end - c < 4)
        return false;
    *len = (size_t)(c[0] & 0x7f) << 24 | (size_t)c[1] << 16 | (size_t)c[2] << 8 | c[3];
    *at += 4;
    return true;
}

/* The next pair; false at the end or where bytes are missing, and then *at is not end. */
static bool take_pair(const unsigned char **at, const unsigned char *end,
                      const unsigned char **name, size_t *name_len, size_t *value_len)
{
    const unsigned char *c = *at;
    size_t left;

    if (!take_length(&c, end, name_len) || !take_length(&c, end, value_len))
        return false;
    left = (size_t)(end - c);
    if (*name_len > left || *value_len > left - *name_len)
        return false;
    *name = c;
    *at = c + *name_len + *value_len;
    return true;
}

/* Makes "name\0value\0" of the pairs, in place: a pair's two lengths have room for its two ends.
 * False if they are cut off, or hold a NUL: a value that ends before its end would be another. */
static bool unfold_variables(struct buffer *variables)
{
    const unsigned char *at = (const unsigned char *)variables->data, *end = at + variables->len;
    const unsigned char *name;
    size_t name_len, value_len;
    char *to = variables->data;

    while (take_pair(&at, end, &name, &name_len, &value_len)) {
        if (memchr(name, '\0', name_len + value_len) != NULL)
            return false;
        memmove(to, name, name_len);
        memmove(to + name_len + 1, name + name_len, value_len);
        to[name_len] = '\0';
        to += name_len + 1 + value_len;
        *to++ = '\0';
    }
    buffer_cut(variables, (size_t)(to - variables->data));
    return at == end;
}

const char *fastcgi_variable(const struct fastcgi *input, const char *name)
{
    const char *at = buffer_text(&input->variables), *end = at + input->variables.len;

    while (at < end) {
        const char *value = at + strlen(at) + 1;

        if (strcmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

/* --- records in --- */

static enum fastcgi_state refuse(struct fastcgi *input, int id, int end)
{
    put_end(&input->replies, id, end);
    return FASTCGI_REFUSED;
}

static enum fastcgi_state begin(struct fastcgi *input, const struct record *record)
{
    if (record->len != 8 || record->id == 0)
        return FASTCGI_BROKEN;
    if (input->begun && record->id == input->id)
        return FASTCGI_BROKEN;
    if (input->begun) {
        put_end(&input->replies, record->id, FCGI_CANT_MPX_CONN);
        return FASTCGI_MORE;
    }
    input->begun = true;
    input->id = record->id;
    if (record->content[0] != 0 || record->content[1] != FCGI_RESPONDER)
        return refuse(input, record->id, FCGI_UNKNOWN_ROLE);
    return FASTCGI_MORE;
}

static enum fastcgi_state take_variables(struct fastcgi *input, const struct record *record)
{
    if (input->variables_end)
        return FASTCGI_BROKEN;
    if (record->len > 0) {
        if (record->len > FASTCGI_VARIABLES_MAX - input->variables.len)
            return FASTCGI_BROKEN;
        buffer_add(&input->variables, record->content, record->len);
        return FASTCGI_MORE;
    }
    input->variables_end = true;
    return input->variables.len == 0 || unfold_variables(&input->variables) ? FASTCGI_MORE
                                                                            : FASTCGI_BROKEN;
}

static enum fastcgi_state take_body(struct fastcgi *input, const struct record *record)
{
    size_t room = input->body_max - input->body.len;

    if (!input->variables_end)
        return FASTCGI_BROKEN;
    if (record->len == 0)
        return FASTCGI_COMPLETE;
    buffer_add(&input->body, record->content, record->len < room ? record->len : room);
    input->body_len += record->len;
    return FASTCGI_MORE;
}

static void put_value(struct buffer *out, const char *name, const char *value)
{
    buffer_putc(out, (char)strlen(name));
    buffer_putc(out, (char)strlen(value));
    buffer_puts(out, name);
    buffer_puts(out, value);
}

/* What we can do, of what the peer asks for: one request at a time. */
static enum fastcgi_state get_values(struct fastcgi *input, const struct record *record)
{
    static const char *const values[][2] = {
        {FCGI_MAX_CONNS, "1"}, {FCGI_MAX_REQS, "1"}, {FCGI_MPXS_CONNS, "0"}};
    const unsigned char *at = record->content, *end = at + record->len, *name;
    size_t name_len, value_len;
    bool asked[3] = {false};
    struct buffer result = BUFFER_INIT;

    while (take_pair(&at, end, &name, &name_len, &value_len))
        for (size_t i = 0; i < 3; i++)
            asked[i] |=
                name_len == strlen(values[i][0]) && memcmp(name, values[i][0], name_len) == 0;
    for (size_t i = 0; i < 3; i++)
        if (asked[i])
            put_value(&result, values[i][0], values[i][1]);
    put_record(&input->replies, FCGI_GET_VALUES_RESULT, 0, buffer_text(&result), result.len);
    buffer_free(&result);
    return at == end ? FASTCGI_MORE : FASTCGI_BROKEN;
}

/* Records of no request are about the program. */
static enum fastcgi_state take_management(struct fastcgi *input, const struct record *record)
{
    const char unknown[8] = {(char)record->type};

    if (record->type == FCGI_GET_VALUES)
        return get_values(input, record);
    put_record(&input->replies, FCGI_UNKNOWN_TYPE, 0, unknown, sizeof unknown);
    return FASTCGI_MORE;
}

static enum fastcgi_state take_record(struct fastcgi *input, const struct record *record)
{
    /* A peer that only asks and never requests is none of ours. */
    if (input->replies.len > CONTENT_MAX)
        return FASTCGI_BROKEN;
    if (record->type == FCGI_BEGIN_REQUEST)
        return begin(input, record);
    if (record->id == 0)
        return take_management(input, record);
    if (!input->begun || record->id != input->id)
        return FASTCGI_MORE; /* of a request that was refused, or never was */
    switch (record->type) {
    case FCGI_PARAMS:
        return take_variables(input, record);
    case FCGI_STDIN:
        return take_body(input, record);
    case FCGI_ABORT_REQUEST: /* nobody waits any more */
        return refuse(input, record->id, FCGI_REQUEST_COMPLETE);
    default:
        return FASTCGI_BROKEN;
    }
}

/* The next whole record behind *at, which moves behind it; false if it is not whole yet. */
static bool next_record(const struct buffer *records, size_t *at, struct record *record)
{
    const unsigned char *header;
    size_t left = records->len - *at, content, whole;

    if (left < FCGI_HEADER_LEN)
        return false;
    header = (const unsigned char *)records->data + *at;
    content = (size_t)header[4] << 8 | header[5];
    whole = FCGI_HEADER_LEN + content + header[6];
    if (left < whole)
        return false;
    *record =
        (struct record){header[1], header[2] << 8 | header[3], header + FCGI_HEADER_LEN, content};
    *at += whole;
    return true;
}

/* True if what is there of a record may become one. */
static bool is_ours(const struct buffer *records, size_t at)
{
    return records->len <= at || records->data[at] == FCGI_VERSION_1;
}

enum fastcgi_state fastcgi_take(struct fastcgi *input, const char *bytes, size_t len)
{
    struct buffer *records = &input->records;
    struct record record;
    size_t at = 0;

    if (input->state != FASTCGI_MORE)
        return input->state;
    buffer_add(records, bytes, len);
    while (input->state == FASTCGI_MORE && is_ours(records, at) &&
           next_record(records, &at, &record))
        input->state = take_record(input, &record);
    if (buffer_failed(records) || buffer_failed(&input->variables) || buffer_failed(&input->body) ||
        buffer_failed(&input->replies) || (input->state == FASTCGI_MORE && !is_ours(records, at)))
        input->state = FASTCGI_BROKEN;
    if (at > 0 && !buffer_failed(records)) {
        memmove(records->data, records->data + at, records->len - at);
        buffer_cut(records, records->len - at);
    }
    return input->state;
}

void fastcgi_reset(struct fastcgi *input, size_t body_max)
{
    buffer_clear(&input->records);
    buffer_clear(&input->variables);
    buffer_clear(&input->body);
    buffer_clear(&input->replies);
    input->state = FASTCGI_MORE;
    input->begun = input->variables_end = false;
    input->id = 0;
    input->body_len = 0;
    input->body_max = body_max;
}

void fastcgi_free(struct fastcgi *input)
{
    buffer_free(&input->records);
    buffer_free(&input->variables);
    buffer_free(&input->body);
    buffer_free(&input->replies);
}
