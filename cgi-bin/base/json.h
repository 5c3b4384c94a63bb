/*
 * json.h: whether a document is whole; and members of one, read as what they should be. A member
 * that is missing or of another type is "" or 0: documents are ours, and a page with a gap is
 * better than none.
 */
#ifndef VHOD_BASE_JSON_H
#define VHOD_BASE_JSON_H

#include <jansson.h>

/* How many allocations jansson has had to do without so far. Where memory runs out, its parser
 * leaves out a character of a string, and some of its functions a member of an object, and none of
 * them says so: whoever answers with a document looks before and after whether this is the same. */
unsigned long json_shortages(void);

/* Text of a member; "" if it is none. Borrowed from the object (which may be NULL). */
static inline const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

/* Whole number of a member; 0 if it is none. */
static inline json_int_t json_number(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

#endif
