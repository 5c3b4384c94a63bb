/*
 * quality.h: walks a header field that is a list with weights: Accept, Accept-Encoding,
 * Accept-Language (RFC 9110, 12.4.2 and 12.5). Knows nothing of what the items mean.
 */
#ifndef VHOD_WEB_QUALITY_H
#define VHOD_WEB_QUALITY_H

#include <stdbool.h>
#include <stddef.h>

/* One item: "text/html;level=1;q=0.5" gives text "text/html" and weight 0.5. */
struct quality {
    const char *text; /* into the field; not NUL-terminated; trimmed; never empty */
    size_t len;
    double weight; /* 0 to 1; 1 if none is given, 0 if what is given is malformed */
};

/* Reads the next item at *cursor and moves on. False at the end of the field. */
bool quality_next(const char **cursor, struct quality *item);
/* True if the item's text is this word, whatever the case. */
bool quality_is(const struct quality *item, const char *word);

#endif
