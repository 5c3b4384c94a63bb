/*
 * json.h: members of a document, read as what they should be. A member that is missing or of
 * another type is "" or 0: documents are ours, and a page with a gap is better than none.
 *
 * With it comes the memory that jansson gets (json.c): where it runs out is counted (shortage.h),
 * and does no harm.
 */
#ifndef VHOD_BASE_JSON_H
#define VHOD_BASE_JSON_H

#include <jansson.h>
#include <stddef.h>

/* The text of a document, as json_dumps() writes it, but never without a piece of it: NULL when
 * memory runs out. The caller frees. */
char *json_dump(const json_t *document, size_t flags);

/* Text of a member; "" if it is none. Borrowed from the object (which may be NULL). */
const char *json_text(const json_t *object, const char *name);
/* Whole number of a member; 0 if it is none. */
json_int_t json_number(const json_t *object, const char *name);

#endif
