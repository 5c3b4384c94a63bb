/*
 * past.h: a guide or question as it was once published, whole, from the archive: HTML that is safe
 * to send, and plain text.
 */
#ifndef VHOD_CONTENT_PAST_H
#define VHOD_CONTENT_PAST_H

#include "base/err.h"
#include "content/head.h"
#include <stdbool.h>

/* A text that was published once, from the archive. Its figures and slots are left out: they belong
 * to the steps of today. */
struct article_past {
    struct head head;
    char *html; /* all of it, steps under <h2>; "" if there is nothing that is safe to send */
    char *text;
};

/* Reads source, a whole file as it was published, into *out (zeroed before; to be freed whatever
 * happens). Rules of today that it breaks are no faults; what could harm a reader is left out.
 * ERR_MEMORY; ERR_INVALID if it cannot be read at all. */
enum err article_past_load(struct article_past *out, const char *source, bool question);
void article_past_free(struct article_past *past);

#endif
