/*
 * typography.h: a name never breaks: no-break spaces in telephone numbers and between initials and
 * surnames, put in when a text is published, so that nobody types them by hand.
 */
#ifndef VHOD_CONTENT_TYPOGRAPHY_H
#define VHOD_CONTENT_TYPOGRAPHY_H

#include "base/buffer.h"

/* Appends the text, plain or HTML, with U+00A0 in the place of the spaces inside telephone numbers
 * («8 800 100-70-10», "+7 (495) 123-45-67", "(3852) 12-34-56") and beside initials («И. О. Иванов»,
 * «Иванов И. О.»). What stands in tags is left alone. The text must be valid UTF-8. */
void typography_put(struct buffer *out, const char *text);

#endif
