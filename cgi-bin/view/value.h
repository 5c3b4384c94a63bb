/*
 * value.h: one value of a document as text, and how to find it. Templates and CSV agree on both
 * because both ask here: numbers are written the shortest way that reads back as the same number
 * ("85", "1.21"), booleans as true and false, null and a missing value as nothing.
 *
 * It does not escape (view/mustache.h, view/csv.h) and does not format for people
 * (view/decorate.h).
 */
#ifndef VHOD_VIEW_VALUE_H
#define VHOD_VIEW_VALUE_H

#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define VALUE_ROOM 40 /* bytes for any number: 17 digits, sign, point, exponent, or 20 digits */

/* The text of a value: *text is borrowed from the value, from room, or static; it may hold NULs and
 * is not always NUL-terminated at *len. NULL and null give len 0. False for arrays and objects, and
 * then *len is 0. The process keeps the "C" numeric locale; no program of vhod sets another. */
bool value_text(const json_t *value, char room[static VALUE_ROOM], const char **text, size_t *len);

/* Follows a dotted path ("portal.name", len bytes) down from a value. Borrowed; NULL where a part
 * is missing. */
const json_t *value_at(const json_t *value, const char *path, size_t len);

/* Whether a template shows a section for it. The specification asks for "truthy (e.g. !!data ==
 * true)", so false, null, 0, "" and an empty array are not. */
bool value_is_true(const json_t *value);

/* Adds to an object what it lacks of another one's members. ERR_MEMORY when memory runs out, and
 * then a part of them may be there; jansson's json_object_update_missing leaves them out and says
 * nothing. NULL for one of them is ERR_MEMORY too: it could not be made. */
enum err value_fill(json_t *object, json_t *more);

#endif
