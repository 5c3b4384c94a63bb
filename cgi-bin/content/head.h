/*
 * head.h: the metadata block of a guide or a question: "key: value" lines at the top of the file,
 * held against one table of known keys. Read by our own scan and not by the Markdown library, which
 * folds keys, keeps the last of two and knows no line numbers.
 */
#ifndef VHOD_CONTENT_HEAD_H
#define VHOD_CONTENT_HEAD_H

#include "base/err.h"
#include "content/fault.h"
#include "content/text.h"
#include <stdbool.h>

enum head_key {
    HEAD_TITLE,
    HEAD_SHORT,
    HEAD_READER,
    HEAD_ALOUD,
    HEAD_UPDATED,
    HEAD_SOURCE,
    HEAD_POSITION,
    HEAD_AUDIENCE,
    HEAD_NEEDS,
    HEAD_MINUTES,
    HEAD_RESULT,
    HEAD_NUMBER,
    HEAD_PORTALS,
    HEAD_REGIONS,
    HEAD_CONTACTS,
    HEAD_RELATED,
    HEAD_RETIRED,
    HEAD_REPLACED_BY,
    HEAD__MAX
};

/* What stands after each key; text is NULL for a key that is not there. */
struct head {
    struct head_value {
        char *text;
        int line;
    } values[HEAD__MAX];
};

/* The key as written in a file ("replaced_by"). */
const char *head_word(enum head_key key);

/* Reads lines up to the first empty one, and leaves *line there. Unknown, doubled, missing and
 * empty keys and bad values are added to faults under the name path. The caller frees with
 * head_free, also after an error (ERR_MEMORY). */
enum err head_read(struct head *out, struct text_line *line, bool question, const char *path,
                   struct faults *faults);
void head_free(struct head *head);

#endif
