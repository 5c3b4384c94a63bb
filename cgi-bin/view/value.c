/*
 * value.c: one switch over jansson's types for each question, so that a new type cannot be
 * forgotten in one place only.
 */
#include "view/value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_ALWAYS_KEPT 15 /* decimal digits that survive text to double to text (DBL_DIG) */
#define DIGITS_ENOUGH      17 /* digits that tell every double from its neighbours */

/* The shortest of %.15g to %.17g that reads back as the same number: 1.21, not 1.21 with 14 digits
 * of noise. */
static size_t real_text(double number, char room[static VALUE_ROOM])
{
    int len = 0;

    for (int digits = DIGITS_ALWAYS_KEPT; digits <= DIGITS_ENOUGH; digits++) {
        len = snprintf(room, VALUE_ROOM, "%.*g", digits, number);
        if (strtod(room, NULL) == number)
            break;
    }
    return len < 0 ? 0 : (size_t)len;
}

static size_t integer_text(json_int_t number, char room[static VALUE_ROOM])
{
    int len = snprintf(room, VALUE_ROOM, "%" JSON_INTEGER_FORMAT, number);

    return len < 0 ? 0 : (size_t)len;
}

bool value_text(const json_t *value, char room[static VALUE_ROOM], const char **text, size_t *len)
{
    *text = room;
    *len = 0;
    if (value == NULL)
        return true;
    switch (json_typeof(value)) {
    case JSON_STRING:
        *text = json_string_value(value);
        *len = json_string_length(value);
        return true;
    case JSON_INTEGER:
        *len = integer_text(json_integer_value(value), room);
        return true;
    case JSON_REAL:
        *len = real_text(json_real_value(value), room);
        return true;
    case JSON_TRUE:
        *text = "true";
        *len = strlen(*text);
        return true;
    case JSON_FALSE:
        *text = "false";
        *len = strlen(*text);
        return true;
    case JSON_NULL:
        return true;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

const json_t *value_at(const json_t *value, const char *path, size_t len)
{
    const char *end = path + len;

    while (value != NULL) {
        const char *dot = memchr(path, '.', (size_t)(end - path));
        const char *part_end = dot == NULL ? end : dot;

        value = json_object_getn(value, path, (size_t)(part_end - path));
        if (dot == NULL)
            return value;
        path = dot + 1;
    }
    return NULL;
}

bool value_is_true(const json_t *value)
{
    if (value == NULL)
        return false;
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_INTEGER:
        return json_integer_value(value) != 0;
    case JSON_REAL:
        return json_real_value(value) != 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_TRUE:
    case JSON_OBJECT:
        return true;
    case JSON_FALSE:
    case JSON_NULL:
        break;
    }
    return false;
}

enum err value_fill(json_t *object, json_t *more)
{
    const char *key;
    json_t *value;

    if (object == NULL || more == NULL)
        return ERR_MEMORY;
    json_object_foreach (more, key, value) {
        if (json_object_get(object, key) == NULL && json_object_set(object, key, value) != 0)
            return ERR_MEMORY;
    }
    return ERR_NONE;
}
