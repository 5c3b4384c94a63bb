/*
 * head.h: the metadata of a guide, a question or a part of either: "key: value" lines at the top of
 * the file or directly below a heading, held against one table of known keys. Read by our own scan
 * and not by the Markdown library, which folds keys, keeps the last of two and knows no line
 * numbers.
 */
#ifndef VHOD_CONTENT_HEAD_H
#define VHOD_CONTENT_HEAD_H

#include "base/err.h"
#include "content/fault.h"
#include "content/field.h"
#include "content/text.h"
#include <stdbool.h>
#include <stddef.h>

enum head_key {
    HEAD_TITLE,
    HEAD_SHORT,
    HEAD_READER,
    HEAD_ALOUD,
    HEAD_UPDATED,
    HEAD_SOURCES,
    HEAD_POSITION,
    HEAD_AUDIENCE,
    HEAD_NEEDS,
    HEAD_MINUTES,
    HEAD_RESULT,
    HEAD_NUMBER,
    HEAD_SYMPTOM,
    HEAD_PORTALS,
    HEAD_REGIONS,
    HEAD_VIA,
    HEAD_AGE,
    HEAD_FROM,
    HEAD_UNTIL,
    HEAD_MENTIONS,
    HEAD_FOLD,
    HEAD_CONTACTS,
    HEAD_RELATED,
    HEAD_RETIRED,
    HEAD_REPLACED_BY,
    HEAD__MAX
};

/* Whose metadata it is. */
enum head_owner { HEAD_GUIDE, HEAD_QUESTION, HEAD_PART, HEAD_PAGE };

/* What stands after each key; text is NULL for a key that is not there. */
struct head {
    struct head_value {
        char *text;
        int line;
    } values[HEAD__MAX];
};

/* The key as written in a file ("replaced_by"). */
const char *head_word(enum head_key key);
/* True if the first len bytes are a key of a part. */
bool head_is_of_part(const char *text, size_t len);

/* True if the first len bytes are a key that must be there. */
bool head_is_required(const char *text, size_t len, enum head_owner owner);

/* The n-th key that such metadata may have, from 0; false behind the last. */
bool head_field(enum head_owner owner, size_t n, struct field_view *out);

/* Reads lines up to the first empty one, those that begin with # being comments, or up to end
 * (NULL: the end of the text), and leaves *line there. Unknown, doubled, missing and empty keys and
 * bad values are added to faults under the name path. The caller frees with head_free, also after
 * an error (ERR_MEMORY). */
enum err head_read(struct head *out, struct text_line *line, const char *end, enum head_owner owner,
                   const char *path, struct faults *faults);
void head_free(struct head *head);

#endif
